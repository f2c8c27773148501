//! One account at Pakasir, which has two interfaces: each payment is queried under the one that opened it.

mod account;
mod notice;
mod v1;
mod v2;

use std::time::Duration;

use super::descriptor::Pace;
use super::incoming::IncomingRequest;
use super::opening::{OpenReply, OpenRequest};
use super::reading::JsonBody;
use super::{CloseReply, Gateway, LookupKey, message as unwrapped};
use crate::domain::payment::FIRST_API;
use crate::domain::{
    GatewayName, Instant, Method, NoAnswerReason, Notification, Observation, Payment, Reference,
    Rupiah, TransactionId,
};
use crate::http::message::{HttpRequest, HttpResponse};
use v1::PakasirV1;
use v2::{PakasirV2, VERSION};

pub(super) use account::DESCRIPTOR;

/// Requests that open or cancel: two per second. The second interface answers one query of a transaction in 4 s (Pakasir
/// docs, transaction status).
const PACE: Pace = Pace {
    changes_per_second: 2,
    read_interval: Duration::from_millis(4_200),
    ..Pace::FREE
};

/// Both interfaces, and which of them opens new payments.
#[derive(Debug)]
struct Pakasir {
    v1: PakasirV1,
    v2: PakasirV2,
    opens: u8,
}

impl Pakasir {
    fn new(v1: PakasirV1, v2: PakasirV2, opens: u8) -> Self {
        Self { v1, v2, opens }
    }

    fn of(&self, payment: &Payment) -> &dyn Gateway {
        self.version(payment.api_version)
    }

    fn today(&self) -> &dyn Gateway {
        self.version(self.opens)
    }

    fn version(&self, version: u8) -> &dyn Gateway {
        if version == VERSION {
            &self.v2
        } else {
            &self.v1
        }
    }
}

impl Gateway for Pakasir {
    fn name(&self) -> &GatewayName {
        self.v1.name()
    }

    fn api_version(&self) -> u8 {
        self.opens
    }

    fn handles(&self, payment: &Payment, now: Instant, grace: Duration) -> Vec<LookupKey> {
        self.of(payment).handles(payment, now, grace)
    }

    fn read_interval(&self, payment: &Payment) -> Duration {
        self.of(payment).read_interval(payment)
    }

    fn finds_by_reference(&self, payment: &Payment) -> bool {
        self.of(payment).finds_by_reference(payment)
    }

    fn ask_status(&self, payment: &Payment, handle: LookupKey) -> HttpRequest {
        self.of(payment).ask_status(payment, handle)
    }

    fn read_status(
        &self,
        payment: &Payment,
        handle: LookupKey,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Observation {
        self.of(payment)
            .read_status(payment, handle, asked_at, answer)
    }

    /// Only the second interface has ids.
    fn ask_try(&self, payment: &Payment, told: &TransactionId) -> Option<HttpRequest> {
        self.v2.ask_try(payment, told)
    }

    fn read_try(
        &self,
        payment: &Payment,
        told: &TransactionId,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Observation {
        self.v2.read_try(payment, told, asked_at, answer)
    }

    fn methods(&self) -> &'static [&'static str] {
        self.today().methods()
    }

    fn takes(&self, method: &Method, amount: Rupiah) -> Result<(), String> {
        self.today().takes(method, amount)
    }

    fn accepts_reference(&self, reference: &Reference) -> Result<(), String> {
        self.today().accepts_reference(reference)
    }

    fn open(&self, opening: &OpenRequest<'_>) -> Option<HttpRequest> {
        self.of(opening.payment).open(opening)
    }

    fn read_open(
        &self,
        opening: &OpenRequest<'_>,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> OpenReply {
        self.of(opening.payment)
            .read_open(opening, asked_at, answer)
    }

    fn open_is_repeatable(&self, payment: &Payment) -> bool {
        self.of(payment).open_is_repeatable(payment)
    }

    fn recover_request(&self, payment: &Payment) -> Option<HttpRequest> {
        self.of(payment).recover_request(payment)
    }

    fn read_regained(
        &self,
        payment: &Payment,
        answer: &HttpResponse,
    ) -> Result<TransactionId, NoAnswerReason> {
        self.of(payment).read_regained(payment, answer)
    }

    /// Only the second interface's notifications carry an id. A body that is not JSON belongs to neither.
    fn read_notification(&self, message: &IncomingRequest<'_>) -> Notification {
        let has_id = JsonBody::of_bytes(&unwrapped(message.body))
            .is_ok_and(|body| body.text("txn_id").is_some());
        let version = if has_id { VERSION } else { FIRST_API };
        self.version(version).read_notification(message)
    }

    fn close(&self, payment: &Payment) -> Option<HttpRequest> {
        self.of(payment).close(payment)
    }

    fn read_close(&self, payment: &Payment, answer: &HttpResponse) -> CloseReply {
        self.of(payment).read_close(payment, answer)
    }
}

/// At least five characters (pakasir-sdk), all of which are safe in a URL.
fn accepts_reference(reference: &Reference) -> Result<(), String> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte);
    let text = reference.as_str();
    if text.len() >= 5 && text.bytes().all(is_allowed) {
        return Ok(());
    }
    Err(format!(
        "Pakasir accepts at least 5 letters, digits, - _ ~ . as the id of a payment, not {text:?}"
    ))
}
