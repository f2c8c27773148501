//! Opens a payment at Pakasir.

use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::json;

use super::super::accepts_reference;
use super::{PakasirV1, is_about_account, silence};
use crate::domain::{Instant, NoAnswerReason, PaymentStatus, Rupiah};
use crate::gateway::opening::{OpenReply, OpenRequest, PaymentInstructions};
use crate::gateway::reading::{
    JsonBody, JsonField, foreign_answer, method_word, number_text, shown, web_address,
};
use crate::http::message::{HttpRequest, HttpResponse};

const PATH: &str = "/api/transactioncreate";

/// As listed in Pakasir's documentation; `paypal` is known only from merchants' code (pakasir-go-sdk, pakasir-sdk).
pub(super) const METHODS: [&str; 11] = [
    "qris",
    "bni_va",
    "bri_va",
    "cimb_niaga_va",
    "permata_va",
    "maybank_va",
    "sampoerna_va",
    "bnc_va",
    "atm_bersama_va",
    "artha_graha_va",
    "paypal",
];

/// A charge may take longer than a query.
const PATIENCE: Duration = Duration::from_secs(80);

impl PakasirV1 {
    /// Opened with the price: Pakasir adds its fee, and knows the payment by this amount from then on (Pakasir docs,
    /// transaction create).
    pub(super) fn open_request(&self, opening: &OpenRequest<'_>) -> Option<HttpRequest> {
        let method = opening.method.as_str();
        if !METHODS.contains(&method) || accepts_reference(&opening.payment.reference).is_err() {
            return None;
        }
        let body = json!({
            "project": self.project,
            "order_id": opening.payment.reference.as_str(),
            "amount": opening.payment.amount.as_i64(),
            "api_key": self.api_key.expose_secret(),
        });
        let url = format!("{}{PATH}/{method}", self.url);
        let request = HttpRequest::post(format!("POST {PATH}/{method}"), url, body.to_string());
        Some(
            request
                .header("Accept", "application/json")
                .patient(PATIENCE),
        )
    }

    pub(super) fn opened(
        &self,
        opening: &OpenRequest<'_>,
        answer: &HttpResponse,
    ) -> Result<OpenReply, NoAnswerReason> {
        let body = JsonBody::of(answer)?;
        if let Some(silence) = silence(answer) {
            return Err(silence);
        }
        let Some(payment) = body.object("payment") else {
            return no_payment(&body, answer);
        };
        if !(200..=299).contains(&answer.status) {
            return Err(NoAnswerReason::Wordless(answer.status));
        }
        self.check_whose_opening(opening, &payment)?;
        instructions(opening, &payment).map(|given| OpenReply::Open(Box::new(given)))
    }

    fn check_whose_opening(
        &self,
        opening: &OpenRequest<'_>,
        payment: &JsonBody<'_>,
    ) -> Result<(), NoAnswerReason> {
        let project = payment.text("project").unwrap_or_default();
        let order_id = payment.text("order_id").unwrap_or_default();
        if project != self.project {
            return Err(NoAnswerReason::Foreign(format!(
                "of project {}",
                shown(&project)
            )));
        }
        if order_id != opening.payment.reference.as_str() {
            return Err(NoAnswerReason::Foreign(shown(&order_id)));
        }
        if payment.amount("amount") != Ok(Some(opening.payment.amount)) {
            let what = "an opening with a different amount".to_owned();
            return Err(NoAnswerReason::Unreadable(what));
        }
        Ok(())
    }
}

/// `payment_number` is the text of a QR code or a number to pay to, `total_payment` is what the customer pays, and
/// `expired_at` is any RFC 3339 time (Pakasir docs, transaction create).
fn instructions(
    opening: &OpenRequest<'_>,
    payment: &JsonBody<'_>,
) -> Result<PaymentInstructions, NoAnswerReason> {
    let payable = payable(opening, payment)
        .ok_or_else(|| NoAnswerReason::Unreadable("an opening without a total".to_owned()))?;
    let asked = opening.method.as_str();
    let method = payment.word("payment_method");
    let method = method.and_then(|method| method_word(&method));
    let number = payment.text("payment_number");
    let number = number.and_then(|number| number_text(&number));
    let address = number.as_deref().and_then(web_address);
    let is_qr = asked == "qris";
    Ok(PaymentInstructions {
        transaction_id: None,
        status: PaymentStatus::Pending,
        method: method.or_else(|| Some(asked.to_owned())),
        on_page: false,
        payable,
        imposed_fee: Rupiah::ZERO,
        fee: payment.amount("fee").ok().flatten(),
        deadline: payment
            .text("expired_at")
            .and_then(|time| Instant::parse_rfc3339(&time)),
        token: None,
        qr_text: number.clone().filter(|_| is_qr),
        number: number.filter(|_| !is_qr && address.is_none()),
        page_url: address,
        raw_status: None,
    })
}

fn payable(opening: &OpenRequest<'_>, payment: &JsonBody<'_>) -> Option<Rupiah> {
    let total = payment.amount("total_payment").ok().flatten()?;
    (total >= opening.payment.amount).then_some(total)
}

/// Neither codes nor texts of refusals are documented; Pakasir's own plugin reads `message` if `payment` is missing.
/// A 404 or 405 comes from an address where nothing is.
fn no_payment(body: &JsonBody<'_>, answer: &HttpResponse) -> Result<OpenReply, NoAnswerReason> {
    let http_status = answer.status;
    let is_said = matches!(http_status, 200..=299 | 400..=403 | 406 | 407 | 409..=499);
    let is_missing =
        body.field("payment") == JsonField::Absent && body.flag("success") != Some(true);
    let message = body.text("message").filter(|_| is_said && is_missing);
    let Some(message) = message else {
        return Err(foreign_answer(answer));
    };
    let word = message.to_ascii_lowercase();
    if is_about_account(&word) {
        return Err(foreign_answer(answer));
    }
    let is_taken = ["already", "duplicate", "sudah"];
    if http_status == 409 || is_taken.iter().any(|part| word.contains(part)) {
        return Ok(OpenReply::Taken(shown(&message)));
    }
    Ok(OpenReply::Refused(shown(&message)))
}

#[cfg(test)]
mod tests;
