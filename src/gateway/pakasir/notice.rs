//! Notifications, as both interfaces send them: the fields of a status answer.

use crate::domain::{AmountBasis, AmountParts, Authenticity, Notification};
use crate::gateway::reading::{JsonBody, shown};
use crate::gateway::wrapping::message;

/// The content of a notification; `verdict` says whether one that names a payment comes from Pakasir, and `counts`
/// whether its money does.
pub(super) fn notification(
    bytes: &[u8],
    kept: &[&'static str],
    counts: impl FnOnce(&JsonBody<'_>) -> bool,
    verdict: impl FnOnce(&JsonBody<'_>) -> Authenticity,
) -> Notification {
    let bytes = message(bytes);
    let Ok(body) = JsonBody::of_bytes(&bytes) else {
        return Notification::unreadable("it is not a JSON object");
    };
    let verdict = if body.text("order_id").is_none() || body.text("status").is_none() {
        Authenticity::Unreadable("it names no order or no status")
    } else {
        verdict(&body)
    };
    Notification {
        verdict,
        reference: body.text("order_id").and_then(|id| id.parse().ok()),
        transaction_id: body.text("txn_id").and_then(|id| id.parse().ok()),
        amount: body.amount("amount").ok().flatten(),
        measure: AmountBasis::Price,
        parts: AmountParts::Absent,
        raw_status: body.text("status").map(|word| shown(&word)),
        tie: None,
        claims_money: body.word("status").as_deref() == Some("completed") && counts(&body),
        kept_body: serde_json::to_string(&body.pick(kept)).unwrap_or_else(|_| "{}".to_owned()),
    }
}
