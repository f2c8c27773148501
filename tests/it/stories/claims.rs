//! What messages say is paid, and which answers settle that.

use crate::story::check;

#[test]
fn a_message_about_a_try_that_nobody_knew_is_answered_by_that_try() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 pending as qris
        04:06 payctl  check-all --fix => clean
        04:10 gateway INV-1 expire as qris
        04:10 gateway INV-1 settlement try 2 as qris
        04:40 webhook INV-1 settlement try 2 => clean
        04:40 says    "2 fixed"
        04:40 look    INV-1 payment expired paid
        04:40 look    INV-1 fulfilled
        04:41 payctl  check-all --fix => clean
        04:41 look    INV-1 payment expired paid
        "#,
    );
}

#[test]
fn a_try_is_found_although_the_customer_has_gone_on_to_another() {
    check(
        "
        04:00 order   INV-1 until 05:00 as snap
        04:05 gateway INV-1 pending as bca_va
        04:06 payctl  check-all --fix => clean
        04:07 gateway INV-1 settlement try 2 as bni_va
        04:08 gateway INV-1 pending try 3 as qris
        04:10 webhook INV-1 settlement try 2 => clean
        04:10 look    INV-1 payment pending pending paid
        04:10 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn a_message_that_had_no_answer_is_asked_about_by_the_next_run() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 expire as qris
        04:34 payctl  check-all --fix => clean
        04:35 gateway INV-1 settlement try 2 as qris
        04:35 gateway INV-1 silent
        04:35 webhook INV-1 settlement try 2 => partial
        04:36 payctl  expire => clean
        04:36 says    "1 kept"
        04:37 payctl  why INV-1 => clean
        04:37 says    "another try at payment 1"
        04:40 gateway INV-1 healthy
        04:40 payctl  check-all --fix => clean
        04:40 look    INV-1 fulfilled
        "#,
    );
}

#[test]
fn a_try_that_its_gateway_does_not_know_keeps_no_order() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 pending as qris
        04:06 payctl  check-all --fix => clean
        04:07 webhook INV-1 settlement try 9 => clean
        04:10 look    INV-1 payment pending
        04:34 payctl  expire => clean
        04:34 look    INV-1 expired
        ",
    );
}
