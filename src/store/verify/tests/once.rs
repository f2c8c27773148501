//! What must not stand twice.

use super::check;
use crate::domain::invariant::Invariant;

#[test]
fn a_question_that_is_open_twice_is_found() {
    check(
        "DROP INDEX cases_open;
         INSERT INTO cases (kind, order_id, payment_id, subject, rule, facts, opened_at)
         SELECT kind, order_id, payment_id, subject, rule, facts, opened_at FROM cases
          WHERE kind = 'money_lost' AND order_id = (SELECT id FROM orders WHERE number = 'LOST')",
        &[Invariant::OpenCases],
        Some("LOST"),
        "2 cases money_lost are open about this order",
    );
}

#[test]
fn an_effect_that_was_done_twice_is_found() {
    check(
        &format!("{}{}", effect("one"), effect("two")),
        &[Invariant::Effects],
        Some("PAID"),
        "mail was done 2 times for the order",
    );
    check(
        &format!(
            "{}{}{}UPDATE effects SET status = 'cancelled' WHERE id = (SELECT max(id) FROM effects)",
            without_unique("effects"),
            effect("one"),
            effect("one")
        ),
        &[Invariant::Effects],
        Some("PAID"),
        "2 effects have the key one",
    );
}

#[test]
fn a_bank_reference_that_was_used_twice_is_found() {
    check(
        &format!(
            "{}UPDATE payments SET bank_reference = 'BCA-1' WHERE reference IN ('PAID', 'WAITING')",
            without_unique("payments")
        ),
        &[Invariant::BankReferences],
        Some("WAITING"),
        "2 payments have the bank reference BCA-1",
    );
    check(
        &format!(
            "{}UPDATE refunds SET bank_reference = 'BCA-1'",
            without_unique("refunds")
        ),
        &[Invariant::BankReferences],
        Some("SPARE"),
        "refunds have the bank reference BCA-1",
    );
}

#[test]
fn an_amount_that_two_who_wait_are_asked_for_is_found() {
    check(
        "DROP INDEX asked_amounts_open;
         INSERT INTO asked_amounts (order_id, price, amount, is_open, asked_at)
         SELECT id, 50000, 50001, 1, 1 FROM orders WHERE number IN ('BARE', 'PAID', 'WAITING')",
        &[Invariant::AskedAmounts],
        Some("WAITING"),
        "2 orders that wait are asked for 50001",
    );
}

/// The table as it is, without what the schema forbids to stand twice.
fn without_unique(table: &str) -> String {
    format!(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, ' UNIQUE', '') WHERE name = '{table}';
         DELETE FROM sqlite_schema WHERE tbl_name = '{table}' AND name LIKE 'sqlite_autoindex%';
         PRAGMA writable_schema = RESET;
         VACUUM;"
    )
}

fn effect(key: &str) -> String {
    format!(
        "INSERT INTO effects (key, order_id, occasion, hook, nth, kind, repeatable, status, created_at, moved_at)
         SELECT '{key}', id, 'paid', 'mail', 1, 'exec', 1, 'done', 1, 1 FROM orders WHERE number = 'PAID';"
    )
}
