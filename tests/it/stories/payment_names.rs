//! The names of a payment, each queried on its own: its reference, and the id of each try.

use crate::story::check;

#[test]
fn a_closed_try_hides_no_other_by_method() {
    for method in ["qris", "bca_va", "credit_card", "gopay"] {
        check(&format!(
            "
            04:00 order   INV-1 until 05:00 as {method}
            04:05 gateway INV-1 deny as {method}
            04:06 payctl  check-all --fix => clean
            04:06 look    INV-1 payment failed
            04:10 gateway INV-1 settlement try 2 as {method}
            04:15 payctl  check-all --fix => clean
            04:15 look    INV-1 payment failed paid
            04:15 look    INV-1 fulfilled
            "
        ));
    }
}

#[test]
fn a_late_closed_try_hides_no_other() {
    for word in ["deny", "cancel", "expire"] {
        check(&format!(
            "
            04:00 order   INV-1 until 04:30 as qris
            04:05 gateway INV-1 pending as qris
            04:06 payctl  check-all --fix => clean
            04:10 gateway INV-1 {word} as qris
            04:12 gateway INV-1 settlement try 2 as bca_va
            04:40 payctl  expire => clean
            04:40 look    INV-1 fulfilled
            "
        ));
    }
}

#[test]
fn a_cancel_queries_the_reference_first() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:05 gateway INV-1 expire as qris
        04:06 payctl  check-all --fix => clean
        04:10 gateway INV-1 settlement try 2 as qris
        04:15 payctl  order cancel INV-1 --reason twice --only-pending => clean
        04:15 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn a_waiting_new_try_is_closed_at_expiry() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 expire as qris
        04:06 payctl  check-all --fix => clean
        04:10 gateway INV-1 pending try 2 as bca_va
        04:40 payctl  expire => clean
        04:40 look    INV-1 expired
        04:40 look    INV-1 payment expired expired
        ",
    );
}

#[test]
fn an_unanswered_reference_keeps_its_order() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 expire as qris
        04:06 payctl  check-all --fix => clean
        04:10 gateway INV-1 lost_by_reference
        04:10 gateway INV-1 settlement try 2 as qris
        04:40 payctl  expire => partial
        04:40 says    "1 kept"
        04:40 look    INV-1 pending
        04:50 gateway INV-1 healthy
        04:50 payctl  expire => clean
        04:50 look    INV-1 fulfilled
        "#,
    );
}

const SLASH: &str = r#"
    04:00 import {"number":"INV-1","total":25000,"expires_at":"2026-03-02T04:30:00Z","payments":[{"gateway":"midtrans","reference":"INV/1","method":"qris"}]}
    04:01 gateway INV/1 lost_by_reference
"#;

#[test]
fn a_reference_with_a_slash_hides_no_try() {
    check(&format!(
        "{SLASH}
        04:05 gateway INV/1 settlement as qris
        04:10 webhook INV/1 settlement try 1 => partial
        04:10 look    INV-1 payment paid
        04:10 look    INV-1 fulfilled
        "
    ));
}

#[test]
fn a_reference_with_a_slash_proves_nothing() {
    check(&format!(
        r#"{SLASH}
        04:05 gateway INV/1 pending as qris
        04:06 webhook INV/1 settlement try 1 => partial
        04:06 look    INV-1 payment pending
        04:10 gateway INV/1 expire as qris
        04:40 payctl  expire => partial
        04:40 says    "1 kept"
        04:40 look    INV-1 pending
        "#
    ));
}

#[test]
fn a_watch_finds_the_next_try() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:05 gateway INV-1 deny as qris
        04:06 payctl  check-all --fix => clean
        04:10 gateway INV-1 settlement try 2 as qris
        04:15 payctl  watch INV-1 --interval 5s --timeout 5s => clean
        04:15 look    INV-1 fulfilled
        ",
    );
}
