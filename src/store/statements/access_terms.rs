//! Reschedules the periods of a buyer's access after some of it was revoked or restored.

use std::collections::BTreeMap;
use std::time::Duration;

use super::audit::{Actor, Event, EventSubject};
use crate::domain::entitlement::access::schedule;
use crate::domain::{AccessFrom, AccessPeriod, GrantId, Instant, OrderId, Reason, Sku};
use crate::store::engine::{StoredRow, Tx, from_row, sql};
use crate::store::error::StoreError;

/// A product to which an order has given access.
pub(in crate::store) struct AccessGrantRef {
    product: i64,
    pub(in crate::store) sku: Sku,
}

/// Access that is suspended or has ended.
pub(in crate::store) struct PausedAccess {
    product: i64,
    term: AccessPeriod,
    stopped_at: Instant,
    pub(in crate::store) span: Duration,
    pub(in crate::store) from: AccessFrom,
}

impl PausedAccess {
    pub(in crate::store) fn grant(&self) -> GrantId {
        self.term.grant
    }

    /// The time left of it.
    pub(in crate::store) fn left(&self) -> Option<AccessPeriod> {
        self.term.left_at(self.stopped_at)
    }
}

/// The products to which an order has given access.
pub(in crate::store) fn granted(
    tx: &Tx<'_>,
    order: OrderId,
) -> Result<Vec<AccessGrantRef>, StoreError> {
    tx.all(sql!("granted_products"), &[&order], |row| {
        Ok(from_row!(row => AccessGrantRef { product: "id", sku }))
    })
}

/// The access of an order that may be restored: not what a person has revoked.
pub(super) fn stopped(tx: &Tx<'_>, order: OrderId) -> Result<Vec<PausedAccess>, StoreError> {
    tx.all(sql!("stopped_terms"), &[&order], |row| {
        Ok(from_row!(row => PausedAccess {
            term = term(row)?, product: "product_id", stopped_at,
            span = Duration::from_secs(row.count("seconds")?),
            from: "access_from",
        }))
    })
}

/// Reschedules the buyer's access to each of these products, including the `resumed` periods. Call it after revoked
/// access is marked as such, and before restored access is.
pub(in crate::store) fn reschedule(
    tx: &Tx<'_>,
    order: OrderId,
    products: &[AccessGrantRef],
    resumed: &[(&PausedAccess, AccessPeriod)],
    by: Actor<'_>,
) -> Result<(), StoreError> {
    for granted in products {
        let of_it = resumed
            .iter()
            .filter(|(stopped, _)| stopped.product == granted.product);
        let resumed: Vec<AccessPeriod> = of_it.map(|(_, term)| *term).collect();
        let good = good_terms(tx, order, granted.product, by.now)?;
        let terms: Vec<AccessPeriod> = good.iter().map(|(term, _)| *term).collect();
        let standing: BTreeMap<GrantId, (AccessPeriod, OrderId)> =
            good.into_iter().map(|one| (one.0.grant, one)).collect();
        for moved in schedule(&terms, &resumed, by.now) {
            let (grant, used_ms) = (moved.grant, millis(moved.used));
            tx.exec(
                sql!("move_term"),
                &[&moved.starts_at, &moved.ends_at, &used_ms, &grant],
            )?;
            if let Some((before, owner)) = standing.get(&grant) {
                record_event(tx, *owner, (before, &moved), &granted.sku, by)?;
            }
        }
    }
    Ok(())
}

/// The buyer's current and future access, from all orders.
fn good_terms(
    tx: &Tx<'_>,
    order: OrderId,
    product: i64,
    now: Instant,
) -> Result<Vec<(AccessPeriod, OrderId)>, StoreError> {
    tx.all(sql!("good_terms"), &[&order, &product, &now], |row| {
        Ok((term(row)?, row.get("order_id")?))
    })
}

/// Records in the other order's audit log why its period has moved.
fn record_event(
    tx: &Tx<'_>,
    owner: OrderId,
    (before, after): (&AccessPeriod, &AccessPeriod),
    sku: &Sku,
    by: Actor<'_>,
) -> Result<(), StoreError> {
    let sku = sku.clone();
    let why = if after.starts_at < before.starts_at {
        Reason::AccessSooner { sku }
    } else {
        Reason::AccessLater { sku }
    };
    let event = Event::new(EventSubject::HandedOut, &why).order(owner);
    event.to("moved").write(tx, by)
}

fn term(row: &StoredRow<'_>) -> Result<AccessPeriod, StoreError> {
    Ok(from_row!(row => AccessPeriod {
        grant: "id", starts_at, ends_at, used = Duration::from_millis(row.count("used_ms")?),
    }))
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
