//! Pakasir's second interface: a payment is known by the id that Pakasir assigns (`txn_id`), and by nothing else.
//!
//! The key is sent in a header. Every answer says whether it comes from the sandbox; an answer from the wrong
//! environment means nothing.

mod answers;
mod closing;
mod notice;
mod opening;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::PACE;
use crate::domain::{
    AmountBasis, GatewayName, Instant, Method, NoAnswerReason, Notification, Observation, Payment,
    PaymentOrigin, Reference, Reported, Rupiah, TransactionId,
};
use crate::gateway::account::AccountMode;
use crate::gateway::incoming::IncomingRequest;
use crate::gateway::opening::{OpenReply, OpenRequest};
use crate::gateway::reading::{JsonBody, encoded, foreign_answer, shown};
use crate::gateway::{CloseReply, Gateway, LookupKey};
use crate::http::message::{HttpRequest, HttpResponse};
use answers::{is_not_found, not_found, paid_at, silence};

/// The version of Pakasir's interface that this file implements.
pub(super) const VERSION: u8 = 2;

const STATUS: &str = "/api/v2/transaction-status";

/// One project.
#[derive(Debug)]
pub(super) struct PakasirV2 {
    name: GatewayName,
    url: String,
    project: String,
    api_key: SecretString,
    mode: Option<AccountMode>,
    webhook_secret: Option<SecretString>,
}

impl PakasirV2 {
    /// `url` is the host, `https://app.pakasir.com` for both environments; `project` is the project's slug.
    pub(super) fn new(
        name: GatewayName,
        (url, project): (&str, &str),
        api_key: SecretString,
        mode: Option<AccountMode>,
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

    fn signed(&self, request: HttpRequest) -> HttpRequest {
        request
            .header("Accept", "application/json")
            .header("X-Api-Key", self.api_key.expose_secret())
    }

    fn ask(&self, id: &str) -> HttpRequest {
        let request = HttpRequest::get(format!("GET {STATUS}"), self.address(STATUS, id));
        self.signed(request).spaced(PACE.read_interval)
    }
}

impl Gateway for PakasirV2 {
    fn name(&self) -> &GatewayName {
        &self.name
    }

    fn api_version(&self) -> u8 {
        VERSION
    }

    fn read_interval(&self, _: &Payment) -> Duration {
        PACE.read_interval
    }

    fn finds_by_reference(&self, _: &Payment) -> bool {
        false
    }

    /// By its id alone: a call by reference would open a payment if there is none.
    fn handles(&self, payment: &Payment, _now: Instant, _grace: Duration) -> Vec<LookupKey> {
        let known = payment.transaction_id.as_ref();
        known
            .map(|_| LookupKey::TransactionId)
            .into_iter()
            .collect()
    }

    fn ask_status(&self, payment: &Payment, _: LookupKey) -> HttpRequest {
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
        _: LookupKey,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Observation {
        let read = match &payment.transaction_id {
            Some(id) => self.read(payment, id, asked_at, answer),
            None => Err(NoAnswerReason::Nameless),
        };
        read.unwrap_or_else(|silence| Observation::silence(silence, asked_at))
    }

    fn ask_try(&self, _: &Payment, told: &TransactionId) -> Option<HttpRequest> {
        Some(self.ask(told.as_str()))
    }

    fn read_try(
        &self,
        payment: &Payment,
        told: &TransactionId,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Observation {
        let read = match self.read(payment, told, asked_at, answer) {
            // The notification may have named anybody's id.
            Err(NoAnswerReason::Foreign(_) | NoAnswerReason::Contradiction) => {
                Ok(Observation::from_status(Reported::NotStarted, asked_at))
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
        super::accepts_reference(reference)
    }

    fn open(&self, opening: &OpenRequest<'_>) -> Option<HttpRequest> {
        self.open_request(opening.payment, opening.method.as_str())
    }

    fn read_open(&self, opening: &OpenRequest<'_>, _: Instant, answer: &HttpResponse) -> OpenReply {
        self.opened(opening.payment, opening.method.as_str(), answer)
            .unwrap_or_else(OpenReply::NoAnswer)
    }

    fn open_is_repeatable(&self, _: &Payment) -> bool {
        true
    }

    fn recover_request(&self, payment: &Payment) -> Option<HttpRequest> {
        let is_lost = payment.transaction_id.is_none() && payment.origin == PaymentOrigin::Payctl;
        let method = payment.method.as_deref().filter(|_| is_lost)?;
        payment
            .status
            .is_open()
            .then(|| self.open_request(payment, method))?
    }

    fn read_regained(
        &self,
        payment: &Payment,
        answer: &HttpResponse,
    ) -> Result<TransactionId, NoAnswerReason> {
        let method = payment.method.as_deref().unwrap_or_default();
        let given = match self.opened(payment, method, answer)? {
            OpenReply::Open(given) | OpenReply::Over(given) => given.transaction_id,
            OpenReply::Refused(_) | OpenReply::Taken(_) => None,
            OpenReply::NoAnswer(silence) => return Err(silence),
        };
        given.ok_or(NoAnswerReason::Nameless)
    }

    fn read_notification(&self, message: &IncomingRequest<'_>) -> Notification {
        self.notice(message)
    }

    fn close(&self, payment: &Payment) -> Option<HttpRequest> {
        let id = payment.transaction_id.as_ref()?;
        payment.status.is_open().then(|| self.close_request(id))
    }

    fn read_close(&self, _: &Payment, answer: &HttpResponse) -> CloseReply {
        closing::read(answer).unwrap_or_else(CloseReply::NoAnswer)
    }
}

impl PakasirV2 {
    fn read(
        &self,
        payment: &Payment,
        id: &TransactionId,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Result<Observation, NoAnswerReason> {
        if let Some(silence) = silence(answer) {
            return Err(silence);
        }
        let body = JsonBody::of(answer)?;
        if is_not_found(&body, answer.status) {
            return not_found(payment, asked_at);
        }
        let word = body.word("status").filter(|_| is_good(answer.status));
        let word = word.ok_or_else(|| foreign_answer(answer))?;
        self.check_whose(payment, id, &body)?;
        let said = self.meaning(&word, &body);
        // A person reads this, and the status word alone would not show what is wrong with it.
        let raw_status = if let Reported::Unrecognised { word } = &said {
            Some(word.clone())
        } else {
            body.text("status").map(|word| shown(&word))
        };
        Ok(Observation {
            raw_status,
            transaction_id: Some(id.clone()),
            paid_at: paid_at(&said, &body),
            measure: AmountBasis::Price,
            kept_body: serde_json::to_string(&body.pick(&KEPT)).ok(),
            ..Observation::from_status(said, asked_at)
        })
    }

    /// An answer from the sandbox settles nothing unless the project is configured to be there. The project has its
    /// mode at Pakasir; the same key serves both.
    fn fits(&self, is_sandbox: bool) -> bool {
        is_sandbox == (self.mode == Some(AccountMode::Sandbox))
    }

    /// What is wrong with an answer; follows the answer's status word.
    fn why_not(&self, is_sandbox: bool) -> &'static str {
        match (self.mode, is_sandbox) {
            (None, _) => "in the sandbox, but the account's environment is not configured",
            (Some(_), true) => "in the sandbox, not in production as configured",
            (Some(_), false) => "in production, not in the sandbox as configured",
        }
    }

    fn check_whose(
        &self,
        payment: &Payment,
        id: &TransactionId,
        body: &JsonBody<'_>,
    ) -> Result<(), NoAnswerReason> {
        let project = body.text("project");
        if let Some(other) = project.filter(|project| *project != self.project) {
            return Err(NoAnswerReason::Foreign(format!(
                "of project {}",
                shown(&other)
            )));
        }
        let names = [
            ("txn_id", id.as_str()),
            ("order_id", payment.reference.as_str()),
        ];
        names
            .into_iter()
            .try_for_each(|name| check_name(body, name, Absent::Foreign))
    }

    /// Three words are documented. There is none for "expired": a payment that was not paid in time is `canceled`.
    fn meaning(&self, word: &str, body: &JsonBody<'_>) -> Reported {
        let doubt = |why: &str| Reported::Unrecognised {
            word: shown_whole(&format!("{word} {why}")),
        };
        match (word, body.flag("is_sandbox")) {
            ("completed" | "pending" | "canceled" | "cancelled", None) => {
                doubt("without is_sandbox")
            }
            ("completed" | "pending" | "canceled" | "cancelled", Some(flag))
                if !self.fits(flag) =>
            {
                doubt(self.why_not(flag))
            }
            ("completed", _) => match body.amount("amount") {
                Ok(Some(amount)) => Reported::Paid { amount },
                Ok(None) => doubt("without amount"),
                Err(text) => doubt(&format!("with amount {text:?}")),
            },
            ("pending", _) => Reported::Pending,
            ("canceled" | "cancelled", _) => Reported::Cancelled,
            (other, _) => Reported::Unrecognised { word: shown(other) },
        }
    }
}

/// What a missing name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Absent {
    /// The answer is about another payment.
    Foreign,
    /// The answer says less.
    Fine,
}

/// Whether a field of an answer is ours.
fn check_name(
    body: &JsonBody<'_>,
    (field, ours): (&str, &str),
    absent: Absent,
) -> Result<(), NoAnswerReason> {
    match body.text(field) {
        Some(theirs) if theirs == ours => Ok(()),
        None if absent == Absent::Fine => Ok(()),
        theirs => {
            let other = theirs.map_or_else(|| "unnamed".to_owned(), |theirs| shown(&theirs));
            Err(NoAnswerReason::Foreign(other))
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
