//! Pakasir's second interface, and the end of its first.

use crate::story::{check, check_first, check_second};

#[test]
fn a_qr_is_opened_paid_and_settled() {
    check(
        "
        04:00 payctl  order create --number VPN-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay VPN-1 --gateway pakasir --method qris => clean
        04:01 says    25,485
        04:02 gateway VPN-1 pays
        04:03 payctl  check-all --fix => clean
        04:03 look    VPN-1 fulfilled
        ",
    );
}

#[test]
fn sandbox_money_settles_nothing() {
    check_second(
        "
        04:00 order   VPN-1 until 04:30 at pakasir as qris
        04:05 rule    sandbox
        04:05 gateway VPN-1 completed
        04:06 payctl  check-all --fix => attention
        04:06 says    in the sandbox, not in production as configured
        04:06 look    VPN-1 pending
        04:06 cases   VPN-1 unknown_status
        05:00 payctl  expire => attention
        05:00 look    VPN-1 pending
        05:10 rule    production
        05:10 payctl  check-all --fix => clean
        05:10 look    VPN-1 fulfilled
        ",
    );
}

#[test]
fn a_sandbox_cancel_ends_nothing() {
    check_second(
        "
        04:00 order   VPN-1 until 04:30 at pakasir as qris
        04:05 rule    sandbox
        04:05 gateway VPN-1 canceled
        05:00 payctl  expire => attention
        05:00 look    VPN-1 pending
        ",
    );
}

#[test]
fn a_cancel_without_effect_is_not_believed() {
    check_second(
        "
        04:00 order   VPN-1 until 04:30 at pakasir as qris
        04:01 gateway VPN-1 pending
        04:02 gateway VPN-1 close_ignored
        05:00 once    expire => partial
        05:00 look    VPN-1 pending
        05:05 gateway VPN-1 healthy
        05:06 gateway VPN-1 close_unavailable
        05:06 once    expire => partial
        05:06 look    VPN-1 pending
        05:10 gateway VPN-1 healthy
        05:10 payctl  expire => clean
        05:10 look    VPN-1 payment cancelled
        05:10 look    VPN-1 expired
        ",
    );
}

#[test]
fn a_payment_paid_during_cancel_is_paid() {
    check_second(
        "
        04:00 order   VPN-1 until 04:30 at pakasir as qris
        04:01 gateway VPN-1 pending
        04:02 gateway VPN-1 paid_when_closed
        05:00 payctl  expire => clean
        05:00 look    VPN-1 fulfilled
        ",
    );
}

#[test]
fn a_lost_opening_is_regained_and_closed() {
    check_second(
        "
        04:00 payctl  order create --number VPN-0 --total 25000 => clean
        04:00 payctl  pay VPN-0 --gateway pakasir => clean
        04:01 payctl  order create --number VPN-1 --total 25000 --expires-at 2026-03-02T04:30:00Z => clean
        04:02 gateway all unanswered
        04:02 payctl  pay VPN-1 --gateway pakasir => partial
        04:02 look    VPN-1 payment created
        04:05 gateway all healthy
        06:00 payctl  expire => clean
        06:00 look    VPN-1 payment cancelled
        06:00 look    VPN-1 expired
        ",
    );
}

#[test]
fn a_second_visit_shows_the_same_payment() {
    check_second(
        "
        04:01 payctl  order create --number VPN-1 --total 25000 --expires-at 2026-03-02T05:30:00Z => clean
        04:02 gateway all unanswered
        04:02 payctl  pay VPN-1 --gateway pakasir => partial
        04:05 gateway all healthy
        04:05 payctl  pay VPN-1 --gateway pakasir => clean
        04:05 look    VPN-1 payment pending
        04:06 rule    at pakasir VPN-1
        04:06 gateway VPN-1 pays
        04:07 payctl  check-all --fix => clean
        04:07 look    VPN-1 fulfilled
        ",
    );
}

#[test]
fn a_payment_of_another_amount_is_not_ours() {
    check_second(
        "
        04:00 rule    at pakasir VPN-1
        04:00 gateway VPN-1 pending amount 99000
        04:01 payctl  order create --number VPN-1 --total 25000 --expires-at 2026-03-02T05:30:00Z => clean
        04:02 payctl  pay VPN-1 --gateway pakasir => partial
        04:02 look    VPN-1 payment created
        ",
    );
}

#[test]
fn the_old_api_is_switched_off() {
    for code in ["404", "410", "301", "200"] {
        check_first(&format!(
            "
            04:00 order   VPN-1 until 04:30 at pakasir as qris
            04:01 order   VPN-2 until 04:30 at pakasir as qris
            04:02 gateway VPN-1 pending
            04:02 gateway VPN-2 pending
            04:03 payctl  check-all --fix => clean
            05:00 rule    ended {code}
            05:01 payctl  check-all --fix => config
            05:01 says    pakasir: Pakasir's API version 1 has ended
            05:01 says    2 payments opened under it still open here
            05:01 says    payctl order cancel ORDER --unproven
            05:01 says    api_version = 2
            05:02 payctl  expire => config
            05:02 look    VPN-1 pending
            05:10 rule    second
            05:11 order   VPN-3 until 06:00 at pakasir as qris
            05:12 gateway VPN-3 completed
            05:13 payctl  check-all --fix => config
            05:13 says    Pakasir's API version 1 has ended
            05:13 look    VPN-3 fulfilled
            05:14 payctl  expire => config
            05:14 look    VPN-1 pending
            05:15 once    approve VPN-1 --reason dashboard --even-if-payable --yes => clean
            05:15 look    VPN-1 fulfilled
            05:16 once    order cancel VPN-2 --unproven --reason dashboard => clean
            05:16 look    VPN-2 cancelled
            "
        ));
    }
}
