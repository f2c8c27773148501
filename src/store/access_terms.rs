//! Reschedules the periods of a buyer's access after some of it was revoked or restored.

use std::collections::BTreeMap;
use std::time::Duration;

use rusqlite::{Connection, Row, params};

use super::error::StoreError;
use super::events::{EventRecord, EventSubject, write_event};
use super::sql;
use super::update_order::Actor;
use crate::domain::entitlement::access::schedule;
use crate::domain::{AccessFrom, AccessPeriod, GrantId, Instant, OrderId, Reason, Sku};

/// A product to which an order has given access.
pub(super) struct AccessGrantRef {
    product: i64,
    pub(super) sku: Sku,
}

/// Access that is suspended or has ended.
pub(super) struct PausedAccess {
    product: i64,
    term: AccessPeriod,
    stopped_at: Instant,
    pub(super) span: Duration,
    pub(super) from: AccessFrom,
}

impl PausedAccess {
    pub(super) fn grant(&self) -> GrantId {
        self.term.grant
    }

    /// The time left of it.
    pub(super) fn left(&self) -> Option<AccessPeriod> {
        self.term.left_at(self.stopped_at)
    }
}

/// The products to which an order has given access.
pub(super) fn granted(
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<AccessGrantRef>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("granted_products"))?;
    let found = statement.query_map([order], |row| {
        Ok(AccessGrantRef {
            product: row.get(0)?,
            sku: row.get(1)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The access of an order that may be restored: not what a person has revoked.
pub(super) fn stopped(
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<PausedAccess>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("stopped_terms"))?;
    let found = statement.query_map([order], |row| {
        let seconds: i64 = row.get(6)?;
        Ok(PausedAccess {
            term: term(row)?,
            product: row.get(4)?,
            stopped_at: row.get(5)?,
            span: Duration::from_secs(seconds.unsigned_abs()),
            from: row.get(7)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Reschedules the buyer's access to each of these products, including the `resumed` periods. Call it after revoked
/// access is marked as such, and before restored access is.
pub(super) fn reschedule(
    connection: &Connection,
    order: OrderId,
    products: &[AccessGrantRef],
    resumed: &[(&PausedAccess, AccessPeriod)],
    by: Actor<'_>,
) -> Result<(), StoreError> {
    for granted in products {
        let of_it =
            |(stopped, _): &&(&PausedAccess, AccessPeriod)| stopped.product == granted.product;
        let resumed: Vec<AccessPeriod> = resumed
            .iter()
            .filter(of_it)
            .map(|(_, term)| *term)
            .collect();
        let good = good_terms(connection, order, granted.product, by.now)?;
        let terms: Vec<AccessPeriod> = good.iter().map(|(term, _)| *term).collect();
        let standing: BTreeMap<GrantId, (AccessPeriod, OrderId)> =
            good.into_iter().map(|one| (one.0.grant, one)).collect();
        for moved in schedule(&terms, &resumed, by.now) {
            let (grant, used_ms) = (moved.grant, millis(moved.used));
            connection
                .prepare_cached(sql!("move_term"))?
                .execute(params![moved.starts_at, moved.ends_at, used_ms, grant])?;
            if let Some((before, owner)) = standing.get(&grant) {
                record_event(connection, *owner, (before, &moved), &granted.sku, by)?;
            }
        }
    }
    Ok(())
}

/// The buyer's current and future access, from all orders.
fn good_terms(
    connection: &Connection,
    order: OrderId,
    product: i64,
    now: Instant,
) -> Result<Vec<(AccessPeriod, OrderId)>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("good_terms"))?;
    let found = statement.query_map(params![order, product, now], |row| {
        Ok((term(row)?, row.get(4)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Records in the other order's audit log why its period has moved.
fn record_event(
    connection: &Connection,
    owner: OrderId,
    (before, after): (&AccessPeriod, &AccessPeriod),
    sku: &Sku,
    by: Actor<'_>,
) -> Result<(), StoreError> {
    let why = if after.starts_at < before.starts_at {
        Reason::AccessSooner { sku: sku.clone() }
    } else {
        Reason::AccessLater { sku: sku.clone() }
    };
    let event = EventRecord {
        order: Some(owner),
        payment: None,
        at: by.now,
        actor: by.actor,
        what: EventSubject::HandedOut,
        from: None,
        to: Some("moved"),
        rule: None,
        amount: None,
        why: &why,
    };
    write_event(connection, &event)
}

/// Reads a period from the first columns of `good_terms.sql`.
fn term(row: &Row<'_>) -> rusqlite::Result<AccessPeriod> {
    let used_ms: i64 = row.get(3)?;
    Ok(AccessPeriod {
        grant: row.get(0)?,
        starts_at: row.get(1)?,
        ends_at: row.get(2)?,
        used: Duration::from_millis(used_ms.unsigned_abs()),
    })
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
