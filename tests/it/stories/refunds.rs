//! Refunds.

use crate::story::check;

#[test]
fn a_refund_seen_first_delivers_nothing() {
    check(
        "
        04:00 payctl  product set seat --price 12500 --capacity 3 --tickets => clean
        04:00 order   INV-1 until 05:00 as qris of seat x2
        04:10 gateway INV-1 refund
        04:15 payctl  check-all --fix => clean
        04:15 look    INV-1 refunded
        04:15 look    INV-1 payment paid
        04:15 stock   seat 0 held 0 sold
        04:15 refunds INV-1 external gateway 25000
        04:20 payctl  check-all --fix => clean
        ",
    );
}

#[test]
fn a_partial_refund_leaves_the_order_alone() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement
        04:15 payctl  check-all --fix => clean
        04:20 gateway INV-1 partial_refund refunded 10000
        04:25 payctl  check-all --fix => clean
        04:25 look    INV-1 fulfilled
        04:25 refunds INV-1 external gateway 10000
        04:30 gateway INV-1 refund refunded 25000
        04:35 payctl  check-all --fix => clean
        04:35 look    INV-1 refunded
        ",
    );
}

#[test]
fn refunding_a_duplicate_leaves_the_order_alone() {
    check(
        r#"
        04:00 order   INV-1 until 05:00 as snap
        04:05 gateway INV-1 settlement as bca_va
        04:06 payctl  check-all --fix => clean
        04:10 gateway INV-1 settlement try 2 as qris
        04:15 payctl  check-all --fix => attention
        04:20 gateway INV-1 refund try 2 refunded 25000
        04:25 payctl  check-all --fix => clean
        04:25 look    INV-1 fulfilled
        04:25 look    INV-1 payment paid paid
        04:25 refunds INV-1 done double 25000
        04:25 cases   INV-1 none
        04:30 payctl  check-all --fix => clean
        "#,
    );
}

#[test]
fn a_chargeback_asks_a_person_once() {
    check(
        "
        04:00 order   INV-1 until 05:00 as credit_card
        04:10 gateway INV-1 settlement
        04:15 payctl  check-all --fix => clean
        04:30 gateway INV-1 chargeback
        04:35 payctl  check-all --fix => attention
        04:35 look    INV-1 fulfilled
        04:35 cases   INV-1 chargeback money_lost
        04:40 payctl  check-all --fix => clean
        ",
    );
}
