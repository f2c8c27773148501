//! Decisions of people: approvals, refunds, extensions.

use crate::story::check;

#[test]
fn an_approval_books_money_past_the_gateway() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 payctl  approve INV-1 --by rina --reason till --yes --dry-run => clean
        04:10 says    would_approve
        04:10 look    INV-1 pending
        04:11 payctl  approve INV-1 --by rina --reason till --yes => clean
        04:11 look    INV-1 fulfilled
        04:11 look    INV-1 payment created paid
        04:12 payctl  approve INV-1 --by rina --reason till --yes => failed
        04:12 says    no money is missing
        04:13 payctl  verify => clean
        ",
    );
}

#[test]
fn an_approval_needs_confirmation_and_a_reason() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 payctl  approve INV-1 --by rina --reason till => usage
        04:10 says    pass --yes to confirm
        04:10 payctl  approve --by rina --reason till --yes => usage
        04:10 says    name the orders
        04:10 payctl  approve --product seat --by rina --reason till --yes => usage
        04:10 payctl  approve INV-1 --by rina --yes => usage
        04:10 says    --reason
        04:10 payctl  approve INV-1 INV-2 --by rina --reason till --amount 5.000 --yes => usage
        04:10 look    INV-1 pending
        ",
    );
}

#[test]
fn one_refused_approval_stops_no_other() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:00 order   INV-2 until 05:00
        04:10 payctl  approve INV-1 INV-9 INV-2 --by rina --reason till --yes => failed
        04:10 says    2 approved, 1 refused; Rp 50,000 in total
        04:10 look    INV-1 fulfilled
        04:10 look    INV-2 fulfilled
        ",
    );
}

#[test]
fn a_withdrawn_transfer_can_be_booked_again() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:00 order   INV-2 until 05:00
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:11 payctl  approve INV-2 --by rina --reason bank --bank-ref FT1 --yes => failed
        04:11 says    FT1 was already booked, as payment 3 of INV-1
        04:12 payctl  approve --withdraw 3 --by rina --reason wrong --yes --dry-run => attention
        04:12 look    INV-1 fulfilled
        04:12 payctl  approve --withdraw 3 --by rina --reason wrong --yes => attention
        04:12 look    INV-1 payment created reversed
        04:12 cases   INV-1 money_lost
        04:13 payctl  approve --withdraw 3 --by rina --reason wrong --yes => failed
        04:13 payctl  approve --withdraw 1 --by rina --reason wrong --yes => failed
        04:13 says    was made at a gateway
        04:14 payctl  approve INV-2 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:14 look    INV-2 fulfilled
        ",
    );
}

#[test]
fn approved_and_paid_is_one_order_one_refund() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:11 gateway INV-1 settlement as qris
        04:12 payctl  check-all --fix => attention
        04:12 refunds INV-1 due double 25000
        04:12 cases   INV-1 double_payment
        04:20 payctl  refund done 1 --bank-ref OUT1 --by rina => failed
        04:20 says    refund approve 1
        04:21 payctl  refund approve 1 --by rina --dry-run => clean
        04:21 refunds INV-1 due double 25000
        04:21 payctl  refund approve 1 --by rina => clean
        04:21 payctl  refund approve 1 --by rina => failed
        04:22 payctl  refund done 1 --bank-ref OUT1 --by rina => clean
        04:22 refunds INV-1 done double 25000
        04:22 cases   INV-1 none
        04:22 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn money_already_sent_is_booked_after_a_withdrawal() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:11 payctl  approve INV-1 --by rina --reason bank --bank-ref FT2 --amount 25000 --yes => attention
        04:12 payctl  refund approve 1 --by rina => clean
        04:13 payctl  approve --withdraw 2 --by budi --reason wrong --yes => attention
        04:13 says    case money_lost
        04:13 cases   INV-1 double_payment money_lost
        04:13 refunds INV-1 approved double 25000
        04:14 payctl  refund done 1 --bank-ref OUT7 --by rina => clean
        04:14 refunds INV-1 done double 25000
        04:14 look    INV-1 refunded
        04:14 cases   INV-1 none
        ",
    );
}

#[test]
fn an_approved_refund_can_be_kept() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:11 payctl  approve INV-1 --by rina --reason bank --bank-ref FT2 --amount 25000 --yes => attention
        04:12 payctl  refund approve 1 --by rina => clean
        04:13 payctl  approve --withdraw 2 --by budi --reason wrong --yes => attention
        04:14 payctl  refund reject 1 --by rina --reason stopped => clean
        04:14 look    INV-1 fulfilled
        04:14 cases   INV-1 none
        ",
    );
}

#[test]
fn a_stopped_refund_may_have_been_sent() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:11 payctl  approve INV-1 --by rina --reason bank --bank-ref FT2 --amount 25000 --yes => attention
        04:13 payctl  approve --withdraw 2 --by budi --reason wrong --yes --dry-run => attention
        04:13 payctl  approve --withdraw 2 --by budi --reason wrong --yes => attention
        04:13 says    1 (Rp 25,000); do not send them
        04:13 refunds INV-1 rejected double 25000
        04:13 look    INV-1 fulfilled
        04:14 payctl  refund done 1 --bank-ref OUT7 --by rina --dry-run => clean
        04:14 payctl  refund done 1 --bank-ref OUT7 --by rina => clean
        04:14 refunds INV-1 done double 25000
        04:14 look    INV-1 refunded
        ",
    );
}

#[test]
fn money_sent_from_a_withdrawn_approval_is_lost() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:11 payctl  approve INV-1 --by rina --reason bank --bank-ref FT2 --amount 25000 --yes => attention
        04:12 payctl  refund approve 1 --by rina => clean
        04:13 payctl  approve --withdraw 3 --by budi --reason wrong --yes => attention
        04:13 says    1 (Rp 25,000); do not send them
        04:14 payctl  refund done 1 --bank-ref OUT7 --by rina => attention
        04:14 says    Rp 25,000 of it was no longer available and is written off
        04:14 refunds INV-1 done double 25000
        04:14 look    INV-1 fulfilled
        04:15 payctl  approve --withdraw 2 --by budi --reason wrong --yes => attention
        04:15 cases   INV-1 money_lost
        ",
    );
}

#[test]
fn gateway_and_manual_refunds_both_count() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:11 gateway INV-1 settlement as qris
        04:12 payctl  check-all --fix => attention
        04:21 payctl  refund approve 1 --by rina => clean
        04:22 payctl  refund done 1 --bank-ref OUT1 --by rina => clean
        04:30 gateway INV-1 refund as qris refunded 25000
        04:31 payctl  check-all --fix => attention
        04:31 refunds INV-1 done double 25000 external gateway 25000
        04:31 cases   INV-1 refunded_twice
        04:31 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn a_rejected_refund_is_not_owed_again() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 payctl  approve INV-1 --by rina --reason bank --yes => clean
        04:11 gateway INV-1 settlement as qris
        04:12 payctl  check-all --fix => attention
        04:13 payctl  refund reject 1 --reason agreed --by rina => clean
        04:13 refunds INV-1 rejected double 25000
        04:40 payctl  check-all --fix => clean
        04:40 refunds INV-1 rejected double 25000
        04:41 payctl  refund list => clean
        04:41 says    0 refunds
        04:41 payctl  refund list --all --order INV-1 => clean
        04:41 says    1 refund, Rp 25,000 in total
        ",
    );
}

#[test]
fn an_approval_revives_only_with_free_stock() {
    check(
        r#"
        04:00 payctl  product set seat --price 12500 --capacity 3 --late refund => clean
        04:00 import  {"number":"INV-1","created_at":"2026-03-02T03:00:00Z","expires_at":"2026-03-02T03:30:00Z","lines":[{"sku":"seat","quantity":2}],"payments":[{"gateway":"midtrans","method":"qris","status":"expired"}]}
        04:01 order   INV-2 until 05:00 of seat x2
        04:02 payctl  approve INV-1 --by rina --reason bank --yes => failed
        04:02 says    seat: 2 needed, 1 left
        04:03 payctl  product set seat --capacity 4 => clean
        04:04 payctl  approve INV-1 --by rina --reason bank --yes => clean
        04:04 look    INV-1 fulfilled
        04:04 look    INV-1 late
        04:04 stock   seat 2 held 2 sold
        "#,
    );
}

#[test]
fn every_refusal_names_the_next_command() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:01 gateway INV-1 silent
        04:02 payctl  order cancel INV-1 --reason twice => partial
        04:02 says    payctl order cancel INV-1 --unproven
        04:03 payctl  order cancel INV-1 --reason twice --unproven => clean
        04:04 payctl  order cancel INV-1 --reason twice => failed
        04:04 says    payctl order show INV-1
        04:05 payctl  approve INV-1 --reason bank --yes => failed
        04:05 says    payctl order create
        04:06 payctl  order create --number INV-2 --total 25000 => clean
        04:07 payctl  approve INV-2 --reason bank --amount 0 --yes => failed
        04:07 says    leave out --amount
        04:08 payctl  approve INV-2 --reason bank --yes => clean
        04:09 payctl  approve INV-2 --reason bank --yes => failed
        04:09 says    payctl order show
        ",
    );
}

#[test]
fn an_order_can_wait_longer() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:30 payctl  order extend INV-1 --by 30m --dry-run => clean
        05:04 payctl  order extend INV-1 --by 30m => clean
        05:10 payctl  expire => clean
        05:10 look    INV-1 pending
        05:10 gateway INV-1 expire
        05:40 payctl  expire => clean
        05:40 look    INV-1 expired
        05:41 payctl  order extend INV-1 --by 30m => failed
        05:41 says    create a new order
        ",
    );
}

#[test]
fn an_unproven_end_owes_back_received_money() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 payctl  approve INV-1 --amount 10000 --by rina --reason till --yes => attention
        04:10 cases   INV-1 underpaid
        04:11 payctl  order cancel INV-1 --reason gave-up --unproven --dry-run => attention
        04:11 look    INV-1 pending
        04:12 payctl  order cancel INV-1 --reason gave-up --unproven => attention
        04:12 look    INV-1 cancelled
        04:12 refunds INV-1 due late 10000
        04:12 cases   INV-1 late_payment
        ",
    );
}

#[test]
fn a_rejected_refund_leaves_no_case() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 payctl  approve INV-1 --by rina --reason bank --yes => clean
        04:11 gateway INV-1 settlement as qris
        04:12 payctl  check-all --fix => attention
        04:12 cases   INV-1 double_payment
        04:13 payctl  refund reject 1 --reason tip --by rina => clean
        04:13 cases   INV-1 none
        04:40 payctl  check-all --fix => clean
        04:40 cases   INV-1 none
        ",
    );
}

#[test]
fn refunding_the_only_money_makes_it_refunded() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 payctl  approve INV-1 --by rina --reason bank --yes => clean
        04:11 payctl  approve --withdraw 2 --by rina --reason wrong --yes => attention
        04:12 gateway INV-1 settlement as qris
        04:13 payctl  check-all --fix => clean
        04:13 cases   INV-1 none
        04:20 gateway INV-1 refund as qris refunded 25000
        04:21 payctl  check-all --fix => clean
        04:21 look    INV-1 refunded
        04:21 cases   INV-1 none
        ",
    );
}

#[test]
fn a_chargeback_limits_the_refund() {
    let story = |back: &str, refund: &str| {
        check(&format!(
            "
            04:00 order   INV-1 until 05:00 as credit_card
            04:10 payctl  approve INV-1 --by rina --reason bank --yes => clean
            04:11 gateway INV-1 settlement as credit_card
            04:12 payctl  check-all --fix => attention
            04:12 refunds INV-1 due double 25000
            04:20 gateway INV-1 {back}
            04:21 payctl  check-all --fix => attention
            04:21 refunds INV-1 {refund}
            04:21 look    INV-1 fulfilled
            "
        ));
    };
    story("chargeback as credit_card", "rejected double 25000");
}

#[test]
fn the_events_say_why_it_was_cancelled() {
    for unproven in ["", "--unproven"] {
        check(&format!(
            "
            04:00 order   INV-1 until 05:00 as qris
            04:05 gateway INV-1 pending as qris
            04:10 payctl  order cancel INV-1 {unproven} --reason changed-their-mind => clean
            04:10 look    INV-1 cancelled
            04:11 payctl  why INV-1 => clean
            04:11 says    changed-their-mind
            "
        ));
    }
}

#[test]
fn extending_to_the_same_instant_changes_nothing() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:30 payctl  order extend INV-1 --until 2026-03-02T05:30:00Z --dry-run => clean
        04:30 says    would be extended
        04:30 payctl  order extend INV-1 --until 2026-03-02T05:30:00Z => clean
        04:31 payctl  order extend INV-1 --until 2026-03-02T05:30:00Z => clean
        04:31 says    already has this deadline
        04:32 payctl  order extend INV-1 --until 2026-03-02T05:10:00Z => failed
        04:32 says    deadline is already later
        04:33 payctl  order extend INV-1 --until 2026-03-02T04:10:00Z => failed
        04:34 payctl  order extend INV-1 => usage
        04:34 payctl  order extend INV-1 --by 30m --until 2026-03-02T06:00:00Z => usage
        04:35 payctl  order extend INV-1 --until 2028-03-02T04:10:00Z => failed
        04:35 says    an order can wait at most a year
        ",
    );
}
