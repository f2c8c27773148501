//! What closes a Pakasir payment, and the meaning of each answer to it.

use proptest::prelude::*;

use super::*;
use crate::domain::PaymentStatus::{Challenged, Created, Expired, Mismatch, Paid, Pending};
use crate::domain::Rupiah;
use crate::gateway::pakasir::v1::tests::{FRAMEWORKS, KEY, gone, pakasir, with_fee};
use crate::gateway::testing::{answer, fixture, payment};
use crate::gateway::{Gateway, RefundReply};

fn sent(payment: &Payment) -> serde_json::Value {
    let request = pakasir().close(payment).unwrap();
    serde_json::from_str(request.expose_body().unwrap()).unwrap()
}

#[test]
fn the_request_matches_the_recording_without_key() {
    let request = pakasir().close(&with_fee("VPN-2026-0001")).unwrap();
    assert_eq!(
        request.expose_url(),
        "https://app.example/api/transactioncancel"
    );
    let recorded: serde_json::Value =
        serde_json::from_str(&fixture("pakasir", "cancel-request")).unwrap();
    assert_eq!(sent(&with_fee("VPN-2026-0001")), recorded);
    assert_eq!(
        format!("{request:?}"),
        "Request(POST /api/transactioncancel)"
    );
    assert!(
        !request
            .expose_headers()
            .any(|(_, value)| value.contains(KEY))
    );
}

#[test]
fn only_an_open_payment_is_closed() {
    for (status, is_asked) in [
        (Created, true),
        (Pending, true),
        (Challenged, true),
        (Paid, false),
        (Mismatch, false),
        (Expired, false),
    ] {
        let payment = Payment {
            status,
            ..payment("VPN-1")
        };
        assert_eq!(pakasir().close(&payment).is_some(), is_asked, "{status}");
    }
}

#[test]
fn the_second_close_uses_the_shops_payable() {
    for (origin, close_tries, amount) in [
        (PaymentOrigin::Shop, 0, 50_000),
        (PaymentOrigin::Shop, 1, 50_660),
        (PaymentOrigin::Shop, 2, 50_000),
        (PaymentOrigin::Payctl, 1, 50_000),
    ] {
        let payment = Payment {
            origin,
            close_tries,
            ..with_fee("VPN-1")
        };
        assert_eq!(sent(&payment)["amount"], amount);
    }
}

#[track_caller]
fn check(status: u16, body: &str, expected: &str) {
    let observed = match pakasir().read_close(&with_fee("VPN-1"), &answer(status, body)) {
        CloseReply::Closed => "closed".to_owned(),
        CloseReply::Refused(words) => format!("refused: {words}"),
        CloseReply::Unknown(words) => format!("unknown: {words}"),
        CloseReply::NoAnswer(silence) => format!("silence: {silence}"),
    };
    assert_eq!(observed, expected, "HTTP {status}, {body}");
}

#[test]
fn recorded_answers_are_understood() {
    check(200, &fixture("pakasir", "cancel-response"), "closed");
    let unknown = "unknown: Transaction not found";
    check(404, &fixture("pakasir", "error-message"), unknown);
    check(200, &fixture("pakasir", "error-message"), unknown);
    for body in FRAMEWORKS {
        check(404, body, &format!("silence: {}", gone(404)));
    }
    let closed = fixture("pakasir", "cancel-response");
    check(404, &closed, &format!("silence: {}", gone(404)));
}

#[test]
fn a_refusal_keeps_its_words_apart_from_silence() {
    let refused = r#"{"success":false,"message":"Transaction already completed"}"#;
    check(400, refused, "refused: Transaction already completed");
    check(200, refused, "refused: Transaction already completed");
    for (status, body, silence) in [
        (200, "{}", "answered 200 without a status"),
        (200, r#"{"success":false}"#, "answered 200 without a status"),
        (200, r#"{"success":"yes"}"#, "answered 200 without a status"),
        (
            400,
            r#"{"message":"Invalid project or API key"}"#,
            "answered 400 without a status",
        ),
        (
            401,
            r#"{"message":"Invalid API key"}"#,
            "answered 401, refusing the key or the account",
        ),
        (
            429,
            r#"{"success":true}"#,
            "answered 429, too many questions",
        ),
        (500, r#"{"message":"down"}"#, "answered 500"),
        (
            200,
            "<html>",
            "answered 200, and not as it answers about payments: nothing is at this address",
        ),
    ] {
        check(status, body, &format!("silence: {silence}"));
    }
}

#[test]
fn pakasir_has_no_refund_call() {
    let paid = Payment {
        status: Paid,
        ..with_fee("VPN-1")
    };
    assert!(
        pakasir()
            .refund(&paid, "k", paid.amount, "sold out")
            .is_none()
    );
    let observed = pakasir().read_refund(
        &paid,
        "k",
        Rupiah::from_db(1),
        &answer(200, r#"{"success":true}"#),
    );
    assert_eq!(
        observed,
        RefundReply::NoAnswer(NoAnswerReason::Wordless(200))
    );
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(status: u16, body in proptest::collection::vec(any::<u8>(), 0..512)) {
        let observed = pakasir().read_close(&with_fee("VPN-1"), &answer(status, body));
        prop_assert!(matches!(observed, CloseReply::NoAnswer(_)));
    }

    #[test]
    fn no_reference_escapes_its_body_value(reference in "[!-~]{0,127}[0-~]") {
        let body = sent(&payment(&reference));
        prop_assert_eq!(body.as_object().unwrap().len(), 4);
        prop_assert_eq!(&body["order_id"], &reference);
    }
}
