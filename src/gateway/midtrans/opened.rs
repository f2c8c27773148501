//! Midtrans's answers to opening a payment.

use super::super::opening::{OpenReply, OpenRequest, PaymentInstructions};
use super::super::reading::{JsonBody, number_text, shown, web_address};
use super::closing::page_words;
use super::fee::parts;
use super::fields::{answered_code, gross, method_of, time, transaction_id_of, words};
use super::methods::PAGE;
use super::no_word;
use super::opening::runs_out;
use crate::domain::{AmountBasis, Instant, NoAnswerReason, PaymentStatus, Rupiah};
use crate::http::message::HttpResponse;

/// An answer that leaves open whether a payment was opened counts as silence until a query has settled it.
pub(super) fn read(
    opening: &OpenRequest<'_>,
    asked_at: Instant,
    answer: &HttpResponse,
) -> Result<OpenReply, NoAnswerReason> {
    let body = JsonBody::of(answer)?;
    let code = answered_code(&body, answer)?;
    // Counted from the start of the call, because Midtrans was given the deadline as a span from there.
    let opening = &OpenRequest {
        now: asked_at,
        ..*opening
    };
    match opening.method.as_str() {
        PAGE => read_page(opening, code, &body),
        _ => read_charge(opening, code, &body),
    }
}

/// Snap's answers have no `status_code`, and its errors have a format of their own (Midtrans docs, backend
/// integration).
fn read_page(
    opening: &OpenRequest<'_>,
    code: u16,
    body: &JsonBody<'_>,
) -> Result<OpenReply, NoAnswerReason> {
    if let Some(words) = page_words(body) {
        return match code {
            400..=499 if is_duplicate(&words) => Ok(OpenReply::Taken(words)),
            400..=499 => Ok(OpenReply::Refused(words)),
            _ => Err(NoAnswerReason::Wordless(code)),
        };
    }
    let (Some(token), Some(page_url)) = (body.text("token"), body.text("redirect_url")) else {
        return Err(NoAnswerReason::Wordless(code));
    };
    let token = number_text(&token).filter(|token| !token.contains(' '));
    let (Some(token), Some(page_url)) = (token, web_address(&page_url)) else {
        let what = "a page with an invalid token or address";
        return Err(NoAnswerReason::Unreadable(what.to_owned()));
    };
    if !(200..=299).contains(&code) {
        return Err(NoAnswerReason::Wordless(code));
    }
    Ok(OpenReply::Open(Box::new(PaymentInstructions {
        status: PaymentStatus::Created,
        method: Some(PAGE.to_owned()),
        on_page: true,
        token: Some(token),
        page_url: Some(page_url),
        ..nothing_yet(opening)
    })))
}

/// `transaction_details.order_id has already been taken` (Midtrans's technical FAQ).
fn is_duplicate(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    words.contains("already been taken") || words.contains("already taken")
}

fn read_charge(
    opening: &OpenRequest<'_>,
    code: u16,
    body: &JsonBody<'_>,
) -> Result<OpenReply, NoAnswerReason> {
    let Some(raw_status) = body.text("transaction_status") else {
        return refusal(code, body).ok_or(no_word(code));
    };
    let order_id = body.text("order_id").unwrap_or_default();
    if order_id != opening.payment.reference.as_str() {
        return Err(NoAnswerReason::Foreign(shown(&order_id)));
    }
    match raw_status.to_ascii_lowercase().as_str() {
        "pending" if matches!(code, 200 | 201) => open(opening, &raw_status, body),
        "deny" | "failure" => Ok(OpenReply::Refused(words(body, code))),
        // It may even be paid already; the status query will tell.
        _ => Err(NoAnswerReason::Unreadable(format!(
            "an opening with status {} and code {code}",
            shown(&raw_status)
        ))),
    }
}

/// 406 means that the order id was used before (Midtrans docs, status codes); any other 4xx of Midtrans's own is a
/// refusal.
fn refusal(code: u16, body: &JsonBody<'_>) -> Option<OpenReply> {
    let said = body.text("status_message");
    let why: Vec<String> = said
        .into_iter()
        .chain(body.texts("validation_messages"))
        .collect();
    let is_midtrans = !why.is_empty() || body.text("status_code").is_some();
    let words = if why.is_empty() {
        code.to_string()
    } else {
        shown(&why.join("; "))
    };
    match code {
        _ if !is_midtrans => page_words(body)
            .filter(|_| (400..=499).contains(&code))
            .map(OpenReply::Refused),
        406 => Some(OpenReply::Taken(words)),
        // A charge refers to nothing that could be missing.
        404 => None,
        400..=499 => Some(OpenReply::Refused(words)),
        _ => None,
    }
}

fn open(
    opening: &OpenRequest<'_>,
    raw_status: &str,
    body: &JsonBody<'_>,
) -> Result<OpenReply, NoAnswerReason> {
    let other_amount =
        || NoAnswerReason::Unreadable("an opening with a different amount".to_owned());
    let payable = gross(body).map_err(|_| other_amount())?;
    let fee = opening
        .payment
        .fee_within(payable, AmountBasis::Payable, parts(body))
        .ok_or_else(other_amount)?;
    let deadline = time(body, "expiry_time").or_else(|| time(body, "expire_time"));
    let given_out = nothing_yet(opening);
    Ok(OpenReply::Open(Box::new(PaymentInstructions {
        transaction_id: transaction_id_of(body)?,
        payable,
        imposed_fee: fee,
        fee: (fee > Rupiah::ZERO).then_some(fee),
        status: PaymentStatus::Pending,
        method: method_of(body).or(given_out.method),
        deadline: deadline.or(given_out.deadline),
        page_url: qr_image(body),
        qr_text: body.text("qr_string").and_then(|text| number_text(&text)),
        number: number(body),
        raw_status: Some(shown(raw_status)),
        ..given_out
    })))
}

/// For the oldest QRIS accounts, which return an image and no text.
fn qr_image(body: &JsonBody<'_>) -> Option<String> {
    if body.text("qr_string").is_some() {
        return None;
    }
    let mut actions = body.objects("actions").into_iter();
    let image =
        actions.find(|action| action.text("name").as_deref() == Some("generate-qr-code"))?;
    web_address(&image.text("url")?)
}

/// What the customer types at a bank or says at a counter (Midtrans docs, charge transactions).
fn number(body: &JsonBody<'_>) -> Option<String> {
    let of_bank = || body.objects("va_numbers").first()?.text("va_number");
    let of_bill = || {
        let (code, key) = (body.text("biller_code")?, body.text("bill_key")?);
        Some(format!("{code} / {key}"))
    };
    let number = of_bank()
        .or_else(|| body.text("permata_va_number"))
        .or_else(of_bill)
        .or_else(|| body.text("payment_code"))?;
    number_text(&number)
}

fn nothing_yet(opening: &OpenRequest<'_>) -> PaymentInstructions {
    PaymentInstructions {
        transaction_id: None,
        status: PaymentStatus::Pending,
        method: Some(opening.method.to_string()),
        on_page: false,
        payable: opening.payment.asked_for(),
        imposed_fee: Rupiah::ZERO,
        fee: None,
        deadline: Some(runs_out(opening)),
        token: None,
        page_url: None,
        qr_text: None,
        number: None,
        raw_status: None,
    }
}

#[cfg(test)]
mod tests;
