//! Opening payments, and how it fails.

use super::*;
use crate::simulator::testing::{ReceivedReply, fixture, pakasir, send, shape, start};
use crate::simulator::{FaultTarget, PAKASIR, Simulator};

fn post(simulator: &Simulator, path: &str, order: &str) -> ReceivedReply {
    let body = format!(
        r#"{{"project":"tokocontoh","order_id":"{order}","amount":50000,"api_key":"dummy"}}"#
    );
    send(simulator, "POST", path, &body)
}

#[test]
fn a_simulated_payment_is_created_and_paid() {
    let simulator = start();
    let observed = post(&simulator, "/api/transactioncreate/qris", "VPN-1");
    assert_eq!(
        shape(&observed.json()),
        fixture("pakasir/create-response-qris.json")
    );
    assert_eq!(observed.says("/payment/total_payment"), "50660");
    assert!(
        observed
            .says("/payment/payment_number")
            .contains("540550660")
    );
    assert_eq!(
        observed.says("/payment/expired_at"),
        "2026-03-03T03:03:41.678622564Z"
    );
    let status = || pakasir(&simulator, "VPN-1", 50_000).says("/transaction/status");
    assert_eq!(status(), "pending");
    let again = post(&simulator, "/api/transactioncreate/qris", "VPN-1");
    assert!(again.says("/message").contains("already"));
    let paid = post(&simulator, "/api/paymentsimulation", "VPN-1");
    assert_eq!(paid.says("/success"), "true");
    assert_eq!(status(), "completed");
    assert_eq!(
        post(&simulator, "/api/paymentsimulation", "VPN-1").status,
        400
    );
    assert_eq!(
        post(&simulator, "/api/paymentsimulation", "VPN-2").status,
        404
    );
}

#[test]
fn an_opening_fails_as_configured() {
    let simulator = start();
    for (fault, says) in [
        (Fault::OpenRefused, "refuse"),
        (Fault::OpenTaken, "already"),
    ] {
        let target = FaultTarget::all(PAKASIR);
        simulator.handle().fault_times(target, fault, 1).unwrap();
        let observed = post(&simulator, "/api/transactioncreate/bni_va", "VPN-1");
        assert!(observed.says("/message").contains(says));
    }
    let observed = post(&simulator, "/api/transactioncreate/bni_va", "VPN-1");
    assert_eq!(
        shape(&observed.json()),
        fixture("pakasir/create-response-bni_va.json")
    );
    assert_eq!(
        post(&simulator, "/api/transactioncreate/qris", "x").status,
        400
    );
}
