//! Money that was returned twice, and returned money that is back.

use crate::story::check;

/// An order cancelled after payment, with its refund approved.
fn check_approved(rest: &str) {
    check(&format!(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement
        04:11 payctl  check-all --fix => clean
        04:12 payctl  order cancel INV-1 --reason wish --yes => attention
        04:13 payctl  refund approve 1 --by rina => clean
        {rest}
        "
    ));
}

#[test]
fn money_refunded_twice_is_a_case() {
    check_approved(
        r#"
        04:14 payctl  refund done 1 --bank-ref OUT-1 --by rina => clean
        04:15 gateway INV-1 refund
        04:16 payctl  check-all --fix => attention
        04:16 refunds INV-1 done person 25000 external gateway 25000
        04:16 cases   INV-1 refunded_twice
        04:17 payctl  case show 1 => clean
        04:17 says    "Rp 50,000 has gone back of Rp 25,000: Rp 25,000 by the shop's bank, Rp 25,000 by midtrans"
        04:18 payctl  check-all --fix => clean
        04:19 payctl  case resolve 1 --refund --by rina --reason no => failed
        04:19 says    ask for the surplus
        04:20 payctl  case resolve 1 --dismiss --by rina --reason asked => clean
        04:25 payctl  check-all --fix => clean
        28:00 payctl  check-all --fix => clean
        28:00 cases   INV-1 none
        "#,
    );
}

#[test]
fn two_half_refunds_open_no_case() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement amount 50000
        04:11 payctl  check-all --fix => attention
        04:12 payctl  case resolve 1 --accept --by rina --reason ok => attention
        04:12 refunds INV-1 due excess 25000
        04:13 payctl  refund approve 1 --by rina => clean
        04:14 payctl  refund done 1 --bank-ref OUT-1 --by rina => clean
        04:15 gateway INV-1 partial_refund amount 50000 refunded 25000
        04:16 payctl  check-all --fix => clean
        04:16 refunds INV-1 done excess 25000 external gateway 25000
        04:16 cases   INV-1 none
        04:16 look    INV-1 refunded
        ",
    );
}

#[test]
fn a_failed_refund_is_due_under_another_key() {
    check_approved(
        r#"
        04:14 payctl  refund send 1 --by rina => clean
        04:15 payctl  check-all --fix => clean
        04:15 refunds INV-1 done person 25000
        04:20 gateway INV-1 settlement
        04:21 once    check-all --fix => clean
        04:21 cases   INV-1 none
        04:22 payctl  check-all --fix => attention
        04:22 cases   INV-1 refund_taken_back
        04:23 payctl  check-all --fix => clean
        04:24 payctl  case show 1 => clean
        04:24 says    "it now reports Rp 0 as refunded, and had reported Rp 25,000"
        04:24 says    the refund failed
        04:25 payctl  case resolve 1 --refund --by rina --reason bounced => attention
        04:25 refunds INV-1 failed person 25000 due person 25000
        04:26 payctl  check-all --fix => clean
        04:28 payctl  check-all --fix => clean
        04:28 cases   INV-1 none
        04:29 payctl  refund approve 2 --by rina => clean
        04:30 payctl  refund send 2 --by rina => clean
        04:31 payctl  check-all --fix => clean
        04:31 refunds INV-1 failed person 25000 done person 25000
        04:31 cases   INV-1 none
        04:32 payctl  why INV-1 => clean
        04:32 says    P25
        "#,
    );
}

#[test]
fn a_confirmed_refund_is_not_questioned_again() {
    for answer in ["accept", "dismiss"] {
        check_approved(&format!(
            "
            04:14 payctl  refund send 1 --by rina => clean
            04:20 gateway INV-1 settlement
            04:21 once    check-all --fix => clean
            04:22 payctl  check-all --fix => attention
            04:23 payctl  case resolve 1 --{answer} --by rina --reason arrived => clean
            04:24 payctl  check-all --fix => clean
            04:26 payctl  check-all --fix => clean
            28:00 payctl  check-all --fix => clean
            28:00 refunds INV-1 done person 25000
            28:00 cases   INV-1 none
            28:01 gateway INV-1 refund
            28:02 payctl  check-all --fix => clean
            28:03 gateway INV-1 settlement
            28:04 once    check-all --fix => clean
            28:06 payctl  check-all --fix => attention
            28:06 cases   INV-1 refund_taken_back
            "
        ));
    }
}

#[test]
fn a_refund_shown_again_closes_its_case() {
    check_approved(
        "
        04:14 payctl  refund send 1 --by rina => clean
        04:20 gateway INV-1 settlement
        04:21 once    check-all --fix => clean
        04:22 payctl  check-all --fix => attention
        04:23 gateway INV-1 refund
        04:24 payctl  check-all --fix => clean
        04:24 cases   INV-1 none
        04:24 refunds INV-1 done person 25000
        ",
    );
}

#[test]
fn two_answers_within_a_minute_take_nothing_back() {
    check_approved(
        "
        04:14 payctl  refund send 1 --by rina => clean
        04:20 gateway INV-1 settlement
        04:21 once    check-all --fix => clean
        04:21 payctl  check-all --fix => clean
        04:21 cases   INV-1 none
        04:23 gateway INV-1 refund
        04:24 payctl  check-all --fix => clean
        04:25 gateway INV-1 settlement
        04:26 once    check-all --fix => clean
        04:26 cases   INV-1 none
        ",
    );
}

#[test]
fn a_reduced_refund_total_leaves_the_rest_due() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement
        04:11 payctl  check-all --fix => clean
        04:12 gateway INV-1 partial_refund refunded 20000
        04:13 payctl  check-all --fix => clean
        04:14 gateway INV-1 partial_refund refunded 5000
        04:15 once    check-all --fix => clean
        04:16 payctl  check-all --fix => attention
        04:17 payctl  case resolve 1 --refund --by rina --reason bounced => attention
        04:17 refunds INV-1 external gateway 5000 due person 15000
        04:18 payctl  refund reject 2 --by rina --reason keep => clean
        04:20 payctl  check-all --fix => clean
        04:20 look    INV-1 fulfilled
        04:20 cases   INV-1 none
        ",
    );
}

#[test]
fn a_dispute_that_was_won_counts_again() {
    check(
        "
        04:00 payctl  product set seat --price 12500 --capacity 3 --tickets => clean
        04:01 order   INV-1 until 05:00 as credit_card of seat x2
        04:10 gateway INV-1 settlement
        04:11 payctl  check-all --fix => clean
        04:20 gateway INV-1 chargeback
        04:21 payctl  check-all --fix => attention
        04:21 cases   INV-1 chargeback money_lost
        04:21 tickets INV-1 suspended suspended
        04:30 gateway INV-1 settlement
        04:31 once    check-all --fix => clean
        04:31 cases   INV-1 chargeback money_lost
        04:32 payctl  check-all --fix => clean
        04:32 cases   INV-1 none
        04:32 tickets INV-1 good good
        04:32 look    INV-1 fulfilled
        04:40 payctl  why INV-1 => clean
        04:40 says    P26
        ",
    );
}

#[test]
fn a_dispute_won_after_cancelling_is_owed_back() {
    check(
        "
        04:00 order   INV-1 until 05:00 as credit_card
        04:10 gateway INV-1 settlement
        04:11 payctl  check-all --fix => clean
        04:20 gateway INV-1 chargeback
        04:21 payctl  check-all --fix => attention
        04:22 payctl  order cancel INV-1 --reason fraud --yes => clean
        04:30 gateway INV-1 partial_chargeback refunded 10000
        04:31 once    check-all --fix => clean
        04:32 payctl  check-all --fix => attention
        04:32 refunds INV-1 due late 15000
        04:33 gateway INV-1 settlement
        04:34 once    check-all --fix => clean
        04:35 payctl  check-all --fix => attention
        04:35 refunds INV-1 due late 15000 due late 10000
        ",
    );
}

#[test]
fn a_chargeback_after_a_refund_is_too_much() {
    check(
        "
        04:00 order   INV-1 until 05:00 as credit_card
        04:10 gateway INV-1 settlement
        04:11 payctl  check-all --fix => clean
        04:12 gateway INV-1 partial_refund refunded 15000
        04:13 payctl  check-all --fix => clean
        04:14 gateway INV-1 chargeback
        04:15 payctl  check-all --fix => attention
        04:15 cases   INV-1 chargeback refunded_twice money_lost
        04:16 payctl  check-all --fix => clean
        ",
    );
}

#[test]
fn refunding_the_fee_is_not_too_much() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement fee 175
        04:11 payctl  check-all --fix => clean
        04:12 payctl  order cancel INV-1 --reason wish --yes => attention
        04:13 payctl  refund approve 1 --by rina => clean
        04:14 payctl  refund send 1 --by rina => clean
        04:15 payctl  check-all --fix => clean
        04:15 refunds INV-1 done person 25175
        04:15 cases   INV-1 none
        ",
    );
}

#[test]
fn more_money_lost_is_told_again() {
    check(
        r#"
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement
        04:11 payctl  check-all --fix => clean
        04:20 gateway INV-1 partial_chargeback refunded 12500
        04:21 payctl  check-all --fix => attention
        04:21 cases   INV-1 chargeback money_lost
        04:30 gateway INV-1 chargeback
        04:31 payctl  check-all --fix => attention
        04:31 says    "Rp 25,000 of Rp 25,000 so far"
        04:31 says    "Rp 0 of Rp 25,000 is left"
        04:31 cases   INV-1 chargeback money_lost
        04:32 payctl  case resolve 1 --accept --by rina --reason old => failed
        04:33 payctl  check-all --fix => clean
        "#,
    );
}

#[test]
fn a_part_paid_orders_new_money_is_told() {
    check(
        r#"
        04:00 payctl  order create --number INV-1 --total 25000 --expires-in 4h => clean
        04:01 payctl  approve INV-1 --amount 10000 --by rina --reason cash --bank-ref A1 --yes => attention
        04:01 cases   INV-1 underpaid
        04:02 payctl  approve INV-1 --amount 5000 --by rina --reason cash --bank-ref A2 --yes => attention
        04:02 cases   INV-1 underpaid
        04:03 payctl  case show 2 => clean
        04:03 says    "Rp 15,000 of Rp 25,000 is in"
        "#,
    );
}
