//! Pakasir: both interfaces say the price in `amount`; the second says its own id and whether it is the sandbox.

use serde_json::Value;

use super::{RawStatus, Read, amount, text};

/// The second interface has the id, or a reference to open or close by, at the end of the path; the first has the
/// reference in the query or in the body.
pub(super) fn asked(path: &str, body: &str) -> Option<String> {
    if let Some(rest) = path.strip_prefix("/api/v2/") {
        return rest.rsplit('/').next().map(str::to_owned);
    }
    if let Some((_, query)) = path.split_once('?') {
        let mut pairs = query.split('&');
        return pairs.find_map(|pair| pair.strip_prefix("order_id=").map(str::to_owned));
    }
    let body: Value = serde_json::from_str(body).ok()?;
    text(&body, "order_id")
}

pub(super) fn read(http: u16, body: &Value) -> Option<Read> {
    if http == 401 || http == 429 || http >= 500 {
        return None;
    }
    let transaction = body.get("transaction").unwrap_or(body);
    let Some(word) = text(transaction, "status") else {
        let message = text(body, "message")?;
        let is_absent =
            ["Transaction not found", "Transaksi tidak ditemukan"].contains(&message.as_str());
        return is_absent.then_some((None, None, RawStatus::NotFound));
    };
    let is_sandbox = transaction.get("is_sandbox").and_then(Value::as_bool);
    let said = match (word.to_lowercase().as_str(), amount(transaction, "amount")) {
        _ if is_sandbox == Some(true) => RawStatus::Unknown,
        ("completed", Some(paid)) => RawStatus::Paid(paid),
        ("pending", _) => RawStatus::Pending,
        // Under the second interface this is whatever was not paid.
        ("canceled" | "cancelled", _) if is_sandbox.is_some() => RawStatus::Closed,
        ("canceled" | "cancelled", _) => RawStatus::Cancelled,
        ("expired", _) => RawStatus::Expired,
        ("failed", _) => RawStatus::Failed,
        _ => RawStatus::Unknown,
    };
    Some((
        text(transaction, "order_id"),
        text(transaction, "txn_id"),
        said,
    ))
}
