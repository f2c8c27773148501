//! What it takes to open a payment at a gateway, and what the gateway gives out for the customer.

use std::fmt;

use crate::domain::{Payment, PaymentId, PaymentInstructions, Reason, Rule, Rupiah};

/// What a customer needs to pay. Empty: the opening was never answered.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OfferedPayment {
    /// The customer's share of the gateway's fee.
    pub fee: Option<Rupiah>,
    pub page_url: Option<String>,
    pub qr_text: Option<String>,
    /// A virtual account, a bill, a payment code.
    pub number: Option<String>,
}

impl OfferedPayment {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.page_url.is_none() && self.qr_text.is_none() && self.number.is_none()
    }
}

impl From<&PaymentInstructions> for OfferedPayment {
    fn from(told: &PaymentInstructions) -> Self {
        Self {
            fee: told.fee,
            page_url: told.page_url.clone(),
            qr_text: told.qr_text.clone(),
            number: told.number.clone(),
        }
    }
}

/// Whoever has the page can pay, so it is not shown.
impl fmt::Debug for OfferedPayment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_empty() {
            "Offer(nothing)"
        } else {
            "Offer(…)"
        })
    }
}

/// What an opening writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpeningStage {
    /// The gateway is about to be asked. The payment's id is [`PaymentId::ADDED`] until it is written; the key
    /// makes a repetition harmless.
    Announce {
        payment: Box<Payment>,
        key: String,
        rule: Rule,
        why: Reason,
    },
    /// What the answer gives out, beside what moves with [`crate::domain::Change::MovePayment`].
    Present {
        payment: PaymentId,
        payable: Rupiah,
        /// Of that, what the gateway has put on top.
        imposed_fee: Rupiah,
        on_page: bool,
        token: Option<String>,
        offer: OfferedPayment,
    },
}
