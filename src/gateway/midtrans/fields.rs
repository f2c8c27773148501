//! The fields of Midtrans's answers and notifications, which share one format.

use super::super::reading::{
    JsonBody, JsonField, is_any_not_found, is_gone, method_word, shown, silence_of,
};
use crate::domain::{Instant, NoAnswerReason, Reported, Rupiah, TransactionId};
use crate::http::message::HttpResponse;

pub(super) fn code_of(body: &JsonBody<'_>, http_status: u16) -> u16 {
    body.text("status_code")
        .and_then(|code| code.parse().ok())
        .unwrap_or(http_status)
}

/// The code of an answer, or why there is none. If the HTTP code says that nothing is at this address, only a body in
/// one of Midtrans's own formats counts as an answer.
pub(super) fn answered_code(
    body: &JsonBody<'_>,
    answer: &HttpResponse,
) -> Result<u16, NoAnswerReason> {
    if is_gone(answer.status) && !is_own(body) && !is_any_not_found(answer.status) {
        return Err(NoAnswerReason::Gone(answer.status));
    }
    let code = code_of(body, answer.status);
    silence_of(code, answer.retry_after).map_or(Ok(code), Err)
}

/// The formats of the Core API's answers and of Snap's errors (Midtrans docs, Get Status, backend integration).
fn is_own(body: &JsonBody<'_>) -> bool {
    let has = |key| body.text(key).is_some();
    has("transaction_status")
        || (has("status_code") && has("status_message"))
        || !body.texts("error_messages").is_empty()
}

/// "Not found" as Midtrans documents it, and in no other form: `status_code` is the text "404", and `status_message`
/// says that the transaction or the resource does not exist (Midtrans docs, Get Status). Any other 404 comes from a
/// web framework at an address that is not Midtrans's (midtrans-php#11).
pub(super) fn is_not_found(body: &JsonBody<'_>) -> bool {
    let message = body.word("status_message").unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    body.is_string("status_code")
        && body.text("status_code").as_deref() == Some("404")
        && body.field("transaction_status") == JsonField::Absent
        && says(&["transaction ", "resource "])
        && says(&["exist", "not found"])
}

/// Midtrans's message, safe to show; the code if there is no message.
pub(super) fn words(body: &JsonBody<'_>, code: u16) -> String {
    body.text("status_message")
        .map_or_else(|| code.to_string(), |message| shown(&message))
}

pub(super) fn transaction_id_of(
    body: &JsonBody<'_>,
) -> Result<Option<TransactionId>, NoAnswerReason> {
    let unusable = || NoAnswerReason::Unreadable("an invalid transaction id".to_owned());
    match body.field("transaction_id") {
        JsonField::Absent => Ok(None),
        JsonField::Text(id) => id.parse().map(Some).map_err(|_| unusable()),
        JsonField::Odd => Err(unusable()),
    }
}

/// The payment method in our words; `None` if the answer omits it, as answers to cancel and expire do.
pub(super) fn method_of(body: &JsonBody<'_>) -> Option<String> {
    let method = match body.word("payment_type")?.as_str() {
        "permata" => "permata_va".to_owned(),
        "bank_transfer" if body.text("permata_va_number").is_some() => "permata_va".to_owned(),
        "bank_transfer" => {
            let bank = body.objects("va_numbers").first()?.word("bank")?;
            format!("{bank}_va")
        }
        "cstore" => body.word("store")?,
        other => other.to_owned(),
    };
    method_word(&method)
}

/// Midtrans's times carry no zone and are Western Indonesian Time everywhere (veritrans-php#98).
pub(super) fn time(body: &JsonBody<'_>, key: &str) -> Option<Instant> {
    Instant::parse_western_indonesian(&body.text(key)?)
}

/// What the customer paid, or why that is unknown.
pub(super) fn gross(body: &JsonBody<'_>) -> Result<Rupiah, String> {
    match body.field("currency") {
        JsonField::Absent => {}
        JsonField::Text(currency) if currency.eq_ignore_ascii_case("IDR") => {}
        JsonField::Text(currency) => return Err(format!("in {}", shown(&currency))),
        JsonField::Odd => return Err("in an unreadable currency".to_owned()),
    }
    amount(body, "gross_amount")?.ok_or_else(|| "without gross_amount".to_owned())
}

pub(super) fn amount(body: &JsonBody<'_>, key: &str) -> Result<Option<Rupiah>, String> {
    body.amount(key)
        .map_err(|text| format!("with {key} {text:?}"))
}

/// When the money came in, where an answer says so.
pub(super) fn paid_at(said: &Reported, word: &str, body: &JsonBody<'_>) -> Option<Instant> {
    said.paid()?;
    let captured_at = || time(body, "transaction_time").filter(|_| word == "capture");
    time(body, "settlement_time").or_else(captured_at)
}
