//! Opening payments, and how it fails.

use super::super::super::testing::{Heard, fixture, pakasir, send, shape, start};
use super::super::super::{Kind, Pretend, Target};
use super::*;

fn post(pretend: &Pretend, path: &str, order: &str) -> Heard {
    let body = format!(
        r#"{{"project":"tokocontoh","order_id":"{order}","amount":50000,"api_key":"dummy"}}"#
    );
    send(pretend, "POST", path, &body)
}

#[test]
fn a_simulated_payment_is_created_and_paid() {
    let pretend = start();
    let heard = post(&pretend, "/api/transactioncreate/qris", "VPN-1");
    assert_eq!(
        shape(&heard.json()),
        fixture("pakasir/create-response-qris.json")
    );
    assert_eq!(heard.says("/payment/total_payment"), "50660");
    assert!(heard.says("/payment/payment_number").contains("540550660"));
    assert_eq!(
        heard.says("/payment/expired_at"),
        "2026-03-03T03:03:41.678622564Z"
    );
    let status = || pakasir(&pretend, "VPN-1", 50_000).says("/transaction/status");
    assert_eq!(status(), "pending");
    let again = post(&pretend, "/api/transactioncreate/qris", "VPN-1");
    assert!(again.says("/message").contains("already"));
    let paid = post(&pretend, "/api/paymentsimulation", "VPN-1");
    assert_eq!(paid.says("/success"), "true");
    assert_eq!(status(), "completed");
    assert_eq!(
        post(&pretend, "/api/paymentsimulation", "VPN-1").status,
        400
    );
    assert_eq!(
        post(&pretend, "/api/paymentsimulation", "VPN-2").status,
        404
    );
}

#[test]
fn an_opening_fails_as_configured() {
    let pretend = start();
    for (fault, says) in [
        (Fault::OpenRefused, "refuse"),
        (Fault::OpenTaken, "already"),
    ] {
        let target = Target::all(Kind::Pakasir);
        pretend.world().fault_times(target, fault, 1).unwrap();
        let heard = post(&pretend, "/api/transactioncreate/bni_va", "VPN-1");
        assert!(heard.says("/message").contains(says));
    }
    let heard = post(&pretend, "/api/transactioncreate/bni_va", "VPN-1");
    assert_eq!(
        shape(&heard.json()),
        fixture("pakasir/create-response-bni_va.json")
    );
    assert_eq!(
        post(&pretend, "/api/transactioncreate/qris", "x").status,
        400
    );
}
