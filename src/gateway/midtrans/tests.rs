//! Queries to Midtrans, and the meaning of each answer.

mod anything;
mod doubtful;
mod fixtures;

use super::*;
use crate::gateway::testing::{answer, describe, known, noon, payment};

pub(in crate::gateway::midtrans) const KEY: &str = "SB-Mid-server-payctl-dummy-0001";

pub(in crate::gateway::midtrans) fn midtrans() -> Midtrans {
    Midtrans::new(
        "midtrans".parse().unwrap(),
        "https://api.example/",
        "https://app.example/",
        KEY.into(),
    )
}

pub(super) fn read_answer(
    payment: &Payment,
    handle: LookupKey,
    status: u16,
    body: &str,
) -> Observation {
    midtrans().read_status(payment, handle, noon(), &answer(status, body))
}

#[track_caller]
fn asks(payment: &Payment, handle: LookupKey, path: &str) {
    let request = midtrans().ask_status(payment, handle);
    assert_eq!(request.expose_url(), format!("https://api.example{path}"));
    assert_eq!(request.label, format!("GET {path}"));
}

#[test]
fn a_payment_is_queried_by_reference_or_transaction() {
    let known = known("INV-1", "6f0d7b52-2b6a");
    asks(&known, LookupKey::Reference, "/v2/INV-1/status");
    asks(&known, LookupKey::TransactionId, "/v2/6f0d7b52-2b6a/status");
    asks(
        &payment("INV-1"),
        LookupKey::TransactionId,
        "/v2/INV-1/status",
    );
}

#[test]
fn no_id_escapes_its_place_in_the_path() {
    asks(
        &payment("a/b#c?d%e&f=g"),
        LookupKey::Reference,
        "/v2/a%2Fb%23c%3Fd%25e%26f%3Dg/status",
    );
    asks(
        &payment("INV-1_2.3~4"),
        LookupKey::Reference,
        "/v2/INV-1_2.3~4/status",
    );
}

#[test]
fn the_key_is_the_user_name_and_hidden() {
    let request = midtrans().ask_status(&payment("INV-1"), LookupKey::Reference);
    let headers: Vec<_> = request.expose_headers().collect();
    let pair = "Basic U0ItTWlkLXNlcnZlci1wYXljdGwtZHVtbXktMDAwMTo=";
    assert!(headers.contains(&("Authorization", pair)), "{headers:?}");
    assert!(headers.contains(&("Accept", "application/json")));
    for text in [
        format!("{request:?}"),
        request.label.clone(),
        format!("{:?}", midtrans()),
    ] {
        assert!(!text.contains(KEY) && !text.contains("U0It"), "{text}");
    }
}

#[test]
fn a_page_is_queried_by_reference_until_closed() {
    let grace = Duration::from_secs(180);
    let known = known("INV-1", "t-1");
    let late = known
        .deadline
        .saturating_add(grace)
        .saturating_add(Duration::from_secs(1));
    let off_page = Payment {
        on_page: false,
        ..known.clone()
    };
    let answered = |at: Instant| {
        let mut it = known.clone();
        it.schedule.last_answered_at = Some(at);
        it
    };
    let next_day = late.saturating_add(Duration::from_secs(24 * 60 * 60));
    let both = [LookupKey::Reference, LookupKey::TransactionId].as_slice();
    for (payment, now, handles) in [
        (&payment("INV-1"), noon(), [LookupKey::Reference].as_slice()),
        (&payment("INV-1"), late, &[LookupKey::Reference]),
        (&known, noon(), both),
        (&known, known.deadline.saturating_add(grace), both),
        (&known, next_day, both),
        (
            &answered(known.deadline.saturating_add(grace)),
            next_day,
            both,
        ),
        (&answered(late), next_day, &[LookupKey::TransactionId]),
        (&answered(next_day), late, both),
        (&off_page, noon(), &[LookupKey::TransactionId]),
    ] {
        assert_eq!(midtrans().handles(payment, now, grace), handles);
    }
}

/// The status word, the other fields of the answer, and the meaning.
const WORDS: &[(&str, &str)] = &[
    (r#""settlement""#, "paid 25000"),
    (r#""SETTLEMENT","fraud_status":"ACCEPT""#, "paid 25000"),
    (r#""settlement","fraud_status":"challenge""#, "paid 25000"),
    (r#""capture""#, "paid 25000"),
    (r#""capture","fraud_status":null"#, "paid 25000"),
    (r#""Capture","fraud_status":"Accept""#, "paid 25000"),
    (r#""capture","fraud_status":"challenge""#, "challenged"),
    (r#""CAPTURE","fraud_status":"CHALLENGE""#, "challenged"),
    (r#""authorize","fraud_status":"challenge""#, "challenged"),
    (r#""capture","fraud_status":"deny""#, "failed"),
    (
        r#""capture","fraud_status":"moon""#,
        "unrecognised capture with fraud status moon",
    ),
    (
        r#""capture","fraud_status":{}"#,
        "unrecognised capture with fraud status unreadable",
    ),
    (r#""authorize","fraud_status":"accept""#, "pending"),
    (r#""authorize""#, "pending"),
    (r#""pending""#, "pending"),
    (r#""deny","fraud_status":"accept""#, "failed"),
    (r#""deny","fraud_status":"deny""#, "failed"),
    (r#""failure""#, "failed"),
    (r#""cancel""#, "cancelled"),
    (r#""expire""#, "expired"),
    (r#""Expired""#, "expired"),
    (r#""refund""#, "refunded 25000 of 25000"),
    (
        r#""refund","refund_amount":"25000.00""#,
        "refunded 25000 of 25000",
    ),
    (
        r#""refund","refund_amount":"x""#,
        r#"unrecognised refund with refund_amount "x""#,
    ),
    (
        r#""partial_refund","refund_amount":10000"#,
        "refunded 10000 of 25000",
    ),
    (
        r#""partial_refund""#,
        "unrecognised partial_refund without refund_amount",
    ),
    (r#""chargeback""#, "charged_back 25000 of 25000"),
    (
        r#""partial_chargeback","refund_amount":"1.00""#,
        "charged_back 1 of 25000",
    ),
    (
        r#""partial_chargeback""#,
        "unrecognised partial_chargeback without refund_amount",
    ),
    (r#""partial_moon""#, "unrecognised partial_moon"),
    (r#""paid""#, "unrecognised paid"),
    (r#"7"#, "unrecognised 7"),
];

#[test]
fn every_status_word_has_its_meaning() {
    for (fields, meaning) in WORDS {
        let body = format!(
            r#"{{"status_code":"200","order_id":"INV-1","transaction_id":"t-1",
                "gross_amount":"25000.00","transaction_status":{fields}}}"#
        );
        let told = describe(&read_answer(
            &payment("INV-1"),
            LookupKey::Reference,
            200,
            &body,
        ));
        assert_eq!(
            told.split_once('|').map(|(said, _)| said),
            Some(*meaning),
            "{fields}"
        );
    }
}

#[test]
fn only_fresh_money_of_some_methods_is_reversible() {
    let permata = r#""bank_transfer","permata_va_number":"1""#;
    let bca = r#""bank_transfer","va_numbers":[{"bank":"bca","va_number":"1"}]"#;
    let indomaret = r#""cstore","store":"Indomaret""#;
    for (word, method, name, reversible) in [
        ("settlement", permata, Some("permata_va"), true),
        ("deny", permata, Some("permata_va"), false),
        ("settlement", r#""permata""#, Some("permata_va"), true),
        ("settlement", r#""echannel""#, Some("echannel"), true),
        ("settlement", indomaret, Some("indomaret"), true),
        (
            "settlement",
            r#""cstore","store":"alfamart""#,
            Some("alfamart"),
            false,
        ),
        ("settlement", r#""cstore""#, None, false),
        ("settlement", bca, Some("bca_va"), false),
        ("settlement", r#""bank_transfer""#, None, false),
        (
            "settlement",
            r#""bank_transfer","va_numbers":[7]"#,
            None,
            false,
        ),
        ("capture", r#""credit_card""#, Some("credit_card"), true),
        ("settlement", r#""credit_card""#, Some("credit_card"), false),
        ("settlement", r#""qris""#, Some("qris"), false),
        ("settlement", r#""ShopeePay""#, Some("shopeepay"), false),
        ("settlement", r#""<b>""#, None, false),
        ("settlement", r#"["qris"]"#, None, false),
    ] {
        let body = format!(
            r#"{{"order_id":"INV-1","gross_amount":1,"transaction_status":"{word}","payment_type":{method}}}"#
        );
        let observed = read_answer(&payment("INV-1"), LookupKey::Reference, 200, &body);
        assert_eq!(observed.method.as_deref(), name, "{word} {method}");
        assert_eq!(observed.reversible, reversible, "{word} {method}");
    }
}
