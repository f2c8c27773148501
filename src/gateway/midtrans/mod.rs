//! Midtrans: Snap and Core API, queried through `GET /v2/{id}/status`. A Snap order, too, is closed and refunded
//! through the Core API once its customer has chosen how to pay.
//!
//! The body's `status_code` takes precedence over the HTTP code, as in Midtrans's own SDKs; 407 is an ordinary
//! "expired".

mod account;
mod attempts;
mod closing;
mod fee;
mod fields;
mod kept;
mod methods;
mod notice;
mod opened;
mod opening;
mod refunding;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::incoming::IncomingRequest;
use super::opening::{OpenReply, OpenRequest};
use super::reading::{JsonBody, JsonField, encoded, is_any_not_found, shown};
use super::{CloseReply, Gateway, LookupKey, RefundReply};
use crate::domain::{
    AmountBasis, GatewayName, Instant, NoAnswerReason, Notification, Observation, Payment,
    Reference, Reported, Rupiah, TransactionId,
};
use crate::http::message::{HttpRequest, HttpResponse};
use fields::{
    amount, answered_code, gross, is_not_found, method_of, paid_at, time, transaction_id_of,
};
use kept::kept_body;

/// One Midtrans account.
#[derive(Debug)]
pub(super) struct Midtrans {
    name: GatewayName,
    core_url: String,
    snap_url: String,
    authorization: SecretString,
    /// The keys that may sign notifications: the current one, and the previous one if it is configured.
    keys: Vec<SecretString>,
}

impl Midtrans {
    /// `core_url` is the Core API's host, such as `https://api.midtrans.com`: it also answers for Snap orders.
    /// `snap_url` is the host of the pages, such as `https://app.midtrans.com`.
    /// `key` is the server key, sent as the user name of Basic authentication (Midtrans docs, API headers).
    fn new(name: GatewayName, core_url: &str, snap_url: &str, key: SecretString) -> Self {
        let pair = SecretString::from(format!("{}:", key.expose_secret()));
        let authorization = format!("Basic {}", STANDARD.encode(pair.expose_secret())).into();
        Self {
            name,
            core_url: core_url.trim_end_matches('/').to_owned(),
            snap_url: snap_url.trim_end_matches('/').to_owned(),
            authorization,
            keys: vec![key],
        }
    }

    /// Also accepts notifications that are signed with the previous key.
    fn with_previous(mut self, key: Option<SecretString>) -> Self {
        self.keys.extend(key);
        self
    }
}

pub(super) use account::DESCRIPTOR;

impl Gateway for Midtrans {
    fn name(&self) -> &GatewayName {
        &self.name
    }

    /// While the payment's page may hide a newer try, the reference shows the customer's latest one (Midtrans docs,
    /// transaction status cycle); otherwise only the try on record matters. After a try has ended without money,
    /// another can start under its reference at any time, even when the order is paid or has ended. The reference
    /// then shows the latest try, which is the try on record or hides it.
    fn handles(&self, payment: &Payment, now: Instant, grace: Duration) -> Vec<LookupKey> {
        match &payment.transaction_id {
            None => vec![LookupKey::Reference],
            Some(_) if payment.page_may_hide(now, grace) || payment.allows_another_try() => {
                vec![LookupKey::Reference, LookupKey::TransactionId]
            }
            Some(_) => vec![LookupKey::TransactionId],
        }
    }

    fn ask_status(&self, payment: &Payment, handle: LookupKey) -> HttpRequest {
        let id =
            asked_try(payment, handle).map_or(payment.reference.as_str(), TransactionId::as_str);
        self.status_request(id)
    }

    fn read_status(
        &self,
        payment: &Payment,
        handle: LookupKey,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Observation {
        read(payment, handle, asked_at, answer)
            .unwrap_or_else(|silence| Observation::silence(silence, asked_at))
    }

    /// Both ids work, except that BI-SNAP and DANA know a try only by its own id (Midtrans docs, Get Status).
    fn ask_try(&self, _: &Payment, told: &TransactionId) -> Option<HttpRequest> {
        Some(self.status_request(told.as_str()))
    }

    fn read_try(
        &self,
        payment: &Payment,
        told: &TransactionId,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Observation {
        attempts::read(payment, told, asked_at, answer)
    }

    fn methods(&self) -> &'static [&'static str] {
        &methods::METHODS
    }

    fn accepts_reference(&self, reference: &Reference) -> Result<(), String> {
        opening::accepts(reference)
    }

    fn open(&self, opening: &OpenRequest<'_>) -> Option<HttpRequest> {
        self.open_request(opening)
    }

    fn read_open(
        &self,
        opening: &OpenRequest<'_>,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> OpenReply {
        opened::read(opening, asked_at, answer).unwrap_or_else(OpenReply::NoAnswer)
    }

    fn read_notification(&self, message: &IncomingRequest<'_>) -> Notification {
        notice::read(message.body, &self.keys)
    }

    fn close(&self, payment: &Payment) -> Option<HttpRequest> {
        self.close_request(payment)
    }

    fn read_close(&self, payment: &Payment, answer: &HttpResponse) -> CloseReply {
        closing::read(payment, answer).unwrap_or_else(CloseReply::NoAnswer)
    }

    fn refund(
        &self,
        payment: &Payment,
        key: &str,
        amount: Rupiah,
        reason: &str,
    ) -> Option<HttpRequest> {
        self.refund_request(payment, key, amount, reason)
    }

    fn read_refund(
        &self,
        payment: &Payment,
        key: &str,
        amount: Rupiah,
        answer: &HttpResponse,
    ) -> RefundReply {
        refunding::read(payment, key, amount, answer).unwrap_or_else(RefundReply::NoAnswer)
    }
}

impl Midtrans {
    fn status_request(&self, id: &str) -> HttpRequest {
        let path = format!("/v2/{}/status", encoded(id));
        let url = format!("{}{path}", self.core_url);
        self.authorised(HttpRequest::get(format!("GET {path}"), url))
    }

    /// One of the calls that change a payment. It names the payment as Midtrans certainly knows it.
    fn act(&self, payment: &Payment, act: &str, body: &str) -> HttpRequest {
        let id = asked_try(payment, LookupKey::TransactionId)
            .map_or(payment.reference.as_str(), TransactionId::as_str);
        let path = format!("/v2/{}/{act}", encoded(id));
        let url = format!("{}{path}", self.core_url);
        self.authorised(HttpRequest::post(format!("POST {path}"), url, body))
    }

    fn authorised(&self, request: HttpRequest) -> HttpRequest {
        request
            .header("Accept", "application/json")
            .header("Authorization", self.authorization.clone())
    }
}

/// Whether the answer belongs to a call that named the payment as [`Midtrans::act`] does. Refusals name no payment.
fn check_whose_act(payment: &Payment, body: &JsonBody<'_>) -> Result<(), NoAnswerReason> {
    let transaction_id = transaction_id_of(body)?;
    if transaction_id.is_none() && body.text("order_id").is_none() {
        return Ok(());
    }
    check_whose(
        payment,
        LookupKey::TransactionId,
        body,
        transaction_id.as_ref(),
    )
}

/// The try that was queried by its own id; `None` if the query used our reference.
fn asked_try(payment: &Payment, handle: LookupKey) -> Option<&TransactionId> {
    match handle {
        LookupKey::TransactionId => payment.transaction_id.as_ref(),
        LookupKey::Reference | LookupKey::ReferenceAtPayable => None,
    }
}

fn read(
    payment: &Payment,
    handle: LookupKey,
    asked_at: Instant,
    answer: &HttpResponse,
) -> Result<Observation, NoAnswerReason> {
    read_if(asked_at, answer, |body, told| {
        check_whose(payment, handle, body, told)
    })
}

/// The meaning of an answer, if it is about the queried payment.
fn read_if(
    asked_at: Instant,
    answer: &HttpResponse,
    check: impl FnOnce(&JsonBody<'_>, Option<&TransactionId>) -> Result<(), NoAnswerReason>,
) -> Result<Observation, NoAnswerReason> {
    let body = JsonBody::of(answer)?;
    let code = answered_code(&body, answer)?;
    let Some(raw_status) = body.text("transaction_status") else {
        return not_started(&body, code, asked_at);
    };

    let transaction_id = transaction_id_of(&body)?;
    check(&body, transaction_id.as_ref())?;
    let word = raw_status.to_ascii_lowercase();
    let said = meaning(&word, &body);
    let method = method_of(&body);
    Ok(Observation {
        raw_status: Some(shown(&raw_status)),
        transaction_id,
        deadline: time(&body, "expiry_time").or_else(|| time(&body, "expire_time")),
        begun_at: time(&body, "transaction_time"),
        paid_at: paid_at(&said, &word, &body),
        reversible: matches!(said, Reported::Paid { .. })
            && method
                .as_deref()
                .is_some_and(|method| is_reversible(method, &word)),
        method,
        measure: AmountBasis::Payable,
        parts: fee::parts(&body),
        gross: gross(&body).ok(),
        kept_body: kept_body(&body),
        ..Observation::from_status(said, asked_at)
    })
}

/// The meaning of a status word together with the fraud status (Midtrans docs, transaction status cycle and Get
/// Status). The status takes precedence: a card that its bank has refused is `deny` with fraud `accept`.
fn meaning(word: &str, body: &JsonBody<'_>) -> Reported {
    let fraud = fraud_of(body);
    let said = match (word, fraud.as_deref()) {
        ("settlement", _) | ("capture", None | Some("accept")) => {
            gross(body).map(|amount| Reported::Paid { amount })
        }
        ("capture" | "authorize", Some("challenge")) => Ok(Reported::Challenged),
        ("pending" | "authorize", _) => Ok(Reported::Pending),
        ("deny" | "failure", _) | ("capture", Some("deny")) => Ok(Reported::Failed),
        ("cancel", _) => Ok(Reported::Cancelled),
        ("expire" | "expired", _) => Ok(Reported::Expired),
        ("refund", _) => {
            fully_refunded(body).map(|(paid, total)| Reported::Refunded { paid, total })
        }
        ("partial_refund", _) => {
            partly_refunded(body).map(|(paid, total)| Reported::Refunded { paid, total })
        }
        ("chargeback", _) => {
            fully_refunded(body).map(|(paid, total)| Reported::ChargedBack { paid, total })
        }
        ("partial_chargeback", _) => {
            partly_refunded(body).map(|(paid, total)| Reported::ChargedBack { paid, total })
        }
        ("capture", Some(other)) => Err(format!("with fraud status {}", shown(other))),
        _ => Err(String::new()),
    };
    said.unwrap_or_else(|why| Reported::Unrecognised {
        word: format!("{} {why}", shown(word)).trim_end().to_owned(),
    })
}

/// Convenience stores omit the field. An unreadable value does not count as missing.
fn fraud_of(body: &JsonBody<'_>) -> Option<String> {
    match body.field("fraud_status") {
        JsonField::Absent => None,
        JsonField::Text(word) => Some(word.to_ascii_lowercase()),
        JsonField::Odd => Some("unreadable".to_owned()),
    }
}

/// The amounts paid and returned; returned is everything unless the answer says otherwise.
fn fully_refunded(body: &JsonBody<'_>) -> Result<(Rupiah, Rupiah), String> {
    let paid = gross(body)?;
    Ok((paid, amount(body, "refund_amount")?.unwrap_or(paid)))
}

/// The amounts paid and returned, both of which the answer must state.
fn partly_refunded(body: &JsonBody<'_>) -> Result<(Rupiah, Rupiah), String> {
    let total = amount(body, "refund_amount")?;
    Ok((gross(body)?, total.ok_or("without refund_amount")?))
}

/// "Not found" as Midtrans writes it: nobody has chosen how to pay on the page yet (midtrans-php#61).
fn not_started(
    body: &JsonBody<'_>,
    code: u16,
    asked_at: Instant,
) -> Result<Observation, NoAnswerReason> {
    if is_not_found(body) || is_any_not_found(code) {
        return Ok(Observation {
            raw_status: Some(code.to_string()),
            kept_body: kept_body(body),
            ..Observation::from_status(Reported::NotStarted, asked_at)
        });
    }
    Err(no_word(code))
}

/// A code without a status. A 404 in other words than Midtrans's says nothing about a payment.
fn no_word(code: u16) -> NoAnswerReason {
    if code == 404 {
        return NoAnswerReason::Gone(code);
    }
    NoAnswerReason::Wordless(code)
}

/// An answer is about this payment if it carries our reference, or the try on record and no third name. The
/// `order_id` of BI-SNAP virtual accounts and of DANA repeats their own `transaction_id` (midtrans-php#121); for a
/// try that is not on record, that is believed only if the query used our reference.
fn check_whose(
    payment: &Payment,
    handle: LookupKey,
    body: &JsonBody<'_>,
    transaction_id: Option<&TransactionId>,
) -> Result<(), NoAnswerReason> {
    let order_id = body.text("order_id");
    let reference = Some(payment.reference.as_str());
    let told_try = transaction_id.map(TransactionId::as_str);
    let recorded = payment.transaction_id.as_ref().map(TransactionId::as_str);

    let carries_reference = order_id.as_deref() == reference || told_try == reference;
    let repeats_itself = told_try.is_some() && order_id.as_deref() == told_try;
    let is_recorded =
        told_try.is_some() && told_try == recorded && (order_id.is_none() || repeats_itself);
    let repeats_itself = repeats_itself && asked_try(payment, handle).is_none();
    if carries_reference || is_recorded || repeats_itself {
        return Ok(());
    }
    let other = order_id.as_deref().or(told_try).unwrap_or("unnamed");
    Err(NoAnswerReason::Foreign(shown(other)))
}

/// A card that is not settled may be cancelled, too (Midtrans docs, transaction status cycle).
fn is_reversible(method: &str, word: &str) -> bool {
    methods::traits(method).reversible || (method == "credit_card" && word == "capture")
}

#[cfg(test)]
mod tests;
