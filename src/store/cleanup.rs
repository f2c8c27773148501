//! Deletes old rows that say nothing about money, and erases customers on schedule.
//!
//! Candidates are listed by reading, without the write lock. The short transaction that deletes a row checks it
//! again, so that changes made in between count.

mod compact;
mod erase;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

pub use self::erase::{CustomerSelector, Erased, KnownCustomer};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::permit::WritePermit;
use super::sql;
use crate::domain::Instant;
use crate::domain::values::string_enum::string_enum;

string_enum! {
    /// Which kind of rows is deleted.
    pub enum CleanupCategory {
        Observations = "observations",
        Notifications = "notifications",
        Runs = "runs",
        Orders = "orders",
        OrderLines = "order_lines",
        Payments = "payments",
        Effects = "effects",
        Cases = "cases",
        Events = "events",
        AskedAmounts = "asked_amounts",
        /// Copies of the file that migrations have kept beside it.
        KeptFiles = "kept_files",
        /// The rows stay, without anything that identifies the person.
        Customers = "customers",
    }
}

string_enum! {
    /// One pass over a table, in the order in which the passes run.
    pub enum TableCursor {
        /// Old observations, except the last of each payment.
        Observations = "observations",
        Notifications = "notifications",
        Runs = "runs",
        /// Orders that lapsed without money, with all their rows.
        Orders = "orders",
        /// Customers whose orders all ended long ago.
        Customers = "customers",
    }
}

/// The number of rows of each kind that were or would be deleted.
pub type CleanupCounts = BTreeMap<CleanupCategory, u64>;

/// Rows per transaction, so that others can write in between; an order is always deleted as a whole.
const MAX_ROWS: u64 = 1_000;

/// Candidates per page.
const PAGE: u32 = 1_000;

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
        list(self.connection(), cursor, older_than, (after, i64::MAX))
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
                TableCursor::Orders => weigh_order(self.connection(), *id, older_than, &mut swept)?,
                TableCursor::Observations => count(&mut swept, CleanupCategory::Observations, 1),
                TableCursor::Notifications => count(&mut swept, CleanupCategory::Notifications, 1),
                TableCursor::Runs => count(&mut swept, CleanupCategory::Runs, 1),
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
        &mut self,
        permit: &WritePermit,
        cursor: TableCursor,
        older_than: Instant,
        ids: &[i64],
        now: Instant,
    ) -> Result<(CleanupCounts, usize), StoreError> {
        if cursor == TableCursor::Customers {
            self.enable_secure_delete()?;
        }
        self.transact(permit, |transaction| {
            let (mut swept, mut dealt_with) = (CleanupCounts::new(), 0);
            for id in ids {
                let one = (id.saturating_sub(1), *id);
                if !list(transaction, cursor, older_than, one)?.is_empty() {
                    remove(transaction, cursor, *id, now, &mut swept)?;
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

/// The candidates between the two ids, excluding the first.
fn list(
    connection: &Connection,
    cursor: TableCursor,
    older_than: Instant,
    (after, last): (i64, i64),
) -> Result<Vec<i64>, StoreError> {
    let query = match cursor {
        TableCursor::Observations => sql!("cleanup_observations"),
        TableCursor::Notifications => sql!("cleanup_notifications"),
        TableCursor::Runs => sql!("cleanup_runs"),
        TableCursor::Orders => sql!("cleanup_orders"),
        TableCursor::Customers => sql!("cleanup_customers"),
    };
    let mut found = connection.prepare_cached(query)?;
    let rows = found.query_map(params![after, last, older_than, PAGE], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn remove(
    connection: &Connection,
    cursor: TableCursor,
    id: i64,
    now: Instant,
    swept: &mut CleanupCounts,
) -> Result<(), StoreError> {
    let (category, statement) = match cursor {
        TableCursor::Observations => (CleanupCategory::Observations, sql!("remove_observation")),
        TableCursor::Notifications => (CleanupCategory::Notifications, sql!("remove_notification")),
        TableCursor::Runs => (CleanupCategory::Runs, sql!("remove_run")),
        TableCursor::Customers => {
            erase::erase_one(connection, id, now)?;
            count(swept, CleanupCategory::Customers, 1);
            return Ok(());
        }
        TableCursor::Orders => return remove_order(connection, id, swept),
    };
    let gone = connection.prepare_cached(statement)?.execute([id])?;
    count(swept, category, rows(gone));
    Ok(())
}

/// The rows that belong to an order, in the order in which they must be deleted.
const BELONGINGS: [CleanupCategory; 9] = [
    CleanupCategory::Observations,
    CleanupCategory::Notifications,
    CleanupCategory::Effects,
    CleanupCategory::Cases,
    CleanupCategory::Events,
    CleanupCategory::Payments,
    CleanupCategory::OrderLines,
    CleanupCategory::AskedAmounts,
    CleanupCategory::Orders,
];

fn remove_order(
    connection: &Connection,
    id: i64,
    swept: &mut CleanupCounts,
) -> Result<(), StoreError> {
    for category in BELONGINGS {
        let statement = match category {
            CleanupCategory::Observations => sql!("lapse_observations"),
            CleanupCategory::Notifications => {
                connection
                    .prepare_cached(sql!("lapse_named_tries"))?
                    .execute([id])?;
                sql!("lapse_notifications")
            }
            CleanupCategory::Effects => sql!("lapse_effects"),
            CleanupCategory::Cases => sql!("lapse_cases"),
            CleanupCategory::Events => sql!("lapse_events"),
            CleanupCategory::Payments => sql!("lapse_payments"),
            CleanupCategory::OrderLines => sql!("lapse_order_lines"),
            CleanupCategory::AskedAmounts => sql!("lapse_asked_amounts"),
            CleanupCategory::Orders => sql!("lapse_order"),
            CleanupCategory::Runs | CleanupCategory::KeptFiles | CleanupCategory::Customers => {
                continue;
            }
        };
        let gone = connection.prepare_cached(statement)?.execute([id])?;
        count(swept, category, rows(gone));
    }
    Ok(())
}

fn weigh_order(
    connection: &Connection,
    id: i64,
    older_than: Instant,
    swept: &mut CleanupCounts,
) -> Result<(), StoreError> {
    let mut size = connection.prepare_cached(sql!("lapsed_size"))?;
    size.query_row(params![id, older_than], |row| {
        for (column, category) in BELONGINGS.into_iter().enumerate() {
            let rows: i64 = row.get(column)?;
            count(swept, category, rows.unsigned_abs());
        }
        Ok(())
    })?;
    Ok(())
}

fn count(swept: &mut CleanupCounts, category: CleanupCategory, rows: u64) {
    *swept.entry(category).or_default() += rows;
}

fn rows(changed: usize) -> u64 {
    u64::try_from(changed).unwrap_or(u64::MAX)
}
