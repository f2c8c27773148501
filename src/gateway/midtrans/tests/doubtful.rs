//! Answers that must not be believed, or only in part.

use std::time::Duration;

use super::{midtrans, read_answer};
use crate::domain::{NoAnswerReason, Payment, Reported, Rupiah};
use crate::gateway::LookupKey::{self, Reference, TransactionId};
use crate::gateway::testing::{answer, at, describe, known, noon, payment};
use crate::gateway::{CloseReply, Gateway, RefundReply};
use crate::http::message::HttpResponse;

#[track_caller]
fn check(status: u16, body: &str, expected: &str) {
    let observed = read_answer(&known("INV-1", "t-1"), Reference, status, body);
    assert_eq!(describe(&observed), expected, "HTTP {status}, {body}");
}

#[test]
fn anything_but_a_json_object_is_silence() {
    let page = "<!DOCTYPE html><html><body>404</body></html>";
    let cut = r#"{"status_code":"200","transaction_status":"settlement","order_id":"INV-1","#;
    for (body, what) in [
        ("", "nothing at all"),
        (" \n", "nothing at all"),
        (cut, "truncated JSON"),
        ("[]", "JSON that is not an object"),
        (r#"["200"]"#, "JSON that is not an object"),
        (r#""settlement""#, "JSON that is not an object"),
        ("200", "JSON that is not an object"),
        ("null", "JSON that is not an object"),
        ("Bad gateway", "no JSON"),
        ("{} {}", "no JSON"),
    ] {
        for status in [200, 403] {
            let expected = format!("answered something unreadable: {what}, with HTTP {status}");
            check(status, body, &expected);
        }
        for status in [302, 404, 405, 410] {
            check(status, body, &gone(status));
        }
    }
    for status in [200, 302, 403, 404] {
        check(status, page, &gone(status));
    }
}

fn gone(code: u16) -> String {
    NoAnswerReason::Gone(code).to_string()
}

/// Answers of web frameworks at an address where nothing is.
const FRAMEWORKS: [&str; 9] = [
    r#"{"message":"Not Found","statusCode":404}"#,
    r#"{"statusCode":404,"message":"Cannot GET /v2/INV-1/status","error":"Not Found"}"#,
    r#"{"message":"404 Not Found","status_code":404}"#,
    r#"{"status_code":404,"status_message":"Not Found"}"#,
    r#"{"status_code":"404","status_message":"Not Found"}"#,
    r#"{"status_code":404,"status_message":"Transaction doesn't exist."}"#,
    r#"{"timestamp":"2026-03-02","status":404,"error":"Not Found","path":"/v2/INV-1/status"}"#,
    r#"{"message":"The route v2/INV-1/status could not be found."}"#,
    r#"{"success":false,"error":{"code":"not_found"}}"#,
];

#[test]
fn a_web_frameworks_not_found_is_no_answer() {
    for body in FRAMEWORKS {
        check(404, body, &gone(404));
        let closing = midtrans().read_close(&known("INV-1", "t-1"), &answer(404, body));
        assert_eq!(
            closing,
            CloseReply::NoAnswer(NoAnswerReason::Gone(404)),
            "{body}"
        );
        let refunding = midtrans().read_refund(
            &known("INV-1", "t-1"),
            "k",
            Rupiah::from_db(1),
            &answer(404, body),
        );
        assert_eq!(
            refunding,
            RefundReply::NoAnswer(NoAnswerReason::Gone(404)),
            "{body}"
        );
    }
}

#[test]
fn only_midtrans_itself_switches_its_account_off() {
    let own = r#"{"status_code":"410","status_message":"Merchant account deactivated"}"#;
    for status in [200, 410] {
        check(status, own, "answered 410, refusing the key or the account");
    }
    for body in ["", "{}", r#"{"status_code":"410"}"#] {
        check(410, body, &gone(410));
    }
}

#[test]
fn a_clear_code_counts_in_http_and_body() {
    let refused = |code| format!("answered {code}, refusing the key or the account");
    for body in ["", "<html>", "{}", "not json"] {
        check(401, body, &refused(401));
    }
    for code in [401, 410] {
        check(
            200,
            &format!(r#"{{"status_code":"{code}"}}"#),
            &refused(code),
        );
        check(200, &format!(r#"{{"status_code":{code}}}"#), &refused(code));
    }
    for code in [500_u16, 502, 505, 599] {
        for body in ["", "<html>", "{}", r#"{"message":"no"}"#] {
            check(code, body, &format!("answered {code}"));
        }
    }
    check(200, r#"{"status_code":"503"}"#, "answered 503");
    check(200, r#"{"status_code":"900"}"#, "answered 900");
    check(
        200,
        r#"{"status_code":"429"}"#,
        "answered 429, too many questions",
    );
    let settled_but = r#"{"status_code":"500","order_id":"INV-1","transaction_status":"settlement","gross_amount":"1"}"#;
    check(200, settled_but, "answered 500");
}

#[test]
fn a_throttling_gateway_may_name_its_wait() {
    for (status, body) in [
        (429, "<html>"),
        (429, "{}"),
        (200, r#"{"status_code":"429"}"#),
    ] {
        let answer = HttpResponse {
            retry_after: Some(Duration::from_secs(7)),
            ..answer(status, body)
        };
        let observed = midtrans().read_status(&payment("INV-1"), Reference, noon(), &answer);
        let expected = Reported::NoAnswer(NoAnswerReason::Throttled(Some(Duration::from_secs(7))));
        assert_eq!(observed.said, expected);
    }
}

#[test]
fn the_body_wins_over_the_http_code() {
    let own = r#"{"status_code":"404","status_message":"Transaction doesn't exist."}"#;
    for status in [200, 404, 500] {
        check(status, own, "not_started|404");
    }
    // Not Midtrans's format: the server at a wrong address says nothing about a payment.
    for body in [
        "{}",
        r#"{"status_code":404}"#,
        r#"{"status_message":"Transaction doesn't exist."}"#,
        r#"{"message":"no route matched"}"#,
    ] {
        check(404, body, &gone(404));
    }
    check(
        200,
        r#"{"status_code":"nonsense"}"#,
        "answered 200 without a status",
    );
    check(
        200,
        r#"{"status_code":["404"]}"#,
        "answered 200 without a status",
    );
    for code in [300, 400, 402, 403, 405, 406, 408, 412, 414] {
        let body = format!(r#"{{"status_code":"{code}","status_message":"no"}}"#);
        check(200, &body, &format!("answered {code} without a status"));
    }
}

#[test]
fn a_query_by_transaction_id_understands_not_found() {
    let observed = read_answer(
        &known("INV-1", "t-1"),
        TransactionId,
        404,
        r#"{"status_code":"404","status_message":"The requested resource is not found"}"#,
    );
    assert_eq!(describe(&observed), "not_started|404");
    assert_eq!(
        observed.kept_body.as_deref(),
        Some(r#"{"status_code":"404"}"#)
    );
}

fn told_about(payment: &Payment, handle: LookupKey, ids: &str) -> String {
    let body = format!(r#"{{"status_code":"200","transaction_status":"pending"{ids}}}"#);
    describe(&read_answer(payment, handle, 200, &body))
}

#[track_caller]
fn is_ours(payment: &Payment, handle: LookupKey, ids: &str) {
    assert_eq!(told_about(payment, handle, ids), "pending|pending", "{ids}");
}

#[track_caller]
fn is_foreign(payment: &Payment, handle: LookupKey, ids: &str, name: &str) {
    let expected = format!("answered about another payment ({name})");
    assert_eq!(told_about(payment, handle, ids), expected, "{ids}");
}

#[test]
fn an_answer_must_be_about_the_payment() {
    let (new, known) = (payment("INV-1"), known("INV-1", "t-1"));
    let ours = r#","order_id":"INV-1","transaction_id":"t-9""#;
    is_ours(&new, Reference, ours);
    is_ours(&known, Reference, ours);
    is_ours(&new, Reference, r#","order_id":"INV-1""#);
    let the_try = r#","order_id":"INV-9","transaction_id":"t-1""#;
    is_foreign(&known, TransactionId, the_try, "INV-9");
    is_ours(
        &known,
        TransactionId,
        r#","order_id":"t-1","transaction_id":"t-1""#,
    );
    is_ours(&known, TransactionId, r#","transaction_id":"t-1""#);

    is_foreign(&new, Reference, the_try, "INV-9");
    is_foreign(&new, Reference, r#","order_id":"inv-1""#, "inv-1");
    is_foreign(&new, Reference, r#","transaction_id":"t-1""#, "t-1");
    is_foreign(&new, Reference, "", "unnamed");
    let odd = r#","order_id":{"is":"INV-1"}"#;
    is_foreign(&new, Reference, odd, "unnamed");
}

#[test]
fn a_repeated_transaction_id_matches_only_by_reference() {
    let (new, known) = (payment("INV-1"), known("INV-1", "t-1"));
    let bsi = r#","order_id":"A12","transaction_id":"A12""#;
    is_ours(&new, Reference, bsi);
    is_ours(&known, Reference, bsi);
    is_foreign(&known, TransactionId, bsi, "A12");
}

#[test]
fn the_gateways_id_may_be_the_shops_reference() {
    let ids = r#","order_id":"INV-9","transaction_id":"t-1""#;
    is_ours(&payment("t-1"), Reference, ids);
}

#[test]
fn the_transaction_id_of_an_answer_is_kept() {
    let body = r#"{"order_id":"INV-1","transaction_id":"t-9","transaction_status":"deny"}"#;
    let observed = read_answer(&known("INV-1", "t-1"), Reference, 200, body);
    assert_eq!(observed.transaction_id, Some("t-9".parse().unwrap()));
}

#[test]
fn an_invalid_transaction_id_is_unreadable() {
    let unreadable = "answered something unreadable: an invalid transaction id";
    let long = format!("\"{}\"", "9".repeat(129));
    for id in [
        long.as_str(),
        r#""a b""#,
        r#""\u001b[2J""#,
        r#""ü""#,
        "{}",
        "true",
    ] {
        let body = format!(
            r#"{{"order_id":"INV-1","transaction_status":"settlement","gross_amount":"1","transaction_id":{id}}}"#
        );
        check(200, &body, unreadable);
    }
}

#[track_caller]
fn check_money(fields: &str, expected: &str) {
    let body = format!(r#"{{"order_id":"INV-1","transaction_status":"settlement"{fields}}}"#);
    check(200, &body, expected);
}

#[test]
fn only_whole_rupiah_count_as_money() {
    check_money(
        r#","gross_amount":"25000.00","currency":"idr""#,
        "paid 25000|settlement",
    );
    check_money(r#","gross_amount":25000.00"#, "paid 25000|settlement");
    check_money(
        r#","gross_amount":25000,"currency":null"#,
        "paid 25000|settlement",
    );
    check_money(
        r#","gross_amount":"999999999999.00""#,
        "paid 999999999999|settlement",
    );
    let odd = |why: &str| format!("unrecognised settlement {why}|settlement");
    check_money("", &odd("without gross_amount"));
    check_money(
        r#","gross_amount":"25000.50""#,
        &odd("with gross_amount \"25000.50\""),
    );
    check_money(
        r#","gross_amount":2.5e4"#,
        &odd("with gross_amount \"2.5e4\""),
    );
    check_money(r#","gross_amount":-1"#, &odd("with gross_amount \"-1\""));
    let huge = "9".repeat(400);
    let shown = format!("with gross_amount {:?}", "9".repeat(64));
    check_money(&format!(r#","gross_amount":{huge}"#), &odd(&shown));
    check_money(
        r#","gross_amount":["25000"]"#,
        &odd("with gross_amount \"something else\""),
    );
    check_money(
        r#","gross_amount":"25000","currency":"USD""#,
        &odd("in USD"),
    );
    check_money(
        r#","gross_amount":"25000","currency":{}"#,
        &odd("in an unreadable currency"),
    );
}

#[test]
fn needless_fields_may_be_anything() {
    let body = r#"{"order_id":"INV-1","transaction_status":"pending","gross_amount":{},"currency":7,
        "payment_type":[],"va_numbers":"none","expiry_time":"tomorrow","refunds":[1,{"refund_key":[]}],
        "metadata":{"a":[{"b":null}]},"new_field":1e999}"#;
    check(200, body, "pending|pending");
    let observed = read_answer(&payment("INV-1"), Reference, 200, body);
    assert_eq!((observed.method, observed.deadline), (None, None));
    let other = r#"{"order_id":"INV-1","transaction_status":"pending","expire_time":"2026-03-02 10:15:00"}"#;
    let observed = read_answer(&payment("INV-1"), Reference, 200, other);
    assert_eq!(observed.deadline, Some(at("2026-03-02T03:15:00Z")));
}

#[test]
fn an_unknown_word_is_shown_short_and_harmless() {
    let body = format!(
        r#"{{"order_id":"INV-1","transaction_status":"\u001b[31m{}"}}"#,
        "x".repeat(500)
    );
    let observed = read_answer(&payment("INV-1"), Reference, 200, &body);
    let raw = observed.raw_status.unwrap();
    assert!(
        raw.chars().count() <= 64 && !raw.contains('\u{1b}'),
        "{raw:?}"
    );
    assert!(matches!(observed.said, Reported::Unrecognised { word } if !word.contains('\u{1b}')));
}
