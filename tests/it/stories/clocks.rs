//! Wrong clocks: this machine's or a gateway's, for one run or for many.

use crate::story::check;

/// With the clock a day ahead, this command notices it, and an order with twelve hours left is kept then and later.
#[track_caller]
fn check_door(line: &str) {
    check(&format!(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 16:00 as qris of seat x1
        04:10 gateway INV-1 expire as qris
        04:10 gateway INV-1 off_by_seconds -86400
        28:10 {line}
        28:10 once    expire => attention
        28:10 look    INV-1 pending
        28:11 payctl  expire => attention
        28:10 look    INV-1 pending
        28:10 stock   seat 1 held 0 sold
        04:20 gateway INV-1 healthy
        04:20 gateway INV-1 settlement as qris
        04:21 payctl  check-all --fix => attention
        04:21 look    INV-1 fulfilled
        04:22 payctl  check-all --fix => clean
        "
    ));
}

#[test]
fn an_answer_under_a_wrong_clock_proves_nothing() {
    check_door("payctl check-all --fix => attention");
    check_door("payctl check-all --due --fix => attention");
    check_door("payctl check-status INV-1 --fix => attention");
    check_door("webhook INV-1 expire => attention");
    check_door("payctl watch INV-1 --interval 1s --timeout 1s => attention");
    check_door("payctl order cancel INV-1 --reason x => attention");
    check_door("payctl expire => attention");
}

/// A manual order due at 05:00, beside one whose gateway answered at 04:11.
#[track_caller]
fn check_by_hand(rest: &str) {
    check(&format!(
        r#"
        04:00 order   INV-1 until 30:00 as qris
        04:10 gateway INV-1 pending as qris
        04:11 payctl  check-all --fix => clean
        04:20 import  {{"number":"BY-HAND","total":25000,"expires_at":"2026-03-02T05:00:00Z"}}
        {rest}
        "#
    ));
}

#[test]
fn a_quiet_night_needs_one_time_query() {
    check_by_hand(
        "
        05:04 once    expire => clean
        05:04 look    BY-HAND expired
        05:05 payctl  expire => clean
        ",
    );
}

#[test]
fn a_clock_two_hours_ahead_ends_no_order() {
    check_by_hand(
        r#"
        04:21 gateway INV-1 off_by_seconds -7200
        06:21 payctl  expire => attention
        06:21 says    "the clock of midtrans is 7199 s behind the clock of this machine"
        06:21 look    BY-HAND pending
        04:22 gateway INV-1 healthy
        05:04 payctl  expire => clean
        05:04 look    BY-HAND expired
        "#,
    );
}

#[test]
fn a_silent_gateway_confirms_no_time() {
    check_by_hand(
        "
        05:04 gateway all silent
        05:04 payctl  expire => partial
        05:04 look    BY-HAND pending
        05:05 gateway all healthy
        05:05 payctl  expire => clean
        05:05 look    BY-HAND expired
        ",
    );
}

#[test]
fn money_sent_back_by_hand_confirms_no_time() {
    check_by_hand(
        "
        04:21 once    approve BY-HAND --amount 12500 --bank-ref FT1 --reason statement --yes => attention
        04:22 once    case resolve 1 --refund --reason too-little => attention
        05:04 gateway all silent
        05:04 payctl  expire => partial
        05:04 look    BY-HAND pending
        05:05 gateway all healthy
        05:05 payctl  expire => clean
        05:05 look    BY-HAND expired
        ",
    );
}

#[test]
fn a_confirmed_instant_needs_no_further_query() {
    check_by_hand(
        "
        05:04 payctl  check-all --fix => clean
        05:05 gateway all silent
        05:06 payctl  expire => clean
        05:06 look    BY-HAND expired
        ",
    );
}

#[test]
fn a_jump_without_a_gateway_waits_a_day() {
    check(
        r#"
        04:00 import  {"number":"BY-HAND","total":25000,"expires_at":"2026-03-02T08:00:00Z"}
        04:01 payctl  expire => clean
        2884:00 once  expire => attention
        2884:00 look  BY-HAND pending
        04:02 payctl  expire => clean
        04:02 look    BY-HAND pending
        76:00 once    expire => attention
        76:00 says    "has jumped by more than a day since the last run"
        76:01 payctl  expire --quiet => attention
        98:00 payctl  expire => attention
        98:00 look    BY-HAND pending
        99:01 payctl  expire => clean
        99:01 look    BY-HAND expired
        "#,
    );
}

#[test]
fn two_gateways_that_disagree_confirm_nothing() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:00 order   INV-2 until 04:30 at pakasir as qris
        04:10 gateway INV-1 expire as qris
        04:10 gateway INV-2 expired
        04:11 gateway INV-2 off_by_seconds 3600
        04:34 payctl  expire => attention
        04:34 look    INV-1 pending
        04:34 look    INV-2 pending
        04:35 gateway INV-2 healthy
        04:35 payctl  expire => attention
        04:36 payctl  expire => clean
        04:35 look    INV-1 expired
        04:35 look    INV-2 expired
        ",
    );
}

#[test]
fn a_watch_continues_after_a_future_run() {
    check(
        r#"
        04:00 order   INV-1 until 05:00 as bca_va
        04:10 gateway INV-1 pending as bca_va
        04:11 payctl  check-all --fix => clean
        04:50 gateway INV-1 expire as bca_va
        05:04 payctl  expire => clean
        05:04 look    INV-1 expired
        05:05 gateway INV-1 off_by_seconds -10368000
        2885:05 payctl check-all --fix => attention
        2885:05 payctl cleanup => attention
        05:06 gateway INV-1 healthy
        05:06 payctl  check-all --fix --due => attention
        05:06 says    "postponed or dropped too early by a wrong clock, due now: 1 payment"
        05:07 payctl  check-all --fix --due => clean
        06:30 gateway INV-1 settlement as bca_va
        06:40 payctl  check-all --fix --due => clean
        06:40 look    INV-1 fulfilled
        06:40 look    INV-1 late
        "#,
    );
}

#[test]
fn money_is_booked_under_any_clock() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement as qris
        04:10 gateway INV-1 off_by_seconds -86400
        28:10 payctl  check-all --fix => attention
        28:10 look    INV-1 fulfilled
        04:11 gateway INV-1 healthy
        04:11 payctl  check-all --fix => attention
        04:12 payctl  check-all --fix => clean
        ",
    );
}

#[test]
fn a_deadline_by_a_wrong_clock_is_recalculated() {
    check_by_hand(
        r#"
        2884:00 payctl order create --number INV-9 --total 25000 --expires-in 1h => clean
        04:30 payctl  check-all --fix => attention
        04:30 says    "dated by a clock that was ahead, now counted from the current time: 1 order"
        04:31 payctl  check-all --fix => clean
        05:34 payctl  expire => clean
        05:34 look    INV-9 expired
        "#,
    );
}

#[test]
fn a_future_dated_query_delays_no_order() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 expire as qris
        04:10 gateway INV-1 silent
        2884:00 once  expire => partial
        04:34 gateway INV-1 healthy
        04:34 once    expire => attention
        04:34 look    INV-1 expired
        ",
    );
}

#[test]
fn the_right_clock_settles_a_wrongly_dated_notification() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 expire as qris
        04:10 gateway INV-1 silent
        2884:00 webhook INV-1 settlement => partial
        04:34 gateway INV-1 healthy
        04:34 once    expire => attention
        04:35 once    expire => clean
        04:36 payctl  check-all --fix => clean
        04:37 once    expire => clean
        04:37 look    INV-1 expired
        ",
    );
}

#[test]
fn disagreeing_gateways_end_no_order_by_time() {
    check(
        r#"
        04:00 order   INV-1 until 09:00 as qris
        04:00 order   INV-2 until 09:00 at pakasir as qris
        04:00 import  {"number":"BY-HAND","total":25000,"expires_at":"2026-03-02T05:00:00Z"}
        04:10 gateway INV-1 pending as qris
        04:10 gateway INV-2 pending
        04:11 gateway INV-2 off_by_seconds 86400
        05:10 payctl  expire => attention
        05:10 look    BY-HAND pending
        05:11 gateway INV-2 healthy
        05:11 payctl  expire => clean
        05:11 look    BY-HAND expired
        "#,
    );
}

#[test]
fn a_clock_behind_takes_no_proof_away() {
    check(
        "
        72:00 order   INV-1 until 73:00 as qris
        72:10 gateway INV-1 pending as qris
        72:11 payctl  check-all --fix => clean
        73:10 gateway INV-1 expire as qris
        73:11 payctl  check-all --fix => clean
        73:11 payctl  expire => clean
        73:12 look    INV-1 expired
        73:12 payctl  verify => clean
        73:13 gateway INV-1 off_by_seconds 172800
        25:13 payctl  check-all --fix => attention
        25:13 gateway INV-1 healthy
        73:14 payctl  verify => clean
        ",
    );
}
