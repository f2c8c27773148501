//! Pakasir's notifications. They are not signed: the header that its own plugin compares is the same for every
//! merchant and every notification, so it proves nothing and is ignored.

use super::{KEPT, PakasirV1};
use crate::domain::{AmountBasis, AmountParts, Authenticity, Notification};
use crate::gateway::reading::{JsonBody, shown};
use crate::gateway::wrapping::message;

impl PakasirV1 {
    /// Sent only after a payment, with the price as `amount` (Pakasir docs, webhook).
    pub(super) fn notice(&self, bytes: &[u8]) -> Notification {
        let bytes = message(bytes);
        let Ok(body) = JsonBody::of_bytes(&bytes) else {
            return Notification::unreadable("it is not a JSON object");
        };
        let status = body.word("status");
        Notification {
            verdict: self.verdict(&body),
            reference: body.text("order_id").and_then(|id| id.parse().ok()),
            transaction_id: None,
            amount: body.amount("amount").ok().flatten(),
            measure: AmountBasis::Price,
            parts: AmountParts::Absent,
            raw_status: body.text("status").map(|word| shown(&word)),
            tie: None,
            claims_money: status.as_deref() == Some("completed"),
            kept_body: stored_body(&body),
        }
    }

    fn verdict(&self, body: &JsonBody<'_>) -> Authenticity {
        if body.text("order_id").is_none() || body.text("status").is_none() {
            return Authenticity::Unreadable("it names no order or no status");
        }
        match body.text("project") {
            Some(project) if project == self.project => Authenticity::Unsigned,
            _ => Authenticity::Forged("it is not about this account's project"),
        }
    }
}

fn stored_body(body: &JsonBody<'_>) -> String {
    serde_json::to_string(&body.pick(&KEPT)).unwrap_or_else(|_| "{}".to_owned())
}

#[cfg(test)]
mod tests;
