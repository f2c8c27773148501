//! Payments that payctl opens itself, at the pretend gateway.

use crate::story::check;

#[test]
fn an_opening_without_an_answer_is_found_and_replaced_by_one_that_can_be_shown() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 gateway all unanswered
        04:02 payctl  pay INV-1 --gateway midtrans --method qris => attention
        04:02 look    INV-1 payment pending
        04:03 gateway all healthy
        04:04 payctl  pay INV-1 --gateway midtrans --method qris => attention
        04:04 look    INV-1 payment pending
        04:05 payctl  pay INV-1 --gateway midtrans --method qris --new => clean
        04:05 says    INV-1-2
        04:05 look    INV-1 payment expired pending
        04:06 payctl  pay INV-1 => clean
        04:06 look    INV-1 payment expired pending
        ",
    );
}

#[test]
fn what_one_gateway_refuses_another_opens() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 gateway all open_refused
        04:02 payctl  pay INV-1 --gateway midtrans --method snap => failed
        04:02 look    INV-1 payment failed
        04:03 gateway all healthy
        04:04 payctl  pay INV-1 --gateway pakasir --method qris => clean
        04:04 look    INV-1 payment failed pending
        ",
    );
}
