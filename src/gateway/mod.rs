//! What each gateway is asked, and what its answers mean.
//!
//! An adapter sends nothing and decides nothing: it turns a payment into a [`Request`] and a [`Response`]
//! into an [`Observation`], an [`Opened`], a [`Closing`] or a [`Refunding`]. Whatever it cannot be sure of is silence or an unknown word, never a guess.

pub mod incoming;
pub mod midtrans;
pub mod opening;
pub mod pakasir;
pub mod pakasir_account;
pub mod pakasir_v2;

mod reading;
#[cfg(test)]
mod testing;
mod wrapping;

use std::time::Duration;

use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{GatewayName, Method, Reference, TransactionId};
use crate::domain::notice::Notice;
use crate::domain::observation::{Observation, Silence};
use crate::domain::payment::{FIRST_API, Payment};
use crate::wire::message::{Request, Response};
use incoming::Incoming;
use opening::{Opened, Opening};

pub use wrapping::message;

/// By which of its names a payment is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handle {
    /// Our reference.
    Reference,
    /// The gateway's own id for the try on record.
    TransactionId,
    /// Our reference, with the payable in place of the price (Pakasir finds a payment only by its amount).
    ReferenceAtPayable,
}

/// One account at one gateway.
pub trait Gateway: Send + Sync {
    fn name(&self) -> &GatewayName;

    /// The version of its interface under which payments are opened here, and registered as opened.
    fn api_version(&self) -> u8 {
        FIRST_API
    }

    /// The questions about a payment, in order; none where it has no name by which the gateway can be asked. The next is asked only while the former answered
    /// "not found" or spoke of a sibling: a "not found" by reference is no answer about a payment whose
    /// transaction id is on record, because BI-SNAP and DANA know it by that id alone (Midtrans docs, Get Status).
    fn handles(&self, payment: &Payment, now: Instant, grace: Duration) -> Vec<Handle>;

    /// So long the gateway wants between two reads of one payment.
    fn reads_apart(&self, _payment: &Payment) -> Duration {
        Duration::ZERO
    }

    /// Whether it can be asked by our reference, under which there may be more than one try.
    fn finds_by_reference(&self, _payment: &Payment) -> bool {
        true
    }

    /// The question "what happened to this payment?". A handle the payment or the gateway does not have
    /// falls back to the reference.
    fn ask_status(&self, payment: &Payment, handle: Handle) -> Request;

    /// What the answer to that question means; `asked_at` is when it was started. Any bytes may come:
    /// there is no error, an unknown word is `Unrecognised` and what cannot be believed is `NoAnswer`.
    fn read_status(
        &self,
        payment: &Payment,
        handle: Handle,
        asked_at: Instant,
        answer: &Response,
    ) -> Observation;

    /// The question about another try at a payment, by the gateway's own id, as a message has named it; none
    /// where tries have no ids. Messages are not to be believed, so it may be anybody's id.
    fn ask_try(&self, payment: &Payment, told: &TransactionId) -> Option<Request>;

    /// What the answer to that question means: "not started" where the gateway knows no such try at this
    /// payment. Any bytes may come.
    fn read_try(
        &self,
        payment: &Payment,
        told: &TransactionId,
        asked_at: Instant,
        answer: &Response,
    ) -> Observation;

    /// The words for how a payment can be opened here; the first is what is taken when nobody says.
    fn methods(&self) -> &'static [&'static str];

    /// Whether so much can be paid by this method.
    ///
    /// # Errors
    ///
    /// What can, as a sentence.
    fn takes(&self, _method: &Method, _amount: Rupiah) -> Result<(), String> {
        Ok(())
    }

    /// Whether the gateway takes this as the id of a payment.
    ///
    /// # Errors
    ///
    /// What it takes instead, as a sentence about the reference.
    fn accepts_reference(&self, reference: &Reference) -> Result<(), String>;

    /// The request that opens this payment; none where the gateway has no such method or does not take the
    /// reference. It is sent once: a silent end is settled by a read.
    fn open(&self, opening: &Opening<'_>) -> Option<Request>;

    /// What the answer to that request means; `asked_at` is when it was started. Any bytes may come; what may
    /// have opened a payment is never `Refused`.
    fn read_open(&self, opening: &Opening<'_>, asked_at: Instant, answer: &Response) -> Opened;

    /// Whether the same request to open a payment finds the payment that it has opened before. Then a silent end is
    /// settled by the same request.
    fn finds_or_opens(&self, _payment: &Payment) -> bool {
        false
    }

    /// The request that gives the id of a payment whose opening was not answered, where it can be closed by nothing else.
    /// It is sent only to close it: where there was none, it opens one.
    fn regain(&self, _payment: &Payment) -> Option<Request> {
        None
    }

    /// What the answer to that request means. Any bytes may come.
    ///
    /// # Errors
    ///
    /// Why there is no id.
    fn read_regained(
        &self,
        _payment: &Payment,
        _answer: &Response,
    ) -> Result<TransactionId, Silence> {
        Err(Silence::Nameless)
    }

    /// What a notification says and whether it comes from the gateway. Any bytes may come, from anybody.
    fn read_notification(&self, message: &Incoming<'_>) -> Notice;

    /// The request that makes this payment unpayable at the gateway; none where nothing is known to close it by.
    fn close(&self, payment: &Payment) -> Option<Request>;

    /// What the answer to that request means. Any bytes may come. Whatever it says, the status is read again
    /// before anything is believed.
    fn read_close(&self, payment: &Payment, answer: &Response) -> Closing;

    /// The request that sends `amount` back to the customer; none where the gateway or the way it was paid has
    /// no such call. A repetition under the same `key` is harmless. Customers may read the `reason`.
    fn refund(&self, payment: &Payment, key: &str, amount: Rupiah, reason: &str)
    -> Option<Request>;

    /// What the answer to that request means. Any bytes may come; what may have sent money is never `Denied`, and what
    /// speaks of another key or another amount is no answer.
    fn read_refund(
        &self,
        payment: &Payment,
        key: &str,
        amount: Rupiah,
        answer: &Response,
    ) -> Refunding;
}

/// What a gateway says to a request to close a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closing {
    /// It is closed.
    Closed,
    /// It will not, in the gateway's words: the payment is under way, or over.
    Refused(String),
    /// It does not know the payment, in its words.
    Unknown(String),
    /// Nothing that could be believed came back: it may be closed or not.
    NoAnswer(Silence),
}

/// What a gateway says to a request to send money back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refunding {
    Done,
    /// No money has gone back, in the gateway's words.
    Denied(String),
    /// The key was used before: only the status says what became of that refund.
    DuplicateKey,
    /// Nothing that could be believed came back: the money may have gone or not.
    NoAnswer(Silence),
}
