//! Overdue orders: finds them, and expires those for which the clock is proof enough.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::events::Columns;
use super::permit::WritePermit;
use super::sql;
use super::update_order::Actor;
use crate::domain::{Hook, Instant, OrderId, OrderNumber, Reason, RetryOnUnknown, Rupiah, Trigger};

/// An overdue order without a payment at any gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    pub id: OrderId,
    pub number: OrderNumber,
    pub total: Rupiah,
    pub expires_at: Instant,
}

/// A position in the list of overdue orders: after the order that it names.
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

    /// Before the first order whose deadline is this time or later.
    #[must_use]
    pub fn from(deadline: Instant) -> Self {
        Self {
            at: deadline,
            ..Self::START
        }
    }
}

impl Reader {
    /// Overdue orders that a gateway may have money for, the least recently tried first: at most `limit` orders whose
    /// deadline is before `cutoff` and that were not tried at `now`. A later time of trying was written by a wrong
    /// clock.
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

    /// Overdue orders without a payment at any gateway, the longest overdue first, and where the next page begins.
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
    /// O7: expires the next overdue orders without a payment at any gateway, at most `limit`, in one transaction, and
    /// returns where the next page begins. No order expired: there are no more.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn expire_by_clock(
        &mut self,
        permit: &WritePermit,
        cutoff: Instant,
        after: OverdueCursor,
        limit: u32,
        by: Actor<'_>,
    ) -> Result<(Vec<Overdue>, Option<OverdueCursor>), StoreError> {
        // If nothing is due, no write lock is needed.
        if self.read().overdue_by_clock(cutoff, after, 1)?.0.is_empty() {
            return Ok((Vec::new(), None));
        }
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            let (orders, next) = by_clock(transaction, cutoff, after, limit)?;
            if let Some(last) = next {
                queue(transaction, &hooks, after, last, by)?;
                expire(transaction, after, last, by)?;
            }
            Ok((orders, next))
        })
    }
}

/// Queues the effects of all orders after `after`, up to and including `last`, before they expire.
fn queue(
    connection: &Connection,
    hooks: &[Hook],
    after: OverdueCursor,
    last: OverdueCursor,
    by: Actor<'_>,
) -> Result<(), StoreError> {
    let hooks = hooks.iter();
    for hook in hooks.filter(|hook| hook.occasion == Trigger::Expired) {
        let of_all = hook.products.is_empty().then_some(None);
        for product in of_all.into_iter().chain(hook.products.iter().map(Some)) {
            connection
                .prepare_cached(sql!("expire_effects"))?
                .execute(params![
                    hook.name,
                    hook.kind,
                    hook.repeatable == RetryOnUnknown::Yes,
                    by.now,
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

/// Expires all orders after `after`, up to and including `last`.
fn expire(
    connection: &Connection,
    after: OverdueCursor,
    last: OverdueCursor,
    by: Actor<'_>,
) -> Result<(), StoreError> {
    let why = Columns::of(&Reason::OverdueWithoutPayment)?;
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
            by.now, by.actor, why.words, why.code, why.params, after.at, after.id, last.at, last.id
        ])?;
    connection
        .prepare_cached(sql!("expire_orders"))?
        .execute(params![by.now, after.at, after.id, last.at, last.id])?;
    Ok(())
}

#[cfg(test)]
mod tests;
