//! Pakasir's first interface: queried through `GET /api/transactiondetail`, closed through `POST /api/transactioncancel`.
//!
//! The key is part of the query string or the body, so both are secret as a whole.

mod closing;
mod notice;
mod opening;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::domain::{
    AmountBasis, GatewayName, Instant, NoAnswerReason, Notification, Observation, Payment,
    PaymentOrigin, PaymentStatus, Reference, Reported, Rupiah,
};
use crate::faults::planted;
use crate::gateway::incoming::IncomingRequest;
use crate::gateway::opening::{OpenReply, OpenRequest};
use crate::gateway::reading::{
    JsonBody, JsonField, encoded, foreign_answer, is_any_not_found, method_word, shown, silence_of,
};
use crate::gateway::{CloseReply, Gateway, LookupKey};
use crate::http::message::{HttpRequest, HttpResponse};

const PATH: &str = "/api/transactiondetail";

/// One project.
#[derive(Debug)]
pub(super) struct PakasirV1 {
    name: GatewayName,
    url: String,
    project: String,
    api_key: SecretString,
}

impl PakasirV1 {
    /// `url` is the host, `https://app.pakasir.com` for both sandbox and live; `project` is the project's slug.
    pub(super) fn new(name: GatewayName, url: &str, project: &str, api_key: SecretString) -> Self {
        let (url, project) = (url.trim_end_matches('/').to_owned(), project.to_owned());
        Self {
            name,
            url,
            project,
            api_key,
        }
    }
}

impl Gateway for PakasirV1 {
    fn name(&self) -> &GatewayName {
        &self.name
    }

    /// Pakasir finds a payment only by the amount it was opened with (Pakasir docs, transaction detail). A shop that
    /// adds its own fee may have opened it with the payable.
    fn handles(&self, payment: &Payment, _now: Instant, _grace: Duration) -> Vec<LookupKey> {
        if payment.origin == PaymentOrigin::Shop && payment.payable != payment.amount {
            return vec![LookupKey::Reference, LookupKey::ReferenceAtPayable];
        }
        vec![LookupKey::Reference]
    }

    fn ask_status(&self, payment: &Payment, handle: LookupKey) -> HttpRequest {
        let url = format!(
            "{}{PATH}?project={}&amount={}&order_id={}&api_key={}",
            self.url,
            encoded(&self.project),
            asked_amount(payment, handle).as_i64(),
            encoded(payment.reference.as_str()),
            encoded(self.api_key.expose_secret()),
        );
        HttpRequest::get(format!("GET {PATH}"), url).header("Accept", "application/json")
    }

    fn read_status(
        &self,
        payment: &Payment,
        handle: LookupKey,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Observation {
        self.read(payment, handle, asked_at, answer)
            .unwrap_or_else(|silence| Observation::silence(silence, asked_at))
    }

    fn methods(&self) -> &'static [&'static str] {
        &opening::METHODS
    }

    fn accepts_reference(&self, reference: &Reference) -> Result<(), String> {
        super::accepts_reference(reference)
    }

    fn open(&self, opening: &OpenRequest<'_>) -> Option<HttpRequest> {
        self.open_request(opening)
    }

    fn read_open(
        &self,
        opening: &OpenRequest<'_>,
        _asked_at: Instant,
        answer: &HttpResponse,
    ) -> OpenReply {
        self.opened(opening, answer)
            .unwrap_or_else(OpenReply::NoAnswer)
    }

    fn read_notification(&self, message: &IncomingRequest<'_>) -> Notification {
        self.notice(message.body)
    }

    fn close(&self, payment: &Payment) -> Option<HttpRequest> {
        payment
            .status
            .is_open()
            .then(|| self.close_request(payment))
    }

    fn read_close(&self, _payment: &Payment, answer: &HttpResponse) -> CloseReply {
        closing::read(answer).unwrap_or_else(CloseReply::NoAnswer)
    }
}

impl PakasirV1 {
    fn read(
        &self,
        payment: &Payment,
        handle: LookupKey,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Result<Observation, NoAnswerReason> {
        let body = JsonBody::of(answer)?;
        if let Some(silence) = silence(answer) {
            return Err(silence);
        }
        let Some(transaction) = body.object("transaction") else {
            return no_transaction(payment, &body, answer, asked_at);
        };
        let raw_status = transaction
            .text("status")
            .ok_or(NoAnswerReason::Wordless(answer.status))?;
        self.check_whose(payment, &transaction)?;

        let said = meaning(&raw_status.to_ascii_lowercase(), &transaction);
        Ok(Observation {
            raw_status: Some(shown(&raw_status)),
            method: transaction
                .word("payment_method")
                .and_then(|method| method_word(&method)),
            paid_at: paid_at(&said, &transaction),
            measure: measure(payment, handle, &said),
            kept_body: serde_json::to_string(&transaction.pick(&KEPT)).ok(),
            ..Observation::from_status(said, asked_at)
        })
    }

    fn check_whose(
        &self,
        payment: &Payment,
        transaction: &JsonBody<'_>,
    ) -> Result<(), NoAnswerReason> {
        let order_id = transaction.text("order_id");
        let project = transaction.text("project");
        let other = match (project.as_deref(), order_id.as_deref()) {
            (Some(project), Some(order_id)) if project == self.project => {
                if order_id == payment.reference.as_str() {
                    return Ok(());
                }
                shown(order_id)
            }
            (Some(project), _) if project != self.project => {
                format!("of project {}", shown(project))
            }
            _ => "unnamed".to_owned(),
        };
        Err(NoAnswerReason::Foreign(other))
    }
}

/// The meaning of a status word. Only `completed` is documented by Pakasir; the others, `cancelled` in both
/// spellings, are what merchants' code handles (pakasir-go-sdk, pakasir-sdk).
fn meaning(word: &str, transaction: &JsonBody<'_>) -> Reported {
    match word {
        "completed" => paid(transaction),
        "pending" => Reported::Pending,
        "canceled" | "cancelled" => Reported::Cancelled,
        "expired" => Reported::Expired,
        "failed" => Reported::Failed,
        other => Reported::Unrecognised { word: shown(other) },
    }
}

fn paid(transaction: &JsonBody<'_>) -> Reported {
    let why = match transaction.amount("amount") {
        Ok(Some(amount)) => return Reported::Paid { amount },
        Ok(None) => "without amount".to_owned(),
        Err(text) => format!("with amount {text:?}"),
    };
    let word = format!("completed {why}");
    Reported::Unrecognised { word }
}

fn asked_amount(payment: &Payment, handle: LookupKey) -> Rupiah {
    match handle {
        LookupKey::Reference | LookupKey::TransactionId => payment.amount,
        LookupKey::ReferenceAtPayable => payment.payable,
    }
}

/// Pakasir reports the amount that a payment was opened with. Money equal to the payable that we queried with
/// includes the customer's fee; any other amount is compared with the price.
fn measure(payment: &Payment, handle: LookupKey, said: &Reported) -> AmountBasis {
    match (handle, said) {
        (LookupKey::ReferenceAtPayable, Reported::Paid { amount })
            if *amount == payment.payable =>
        {
            AmountBasis::Payable
        }
        _ => AmountBasis::Price,
    }
}

/// An answer without a transaction. A payment that was seen, or whose opening was answered (which is the same here),
/// cannot be unknown, so "not found" changes nothing. If the result of the opening is unknown, "not found" is an
/// answer.
fn no_transaction(
    payment: &Payment,
    body: &JsonBody<'_>,
    answer: &HttpResponse,
    asked_at: Instant,
) -> Result<Observation, NoAnswerReason> {
    if !is_not_found(body, answer.status) {
        return Err(foreign_answer(answer));
    }
    let is_zombie = planted!(QueryAZombieForEver) && payment.status == PaymentStatus::Expired;
    if payment.origin == PaymentOrigin::Payctl && (payment.seen || is_zombie) {
        return Err(NoAnswerReason::Contradiction);
    }
    Ok(Observation {
        raw_status: Some("not found".to_owned()),
        measure: AmountBasis::Price,
        ..Observation::from_status(Reported::NotStarted, asked_at)
    })
}

/// "Not found" in the only form that Pakasir has shown: a `message` that is this sentence, without a transaction. Its
/// code is not documented. Any other JSON with a 404 comes from a web framework at an address where nothing is.
fn is_not_found(body: &JsonBody<'_>, http_status: u16) -> bool {
    let is_answer = matches!(http_status, 200..=299 | 400 | 404 | 422);
    let is_missing = body.field("transaction") == JsonField::Absent;
    let says_so = body.word("message").is_some_and(|word| is_unknown(&word));
    is_missing && is_answer && (says_so || is_any_not_found(http_status))
}

fn is_unknown(message: &str) -> bool {
    let sentence = message.trim_end_matches(['.', '!']);
    NOT_FOUND.contains(&sentence)
}

const NOT_FOUND: [&str; 2] = ["transaction not found", "transaksi tidak ditemukan"];

/// Codes that make an answer count as silence, whatever its body: 410 is not one of Pakasir's own.
fn silence(answer: &HttpResponse) -> Option<NoAnswerReason> {
    match answer.status {
        410 => Some(NoAnswerReason::Gone(410)),
        status => silence_of(status, answer.retry_after),
    }
}

/// A wrong key must not look like a shop whose payments nobody has started.
fn is_about_account(message: &str) -> bool {
    let names = |words: &[&str]| words.iter().any(|word| message.contains(word));
    names(&["key", "auth", "project", "proyek"]) && !names(&["transaction", "transaksi"])
}

/// RFC 3339 with any offset and fraction: Pakasir's own two examples differ.
fn paid_at(said: &Reported, transaction: &JsonBody<'_>) -> Option<Instant> {
    let completed_at = || Instant::parse_rfc3339(&transaction.text("completed_at")?);
    matches!(said, Reported::Paid { .. })
        .then(completed_at)
        .flatten()
}

/// The fields of an answer that may be stored: all of today's, and none that may be added.
const KEPT: [&str; 6] = [
    "amount",
    "order_id",
    "project",
    "status",
    "payment_method",
    "completed_at",
];

#[cfg(test)]
mod tests;
