//! Sending money back through Midtrans.

use serde_json::json;

use super::super::Refunding;
use super::super::reading::{Body, shown};
use super::fields::{answered_code, is_not_found, words};
use super::{Midtrans, check_whose_act, no_word};
use crate::domain::money::Rupiah;
use crate::domain::observation::Silence;
use crate::domain::payment::Payment;
use crate::wire::message::{Request, Response};

impl Midtrans {
    /// The plain refund call; Midtrans takes the same `refund_key` within seven days for a repetition (Midtrans
    /// docs, refund transaction).
    pub(super) fn refund_request(
        &self,
        payment: &Payment,
        key: &str,
        amount: Rupiah,
        reason: &str,
    ) -> Option<Request> {
        if payment.method.as_deref().is_some_and(is_one_way) {
            return None;
        }
        let body = json!({ "refund_key": key, "amount": amount.as_i64(), "reason": reason });
        Some(self.act(payment, "refund", &body.to_string()))
    }
}

/// Money that came through a virtual account or over a counter has no way back through Midtrans.
fn is_one_way(method: &str) -> bool {
    method.ends_with("_va")
        || matches!(
            method,
            "permata" | "bank_transfer" | "echannel" | "cstore" | "indomaret" | "alfamart"
        )
}

/// Only what surely sent no money is a denial; only what surely did is done.
pub(super) fn read(payment: &Payment, answer: &Response) -> Result<Refunding, Silence> {
    let body = Body::of(answer)?;
    let code = answered_code(&body, answer)?;
    check_whose_act(payment, &body)?;
    let is_midtrans = body.text("status_code").is_some() || body.text("status_message").is_some();
    let status = body.word("transaction_status");
    let has_gone_back = matches!(status.as_deref(), Some("refund" | "partial_refund"));
    match (code, status) {
        (200, Some(_)) if has_gone_back => Ok(Refunding::Done),
        (200, Some(word)) => Err(unclear(&word)),
        (202, Some(word)) if has_gone_back => Err(unclear(&word)),
        (202, Some(_)) => Ok(Refunding::Denied(words(&body, code))),
        (404, _) if !is_not_found(&body) => Err(no_word(code)),
        (406, _) if is_midtrans => Ok(Refunding::DuplicateKey),
        (400..=499, _) if is_midtrans && !has_gone_back => {
            Ok(Refunding::Denied(words(&body, code)))
        }
        _ => Err(Silence::Wordless(code)),
    }
}

fn unclear(word: &str) -> Silence {
    Silence::Unreadable(format!("a refund of a payment that is {}", shown(word)))
}

#[cfg(test)]
mod tests;
