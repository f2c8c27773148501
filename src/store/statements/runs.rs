//! The record of runs: which job, when, by which process, and how it ended.

use crate::domain::{ClockReadings, ClockState, Instant};
use crate::store::engine::{Reader, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// The id of a run's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(pub(in crate::store) i64);

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

/// One run, as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRun {
    /// Its number, counted over all jobs.
    pub id: i64,
    /// The command.
    pub job: String,
    pub started_at: Instant,
    /// None while it runs, and after it was killed: then nobody holds the job's lock, or a later run has begun.
    pub ended_at: Option<Instant>,
    /// Its exit code.
    pub exit: Option<u8>,
    /// Its counts, as JSON.
    pub counts: Option<String>,
    pub host: String,
    pub pid: u32,
    /// The program and its version.
    pub program: String,
}

impl Reader {
    /// The latest run of a job, whatever became of it.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn last_run(&self, job: &str) -> Result<Option<RecordedRun>, StoreError> {
        self.one(sql!("last_run"), &[&job], |row| {
            Ok(
                from_row!(row => RecordedRun { id, job, started_at, ended_at, exit, counts, host, pid, program }),
            )
        })
    }

    /// When the job's latest run began that did its work: one that ended with 0, with 3 (attention) or with 4 (partial).
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn last_success(&self, job: &str) -> Result<Option<Instant>, StoreError> {
        self.one(sql!("last_success"), &[&job], first)
    }

    /// When the oldest run began that is still recorded, of any job.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn oldest_run(&self) -> Result<Option<Instant>, StoreError> {
        self.one(sql!("oldest_run"), &[], first)
    }

    /// The latest run of a job, if it has not ended: the run that holds the job's lock.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_run(&self, job: &str) -> Result<Option<OpenRun>, StoreError> {
        self.one(sql!("open_run"), &[&job], |row| {
            Ok(from_row!(row => OpenRun { started_at, host, pid, program }))
        })
    }

    /// When the job's second-latest run began, if there was one.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn previous_run(&self, job: &str) -> Result<Option<Instant>, StoreError> {
        self.one(sql!("previous_run"), &[&job], first)
    }
}

pub(in crate::store) fn start(tx: &Tx<'_>, run: &RunStart<'_>) -> Result<RunId, StoreError> {
    let id = tx.insert(
        sql!("start_run"),
        &[&run.job, &run.started_at, &run.host, &run.pid, &run.program],
    )?;
    Ok(RunId(id))
}

pub(in crate::store) fn end(
    tx: &Tx<'_>,
    run: RunId,
    (ended_at, exit): (Instant, u8),
    counts: &str,
    clock: ClockReadings,
) -> Result<(), StoreError> {
    let is_confirmed = matches!(clock.state(), ClockState::Confirmed { .. });
    tx.exec(
        sql!("end_run"),
        &[
            &ended_at,
            &exit,
            &counts,
            &is_confirmed,
            &clock.ahead_ms(),
            &run.0,
        ],
    )?;
    Ok(())
}
