//! The record of runs: which job, when, by which process, and how it ended.
//!
//! Cron runs jobs every minute, and most runs find nothing to do. What they record about themselves does not wait for
//! the disk: a power loss may lose the last record, and nothing else.

use rusqlite::{OptionalExtension, Row, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::permit::WritePermit;
use super::sql;
use crate::domain::{ClockReadings, ClockState, Instant};

/// The id of a run's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(pub(super) i64);

/// A run that begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunStart<'a> {
    pub job: &'a str,
    pub started_at: Instant,
    pub host: &'a str,
    pub pid: u32,
    /// The program and its version.
    pub program: &'a str,
}

/// A run that has not recorded its end: still running, or killed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRun {
    pub started_at: Instant,
    pub host: String,
    pub pid: u32,
    pub program: String,
}

impl Store {
    /// Records that a run begins.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn start_run(
        &mut self,
        permit: &WritePermit,
        run: &RunStart<'_>,
    ) -> Result<RunId, StoreError> {
        let id = self.write_relaxed(permit, |transaction| {
            let id = transaction.prepare_cached(sql!("start_run"))?.query_row(
                params![run.job, run.started_at, run.host, run.pid, run.program],
                |row| row.get(0),
            )?;
            Ok(RunId(id))
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
        &mut self,
        permit: &WritePermit,
        run: RunId,
        ended_at: Instant,
        exit: u8,
        counts: &str,
        clock: ClockReadings,
    ) -> Result<(), StoreError> {
        let is_confirmed = matches!(clock.state(), ClockState::Confirmed { .. });
        self.write_relaxed(permit, |transaction| {
            transaction
                .prepare_cached(sql!("end_run"))?
                .execute(params![
                    ended_at,
                    exit,
                    counts,
                    is_confirmed,
                    clock.ahead_ms(),
                    run.0
                ])?;
            Ok(())
        })
    }
}

impl Reader {
    /// The latest run of a job, if it has not ended: the run that holds the job's lock.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_run(&self, job: &str) -> Result<Option<OpenRun>, StoreError> {
        let found = self
            .connection()
            .prepare_cached(sql!("open_run"))?
            .query_row([job], read)
            .optional()?;
        Ok(found)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<OpenRun> {
    Ok(OpenRun {
        started_at: row.get(0)?,
        host: row.get(1)?,
        pid: row.get(2)?,
        program: row.get(3)?,
    })
}
