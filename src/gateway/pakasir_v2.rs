//! Pakasir's second interface: a payment is known by the id that Pakasir assigns (`txn_id`), and by nothing else.
//!
//! The key is sent in a header. Every answer says whether it comes from the sandbox; an answer from the wrong
//! environment means nothing.

mod closing;
mod notice;
mod opening;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::incoming::Incoming;
use super::opening::{Opened, Opening};
use super::reading::{Body, encoded, shown, silence_of, stranger};
use super::{Closing, Gateway, Handle, Refunding};
use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{GatewayName, Method, Reference, TransactionId};
use crate::domain::notice::Notice;
use crate::domain::observation::{Measure, Observation, Said, Silence};
use crate::domain::payment::{Origin, Payment};
use crate::wire::message::{Request, Response};

/// The version of Pakasir's interface that this file implements.
pub const VERSION: u8 = 2;

/// The pause between two queries of one transaction: Pakasir requires 4 s (Pakasir docs, transaction status).
pub const READS_APART: Duration = Duration::from_millis(4_200);

const STATUS: &str = "/api/v2/transaction-status";

/// The environment of a project. It is a setting of the project at Pakasir; the same key serves both environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Sandbox,
    Production,
    /// The configuration does not say. Then an answer from the sandbox settles nothing.
    Untold,
}

impl Mode {
    fn fits(self, is_sandbox: bool) -> bool {
        is_sandbox == (self == Self::Sandbox)
    }

    /// What is wrong with an answer; follows the answer's status word.
    fn why_not(self, is_sandbox: bool) -> &'static str {
        match (self, is_sandbox) {
            (Self::Untold, _) => "in the sandbox, but the account's environment is not configured",
            (_, true) => "in the sandbox, not in production as configured",
            (_, false) => "in production, not in the sandbox as configured",
        }
    }
}

/// One project at Pakasir.
#[derive(Debug)]
pub struct PakasirV2 {
    name: GatewayName,
    url: String,
    project: String,
    api_key: SecretString,
    mode: Mode,
    webhook_secret: Option<SecretString>,
}

impl PakasirV2 {
    /// `url` is the host, `https://app.pakasir.com` for both environments; `project` is the project's slug.
    #[must_use]
    pub fn new(
        name: GatewayName,
        (url, project): (&str, &str),
        api_key: SecretString,
        mode: Mode,
        webhook_secret: Option<SecretString>,
    ) -> Self {
        Self {
            name,
            url: url.trim_end_matches('/').to_owned(),
            project: project.to_owned(),
            api_key,
            mode,
            webhook_secret,
        }
    }

    /// The address of a call about one payment. Its label names no payment.
    fn address(&self, path: &str, last: &str) -> String {
        let (project, last) = (encoded(&self.project), encoded(last));
        format!("{}{path}/{project}/{last}", self.url)
    }

    fn signed(&self, request: Request) -> Request {
        request
            .header("Accept", "application/json")
            .header("X-Api-Key", self.api_key.expose_secret())
    }

    fn ask(&self, id: &str) -> Request {
        let request = Request::get(format!("GET {STATUS}"), self.address(STATUS, id));
        self.signed(request).spaced(READS_APART)
    }
}

impl Gateway for PakasirV2 {
    fn name(&self) -> &GatewayName {
        &self.name
    }

    fn api_version(&self) -> u8 {
        VERSION
    }

    fn reads_apart(&self, _: &Payment) -> Duration {
        READS_APART
    }

    fn finds_by_reference(&self, _: &Payment) -> bool {
        false
    }

    /// By its id alone: a call by reference would open a payment if there is none.
    fn handles(&self, payment: &Payment, _now: Instant, _grace: Duration) -> Vec<Handle> {
        let known = payment.transaction_id.as_ref();
        known.map(|_| Handle::TransactionId).into_iter().collect()
    }

    fn ask_status(&self, payment: &Payment, _: Handle) -> Request {
        self.ask(
            payment
                .transaction_id
                .as_ref()
                .map_or("-", TransactionId::as_str),
        )
    }

    fn read_status(
        &self,
        payment: &Payment,
        _: Handle,
        asked_at: Instant,
        answer: &Response,
    ) -> Observation {
        let read = match &payment.transaction_id {
            Some(id) => self.read(payment, id, asked_at, answer),
            None => Err(Silence::Nameless),
        };
        read.unwrap_or_else(|silence| Observation::silence(silence, asked_at))
    }

    fn ask_try(&self, _: &Payment, told: &TransactionId) -> Option<Request> {
        Some(self.ask(told.as_str()))
    }

    fn read_try(
        &self,
        payment: &Payment,
        told: &TransactionId,
        asked_at: Instant,
        answer: &Response,
    ) -> Observation {
        let read = match self.read(payment, told, asked_at, answer) {
            // The notification may have named anybody's id.
            Err(Silence::Foreign(_) | Silence::Contradiction) => {
                Ok(Observation::bare(Said::NotStarted, asked_at))
            }
            read => read,
        };
        read.unwrap_or_else(|silence| Observation::silence(silence, asked_at))
    }

    fn methods(&self) -> &'static [&'static str] {
        &opening::METHODS
    }

    fn takes(&self, method: &Method, amount: Rupiah) -> Result<(), String> {
        opening::takes(method.as_str(), amount)
    }

    fn accepts_reference(&self, reference: &Reference) -> Result<(), String> {
        super::pakasir::accepts_reference(reference)
    }

    fn open(&self, opening: &Opening<'_>) -> Option<Request> {
        self.open_request(opening.payment, opening.method.as_str())
    }

    fn read_open(&self, opening: &Opening<'_>, _: Instant, answer: &Response) -> Opened {
        self.opened(opening.payment, opening.method.as_str(), answer)
            .unwrap_or_else(Opened::NoAnswer)
    }

    fn finds_or_opens(&self, _: &Payment) -> bool {
        true
    }

    fn regain(&self, payment: &Payment) -> Option<Request> {
        let is_lost = payment.transaction_id.is_none() && payment.origin == Origin::Payctl;
        let method = payment.method.as_deref().filter(|_| is_lost)?;
        payment
            .status
            .is_open()
            .then(|| self.open_request(payment, method))?
    }

    fn read_regained(
        &self,
        payment: &Payment,
        answer: &Response,
    ) -> Result<TransactionId, Silence> {
        let method = payment.method.as_deref().unwrap_or_default();
        let given = match self.opened(payment, method, answer)? {
            Opened::Open(given) | Opened::Over(given) => given.transaction_id,
            Opened::Refused(_) | Opened::Taken(_) => None,
            Opened::NoAnswer(silence) => return Err(silence),
        };
        given.ok_or(Silence::Nameless)
    }

    fn read_notification(&self, message: &Incoming<'_>) -> Notice {
        self.notice(message)
    }

    fn close(&self, payment: &Payment) -> Option<Request> {
        let id = payment.transaction_id.as_ref()?;
        payment.status.is_open().then(|| self.close_request(id))
    }

    fn read_close(&self, _: &Payment, answer: &Response) -> Closing {
        closing::read(answer).unwrap_or_else(Closing::NoAnswer)
    }

    /// Pakasir has no such call: refunds are sent by hand.
    fn refund(&self, _: &Payment, _key: &str, _: Rupiah, _reason: &str) -> Option<Request> {
        None
    }

    fn read_refund(&self, _: &Payment, _key: &str, _: Rupiah, answer: &Response) -> Refunding {
        Refunding::NoAnswer(Silence::Wordless(answer.status))
    }
}

impl PakasirV2 {
    fn read(
        &self,
        payment: &Payment,
        id: &TransactionId,
        asked_at: Instant,
        answer: &Response,
    ) -> Result<Observation, Silence> {
        if let Some(silence) = silence(answer) {
            return Err(silence);
        }
        let body = Body::of(answer)?;
        if is_not_found(&body, answer.status) {
            return not_found(payment, asked_at);
        }
        let word = body.word("status").filter(|_| is_good(answer.status));
        let word = word.ok_or_else(|| stranger(answer))?;
        self.check_whose(payment, id, &body)?;
        let said = self.meaning(&word, &body);
        // A person reads this, and the status word alone would not show what is wrong with it.
        let raw_status = if let Said::Unrecognised { word } = &said {
            Some(word.clone())
        } else {
            body.text("status").map(|word| shown(&word))
        };
        Ok(Observation {
            raw_status,
            transaction_id: Some(id.clone()),
            paid_at: paid_at(&said, &body),
            measure: Measure::Price,
            kept_body: serde_json::to_string(&body.kept(&KEPT)).ok(),
            ..Observation::bare(said, asked_at)
        })
    }

    fn check_whose(
        &self,
        payment: &Payment,
        id: &TransactionId,
        body: &Body<'_>,
    ) -> Result<(), Silence> {
        let project = body.text("project");
        if let Some(other) = project.filter(|project| *project != self.project) {
            return Err(Silence::Foreign(format!("of project {}", shown(&other))));
        }
        let told = [
            ("txn_id", id.as_str()),
            ("order_id", payment.reference.as_str()),
        ];
        for (field, ours) in told {
            match body.text(field) {
                Some(theirs) if theirs == ours => {}
                Some(theirs) => return Err(Silence::Foreign(shown(&theirs))),
                None => return Err(Silence::Foreign("unnamed".to_owned())),
            }
        }
        Ok(())
    }

    /// Three words are documented. There is none for "expired": a payment that was not paid in time is `canceled`.
    fn meaning(&self, word: &str, body: &Body<'_>) -> Said {
        let doubt = |why: &str| Said::Unrecognised {
            word: shown_whole(&format!("{word} {why}")),
        };
        match (word, body.flag("is_sandbox")) {
            ("completed" | "pending" | "canceled" | "cancelled", None) => {
                doubt("without is_sandbox")
            }
            ("completed" | "pending" | "canceled" | "cancelled", Some(flag))
                if !self.mode.fits(flag) =>
            {
                doubt(self.mode.why_not(flag))
            }
            ("completed", _) => match body.amount("amount") {
                Ok(Some(amount)) => Said::Paid { amount },
                Ok(None) => doubt("without amount"),
                Err(text) => doubt(&format!("with amount {text:?}")),
            },
            ("pending", _) => Said::Pending,
            ("canceled" | "cancelled", _) => Said::Cancelled,
            (other, _) => Said::Unrecognised { word: shown(other) },
        }
    }
}

/// Our own words may be longer than a gateway's.
fn shown_whole(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(120)
        .collect()
}

fn is_good(http_status: u16) -> bool {
    (200..=299).contains(&http_status)
}

/// Codes that make an answer count as silence, whatever its body. 410 is not one of Pakasir's own, and 429 is its
/// answer to two queries within 4 s.
fn silence(answer: &Response) -> Option<Silence> {
    match answer.status {
        410 => Some(Silence::Gone(410)),
        403 => Some(Silence::Refused(403)),
        429 => Some(Silence::TooSoon),
        status => silence_of(status, answer.retry_after),
    }
}

/// A `message` that says that a transaction does not exist, and nothing else. A 404 from a web framework, or a
/// message about a project, is about something else.
fn is_not_found(body: &Body<'_>, http_status: u16) -> bool {
    let has_payment = ["txn_id", "order_id", "status"]
        .iter()
        .any(|field| body.text(field).is_some());
    let message = body.word("message").or_else(|| body.word("error"));
    let about_it = message.is_some_and(|words| {
        let has = |any: &[&str]| any.iter().any(|part| words.contains(part));
        has(&["transaction", "transaksi"])
            && has(&["not found", "tidak ditemukan"])
            && !has(&["key", "project", "proyek"])
    });
    http_status == 404 && !has_payment && about_it
}

/// Pakasir must know a payment to which it has given an id.
fn not_found(payment: &Payment, asked_at: Instant) -> Result<Observation, Silence> {
    if payment.origin == Origin::Payctl {
        return Err(Silence::Contradiction);
    }
    Ok(Observation {
        raw_status: Some("not found".to_owned()),
        measure: Measure::Price,
        ..Observation::bare(Said::NotStarted, asked_at)
    })
}

/// RFC 3339 with any offset and fractions down to nanoseconds.
fn paid_at(said: &Said, body: &Body<'_>) -> Option<Instant> {
    let completed_at = || Instant::parse_rfc3339(&body.text("completed_at")?);
    matches!(said, Said::Paid { .. })
        .then(completed_at)
        .flatten()
}

/// The fields of an answer that may be stored: all of today's, and none that may be added.
const KEPT: [&str; 6] = [
    "txn_id",
    "order_id",
    "amount",
    "is_sandbox",
    "status",
    "completed_at",
];

#[cfg(test)]
mod tests;
