//! The jobs that a schedule runs, how often, and how to tell from their records whether they run.

use std::time::Duration;

use crate::commands::Context;
use crate::domain::Instant;
use crate::exit::Exit;
use crate::store::{JobLock, Reader, RecordedRun, StoreError};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// When a job is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rhythm {
    EveryMinute,
    /// Once a day, at this hour and minute of the shop's zone.
    Daily(u8, u8),
}

/// A job that runs by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScheduledJob {
    /// The name in the table of runs: the command.
    pub(super) name: &'static str,
    /// What follows `payctl` in its line.
    pub(super) arguments: &'static [&'static str],
    pub(super) rhythm: Rhythm,
    /// What the job is for, in one sentence.
    pub(super) purpose: &'static str,
}

/// The jobs that every shop needs, the most frequent first.
pub(super) const SCHEDULED_JOBS: [ScheduledJob; 4] = [
    ScheduledJob {
        name: "check-all",
        arguments: &["check-all", "--fix", "--due", "--quiet"],
        rhythm: Rhythm::EveryMinute,
        purpose: "Check every payment whose next check is due, and update the orders.",
    },
    ScheduledJob {
        name: "expire",
        arguments: &["expire", "--quiet"],
        rhythm: Rhythm::EveryMinute,
        purpose: "Expire overdue orders that are confirmed unpaid, and release their stock. Closes their payments at the \
                  gateways first.",
    },
    ScheduledJob {
        name: "fulfil",
        arguments: &["fulfil", "--quiet"],
        rhythm: Rhythm::EveryMinute,
        purpose: "Carry out effects of order changes: run programs, call URLs, send mails. Ends at once if nothing is due.",
    },
    ScheduledJob {
        name: "cleanup",
        arguments: &["cleanup", "--quiet"],
        rhythm: Rhythm::Daily(3, 0),
        purpose: "Delete old records that do not concern money, and anonymise old customers.",
    },
];

impl Rhythm {
    /// How long after its last success a job counts as overdue: a run may take long, and a machine may be off for a
    /// moment.
    pub(super) const fn overdue_after(self) -> Duration {
        match self {
            Self::EveryMinute => MINUTE.saturating_mul(10),
            Self::Daily(..) => DAY.saturating_add(MINUTE.saturating_mul(120)),
        }
    }
}

/// What a job's records say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobState {
    /// It has never run on this database.
    NeverRan,
    /// A run holds its lock.
    Running,
    /// The last run did its work, and not long ago.
    RunsWell,
    /// The last run ended with a failure.
    LastFailed(Exit),
    /// The last run was killed.
    LastDied,
    /// Nothing did its work for too long, whatever the last run said.
    Overdue,
}

/// A job's records, and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JobHealth {
    pub(super) last: Option<RecordedRun>,
    pub(super) succeeded_at: Option<Instant>,
    pub(super) state: JobState,
}

impl JobHealth {
    /// Reads a job's records, and whether it runs now.
    ///
    /// # Errors
    /// As reading the file and the lock.
    pub(super) fn of(
        job: &ScheduledJob,
        context: &Context<'_>,
        reader: &Reader,
    ) -> Result<Self, StoreError> {
        let last = reader.last_run(job.name)?;
        let succeeded_at = reader.last_success(job.name)?;
        let is_held = JobLock::is_held(context.database(), job.name)?;
        let state = match &last {
            None => JobState::NeverRan,
            Some(run) => {
                let worked_at = succeeded_at.unwrap_or(run.started_at);
                let idle = context.started_at.since(worked_at);
                state(
                    run.exit.and_then(exit_of),
                    is_held,
                    idle > job.rhythm.overdue_after(),
                )
            }
        };
        Ok(Self {
            last,
            succeeded_at,
            state,
        })
    }
}

/// What the last run's exit says; none while it has none.
fn state(exit: Option<Exit>, is_held: bool, is_overdue: bool) -> JobState {
    match exit {
        _ if is_overdue => JobState::Overdue,
        None if is_held => JobState::Running,
        None => JobState::LastDied,
        Some(failed @ (Exit::Failed | Exit::Usage | Exit::Config)) => JobState::LastFailed(failed),
        Some(Exit::Clean | Exit::Attention | Exit::Partial | Exit::Busy) => JobState::RunsWell,
    }
}

fn exit_of(code: u8) -> Option<Exit> {
    Exit::ALL.into_iter().find(|exit| exit.code() == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_end_tells_how_a_job_is() {
        for (exit, is_held, is_overdue, is) in [
            (Some(0), false, false, JobState::RunsWell),
            (Some(3), false, false, JobState::RunsWell),
            (Some(4), false, false, JobState::RunsWell),
            (Some(1), false, false, JobState::LastFailed(Exit::Failed)),
            (Some(78), false, false, JobState::LastFailed(Exit::Config)),
            (None, true, false, JobState::Running),
            (None, false, false, JobState::LastDied),
            // A run that hangs for hours is no running job.
            (None, true, true, JobState::Overdue),
            (Some(0), false, true, JobState::Overdue),
            (Some(78), false, true, JobState::Overdue),
        ] {
            let said = state(exit.and_then(exit_of), is_held, is_overdue);
            assert_eq!(said, is, "{exit:?} {is_held} {is_overdue}");
        }
    }
}
