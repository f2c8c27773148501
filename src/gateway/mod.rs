//! The requests to each gateway, and the meaning of its answers.
//!
//! An adapter sends nothing and decides nothing: it turns a payment into a [`HttpRequest`] and a [`HttpResponse`] into an
//! [`Observation`], an [`OpenReply`], a [`CloseReply`] or a [`RefundReply`]. Anything uncertain is silence or an unknown
//! word, never a guess.

pub mod account;
pub mod descriptor;
pub mod incoming;
pub mod opening;
pub mod registry;

mod midtrans;
mod pakasir;
#[cfg(test)]
mod planted_faults;
mod reading;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
pub(crate) mod tests;
mod wrapping;

use std::time::Duration;

use crate::domain::payment::FIRST_API;
use crate::domain::{
    GatewayName, Instant, Method, NoAnswerReason, Notification, Observation, Payment, Reference,
    Rupiah, TransactionId,
};
use crate::http::message::{HttpRequest, HttpResponse};
use incoming::IncomingRequest;
use opening::{OpenReply, OpenRequest};

pub use wrapping::message;

/// The name under which a payment is queried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookupKey {
    /// Our reference.
    Reference,
    /// The gateway's own id for the try on record.
    TransactionId,
    /// Our reference with the payable in place of the price (Pakasir finds a payment only by its amount).
    ReferenceAtPayable,
}

/// One account at one gateway.
pub trait Gateway: Send + Sync {
    fn name(&self) -> &GatewayName;

    /// The version of the gateway's interface under which payments are opened now and registered.
    fn api_version(&self) -> u8 {
        FIRST_API
    }

    /// The queries for a payment, in order; empty if the payment has no name that the gateway knows. The next one is
    /// sent only if the previous answer was "not found" or about another try: a "not found" by reference does not
    /// answer for a payment whose transaction id is on record, because BI-SNAP and DANA know it by that id alone
    /// (Midtrans docs, Get Status).
    fn handles(&self, payment: &Payment, now: Instant, grace: Duration) -> Vec<LookupKey>;

    /// The pause that the gateway requires between two queries of one payment.
    fn read_interval(&self, _payment: &Payment) -> Duration {
        Duration::ZERO
    }

    /// Whether it can be queried by our reference, which more than one try may share.
    fn finds_by_reference(&self, _payment: &Payment) -> bool {
        true
    }

    /// The query "what happened to this payment?". If the payment or the gateway lacks the handle, the reference is
    /// used.
    fn ask_status(&self, payment: &Payment, handle: LookupKey) -> HttpRequest;

    /// The meaning of the answer to that query; `asked_at` is when the query started. The answer may contain any
    /// bytes: there is no error, an unknown word is `Unrecognised`, and an answer that cannot be believed is
    /// `NoAnswer`.
    fn read_status(
        &self,
        payment: &Payment,
        handle: LookupKey,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Observation;

    /// The query for another try of a payment, by the gateway's own id as a notification named it; `None` if tries
    /// have no ids. Notifications are not trusted, so the id may belong to anybody.
    fn ask_try(&self, _payment: &Payment, _told: &TransactionId) -> Option<HttpRequest> {
        None
    }

    /// The meaning of the answer to that query: "not started" if the gateway knows no such try of this payment. The
    /// answer may contain any bytes.
    fn read_try(
        &self,
        payment: &Payment,
        _told: &TransactionId,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Observation {
        self.read_status(payment, LookupKey::Reference, asked_at, answer)
    }

    /// The methods by which a payment can be opened here; the first is the default.
    fn methods(&self) -> &'static [&'static str];

    /// Whether this method accepts the amount.
    ///
    /// # Errors
    ///
    /// A sentence about what it accepts instead.
    fn takes(&self, _method: &Method, _amount: Rupiah) -> Result<(), String> {
        Ok(())
    }

    /// Whether the gateway accepts this as the id of a payment.
    ///
    /// # Errors
    ///
    /// A sentence about what it accepts instead.
    fn accepts_reference(&self, reference: &Reference) -> Result<(), String>;

    /// The request that opens this payment; `None` if the gateway lacks the method or does not accept the reference.
    /// It is sent once: a query settles a call without an answer.
    fn open(&self, opening: &OpenRequest<'_>) -> Option<HttpRequest>;

    /// The meaning of the answer to that request; `asked_at` is when the request started. The answer may contain any
    /// bytes; if it may have opened a payment, it is never `Refused`.
    fn read_open(
        &self,
        opening: &OpenRequest<'_>,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> OpenReply;

    /// Whether repeating the request finds the payment that it opened before. If so, the same request settles a call
    /// without an answer.
    fn open_is_repeatable(&self, _payment: &Payment) -> bool {
        false
    }

    /// The request for the id of a payment whose opening got no answer and that can be closed by no other means. It
    /// is sent only in order to close the payment: if none exists, it opens one.
    fn recover_request(&self, _payment: &Payment) -> Option<HttpRequest> {
        None
    }

    /// The meaning of the answer to that request. The answer may contain any bytes.
    ///
    /// # Errors
    ///
    /// Why there is no id.
    fn read_regained(
        &self,
        _payment: &Payment,
        _answer: &HttpResponse,
    ) -> Result<TransactionId, NoAnswerReason> {
        Err(NoAnswerReason::Nameless)
    }

    /// The content of a notification, and whether it comes from the gateway. It may contain any bytes, from anybody.
    fn read_notification(&self, message: &IncomingRequest<'_>) -> Notification;

    /// The request that makes this payment unpayable at the gateway; `None` if the payment cannot be closed.
    fn close(&self, payment: &Payment) -> Option<HttpRequest>;

    /// The meaning of the answer to that request. The answer may contain any bytes. Whatever it says, the status is
    /// queried again before anything is believed.
    fn read_close(&self, payment: &Payment, answer: &HttpResponse) -> CloseReply;

    /// The request that refunds `amount` to the customer; `None` if the gateway or the method has no such call, so that
    /// refunds are sent by hand. Repeating it with the same `key` is harmless. Customers may see the `reason`.
    fn refund(
        &self,
        _payment: &Payment,
        _key: &str,
        _amount: Rupiah,
        _reason: &str,
    ) -> Option<HttpRequest> {
        None
    }

    /// The meaning of the answer to that request. The answer may contain any bytes. An answer that may have sent
    /// money is never `Denied`; an answer about another key or another amount is no answer.
    fn read_refund(
        &self,
        _payment: &Payment,
        _key: &str,
        _amount: Rupiah,
        answer: &HttpResponse,
    ) -> RefundReply {
        RefundReply::NoAnswer(NoAnswerReason::Wordless(answer.status))
    }
}

/// A gateway's answer to a request to close a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloseReply {
    /// It is closed.
    Closed,
    /// The gateway refuses, in its own words: the payment is in progress or has ended.
    Refused(String),
    /// The gateway does not know the payment, in its own words.
    Unknown(String),
    /// No believable answer came: the payment may be closed or not.
    NoAnswer(NoAnswerReason),
}

/// A gateway's answer to a refund request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundReply {
    Done,
    /// No money was sent, in the gateway's words.
    Denied(String),
    /// The key was used before: only the status tells the result of that refund.
    DuplicateKey,
    /// No believable answer came: the money may have been sent or not.
    NoAnswer(NoAnswerReason),
}
