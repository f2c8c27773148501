//! Refunds through Midtrans.

use serde_json::json;

use super::super::RefundReply;
use super::super::reading::{JsonBody, JsonField, shown};
use super::fields::{amount, answered_code, is_not_found, words};
use super::methods::traits;
use super::{Midtrans, check_whose_act, no_word};
use crate::domain::{NoAnswerReason, Payment, Rupiah};
use crate::http::message::{HttpRequest, HttpResponse};

impl Midtrans {
    /// The plain refund call. Midtrans treats the same `refund_key` within seven days as a repetition (Midtrans docs,
    /// refund transaction).
    pub(super) fn refund_request(
        &self,
        payment: &Payment,
        key: &str,
        amount: Rupiah,
        reason: &str,
    ) -> Option<HttpRequest> {
        let method = payment.method.as_deref();
        if method.is_some_and(|method| !traits(method).refundable) {
            return None;
        }
        let body = json!({ "refund_key": key, "amount": amount.as_i64(), "reason": reason });
        Some(self.act(payment, "refund", &body.to_string()))
    }
}

/// Denied only if certainly no money was sent; done only if it certainly was.
pub(super) fn read(
    payment: &Payment,
    key: &str,
    amount: Rupiah,
    answer: &HttpResponse,
) -> Result<RefundReply, NoAnswerReason> {
    let body = JsonBody::of(answer)?;
    let code = answered_code(&body, answer)?;
    check_whose_act(payment, &body)?;
    let names_it = check_which(&body, key)?;
    let is_midtrans = body.text("status_code").is_some() || body.text("status_message").is_some();
    let status = body.word("transaction_status");
    let has_gone_back = matches!(status.as_deref(), Some("refund" | "partial_refund"));
    match (code, status) {
        (200, Some(_)) if has_gone_back && names_it => done(&body, amount),
        (200, Some(_)) if has_gone_back => Err(another("a refund without a key")),
        (200, Some(word)) => Err(unclear(&word)),
        (202, Some(word)) if has_gone_back => Err(unclear(&word)),
        (202, Some(_)) => Ok(RefundReply::Denied(words(&body, code))),
        (404, _) if !is_not_found(&body) => Err(no_word(code)),
        (406, _) if is_midtrans => Ok(RefundReply::DuplicateKey),
        (400..=499, _) if is_midtrans && !has_gone_back => {
            Ok(RefundReply::Denied(words(&body, code)))
        }
        _ => Err(NoAnswerReason::Wordless(code)),
    }
}

/// Whether the answer names the requested refund, by its key. An answer that names another key says nothing about
/// ours.
fn check_which(body: &JsonBody<'_>, key: &str) -> Result<bool, NoAnswerReason> {
    match body.field("refund_key") {
        JsonField::Absent => Ok(false),
        JsonField::Text(told) if told == key => Ok(true),
        JsonField::Text(told) => Err(another(&format!("the refund {}", shown(&told)))),
        JsonField::Odd => Err(another("a refund with an invalid key")),
    }
}

/// Done if the requested amount was refunded; for another amount, the status must tell.
fn done(body: &JsonBody<'_>, asked: Rupiah) -> Result<RefundReply, NoAnswerReason> {
    match amount(body, "refund_amount") {
        Ok(None) => Ok(RefundReply::Done),
        Ok(Some(told)) if told == asked => Ok(RefundReply::Done),
        Ok(Some(told)) => Err(another(&format!("a refund of {told}"))),
        Err(why) => Err(another(&format!("a refund {why}"))),
    }
}

fn another(what: &str) -> NoAnswerReason {
    NoAnswerReason::Unreadable(format!("{what}, not the requested one"))
}

fn unclear(word: &str) -> NoAnswerReason {
    NoAnswerReason::Unreadable(format!("a refund of a payment with status {}", shown(word)))
}

#[cfg(test)]
mod tests;
