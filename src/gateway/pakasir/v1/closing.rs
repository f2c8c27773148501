//! Closes a Pakasir payment.

use secrecy::ExposeSecret;
use serde_json::json;

use super::{PakasirV1, asked_amount, is_about_account, is_not_found, silence};
use crate::domain::{NoAnswerReason, Payment, PaymentOrigin};
use crate::gateway::reading::{JsonBody, foreign_answer, is_gone, shown};
use crate::gateway::{CloseReply, LookupKey};
use crate::http::message::{HttpRequest, HttpResponse};

const PATH: &str = "/api/transactioncancel";

impl PakasirV1 {
    /// The four fields of the opening, including the key (Pakasir docs, transaction cancel).
    pub(super) fn close_request(&self, payment: &Payment) -> HttpRequest {
        let body = json!({
            "project": self.project,
            "order_id": payment.reference.as_str(),
            "amount": asked_amount(payment, handle(payment)).as_i64(),
            "api_key": self.api_key.expose_secret(),
        });
        let url = format!("{}{PATH}", self.url);
        HttpRequest::post(format!("POST {PATH}"), url, body.to_string())
            .header("Accept", "application/json")
    }
}

/// A shop that adds its own fee may have opened the payment with the payable, so calls alternate between the price and
/// the payable.
fn handle(payment: &Payment) -> LookupKey {
    if payment.origin == PaymentOrigin::Shop && payment.close_tries % 2 == 1 {
        return LookupKey::ReferenceAtPayable;
    }
    LookupKey::Reference
}

/// Pakasir documents no refusal. Its own plugin reads `message`, and "transaction not found" is its only known text.
/// A message that rejects our account says nothing about the payment.
pub(super) fn read(answer: &HttpResponse) -> Result<CloseReply, NoAnswerReason> {
    let body = JsonBody::of(answer)?;
    if let Some(silence) = silence(answer) {
        return Err(silence);
    }
    if body.flag("success") == Some(true) && !is_gone(answer.status) {
        return Ok(CloseReply::Closed);
    }
    let Some(message) = body.text("message") else {
        return Err(foreign_answer(answer));
    };
    if is_not_found(&body, answer.status) {
        return Ok(CloseReply::Unknown(shown(&message)));
    }
    if is_gone(answer.status) || is_about_account(&message.to_ascii_lowercase()) {
        return Err(foreign_answer(answer));
    }
    Ok(CloseReply::Refused(shown(&message)))
}

#[cfg(test)]
mod tests;
