//! Tickets and access: issued for money, suspended, restored and revoked.

use crate::story::check;

#[test]
fn each_units_ticket_admits_once() {
    check(
        "
        04:00 payctl  product set seat --price 12500 --capacity 3 --tickets => clean
        04:00 order   INV-1 until 05:00 as qris of seat x2
        04:00 tickets INV-1 none
        04:10 gateway INV-1 settlement
        04:11 payctl  check-all => attention
        04:11 tickets INV-1 none
        04:11 payctl  check-all --fix => clean
        04:11 tickets INV-1 good good
        04:11 payctl  why INV-1 => clean
        04:11 says    handing out is issued: 2 tickets
        04:20 redeem  INV-1 1 => clean
        04:20 tickets INV-1 redeemed good
        04:21 redeem  INV-1 1 => attention
        04:21 says    was already redeemed at 2026-03-02 04:20
        04:21 says    by rina
        04:22 payctl  ticket list --order INV-1 => clean
        04:22 says    2 tickets, 1 good, 1 redeemed
        04:22 payctl  ticket redeem 0000000000000000000000000Z --by gate => failed
        04:22 says    no ticket has the code
        04:30 payctl  order cancel INV-1 --reason rain --yes => attention
        04:30 tickets INV-1 redeemed revoked
        04:31 redeem  INV-1 2 => attention
        04:31 says    was revoked at 2026-03-02 04:30
        ",
    );
}

#[test]
fn missing_money_blocks_entry_until_restored() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --tickets --access 2h => clean
        04:00 order   INV-1 until 05:00 as credit_card of seat x1
        04:10 gateway INV-1 settlement
        04:15 payctl  check-all --fix => clean
        04:15 access  INV-1 running
        04:30 gateway INV-1 chargeback
        04:35 payctl  check-all --fix => attention
        04:35 tickets INV-1 suspended
        04:35 access  INV-1 suspended
        04:36 redeem  INV-1 1 => attention
        04:36 says    is suspended since
        04:36 payctl  access check --product seat --order INV-1 => attention
        04:36 says    INV-1 is no longer fully paid
        04:40 payctl  case resolve 2 --accept --by rina --reason loss => clean
        04:40 tickets INV-1 good
        04:40 access  INV-1 running
        04:41 redeem  INV-1 1 => clean
        ",
    );
}

#[test]
fn a_new_approval_restores_suspended_tickets() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --tickets => clean
        04:00 order   INV-1 until 05:00 of seat x1
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:10 tickets INV-1 good
        04:12 payctl  approve --withdraw 2 --by rina --reason wrong --yes => attention
        04:12 tickets INV-1 suspended
        04:14 payctl  approve INV-1 --by rina --reason bank --bank-ref FT2 --yes => clean
        04:14 tickets INV-1 good
        ",
    );
}

#[test]
fn a_full_refund_ends_tickets_and_access() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --tickets --access 2h => clean
        04:00 order   INV-1 until 05:00 as qris of seat x1
        04:10 gateway INV-1 settlement
        04:15 payctl  check-all --fix => clean
        04:20 gateway INV-1 refund refunded 25000
        04:25 payctl  check-all --fix => clean
        04:25 look    INV-1 refunded
        04:25 tickets INV-1 revoked
        04:25 access  INV-1 revoked
        04:26 payctl  access check --product seat --order INV-1 => attention
        ",
    );
}

#[test]
fn accepted_late_money_delivers_as_usual() {
    check(
        "
        04:00 payctl  product set seat --price 12500 --capacity 3 --tickets => clean
        04:00 order   INV-1 until 04:30 as qris of seat x2
        04:20 gateway INV-1 expire
        04:40 payctl  expire => clean
        04:40 look    INV-1 expired
        04:40 tickets INV-1 none
        05:45 gateway INV-1 settlement
        05:46 payctl  check-all --fix => clean
        05:46 look    INV-1 late
        05:46 tickets INV-1 good good
        ",
    );
}

#[test]
fn a_free_order_delivers_unless_imported() {
    check(
        r#"
        04:00 payctl  product set seat --price 12500 --tickets --access 2h => clean
        04:00 payctl  order create --number FREE --line seat:3 --total 0 => clean
        04:00 tickets FREE good good good
        04:00 access  FREE running
        04:00 import  {"number":"INV-2","lines":[{"sku":"seat","quantity":2}],"payments":[{"gateway":"midtrans","method":"qris","status":"paid"}]}
        04:00 look    INV-2 fulfilled
        04:00 tickets INV-2 none
        04:00 access  INV-2 none
        "#,
    );
}
