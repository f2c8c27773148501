//! Midtrans: the code in the body counts, and the word of a status stands in `transaction_status`.

use serde_json::Value;
use sha2::{Digest as _, Sha512};

use super::{RawStatus, Read, amount, text};

/// `/v2/{id}/…`, or `/snap/v1/transactions/{token}/cancel`.
pub(super) fn asked(path: &str) -> Option<String> {
    let rest = path
        .strip_prefix("/v2/")
        .or_else(|| path.strip_prefix("/snap/v1/transactions/"))?;
    let (id, _) = rest.split_once('/')?;
    Some(id.to_owned())
}

pub(super) fn read(http: u16, body: &Value) -> Option<Read> {
    if http >= 500 {
        return None;
    }
    let code = text(body, "status_code")?;
    if code.starts_with('5') || code == "401" || code == "429" {
        return None;
    }
    let Some(word) = text(body, "transaction_status") else {
        let message = text(body, "status_message")?.to_lowercase();
        let is_absent = ["transaction", "resource"]
            .iter()
            .any(|what| message.contains(what))
            && ["exist", "not found"]
                .iter()
                .any(|what| message.contains(what));
        return (code == "404" && is_absent).then_some((None, None, RawStatus::NotFound));
    };
    let fraud = text(body, "fraud_status").map(|word| word.to_lowercase());
    let said = status(&word.to_lowercase(), fraud.as_deref(), body);
    Some((text(body, "order_id"), text(body, "transaction_id"), said))
}

/// The digest of order id, code, amount and server key, as they stand in the message.
pub(super) fn is_signed(body: &Value, server_key: &str) -> bool {
    let fields = ["order_id", "status_code", "gross_amount"];
    let signed: Option<String> = fields.into_iter().map(|name| text(body, name)).collect();
    let digest = signed.map(|signed| Sha512::digest(signed + server_key));
    let digest = digest.map(|digest| digest.iter().map(|byte| format!("{byte:02x}")).collect());
    digest.is_some() && digest == text(body, "signature_key")
}

fn status(word: &str, fraud: Option<&str>, body: &Value) -> RawStatus {
    let Some(gross) = amount(body, "gross_amount") else {
        return RawStatus::Unknown;
    };
    let back = amount(body, "refund_amount");
    match (word, fraud) {
        ("settlement", _) | ("capture", None | Some("accept")) => RawStatus::Paid(gross),
        ("capture" | "authorize", Some("challenge")) => RawStatus::Challenged,
        ("pending" | "authorize", _) => RawStatus::Pending,
        ("deny" | "failure", _) | ("capture", Some("deny")) => RawStatus::Failed,
        ("cancel", _) => RawStatus::Cancelled,
        ("expire", _) => RawStatus::Expired,
        ("refund", _) => RawStatus::Refunded {
            paid: gross,
            total: back.unwrap_or(gross),
        },
        ("chargeback", _) => RawStatus::ChargedBack {
            paid: gross,
            total: back.unwrap_or(gross),
        },
        ("partial_refund", _) => back.map_or(RawStatus::Unknown, |total| RawStatus::Refunded {
            paid: gross,
            total,
        }),
        ("partial_chargeback", _) => back.map_or(RawStatus::Unknown, |total| {
            RawStatus::ChargedBack { paid: gross, total }
        }),
        _ => RawStatus::Unknown,
    }
}
