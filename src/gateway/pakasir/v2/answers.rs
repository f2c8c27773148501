//! Recognises silence, "not found" and times in answers of the second interface.

use crate::domain::{
    AmountBasis, Instant, NoAnswerReason, Observation, Payment, PaymentOrigin, Reported,
};
use crate::gateway::reading::{JsonBody, is_any_not_found, silence_of};
use crate::http::message::HttpResponse;

/// Codes that make an answer count as silence, whatever its body. 410 is not one of Pakasir's own, and 429 is its
/// answer to two queries within 4 s.
pub(super) fn silence(answer: &HttpResponse) -> Option<NoAnswerReason> {
    match answer.status {
        410 => Some(NoAnswerReason::Gone(410)),
        403 => Some(NoAnswerReason::Refused(403)),
        429 => Some(NoAnswerReason::TooSoon),
        status => silence_of(status, answer.retry_after),
    }
}

/// A `message` that says that a transaction does not exist, and nothing else. A 404 from a web framework, or a
/// message about a project, is about something else.
pub(super) fn is_not_found(body: &JsonBody<'_>, http_status: u16) -> bool {
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
    http_status == 404 && !has_payment && (about_it || is_any_not_found(http_status))
}

/// Pakasir must know a payment to which it has given an id.
pub(super) fn not_found(
    payment: &Payment,
    asked_at: Instant,
) -> Result<Observation, NoAnswerReason> {
    if payment.origin == PaymentOrigin::Payctl {
        return Err(NoAnswerReason::Contradiction);
    }
    Ok(Observation {
        raw_status: Some("not found".to_owned()),
        measure: AmountBasis::Price,
        ..Observation::from_status(Reported::NotStarted, asked_at)
    })
}

/// RFC 3339 with any offset and fractions down to nanoseconds.
pub(super) fn paid_at(said: &Reported, body: &JsonBody<'_>) -> Option<Instant> {
    let completed_at = || Instant::parse_rfc3339(&body.text("completed_at")?);
    matches!(said, Reported::Paid { .. })
        .then(completed_at)
        .flatten()
}
