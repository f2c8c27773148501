use rusqlite::Connection;
use tempfile::tempdir;

use super::super::migrate::known;
use crate::store::Store;

/// A file as the first version of the program has left it, with one refund that was sent.
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
fn a_file_of_the_first_version_is_brought_up_and_asks_about_the_refunds_it_has_sent() {
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
    assert_eq!(version, known());
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
    assert_eq!(loss, 5_000, "what was taken as a loss before");
}
