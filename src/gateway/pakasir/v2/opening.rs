//! Opens a payment: the call finds it by project and reference, or opens it.

use std::time::Duration;

use serde_json::json;

use super::super::accepts_reference;
use super::answers::silence;
use super::{Absent, PakasirV2, check_name, is_good};
use crate::domain::{Instant, NoAnswerReason, Payment, PaymentStatus, Rupiah};
use crate::gateway::opening::{OpenReply, PaymentInstructions};
use crate::gateway::reading::{JsonBody, foreign_answer, is_gone, number_text, shown, web_address};
use crate::http::message::{HttpRequest, HttpResponse};

const PATH: &str = "/api/v2/create-transaction";

/// As listed in Pakasir's documentation.
pub(super) const METHODS: [&str; 10] = [
    "qris",
    "bri_va",
    "bni_va",
    "cimb_niaga_va",
    "permata_va",
    "maybank_va",
    "bnc_va",
    "artha_graha_va",
    "sampoerna_va",
    LINK,
];

/// The customer chooses how to pay on a page at Pakasir.
const LINK: &str = "payment_link";

/// A charge may take longer than a query.
const PATIENCE: Duration = Duration::from_secs(80);

/// The smallest and largest amount of a method (Pakasir docs, create transaction).
fn limits(method: &str) -> (i64, i64) {
    match method {
        "qris" => (500, 10_000_000),
        LINK => (500, 50_000_000),
        _ => (10_000, 50_000_000),
    }
}

/// Whether this method accepts the amount.
///
/// # Errors
/// A sentence about what it accepts instead.
pub(super) fn takes(method: &str, amount: Rupiah) -> Result<(), String> {
    let (least, most) = limits(method);
    if (least..=most).contains(&amount.as_i64()) {
        return Ok(());
    }
    let (least, most) = (Rupiah::from_db(least), Rupiah::from_db(most));
    Err(format!(
        "Pakasir accepts {least} to {most} by {method}, not {amount}"
    ))
}

impl PakasirV2 {
    /// Only the price: Pakasir adds its fee. There is no deadline to send.
    pub(super) fn open_request(&self, payment: &Payment, method: &str) -> Option<HttpRequest> {
        let is_possible = METHODS.contains(&method)
            && takes(method, payment.amount).is_ok()
            && accepts_reference(&payment.reference).is_ok();
        if !is_possible {
            return None;
        }
        let body = json!({ "method": method, "amount": payment.amount.as_i64() });
        let url = self.address(PATH, payment.reference.as_str());
        let request = HttpRequest::post(format!("POST {PATH}"), url, body.to_string());
        Some(self.signed(request).patient(PATIENCE))
    }

    pub(super) fn opened(
        &self,
        payment: &Payment,
        method: &str,
        answer: &HttpResponse,
    ) -> Result<OpenReply, NoAnswerReason> {
        if let Some(silence) = silence(answer) {
            return Err(silence);
        }
        let body = JsonBody::of(answer)?;
        if !is_good(answer.status) {
            return refused(&body, answer);
        }
        let Some(id) = body.text("txn_id") else {
            return Err(foreign_answer(answer));
        };
        let id = id
            .parse()
            .map_err(|_| NoAnswerReason::Unreadable("an opening with an invalid id".to_owned()))?;
        self.check_whose_opening(payment, method, &body)?;
        let given = PaymentInstructions {
            transaction_id: Some(id),
            ..instructions(payment, method, &body)?
        };
        match body.word("status").as_deref() {
            None | Some("pending") => require_payable(method, given).map(OpenReply::Open),
            Some("completed" | "canceled" | "cancelled") => Ok(OpenReply::Over(Box::new(given))),
            Some(other) => Err(NoAnswerReason::Unreadable(format!(
                "an opening with status {}",
                shown(other)
            ))),
        }
    }

    /// An answer that differs from the request is not about our payment. For a page, the answer has only its id and
    /// its address.
    fn check_whose_opening(
        &self,
        payment: &Payment,
        method: &str,
        body: &JsonBody<'_>,
    ) -> Result<(), NoAnswerReason> {
        let absent = if method == LINK {
            Absent::Fine
        } else {
            Absent::Foreign
        };
        for name in [
            ("project", self.project.as_str()),
            ("order_id", payment.reference.as_str()),
            ("payment_method", method),
        ] {
            check_name(body, name, absent)?;
        }
        match body.amount("amount") {
            Ok(Some(amount)) if amount == payment.amount => {}
            Ok(None) if method == LINK => {}
            _ => {
                let what = "an opening with a different amount".to_owned();
                return Err(NoAnswerReason::Unreadable(what));
            }
        }
        match body.flag("is_sandbox") {
            Some(flag) if !self.fits(flag) && self.mode.is_some() => {
                Err(NoAnswerReason::OtherWorld(self.why_not(flag)))
            }
            _ => Ok(()),
        }
    }
}

/// `total_payment` is what the customer pays; it need not be the price plus the fee.
fn instructions(
    payment: &Payment,
    method: &str,
    body: &JsonBody<'_>,
) -> Result<PaymentInstructions, NoAnswerReason> {
    let text = |field: &str| body.text(field).and_then(|text| number_text(&text));
    let payable = match body.amount("total_payment") {
        Ok(Some(total)) if total >= payment.amount => total,
        Ok(None) if method == LINK => payment.amount,
        _ => {
            return Err(NoAnswerReason::Unreadable(
                "an opening without a total".to_owned(),
            ));
        }
    };
    Ok(PaymentInstructions {
        transaction_id: None,
        status: PaymentStatus::Pending,
        method: Some(method.to_owned()),
        on_page: false,
        payable,
        imposed_fee: Rupiah::ZERO,
        fee: body.amount("fee").ok().flatten(),
        deadline: body
            .text("expired_at")
            .and_then(|time| Instant::parse_rfc3339(&time)),
        token: None,
        page_url: body
            .text("payment_link")
            .and_then(|text| web_address(&text)),
        qr_text: text("qr_string").filter(|_| method == "qris"),
        number: text("va_number").filter(|_| method != "qris" && method != LINK),
        raw_status: None,
    })
}

/// An answer without any payment instructions is no opening.
fn require_payable(
    method: &str,
    given: PaymentInstructions,
) -> Result<Box<PaymentInstructions>, NoAnswerReason> {
    let has_it = match method {
        "qris" => given.qr_text.is_some(),
        LINK => given.page_url.is_some(),
        _ => given.number.is_some(),
    };
    if has_it {
        return Ok(Box::new(given));
    }
    let what = "an opening without payment instructions".to_owned();
    Err(NoAnswerReason::Unreadable(what))
}

/// Neither codes nor texts of refusals are documented.
fn refused(body: &JsonBody<'_>, answer: &HttpResponse) -> Result<OpenReply, NoAnswerReason> {
    let message = body.text("message").or_else(|| body.text("error"));
    let has_payment = body.text("txn_id").is_some();
    match message {
        Some(words) if answer.status == 409 && !has_payment => Ok(OpenReply::Taken(shown(&words))),
        Some(words)
            if !has_payment
                && matches!(answer.status, 400..=499)
                && !is_gone(answer.status)
                && answer.status != 408 =>
        {
            Ok(OpenReply::Refused(shown(&words)))
        }
        _ => Err(foreign_answer(answer)),
    }
}
