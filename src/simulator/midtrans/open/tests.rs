//! Opening payments, and how it fails.

use super::super::super::testing::{
    answer, fixture, midtrans, midtrans_act, shape, start, try_midtrans_act, try_midtrans_act_again,
};
use super::super::super::{FaultTarget, MIDTRANS};
use super::*;
use crate::domain::payment::qris::crc;

const CHARGE: &str = "/v2/charge";
const PAGE: &str = "/snap/v1/transactions";

fn body(order: &str, rest: &str) -> String {
    format!(r#"{{"transaction_details":{{"order_id":"{order}","gross_amount":25000}},{rest}}}"#)
}

const QRIS: &str = r#""payment_type":"qris","custom_expiry":{"order_time":"2026-03-02 10:00:00 +0700","expiry_duration":900,"unit":"second"}"#;

#[test]
fn a_charge_gives_a_valid_qr() {
    let simulator = start();
    let observed = midtrans_act(&simulator, CHARGE, &body("INV-1", QRIS));
    assert_eq!(
        (observed.status, observed.says("/status_code")),
        (201, "201".into())
    );
    assert_eq!(observed.says("/expiry_time"), "2026-03-02 10:15:00");
    let text = observed.says("/qr_string");
    let (covered, sum) = text.split_at(text.len() - 4);
    assert_eq!(format!("{:04X}", crc(covered.as_bytes())), sum);
    assert!(text.contains("540525000"));
    let read = midtrans(&simulator, "INV-1");
    assert_eq!(read.says("/transaction_status"), "pending");
    assert_eq!(
        read.says("/transaction_id"),
        observed.says("/transaction_id")
    );
    let again = midtrans_act(&simulator, CHARGE, &body("INV-1", QRIS));
    assert_eq!(again.says("/status_code"), "406");
    midtrans_act(&simulator, "/v2/INV-1/expire", "");
    let anew = midtrans_act(&simulator, CHARGE, &body("INV-1", QRIS));
    assert_ne!(
        anew.says("/transaction_id"),
        observed.says("/transaction_id")
    );
}

#[test]
fn a_charge_repeated_under_its_key_is_one() {
    let simulator = start();
    let again = |order: &str, rest: &str, key: &str| {
        try_midtrans_act_again(&simulator, CHARGE, &body(order, rest), key)
    };
    let target = FaultTarget::one(MIDTRANS, "INV-1");
    let handle = simulator.handle();
    handle.fault_times(target, Fault::Unanswered, 1).unwrap();
    assert!(again("INV-1", QRIS, "key-1").is_err());
    let observed = again("INV-1", QRIS, "key-1").unwrap();
    assert_eq!(observed.says("/status_code"), "201");
    assert!(!observed.says("/qr_string").is_empty());
    let read = midtrans(&simulator, "INV-1");
    assert_eq!(
        read.says("/transaction_id"),
        observed.says("/transaction_id")
    );
    let other = again("INV-1", QRIS, "key-2").unwrap();
    assert_eq!(other.says("/status_code"), "406");
    midtrans_act(&simulator, "/v2/INV-1/cancel", "");
    let late = again("INV-1", QRIS, "key-1").unwrap();
    assert_eq!(
        late.says("/transaction_id"),
        observed.says("/transaction_id")
    );
    let read = midtrans(&simulator, "INV-1");
    assert_eq!(read.says("/transaction_status"), "cancel");
}

#[test]
fn some_methods_do_not_recognise_repeated_charges() {
    let simulator = start();
    for (order, rest) in [
        (
            "A",
            r#""payment_type":"bank_transfer","bank_transfer":{"bank":"permata"}"#,
        ),
        (
            "B",
            r#""payment_type":"cstore","cstore":{"store":"indomaret"}"#,
        ),
    ] {
        for code in ["201", "406"] {
            let body = body(order, rest);
            let observed = try_midtrans_act_again(&simulator, CHARGE, &body, order);
            assert_eq!(observed.unwrap().says("/status_code"), code, "{order}");
        }
    }
}

#[test]
fn every_method_gives_its_number() {
    let simulator = start();
    for (order, rest, place) in [
        (
            "A",
            r#""payment_type":"bank_transfer","bank_transfer":{"bank":"bca"}"#,
            "/va_numbers/0/va_number",
        ),
        (
            "B",
            r#""payment_type":"bank_transfer","bank_transfer":{"bank":"permata"}"#,
            "/permata_va_number",
        ),
        ("C", r#""payment_type":"echannel""#, "/bill_key"),
        (
            "D",
            r#""payment_type":"cstore","cstore":{"store":"indomaret"}"#,
            "/payment_code",
        ),
    ] {
        let observed = midtrans_act(&simulator, CHARGE, &body(order, rest));
        assert!(!observed.says(place).is_empty(), "{order}");
    }
    let moon = midtrans_act(&simulator, CHARGE, &body("E", r#""payment_type":"moon""#));
    assert_eq!(moon.says("/status_code"), "400");
}

#[test]
fn a_page_is_no_transaction_until_chosen() {
    let simulator = start();
    let page = || {
        midtrans_act(
            &simulator,
            PAGE,
            &body("INV-1", r#""page_expiry":{"duration":60,"unit":"minutes"}"#),
        )
    };
    let observed = page();
    assert_eq!(observed.status, 201);
    assert_eq!(
        shape(&observed.json()),
        fixture("midtrans/snap-create-response-201.json")
    );
    assert!(
        observed
            .says("/redirect_url")
            .ends_with(&observed.says("/token"))
    );
    assert_eq!(midtrans(&simulator, "INV-1").says("/status_code"), "404");
    assert_eq!(page().status, 201);
    let handle = simulator.handle();
    handle
        .set(MIDTRANS, "INV-1", answer("pending", 25_000))
        .unwrap();
    assert_eq!(
        midtrans(&simulator, "INV-1").says("/transaction_status"),
        "pending"
    );
    let taken = page();
    assert_eq!(taken.status, 400);
    assert!(
        taken
            .says("/error_messages/0")
            .contains("already been taken")
    );
}

#[test]
fn wrong_sums_and_empty_bodies_are_refused() {
    let simulator = start();
    let items = r#""item_details":[{"price":1,"quantity":2}]"#;
    for body in [&body("INV-1", items), "", "[]", "{}"] {
        assert_eq!(midtrans_act(&simulator, PAGE, body).status, 400, "{body}");
    }
}

#[test]
fn an_opening_fails_as_configured() {
    let simulator = start();
    let handle = simulator.handle();
    let one = |order: &str| FaultTarget::one(MIDTRANS, order);
    handle.fault_times(one("A"), Fault::Unanswered, 1).unwrap();
    assert!(try_midtrans_act(&simulator, CHARGE, &body("A", QRIS)).is_err());
    assert_eq!(
        midtrans(&simulator, "A").says("/transaction_status"),
        "pending"
    );
    for (order, fault, code) in [
        ("B", Fault::OpenRefused, "400"),
        ("C", Fault::OpenTaken, "406"),
    ] {
        handle.fault_times(one(order), fault, 1).unwrap();
        let observed = midtrans_act(&simulator, CHARGE, &body(order, QRIS));
        assert_eq!(observed.says("/status_code"), code);
        assert_eq!(midtrans(&simulator, order).says("/status_code"), "404");
    }
    handle.fault_times(one("D"), Fault::OtherOrder, 1).unwrap();
    let observed = midtrans_act(&simulator, CHARGE, &body("D", QRIS));
    assert_ne!(observed.says("/order_id"), "D");
}
