//! Expires the overdue orders for which the clock is proof enough.

#[cfg(test)]
mod tests;

use super::engine::Tx;
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::Actor;
use super::statements::overdue::{self, Overdue, OverdueCursor, OverdueRange, queue_effects};
use super::writing::Store;
use crate::domain::{Instant, Reason, Trigger};

impl Store {
    /// O7: expires the next overdue orders without a payment at any gateway, at most `limit`, in one transaction, and
    /// returns where the next page begins. No order expired: there are no more.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn expire_by_clock(
        &self,
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
        self.transact(permit, |tx| {
            let (orders, next) = tx.overdue_by_clock(cutoff, after, limit)?;
            if let Some(last) = next {
                let range = OverdueRange { after, last };
                queue(tx, range, by.now)?;
                overdue::expire(tx, range, &Reason::OverdueWithoutPayment, by)?;
            }
            Ok((orders, next))
        })
    }
}

/// Queues the effects of all orders of a range before they expire.
fn queue(tx: &Tx<'_>, range: OverdueRange, now: Instant) -> Result<(), StoreError> {
    let hooks = tx.hooks().iter();
    for hook in hooks.filter(|hook| hook.occasion == Trigger::Expired) {
        if hook.products.is_empty() {
            queue_effects(tx, range, hook, None, now)?;
        }
        for product in &hook.products {
            queue_effects(tx, range, hook, Some(product), now)?;
        }
    }
    Ok(())
}
