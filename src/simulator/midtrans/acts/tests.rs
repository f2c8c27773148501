//! Requests that change a payment, over HTTP.

use std::time::Duration;

use super::*;
use crate::simulator::testing::{
    KEY, answer, fixture, midtrans, midtrans_act, send, shape, start, try_midtrans_act,
};
use crate::simulator::{ANY, FaultTarget, MIDTRANS, Simulator, transaction_id};

const PAGE: &str = "/snap/v1/transactions/token-1/cancel";

/// A simulated gateway with one payment.
fn with(answer: AttemptTruth) -> Simulator {
    let simulator = start();
    let handle = simulator.handle();
    handle.set(MIDTRANS, "INV-1", answer).unwrap();
    simulator
}

fn failing(answer: AttemptTruth, fault: Fault) -> Simulator {
    let simulator = with(answer);
    let target = FaultTarget::one(MIDTRANS, "INV-1");
    simulator.handle().fault(target, fault).unwrap();
    simulator
}

fn status(simulator: &Simulator) -> String {
    midtrans(simulator, "INV-1").says("/transaction_status")
}

fn code(simulator: &Simulator, path: &str) -> String {
    midtrans_act(simulator, path, "").says("/status_code")
}

fn page() -> AttemptTruth {
    AttemptTruth {
        token: Some("token-1".to_owned()),
        ..answer("not_started", 25_000)
    }
}

fn by(method: &str, status: &str) -> AttemptTruth {
    AttemptTruth {
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
        let simulator = with(answer("pending", 25_000));
        let path = format!("/v2/INV-1/{act}");
        let observed = midtrans_act(&simulator, &path, "");
        let recorded = fixture(&format!("midtrans/{sample}.json"));
        assert_eq!(shape(&observed.json()), recorded);
        assert_eq!(observed.says("/transaction_status"), word);
        assert_eq!(status(&simulator), word);
        let again = midtrans_act(&simulator, &path, "");
        assert_eq!(shape(&again.json()), fixture("midtrans/error-412.json"));
        assert_eq!(again.says("/status_code"), "412");
        assert_eq!(simulator.handle().closes_of(MIDTRANS, "INV-1"), 2);
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
            let simulator = with(answer(word, 25_000));
            let path = format!("/v2/INV-1/{act}");
            assert_eq!(code(&simulator, &path), expected, "{act} {word}");
        }
    }
    assert_eq!(code(&start(), "/v2/INV-1/expire"), "404");
}

#[test]
fn closing_one_try_leaves_the_other() {
    let simulator = with(answer("pending", 25_000));
    let second = AttemptTruth {
        try_number: Some(2),
        ..answer("pending", 25_000)
    };
    let handle = simulator.handle();
    handle.set(MIDTRANS, "INV-1", second).unwrap();
    let first = transaction_id("INV-1", 1);
    assert_eq!(code(&simulator, &format!("/v2/{first}/expire")), "407");
    assert_eq!(
        midtrans(&simulator, &first).says("/transaction_status"),
        "expire"
    );
    assert_eq!(status(&simulator), "pending");
    assert_eq!(handle.closes_of(MIDTRANS, "INV-1"), 1);
}

#[test]
fn one_of_many_payments_is_closed_alone() {
    let simulator = start();
    let handle = simulator.handle();
    handle
        .set(MIDTRANS, ANY, answer("pending", 25_000))
        .unwrap();
    assert_eq!(code(&simulator, "/v2/INV-1/expire"), "407");
    assert_eq!(status(&simulator), "expire");
    let other = midtrans(&simulator, "INV-2").says("/transaction_status");
    assert_eq!(other, "pending");
    let late = answer("settlement", 25_000);
    handle.set(MIDTRANS, "INV-1", late).unwrap();
    assert_eq!(status(&simulator), "settlement");
}

#[test]
fn a_fault_can_pay_or_ignore_a_close() {
    for (fault, expected, left) in [
        (Fault::PaidWhenClosed, "412", "settlement"),
        (Fault::CloseRefused, "412", "pending"),
        (Fault::CloseIgnored, "407", "pending"),
        (Fault::RefundDenied, "407", "expire"),
    ] {
        let simulator = failing(answer("pending", 25_000), fault.clone());
        assert_eq!(status(&simulator), "pending");
        assert_eq!(code(&simulator, "/v2/INV-1/expire"), expected, "{fault:?}");
        assert_eq!(status(&simulator), left, "{fault:?}");
    }
}

#[test]
fn a_close_fault_can_be_for_first_ones() {
    let simulator = with(answer("pending", 25_000));
    let target = FaultTarget::all(MIDTRANS);
    let handle = simulator.handle();
    handle.fault_times(target, Fault::CloseRefused, 2).unwrap();
    let mut codes = Vec::new();
    for _ in 0..3 {
        status(&simulator);
        codes.push(code(&simulator, "/v2/INV-1/expire"));
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
        let simulator = with(answer("pending", 25_000));
        let target = FaultTarget::one(MIDTRANS, "INV-1");
        for fault in &faults {
            let handle = simulator.handle();
            handle.fault(target.clone(), fault.clone()).unwrap();
        }
        assert!(try_midtrans_act(&simulator, "/v2/INV-1/expire", "").is_err());
        simulator.handle().clear_all();
        assert_eq!(status(&simulator), left, "{faults:?}");
        assert_eq!(simulator.handle().closes_of(MIDTRANS, "INV-1"), 1);
    }
}

#[test]
fn a_refused_close_changes_nothing() {
    let (code_of, retry_after) = (503, None);
    let down = Fault::Status {
        code: code_of,
        retry_after,
    };
    let simulator = failing(answer("pending", 25_000), down);
    assert_eq!(code(&simulator, "/v2/INV-1/expire"), "503");
    simulator.handle().clear_all();
    assert_eq!(status(&simulator), "pending");
    let late = Fault::Delay(Duration::from_millis(1));
    let simulator = failing(answer("pending", 25_000), late);
    assert_eq!(code(&simulator, "/v2/INV-1/expire"), "407");
}

#[test]
fn an_answer_can_be_about_another_order() {
    let simulator = failing(answer("pending", 25_000), Fault::OtherOrder);
    let observed = midtrans_act(&simulator, "/v2/INV-1/expire", "");
    assert_eq!(observed.says("/order_id"), "SOMEBODY-ELSES-ORDER");
    assert_ne!(observed.says("/transaction_id"), transaction_id("INV-1", 1));
}

#[test]
fn an_unused_page_is_closed_by_its_token() {
    let simulator = with(page());
    assert_eq!(midtrans(&simulator, "INV-1").says("/status_code"), "404");
    let observed = midtrans_act(&simulator, PAGE, "");
    let done = fixture("midtrans/snap-cancel-response-200.json");
    assert_eq!((observed.status, shape(&observed.json())), (200, done));
    assert_eq!(midtrans(&simulator, "INV-1").says("/status_code"), "404");
    let again = midtrans_act(&simulator, PAGE, "");
    assert_eq!(
        again.body,
        r#"{"error_messages":["token already canceled"]}"#
    );
    let unknown = midtrans_act(&simulator, &PAGE.replace("-1", "-2"), "");
    assert_eq!(unknown.body, r#"{"error_messages":["token not found"]}"#);
    assert_eq!(simulator.handle().closes_of(MIDTRANS, "INV-1"), 2);
    assert_eq!(simulator.handle().closes_of(MIDTRANS, "token-2"), 1);
}

#[test]
fn a_page_in_use_ignores_its_token() {
    let in_use = r#"{"error_messages":["Transaction is on progress"]}"#;
    let simulator = with(page());
    let chosen = answer("pending", 25_000);
    let handle = simulator.handle();
    handle.set(MIDTRANS, "INV-1", chosen).unwrap();
    assert_eq!(midtrans_act(&simulator, PAGE, "").body, in_use);
    assert_eq!(status(&simulator), "pending");
    let simulator = failing(page(), Fault::PaidWhenClosed);
    assert_eq!(midtrans_act(&simulator, PAGE, "").body, in_use);
    assert_eq!(status(&simulator), "settlement");
    let simulator = failing(page(), Fault::CloseRefused);
    assert_eq!(midtrans_act(&simulator, PAGE, "").body, in_use);
    let simulator = failing(page(), Fault::CloseIgnored);
    assert_eq!(midtrans_act(&simulator, PAGE, "").status, 200);
    assert_eq!(midtrans_act(&simulator, PAGE, "").status, 200);
}

#[test]
fn a_wrong_key_changes_nothing() {
    let simulator = with(answer("pending", 25_000));
    for path in ["/v2/INV-1/expire", "/v2/INV-1/refund"] {
        let observed = send(&simulator, "POST", path, "{}");
        assert_eq!(
            (observed.status, observed.says("/status_code")),
            (401, "401".into())
        );
    }
    let observed = send(&simulator, "POST", PAGE, "");
    assert!(observed.status == 401 && observed.body.contains("error_messages"));
    assert_eq!(status(&simulator), "pending");
    simulator.handle().accept_keys(MIDTRANS, &[KEY]);
    assert_eq!(code(&simulator, "/v2/INV-1/expire"), "407");
}

fn refund(simulator: &Simulator, key: &str, amount: i64) -> (String, String) {
    let body = format!(r#"{{"refund_key":"{key}","amount":{amount},"reason":"stok habis"}}"#);
    let observed = midtrans_act(simulator, "/v2/INV-1/refund", &body);
    let json = observed.json();
    let amount = json.get("refund_amount").and_then(|amount| amount.as_str());
    let amount = amount.unwrap_or("-").to_owned();
    (observed.says("/status_code"), amount)
}

fn reported(code: &str, amount: &str) -> (String, String) {
    (code.to_owned(), amount.to_owned())
}

#[test]
fn a_repeated_refund_key_sends_nothing_twice() {
    let simulator = with(answer("settlement", 25_000));
    assert_eq!(
        refund(&simulator, "r1", 10_000),
        reported("200", "10000.00")
    );
    assert_eq!(
        refund(&simulator, "r1", 10_000),
        reported("200", "10000.00")
    );
    assert_eq!(refund(&simulator, "r1", 9_000), reported("406", "-"));
    assert_eq!(status(&simulator), "partial_refund");
    assert_eq!(refund(&simulator, "r2", 15_001), reported("414", "-"));
    assert_eq!(refund(&simulator, "r2", 0), reported("414", "-"));
    assert_eq!(refund(&simulator, "r2", -1), reported("414", "-"));
    assert_eq!(
        refund(&simulator, "r2", 15_000),
        reported("200", "15000.00")
    );
    let observed = midtrans(&simulator, "INV-1");
    assert_eq!(observed.says("/transaction_status"), "refund");
    assert_eq!(observed.says("/refund_amount"), "25000.00");
    assert_eq!(observed.says("/refunds/0/refund_key"), "r1");
    assert_eq!(observed.says("/refunds/1/refund_amount"), "15000.00");
    assert_eq!(refund(&simulator, "r3", 1), reported("412", "-"));
    assert_eq!(
        refund(&simulator, "r2", 15_000),
        reported("200", "15000.00")
    );
}

#[test]
fn earlier_refunds_are_counted() {
    let simulator = with(AttemptTruth {
        refunded: Some(Rupiah::from_db(20_000)),
        ..answer("partial_refund", 25_000)
    });
    assert_eq!(refund(&simulator, "r9", 5_001), reported("414", "-"));
    assert_eq!(refund(&simulator, "r9", 5_000), reported("200", "5000.00"));
    assert_eq!(refund(&simulator, "r9", 5_000), reported("200", "5000.00"));
    let observed = midtrans(&simulator, "INV-1");
    assert_eq!(observed.says("/refunds/0/refund_amount"), "20000.00");
    assert_eq!(observed.says("/refunds/1/refund_key"), "r9");
}

#[test]
fn refunds_have_the_shape_of_recorded_ones() {
    let asked = r#"{"refund_key":"INV-1-r1","amount":10000,"reason":"stok habis"}"#;
    for (simulator, sample) in [
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
        let observed = midtrans_act(&simulator, "/v2/INV-1/refund", asked);
        let recorded = fixture(&format!("midtrans/{sample}.json"));
        assert_eq!(shape(&observed.json()), recorded, "{}", observed.body);
    }
}

#[test]
fn an_unanswered_refund_happened_but_no_denied_one() {
    let body = r#"{"refund_key":"r1","amount":25000}"#;
    let simulator = failing(answer("settlement", 25_000), Fault::Unanswered);
    assert!(try_midtrans_act(&simulator, "/v2/INV-1/refund", body).is_err());
    assert_eq!(status(&simulator), "refund");
    let simulator = failing(answer("settlement", 25_000), Fault::RefundDenied);
    assert_eq!(refund(&simulator, "r1", 25_000), reported("202", "0.00"));
    assert_eq!(status(&simulator), "settlement");
    assert_eq!(simulator.handle().closes_of(MIDTRANS, "INV-1"), 0);
}

#[test]
fn bad_bodies_and_paths_change_nothing() {
    let simulator = with(answer("settlement", 25_000));
    assert_eq!(code(&simulator, "/v2/INV-1/refund"), "413");
    let long = format!(r#"{{"refund_key":"{}"}}"#, "x".repeat(20_000));
    let observed = midtrans_act(&simulator, "/v2/INV-1/refund", &long);
    assert_eq!(observed.says("/status_code"), "413");
    for path in [
        "/v2//expire",
        "/v2/INV-1/approve",
        "/v2/a/b/expire",
        "/v2/INV-1",
    ] {
        assert_eq!(midtrans_act(&simulator, path, "").status, 404, "{path}");
    }
    assert_eq!(status(&simulator), "settlement");
}
