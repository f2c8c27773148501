//! Midtrans's notifications: the fields of a status answer, and a signature.
//!
//! The signature covers neither the status word nor the times (Midtrans docs, HTTP notification), so even a verified
//! notification is only a hint: the status is queried before anything is believed.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq;

use super::super::reading::{JsonBody, JsonField, shown};
use super::super::wrapping::message;
use super::fee::parts;
use super::fields::{amount, gross, method_of, transaction_id_of};
use super::kept::kept_body;
use crate::domain::{AmountBasis, Authenticity, Notification, PaidAttempt};

pub(super) fn read(bytes: &[u8], keys: &[SecretString]) -> Notification {
    let bytes = message(bytes);
    let Ok(body) = JsonBody::of_bytes(&bytes) else {
        return Notification::unreadable("it is not a JSON object");
    };
    let verdict = verdict(&body, keys);
    let status = body.word("transaction_status").unwrap_or_default();
    Notification {
        verdict,
        reference: body.text("order_id").and_then(|id| id.parse().ok()),
        transaction_id: transaction_id_of(&body).ok().flatten(),
        amount: amount(&body, "gross_amount").ok().flatten(),
        measure: AmountBasis::Payable,
        parts: parts(&body),
        raw_status: body.text("transaction_status").map(|word| shown(&word)),
        tie: paid_attempt(&body, verdict),
        claims_money: matches!(status.as_str(), "settlement" | "capture"),
        kept_body: stored_body(&body, verdict),
    }
}

/// The signature covers the code, and only money received has exactly this one (Midtrans docs, HTTP notification).
const SUCCESS: &str = "200";

fn paid_attempt(body: &JsonBody<'_>, verdict: Authenticity) -> Option<PaidAttempt> {
    let is_success = body.raw_text("status_code").as_deref() == Some(SUCCESS);
    if verdict != Authenticity::Verified || !is_success {
        return None;
    }
    Some(PaidAttempt {
        method: method_of(body)?,
        amount: gross(body).ok()?,
    })
}

/// SHA-512 over the received texts and the server key, current or previous (Midtrans docs, HTTP notification).
fn verdict(body: &JsonBody<'_>, keys: &[SecretString]) -> Authenticity {
    let of_payments = [
        "order_id",
        "transaction_id",
        "transaction_status",
        "gross_amount",
    ];
    if !body.is_empty() && of_payments.iter().all(|name| !body.has(name)) {
        return Authenticity::NoPayment;
    }
    if body.text("order_id").is_none() || body.text("transaction_status").is_none() {
        return Authenticity::Unreadable("it names no order or no status");
    }
    let signed = ["order_id", "status_code", "gross_amount"].map(|name| body.raw_text(name));
    let [Some(order_id), Some(code), Some(gross)] = signed else {
        return Authenticity::Forged("fields that its signature covers are missing");
    };
    let JsonField::Text(claimed) = body.field("signature_key") else {
        return Authenticity::Forged("it is not signed");
    };
    let claimed = claimed.to_ascii_lowercase();
    let signs = |key: &SecretString| {
        let mut hasher = Sha512::new();
        for part in [&order_id, &code, &gross] {
            hasher.update(part.as_bytes());
        }
        hasher.update(key.expose_secret().as_bytes());
        bool::from(hex(&hasher.finalize()).ct_eq(claimed.as_bytes()))
    };
    if keys.iter().any(signs) {
        Authenticity::Verified
    } else {
        Authenticity::Forged("its signature does not match this account's key")
    }
}

/// What may be stored of a notification about no payment: the words by which the gateway names its kind.
const KINDS: [&str; 5] = [
    "event",
    "event_name",
    "event_type",
    "type",
    "account_status",
];

fn stored_body(body: &JsonBody<'_>, verdict: Authenticity) -> String {
    let kept = match verdict {
        Authenticity::NoPayment => serde_json::to_string(&body.pick(&KINDS)).ok(),
        Authenticity::Verified
        | Authenticity::Unsigned
        | Authenticity::Forged(_)
        | Authenticity::Unreadable(_) => kept_body(body),
    };
    kept.unwrap_or_else(|| "{}".to_owned())
}

/// Lower case, as Midtrans writes it.
fn hex(bytes: &[u8]) -> Vec<u8> {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| {
            if digit < 10 {
                b'0' + digit
            } else {
                b'a' + digit - 10
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
