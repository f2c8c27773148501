//! Several tries to pay for one order.

use crate::story::check;

#[test]
fn a_denied_first_try_does_not_hide_the_second_on_the_same_page() {
    check(
        "
        04:00 order   INV-1 until 05:00 as snap
        04:05 gateway INV-1 deny as credit_card
        04:06 payctl  check-all --fix => clean
        04:06 look    INV-1 payment failed
        04:10 gateway INV-1 settlement try 2 as qris
        04:15 payctl  check-all --fix => clean
        04:15 look    INV-1 payment failed paid
        04:15 look    INV-1 fulfilled
        04:20 payctl  check-all --fix => clean
        04:20 look    INV-1 payment failed paid
        ",
    );
}

#[test]
fn a_paid_first_try_stays_paid_when_a_second_on_the_same_page_expires() {
    check(
        "
        04:00 order   INV-1 until 05:00 as snap
        04:05 gateway INV-1 settlement as qris
        04:06 payctl  check-all --fix => clean
        04:10 gateway INV-1 expire try 2 as bca_va
        04:15 payctl  check-all --fix => clean
        04:15 look    INV-1 fulfilled
        04:15 look    INV-1 payment paid expired
        ",
    );
}

#[test]
fn both_tries_on_one_page_are_paid_and_one_goes_back() {
    check(
        "
        04:00 order   INV-1 until 05:00 as snap
        04:05 gateway INV-1 settlement as bca_va
        04:06 payctl  check-all --fix => clean
        04:10 gateway INV-1 settlement try 2 as qris
        04:15 payctl  check-all --fix => attention
        04:15 look    INV-1 fulfilled
        04:15 cases   INV-1 double_payment
        04:15 refunds INV-1 due double 25000
        04:20 payctl  check-all --fix => clean
        ",
    );
}

#[test]
fn a_second_try_that_was_paid_in_time_is_found_when_nobody_looked_before_the_pages_end() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 payctl  order create --number INV-1 --line seat:1 --expires-at 2026-03-02T05:00:00Z => clean
        04:00 payctl  pay INV-1 --gateway midtrans --method snap => clean
        04:05 gateway INV-1 chooses bca_va
        04:05 webhook INV-1 pending => clean
        04:05 look    INV-1 payment pending
        04:20 gateway INV-1 chooses qris
        04:21 gateway INV-1 pays
        06:00 payctl  expire => clean
        06:00 look    INV-1 fulfilled
        06:00 look    INV-1 payment expired paid
        06:00 stock   seat 0 held 1 sold
        ",
    );
}

#[test]
fn a_second_try_is_looked_for_until_there_is_an_answer_from_after_the_pages_end() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:00 payctl  pay INV-1 --gateway midtrans --method snap => clean
        04:05 gateway INV-1 chooses bca_va
        04:06 payctl  check-all --fix => clean
        04:20 gateway INV-1 chooses qris
        04:21 gateway INV-1 pays
        04:30 gateway INV-1 silent
        06:00 payctl  expire => partial
        06:00 look    INV-1 pending
        28:00 gateway INV-1 healthy
        28:00 payctl  check-all --fix => clean
        28:00 look    INV-1 fulfilled
        28:00 look    INV-1 payment expired paid
        28:01 payctl  check-all --fix => clean
        ",
    );
}

const TWO_PAYMENTS: &str = r#"
    04:00 import {"number":"INV-1","total":25000,"expires_at":"2026-03-02T05:00:00Z","payments":[{"gateway":"midtrans","reference":"INV-1","method":"qris"},{"gateway":"midtrans","reference":"INV-1B","method":"qris"}]}
"#;

#[test]
fn an_expired_attempt_cannot_touch_an_order_that_another_has_paid() {
    check(&format!(
        "{TWO_PAYMENTS}
        04:05 gateway INV-1B settlement
        04:06 payctl  check-all --fix => clean
        04:06 look    INV-1 fulfilled
        04:20 gateway INV-1 expire
        04:20 payctl  check-all --fix => clean
        04:20 look    INV-1 fulfilled
        04:20 look    INV-1 payment expired paid
        "
    ));
}

#[test]
fn two_paid_attempts_make_one_order_and_one_refund_due() {
    check(&format!(
        "{TWO_PAYMENTS}
        04:05 gateway INV-1 settlement
        04:06 gateway INV-1B settlement
        04:10 payctl  check-all --fix => attention
        04:10 look    INV-1 fulfilled
        04:10 cases   INV-1 double_payment
        04:10 refunds INV-1 due double 25000
        "
    ));
}
