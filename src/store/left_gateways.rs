//! Queries that were due and were not sent in two runs of a job.

use std::time::Duration;

use rusqlite::{OptionalExtension, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::permit::WritePermit;
use super::rows::count;
use super::sql;
use crate::domain::{GatewayName, Instant};

/// Otherwise cron would mail the same text every minute.
const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

impl Reader {
    /// When the job's second-latest run began, if there was one.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn previous_run(&self, job: &str) -> Result<Option<Instant>, StoreError> {
        let found = self
            .connection()
            .prepare_cached(sql!("previous_run"))?
            .query_row([job], |row| row.get(0))
            .optional()?;
        Ok(found)
    }

    /// The number of a gateway's payments that were due at that time and have not been queried since.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn due_since(&self, gateway: &GatewayName, since: Instant) -> Result<u64, StoreError> {
        Ok(self
            .connection()
            .prepare_cached(sql!("check_count_due"))?
            .query_row(params![gateway, since], |row| count(row, 0))?)
    }
}

impl Store {
    /// Whether to report that queries to a gateway are left behind: at most once a day. The call also records the
    /// report.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn should_report_left(
        &mut self,
        permit: &WritePermit,
        gateway: &GatewayName,
        now: Instant,
    ) -> Result<bool, StoreError> {
        self.transact(permit, |transaction| {
            let told = transaction
                .prepare_cached(sql!("note_left_told"))?
                .execute(params![now, gateway, now.saturating_sub(TOLD_AGAIN_AFTER)])?;
            Ok(told == 1)
        })
    }
}
