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

pub use self::erase::{Erased, KnownCustomer, Person};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::permit::WritePermit;
use super::sql;
use crate::domain::instant::Instant;
use crate::domain::words::words;

words! {
    /// Which kind of rows is deleted.
    pub enum Rubbish {
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

words! {
    /// One pass over a table, in the order in which the passes run.
    pub enum Sweep {
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
pub type Swept = BTreeMap<Rubbish, u64>;

/// Rows per transaction, so that others can write in between; an order is always deleted as a whole.
const ROWS_MOST: u64 = 1_000;

/// Candidates per page.
const PAGE: u32 = 1_000;

impl Reader {
    /// The next candidates of a pass after `after`, at most 1,000.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn rubbish(
        &self,
        sweep: Sweep,
        older_than: Instant,
        after: i64,
    ) -> Result<Vec<i64>, StoreError> {
        list(self.connection(), sweep, older_than, (after, i64::MAX))
    }

    /// The number of rows that deleting these candidates would delete.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn weigh(
        &self,
        sweep: Sweep,
        older_than: Instant,
        ids: &[i64],
    ) -> Result<Swept, StoreError> {
        let mut swept = Swept::new();
        for id in ids {
            match sweep {
                Sweep::Orders => weigh_order(self.connection(), *id, older_than, &mut swept)?,
                Sweep::Observations => count(&mut swept, Rubbish::Observations, 1),
                Sweep::Notifications => count(&mut swept, Rubbish::Notifications, 1),
                Sweep::Runs => count(&mut swept, Rubbish::Runs, 1),
                Sweep::Customers => count(&mut swept, Rubbish::Customers, 1),
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
    pub fn sweep(
        &mut self,
        permit: &WritePermit,
        sweep: Sweep,
        older_than: Instant,
        ids: &[i64],
        now: Instant,
    ) -> Result<(Swept, usize), StoreError> {
        if sweep == Sweep::Customers {
            self.forget_for_good()?;
        }
        self.transact(permit, |transaction| {
            let (mut swept, mut dealt_with) = (Swept::new(), 0);
            for id in ids {
                let one = (id.saturating_sub(1), *id);
                if !list(transaction, sweep, older_than, one)?.is_empty() {
                    remove(transaction, sweep, *id, now, &mut swept)?;
                }
                dealt_with += 1;
                if swept.values().sum::<u64>() >= ROWS_MOST {
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
    sweep: Sweep,
    older_than: Instant,
    (after, last): (i64, i64),
) -> Result<Vec<i64>, StoreError> {
    let query = match sweep {
        Sweep::Observations => sql!("cleanup_observations"),
        Sweep::Notifications => sql!("cleanup_notifications"),
        Sweep::Runs => sql!("cleanup_runs"),
        Sweep::Orders => sql!("cleanup_orders"),
        Sweep::Customers => sql!("cleanup_customers"),
    };
    let mut found = connection.prepare_cached(query)?;
    let rows = found.query_map(params![after, last, older_than, PAGE], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn remove(
    connection: &Connection,
    sweep: Sweep,
    id: i64,
    now: Instant,
    swept: &mut Swept,
) -> Result<(), StoreError> {
    let (rubbish, statement) = match sweep {
        Sweep::Observations => (Rubbish::Observations, sql!("remove_observation")),
        Sweep::Notifications => (Rubbish::Notifications, sql!("remove_notification")),
        Sweep::Runs => (Rubbish::Runs, sql!("remove_run")),
        Sweep::Customers => {
            erase::erase_one(connection, id, now)?;
            count(swept, Rubbish::Customers, 1);
            return Ok(());
        }
        Sweep::Orders => return remove_order(connection, id, swept),
    };
    let gone = connection.prepare_cached(statement)?.execute([id])?;
    count(swept, rubbish, rows(gone));
    Ok(())
}

/// The rows that belong to an order, in the order in which they must be deleted.
const BELONGINGS: [Rubbish; 9] = [
    Rubbish::Observations,
    Rubbish::Notifications,
    Rubbish::Effects,
    Rubbish::Cases,
    Rubbish::Events,
    Rubbish::Payments,
    Rubbish::OrderLines,
    Rubbish::AskedAmounts,
    Rubbish::Orders,
];

fn remove_order(connection: &Connection, id: i64, swept: &mut Swept) -> Result<(), StoreError> {
    for rubbish in BELONGINGS {
        let statement = match rubbish {
            Rubbish::Observations => sql!("lapse_observations"),
            Rubbish::Notifications => {
                connection
                    .prepare_cached(sql!("lapse_named_tries"))?
                    .execute([id])?;
                sql!("lapse_notifications")
            }
            Rubbish::Effects => sql!("lapse_effects"),
            Rubbish::Cases => sql!("lapse_cases"),
            Rubbish::Events => sql!("lapse_events"),
            Rubbish::Payments => sql!("lapse_payments"),
            Rubbish::OrderLines => sql!("lapse_order_lines"),
            Rubbish::AskedAmounts => sql!("lapse_asked_amounts"),
            Rubbish::Orders => sql!("lapse_order"),
            Rubbish::Runs | Rubbish::KeptFiles | Rubbish::Customers => continue,
        };
        let gone = connection.prepare_cached(statement)?.execute([id])?;
        count(swept, rubbish, rows(gone));
    }
    Ok(())
}

fn weigh_order(
    connection: &Connection,
    id: i64,
    older_than: Instant,
    swept: &mut Swept,
) -> Result<(), StoreError> {
    let mut size = connection.prepare_cached(sql!("lapsed_size"))?;
    size.query_row(params![id, older_than], |row| {
        for (column, rubbish) in BELONGINGS.into_iter().enumerate() {
            let rows: i64 = row.get(column)?;
            count(swept, rubbish, rows.unsigned_abs());
        }
        Ok(())
    })?;
    Ok(())
}

fn count(swept: &mut Swept, rubbish: Rubbish, rows: u64) {
    *swept.entry(rubbish).or_default() += rows;
}

fn rows(changed: usize) -> u64 {
    u64::try_from(changed).unwrap_or(u64::MAX)
}
