//! Orders that expire.

use crate::story::check;

#[test]
fn an_order_without_a_gateway_expires_by_clock() {
    check(
        r#"
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 payctl  order create --number INV-1 --line seat:1 --expires-at 2026-03-02T04:30:00Z => clean
        04:32 payctl  expire => clean
        04:32 look    INV-1 pending
        04:34 payctl  expire => clean
        04:34 says    "1 expired"
        04:34 look    INV-1 expired
        04:34 stock   seat 0 held 0 sold
        "#,
    );
}

#[test]
fn an_expired_payment_releases_its_order() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:10 gateway INV-1 pending as qris
        04:15 payctl  check-all --fix => clean
        04:31 gateway INV-1 expire as qris
        04:32 payctl  expire => clean
        04:32 look    INV-1 pending
        04:34 payctl  expire => clean
        04:34 look    INV-1 expired
        04:34 look    INV-1 payment expired
        04:34 stock   seat 0 held 0 sold
        ",
    );
}

#[test]
fn the_last_query_finds_a_settled_payment() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 settlement
        09:00 payctl  expire => clean
        09:00 says    fixed
        09:00 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn a_silent_gateway_delays_and_does_not_decide() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:10 gateway INV-1 silent
        05:00 payctl  expire => partial
        09:00 payctl  expire => partial
        09:00 look    INV-1 pending
        09:00 stock   seat 1 held 0 sold
        09:01 gateway INV-1 healthy
        09:01 gateway INV-1 expire
        09:02 payctl  expire => clean
        09:02 look    INV-1 expired
        09:02 stock   seat 0 held 0 sold
        ",
    );
}

#[test]
fn a_payable_payment_is_closed_before_expiry() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 pending as qris
        05:00 payctl  expire --dry-run => clean
        05:00 says    would_expire
        05:00 look    INV-1 pending
        05:01 payctl  expire => clean
        05:01 look    INV-1 expired
        05:01 look    INV-1 payment expired
        ",
    );
}

#[test]
fn an_unused_page_needs_an_answer_after_deadline() {
    check(
        "
        04:00 order   INV-0 until 09:00
        04:00 order   INV-1 until 04:30
        04:01 gateway INV-0 pending
        04:02 payctl  check-all --fix => clean
        04:34 gateway all silent
        04:34 payctl  expire => partial
        04:34 look    INV-1 pending
        04:35 gateway all healthy
        04:35 payctl  expire => clean
        04:35 look    INV-1 expired
        ",
    );
}

#[test]
fn an_account_that_never_answered_proves_nothing() {
    check(
        "
        04:00 order   INV-1 until 04:30
        04:34 payctl  expire => attention
        04:34 look    INV-1 pending
        ",
    );
}

#[test]
fn an_answer_by_a_fast_clock_proves_nothing() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:10 gateway INV-1 expire as qris
        06:00 payctl  check-all --fix => clean
        06:00 look    INV-1 payment expired
        05:00 gateway INV-1 silent
        05:00 payctl  expire => attention
        05:00 look    INV-1 pending
        05:00 stock   seat 1 held 0 sold
        05:01 gateway INV-1 healthy
        05:02 payctl  expire => attention
        05:02 look    INV-1 expired
        ",
    );
}

#[test]
fn a_fast_clocks_answer_settles_no_claim() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 expire as qris
        06:00 payctl  check-all --fix => clean
        05:00 gateway INV-1 silent
        05:00 webhook INV-1 settlement => partial
        06:30 once    expire => partial
        06:30 look    INV-1 pending
        06:31 gateway INV-1 healthy
        06:32 gateway INV-1 settlement as qris
        06:33 payctl  expire => clean
        06:33 look    INV-1 fulfilled
        "#,
    );
}

#[test]
fn undecided_money_keeps_an_order() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 settlement amount 20000
        05:00 payctl  expire => attention
        05:00 look    INV-1 pending
        05:00 cases   INV-1 amount_mismatch
        05:01 payctl  expire => attention
        05:01 look    INV-1 pending
        ",
    );
}

#[test]
fn cancelling_closes_the_payment_first() {
    check(
        r#"
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:10 gateway INV-1 pending as qris
        04:12 payctl  order cancel INV-1 --reason changed-their-mind --yes => clean
        04:12 says    "1 cancelled"
        04:12 look    INV-1 cancelled
        04:12 stock   seat 0 held 0 sold
        04:13 payctl  order cancel INV-1 --reason again --yes => failed
        "#,
    );
}

#[test]
fn a_paid_order_is_not_cancelled() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 settlement as qris
        04:12 payctl  order cancel INV-1 --only-pending --reason no-answer => clean
        04:12 says    fixed
        04:13 payctl  order cancel INV-1 --only-pending --reason no-answer => failed
        04:13 says    already fulfilled
        04:13 refunds INV-1 none
        04:12 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn cancelling_a_sold_order_makes_a_refund_due() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:10 gateway INV-1 settlement as qris
        04:12 payctl  check-all --fix => clean
        04:20 payctl  order cancel INV-1 --reason show-is-off --yes => attention
        04:20 look    INV-1 cancelled
        04:20 refunds INV-1 due person 25000
        04:20 stock   seat 0 held 0 sold
        04:25 payctl  check-all --fix => clean
        04:25 refunds INV-1 due person 25000
        ",
    );
}

#[test]
fn money_after_an_unproven_cancel_is_found() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 silent
        04:12 payctl  order cancel INV-1 --unproven --reason customer-called => clean
        04:12 look    INV-1 cancelled
        04:20 gateway INV-1 healthy
        04:20 gateway INV-1 settlement as qris
        04:25 payctl  check-all --fix => attention
        04:25 look    INV-1 cancelled
        04:25 refunds INV-1 due late 25000
        04:25 cases   INV-1 late_payment
        ",
    );
}

#[test]
fn a_dead_order_does_not_stay_payable() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 pending as qris
        04:11 payctl  check-all --fix => clean
        04:12 gateway INV-1 silent
        04:12 payctl  order cancel INV-1 --unproven --reason customer-called => clean
        04:13 gateway INV-1 healthy
        04:15 payctl  check-all --fix => clean
        04:15 look    INV-1 payment expired
        ",
    );
}

#[test]
fn a_payment_paid_during_the_close_is_paid() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:10 gateway INV-1 pending as qris
        04:11 gateway INV-1 paid_when_closed
        04:34 payctl  expire => clean
        04:34 says    fixed
        04:34 look    INV-1 fulfilled
        04:34 look    INV-1 payment paid
        04:34 stock   seat 0 held 1 sold
        ",
    );
}

#[test]
fn three_failed_closes_ask_a_person() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 pending as qris
        04:11 gateway INV-1 close_ignored
        04:34 payctl  check-all --fix => clean
        04:35 look    INV-1 pending
        04:35 once    expire => partial
        04:36 once    expire => partial
        04:36 cases   INV-1 none
        04:37 once    expire => attention
        04:37 look    INV-1 pending
        04:37 cases   INV-1 cannot_close
        04:40 gateway INV-1 healthy
        04:41 payctl  expire => clean
        04:41 look    INV-1 expired
        04:41 cases   INV-1 none
        ",
    );
}

#[test]
fn the_next_read_settles_an_unanswered_close() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 pending as qris
        04:11 gateway INV-1 unanswered
        04:34 once    expire => partial
        04:34 look    INV-1 pending
        04:35 payctl  expire => clean
        04:35 look    INV-1 expired
        ",
    );
}

#[test]
fn a_clock_beyond_the_grace_expires_nothing() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 pending as qris
        04:11 gateway INV-1 off_by_seconds -400
        04:34 payctl  expire => attention
        04:34 says    "the clock of midtrans is"
        04:34 says    "s behind the clock of this machine"
        04:34 look    INV-1 pending
        04:34 look    INV-1 payment pending
        04:35 gateway INV-1 healthy
        04:35 payctl  expire => clean
        04:35 look    INV-1 expired
        "#,
    );
}

#[test]
fn late_money_retakes_stock_or_goes_back() {
    let story = |also: &str, found: &str| {
        check(&format!(
            "
            04:00 payctl  product set seat --price 25000 --capacity 1 => clean
            04:00 order   INV-1 until 04:30 as qris of seat x1
            04:10 gateway INV-1 pending as qris
            04:34 payctl  expire => clean
            04:34 look    INV-1 expired
            {also}
            04:40 gateway INV-1 settlement as qris
            {found}
            "
        ));
    };
    story(
        "",
        "
        04:45 payctl  check-all --fix => clean
        04:45 look    INV-1 fulfilled
        04:45 look    INV-1 late
        04:45 stock   seat 0 held 1 sold
        ",
    );
    story(
        "04:35 order   INV-2 until 09:30 as qris of seat x1",
        "
        04:45 payctl  check-all --fix => attention
        04:45 look    INV-1 expired
        04:45 refunds INV-1 due late 25000
        04:45 cases   INV-1 late_payment
        04:45 stock   seat 1 held 0 sold
        ",
    );
}

#[test]
fn what_joins_after_the_end_needs_no_proof() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 expire as qris
        05:04 payctl  check-all --fix => clean
        05:05 payctl  expire => clean
        05:05 look    INV-1 expired
        05:06 payctl  order attach INV-1 --gateway midtrans --reference INV-1-2 --method qris => clean
        05:06 payctl  verify => clean
        ",
    );
}
