//! The rows of a shop's file, read whole, without any statement of payctl.

use std::collections::BTreeMap;

use payctl::domain::Instant;
use rusqlite::Connection;

use crate::world::Shop;

pub(super) struct Event {
    pub(super) order: Option<i64>,
    pub(super) payment: Option<i64>,
    pub(super) at: i64,
    pub(super) actor: String,
    pub(super) what: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) rule: Option<String>,
}

pub(super) struct Payment {
    pub(super) order: i64,
    pub(super) gateway: String,
    pub(super) received: i64,
    pub(super) received_at: Option<i64>,
    pub(super) fee: i64,
    pub(super) surcharge: i64,
    /// The first notification of money.
    pub(super) told_at: Option<i64>,
    /// All others.
    pub(super) heard_at: Vec<i64>,
}

pub(super) struct Refund {
    pub(super) order: i64,
    pub(super) status: String,
    pub(super) reason: String,
    pub(super) amount: i64,
    pub(super) created_at: i64,
    pub(super) moved_at: i64,
}

/// The file.
pub(super) struct Books {
    pub(super) events: Vec<Event>,
    pub(super) payments: BTreeMap<i64, Payment>,
    /// Number and total.
    pub(super) orders: BTreeMap<i64, (String, i64)>,
    /// Order, sku, name, units and price.
    pub(super) lines: Vec<(i64, String, String, i64, i64)>,
    pub(super) refunds: Vec<Refund>,
    /// Kind, when it was opened, and whether it is open.
    pub(super) cases: Vec<(String, i64, bool)>,
}

pub(super) fn books(shop: &Shop) -> Books {
    let file = Connection::open(shop.database()).unwrap();
    let mut payments: BTreeMap<i64, Payment> = all(&file, "SELECT * FROM payments", |row| {
        let payment = Payment {
            order: row.get("order_id")?,
            gateway: row.get("gateway")?,
            received: row.get("received")?,
            received_at: row.get("received_at")?,
            fee: row.get::<_, Option<i64>>("fee")?.unwrap_or_default(),
            surcharge: row.get("surcharge")?,
            told_at: None,
            heard_at: Vec::new(),
        };
        Ok((row.get("id")?, payment))
    })
    .into_iter()
    .collect();
    let told = all(&file, "SELECT * FROM notifications", |row| {
        let payment: Option<i64> = row.get("payment_id")?;
        Ok((payment, row.get("received_at")?, row.get("claims_money")?))
    });
    for (payment, at, is_money) in told {
        let Some(payment) = payment.and_then(|id| payments.get_mut(&id)) else {
            continue;
        };
        let at: i64 = at;
        if is_money {
            payment.told_at = Some(payment.told_at.map_or(at, |first| first.min(at)));
        }
        payment.heard_at.push(at);
    }
    Books {
        payments,
        events: all(&file, "SELECT * FROM events ORDER BY id", event),
        orders: all(&file, "SELECT * FROM orders", |row| {
            Ok((row.get("id")?, (row.get("number")?, row.get("total")?)))
        })
        .into_iter()
        .collect(),
        lines: all(
            &file,
            "SELECT order_id, sku, name, quantity, unit_price FROM order_lines JOIN products ON products.id = product_id",
            |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                ))
            },
        ),
        refunds: all(&file, "SELECT * FROM refunds", refund),
        cases: all(&file, "SELECT * FROM cases", |row| {
            let closed: Option<i64> = row.get("resolved_at")?;
            Ok((row.get("kind")?, row.get("opened_at")?, closed.is_none()))
        }),
    }
}

fn all<T>(
    file: &Connection,
    statement: &str,
    read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let mut statement = file.prepare(statement).unwrap();
    let rows = statement.query_map([], |row| read(row)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn event(row: &rusqlite::Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        order: row.get("order_id")?,
        payment: row.get("payment_id")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        what: row.get("what")?,
        from: row.get("from_word")?,
        to: row.get("to_word")?,
        rule: row.get("rule")?,
    })
}

fn refund(row: &rusqlite::Row<'_>) -> rusqlite::Result<Refund> {
    Ok(Refund {
        order: row.get("order_id")?,
        status: row.get("status")?,
        reason: row.get("reason")?,
        amount: row.get("amount")?,
        created_at: row.get("created_at")?,
        moved_at: row.get("moved_at")?,
    })
}

/// The beginning of a day in UTC.
pub(super) fn midnight(day: &str) -> i64 {
    let at = Instant::parse_rfc3339(&format!("{day}T00:00:00Z"));
    at.unwrap().as_millis()
}
