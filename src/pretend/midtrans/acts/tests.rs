//! Requests that change a payment, over HTTP.

use std::time::Duration;

use super::*;
use crate::pretend::testing::{
    KEY, answer, fixture, midtrans, midtrans_act, send, shape, start, try_midtrans_act,
};
use crate::pretend::{ANY, Kind, Pretend, Target, transaction_id};

const PAGE: &str = "/snap/v1/transactions/token-1/cancel";

/// A simulated gateway with one payment.
fn with(answer: Answer) -> Pretend {
    let pretend = start();
    let world = pretend.world();
    world.set(Kind::Midtrans, "INV-1", answer).unwrap();
    pretend
}

fn failing(answer: Answer, fault: Fault) -> Pretend {
    let pretend = with(answer);
    let target = Target::one(Kind::Midtrans, "INV-1");
    pretend.world().fault(target, fault).unwrap();
    pretend
}

fn status(pretend: &Pretend) -> String {
    midtrans(pretend, "INV-1").says("/transaction_status")
}

fn code(pretend: &Pretend, path: &str) -> String {
    midtrans_act(pretend, path, "").says("/status_code")
}

fn page() -> Answer {
    Answer {
        token: Some("token-1".to_owned()),
        ..answer("not_started", 25_000)
    }
}

fn by(method: &str, status: &str) -> Answer {
    Answer {
        method: Some(method.to_owned()),
        ..answer(status, 25_000)
    }
}

#[test]
fn answers_have_the_shape_of_recorded_ones() {
    for (act, sample, word) in [
        ("expire", "expire-407", "expire"),
        ("cancel", "cancel-200", "cancel"),
    ] {
        let pretend = with(answer("pending", 25_000));
        let path = format!("/v2/INV-1/{act}");
        let heard = midtrans_act(&pretend, &path, "");
        let recorded = fixture(&format!("midtrans/{sample}.json"));
        assert_eq!(shape(&heard.json()), recorded);
        assert_eq!(heard.says("/transaction_status"), word);
        assert_eq!(status(&pretend), word);
        let again = midtrans_act(&pretend, &path, "");
        assert_eq!(shape(&again.json()), fixture("midtrans/error-412.json"));
        assert_eq!(again.says("/status_code"), "412");
        assert_eq!(pretend.world().closes_of(Kind::Midtrans, "INV-1"), 2);
    }
}

#[test]
fn only_an_open_payment_is_closed() {
    for (word, expire, cancel) in [
        ("pending", "407", "200"),
        ("PENDING", "407", "200"),
        ("authorize", "412", "200"),
        ("capture", "412", "200"),
        ("settlement", "412", "412"),
        ("expire", "412", "412"),
        ("deny", "412", "412"),
        ("not_started", "404", "404"),
    ] {
        for (act, expected) in [("expire", expire), ("cancel", cancel)] {
            let pretend = with(answer(word, 25_000));
            let path = format!("/v2/INV-1/{act}");
            assert_eq!(code(&pretend, &path), expected, "{act} {word}");
        }
    }
    assert_eq!(code(&start(), "/v2/INV-1/expire"), "404");
}

#[test]
fn closing_one_try_leaves_the_other() {
    let pretend = with(answer("pending", 25_000));
    let second = Answer {
        try_number: Some(2),
        ..answer("pending", 25_000)
    };
    let world = pretend.world();
    world.set(Kind::Midtrans, "INV-1", second).unwrap();
    let first = transaction_id("INV-1", 1);
    assert_eq!(code(&pretend, &format!("/v2/{first}/expire")), "407");
    assert_eq!(
        midtrans(&pretend, &first).says("/transaction_status"),
        "expire"
    );
    assert_eq!(status(&pretend), "pending");
    assert_eq!(world.closes_of(Kind::Midtrans, "INV-1"), 1);
}

#[test]
fn one_of_many_payments_is_closed_alone() {
    let pretend = start();
    let world = pretend.world();
    world
        .set(Kind::Midtrans, ANY, answer("pending", 25_000))
        .unwrap();
    assert_eq!(code(&pretend, "/v2/INV-1/expire"), "407");
    assert_eq!(status(&pretend), "expire");
    let other = midtrans(&pretend, "INV-2").says("/transaction_status");
    assert_eq!(other, "pending");
    let late = answer("settlement", 25_000);
    world.set(Kind::Midtrans, "INV-1", late).unwrap();
    assert_eq!(status(&pretend), "settlement");
}

#[test]
fn a_fault_can_pay_or_ignore_a_close() {
    for (fault, expected, left) in [
        (Fault::PaidWhenClosed, "412", "settlement"),
        (Fault::CloseRefused, "412", "pending"),
        (Fault::CloseIgnored, "407", "pending"),
        (Fault::RefundDenied, "407", "expire"),
    ] {
        let pretend = failing(answer("pending", 25_000), fault.clone());
        assert_eq!(status(&pretend), "pending");
        assert_eq!(code(&pretend, "/v2/INV-1/expire"), expected, "{fault:?}");
        assert_eq!(status(&pretend), left, "{fault:?}");
    }
}

#[test]
fn a_close_fault_can_be_for_first_ones() {
    let pretend = with(answer("pending", 25_000));
    let target = Target::all(Kind::Midtrans);
    let world = pretend.world();
    world.fault_times(target, Fault::CloseRefused, 2).unwrap();
    let mut codes = Vec::new();
    for _ in 0..3 {
        status(&pretend);
        codes.push(code(&pretend, "/v2/INV-1/expire"));
    }
    assert_eq!(codes, ["412", "412", "407"]);
}

#[test]
fn an_unanswered_close_works_but_an_undelivered_fails() {
    for (faults, left) in [
        (vec![Fault::Unanswered], "expire"),
        (vec![Fault::Unanswered, Fault::PaidWhenClosed], "settlement"),
        (vec![Fault::CutOff], "expire"),
        (vec![Fault::Silent], "pending"),
        (vec![Fault::Silent, Fault::Unanswered], "pending"),
    ] {
        let pretend = with(answer("pending", 25_000));
        let target = Target::one(Kind::Midtrans, "INV-1");
        for fault in &faults {
            let world = pretend.world();
            world.fault(target.clone(), fault.clone()).unwrap();
        }
        assert!(try_midtrans_act(&pretend, "/v2/INV-1/expire", "").is_err());
        pretend.world().clear_all();
        assert_eq!(status(&pretend), left, "{faults:?}");
        assert_eq!(pretend.world().closes_of(Kind::Midtrans, "INV-1"), 1);
    }
}

#[test]
fn a_refused_close_changes_nothing() {
    let (code_of, retry_after) = (503, None);
    let down = Fault::Status {
        code: code_of,
        retry_after,
    };
    let pretend = failing(answer("pending", 25_000), down);
    assert_eq!(code(&pretend, "/v2/INV-1/expire"), "503");
    pretend.world().clear_all();
    assert_eq!(status(&pretend), "pending");
    let late = Fault::Delay(Duration::from_millis(1));
    let pretend = failing(answer("pending", 25_000), late);
    assert_eq!(code(&pretend, "/v2/INV-1/expire"), "407");
}

#[test]
fn an_answer_can_be_about_another_order() {
    let pretend = failing(answer("pending", 25_000), Fault::OtherOrder);
    let heard = midtrans_act(&pretend, "/v2/INV-1/expire", "");
    assert_eq!(heard.says("/order_id"), "SOMEBODY-ELSES-ORDER");
    assert_ne!(heard.says("/transaction_id"), transaction_id("INV-1", 1));
}

#[test]
fn an_unused_page_is_closed_by_its_token() {
    let pretend = with(page());
    assert_eq!(midtrans(&pretend, "INV-1").says("/status_code"), "404");
    let heard = midtrans_act(&pretend, PAGE, "");
    let done = fixture("midtrans/snap-cancel-response-200.json");
    assert_eq!((heard.status, shape(&heard.json())), (200, done));
    assert_eq!(midtrans(&pretend, "INV-1").says("/status_code"), "404");
    let again = midtrans_act(&pretend, PAGE, "");
    assert_eq!(
        again.body,
        r#"{"error_messages":["token already canceled"]}"#
    );
    let unknown = midtrans_act(&pretend, &PAGE.replace("-1", "-2"), "");
    assert_eq!(unknown.body, r#"{"error_messages":["token not found"]}"#);
    assert_eq!(pretend.world().closes_of(Kind::Midtrans, "INV-1"), 2);
    assert_eq!(pretend.world().closes_of(Kind::Midtrans, "token-2"), 1);
}

#[test]
fn a_page_in_use_ignores_its_token() {
    let in_use = r#"{"error_messages":["Transaction is on progress"]}"#;
    let pretend = with(page());
    let chosen = answer("pending", 25_000);
    let world = pretend.world();
    world.set(Kind::Midtrans, "INV-1", chosen).unwrap();
    assert_eq!(midtrans_act(&pretend, PAGE, "").body, in_use);
    assert_eq!(status(&pretend), "pending");
    let pretend = failing(page(), Fault::PaidWhenClosed);
    assert_eq!(midtrans_act(&pretend, PAGE, "").body, in_use);
    assert_eq!(status(&pretend), "settlement");
    let pretend = failing(page(), Fault::CloseRefused);
    assert_eq!(midtrans_act(&pretend, PAGE, "").body, in_use);
    let pretend = failing(page(), Fault::CloseIgnored);
    assert_eq!(midtrans_act(&pretend, PAGE, "").status, 200);
    assert_eq!(midtrans_act(&pretend, PAGE, "").status, 200);
}

#[test]
fn a_wrong_key_changes_nothing() {
    let pretend = with(answer("pending", 25_000));
    for path in ["/v2/INV-1/expire", "/v2/INV-1/refund"] {
        let heard = send(&pretend, "POST", path, "{}");
        assert_eq!(
            (heard.status, heard.says("/status_code")),
            (401, "401".into())
        );
    }
    let heard = send(&pretend, "POST", PAGE, "");
    assert!(heard.status == 401 && heard.body.contains("error_messages"));
    assert_eq!(status(&pretend), "pending");
    pretend.world().accept_keys(Kind::Midtrans, &[KEY]);
    assert_eq!(code(&pretend, "/v2/INV-1/expire"), "407");
}

fn refund(pretend: &Pretend, key: &str, amount: i64) -> (String, String) {
    let body = format!(r#"{{"refund_key":"{key}","amount":{amount},"reason":"stok habis"}}"#);
    let heard = midtrans_act(pretend, "/v2/INV-1/refund", &body);
    let json = heard.json();
    let amount = json.get("refund_amount").and_then(|amount| amount.as_str());
    let amount = amount.unwrap_or("-").to_owned();
    (heard.says("/status_code"), amount)
}

fn told(code: &str, amount: &str) -> (String, String) {
    (code.to_owned(), amount.to_owned())
}

#[test]
fn a_repeated_refund_key_sends_nothing_twice() {
    let pretend = with(answer("settlement", 25_000));
    assert_eq!(refund(&pretend, "r1", 10_000), told("200", "10000.00"));
    assert_eq!(refund(&pretend, "r1", 10_000), told("200", "10000.00"));
    assert_eq!(refund(&pretend, "r1", 9_000), told("406", "-"));
    assert_eq!(status(&pretend), "partial_refund");
    assert_eq!(refund(&pretend, "r2", 15_001), told("414", "-"));
    assert_eq!(refund(&pretend, "r2", 0), told("414", "-"));
    assert_eq!(refund(&pretend, "r2", -1), told("414", "-"));
    assert_eq!(refund(&pretend, "r2", 15_000), told("200", "15000.00"));
    let heard = midtrans(&pretend, "INV-1");
    assert_eq!(heard.says("/transaction_status"), "refund");
    assert_eq!(heard.says("/refund_amount"), "25000.00");
    assert_eq!(heard.says("/refunds/0/refund_key"), "r1");
    assert_eq!(heard.says("/refunds/1/refund_amount"), "15000.00");
    assert_eq!(refund(&pretend, "r3", 1), told("412", "-"));
    assert_eq!(refund(&pretend, "r2", 15_000), told("200", "15000.00"));
}

#[test]
fn earlier_refunds_are_counted() {
    let pretend = with(Answer {
        refunded: Some(Rupiah::kept(20_000)),
        ..answer("partial_refund", 25_000)
    });
    assert_eq!(refund(&pretend, "r9", 5_001), told("414", "-"));
    assert_eq!(refund(&pretend, "r9", 5_000), told("200", "5000.00"));
    assert_eq!(refund(&pretend, "r9", 5_000), told("200", "5000.00"));
    let heard = midtrans(&pretend, "INV-1");
    assert_eq!(heard.says("/refunds/0/refund_amount"), "20000.00");
    assert_eq!(heard.says("/refunds/1/refund_key"), "r9");
}

#[test]
fn refunds_have_the_shape_of_recorded_ones() {
    let asked = r#"{"refund_key":"INV-1-r1","amount":10000,"reason":"stok habis"}"#;
    for (pretend, sample) in [
        (with(answer("settlement", 25_000)), "refund-200-partial"),
        (with(answer("settlement", 9_999)), "refund-414-amount"),
        (
            failing(answer("settlement", 25_000), Fault::RefundDenied),
            "direct-refund-202-denied",
        ),
        (with(answer("pending", 25_000)), "error-412"),
        (with(by("bca_va", "settlement")), "error-412"),
        (with(by("indomaret", "settlement")), "error-412"),
        (with(by("credit_card", "capture")), "error-412"),
    ] {
        let heard = midtrans_act(&pretend, "/v2/INV-1/refund", asked);
        let recorded = fixture(&format!("midtrans/{sample}.json"));
        assert_eq!(shape(&heard.json()), recorded, "{}", heard.body);
    }
}

#[test]
fn an_unanswered_refund_happened_but_no_denied_one() {
    let body = r#"{"refund_key":"r1","amount":25000}"#;
    let pretend = failing(answer("settlement", 25_000), Fault::Unanswered);
    assert!(try_midtrans_act(&pretend, "/v2/INV-1/refund", body).is_err());
    assert_eq!(status(&pretend), "refund");
    let pretend = failing(answer("settlement", 25_000), Fault::RefundDenied);
    assert_eq!(refund(&pretend, "r1", 25_000), told("202", "0.00"));
    assert_eq!(status(&pretend), "settlement");
    assert_eq!(pretend.world().closes_of(Kind::Midtrans, "INV-1"), 0);
}

#[test]
fn bad_bodies_and_paths_change_nothing() {
    let pretend = with(answer("settlement", 25_000));
    assert_eq!(code(&pretend, "/v2/INV-1/refund"), "413");
    let long = format!(r#"{{"refund_key":"{}"}}"#, "x".repeat(20_000));
    let heard = midtrans_act(&pretend, "/v2/INV-1/refund", &long);
    assert_eq!(heard.says("/status_code"), "413");
    for path in [
        "/v2//expire",
        "/v2/INV-1/approve",
        "/v2/a/b/expire",
        "/v2/INV-1",
    ] {
        assert_eq!(midtrans_act(&pretend, path, "").status, 404, "{path}");
    }
    assert_eq!(status(&pretend), "settlement");
}
