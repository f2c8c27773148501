//! Answers that decide nothing, and answers that need a person.

use crate::story::check;

#[test]
fn a_wrong_amount_asks_a_person_once() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 gateway INV-1 settlement amount 24999
        04:15 payctl  check-all --fix => attention
        04:15 look    INV-1 pending
        04:15 look    INV-1 payment mismatch
        04:15 cases   INV-1 amount_mismatch
        04:20 payctl  check-all --fix => clean
        04:20 cases   INV-1 amount_mismatch
        ",
    );
}

#[test]
fn a_corrected_amount_pays_the_order() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 gateway INV-1 settlement amount 2500
        04:15 payctl  check-all --fix => attention
        04:20 gateway INV-1 settlement amount 25000
        04:25 payctl  check-all --fix => clean
        04:25 look    INV-1 fulfilled
        04:25 cases   INV-1 none
        ",
    );
}

#[test]
fn an_unknown_status_moves_nothing_until_recognised() {
    check(
        r#"
        04:00 order   INV-1 until 05:00
        04:10 gateway INV-1 partial_moon
        04:15 payctl  check-all --fix => attention
        04:15 says    "partial_moon"
        04:15 look    INV-1 pending
        04:15 cases   INV-1 unknown_status
        04:20 payctl  check-all --fix => clean
        04:25 gateway INV-1 settlement
        04:25 payctl  check-all --fix => clean
        04:25 look    INV-1 fulfilled
        04:25 cases   INV-1 none
        "#,
    );
}

#[test]
fn a_challenged_card_is_paid_once_settled() {
    check(
        "
        04:00 order   INV-1 until 05:00 as credit_card
        04:10 gateway INV-1 capture fraud challenge
        04:15 payctl  check-all --fix => attention
        04:15 look    INV-1 payment challenged
        04:15 cases   INV-1 challenged
        04:20 payctl  check-all --fix => clean
        04:25 gateway INV-1 settlement fraud accept
        04:25 payctl  check-all --fix => clean
        04:25 look    INV-1 fulfilled
        04:25 cases   INV-1 none
        ",
    );
}

#[test]
fn lower_words_do_not_unpay_a_paid_order() {
    for word in ["pending", "expire", "cancel", "deny", "failure"] {
        check(&format!(
            "
            04:00 order   INV-1 until 05:00 as qris
            04:10 gateway INV-1 settlement
            04:15 payctl  check-all --fix => clean
            04:20 gateway INV-1 {word}
            04:20 payctl  check-all --fix => attention
            04:20 look    INV-1 fulfilled
            04:20 look    INV-1 payment paid
            04:20 cases   INV-1 gateway_contradiction
            04:30 payctl  check-all --fix => clean
            04:30 look    INV-1 payment paid
            04:40 gateway INV-1 settlement
            04:40 payctl  check-all --fix => clean
            04:40 cases   INV-1 none
            "
        ));
    }
}

#[test]
fn two_denials_make_money_lost() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --capacity 3 --tickets => clean
        04:00 order   INV-1 until 05:00 as permata_va of seat x1
        04:10 gateway INV-1 settlement as permata_va
        04:10 payctl  check-all --fix => clean
        04:10 look    INV-1 fulfilled
        04:13 gateway INV-1 deny
        04:13 payctl  check-all --fix => attention
        04:13 look    INV-1 payment paid
        04:13 cases   INV-1 gateway_contradiction
        04:13:59 payctl check-all --fix => clean
        04:13:59 look INV-1 payment paid
        04:14 payctl  check-all --fix => attention
        04:14 look    INV-1 payment reversed
        04:14 look    INV-1 fulfilled
        04:14 cases   INV-1 money_lost
        04:20 payctl  check-all --fix => clean
        ",
    );
}

#[test]
fn money_returning_after_a_reversal_counts_again() {
    check(
        "
        04:00 order   INV-1 until 05:00 as permata_va
        04:10 gateway INV-1 settlement as permata_va
        04:10 payctl  check-all --fix => clean
        04:13 gateway INV-1 deny
        04:13 payctl  check-all --fix => attention
        04:15 payctl  check-all --fix => attention
        04:15 look    INV-1 payment reversed
        04:20 gateway INV-1 settlement
        04:20 payctl  check-all --fix => clean
        04:20 look    INV-1 payment paid
        04:20 cases   INV-1 none
        ",
    );
}

#[test]
fn a_payment_forgotten_by_the_gateway_is_kept() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:05 gateway INV-1 pending
        04:05 payctl  check-all --fix => clean
        04:10 gateway INV-1 forgets
        04:10 payctl  check-all --fix => attention
        04:10 look    INV-1 payment pending
        04:10 cases   INV-1 forgotten_by_gateway
        04:15 payctl  check-all --fix => clean
        04:20 gateway INV-1 settlement
        04:20 payctl  check-all --fix => clean
        04:20 look    INV-1 fulfilled
        04:20 cases   INV-1 none
        ",
    );
}

#[test]
fn a_silent_gateway_delays_and_does_not_decide() {
    check(
        r#"
        04:00 order   INV-1 until 04:30
        04:05 gateway INV-1 pending
        04:05 payctl  check-all --fix => clean
        04:10 gateway INV-1 silent
        09:00 payctl  check-all --fix => partial
        09:00 says    "1 unchecked"
        09:00 look    INV-1 pending
        09:00 look    INV-1 payment pending
        09:05 gateway INV-1 healthy
        09:05 gateway INV-1 settlement
        09:05 payctl  check-all --fix => clean
        09:05 look    INV-1 fulfilled
        "#,
    );
}
