//! One account at Pakasir, which has two interfaces: each payment is queried under the one that opened it.

use std::time::Duration;

use super::incoming::Incoming;
use super::opening::{Opened, Opening};
use super::pakasir::Pakasir;
use super::pakasir_v2::{PakasirV2, VERSION};
use super::reading::Body;
use super::{Closing, Gateway, Handle, Refunding, message as unwrapped};
use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{GatewayName, Method, Reference, TransactionId};
use crate::domain::notice::Notice;
use crate::domain::observation::{Observation, Silence};
use crate::domain::payment::{FIRST_API, Payment};
use crate::wire::message::{Request, Response};

/// Both interfaces, and which of them opens new payments.
#[derive(Debug)]
pub struct PakasirAccount {
    v1: Pakasir,
    v2: PakasirV2,
    opens: u8,
}

impl PakasirAccount {
    #[must_use]
    pub fn new(v1: Pakasir, v2: PakasirV2, opens: u8) -> Self {
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

impl Gateway for PakasirAccount {
    fn name(&self) -> &GatewayName {
        self.v1.name()
    }

    fn api_version(&self) -> u8 {
        self.opens
    }

    fn handles(&self, payment: &Payment, now: Instant, grace: Duration) -> Vec<Handle> {
        self.of(payment).handles(payment, now, grace)
    }

    fn reads_apart(&self, payment: &Payment) -> Duration {
        self.of(payment).reads_apart(payment)
    }

    fn finds_by_reference(&self, payment: &Payment) -> bool {
        self.of(payment).finds_by_reference(payment)
    }

    fn ask_status(&self, payment: &Payment, handle: Handle) -> Request {
        self.of(payment).ask_status(payment, handle)
    }

    fn read_status(
        &self,
        payment: &Payment,
        handle: Handle,
        asked_at: Instant,
        answer: &Response,
    ) -> Observation {
        self.of(payment)
            .read_status(payment, handle, asked_at, answer)
    }

    /// Only the second interface has ids.
    fn ask_try(&self, payment: &Payment, told: &TransactionId) -> Option<Request> {
        self.v2.ask_try(payment, told)
    }

    fn read_try(
        &self,
        payment: &Payment,
        told: &TransactionId,
        asked_at: Instant,
        answer: &Response,
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

    fn open(&self, opening: &Opening<'_>) -> Option<Request> {
        self.of(opening.payment).open(opening)
    }

    fn read_open(&self, opening: &Opening<'_>, asked_at: Instant, answer: &Response) -> Opened {
        self.of(opening.payment)
            .read_open(opening, asked_at, answer)
    }

    fn finds_or_opens(&self, payment: &Payment) -> bool {
        self.of(payment).finds_or_opens(payment)
    }

    fn regain(&self, payment: &Payment) -> Option<Request> {
        self.of(payment).regain(payment)
    }

    fn read_regained(
        &self,
        payment: &Payment,
        answer: &Response,
    ) -> Result<TransactionId, Silence> {
        self.of(payment).read_regained(payment, answer)
    }

    /// Only the second interface's notifications carry an id. A body that is not JSON belongs to neither.
    fn read_notification(&self, message: &Incoming<'_>) -> Notice {
        let has_id = Body::of_bytes(&unwrapped(message.body))
            .is_ok_and(|body| body.text("txn_id").is_some());
        let version = if has_id { VERSION } else { FIRST_API };
        self.version(version).read_notification(message)
    }

    fn close(&self, payment: &Payment) -> Option<Request> {
        self.of(payment).close(payment)
    }

    fn read_close(&self, payment: &Payment, answer: &Response) -> Closing {
        self.of(payment).read_close(payment, answer)
    }

    fn refund(
        &self,
        payment: &Payment,
        key: &str,
        amount: Rupiah,
        reason: &str,
    ) -> Option<Request> {
        self.of(payment).refund(payment, key, amount, reason)
    }

    fn read_refund(
        &self,
        payment: &Payment,
        key: &str,
        amount: Rupiah,
        answer: &Response,
    ) -> Refunding {
        self.of(payment).read_refund(payment, key, amount, answer)
    }
}
