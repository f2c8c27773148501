mod history;
mod money;
mod once;
mod stock;
mod turns;
mod worth;

use std::time::Duration;

use super::*;
use crate::domain::{
    AccountEvidence, EffectKind, Hook, ImportPayment, ImportRecord, Instant, Observation,
    OrderNotes, PaymentStatus, Policy, ProductUpdate, Reported, RetryOnUnknown, Rupiah,
    StatusAnswer, Trigger,
};
use crate::store::ImportOutcome;
use crate::store::testing::{HOUR, NOW, Shop, order};

const POLICY: Policy = Policy {
    grace: Duration::from_secs(180),
};

fn minute(minutes: u64) -> Instant {
    NOW.saturating_add(Duration::from_secs(60 * minutes))
}

fn paid(amount: i64) -> Reported {
    Reported::Paid {
        amount: Rupiah::from_db(amount),
    }
}

fn refunded(total: i64) -> Reported {
    Reported::Refunded {
        paid: Rupiah::from_db(50_000),
        total: Rupiah::from_db(total),
    }
}

fn charged_back(total: i64) -> Reported {
    Reported::ChargedBack {
        paid: Rupiah::from_db(50_000),
        total: Rupiah::from_db(total),
    }
}

impl Shop {
    fn ordered(&mut self, number: &str, sku: &str) {
        let mut new = order(number, &[(sku, 1)]);
        new.payment = Some(ImportPayment::at("midtrans".parse().unwrap()));
        self.place(&new).unwrap();
    }

    fn hears(&mut self, number: &str, said: Reported, minutes: u64) {
        let mut dossier = self.details(number).dossier;
        let observed = StatusAnswer {
            payment: dossier.payments.remove(0),
            observation: Observation {
                raw_status: Some("word".to_owned()),
                ..Observation::from_status(said, minute(minutes))
            },
            account: AccountEvidence::Proven,
        };
        let booked = self
            .store
            .book(&self.permit, &[observed], &POLICY, minute(minutes))
            .unwrap();
        assert!(booked.iter().all(Result::is_ok), "{booked:?}");
    }

    fn corrupt(&self, text: &str) {
        let second = self.second_store();
        let connection = second.read().connection();
        connection
            .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            .unwrap();
        connection
            .execute_batch(text)
            .unwrap_or_else(|error| panic!("{error} in {text}"));
    }

    /// As `expire` leaves it.
    fn expired(&self, number: &str, rule: &str) {
        self.corrupt(&format!(
            "UPDATE products SET held = held - 1 WHERE sku = 'seat';
             UPDATE order_lines SET reservation = 'released'
              WHERE order_id = (SELECT id FROM orders WHERE number = '{number}');
             UPDATE orders SET status = 'expired', version = version + 1 WHERE number = '{number}';
             INSERT INTO events (order_id, at, actor, what, from_word, to_word, rule, why)
             SELECT id, 1, 'deadline', 'order', 'pending', 'expired', '{rule}', 'x' FROM orders
              WHERE number = '{number}'"
        ));
    }
}

fn imported(number: &str, status: PaymentStatus) -> ImportRecord {
    ImportRecord {
        number: number.parse().unwrap(),
        total: Some(Rupiah::from_db(50_000)),
        lines: order(number, &[("seat", 1)]).lines,
        customer: Default::default(),
        notes: OrderNotes::default(),
        created_at: None,
        expires_at: None,
        payments: vec![ImportPayment {
            status: Some(status),
            ..ImportPayment::at("pakasir".parse().unwrap())
        }],
    }
}

/// Tickets, access and effects, each in the middle of its life.
fn promises(shop: &mut Shop) {
    let gala = ProductUpdate {
        price: Some(Rupiah::from_db(50_000)),
        issues_tickets: Some(true),
        access: Some(Some(HOUR)),
        ..ProductUpdate::default()
    };
    shop.set("gala", &gala).unwrap();
    shop.ordered("GALA", "gala");
    shop.hears("GALA", paid(50_000), 5);
    shop.hears("GALA", charged_back(50_000), 6);
    shop.sell("vpn", 0, None);
    let hook = Hook {
        name: "account".parse().unwrap(),
        occasion: Trigger::Paid,
        kind: EffectKind::Exec,
        products: vec!["vpn".parse().unwrap()],
        repeatable: RetryOnUnknown::Yes,
    };
    let hooked = shop.second_store().with_hooks(vec![hook].into());
    let plain = std::mem::replace(&mut shop.store, hooked);
    shop.place(&order("HOOKED", &[("vpn", 1)])).unwrap();
    shop.store = plain;
}

/// Orders of every kind, each as payctl leaves it.
fn shop() -> Shop {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, Some(100));
    shop.sell("free", 0, None);
    shop.place(&order("FREE", &[("free", 1)])).unwrap();
    let promising = ProductUpdate {
        price: Some(Rupiah::ZERO),
        issues_tickets: Some(true),
        access: Some(Some(HOUR)),
        ..ProductUpdate::default()
    };
    shop.set("pass", &promising).unwrap();
    shop.place(&order("PASS", &[("pass", 2)])).unwrap();
    shop.place(&order("BARE", &[("seat", 1)])).unwrap();
    shop.place(&order("LAPSED", &[("seat", 1)])).unwrap();
    shop.expired("LAPSED", "O7");
    for number in [
        "WAITING", "PAID", "SHORT", "PROVEN", "LATE", "BACK", "LOST", "SPARE",
    ] {
        shop.ordered(number, "seat");
    }
    promises(&mut shop);
    shop.hears("WAITING", Reported::Pending, 5);
    shop.hears("PAID", paid(50_000), 5);
    shop.hears("SHORT", paid(20_000), 5);
    for number in ["PROVEN", "LATE", "SPARE"] {
        shop.hears(number, Reported::Pending, 5);
        shop.hears(number, Reported::Expired, 70);
        shop.expired(number, "O3");
    }
    shop.hears("LATE", paid(50_000), 80);
    shop.corrupt("UPDATE products SET late_money = 'refund' WHERE sku = 'seat'");
    shop.hears("SPARE", paid(50_000), 80);
    shop.hears("BACK", paid(50_000), 5);
    shop.hears("BACK", refunded(10_000), 6);
    shop.hears("BACK", refunded(50_000), 7);
    shop.hears("LOST", paid(50_000), 5);
    shop.hears("LOST", charged_back(50_000), 6);

    let statuses = [
        PaymentStatus::Created,
        PaymentStatus::Pending,
        PaymentStatus::Paid,
        PaymentStatus::Failed,
        PaymentStatus::Cancelled,
        PaymentStatus::Expired,
    ];
    let records: Vec<_> = statuses
        .iter()
        .map(|status| imported(&format!("IMPORTED-{status}"), *status))
        .collect();
    let defaults = crate::domain::ImportTimes {
        order_lifetime: HOUR,
        grace: Duration::from_secs(180),
    };
    let outcomes = shop
        .store
        .import_orders(&shop.permit, &records, defaults, NOW)
        .unwrap();
    assert!(
        outcomes
            .iter()
            .all(|outcome| *outcome == ImportOutcome::Imported),
        "{outcomes:?}"
    );
    shop
}

#[test]
fn payctls_own_data_violates_no_invariant() {
    let shop = shop();
    let statuses = |number: &str| shop.details(number).dossier.order.status.word();
    assert_eq!(statuses("LATE"), "fulfilled");
    assert_eq!(statuses("SPARE"), "expired");
    assert_eq!(statuses("BACK"), "refunded");
    assert_eq!(statuses("LOST"), "fulfilled");
    assert_eq!(statuses("HOOKED"), "paid");
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
}

/// Breaks the file by hand, and expects exactly these violations, about this order.
#[track_caller]
fn check(sql: &str, broken: &[Invariant], order: Option<&str>, what: &str) {
    let shop = shop();
    shop.corrupt(sql);
    let verified = shop.second_store().read().verify().unwrap();
    let mut found: Vec<Invariant> = verified
        .breaches
        .iter()
        .map(|breach| breach.invariant)
        .collect();
    found.dedup();
    assert_eq!(found, broken, "{:#?}", verified.breaches);
    let last = verified.breaches.last().unwrap();
    assert_eq!(last.order.as_deref(), order, "{last:?}");
    assert!(last.what.contains(what), "{last:?}");
}

#[test]
fn a_damaged_index_is_found() {
    check(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, 'expires_at', 'created_at') WHERE name = 'orders_by_deadline'",
        &[Invariant::Integrity],
        None,
        "orders_by_deadline",
    );
}

#[test]
fn a_value_against_the_schema_is_found() {
    check(
        "UPDATE products SET price = -1 WHERE sku = 'free'",
        &[Invariant::Integrity],
        None,
        "CHECK constraint failed in products",
    );
}

#[test]
fn a_dangling_reference_is_found() {
    check(
        "UPDATE orders SET customer_id = 77 WHERE number = 'BARE'",
        &[Invariant::ForeignKeys],
        None,
        "of orders refers to a missing row of customers",
    );
}

#[test]
fn an_unreadable_view_is_found() {
    check(
        "DROP VIEW event_overview; CREATE VIEW event_overview AS SELECT gone FROM events",
        &[Invariant::Views],
        None,
        "could not be checked: ",
    );
}

#[test]
fn only_a_hundred_violations_are_shown() {
    let shop = shop();
    shop.corrupt(
        "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 150)
         INSERT INTO orders (number, status, total, created_at, expires_at, moved_at, session_token)
         SELECT 'MANY-' || n, 'pending', 1, 1, 1, 1, n FROM counted",
    );
    let verified = shop.store.read().verify().unwrap();
    assert_eq!(verified.breaches.len(), 2 * MAX_BREACHES);
    assert_eq!(
        verified.cut,
        [Invariant::OrderEvents, Invariant::SearchWords]
    );
}

/// How SQLite finds the rows of a check: it may scan one table once, and must find the rows that belong to it by an
/// index.
#[test]
fn no_check_scans_a_table_per_row() {
    let shop = shop();
    let queries = Invariant::ALL
        .iter()
        .copied()
        .filter_map(|invariant| Some((invariant, query(invariant)?)));
    for (invariant, query) in queries {
        let explain = format!("EXPLAIN QUERY PLAN {query}");
        let mut statement = shop.store.read().connection().prepare(&explain).unwrap();
        let values = vec![1; statement.parameter_count()];
        let values = rusqlite::params_from_iter(values);
        let rows = statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?, row.get(3)?)));
        let steps: Vec<(i64, i64, String)> = rows.unwrap().map(Result::unwrap).collect();
        let correlated: Vec<i64> = steps
            .iter()
            .filter(|(_, _, step)| step.starts_with("CORRELATED"))
            .map(|(id, ..)| *id)
            .collect();
        let scans = |parent: i64| {
            let of_it = |(_, above, step): &&(i64, i64, String)| {
                *above == parent && step.starts_with("SCAN ") && !step.contains("CONSTANT ROW")
            };
            steps.iter().filter(of_it).count()
        };
        assert!(correlated.iter().all(|id| scans(*id) == 0), "{steps:#?}");
        for parent in steps.iter().map(|(_, parent, _)| *parent) {
            assert!(scans(parent) <= 1, "{invariant}: {steps:#?}");
        }
    }
}
