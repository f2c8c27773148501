//! Orders whose time has run out: finding them, and expiring those for which the clock is proof enough.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::act::Hand;
use super::connection::{Reader, Store};
use super::error::StoreError;
use super::permit::WritePermit;
use super::sql;
use crate::domain::effect::{Hook, Occasion, Repeatable};
use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{OrderId, OrderNumber};

/// An overdue order that no gateway has a payment of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    pub id: OrderId,
    pub number: OrderNumber,
    pub total: Rupiah,
    pub expires_at: Instant,
}

/// A place in the row of overdue orders: behind the one that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverdueCursor {
    at: Instant,
    id: OrderId,
}

impl OverdueCursor {
    /// Before the first order.
    pub const START: Self = Self {
        at: Instant::from_millis(0),
        id: OrderId(0),
    };

    /// Before the first order whose deadline is this or later.
    #[must_use]
    pub fn from(deadline: Instant) -> Self {
        Self {
            at: deadline,
            ..Self::START
        }
    }
}

impl Reader {
    /// Overdue orders whose money a gateway may know of, the least recently tried first: at most `limit` of
    /// those whose deadline is before `cutoff` and that were not tried at `now`. One that was tried later was tried by a
    /// wrong clock.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn overdue_at_gateways(
        &self,
        cutoff: Instant,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<OrderId>, StoreError> {
        let mut found = self
            .connection()
            .prepare_cached(sql!("overdue_at_gateways"))?;
        let rows = found.query_map(params![cutoff, now, limit], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Overdue orders that no gateway has a payment of, the longest overdue first; and where the next begin.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn overdue_by_clock(
        &self,
        cutoff: Instant,
        after: OverdueCursor,
        limit: u32,
    ) -> Result<(Vec<Overdue>, Option<OverdueCursor>), StoreError> {
        by_clock(self.connection(), cutoff, after, limit)
    }
}

fn by_clock(
    connection: &Connection,
    cutoff: Instant,
    after: OverdueCursor,
    limit: u32,
) -> Result<(Vec<Overdue>, Option<OverdueCursor>), StoreError> {
    let mut found = connection.prepare_cached(sql!("overdue_by_clock"))?;
    let rows = found.query_map(params![after.at, after.id, cutoff, limit], |row| {
        Ok(Overdue {
            id: row.get(0)?,
            number: row.get(1)?,
            total: row.get(2)?,
            expires_at: row.get(3)?,
        })
    })?;
    let orders: Vec<Overdue> = rows.collect::<Result<_, _>>()?;
    let next = orders.last().map(|last| OverdueCursor {
        at: last.expires_at,
        id: last.id,
    });
    Ok((orders, next))
}

impl Store {
    /// O7: expires the next overdue orders that no gateway has a payment of, at most `limit`, in one
    /// transaction; and says where the next begin. None expired: there are no more.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn expire_by_clock(
        &mut self,
        permit: &WritePermit,
        cutoff: Instant,
        after: OverdueCursor,
        limit: u32,
        hand: Hand<'_>,
    ) -> Result<(Vec<Overdue>, Option<OverdueCursor>), StoreError> {
        // An empty look costs no write lock.
        if self.read().overdue_by_clock(cutoff, after, 1)?.0.is_empty() {
            return Ok((Vec::new(), None));
        }
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            let (orders, next) = by_clock(transaction, cutoff, after, limit)?;
            if let Some(last) = next {
                queue(transaction, &hooks, after, last, hand)?;
                expire(transaction, after, last, hand)?;
            }
            Ok((orders, next))
        })
    }
}

/// Queues what must happen for all orders of the row behind `after`, up to `last`, before they expire.
fn queue(
    connection: &Connection,
    hooks: &[Hook],
    after: OverdueCursor,
    last: OverdueCursor,
    hand: Hand<'_>,
) -> Result<(), StoreError> {
    let hooks = hooks.iter();
    for hook in hooks.filter(|hook| hook.occasion == Occasion::Expired) {
        let of_all = hook.products.is_empty().then_some(None);
        for product in of_all.into_iter().chain(hook.products.iter().map(Some)) {
            connection
                .prepare_cached(sql!("expire_effects"))?
                .execute(params![
                    hook.name,
                    hook.kind,
                    hook.repeatable == Repeatable::Yes,
                    hand.now,
                    after.at,
                    after.id,
                    last.at,
                    last.id,
                    product,
                ])?;
        }
    }
    Ok(())
}

/// Expires all orders of the row behind `after`, up to `last`.
fn expire(
    connection: &Connection,
    after: OverdueCursor,
    last: OverdueCursor,
    hand: Hand<'_>,
) -> Result<(), StoreError> {
    let why = "its deadline and the grace have passed, and no gateway has a payment of it";
    let run = params![after.at, after.id, last.at, last.id];
    connection
        .prepare_cached(sql!("expire_stock"))?
        .execute(run)?;
    connection
        .prepare_cached(sql!("expire_lines"))?
        .execute(run)?;
    connection
        .prepare_cached(sql!("expire_events"))?
        .execute(params![
            hand.now, hand.actor, why, after.at, after.id, last.at, last.id
        ])?;
    connection
        .prepare_cached(sql!("expire_orders"))?
        .execute(params![hand.now, after.at, after.id, last.at, last.id])?;
    Ok(())
}

#[cfg(test)]
mod tests;
