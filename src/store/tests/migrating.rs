use rusqlite::Connection;
use tempfile::tempdir;

use super::super::engine::{MIGRATIONS, newest_schema};
use crate::store::Store;

/// A file as the first version of the program left it, with one refund that was sent.
const FIRST: &str = "
    INSERT INTO gateways (name) VALUES ('midtrans');
    INSERT INTO orders (id, number, status, total, created_at, expires_at, moved_at, session_token)
    VALUES (1, 'INV-1', 'fulfilled', 25000, 1, 2, 1, 'token');
    INSERT INTO payments (id, order_id, gateway, reference, origin, status, amount, payable, on_page, created_at,
        expires_at, moved_at, check_phase, check_step)
    VALUES (1, 1, 'midtrans', 'INV-1', 'shop', 'paid', 25000, 25000, 0, 1, 2, 7, 'money', 3),
        (2, 1, 'midtrans', 'INV-1B', 'shop', 'paid', 25000, 25000, 0, 1, 2, 7, 'money', 3);
    INSERT INTO refunds (id, order_id, payment_id, status, reason, amount, created_at, moved_at, sent_at, why)
    VALUES (1, 1, 2, 'unknown', 'double', 25000, 1, 5, 4, 'twice');
    UPDATE orders SET waived = 7000;
    INSERT INTO events (order_id, at, actor, what, rule, amount, why)
    VALUES (1, 3, 'operator:rina', 'note', 'O2b', 2000, 'waived: agreed'),
        (1, 4, 'operator:rina', 'note', 'O14', 5000, 'waived: goodwill');
    PRAGMA application_id = 1885436259;
    PRAGMA user_version = 1;
";

#[test]
fn migrating_the_first_version_queries_sent_refunds() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let sql = Connection::open(&path).unwrap();
    sql.execute_batch(include_str!("../../../sql/migrations/0001_schema.sql"))
        .unwrap();
    sql.execute_batch(FIRST).unwrap();

    drop(Store::open(&path).unwrap());
    drop(Store::open(&path).unwrap());

    let version: i64 = sql
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, newest_schema());
    let schedule = |payment: i64| -> (String, i64, Option<i64>) {
        let of = "SELECT check_phase, check_step, next_check_at FROM payments WHERE id = ?";
        sql.query_row(of, [payment], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap()
    };
    assert_eq!(schedule(1), ("money".to_owned(), 3, None));
    assert_eq!(schedule(2), ("refund".to_owned(), 0, Some(7)));
    let loss: i64 = sql
        .query_row("SELECT loss FROM orders", [], |row| row.get(0))
        .unwrap();
    assert_eq!(loss, 5_000, "waived as a loss before");
}

/// A file from before payctl stored who revoked access: revoked by a person on two products whose names begin alike,
/// and together with the order.
const REVOKED: &str = "
    INSERT INTO products (id, sku, name, price) VALUES (1, 'vpn', 'vpn', 1), (2, 'vpn-b', 'vpn', 1);
    INSERT INTO orders (id, number, status, total, created_at, expires_at, moved_at, session_token)
    VALUES (1, 'INV-1', 'fulfilled', 25000, 1, 2, 1, 'one'), (2, 'INV-2', 'cancelled', 25000, 1, 2, 1, 'two');
    INSERT INTO order_lines (id, order_id, product_id, quantity, unit_price, reservation)
    VALUES (1, 1, 1, 1, 1, 'sold'), (2, 1, 2, 1, 1, 'sold'), (3, 2, 1, 1, 1, 'returned');
    INSERT INTO grants (id, order_line_id, seconds, issued_at, starts_at, ends_at, revoked_at)
    VALUES (1, 1, 60, 1, 1, 60001, NULL), (2, 2, 60, 1, 1, 60001, 7), (3, 3, 60, 1, 1, 60001, 7);
    INSERT INTO events (order_id, at, actor, what, to_word, why)
    VALUES (1, 7, 'operator:rina', 'handed_out', 'revoked', 'access to vpn-b: shared'),
        (2, 7, 'operator:adi', 'handed_out', 'revoked', 'access to 1 product');
    PRAGMA application_id = 1885436259;
    PRAGMA user_version = 8;
";

#[test]
fn migrating_keeps_who_revoked_access() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let sql = Connection::open(&path).unwrap();
    for migration in MIGRATIONS.iter().take(8) {
        sql.execute_batch(migration).unwrap();
    }
    sql.execute_batch(REVOKED).unwrap();

    drop(Store::open(&path).unwrap());

    let mut rows = sql
        .prepare("SELECT revoked_by FROM grants ORDER BY id")
        .unwrap();
    let by: Vec<Option<String>> = rows
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(by, [None, Some("operator:rina".to_owned()), None]);
}

#[test]
fn migrating_registers_hooks_with_past_effects() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let sql = Connection::open(&path).unwrap();
    for migration in MIGRATIONS.iter().take(12) {
        sql.execute_batch(migration).unwrap();
    }
    sql.execute_batch(
        "INSERT INTO orders (id, number, status, total, created_at, expires_at, moved_at, session_token)
         VALUES (1, 'INV-1', 'fulfilled', 25000, 1, 2, 1, 'one');
         INSERT INTO effects (key, order_id, occasion, hook, nth, kind, repeatable, status, created_at, moved_at)
         VALUES ('a', 1, 'paid', 'vpn', 1, 'exec', 1, 'done', 1, 1), ('b', 1, 'paid', 'vpn', 2, 'exec', 1, 'done', 1, 1);
         PRAGMA application_id = 1885436259;
         PRAGMA user_version = 12;",
    )
    .unwrap();

    let store = Store::open(&path).unwrap();

    let known = store.read().known_hooks().unwrap();
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    assert_eq!(known, ["vpn"]);
}

/// Three payments that their gateway does not know. About the first a person was asked, about the second nobody, and
/// the third has not begun.
const UNKNOWN: &str = "
    INSERT INTO gateways (name) VALUES ('midtrans');
    INSERT INTO orders (id, number, status, total, created_at, expires_at, moved_at, session_token)
    VALUES (1, 'INV-1', 'fulfilled', 25000, 1, 2, 1, 'token');
    INSERT INTO payments (id, order_id, gateway, reference, origin, status, amount, payable, on_page, created_at,
        expires_at, moved_at, check_phase, check_step, received, last_meaning)
    VALUES (1, 1, 'midtrans', 'A', 'shop', 'paid', 1, 1, 0, 1, 2, 7, 'money', 3, 1, 'not_started|not found|-'),
        (2, 1, 'midtrans', 'B', 'shop', 'paid', 1, 1, 0, 1, 2, 7, 'money', 3, 1, 'not_started|not found|-'),
        (3, 1, 'midtrans', 'C', 'shop', 'created', 1, 1, 0, 1, 2, 7, 'open', 3, 0, 'not_started|not found|-');
    INSERT INTO cases (kind, order_id, payment_id, subject, rule, facts, opened_at)
    VALUES ('gateway_contradiction', 1, 1, 'payment', 'P13', 'it does not know it', 7);
    PRAGMA application_id = 1885436259;
    PRAGMA user_version = 35;
";

#[test]
fn migrating_asks_again_about_unasked_denials() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let sql = Connection::open(&path).unwrap();
    for migration in MIGRATIONS.iter().take(35) {
        sql.execute_batch(migration).unwrap();
    }
    sql.execute_batch(UNKNOWN).unwrap();

    drop(Store::open(&path).unwrap());

    let mut rows = sql
        .prepare("SELECT last_meaning FROM payments ORDER BY id")
        .unwrap();
    let meanings: Vec<String> = rows
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let known = "not_started|not found|-";
    assert_eq!(meanings, [known, "not_started|not found|-|unproven", known]);
}
