//! The input for opening a payment, and the possible answers.

pub use crate::domain::PaymentInstructions;
use crate::domain::{Customer, Instant};
use crate::domain::{Method, NoAnswerReason, OrderNumber, Payment, Rupiah, Sku};

/// A payment to open. It is recorded with its reference and key before the call is sent.
#[derive(Debug, Clone, Copy)]
pub struct OpenRequest<'a> {
    /// Provides the reference, the amounts and the deadline.
    pub payment: &'a Payment,
    pub method: &'a Method,
    pub order: &'a OrderNumber,
    /// The idempotency key, a UUID: makes a repetition harmless if the gateway honours it.
    pub key: &'a str,
    pub buyer: Option<&'a Customer>,
    /// The items bought; sent to the gateway only if they add up to what the customer pays.
    pub items: &'a [OpenItem],
    /// When the call starts: deadlines are sent as a span from here.
    pub now: Instant,
}

/// Some units of one product, as a customer may read them on a gateway's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItem {
    pub sku: Sku,
    pub name: String,
    pub unit_price: Rupiah,
    pub quantity: u32,
}

/// A gateway's answer to a request to open a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenReply {
    /// It is payable, with these instructions.
    Open(Box<PaymentInstructions>),
    /// The payment was found and has ended: it is paid, or nobody can pay it any more.
    Over(Box<PaymentInstructions>),
    /// The gateway refuses, in its own words, and there is nothing to pay.
    Refused(String),
    /// The gateway already knows this reference, in its own words: only the status tells what happened to that
    /// payment.
    Taken(String),
    /// No believable answer came: the payment may be open or not.
    NoAnswer(NoAnswerReason),
}
