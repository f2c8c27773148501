//! The record of runs: which job, when, by which process, and how it ended.

use serde_json::Value;

use crate::domain::{ClockReadings, ClockState, Instant};
use crate::store::engine::{Reader, StoredRow, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// The id of a run's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(pub(in crate::store) i64);

impl RunId {
    /// The run with this number.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        Self(number)
    }
}

impl std::fmt::Display for RunId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

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
        self.one(sql!("last_run"), &[&job], recorded)
    }

    /// The runs of a job, or of all, before a given one or from the latest on, newest first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn runs_page(
        &self,
        job: Option<&str>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RecordedRun>, StoreError> {
        let before = before.unwrap_or(i64::MAX);
        match job {
            Some(job) => self.all(sql!("runs_of_job_page"), &[&job, &before, &limit], recorded),
            None => self.all(sql!("runs_page"), &[&before, &limit], recorded),
        }
    }

    /// The runs of all jobs after a given one, earliest first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn runs_since(&self, after: i64, limit: u32) -> Result<Vec<RecordedRun>, StoreError> {
        self.all(sql!("runs_since"), &[&after, &limit], recorded)
    }

    /// One run, if it is still on record.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn run(&self, id: i64) -> Result<Option<RecordedRun>, StoreError> {
        self.one(sql!("run_by_id"), &[&id], recorded)
    }

    /// The number of the latest run of all jobs; 0 without one.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn last_run_id(&self) -> Result<i64, StoreError> {
        self.only(sql!("last_run_id"), &[], first)
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

fn recorded(row: &StoredRow<'_>) -> Result<RecordedRun, StoreError> {
    Ok(
        from_row!(row => RecordedRun { id, job, started_at, ended_at, exit, counts, host, pid, program }),
    )
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
            &is_idle(exit, counts),
            &run.0,
        ],
    )?;
    Ok(())
}

/// Counts of what stands open, which no run has done.
const OF_THE_SHOP: [&str; 2] = ["cases_open", "refunds_due"];

/// Whether a run found nothing to do: it ended with 0, no count of what it did is above 0, and nothing ended it early.
fn is_idle(exit: u8, counts: &str) -> bool {
    let Ok(Value::Object(counts)) = serde_json::from_str(counts) else {
        return false;
    };
    let mut counts = counts.into_iter();
    let is_nothing = |(name, value): (String, Value)| match value {
        Value::Number(count) => OF_THE_SHOP.contains(&name.as_str()) || count.as_u64() == Some(0),
        Value::String(_) => false,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => true,
    };
    exit == 0 && counts.all(is_nothing)
}

#[cfg(test)]
mod tests {
    use super::is_idle;

    #[test]
    fn a_run_that_did_nothing_is_idle() {
        for (exit, counts, is) in [
            (0, r#"{"asked":0,"match":0,"ended":null}"#, true),
            (0, r#"{"asked":0,"cases_open":2,"refunds_due":1}"#, true),
            (0, r#"{"asked":1,"match":1}"#, false),
            (0, r#"{"removed":0,"freed_bytes":4096}"#, false),
            (0, r#"{"asked":0,"ended":"out_of_time"}"#, false),
            (3, r#"{"asked":0}"#, false),
            (0, "", false),
        ] {
            assert_eq!(is_idle(exit, counts), is, "{exit} {counts}");
        }
    }
}
