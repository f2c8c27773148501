//! What is needed to open a payment, and what a gateway may say to it.

use crate::domain::customer::Customer;
use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{Method, OrderNumber, Sku};
use crate::domain::observation::Silence;
use crate::domain::payment::Payment;
pub use crate::domain::presented::Presented;

/// A payment that is to be opened. It is written down, with its reference and key, before this is asked.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// Reference, amounts and deadline are its own.
    pub payment: &'a Payment,
    pub method: &'a Method,
    pub order: &'a OrderNumber,
    /// Makes a repetition harmless, where the gateway honours it: a UUID.
    pub key: &'a str,
    pub buyer: Option<&'a Customer>,
    /// What is bought; told to the gateway only when it sums up to what the customer pays.
    pub items: &'a [Item],
    /// When the question is started: a deadline is told as a span from here.
    pub now: Instant,
}

/// Some units of one product, as a customer may read it on a gateway's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub sku: Sku,
    pub name: String,
    pub unit_price: Rupiah,
    pub quantity: u32,
}

/// What a gateway says to a request to open a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It can be paid, and by this.
    Open(Box<Presented>),
    /// It has found it, and it is over: paid, or nobody can pay it any more.
    Over(Box<Presented>),
    /// It will not, in its words, and there is nothing to pay.
    Refused(String),
    /// It knows this reference already, in its words: only the status says what became of that payment.
    Taken(String),
    /// Nothing that could be believed came back: it may be open or not.
    NoAnswer(Silence),
}
