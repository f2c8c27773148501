//! What a gateway said, word for word: a reading of raw answers that owes payctl's adapters nothing.
//!
//! It reads only what the gateways' own documents name. Everything else is no answer here, as it must be there.

mod midtrans;
mod pakasir;

use serde_json::Value;

use super::record::{Exchange, RequestKind};
use crate::domain::Instant;

/// What a status query was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawAnswer {
    /// By the gateway's clock.
    pub(super) at: Instant,
    pub(super) gateway: String,
    /// The name by which it was queried.
    pub(super) asked: String,
    pub(super) reference: Option<String>,
    pub(super) transaction_id: Option<String>,
    pub(super) said: RawStatus,
}

/// A status, with amounts in rupiah.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RawStatus {
    NotFound,
    Pending,
    Challenged,
    Paid(i64),
    Failed,
    Cancelled,
    Expired,
    /// Closed without money, and nothing says why.
    Closed,
    Refunded {
        paid: i64,
        total: i64,
    },
    ChargedBack {
        paid: i64,
        total: i64,
    },
    Unknown,
}

impl RawStatus {
    /// Nobody has paid, and nobody can pay by what was asked about.
    pub(super) fn is_unpaid_and_closed(self) -> bool {
        matches!(
            self,
            Self::NotFound | Self::Failed | Self::Cancelled | Self::Expired | Self::Closed
        )
    }
}

impl RawAnswer {
    /// Whether it was asked or answered under one of these names.
    #[cfg(test)]
    pub(super) fn names(&self, name: &str) -> bool {
        self.asked == name
            || self.reference.as_deref() == Some(name)
            || self.transaction_id.as_deref() == Some(name)
    }
}

/// The answer to a status query, if one arrived that is in the form of its gateway.
pub(super) fn read(exchange: &Exchange) -> Option<RawAnswer> {
    if exchange.kind != RequestKind::Read {
        return None;
    }
    let (code, body) = exchange.reply.as_ref()?;
    let body: Value = serde_json::from_str(body).ok()?;
    let asked = asked(exchange)?;
    let read = match exchange.to.as_str() {
        "midtrans" => midtrans::read(*code, &body),
        "pakasir" => pakasir::read(*code, &body),
        _ => None,
    };
    let (reference, transaction_id, said) = read?;
    Some(RawAnswer {
        at: exchange.at,
        gateway: exchange.to.clone(),
        asked,
        reference,
        transaction_id,
        said,
    })
}

/// The name that a request is about.
pub(super) fn asked(exchange: &Exchange) -> Option<String> {
    let (_, path) = exchange.line.split_once(' ')?;
    match exchange.to.as_str() {
        "midtrans" => midtrans::asked(path),
        "pakasir" => pakasir::asked(path, &exchange.request_body),
        _ => None,
    }
}

/// Whether a notification carries its gateway's own signature.
pub(super) fn is_signed(notification: &str, server_key: &str) -> bool {
    let body: Option<Value> = serde_json::from_str(notification).ok();
    body.is_some_and(|body| midtrans::is_signed(&body, server_key))
}

/// Whether a notification says that money came in.
pub(super) fn notifies_of_money(notification: &str) -> bool {
    let body: Option<Value> = serde_json::from_str(notification).ok();
    let word = body.and_then(|body| text(&body, "transaction_status"));
    word.is_some_and(|word| ["settlement", "capture"].contains(&&*word))
}

/// Reference, transaction id, and what was said.
type Read = (Option<String>, Option<String>, RawStatus);

fn text(body: &Value, name: &str) -> Option<String> {
    let text = body.get(name)?.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

/// Whole rupiah, as a number or as `"25000.00"`.
fn amount(body: &Value, name: &str) -> Option<i64> {
    let value = body.get(name)?;
    let text = value.as_str();
    let of_text = text.and_then(|text| text.strip_suffix(".00").unwrap_or(text).parse().ok());
    value.as_i64().or(of_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(to: &str, line: &str, code: u16, body: &str) -> Option<RawAnswer> {
        read(&Exchange {
            at: Instant::from_millis(7),
            to: to.to_owned(),
            kind: RequestKind::Read,
            line: line.to_owned(),
            request_body: String::new(),
            key: None,
            reply: Some((code, body.to_owned())),
            is_carried_out: true,
        })
    }

    #[track_caller]
    fn check_midtrans(body: &str, said: Option<RawStatus>) {
        let answer = answered("midtrans", "GET /v2/INV-1/status", 200, body);
        assert_eq!(answer.map(|answer| answer.said), said, "{body}");
    }

    #[track_caller]
    fn check_fixture(name: &str, said: Option<RawStatus>) {
        let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        let body = std::fs::read_to_string(path).unwrap();
        let (to, line) = match name.split_once('/').unwrap().0 {
            "midtrans" => ("midtrans", "GET /v2/INV-1/status"),
            "pakasir" => (
                "pakasir",
                "GET /api/transactiondetail?order_id=VPN-1&amount=1",
            ),
            _ => ("pakasir", "GET /api/v2/transaction-status/toko/T-1"),
        };
        let code = if name.contains("404") || name.contains("error") {
            404
        } else {
            200
        };
        let answer = answered(to, line, code, &body);
        assert_eq!(answer.map(|answer| answer.said), said, "{name}");
    }

    #[test]
    fn recorded_answers_mean_what_their_names_say() {
        use RawStatus::{Cancelled, Challenged, Closed, Expired, Failed, NotFound, Paid, Pending};
        for (name, said) in [
            ("midtrans/status-404.json", NotFound),
            ("midtrans/status-404-generic.json", NotFound),
            ("midtrans/status-pending-qris.json", Pending),
            ("midtrans/status-authorize-accept.json", Pending),
            ("midtrans/status-authorize-challenge.json", Challenged),
            ("midtrans/status-capture-challenge.json", Challenged),
            ("midtrans/status-capture-accept.json", Paid(410_000)),
            ("midtrans/status-settlement-qris.json", Paid(25_000)),
            ("midtrans/status-deny-card.json", Failed),
            ("midtrans/status-cancel.json", Cancelled),
            ("midtrans/status-expire-qris.json", Expired),
            ("pakasir/detail-pending.json", Pending),
            ("pakasir/detail-completed.json", Paid(50_000)),
            ("pakasir/detail-canceled.json", Cancelled),
            ("pakasir/detail-cancelled-double-l.json", Cancelled),
            ("pakasir/detail-expired.json", Expired),
            ("pakasir/error-message.json", NotFound),
            ("pakasir-v2/status-pending.json", Pending),
            ("pakasir-v2/status-completed.json", Paid(22_000)),
            ("pakasir-v2/status-canceled.json", Closed),
            ("pakasir-v2/status-404.json", NotFound),
        ] {
            check_fixture(name, Some(said));
        }
        check_fixture("midtrans/status-401.json", None);
        check_fixture("pakasir-v2/error-404-project.json", None);
        let refunded = RawStatus::Refunded {
            paid: 25_000,
            total: 10_000,
        };
        check_fixture("midtrans/status-partial-refund.json", Some(refunded));
        check_fixture(
            "pakasir-v2/status-completed-sandbox.json",
            Some(RawStatus::Unknown),
        );
    }

    #[test]
    fn what_is_no_answer_is_not_read() {
        check_midtrans("<html>", None);
        check_midtrans("{}", None);
        check_midtrans(r#"{"status_code":"500"}"#, None);
        check_midtrans(r#"{"message":"Not Found","statusCode":404}"#, None);
        let silent = Exchange {
            reply: None,
            ..Exchange {
                at: Instant::from_millis(7),
                to: "midtrans".to_owned(),
                kind: RequestKind::Read,
                line: "GET /v2/INV-1/status".to_owned(),
                request_body: String::new(),
                key: None,
                reply: None,
                is_carried_out: true,
            }
        };
        assert_eq!(read(&silent), None);
        assert_eq!(asked(&silent).as_deref(), Some("INV-1"));
    }

    #[test]
    fn an_answer_names_what_it_is_about() {
        let body = r#"{"transaction_id":"T-2","order_id":"INV-1","status_code":"201",
            "gross_amount":"25000.00","transaction_status":"PENDING"}"#;
        let answer = answered("midtrans", "GET /v2/T-1/status", 200, body).unwrap();
        assert_eq!(answer.said, RawStatus::Pending);
        for name in ["T-1", "T-2", "INV-1"] {
            assert!(answer.names(name), "{name}");
        }
        assert!(!answer.names("INV-2"));
    }
}
