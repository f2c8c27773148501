//! Closes a Midtrans payment: expire, cancel, or cancel of an unused page.

use super::super::CloseReply;
use super::super::reading::{JsonBody, encoded, shown};
use super::fields::{answered_code, is_not_found, words};
use super::{Midtrans, check_whose_act, no_word};
use crate::domain::{NoAnswerReason, Payment, PaymentStatus};
use crate::http::message::{HttpRequest, HttpResponse};

impl Midtrans {
    /// A pending payment is expired; a card that is authorised or under review can only be cancelled (Midtrans docs,
    /// expire and cancel transaction). A page on which nobody has chosen how to pay is no transaction yet, and only
    /// its token closes it (Midtrans docs, cancel a Snap session).
    pub(super) fn close_request(&self, payment: &Payment) -> Option<HttpRequest> {
        let act = match payment.status {
            PaymentStatus::Challenged => "cancel",
            PaymentStatus::Pending | PaymentStatus::Created if is_authorised(payment) => "cancel",
            PaymentStatus::Pending | PaymentStatus::Created => "expire",
            PaymentStatus::Failed | PaymentStatus::Cancelled | PaymentStatus::Expired => {
                // The payment has expired here; the page may still exist.
                let page = payment.token.as_deref().filter(|_| !payment.seen);
                return page.map(|token| self.cancel_page(token));
            }
            PaymentStatus::Paid | PaymentStatus::Mismatch | PaymentStatus::Reversed => return None,
        };
        if is_known_there(payment) {
            return Some(self.act(payment, act, ""));
        }
        match &payment.token {
            Some(token) => Some(self.cancel_page(token)),
            None => payment.is_begun().then(|| self.act(payment, act, "")),
        }
    }

    /// Anybody with a page's token can pay on it, so the token stays out of the label.
    fn cancel_page(&self, token: &str) -> HttpRequest {
        let host = &self.snap_url;
        let url = format!("{host}/snap/v1/transactions/{}/cancel", encoded(token));
        self.authorised(HttpRequest::post(
            "POST /snap/v1/transactions/…/cancel",
            url,
            "",
        ))
    }
}

/// As far as we know, somebody has chosen how to pay: the payment was seen, and the last query did not say "not
/// found".
fn is_known_there(payment: &Payment) -> bool {
    let is_lost = payment.raw_status.as_deref() == Some("404");
    payment.transaction_id.is_some() || (payment.is_begun() && !is_lost)
}

fn is_authorised(payment: &Payment) -> bool {
    let word = payment.raw_status.as_deref().unwrap_or_default();
    word.eq_ignore_ascii_case("authorize")
}

/// A refusal in Midtrans's own format counts as one, even without a documented code: the status is queried after it,
/// and a person is told about a payment that stays open.
pub(super) fn read(payment: &Payment, answer: &HttpResponse) -> Result<CloseReply, NoAnswerReason> {
    let body = JsonBody::of(answer)?;
    if let Some(closing) = read_page(&body) {
        return Ok(closing);
    }
    let code = answered_code(&body, answer)?;
    check_whose_act(payment, &body)?;
    if body.text("canceled_at").is_some() {
        return Ok(CloseReply::Closed);
    }
    if let Some(words) = page_words(&body) {
        return Ok(CloseReply::Refused(words));
    }
    let is_midtrans = body.text("status_code").is_some() || body.text("status_message").is_some();
    match (code, body.word("transaction_status")) {
        (407, _) => Ok(CloseReply::Closed),
        (200..=299, Some(word)) if is_closing_word(&word) => Ok(CloseReply::Closed),
        (200..=299, Some(word)) => Ok(CloseReply::Refused(shown(&word))),
        (404, None) if is_not_found(&body) => Ok(CloseReply::Unknown(words(&body, code))),
        (404, _) => Err(no_word(code)),
        (400..=499, _) if is_midtrans => Ok(CloseReply::Refused(words(&body, code))),
        _ => Err(NoAnswerReason::Wordless(code)),
    }
}

fn is_closing_word(word: &str) -> bool {
    matches!(word, "expire" | "expired" | "cancel" | "deny" | "failure")
}

/// The documented errors of a page's cancel. No HTTP codes are documented for them, so the words decide.
fn read_page(body: &JsonBody<'_>) -> Option<CloseReply> {
    let words = page_words(body)?;
    let says = |part: &str| words.to_ascii_lowercase().contains(part);
    if says("already canceled") || says("already cancelled") {
        Some(CloseReply::Closed)
    } else if says("on progress") {
        Some(CloseReply::Refused(words))
    } else if says("token not found") {
        Some(CloseReply::Unknown(words))
    } else {
        None
    }
}

/// Snap's errors have a format of their own.
pub(super) fn page_words(body: &JsonBody<'_>) -> Option<String> {
    let messages = body.texts("error_messages");
    (!messages.is_empty()).then(|| shown(&messages.join("; ")))
}

#[cfg(test)]
mod tests;
