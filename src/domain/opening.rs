//! What it takes to open a payment at a gateway, and what the gateway gives out for the customer.

use super::instant::Instant;
use super::money::Rupiah;
use super::names::{PaymentId, TransactionId};
use super::payment::{Payment, PaymentStatus};
use super::rule::Rule;

/// What a customer needs to pay. Empty: the opening was never answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// The customer's share of the gateway's fee.
    pub fee: Option<Rupiah>,
    pub page_url: Option<String>,
    pub qr_text: Option<String>,
    /// A virtual account, a bill, a payment code.
    pub number: Option<String>,
}

impl Offer {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.page_url.is_none() && self.qr_text.is_none() && self.number.is_none()
    }
}

/// A gateway's answer to an opening that it has carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    pub transaction_id: Option<TransactionId>,
    /// Created for a page, on which nobody has chosen yet; else pending.
    pub status: PaymentStatus,
    pub method: Option<String>,
    pub on_page: bool,
    /// What the customer is asked for.
    pub payable: Rupiah,
    /// When it runs out at the gateway; none: as it was asked for.
    pub deadline: Option<Instant>,
    pub token: Option<String>,
    pub raw_status: Option<String>,
    pub offer: Offer,
}

/// What an opening writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The gateway is about to be asked. The payment's id is [`PaymentId::ADDED`] until it is written; the key
    /// makes a repetition harmless.
    Announce {
        payment: Box<Payment>,
        key: String,
        rule: Rule,
        why: String,
    },
    /// What the answer gives out, beside what moves with [`super::dossier::Change::MovePayment`].
    Present {
        payment: PaymentId,
        payable: Rupiah,
        on_page: bool,
        token: Option<String>,
        offer: Offer,
    },
}
