//! Everyday events.

use crate::story::check;

#[test]
fn a_lost_webhook_is_made_good() {
    check(
        r#"
        04:00 order   INV-1 until 05:00
        04:10 gateway INV-1 settlement
        04:12 payctl  check-all => attention
        04:12 says    "1 would fix"
        04:12 look    INV-1 pending
        04:15 payctl  check-all --fix => clean
        04:15 says    "1 fixed"
        04:15 look    INV-1 fulfilled
        04:15 look    INV-1 payment paid
        04:20 payctl  check-all --fix => clean
        04:20 says    "1 match"
        "#,
    );
}

#[test]
fn a_payment_at_pakasir_is_found_too() {
    check(
        "
        04:00 order   VPN-1 until 05:00 at pakasir as qris
        04:05 gateway VPN-1 pending
        04:05 payctl  check-all --fix => clean
        04:05 look    VPN-1 payment pending
        04:10 gateway VPN-1 completed
        04:15 payctl  check-all --fix => clean
        04:15 look    VPN-1 fulfilled
        ",
    );
}

#[test]
fn a_payment_that_waits_needs_no_attention() {
    check(
        r#"
        04:00 order   INV-1 until 05:00
        04:05 gateway INV-1 pending
        04:05 payctl  check-all => clean
        04:05 says    "1 newly pending; 1 asked"
        04:05 payctl  check-status INV-1 => clean
        04:05 look    INV-1 payment created
        04:06 order   INV-2 until 05:00
        04:06 gateway INV-2 settlement
        04:07 payctl  check-all => attention
        04:07 says    "1 newly pending, 1 would fix"
        04:07 says    "next: payctl check-all --fix"
        04:08 payctl  check-all --fix => clean
        04:08 look    INV-1 payment pending
        04:09 payctl  check-all => clean
        04:09 says    "2 match"
        "#,
    );
}

#[test]
fn a_check_names_a_case_that_is_open() {
    check(
        r#"
        04:00 order   INV-1 until 05:00
        04:05 gateway INV-1 settlement amount 15000
        04:05 payctl  check-all => attention
        04:05 says    "1 created → mismatch (case)"
        04:06 payctl  check-all --fix => attention
        04:06 says    "1 created → mismatch (case 1)"
        04:10 payctl  check-all => clean
        04:10 says    "1 mismatch (case 1)"
        04:10 payctl  check-status INV-1 => clean
        04:10 says    "1 mismatch (case 1)"
        "#,
    );
}

#[test]
fn one_order_is_checked_without_the_others() {
    check(
        r#"
        04:00 order   INV-1 until 05:00
        04:00 order   INV-2 until 05:00
        04:10 gateway INV-1 settlement
        04:10 gateway INV-2 settlement
        04:15 payctl  check-status INV-1 => attention
        04:15 says    "1 would fix"
        04:15 payctl  check-status INV-1 --fix => clean
        04:15 look    INV-1 fulfilled
        04:15 look    INV-2 pending
        04:15 payctl  check-status INV-9 => failed
        04:15 says    "no order is numbered INV-9"
        "#,
    );
}

#[test]
fn stock_is_held_until_it_is_sold() {
    check(
        "
        04:00 payctl  product set seat --price 12500 --capacity 3 => clean
        04:00 order   INV-1 until 05:00 of seat x2
        04:00 stock   seat 2 held 0 sold
        04:01 payctl  order create --number INV-2 --line seat:2 => failed
        04:10 gateway INV-1 settlement
        04:15 payctl  check-all --fix => clean
        04:15 stock   seat 0 held 2 sold
        04:15 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn a_pending_payment_waits_past_the_deadline() {
    check(
        "
        04:00 order   INV-1 until 04:30
        04:05 gateway INV-1 pending
        04:05 payctl  check-all --fix => clean
        04:05 look    INV-1 payment pending
        09:00 payctl  check-all --fix => clean
        09:00 look    INV-1 pending
        ",
    );
}

#[test]
fn an_unused_page_ends_after_its_deadline() {
    check(
        "
        04:00 order   INV-0 until 05:00
        04:00 gateway INV-0 settlement
        04:00 order   INV-1 until 05:00 as snap
        04:01 payctl  check-all --fix => clean
        04:01 look    INV-1 payment created
        28:02 payctl  check-all --fix => clean
        28:02 look    INV-1 payment created
        28:04 payctl  check-all --fix => clean
        28:04 look    INV-1 payment expired
        28:04 look    INV-1 pending
        ",
    );
}

#[test]
fn a_late_choice_on_an_expired_page_counts() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:05 gateway INV-1 expire
        04:05 payctl  check-all --fix => clean
        04:05 look    INV-1 payment expired
        04:10 gateway INV-1 pending
        04:10 payctl  check-all --fix => clean
        04:10 look    INV-1 payment pending
        ",
    );
}
