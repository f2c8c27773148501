//! Money that arrives after an order has expired.

use crate::story::check;

/// An order of two of three seats, whose only payment has expired.
fn check_late(terms: &str, ending: &str, rest: &str) {
    check(&format!(
        r#"
        04:00 payctl  product set seat --price 12500 --capacity 3 {terms} => clean
        04:00 import  {{"number":"INV-1","created_at":"2026-03-02T03:00:00Z","expires_at":"2026-03-02T03:30:00Z","lines":[{{"sku":"seat","quantity":2}}],"payments":[{{"gateway":"midtrans","method":"qris","status":"{ending}"}}]}}
        04:00 look    INV-1 {ending}
        04:00 stock   seat 0 held 0 sold
        {rest}
        "#
    ));
}

#[test]
fn late_money_revives_an_order_with_stock() {
    check_late(
        "",
        "expired",
        "
        04:10 gateway INV-1 settlement
        04:15 payctl  check-all --fix => clean
        04:15 look    INV-1 fulfilled
        04:15 look    INV-1 late
        04:15 stock   seat 0 held 2 sold
        04:15 refunds INV-1 none
        ",
    );
}

#[test]
fn late_money_without_stock_is_owed_back() {
    check_late(
        "",
        "expired",
        "
        04:05 order   INV-2 until 05:00 of seat x2
        04:10 gateway INV-1 settlement
        04:15 payctl  check-all --fix => attention
        04:15 look    INV-1 expired
        04:15 look    INV-1 payment paid
        04:15 stock   seat 2 held 0 sold
        04:15 cases   INV-1 late_payment
        04:15 refunds INV-1 due late 25000
        04:20 payctl  check-all --fix => clean
        ",
    );
}

#[test]
fn a_product_may_refuse_late_money() {
    check_late(
        "--late refund",
        "expired",
        "
        04:10 gateway INV-1 settlement
        04:15 payctl  check-all --fix => attention
        04:15 look    INV-1 expired
        04:15 cases   INV-1 late_payment
        04:15 refunds INV-1 due late 25000
        ",
    );
}

#[test]
fn late_money_does_not_revive_a_cancelled_order() {
    check_late(
        "",
        "cancelled",
        "
        04:10 gateway INV-1 settlement
        04:15 payctl  check-all --fix => attention
        04:15 look    INV-1 cancelled
        04:15 stock   seat 0 held 0 sold
        04:15 cases   INV-1 late_payment
        04:15 refunds INV-1 due late 25000
        ",
    );
}

#[test]
fn late_money_refunded_by_the_gateway_is_settled() {
    check_late(
        "--late refund",
        "expired",
        "
        04:10 gateway INV-1 settlement
        04:15 payctl  check-all --fix => attention
        04:20 gateway INV-1 refund
        04:25 payctl  check-all --fix => clean
        04:25 look    INV-1 expired
        04:25 refunds INV-1 done late 25000
        04:25 cases   INV-1 none
        ",
    );
}
