//! Questions that were due and were not asked, for two runs of a job.

use std::time::Duration;

use rusqlite::{OptionalExtension, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::permit::WritePermit;
use super::rows::count;
use super::sql;
use crate::domain::instant::Instant;
use crate::domain::names::GatewayName;

/// Cron would mail the same thing every minute.
const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

impl Reader {
    /// When the run before the latest of a job began, if there was one.
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

    /// How many payments of a gateway were due then and have not been asked about since.
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
    /// Whether it is to be told that a gateway's questions are left behind: at most once a day. It is taken for told.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn tells_left(
        &mut self,
        permit: &WritePermit,
        gateway: &GatewayName,
        now: Instant,
    ) -> Result<bool, StoreError> {
        self.transact(permit, |transaction| {
            let told = transaction
                .prepare_cached(sql!("note_left_told"))?
                .execute(params![now, gateway, now.minus(TOLD_AGAIN_AFTER)])?;
            Ok(told == 1)
        })
    }
}
