//! What notifications say, and which of them come from Midtrans.

use proptest::prelude::*;

use super::*;
use crate::domain::{AmountParts, Rupiah};
use crate::gateway::Gateway;
use crate::gateway::incoming::IncomingRequest;
use crate::gateway::midtrans::tests::{KEY, midtrans};
use crate::gateway::testing::{fixture, fixtures};

fn receive(body: &str) -> Notification {
    midtrans().read_notification(&IncomingRequest::of_body(body.as_bytes()))
}

#[test]
fn the_documented_example_is_verified() {
    let notice = receive(&fixture("midtrans", "notification-settlement-qris"));
    assert_eq!(notice.verdict, Authenticity::Verified);
    assert_eq!(notice.reference, "INV-2026-0002".parse().ok());
    let id = "6f0d7b52-2b6a-4f0e-9a1c-0c5f7f1d2a01";
    assert_eq!(notice.transaction_id, id.parse().ok());
    assert_eq!(notice.amount, Some(Rupiah::from_db(25_000)));
    assert_eq!(notice.raw_status.as_deref(), Some("settlement"));
    assert!(notice.claims_money);
}

#[test]
fn the_signature_covers_the_fee_on_top() {
    let body = fixture("midtrans", "notification-settlement-qris-fee");
    let notice = receive(&body);
    assert_eq!(notice.verdict, Authenticity::Verified);
    assert_eq!(notice.amount, Some(Rupiah::from_db(25_175)));
    let (original, fee) = (Rupiah::from_db(25_000), Rupiah::from_db(175));
    assert_eq!(notice.parts, AmountParts::Told { original, fee });
    let other = body.replacen("25175.00", "25000.00", 1);
    assert_eq!(receive(&other).verdict.word(), "forged");
}

#[test]
fn only_a_signed_success_links_its_try() {
    let tie = |code: &str, method: &str| {
        let signature = Sha512::digest(format!("INV-1{code}25000.00{KEY}"));
        let signature: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        let body = format!(
            r#"{{"order_id":"INV-1","status_code":"{code}","gross_amount":"25000.00","transaction_status":"settlement",
                "transaction_id":"t-1",{method}"signature_key":"{signature}"}}"#
        );
        let notice = receive(&body);
        assert_eq!(notice.verdict, Authenticity::Verified);
        notice.tie.map(|tie| (tie.method, tie.amount.as_i64()))
    };
    let dana = r#""payment_type":"dana","#;
    assert_eq!(tie("200", dana), Some(("dana".to_owned(), 25_000)));
    for code in ["201", "202", "0200", "200 ", "2000"] {
        assert_eq!(tie(code, dana), None, "{code:?}");
    }
    assert_eq!(tie("200", ""), None);
    assert_eq!(
        tie("200", r#""payment_type":"dana","currency":"USD","#),
        None
    );
}

#[test]
fn every_recorded_notification_but_one_is_verified() {
    let names = fixtures("midtrans", "notification-");
    assert!(names.len() > 15);
    for name in names {
        let notice = receive(&fixture("midtrans", &name));
        let expected = if name.contains("tampered") {
            "forged"
        } else {
            "verified"
        };
        assert_eq!(notice.verdict.word(), expected, "{name}");
        let money =
            name.contains("settlement") || name.contains("capture") || name.contains("tampered");
        assert_eq!(notice.claims_money, money, "{name}");
        assert!(notice.reference.is_some());
    }
}

#[test]
fn a_kept_notification_has_no_name_or_signature() {
    let body = fixture("midtrans", "notification-settlement-bca-va").replacen(
        '{',
        r#"{"customer_details":{"email":"sari@example.com"},"#,
        1,
    );
    let kept = receive(&body).kept_body;
    for secret in ["signature_key", "va_number", "sari", KEY] {
        assert!(!kept.contains(secret), "{kept}");
    }
    assert!(kept.contains(r#""transaction_status":"settlement""#));
}

/// The documented example with one field replaced by this text, or removed.
fn altered(field: &str, value: Option<&str>) -> String {
    let mut body: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&fixture("midtrans", "notification-settlement-qris")).unwrap();
    match value {
        Some(value) => body.insert(field.to_owned(), value.into()),
        None => body.remove(field),
    };
    serde_json::to_string(&body).unwrap()
}

#[test]
fn changing_any_signed_field_makes_a_forgery() {
    for (field, value) in [
        ("order_id", Some("INV-2026-0003")),
        ("gross_amount", Some("25000")),
        ("gross_amount", Some("25000.00 ")),
        ("gross_amount", None),
        ("status_code", Some("201")),
        ("status_code", None),
        ("signature_key", None),
        ("signature_key", Some("")),
        ("signature_key", Some("a3533c42")),
    ] {
        let notice = receive(&altered(field, value));
        assert_eq!(notice.verdict.word(), "forged", "{field} {value:?}");
        assert!(notice.verdict.reason().is_some());
    }
    let shouted = fixture("midtrans", "notification-settlement-qris").replace(
        "a3533c429bcfeadec49ffe57832ba573d9005ad931f9b38fe3c679a479982ce1",
        "A3533C429BCFEADEC49FFE57832BA573D9005AD931F9B38FE3C679A479982CE1",
    );
    assert_eq!(receive(&shouted).verdict, Authenticity::Verified);
}

#[test]
fn the_status_is_unsigned_and_only_a_hint() {
    let notice = receive(&altered("transaction_status", Some("cancel")));
    assert_eq!(notice.verdict, Authenticity::Verified);
    assert!(!notice.claims_money);
}

#[test]
fn another_accounts_key_verifies_nothing() {
    let body = fixture("midtrans", "notification-settlement-qris");
    let notice = read(body.as_bytes(), &["SB-Mid-server-other".into()]);
    assert_eq!(notice.verdict.word(), "forged");
}

#[test]
fn anything_but_a_notification_is_unreadable() {
    for body in [
        "",
        "null",
        "[]",
        "{",
        "<html>",
        "{}",
        r#"{"order_id":"INV-1"}"#,
    ] {
        assert_eq!(receive(body).verdict.word(), "unreadable", "{body}");
    }
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic_or_verify(body in proptest::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(midtrans().read_notification(&IncomingRequest::of_body(&body)).verdict.reason().is_some());
    }

    #[test]
    fn no_field_value_verifies_a_notification(
        name in "(order_id|status_code|gross_amount|signature_key|transaction_id)",
        value in r#"(null|1|true|\[\]|\{\}|"[ -!#-\[\]-~]{0,200}")"#,
    ) {
        let body = format!(r#"{{"order_id":"INV-1","transaction_status":"settlement","status_code":"200","gross_amount":"1.00","signature_key":"x","{name}":{value}}}"#);
        prop_assert!(receive(&body).verdict != Authenticity::Verified);
    }
}
