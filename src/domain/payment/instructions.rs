//! What a customer is shown to pay by, once a gateway has opened a payment.

use std::fmt;

use crate::domain::{Instant, PaymentStatus, Rupiah, TransactionId};

/// What a gateway gave out for a payment. Whoever has the token can pay, so `Debug` shows neither it nor the page.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentInstructions {
    /// The gateway's own id for this try, where it gives one at once.
    pub transaction_id: Option<TransactionId>,
    /// `Created` for a page on which nobody has chosen how to pay, `Pending` otherwise.
    pub status: PaymentStatus,
    /// How it is paid, in the gateway adapter's words.
    pub method: Option<String>,
    /// The customer pays on a page and may try again there.
    pub on_page: bool,
    /// What the customer is asked for: the price and the customer's share of the fee.
    pub payable: Rupiah,
    /// Of that, the fee that the gateway has put on top of what it was asked to collect.
    pub imposed_fee: Rupiah,
    /// The gateway's fee, where it says so.
    pub fee: Option<Rupiah>,
    /// When this payment, or its page, runs out at the gateway, where it says so or was told.
    pub deadline: Option<Instant>,
    /// The token of the page, by which it can be closed while nobody has used it.
    pub token: Option<String>,
    pub page_url: Option<String>,
    /// The text of the QR code.
    pub qr_text: Option<String>,
    /// A virtual account's number, `biller code / bill key`, or the code for a counter.
    pub number: Option<String>,
    /// The gateway's own word, as it came.
    pub raw_status: Option<String>,
}

impl fmt::Debug for PaymentInstructions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Presented")
            .field("transaction_id", &self.transaction_id)
            .field("status", &self.status)
            .field("method", &self.method)
            .field("payable", &self.payable)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
