//! Gateways whose reads lag behind their writes.

use crate::story::check;

#[test]
fn a_payment_just_opened_is_not_forgotten() {
    for method in ["midtrans --method qris", "midtrans --method bca_va"] {
        check(&format!(
            "
            04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
            04:00 once    pay INV-1 --gateway {method} => clean
            04:00:01 gateway INV-1 forgets
            04:00:01 payctl check-all => partial
            04:00:01 payctl check-all --fix => partial
            04:00:01 says   although it had reported this payment before
            04:00:01 cases  INV-1 none
            04:00:02 once   check-status INV-1 --fix => partial
            04:00:02 once   order cancel INV-1 --reason twice => partial
            04:00:02 look   INV-1 pending
            04:00:02 cases  INV-1 none
            04:01:30 once   check-all --fix => partial
            04:01:30 cases  INV-1 none
            04:03 payctl  check-all --fix => attention
            04:03 cases   INV-1 forgotten_by_gateway
            04:03 look    INV-1 pending
            "
        ));
    }
}

#[test]
fn a_lagging_read_does_not_hide_a_payment() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:00 once    pay INV-1 --gateway midtrans --method qris => clean
        04:00:01 gateway INV-1 forgets
        04:00:01 once   pay INV-1 --gateway midtrans --method qris => clean
        04:00:01 cases  INV-1 none
        04:00:01 look   INV-1 payment pending
        ",
    );
}

#[test]
fn a_payment_just_paid_is_not_contradicted() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:00 order   INV-2 until 05:00
        04:05 gateway INV-1 settlement
        04:05 gateway INV-2 settlement
        04:05 payctl  check-all --fix => clean
        04:06 gateway INV-1 forgets
        04:06 once    check-status INV-1 --fix => partial
        04:06 cases   INV-1 none
        04:07 once    check-status INV-1 --fix => attention
        04:07 cases   INV-1 gateway_contradiction
        04:07 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn an_unused_page_stays_created() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:00 once    pay INV-1 --gateway midtrans --method snap => clean
        04:00:01 once check-status INV-1 --fix => clean
        04:00:01 look INV-1 payment created
        ",
    );
}
