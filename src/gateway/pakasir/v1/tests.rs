//! Queries to Pakasir, and the meaning of each answer.

use proptest::prelude::*;

use super::*;
use crate::domain::PaymentStatus;
use crate::gateway::testing::{answer, at, describe, fixture, fixtures, noon, payment};

pub(super) const KEY: &str = "dummy-pakasir-key-0001";

pub(super) fn pakasir() -> PakasirV1 {
    PakasirV1::new(
        "pakasir".parse().unwrap(),
        "https://app.example/",
        "tokocontoh",
        KEY.into(),
    )
}

/// Opened for Rp 50,000, of which the customer pays Rp 50,660.
pub(super) fn with_fee(reference: &str) -> Payment {
    Payment {
        amount: Rupiah::from_db(50_000),
        payable: Rupiah::from_db(50_660),
        ..payment(reference)
    }
}

fn read(payment: &Payment, status: u16, body: &str) -> Observation {
    pakasir().read_status(payment, LookupKey::Reference, noon(), &answer(status, body))
}

#[track_caller]
fn check(status: u16, body: &str, expected: &str) {
    let observed = read(&with_fee("VPN-2026-0001"), status, body);
    assert_eq!(describe(&observed), expected, "HTTP {status}, {body}");
}

/// File, the order it is about, and the meaning with the status word.
const ANSWERS: &[(&str, &str, &str)] = &[
    ("detail-canceled", "VPN-2026-0003", "cancelled|canceled"),
    (
        "detail-cancelled-double-l",
        "VPN-2026-0003",
        "cancelled|cancelled",
    ),
    ("detail-completed", "VPN-2026-0001", "paid 50000|completed"),
    ("detail-expired", "VPN-2026-0004", "expired|expired"),
    ("detail-pending", "VPN-2026-0001", "pending|pending"),
    ("error-message", "VPN-2026-0001", "not_started|not found"),
];

#[test]
fn every_recorded_answer_is_understood() {
    for (file, reference, meaning) in ANSWERS {
        let observed = read(&with_fee(reference), 200, &fixture("pakasir", file));
        assert_eq!(describe(&observed), *meaning, "{file}");
        assert_eq!(observed.measure, AmountBasis::Price);
        assert!(!observed.reversible && observed.transaction_id.is_none());
        let is_known = observed.said != Reported::NotStarted;
        assert_eq!(
            observed.method.as_deref(),
            is_known.then_some("qris"),
            "{file}"
        );
    }
}

#[test]
fn every_recorded_detail_has_its_row() {
    let mut recorded = fixtures("pakasir", "detail-");
    recorded.extend(fixtures("pakasir", "error-"));
    let rows: Vec<_> = ANSWERS.iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(recorded, rows);
}

#[test]
fn no_recorded_detail_matches_another_payment() {
    for (file, reference, _) in ANSWERS.iter().filter(|row| row.0.starts_with("detail-")) {
        let observed = read(&with_fee("VPN-OTHER"), 200, &fixture("pakasir", file));
        let expected = format!("answered about another payment ({reference})");
        assert_eq!(describe(&observed), expected, "{file}");
    }
}

#[test]
fn the_query_shows_no_key() {
    let odd = PakasirV1::new(
        "p".parse().unwrap(),
        "https://app.example",
        "a b&c",
        "k/&=?#%".into(),
    );
    let request = odd.ask_status(&with_fee("x/#?%&y"), LookupKey::Reference);
    assert_eq!(
        request.expose_url(),
        "https://app.example/api/transactiondetail?project=a%20b%26c&amount=50000\
         &order_id=x%2F%23%3F%25%26y&api_key=k%2F%26%3D%3F%23%25"
    );
    let request = pakasir().ask_status(&with_fee("VPN-1"), LookupKey::ReferenceAtPayable);
    assert!(
        request
            .expose_url()
            .contains("&amount=50660&order_id=VPN-1&api_key=")
    );
    assert_eq!(request.label, "GET /api/transactiondetail");
    for text in [format!("{request:?}"), format!("{:?}", pakasir())] {
        assert!(!text.contains(KEY), "{text}");
    }
}

#[test]
fn only_shop_payments_are_queried_by_payable() {
    let grace = Duration::from_secs(180);
    let same = payment("VPN-1");
    let ours = Payment {
        origin: PaymentOrigin::Payctl,
        ..with_fee("VPN-1")
    };
    let both = [LookupKey::Reference, LookupKey::ReferenceAtPayable].as_slice();
    for (payment, handles) in [
        (&with_fee("VPN-1"), both),
        (&same, &[LookupKey::Reference]),
        (&ours, &[LookupKey::Reference]),
    ] {
        assert_eq!(pakasir().handles(payment, noon(), grace), handles);
    }
}

#[test]
fn paying_the_queried_payable_is_the_right_amount() {
    let body = |amount: &str| {
        format!(
            r#"{{"transaction":{{"amount":{amount},"order_id":"VPN-1","project":"tokocontoh","status":"completed"}}}}"#
        )
    };
    let payment = with_fee("VPN-1");
    for (handle, amount, is_right) in [
        (LookupKey::Reference, "50000", true),
        (LookupKey::Reference, "\"50000.00\"", true),
        (LookupKey::Reference, "50660", false),
        (LookupKey::ReferenceAtPayable, "50660", true),
        (LookupKey::ReferenceAtPayable, "50000", true),
        (LookupKey::ReferenceAtPayable, "50661", false),
    ] {
        let observed = pakasir().read_status(&payment, handle, noon(), &answer(200, body(amount)));
        let Reported::Paid { amount: paid } = observed.said else {
            panic!("{observed:?}");
        };
        let expected = payment.expected(observed.measure);
        assert_eq!(paid == expected, is_right, "{handle:?} {amount}");
    }
}

#[test]
fn completed_at_is_any_rfc_3339_time() {
    for (text, paid_at) in [
        (
            "2026-03-02T10:05:02.819+07:00",
            Some(at("2026-03-02T03:05:02.819Z")),
        ),
        (
            "2026-03-02T03:05:02.889362797Z",
            Some(at("2026-03-02T03:05:02.889Z")),
        ),
        ("yesterday", None),
    ] {
        let body =
            fixture("pakasir", "detail-completed").replace("2026-03-02T10:05:02.819+07:00", text);
        assert_eq!(
            read(&with_fee("VPN-2026-0001"), 200, &body).paid_at,
            paid_at
        );
    }
}

/// Answers of web frameworks at an address where nothing is.
pub(super) const FRAMEWORKS: [&str; 9] = [
    "{}",
    r#"{"transaction":null}"#,
    r#"{"message":"Not Found","statusCode":404}"#,
    r#"{"message":"Cannot GET /api/transactiondetail","error":"Not Found","statusCode":404}"#,
    r#"{"message":"The route api/transactiondetail could not be found."}"#,
    r#"{"message":"Page not found: /api/transactiondetail"}"#,
    r#"{"statusCode":404,"message":"transactiondetail not found"}"#,
    r#"{"error":"Transaction not found"}"#,
    r#"{"timestamp":"2026-03-02","status":404,"error":"Not Found","path":"/api/transactiondetail"}"#,
];

pub(super) fn gone(code: u16) -> String {
    NoAnswerReason::Gone(code).to_string()
}

#[test]
fn not_found_counts_only_in_pakasirs_words() {
    let not_found = "not_started|not found";
    check(200, r#"{"message":"Transaction not found"}"#, not_found);
    check(
        400,
        r#"{"transaction":null,"message":"Transaction not found"}"#,
        not_found,
    );
    check(
        404,
        r#"{"message":"Transaksi tidak ditemukan."}"#,
        not_found,
    );
    for body in FRAMEWORKS {
        check(404, body, &gone(404));
    }
    let own = fixture("pakasir", "error-message");
    for status in [301, 302, 308, 405, 410] {
        check(status, &own, &gone(status));
    }
    check(200, "{}", "answered 200 without a status");
    check(
        200,
        r#"{"transaction":null}"#,
        "answered 200 without a status",
    );
    check(200, r#"{"success":true}"#, "answered 200 without a status");
    check(
        200,
        r#"{"transaction":"x","message":"hm"}"#,
        "answered 200 without a status",
    );
    check(
        200,
        r#"{"transaction":{}}"#,
        "answered 200 without a status",
    );
    check(
        200,
        r#"{"transaction":{"status":[]}}"#,
        "answered 200 without a status",
    );
    check(403, r#"{"message":"no"}"#, "answered 403 without a status");
    for message in [
        "Invalid API key",
        "Project not found",
        "Proyek tidak ditemukan",
        "Unauthorized",
    ] {
        let body = format!(r#"{{"message":"{message}"}}"#);
        check(400, &body, "answered 400 without a status");
        check(404, &body, &gone(404));
    }
}

#[test]
fn not_found_contradicts_an_answered_opening() {
    let body = fixture("pakasir", "error-message");
    let ours = |status, seen| Payment {
        origin: PaymentOrigin::Payctl,
        status,
        seen,
        ..with_fee("VPN-1")
    };
    for (payment, is_contradiction) in [
        (ours(PaymentStatus::Pending, true), true),
        // The result of its opening is unknown, and its time has run out.
        (ours(PaymentStatus::Expired, false), false),
        (ours(PaymentStatus::Expired, true), true),
        (ours(PaymentStatus::Created, true), true),
        (ours(PaymentStatus::Created, false), false),
        (with_fee("VPN-1"), false),
    ] {
        let observed = read(&payment, 200, &body);
        let contradiction = Reported::NoAnswer(NoAnswerReason::Contradiction);
        assert_eq!(observed.said == contradiction, is_contradiction);
        assert_eq!(observed.said == Reported::NotStarted, !is_contradiction);
    }
    assert!(!NoAnswerReason::Contradiction.trips_circuit());
}

#[track_caller]
fn check_fields(fields: &str, expected: &str) {
    check(200, &format!(r#"{{"transaction":{{{fields}}}}}"#), expected);
}

#[test]
fn an_answer_must_name_payment_and_project() {
    let about = |what: &str| format!("answered about another payment ({what})");
    let order = r#""order_id":"VPN-2026-0001""#;
    let project = r#""project":"tokocontoh""#;
    let status = r#""status":"PENDING""#;
    check_fields(&format!("{order},{project},{status}"), "pending|PENDING");
    check_fields(&format!("{project},{status}"), &about("unnamed"));
    check_fields(&format!("{order},{status}"), &about("unnamed"));
    check_fields(
        &format!(r#"{order},{status},"project":"tokolain""#),
        &about("of project tokolain"),
    );
    check_fields(
        &format!(r#"{project},{status},"order_id":"VPN-9""#),
        &about("VPN-9"),
    );
}

#[test]
fn an_unknown_status_or_amount_moves_nothing() {
    let ours = r#""order_id":"VPN-2026-0001","project":"tokocontoh""#;
    for (fields, expected) in [
        (r#""status":"paid""#, "unrecognised paid|paid"),
        (
            r#""status":"COMPLETED","amount":50000.0"#,
            "paid 50000|COMPLETED",
        ),
        (
            r#""status":"completed""#,
            "unrecognised completed without amount|completed",
        ),
        (
            r#""status":"completed","amount":5e4"#,
            "unrecognised completed with amount \"5e4\"|completed",
        ),
        (
            r#""status":"completed","amount":[]"#,
            "unrecognised completed with amount \"something else\"|completed",
        ),
        (r#""status":"failed","amount":[]"#, "failed|failed"),
    ] {
        check_fields(&format!("{ours},{fields}"), expected);
    }
}

#[test]
fn errors_and_throttling_are_silence() {
    check(
        401,
        r#"{"message":"x"}"#,
        "answered 401, refusing the key or the account",
    );
    check(410, "<html>", &gone(410));
    check(
        429,
        r#"{"message":"x"}"#,
        "answered 429, too many questions",
    );
    check(500, r#"{"message":"x"}"#, "answered 500");
    check(503, &fixture("pakasir", "detail-completed"), "answered 503");
    check(404, "<html>", &gone(404));
    check(
        200,
        "[]",
        "answered something unreadable: JSON that is not an object, with HTTP 200",
    );
    check(
        200,
        r#"{"transaction":{"#,
        "answered something unreadable: truncated JSON, with HTTP 200",
    );
}

#[test]
fn only_listed_fields_are_kept() {
    let body = fixture("pakasir", "detail-completed").replace(
        "\"status\"",
        "\"customer_name\": \"Sari\", \"payment_number\": \"000201\", \"status\"",
    );
    let kept = read(&with_fee("VPN-2026-0001"), 200, &body).kept_body;
    let expected = r#"{"amount":50000,"completed_at":"2026-03-02T10:05:02.819+07:00","order_id":"VPN-2026-0001","payment_method":"qris","project":"tokocontoh","status":"completed"}"#;
    assert_eq!(kept.as_deref(), Some(expected));
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(status: u16, body in proptest::collection::vec(any::<u8>(), 0..512)) {
        let observed = pakasir().read_status(&with_fee("VPN-1"), LookupKey::Reference, noon(), &answer(status, body));
        prop_assert!(matches!(observed.said, Reported::NoAnswer(_)));
    }

    #[test]
    fn no_transaction_causes_a_panic(status: u16, word: String, order: String, amount: i64, text: String) {
        let text = serde_json::to_string(&text).unwrap();
        let (word, order) = (serde_json::to_string(&word).unwrap(), serde_json::to_string(&order).unwrap());
        let body = format!(
            r#"{{"transaction":{{"amount":{amount},"order_id":{order},"project":"tokocontoh","status":{word},"completed_at":{text}}},"message":{text}}}"#
        );
        let observed = pakasir().read_status(&with_fee("VPN-1"), LookupKey::ReferenceAtPayable, noon(), &answer(status, body));
        let is_paid = matches!(observed.said, Reported::Paid { .. });
        prop_assert!(!is_paid);
    }

    #[test]
    fn no_reference_escapes_its_query_value(reference in "[!-~]{0,127}[0-~]") {
        let request = pakasir().ask_status(&payment(&reference), LookupKey::Reference);
        let shown = format!("{request:?}");
        prop_assert!(!shown.contains(KEY));
        let (_, query) = request.expose_url().split_once('?').unwrap();
        prop_assert_eq!(query.split('&').count(), 4);
        prop_assert!(!query.contains(['/', '#', ' ', '?']));
    }
}
