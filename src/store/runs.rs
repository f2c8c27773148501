//! Records of runs.
//!
//! Cron runs jobs every minute, and most runs find nothing to do. What they record about themselves does not wait for
//! the disk: a power loss may lose the last record, and nothing else.

use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::incidents::record_gap;
use super::statements::runs::{self, RunId, RunStart};
use super::writing::Store;
use crate::domain::{ClockReadings, Instant};

impl Store {
    /// Records that a run begins, and that nothing has run for a while before it, if so.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn start_run(&self, permit: &WritePermit, run: &RunStart<'_>) -> Result<RunId, StoreError> {
        let id = self.write_relaxed(permit, |tx| {
            record_gap(tx, run.started_at)?;
            runs::start(tx, run)
        })?;
        self.go_on_as(id);
        Ok(id)
    }

    /// Records how a run ended: its exit code, its counts as JSON text, and what the gateways' clocks said about its
    /// own.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn end_run(
        &self,
        permit: &WritePermit,
        run: RunId,
        ended_at: Instant,
        exit: u8,
        counts: &str,
        clock: ClockReadings,
    ) -> Result<(), StoreError> {
        self.write_relaxed(permit, |tx| {
            runs::end(tx, run, (ended_at, exit), counts, clock)
        })
    }
}
