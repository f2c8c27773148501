//! Deletes old rows that say nothing about money, and erases customers on schedule.
//!
//! Candidates are listed by reading, without the write lock. The short transaction that deletes a row checks it
//! again, so that changes made in between count.

mod erase;
#[cfg(test)]
mod tests;

pub use self::erase::Erased;

use super::engine::Reader;
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::cleanup::{CleanupCategory, CleanupCounts, TableCursor, count, remove};
use super::writing::Store;
use crate::domain::Instant;

/// Rows per transaction, so that others can write in between; an order is always deleted as a whole.
const MAX_ROWS: u64 = 1_000;

impl Reader {
    /// The next candidates of a pass after `after`, at most 1,000.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn category(
        &self,
        cursor: TableCursor,
        older_than: Instant,
        after: i64,
    ) -> Result<Vec<i64>, StoreError> {
        self.cleanup_candidates(cursor, older_than, (after, i64::MAX))
    }

    /// The number of rows that deleting these candidates would delete.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn weigh(
        &self,
        cursor: TableCursor,
        older_than: Instant,
        ids: &[i64],
    ) -> Result<CleanupCounts, StoreError> {
        let mut swept = CleanupCounts::new();
        for id in ids {
            match cursor {
                TableCursor::Orders => self.weigh_order(*id, older_than, &mut swept)?,
                TableCursor::Observations => count(&mut swept, CleanupCategory::Observations, 1),
                TableCursor::Notifications => count(&mut swept, CleanupCategory::Notifications, 1),
                TableCursor::Runs | TableCursor::IdleRuns => {
                    count(&mut swept, CleanupCategory::Runs, 1);
                }
                TableCursor::Origins => count(&mut swept, CleanupCategory::Origins, 1),
                TableCursor::Customers => count(&mut swept, CleanupCategory::Customers, 1),
            }
        }
        Ok(swept)
    }
}

impl Store {
    /// Deletes the first of these candidates in one transaction, unless they must stay by now. Returns what was
    /// deleted and how many of the ids are done, at least one. `now` is the time of writing.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Refused`, `Corrupt`, `Engine`; nothing was written.
    pub fn cursor(
        &self,
        permit: &WritePermit,
        cursor: TableCursor,
        older_than: Instant,
        ids: &[i64],
        now: Instant,
    ) -> Result<(CleanupCounts, usize), StoreError> {
        if cursor == TableCursor::Customers {
            self.enable_secure_delete()?;
        }
        self.transact(permit, |tx| {
            let (mut swept, mut dealt_with) = (CleanupCounts::new(), 0);
            for id in ids {
                let alone = (id.saturating_sub(1), *id);
                let still = tx.cleanup_candidates(cursor, older_than, alone)?;
                if !still.is_empty() {
                    remove(tx, cursor, *id, now, &mut swept)?;
                }
                dealt_with += 1;
                if swept.values().sum::<u64>() >= MAX_ROWS {
                    break;
                }
            }
            Ok((swept, dealt_with))
        })
    }
}
