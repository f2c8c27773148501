//! Old rows that say nothing about money, and how they are deleted.

use super::customers;
use crate::domain::{Instant, string_enum};
use crate::store::engine::{Reader, Tx, first, sql};
use crate::store::error::StoreError;
use std::collections::BTreeMap;
use std::time::Duration;

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
        /// Where notifications came from. The rows stay.
        Origins = "origins",
    }
}

string_enum! {
    /// One pass over a table, in the order in which the passes run.
    pub enum TableCursor {
        /// Old observations, except the last of each payment.
        Observations = "observations",
        /// Where notifications came from; before them, so that a preview counts the same.
        Origins = "origins",
        Notifications = "notifications",
        Runs = "runs",
        /// Records of runs that found nothing to do.
        IdleRuns = "idle_runs",
        /// Orders that lapsed without money, with all their rows.
        Orders = "orders",
        /// Customers whose orders all ended long ago.
        Customers = "customers",
    }
}

impl TableCursor {
    /// The rows of a pass that is not run at their common age go when they are as old as this.
    #[must_use]
    pub fn kept_at_most(self) -> Option<Duration> {
        match self {
            Self::IdleRuns => Some(IDLE_RUNS_KEPT),
            Self::Origins => Some(ORIGINS_KEPT),
            Self::Observations
            | Self::Notifications
            | Self::Runs
            | Self::Orders
            | Self::Customers => None,
        }
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// They say that a job has run: of interest for a week, and a third of the file otherwise.
const IDLE_RUNS_KEPT: Duration = DAY.saturating_mul(7);

/// Addresses and headers may belong to a person.
const ORIGINS_KEPT: Duration = DAY.saturating_mul(30);

/// The number of rows of each kind that were or would be deleted.
pub type CleanupCounts = BTreeMap<CleanupCategory, u64>;

/// Candidates per page.
const PAGE: u32 = 1_000;

impl Reader {
    /// The candidates of a pass between the two ids, excluding the first; at most 1,000.
    pub(in crate::store) fn cleanup_candidates(
        &self,
        cursor: TableCursor,
        older_than: Instant,
        (after, last): (i64, i64),
    ) -> Result<Vec<i64>, StoreError> {
        let query = match cursor {
            TableCursor::Observations => sql!("cleanup_observations"),
            TableCursor::Notifications => sql!("cleanup_notifications"),
            TableCursor::Runs => sql!("cleanup_runs"),
            TableCursor::IdleRuns => sql!("cleanup_idle_runs"),
            TableCursor::Origins => sql!("cleanup_origins"),
            TableCursor::Orders => sql!("cleanup_orders"),
            TableCursor::Customers => sql!("cleanup_customers"),
        };
        self.all(query, &[&after, &last, &older_than, &PAGE], first)
    }

    /// The number of rows that deleting an order would delete besides observations that go by their age.
    pub(in crate::store) fn weigh_order(
        &self,
        id: i64,
        older_than: Instant,
        swept: &mut CleanupCounts,
    ) -> Result<(), StoreError> {
        self.each(sql!("lapsed_size"), &[&id, &older_than], |row| {
            for category in BELONGINGS {
                count(swept, category, row.count(category.word())?);
            }
            Ok(())
        })
    }
}

/// Deletes one candidate, with everything that belongs to it.
pub(in crate::store) fn remove(
    tx: &Tx<'_>,
    cursor: TableCursor,
    id: i64,
    now: Instant,
    swept: &mut CleanupCounts,
) -> Result<(), StoreError> {
    let (category, statement) = match cursor {
        TableCursor::Observations => (CleanupCategory::Observations, sql!("remove_observation")),
        TableCursor::Notifications => (CleanupCategory::Notifications, sql!("remove_notification")),
        TableCursor::Runs | TableCursor::IdleRuns => (CleanupCategory::Runs, sql!("remove_run")),
        TableCursor::Origins => (CleanupCategory::Origins, sql!("forget_origin")),
        TableCursor::Customers => {
            customers::erase(tx, id, now)?;
            count(swept, CleanupCategory::Customers, 1);
            return Ok(());
        }
        TableCursor::Orders => return remove_order(tx, id, swept),
    };
    count(swept, category, rows(tx.exec(statement, &[&id])?));
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

fn remove_order(tx: &Tx<'_>, id: i64, swept: &mut CleanupCounts) -> Result<(), StoreError> {
    for category in BELONGINGS {
        let statement = match category {
            CleanupCategory::Observations => sql!("lapse_observations"),
            CleanupCategory::Notifications => {
                tx.exec(sql!("lapse_named_tries"), &[&id])?;
                sql!("lapse_notifications")
            }
            CleanupCategory::Effects => sql!("lapse_effects"),
            CleanupCategory::Cases => sql!("lapse_cases"),
            CleanupCategory::Events => sql!("lapse_events"),
            CleanupCategory::Payments => sql!("lapse_payments"),
            CleanupCategory::OrderLines => sql!("lapse_order_lines"),
            CleanupCategory::AskedAmounts => sql!("lapse_asked_amounts"),
            CleanupCategory::Orders => sql!("lapse_order"),
            CleanupCategory::Runs
            | CleanupCategory::KeptFiles
            | CleanupCategory::Customers
            | CleanupCategory::Origins => continue,
        };
        count(swept, category, rows(tx.exec(statement, &[&id])?));
    }
    Ok(())
}

pub(in crate::store) fn count(swept: &mut CleanupCounts, category: CleanupCategory, rows: u64) {
    *swept.entry(category).or_default() += rows;
}

fn rows(changed: usize) -> u64 {
    u64::try_from(changed).unwrap_or(u64::MAX)
}
