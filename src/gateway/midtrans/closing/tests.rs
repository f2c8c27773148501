//! What closes a Midtrans payment, and the meaning of each answer to it.

use proptest::prelude::*;

use super::*;
use crate::domain::PaymentStatus::{
    Cancelled, Challenged, Created, Expired, Failed, Mismatch, Paid, Pending, Reversed,
};
use crate::gateway::Gateway;
use crate::gateway::midtrans::tests::{KEY, midtrans};
use crate::gateway::testing::{answer, fixture, known, payment};

const PAGE: &str = "/snap/v1/transactions/tok%2Fen/cancel";

/// A registered page that nobody has used.
fn page(reference: &str) -> Payment {
    Payment {
        token: Some("tok/en".to_owned()),
        ..payment(reference)
    }
}

#[track_caller]
fn closes(payment: &Payment, url: Option<&str>) {
    let request = midtrans().close(payment);
    let asked = request.as_ref().map(HttpRequest::expose_url);
    assert_eq!(asked, url, "{payment:?}");
    if let Some(request) = request {
        assert_eq!(request.intent, crate::http::message::Idempotency::Change);
        assert_eq!(request.expose_body(), Some(""));
    }
}

#[test]
fn closing_expires_pending_and_cancels_held_payments() {
    let seen = |status, raw_status: &str, id: Option<&str>| Payment {
        status,
        seen: true,
        raw_status: Some(raw_status.to_owned()),
        transaction_id: id.map(|id| id.parse().unwrap()),
        ..page("a/b")
    };
    let core = |rest: &str| format!("https://api.example/v2/{rest}");
    for (status, word, id, rest) in [
        (Pending, "pending", Some("t-1"), "t-1/expire"),
        (Pending, "PENDING", None, "a%2Fb/expire"),
        (Pending, "Authorize", Some("t-1"), "t-1/cancel"),
        (Created, "pending", Some("t-1"), "t-1/expire"),
        (Challenged, "capture", Some("t-1"), "t-1/cancel"),
        (Challenged, "authorize", None, "a%2Fb/cancel"),
        (Pending, "404", Some("t-1"), "t-1/expire"),
    ] {
        closes(&seen(status, word, id), Some(&core(rest)));
    }
    for status in [Paid, Mismatch, Failed, Cancelled, Expired, Reversed] {
        closes(&seen(status, "settlement", Some("t-1")), None);
    }
}

#[test]
fn an_unused_page_is_cancelled_by_its_token() {
    let url = format!("https://app.example{PAGE}");
    closes(&page("INV-1"), Some(&url));
    // The shop reports it as seen, and Midtrans says "not found".
    let lost = Payment {
        status: Pending,
        seen: true,
        raw_status: Some("404".to_owned()),
        ..page("INV-1")
    };
    closes(&lost, Some(&url));
    for status in [Created, Expired, Cancelled] {
        let unused = Payment {
            status,
            ..page("INV-1")
        };
        closes(&unused, Some(&url));
    }
    let tokenless = Payment {
        token: None,
        ..lost
    };
    let core = "https://api.example/v2/INV-1/expire";
    closes(&tokenless, Some(core));
}

#[test]
fn an_unseen_payment_needs_a_token_to_close() {
    closes(&payment("INV-1"), None);
}

#[test]
fn neither_key_nor_token_is_printed() {
    for payment in [page("INV-1"), known("INV-1", "t-1")] {
        let request = midtrans().close(&payment).unwrap();
        let headers: Vec<_> = request.expose_headers().collect();
        let pair = "Basic U0ItTWlkLXNlcnZlci1wYXljdGwtZHVtbXktMDAwMTo=";
        assert!(headers.contains(&("Authorization", pair)));
        assert!(headers.contains(&("Accept", "application/json")));
        let text = format!("{request:?}{}", request.label);
        for secret in [KEY, "U0It", "tok"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

fn read_close_answer(payment: &Payment, status: u16, body: &str) -> String {
    match midtrans().read_close(payment, &answer(status, body)) {
        CloseReply::Closed => "closed".to_owned(),
        CloseReply::Refused(words) => format!("refused: {words}"),
        CloseReply::Unknown(words) => format!("unknown: {words}"),
        CloseReply::NoAnswer(silence) => format!("silence: {silence}"),
    }
}

#[track_caller]
fn check(status: u16, body: &str, expected: &str) {
    let observed = read_close_answer(&known("INV-1", "t-1"), status, body);
    assert_eq!(observed, expected, "HTTP {status}, {body}");
}

/// File, the order it is about, and its meaning.
const ANSWERS: &[(&str, &str, &str)] = &[
    ("expire-407", "INV-2026-0006", "closed"),
    ("cancel-200", "INV-2026-0012", "closed"),
    ("deny-200", "INV-2026-0010", "closed"),
    (
        "error-412",
        "INV-2026-0001",
        "refused: Merchant cannot modify the status of the transaction",
    ),
    (
        "status-404",
        "INV-2026-0001",
        "unknown: Transaction doesn't exist.",
    ),
    (
        "status-404-generic",
        "INV-2026-0001",
        "unknown: The requested resource is not found",
    ),
    (
        "status-401",
        "INV-2026-0001",
        "silence: answered 401, refusing the key or the account",
    ),
    ("status-expire-qris", "INV-2026-0006", "closed"),
    (
        "status-settlement-qris",
        "INV-2026-0002",
        "refused: settlement",
    ),
];

#[test]
fn recorded_answers_are_understood_under_any_http_code() {
    for (file, reference, meaning) in ANSWERS {
        let body = fixture("midtrans", file);
        for http_status in [200, 401, 404, 407, 412, 500] {
            let observed = read_close_answer(&payment(reference), http_status, &body);
            assert_eq!(observed, *meaning, "{file}, HTTP {http_status}");
        }
    }
}

#[test]
fn recorded_page_answers_are_understood_under_any_code() {
    for (file, meaning) in [
        ("snap-cancel-error-already-canceled", "closed"),
        (
            "snap-cancel-error-in-progress",
            "refused: Transaction is on progress",
        ),
        ("snap-cancel-error-not-found", "unknown: token not found"),
    ] {
        for http_status in [200, 400, 404, 410, 500] {
            let observed =
                read_close_answer(&page("INV-1"), http_status, &fixture("midtrans", file));
            assert_eq!(observed, meaning, "{file}, HTTP {http_status}");
        }
    }
    let done = fixture("midtrans", "snap-cancel-response-200");
    assert_eq!(read_close_answer(&page("INV-1"), 200, &done), "closed");
    let key = fixture("midtrans", "snap-create-error-401");
    let observed = read_close_answer(&page("INV-1"), 401, &key);
    assert_eq!(
        observed,
        "silence: answered 401, refusing the key or the account"
    );
}

#[test]
fn an_answer_about_another_payment_closes_nothing() {
    for (file, reference, _) in ANSWERS.iter().filter(|row| row.2 == "closed") {
        let observed = read_close_answer(&known("INV-1", "t-1"), 200, &fixture("midtrans", file));
        let expected = format!("silence: answered about another payment ({reference})");
        assert_eq!(observed, expected, "{file}");
    }
}

const GONE: &str = "answered 404, and not as it answers about payments: nothing is at this address";

#[test]
fn a_refusal_keeps_its_words_apart_from_silence() {
    let message = |code: &str| format!(r#"{{"status_code":"{code}","status_message":"No."}}"#);
    for code in ["400", "402", "403", "405", "409", "413"] {
        check(200, &message(code), "refused: No.");
    }
    check(200, r#"{"status_code":"412"}"#, "refused: 412");
    check(
        400,
        r#"{"error_messages":["Moon","Mars"]}"#,
        "refused: Moon; Mars",
    );
    check(200, r#"{"status_code":"407"}"#, "closed");
    for (code, text) in [
        ("410", "answered 410, refusing the key or the account"),
        ("429", "answered 429, too many questions"),
        ("500", "answered 500"),
        ("900", "answered 900"),
        ("202", "answered 202 without a status"),
        ("300", "answered 300 without a status"),
    ] {
        check(200, &message(code), &format!("silence: {text}"));
    }
    for (status, body, text) in [
        (200, "{}", "answered 200 without a status"),
        (404, "{}", GONE),
        (412, "{}", "answered 412 without a status"),
        (503, r#"{"error_messages":["down"]}"#, "answered 503"),
        (
            200,
            "",
            "answered something unreadable: nothing at all, with HTTP 200",
        ),
        (404, "<html>", GONE),
    ] {
        check(status, body, &format!("silence: {text}"));
    }
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(status: u16, body in proptest::collection::vec(any::<u8>(), 0..512)) {
        let observed = midtrans().read_close(&known("INV-1", "t-1"), &answer(status, body));
        prop_assert!(matches!(observed, CloseReply::NoAnswer(_)));
    }

    #[test]
    fn no_token_or_reference_escapes_the_path(name in "[!-~]{0,127}[0-~]") {
        let page = Payment { token: Some(name.clone()), ..payment("INV-1") };
        let seen = Payment { seen: true, status: Pending, ..payment(&name) };
        for (payment, before, after) in [
            (page, "https://app.example/snap/v1/transactions/", "/cancel"),
            (seen, "https://api.example/v2/", "/expire"),
        ] {
            let request = midtrans().close(&payment).unwrap();
            let id = request.expose_url().strip_prefix(before).unwrap().strip_suffix(after).unwrap();
            prop_assert!(!id.contains(['/', '?', '#', '&', ' ', '\\']));
        }
    }
}
