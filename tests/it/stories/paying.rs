//! Payments that payctl opens at the simulator.

use crate::story::check;

#[test]
fn an_unanswered_opening_is_found_and_replaced() {
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
fn another_gateway_opens_after_a_refusal() {
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

#[test]
fn a_payment_made_meanwhile_is_not_requested_again() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway midtrans --method bca_va => clean
        04:01 look    INV-1 payment pending
        04:02 gateway INV-1 pays
        04:03 payctl  pay INV-1 --gateway midtrans --method bca_va => clean
        04:03 says    the payment is paid
        04:03 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn an_expired_payment_is_replaced() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T04:10:00Z => clean
        04:01 payctl  pay INV-1 --gateway midtrans --method qris => clean
        04:05 payctl  order extend INV-1 --until 2026-03-02T06:00:00Z => clean
        04:30 gateway INV-1 expire
        04:30 payctl  pay INV-1 --gateway midtrans --method qris => clean
        04:30 says    INV-1-2
        04:30 look    INV-1 payment expired pending
        ",
    );
}

#[test]
fn an_unconfirmed_payment_is_shown_until_its_end() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T04:10:00Z => clean
        04:01 payctl  pay INV-1 --gateway midtrans --method qris => clean
        04:05 payctl  order extend INV-1 --until 2026-03-02T06:00:00Z => clean
        04:06 gateway all silent
        04:07 payctl  pay INV-1 --gateway midtrans --method qris -o json => clean
        04:07 says    not confirmed
        04:07 says    qr_text\":\"0002
        04:30 payctl  pay INV-1 --gateway midtrans --method qris => partial
        04:30 says    --new
        04:30 look    INV-1 payment pending
        04:31 gateway all healthy
        04:31 payctl  pay INV-1 --gateway midtrans --method qris => partial
        04:31 says    has not closed it
        04:32 payctl  pay INV-1 --gateway midtrans --method qris --new => clean
        04:32 look    INV-1 payment expired pending
        ",
    );
}

#[test]
fn naming_another_method_shows_no_open_payment() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway midtrans --method qris => clean
        04:02 payctl  pay INV-1 --gateway midtrans --method bca_va => attention
        04:02 says    pay INV-1 --gateway midtrans --method bca_va --new
        04:03 payctl  pay INV-1 --gateway pakasir --method bni_va => attention
        04:03 says    open with qris at midtrans
        04:04 payctl  pay INV-1 --gateway pakasir => attention
        04:04 payctl  pay INV-1 --method nosuch => usage
        04:05 payctl  pay INV-1 --gateway midtrans --method nosuch --new => usage
        04:05 payctl  pay INV-1 --gateway midtrans --method nosuch --new --dry-run => usage
        04:05 look    INV-1 payment pending
        04:06 payctl  pay INV-1 --gateway midtrans --method bca_va --new --dry-run => clean
        04:06 says    payment 1 would be closed, and another opened
        04:06 look    INV-1 payment pending
        04:07 payctl  pay INV-1 --method qris => clean
        04:07 payctl  pay INV-1 => clean
        04:08 payctl  pay INV-1 --gateway midtrans --method snap --new => clean
        04:08 look    INV-1 payment expired created
        04:09 payctl  pay INV-1 --gateway midtrans --method snap => clean
        04:09 payctl  pay INV-1 --gateway midtrans --method qris => attention
        ",
    );
}

#[test]
fn an_unsettled_payment_blocks_another_method() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 gateway all silent
        04:01 payctl  pay INV-1 --gateway midtrans --method qris => partial
        04:02 gateway all healthy
        04:02 payctl  pay INV-1 --gateway midtrans --method bca_va => attention
        04:02 look    INV-1 payment created
        04:03 payctl  pay INV-1 --gateway midtrans --method bca_va --new => clean
        04:03 look    INV-1 payment expired pending
        04:03 says    bca_va
        ",
    );
}

#[test]
fn a_wrong_amount_is_not_called_paid() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway midtrans --method bca_va => clean
        04:02 gateway INV-1 settlement amount 20000
        04:03 once    pay INV-1 => attention
        04:03 says    a different amount was received
        04:03 says    payctl case list
        04:03 look    INV-1 payment mismatch
        04:03 cases   INV-1 amount_mismatch
        04:04 payctl  pay INV-1 => failed
        ",
    );
}

#[test]
fn a_challenged_payment_needs_a_person() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway midtrans --method snap => clean
        04:02 gateway INV-1 capture fraud challenge
        04:03 payctl  pay INV-1 => attention
        04:03 says    waits for a decision
        04:03 look    INV-1 payment challenged
        04:03 cases   INV-1 challenged
        04:04 gateway INV-1 settlement
        04:05 once    pay INV-1 => clean
        04:05 says    the payment is paid
        04:05 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn a_payment_with_a_case_says_so() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway midtrans --method qris => clean
        04:02 gateway INV-1 partial_moon
        04:03 payctl  pay INV-1 => attention
        04:03 says    a case was opened; see: payctl case list
        04:03 cases   INV-1 unknown_status
        04:04 payctl  pay INV-1 => clean
        ",
    );
}

#[test]
fn a_page_is_shown_while_payable() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway midtrans --method snap => clean
        04:02 gateway INV-1 chooses bca_va
        04:03 payctl  pay INV-1 => clean
        04:04 gateway INV-1 chooses qris
        04:05 payctl  pay INV-1 => clean
        04:05 says    Page
        04:05 look    INV-1 payment pending pending
        04:06 payctl  pay INV-1 => clean
        04:06 says    Page
        04:07 payctl  pay INV-1 --method snap => clean
        04:08 once    pay INV-1 --gateway midtrans --method qris --new => clean
        04:08 says    INV-1-2
        04:08 look    INV-1 payment expired expired pending
        ",
    );
}

#[test]
fn a_page_outlives_its_first_choice() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway midtrans --method snap => clean
        04:02 gateway INV-1 chooses bca_va
        04:03 payctl  pay INV-1 => clean
        04:05 gateway INV-1 expire as bca_va
        04:05 gateway INV-1 pending try 2 as qris
        04:06 payctl  pay INV-1 => clean
        04:06 says    Page
        04:07 payctl  pay INV-1 => clean
        04:07 says    Page
        04:08 once    pay INV-1 --gateway midtrans --method snap --new => clean
        04:08 says    INV-1-2
        04:08 look    INV-1 payment expired expired created
        04:09 payctl  pay INV-1 => clean
        04:09 says    INV-1-2
        ",
    );
}
