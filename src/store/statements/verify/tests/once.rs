//! Duplicates that must not exist.

use super::check;
use crate::domain::Invariant;

#[test]
fn a_case_opened_twice_is_found() {
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
fn an_effect_done_twice_is_found() {
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

/// Two transfers of these references that share one key.
fn transfers(direction: &str, one: &str, other: &str) -> String {
    format!(
        "INSERT INTO bank_transfers (id, direction, reference, reference_key)
         VALUES (1, '{direction}', '{one}', 'bca-1'), (2, '{direction}', '{other}', 'bca-1');"
    )
}

#[test]
fn a_transfer_booked_twice_is_found() {
    let drop = "DROP INDEX bank_transfers_by_key;";
    check(
        &format!(
            "{drop}{}UPDATE payments SET transfer_id = 1 WHERE reference = 'PAID';
             UPDATE payments SET transfer_id = 2 WHERE reference = 'WAITING'",
            transfers("in", "BCA-1", "bca-1")
        ),
        &[Invariant::BankReferences],
        Some("WAITING"),
        "2 payments have the bank reference bca-1",
    );
    check(
        &format!(
            "{drop}{}UPDATE refunds SET transfer_id = 1 + id % 2",
            transfers("out", "OUT-1", "out-1")
        ),
        &[Invariant::BankReferences],
        Some("SPARE"),
        "refunds have the bank reference out-1",
    );
    check(
        "INSERT INTO bank_transfers (id, direction, reference, reference_key) VALUES (1, 'out', 'OUT-1', 'out-1');
         UPDATE refunds SET transfer_id = 1",
        &[Invariant::BankReferences],
        Some("SPARE"),
        "refunds have the bank reference OUT-1",
    );
}

#[test]
fn an_old_duplicate_reference_is_found() {
    let same = format!(
        "{}UPDATE payments SET transfer_id = 1 WHERE reference = 'PAID';
         UPDATE payments SET transfer_id = 2 WHERE reference = 'WAITING';",
        transfers("in", "BCA-1", "bca-1").replace(
            "'bca-1');",
            "NULL);
         UPDATE bank_transfers SET reference_key = 'bca-1', same_as = 1 WHERE id = 2;"
        )
    );
    check(
        &same,
        &[Invariant::BankReferences],
        Some("WAITING"),
        "the bank reference bca-1 was used before, as BCA-1",
    );
    for end in [
        "UPDATE bank_transfers SET told_apart = 1 WHERE id = 2",
        "UPDATE payments SET transfer_id = NULL WHERE reference = 'PAID'",
        "UPDATE payments SET transfer_id = NULL WHERE reference = 'WAITING'",
    ] {
        let shop = super::shop();
        shop.corrupt(&format!("{same}{end}"));
        let verified = shop.second_store().read().verify().unwrap();
        assert!(verified.breaches.is_empty(), "{:#?}", verified.breaches);
    }
}

#[test]
fn a_unique_amount_requested_twice_is_found() {
    check(
        "DROP INDEX asked_amounts_open;
         INSERT INTO asked_amounts (order_id, price, amount, is_open, asked_at)
         SELECT id, 50000, 50001, 1, 1 FROM orders WHERE number IN ('BARE', 'PAID', 'WAITING')",
        &[Invariant::AskedAmounts],
        Some("WAITING"),
        "2 pending orders are asked for 50001",
    );
}

/// The table without its unique constraints.
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
