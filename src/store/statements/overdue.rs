//! Overdue orders, and how those expire for which the clock is proof enough.

use super::audit::{Actor, ReasonColumns};
use crate::domain::{Hook, Instant, OrderId, OrderNumber, Reason, RetryOnUnknown, Rupiah, Sku};
use crate::store::engine::{Reader, Tx, first, from_row, sql};
use crate::store::error::StoreError;

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
        self.all(sql!("overdue_at_gateways"), &[&cutoff, &now, &limit], first)
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
        let orders: Vec<Overdue> = self.all(
            sql!("overdue_by_clock"),
            &[&after.at, &after.id, &cutoff, &limit],
            |row| Ok(from_row!(row => Overdue { id, number, total, expires_at })),
        )?;
        let next = orders.last().map(|last| OverdueCursor {
            at: last.expires_at,
            id: last.id,
        });
        Ok((orders, next))
    }
}

/// The orders after one place, up to and including another.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct OverdueRange {
    pub(in crate::store) after: OverdueCursor,
    pub(in crate::store) last: OverdueCursor,
}

/// Queues the effect of a hook for all orders of a range that have this product, before they expire.
pub(in crate::store) fn queue_effects(
    tx: &Tx<'_>,
    range: OverdueRange,
    hook: &Hook,
    product: Option<&Sku>,
    now: Instant,
) -> Result<(), StoreError> {
    let OverdueRange { after, last } = range;
    tx.exec(
        sql!("expire_effects"),
        &[
            &hook.name,
            &hook.kind,
            &(hook.repeatable == RetryOnUnknown::Yes),
            &now,
            &after.at,
            &after.id,
            &last.at,
            &last.id,
            &product,
        ],
    )?;
    Ok(())
}

/// Expires all orders of a range.
pub(in crate::store) fn expire(
    tx: &Tx<'_>,
    range: OverdueRange,
    why: &Reason,
    by: Actor<'_>,
) -> Result<(), StoreError> {
    let OverdueRange { after, last } = range;
    let why = ReasonColumns::of(why)?;
    for stock in [sql!("expire_stock"), sql!("expire_lines")] {
        tx.exec(stock, &[&after.at, &after.id, &last.at, &last.id])?;
    }
    tx.exec(
        sql!("expire_events"),
        &[
            &by.now,
            &by.actor,
            &why.words,
            &why.code,
            &why.params,
            &after.at,
            &after.id,
            &last.at,
            &last.id,
        ],
    )?;
    tx.exec(
        sql!("expire_orders"),
        &[&by.now, &after.at, &after.id, &last.at, &last.id],
    )?;
    Ok(())
}
