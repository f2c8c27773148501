//! Overdue orders that stay pending: each run that keeps one says so by its exit.

use crate::story::check;

#[test]
fn the_wrong_amount_keeps_its_order() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 partial_refund amount 20000 refunded 5000 as qris
        04:10 payctl  check-all --fix => attention
        04:10 cases   INV-1 amount_mismatch
        04:34 payctl  expire => attention
        04:34 says    \"kept: payment 1 received the wrong amount\"
        04:35 payctl  expire => attention
        04:36 once    expire --quiet => attention
        04:36 silence
        04:36 look    INV-1 pending
        05:00 payctl  case resolve 1 --refund --by rina --reason wrong => attention
        05:01 payctl  expire => clean
        05:01 look    INV-1 expired
        05:02 payctl  expire => clean
        ",
    );
}

#[test]
fn a_kept_order_is_reported_once_a_day() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 settlement amount 20000
        04:10 once    check-all --fix --quiet => attention
        04:34 once    expire --quiet => attention
        04:34 silence
        28:09 once    expire --quiet => attention
        28:09 silence
        28:10 once    expire --quiet => attention
        28:10 says    \"INV-1: payment 1\"
        28:11 once    expire --quiet => attention
        28:11 silence
        27:00 once    expire --quiet => attention
        27:00 says    \"INV-1: payment 1\"
        ",
    );
}

#[test]
fn a_dismissed_case_keeps_no_order_silently() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 payctl  check-all --fix => attention
        04:11 payctl  case resolve 1 --dismiss --by rina --reason later => clean
        04:34 once    expire --quiet => attention
        04:34 says    \"reported once a day\"
        04:34 look    INV-1 pending
        04:35 once    expire --quiet => attention
        04:35 silence
        04:36 payctl  expire => attention
        ",
    );
}

#[test]
fn an_unknown_status_keeps_its_order() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 partial_moon
        04:10 payctl  check-all --fix => attention
        04:11 payctl  case resolve 1 --dismiss --by rina --reason later => clean
        04:34 payctl  expire => attention
        04:35 payctl  expire => attention
        ",
    );
}

#[test]
fn a_challenge_keeps_its_order() {
    check(
        "
        04:00 order   INV-1 until 04:30 as credit_card
        04:10 gateway INV-1 capture fraud challenge as credit_card
        04:10 payctl  check-all --fix => attention
        04:11 payctl  case resolve 1 --dismiss --by rina --reason later => clean
        04:34 payctl  expire => attention
        04:35 payctl  expire => attention
        ",
    );
}

#[test]
fn a_forgotten_payment_keeps_its_order() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 pending as qris
        04:05 payctl  check-all --fix => clean
        04:10 gateway INV-1 forgets
        04:10 payctl  check-all --fix => attention
        04:11 payctl  case resolve 1 --dismiss --by rina --reason later => clean
        04:34 once    expire => attention
        04:35 once    expire => attention
        04:35 look    INV-1 pending
        ",
    );
}

#[test]
fn an_unanswered_claim_ends_partial() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 pending as qris
        04:05 payctl  check-all --fix => clean
        04:10 gateway INV-1 silent
        04:10 webhook INV-1 settlement => partial
        04:34 payctl  expire => partial
        04:35 payctl  expire => partial
        04:40 gateway INV-1 healthy
        04:40 gateway INV-1 settlement as qris
        04:40 payctl  expire => clean
        04:40 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn check_all_reports_kept_orders_alike() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 settlement amount 20000
        04:10 payctl  check-all --fix => attention
        04:11 payctl  check-all --fix => clean
        04:34 once    check-all --fix --quiet => attention
        04:34 silence
        04:36 once    expire --quiet => attention
        04:36 silence
        04:37 once    order cancel INV-1 --reason late => attention
        04:38 once    check-status INV-1 => attention
        28:10 once    check-all --fix --quiet => attention
        28:10 says    \"reported once a day\"
        28:11 once    check-all --fix --quiet => attention
        28:11 silence
        28:12 once    expire --quiet => attention
        28:12 silence
        ",
    );
}

#[test]
fn a_clock_difference_is_reported_daily() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 pending as qris
        04:10 gateway INV-1 off_by_seconds 3600
        04:34 once    expire --quiet => attention
        04:34 says    \"reported once a day\"
        04:35 once    expire --quiet => attention
        04:35 silence
        ",
    );
}

#[test]
fn a_clock_keeps_orders_without_further_news() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:00 order   INV-2 until 04:45 as qris
        04:10 gateway INV-1 pending as qris
        04:10 gateway INV-2 pending as qris
        04:10 gateway INV-1 off_by_seconds 3600
        04:10 gateway INV-2 off_by_seconds 3600
        04:34 once    expire --quiet => attention
        04:34 says    \"reported once a day\"
        04:49 once    expire --quiet => attention
        04:49 silence
        ",
    );
}
