mod people;

use std::time::Duration;

use super::*;
use crate::domain::{Customer, ImportPayment, Rupiah};
use crate::store::NewOrder;
use crate::store::sql;
use crate::store::testing::{NOW, Shop, order};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const OLD: Duration = Duration::from_secs(90 * 24 * 60 * 60);

fn later() -> Instant {
    NOW.saturating_add(2 * OLD)
}

fn cutoff() -> Instant {
    later().saturating_sub(OLD)
}

fn tamper(shop: &Shop, sql: &str) {
    let second = shop.second_store();
    let result = second.read().connection().execute_batch(sql);
    result.unwrap_or_else(|error| panic!("{error} in {sql}"));
}

/// A shop with an order of Rina's that expired without money long ago. Its payment was queried twice and is not
/// queried any more. A newer order waits for its money.
fn shop() -> Shop {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, Some(10));
    let mut new = order("LAPSED", &[("seat", 2)]);
    new.payment = Some(ImportPayment::at("midtrans".parse().unwrap()));
    new.customer = Customer {
        name: Some("Rina".to_owned()),
        email: Some("Rina@example.com".to_owned()),
        phone: None,
    };
    shop.place(&new).unwrap();
    let at = NOW.as_millis();
    tamper(
        &shop,
        &format!(
            "UPDATE products SET held = 0;
             UPDATE order_lines SET reservation = 'released';
             UPDATE orders SET status = 'expired', moved_at = {at};
             UPDATE payments SET status = 'expired', next_check_at = NULL, last_answered_at = {at} + 10000000, version = 2;
             INSERT INTO events (order_id, payment_id, at, actor, what, from_word, to_word, rule, why) VALUES
                 (1, 1, {at}, 'gateway:midtrans', 'payment', 'created', 'expired', 'P8', 'x'),
                 (1, NULL, {at}, 'deadline', 'order', 'pending', 'expired', 'O3', 'x');
             INSERT INTO observations (payment_id, asked_at, written_at, meaning) VALUES
                 (1, {at}, {at}, 'pending||-'), (1, {at}, {at}, 'expired||-');
             INSERT INTO cases (kind, order_id, payment_id, subject, rule, facts, opened_at, resolved_at, resolution)
             VALUES ('challenged', 1, 1, 'payment', 'P5', 'x', {at}, {at}, 'settled');
             INSERT INTO effects (key, order_id, occasion, hook, nth, kind, repeatable, status, created_at, moved_at)
             VALUES ('k', 1, 'expired', 'mail', 1, 'mail', 1, 'done', {at}, {at});
             INSERT INTO asked_amounts (order_id, price, amount, is_open, asked_at) VALUES (1, 100000, 100001, 1, {at});
             INSERT INTO notifications (gateway, payment_id, received_at, digest, verdict, body)
             VALUES ('midtrans', 1, {at}, 'd', 'verified', '')"
        ),
    );
    let newest = NewOrder {
        total: Some(Rupiah::from_db(500)),
        ..order("NEWEST", &[])
    };
    shop.place(&newest).unwrap();
    shop
}

fn found(shop: &Shop, cursor: TableCursor) -> Vec<i64> {
    let reader = shop.store.read();
    reader.category(cursor, cutoff(), i64::MIN).unwrap()
}

fn sweep_all(shop: &mut Shop) -> CleanupCounts {
    let mut all = CleanupCounts::new();
    for cursor in TableCursor::ALL.iter().copied() {
        let ids = found(shop, cursor);
        let mut left = ids.as_slice();
        while !left.is_empty() {
            let (swept, dealt_with) = shop
                .store
                .cursor(&shop.permit, cursor, cutoff(), left, later())
                .unwrap();
            assert!(dealt_with > 0);
            for (category, rows) in swept {
                count(&mut all, category, rows);
            }
            left = &left[dealt_with..];
        }
    }
    all.retain(|_, rows| *rows > 0);
    all
}

fn weigh_all(shop: &Shop) -> CleanupCounts {
    let mut all = CleanupCounts::new();
    for cursor in TableCursor::ALL.iter().copied() {
        let ids = found(shop, cursor);
        let weighed = shop.store.read().weigh(cursor, cutoff(), &ids).unwrap();
        for (category, rows) in weighed {
            count(&mut all, category, rows);
        }
    }
    all.retain(|_, rows| *rows > 0);
    all
}

#[test]
fn an_unpaid_expired_order_is_deleted_whole() {
    let mut shop = shop();
    let weighed = weigh_all(&shop);
    let swept = sweep_all(&mut shop);
    let counts: Vec<(&str, u64)> = swept
        .iter()
        .map(|(category, rows)| (category.word(), *rows))
        .collect();
    let wanted = [
        ("observations", 2),
        ("notifications", 1),
        ("orders", 1),
        ("order_lines", 1),
        ("payments", 1),
        ("effects", 1),
        ("cases", 1),
        ("events", 3),
        ("asked_amounts", 1),
        ("customers", 1),
    ];
    assert_eq!(counts, wanted);
    assert_eq!(weighed, swept);
    for table in ["orders", "payments", "events", "observations", "cases"] {
        // The newest order with its event, and an event about the product.
        let rows = match table {
            "events" => 2,
            "orders" => 1,
            _ => 0,
        };
        assert_eq!(shop.count(table), rows, "{table}");
    }
    shop.check_counters();
    assert!(shop.store.read().verify().unwrap().breaches.is_empty());
    assert_eq!(sweep_all(&mut shop), CleanupCounts::new());
}

/// Checks that the order stays while this row refers to it.
#[track_caller]
fn check_stays(sql: &str) {
    let shop = shop();
    assert_eq!(found(&shop, TableCursor::Orders), [1]);
    tamper(&shop, sql);
    assert_eq!(found(&shop, TableCursor::Orders), [0; 0], "{sql}");
    // It stays even if it was listed before.
    let (swept, dealt_with) = shop
        .store
        .cursor(&shop.permit, TableCursor::Orders, cutoff(), &[1], later())
        .unwrap();
    assert_eq!((swept.len(), dealt_with), (0, 1), "{sql}");
    assert_eq!(shop.count("orders"), 2);
}

#[test]
fn money_or_an_open_case_keeps_the_order() {
    for status in ["pending", "paid", "fulfilled", "cancelled", "refunded"] {
        check_stays(&format!("UPDATE orders SET status = '{status}'"));
    }
    for status in [
        "created",
        "pending",
        "challenged",
        "paid",
        "mismatch",
        "reversed",
    ] {
        check_stays(&format!("UPDATE payments SET status = '{status}'"));
    }
    let young = cutoff().as_millis();
    for sql in [
        "UPDATE payments SET received = 1",
        "UPDATE payments SET refunded = 1",
        "UPDATE payments SET charged_back = 1",
        "UPDATE payments SET next_check_at = 1",
        "UPDATE orders SET waived = 1",
        "UPDATE orders SET is_late = 1",
        "UPDATE order_lines SET reservation = 'held'",
        "UPDATE cases SET resolved_at = NULL",
        "UPDATE events SET amount = 1 WHERE what = 'payment'",
        "INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why)
         VALUES (1, 1, 'rejected', 'late', 1, 1, 1, 'x')",
        "UPDATE notifications SET claims_money = 1",
    ] {
        check_stays(sql);
    }
    check_stays(&format!("UPDATE orders SET moved_at = {young}"));
    check_stays(&format!("UPDATE notifications SET received_at = {young}"));
    for status in ["queued", "running", "waiting", "dead", "uncertain"] {
        check_stays(&format!("UPDATE effects SET status = '{status}'"));
    }
}

#[test]
fn a_gateways_last_answer_is_kept() {
    let shop = shop();
    assert_eq!(found(&shop, TableCursor::Observations), [1]);
    tamper(&shop, "UPDATE cases SET resolved_at = NULL");
    assert_eq!(found(&shop, TableCursor::Observations), [0; 0]);
    tamper(
        &shop,
        &format!(
            "UPDATE cases SET resolved_at = 1; UPDATE observations SET written_at = {}",
            cutoff().as_millis()
        ),
    );
    assert_eq!(found(&shop, TableCursor::Observations), [0; 0]);
}

#[test]
fn the_last_run_of_every_job_is_kept() {
    let shop = shop();
    tamper(
        &shop,
        "INSERT INTO runs (job, started_at, host, pid, program) VALUES
             ('check-all', 1, 'till', 1, 'x'), ('expire', 2, 'till', 1, 'x'), ('check-all', 3, 'till', 1, 'x')",
    );
    assert_eq!(found(&shop, TableCursor::Runs), [1]);
}

#[test]
fn an_unanswered_money_notification_is_kept() {
    let shop = shop();
    assert_eq!(found(&shop, TableCursor::Notifications), [1]);
    tamper(&shop, "UPDATE notifications SET claims_money = 1");
    assert_eq!(found(&shop, TableCursor::Notifications), [0; 0]);
    tamper(&shop, "UPDATE notifications SET answered_at = 1");
    assert_eq!(found(&shop, TableCursor::Notifications), [1]);
}

/// Orders that are deleted one by one fill several transactions, none of them much longer than 1,000 rows.
#[test]
fn many_rows_are_deleted_in_short_transactions() {
    let mut shop = shop();
    tamper(
        &shop,
        &format!(
            "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 900)
             INSERT INTO orders (number, status, total, created_at, expires_at, moved_at, session_token)
             SELECT 'L-' || n, 'expired', 1, 1, 1, {}, n FROM counted;
             INSERT INTO events (order_id, at, actor, what, to_word, rule, why)
             SELECT id, 1, 'x', 'order', 'expired', 'O7', 'x' FROM orders WHERE id > 2;
             INSERT INTO orders (number, status, total, created_at, expires_at, moved_at, session_token)
             VALUES ('LAST', 'expired', 1, 1, 1, 1, 'last')",
            NOW.saturating_add(DAY).as_millis()
        ),
    );
    let ids = found(&shop, TableCursor::Orders);
    assert_eq!(ids.len(), 901);
    let (swept, dealt_with) = shop
        .store
        .cursor(&shop.permit, TableCursor::Orders, cutoff(), &ids, later())
        .unwrap();
    let rows: u64 = swept.values().sum();
    assert!((1_000..1_010).contains(&rows), "{rows}");
    assert!(dealt_with < 901);
    sweep_all(&mut shop);
    assert_eq!(shop.count("orders"), 2, "a pending one, and the newest");
}

#[test]
fn an_order_id_is_never_reused() {
    let mut shop = shop();
    tamper(
        &shop,
        "UPDATE orders SET status = 'expired', moved_at = 1; DELETE FROM effects",
    );
    sweep_all(&mut shop);
    assert_eq!(shop.details("NEWEST").dossier.order.id.0, 2);
    assert_eq!(shop.count("orders"), 1);
    let new = NewOrder {
        total: Some(Rupiah::from_db(500)),
        ..order("NEW", &[])
    };
    shop.place(&new).unwrap();
    assert_eq!(shop.details("NEW").dossier.order.id.0, 3);
}

#[test]
fn freed_space_returns_unless_a_reader_needs_it() {
    let shop = shop();
    tamper(
        &shop,
        "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 5000)
         INSERT INTO observations (payment_id, asked_at, written_at, meaning, body)
         SELECT 1, 1, 1, n, 'a body of some length, so that there are pages to give back ' || n FROM counted",
    );
    shop.store.compact(&shop.permit, || true).unwrap();
    let full = shop.bytes().len();
    tamper(&shop, "DELETE FROM observations");

    let second = shop.second_store();
    let reading = second.read().snapshot().unwrap();
    let rows: i64 = second
        .read()
        .connection()
        .query_row("SELECT count(*) FROM orders", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 2);
    let freed = shop.store.compact(&shop.permit, || true).unwrap();
    assert!(freed > 100_000, "{freed}");
    drop(reading);
    assert_eq!(shop.store.compact(&shop.permit, || true).unwrap(), 0);
    assert!(shop.bytes().len() + 100_000 < full);
    assert_eq!(shop.store.compact(&shop.permit, || false).unwrap(), 0);
}

/// The statement that deletes a row must find the rows that refer to it without a full table scan.
#[test]
fn deleting_an_order_reads_no_others() {
    let shop = shop();
    let connection = shop.store.read().connection();
    let plan = |query: &str| -> Vec<String> {
        let mut statement = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {query}"))
            .unwrap();
        for index in 1..=statement.parameter_count() {
            statement.raw_bind_parameter(index, 1).unwrap();
        }
        let mut rows = statement.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get(3).unwrap());
        }
        steps
    };
    for query in [
        sql!("lapse_observations"),
        sql!("lapse_notifications"),
        sql!("lapse_effects"),
        sql!("lapse_cases"),
        sql!("lapse_events"),
        sql!("lapse_payments"),
        sql!("lapse_order_lines"),
        sql!("lapse_order"),
        sql!("lapsed_size"),
        sql!("cleanup_observations"),
        sql!("cleanup_notifications"),
        sql!("cleanup_runs"),
        sql!("cleanup_orders"),
        sql!("cleanup_customers"),
        sql!("forget_effect_errors"),
        sql!("forget_case_facts"),
        sql!("said_by_hooks"),
    ] {
        let steps = plan(query);
        let scans = |step: &&String| step.starts_with("SCAN ") && *step != "SCAN CONSTANT ROW";
        assert_eq!(steps.iter().find(scans), None, "{steps:#?}");
    }
    // Every table that refers to payments or orders has an index for it; the engine uses it to check foreign keys.
    let unindexed: Vec<String> = connection
        .prepare(
            "SELECT tables.name || '.' || keys.\"from\"
               FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS keys
              WHERE tables.type = 'table' AND keys.\"table\" IN ('payments', 'orders', 'order_lines')
                AND NOT EXISTS (
                    SELECT 1 FROM pragma_index_list(tables.name) AS indexes, pragma_index_info(indexes.name) AS columns
                     WHERE columns.seqno = 0 AND columns.name = keys.\"from\")",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(unindexed, [""; 0]);
}
