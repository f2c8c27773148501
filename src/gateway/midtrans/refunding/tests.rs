//! Refund requests to Midtrans, and the meaning of each answer.

use proptest::prelude::*;

use super::*;
use crate::domain::PaymentStatus;
use crate::gateway::Gateway;
use crate::gateway::midtrans::tests::{KEY, midtrans};
use crate::gateway::testing::{answer, fixture, known, payment};

fn paid(method: Option<&str>) -> Payment {
    Payment {
        status: PaymentStatus::Paid,
        received: Rupiah::from_db(25_000),
        method: method.map(str::to_owned),
        ..known("INV-2026-0002", "t-1")
    }
}

fn refund(payment: &Payment) -> Option<HttpRequest> {
    midtrans().refund(
        payment,
        "INV-2026-0002-r1",
        Rupiah::from_db(10_000),
        "stok habis",
    )
}

#[test]
fn a_refund_matches_the_recording_without_key() {
    let request = refund(&paid(Some("qris"))).unwrap();
    assert_eq!(request.expose_url(), "https://api.example/v2/t-1/refund");
    let body: serde_json::Value = serde_json::from_str(request.expose_body().unwrap()).unwrap();
    let recorded: serde_json::Value =
        serde_json::from_str(&fixture("midtrans", "refund-request")).unwrap();
    assert_eq!(body, recorded);
    let headers: Vec<_> = request.expose_headers().collect();
    assert!(headers.contains(&("Content-Type", "application/json")));
    assert!(headers.iter().any(|(name, _)| *name == "Authorization"));
    let text = format!("{request:?}");
    assert_eq!(text, "Request(POST /v2/t-1/refund)");
    assert!(!text.contains(KEY));
    let unnamed = Payment {
        transaction_id: None,
        ..paid(None)
    };
    let request = refund(&unnamed).unwrap();
    assert_eq!(request.label, "POST /v2/INV-2026-0002/refund");
}

#[test]
fn a_reason_stays_one_text() {
    let reason = "so\"ld\\ out\n{}\u{0}";
    let request = midtrans().refund(&paid(None), "k", Rupiah::from_db(1), reason);
    let body: serde_json::Value =
        serde_json::from_str(request.unwrap().expose_body().unwrap()).unwrap();
    assert_eq!(body["reason"], reason);
}

#[test]
fn virtual_accounts_and_counters_have_no_refund_call() {
    for method in [
        "bca_va",
        "permata_va",
        "bsi_va",
        "permata",
        "bank_transfer",
        "echannel",
        "cstore",
        "indomaret",
        "alfamart",
    ] {
        assert!(refund(&paid(Some(method))).is_none(), "{method}");
    }
    for method in ["qris", "gopay", "credit_card", "dana", "shopeepay"] {
        assert!(refund(&paid(Some(method))).is_some(), "{method}");
    }
}

fn read_refund_answer(reference: &str, key: &str, status: u16, body: &str) -> String {
    match midtrans().read_refund(
        &payment(reference),
        key,
        Rupiah::from_db(10_000),
        &answer(status, body),
    ) {
        RefundReply::Done => "done".to_owned(),
        RefundReply::Denied(words) => format!("denied: {words}"),
        RefundReply::DuplicateKey => "duplicate".to_owned(),
        RefundReply::NoAnswer(silence) => format!("silence: {silence}"),
    }
}

#[track_caller]
fn check(status: u16, body: &str, expected: &str) {
    let observed = read_refund_answer("INV-1", "INV-2026-0002-r1", status, body);
    assert_eq!(observed, expected, "HTTP {status}, {body}");
}

#[test]
fn recorded_answers_are_understood_under_any_http_code() {
    for (file, meaning) in [
        ("refund-200-partial", "done"),
        ("refund-406-duplicate-key", "duplicate"),
        (
            "refund-414-amount",
            "denied: Refund request is rejected due to invalid amount",
        ),
        (
            "direct-refund-202-denied",
            "denied: Refund denied by the bank",
        ),
        (
            "error-412",
            "denied: Merchant cannot modify the status of the transaction",
        ),
        ("status-404", "denied: Transaction doesn't exist."),
        (
            "status-401",
            "silence: answered 401, refusing the key or the account",
        ),
    ] {
        for http_status in [200, 202, 401, 406, 412, 500] {
            let key = if file == "direct-refund-202-denied" {
                "INV-2026-0002-r3"
            } else {
                "INV-2026-0002-r1"
            };
            let observed = read_refund_answer(
                "INV-2026-0002",
                key,
                http_status,
                &fixture("midtrans", file),
            );
            assert_eq!(observed, meaning, "{file}, HTTP {http_status}");
        }
    }
}

#[test]
fn only_the_requested_refund_is_done() {
    let says = |code: &str, status: &str, rest: &str| {
        format!(
            r#"{{"status_code":"{code}","order_id":"INV-1","transaction_status":"{status}"{rest}}}"#
        )
    };
    let refunded = |rest: &str| says("200", "partial_refund", rest);
    let another = |what: &str| {
        format!("silence: answered something unreadable: {what}, not the requested one")
    };
    let ours = r#","refund_key":"INV-2026-0002-r1""#;
    check(200, &refunded(ours), "done");
    for amount in [r#""10000.00""#, r#""10000""#, "10000"] {
        let rest = format!(r#"{ours},"refund_amount":{amount}"#);
        check(200, &refunded(&rest), "done");
    }
    check(200, &refunded(""), &another("a refund without a key"));
    for (key, what) in [
        (r#""INV-2026-0002-r2""#, "the refund INV-2026-0002-r2"),
        (r#""inv-2026-0002-R1""#, "the refund inv-2026-0002-R1"),
        (r#"["INV-2026-0002-r1"]"#, "a refund with an invalid key"),
    ] {
        let rest = format!(r#","refund_key":{key}"#);
        check(200, &refunded(&rest), &another(what));
        // A denial of another refund does not concern ours.
        for code in ["202", "406", "412", "414"] {
            check(200, &says(code, "settlement", &rest), &another(what));
        }
    }
    let half = format!(r#"{ours},"refund_amount":"5000.00""#);
    check(200, &refunded(&half), &another("a refund of Rp 5,000"));
    let odd = format!(r#"{ours},"refund_amount":"10.5""#);
    check(
        200,
        &refunded(&odd),
        &another(r#"a refund with refund_amount "10.5""#),
    );
}

#[test]
fn a_refund_possibly_sent_is_never_denied() {
    let says = |code: &str, word: &str| {
        format!(r#"{{"status_code":"{code}","order_id":"INV-1","transaction_status":"{word}"}}"#)
    };
    let done = says("200", "REFUND").replace('}', r#","refund_key":"INV-2026-0002-r1"}"#);
    check(200, &done, "done");
    let unclear = "silence: answered something unreadable: a refund of a payment with status";
    check(
        200,
        &says("200", "settlement"),
        &format!("{unclear} settlement"),
    );
    check(
        200,
        &says("202", "partial_refund"),
        &format!("{unclear} partial_refund"),
    );
    let wordless = |code: u16| format!("silence: answered {code} without a status");
    check(200, r#"{"status_code":"202"}"#, &wordless(202));
    check(200, &says("412", "refund"), &wordless(412));
    check(200, r#"{"status_code":"200"}"#, &wordless(200));
    check(200, "{}", &wordless(200));
    check(414, "{}", &wordless(414));
    check(406, "{}", &wordless(406));
    let other = says("200", "refund").replace("INV-1", "INV-2");
    check(
        200,
        &other,
        "silence: answered about another payment (INV-2)",
    );
    check(200, r#"{"status_code":"503"}"#, "silence: answered 503");
    check(504, "<html>", "silence: answered 504");
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(status: u16, body in proptest::collection::vec(any::<u8>(), 0..512)) {
        let observed = midtrans().read_refund(&payment("INV-1"), "k", Rupiah::from_db(1), &answer(status, body));
        prop_assert!(matches!(observed, RefundReply::NoAnswer(_)));
    }
}
