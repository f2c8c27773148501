//! Every recorded answer to a status query.

use super::{midtrans, read_answer};
use crate::domain::{AmountBasis, AmountParts, Reported, Rupiah};
use crate::gateway::testing::{answer, at, describe, fixture, fixtures, known, noon, payment};
use crate::gateway::{Gateway, LookupKey};

/// File, the order it is about, the meaning with the status word, and the method.
const ANSWERS: &[(&str, &str, &str, &str)] = &[
    ("status-404", "INV-2026-0001", "not_started|404", "-"),
    (
        "status-404-generic",
        "INV-2026-0001",
        "not_started|404",
        "-",
    ),
    (
        "status-authorize-accept",
        "INV-2026-0017",
        "pending|authorize",
        "credit_card",
    ),
    (
        "status-authorize-challenge",
        "INV-2026-0016",
        "challenged|authorize",
        "credit_card",
    ),
    (
        "status-cancel",
        "INV-2026-0012",
        "cancelled|cancel",
        "bri_va",
    ),
    (
        "status-capture-accept",
        "INV-2026-0009",
        "paid 410000|capture",
        "credit_card",
    ),
    (
        "status-capture-challenge",
        "INV-2026-0010",
        "challenged|capture",
        "credit_card",
    ),
    (
        "status-deny-card",
        "INV-2026-0011",
        "failed|deny",
        "credit_card",
    ),
    (
        "status-deny-card-fraud",
        "INV-2026-0015",
        "failed|deny",
        "credit_card",
    ),
    (
        "status-deny-reversal-permata",
        "INV-2026-0004",
        "failed|deny",
        "permata_va",
    ),
    (
        "status-expire-qris",
        "INV-2026-0006",
        "expired|expire",
        "qris",
    ),
    (
        "status-partial-refund",
        "INV-2026-0002",
        "refunded 10000 of 25000|partial_refund",
        "qris",
    ),
    (
        "status-pending-dana-uppercase",
        "INV-2026-0013",
        "pending|PENDING",
        "dana",
    ),
    (
        "status-pending-qris",
        "INV-2026-0002",
        "pending|pending",
        "qris",
    ),
    (
        "status-refund",
        "INV-2026-0002",
        "refunded 25000 of 25000|refund",
        "qris",
    ),
    (
        "status-settlement-bca-va",
        "INV-2026-0003",
        "paid 150000|settlement",
        "bca_va",
    ),
    (
        "status-settlement-bni-va",
        "INV-2026-0007",
        "paid 90000|settlement",
        "bni_va",
    ),
    (
        "status-settlement-bsi-va-foreign-order-id",
        "INV-2026-0014",
        "paid 113500|settlement",
        "bsi_va",
    ),
    (
        "status-settlement-card",
        "INV-2026-0009",
        "paid 410000|settlement",
        "credit_card",
    ),
    (
        "status-settlement-echannel",
        "INV-2026-0005",
        "paid 60000|settlement",
        "echannel",
    ),
    (
        "status-settlement-indomaret-no-fraud-status",
        "INV-2026-0008",
        "paid 336000|settlement",
        "indomaret",
    ),
    (
        "status-settlement-permata",
        "INV-2026-0004",
        "paid 75000|settlement",
        "permata_va",
    ),
    (
        "status-settlement-qris",
        "INV-2026-0002",
        "paid 25000|settlement",
        "qris",
    ),
    (
        "status-pending-qris-fee",
        "INV-2026-0002",
        "pending|pending",
        "qris",
    ),
    (
        "status-refund-fee",
        "INV-2026-0002",
        "refunded 25175 of 25175|refund",
        "qris",
    ),
    (
        "status-settlement-qris-fee",
        "INV-2026-0002",
        "paid 25175|settlement",
        "qris",
    ),
    (
        "status-settlement-qris-fee-extra-info",
        "INV-2026-0002",
        "paid 25175|settlement",
        "qris",
    ),
    ("expire-407", "INV-2026-0006", "expired|expire", "qris"),
    ("cancel-200", "INV-2026-0012", "cancelled|cancel", "-"),
    ("deny-200", "INV-2026-0010", "failed|deny", "credit_card"),
    (
        "status-401",
        "INV-2026-0001",
        "answered 401, refusing the key or the account",
        "-",
    ),
    (
        "error-412",
        "INV-2026-0001",
        "answered 412 without a status",
        "-",
    ),
];

#[test]
fn recorded_answers_are_understood_under_any_http_code() {
    for (file, reference, meaning, method) in ANSWERS {
        let body = fixture("midtrans", file);
        for http_status in [200, 401, 404, 407, 412, 500] {
            let observed = read_answer(
                &payment(reference),
                LookupKey::Reference,
                http_status,
                &body,
            );
            assert_eq!(describe(&observed), *meaning, "{file}, HTTP {http_status}");
            assert_eq!(observed.method.as_deref().unwrap_or("-"), *method, "{file}");
            assert_eq!(
                (observed.asked_at, observed.measure),
                (noon(), AmountBasis::Payable)
            );
            let names_a_try =
                !matches!(observed.said, Reported::NoAnswer(_) | Reported::NotStarted);
            assert_eq!(observed.transaction_id.is_some(), names_a_try, "{file}");
        }
    }
}

#[test]
fn every_recorded_status_has_its_row() {
    let mut rows: Vec<_> = ANSWERS.iter().map(|row| row.0.to_owned()).collect();
    rows.retain(|file| file.starts_with("status-"));
    rows.sort();
    assert_eq!(fixtures("midtrans", "status-"), rows);
}

#[test]
fn recorded_fees_are_read_and_kept() {
    let (original, fee) = (Rupiah::from_db(25_000), Rupiah::from_db(175));
    let names = fixtures("midtrans", "status-");
    let with_fee = names.iter().filter(|name| name.contains("-fee"));
    let mut count = 0;
    for name in with_fee {
        let body = fixture("midtrans", name);
        let observed = read_answer(&payment("INV-2026-0002"), LookupKey::Reference, 200, &body);
        assert_eq!(
            observed.parts,
            AmountParts::Told { original, fee },
            "{name}"
        );
        let kept = observed.kept_body.unwrap();
        assert!(kept.contains(r#""gross_amount_info":{"#), "{kept}");
        count += 1;
    }
    assert_eq!(count, 4);
}

#[test]
fn no_recorded_answer_matches_another_payment() {
    for (file, reference, meaning, _) in ANSWERS {
        let is_about_none = meaning.starts_with("not_started") || meaning.starts_with("answered");
        if is_about_none || file.contains("foreign-order-id") {
            continue;
        }
        let other = known("INV-OTHER", "t-other");
        let observed = read_answer(
            &other,
            LookupKey::Reference,
            200,
            &fixture("midtrans", file),
        );
        let expected = format!("answered about another payment ({reference})");
        assert_eq!(describe(&observed), expected, "{file}");
        assert_eq!(observed.transaction_id, None);
    }
}

#[test]
fn times_are_western_indonesian() {
    let hear = |file, reference| {
        let body = fixture("midtrans", file);
        read_answer(&payment(reference), LookupKey::Reference, 200, &body)
    };
    let pending = hear("status-pending-qris", "INV-2026-0002");
    assert_eq!(pending.deadline, Some(at("2026-03-02T03:15:00Z")));
    assert_eq!(pending.paid_at, None);
    let settled = hear("status-settlement-qris", "INV-2026-0002");
    assert_eq!(settled.deadline, None);
    assert_eq!(settled.paid_at, Some(at("2026-03-02T03:03:41Z")));
    let captured = hear("status-capture-accept", "INV-2026-0009");
    assert_eq!(captured.paid_at, Some(at("2026-03-02T07:00:00Z")));
    let refunded = hear("status-refund", "INV-2026-0002");
    assert_eq!(refunded.paid_at, Some(at("2026-03-02T03:03:41Z")));
}

#[test]
fn kept_bodies_name_nobody_and_pay_nothing() {
    for (file, reference, ..) in ANSWERS {
        let body = fixture("midtrans", file);
        let answer = answer(200, body);
        let observed =
            midtrans().read_status(&payment(reference), LookupKey::Reference, noon(), &answer);
        let kept = observed.kept_body.unwrap_or_default();
        for word in [
            "signature",
            "va_number",
            "bill_key",
            "masked",
            "url",
            "reason",
            "approval",
            "payment_code",
        ] {
            assert!(!kept.contains(word), "{file}: {kept}");
        }
    }
    let body = fixture("midtrans", "status-partial-refund");
    let observed = read_answer(&payment("INV-2026-0002"), LookupKey::Reference, 200, &body);
    let kept = r#"{"acquirer":"gopay","currency":"IDR","fraud_status":"accept","gross_amount":"25000.00","order_id":"INV-2026-0002","payment_type":"qris","refund_amount":"10000.00","refunds":[{"refund_amount":"10000.00","refund_key":"INV-2026-0002-r1"}],"settlement_time":"2026-03-02 10:03:41","status_code":"200","transaction_id":"6f0d7b52-2b6a-4f0e-9a1c-0c5f7f1d2a01","transaction_status":"partial_refund","transaction_time":"2026-03-02 10:00:04"}"#;
    assert_eq!(observed.kept_body.as_deref(), Some(kept));
}
