//! Several tries to pay for one order.

use crate::story::check;

#[test]
fn a_denied_try_does_not_hide_the_next() {
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
fn a_paid_try_survives_an_expired_second() {
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
fn of_two_paid_tries_one_is_refunded() {
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
fn a_second_try_is_found_after_the_end() {
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
fn a_second_try_is_sought_until_an_answer() {
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
fn an_expired_attempt_leaves_a_paid_order_alone() {
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
fn two_paid_attempts_make_one_refund_due() {
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
