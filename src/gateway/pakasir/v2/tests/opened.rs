//! Opening: found or newly opened, and whose payment it is.

use super::*;
use crate::gateway::testing::{TestOpening, describe_open};

fn opening(reference: &str, method: &str, amount: i64) -> TestOpening {
    let payment = Payment {
        transaction_id: None,
        status: PaymentStatus::Created,
        origin: PaymentOrigin::Payctl,
        method: Some(method.to_owned()),
        amount: Rupiah::from_db(amount),
        payable: Rupiah::from_db(amount),
        ..known(reference, "x")
    };
    TestOpening::new(method, payment)
}

fn open(mode: Option<AccountMode>, opening: &TestOpening, status: u16, body: &str) -> String {
    let observed = account(mode, None).read_open(&opening.opening(), noon(), &answer(status, body));
    describe_open(&observed)
}

#[test]
fn the_opening_carries_only_method_and_price() {
    let gateway = account(Some(AccountMode::Production), None);
    let opening = opening("INV-2026-0701", "qris", 22_000);
    let request = gateway.open(&opening.opening()).unwrap();
    assert_eq!(
        request.expose_url(),
        "https://app.pakasir.com/api/v2/create-transaction/tokocontoh/INV-2026-0701"
    );
    let sent: serde_json::Value = serde_json::from_str(request.expose_body().unwrap()).unwrap();
    let sample: serde_json::Value = serde_json::from_str(&sample("create-qris-request")).unwrap();
    assert_eq!(sent, sample);
    assert!(!request.expose_url().contains("dummy"));
}

#[test]
fn each_method_has_its_own_limits() {
    let gateway = account(Some(AccountMode::Production), None);
    for (method, least, most) in [
        ("qris", 500, 10_000_000),
        ("bri_va", 10_000, 50_000_000),
        ("payment_link", 500, 50_000_000),
    ] {
        for (amount, is_taken) in [
            (least, true),
            (most, true),
            (least - 1, false),
            (most + 1, false),
        ] {
            let opening = opening("INV-2026-0701", method, amount);
            assert_eq!(
                gateway.open(&opening.opening()).is_some(),
                is_taken,
                "{method} {amount}"
            );
            let takes = gateway.takes(&opening.method, opening.payment.amount);
            assert_eq!(takes.is_ok(), is_taken);
        }
    }
    assert!(
        gateway
            .open(&opening("INV-2026-0701", "paypal", 22_000).opening())
            .is_none()
    );
}

#[test]
fn recorded_openings_give_the_payment_instructions() {
    let qris = opening("INV-2026-0701", "qris", 22_000);
    let told = open(
        Some(AccountMode::Production),
        &qris,
        200,
        &sample("create-qris-response"),
    );
    assert_eq!(
        told,
        "open k3TzQ9xVb1 | pending | qris | 22464 | fee 464 | until 2026-11-29T08:15:00.377Z | QR …F030"
    );
    let va = opening("INV-2026-0702", "bri_va", 150_000);
    let told = open(
        Some(AccountMode::Production),
        &va,
        200,
        &sample("create-va-response"),
    );
    assert!(
        told.ends_with("| 8808123412340702") && told.contains("153500"),
        "{told}"
    );
    let link = opening("INV-2026-0704", "payment_link", 22_000);
    let told = open(
        Some(AccountMode::Production),
        &link,
        200,
        &sample("create-payment-link-response"),
    );
    assert!(
        told.contains("https://app.pakasir.com/pay-v2/w1NsE7uKf3"),
        "{told}"
    );
}

#[test]
fn an_opening_that_differs_is_not_ours() {
    let qris = opening("INV-2026-0701", "qris", 22_000);
    let body = sample("create-qris-response");
    for (from, to) in [
        ("INV-2026-0701\"", "INV-2026-0799\""),
        ("tokocontoh", "tokolain"),
        ("\"amount\": 22000", "\"amount\": 99000"),
        (
            "\"payment_method\": \"qris\"",
            "\"payment_method\": \"bri_va\"",
        ),
        ("\"total_payment\": 22464", "\"total_payment\": 21000"),
        ("\"qr_string\": \"00", "\"qr_string\": \"\", \"x\": \"00"),
        ("\"txn_id\": \"k3TzQ9xVb1\",", ""),
        ("\"is_sandbox\": false", "\"is_sandbox\": true"),
        ("\"status\": \"pending\"", "\"status\": \"moon\""),
    ] {
        assert!(body.contains(from), "{from}");
        let told = open(
            Some(AccountMode::Production),
            &qris,
            200,
            &body.replacen(from, to, 1),
        );
        assert!(told.starts_with("silence"), "{from}: {told}");
    }
}

#[test]
fn a_found_ended_payment_is_reported_as_ended() {
    let qris = opening("INV-2026-0701", "qris", 22_000);
    for word in ["completed", "canceled"] {
        let body = sample("create-qris-response").replace("\"pending\"", &format!("\"{word}\""));
        let told = open(Some(AccountMode::Production), &qris, 200, &body);
        assert!(told.starts_with("over k3TzQ9xVb1"), "{told}");
    }
}

#[test]
fn only_a_sure_failure_is_a_refusal() {
    let qris = opening("INV-2026-0701", "qris", 22_000);
    for (status, body, expected) in [
        (400, "{\"message\":\"jumlah\"}", "refused: jumlah"),
        (409, "{\"message\":\"sudah ada\"}", "taken: sudah ada"),
        (
            401,
            "{\"message\":\"Api key tidak valid\"}",
            "silence: answered 401, refusing the key or the account",
        ),
        (
            408,
            "{\"message\":\"x\"}",
            "silence: answered 408 without a status",
        ),
        (500, "{\"message\":\"x\"}", "silence: answered 500"),
        (
            200,
            "{\"message\":\"x\"}",
            "silence: answered 200 without a status",
        ),
    ] {
        assert_eq!(
            open(Some(AccountMode::Production), &qris, status, body),
            expected
        );
    }
    let told = open(
        Some(AccountMode::Production),
        &qris,
        404,
        &sample("error-404-project"),
    );
    assert!(told.starts_with("silence: answered 404"), "{told}");
}

#[test]
fn a_lost_opening_regains_its_id() {
    let gateway = account(Some(AccountMode::Production), None);
    let lost = opening("INV-2026-0701", "qris", 22_000).payment;
    let request = gateway.recover_request(&lost).unwrap();
    assert!(
        request
            .expose_url()
            .ends_with("/create-transaction/tokocontoh/INV-2026-0701")
    );
    let had = gateway.read_regained(&lost, &answer(200, sample("create-qris-response")));
    assert_eq!(had.unwrap().as_str(), "k3TzQ9xVb1");
    let by_shop = Payment {
        origin: PaymentOrigin::Shop,
        ..lost.clone()
    };
    assert!(gateway.recover_request(&by_shop).is_none());
    assert!(
        gateway
            .recover_request(&known("INV-2026-0701", "a"))
            .is_none()
    );
}
