//! The jobs that a schedule runs, how often, and how to tell from their records whether they run.

use std::time::Duration;

use crate::commands::Context;
use crate::domain::{Instant, string_enum};
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

string_enum! {
    /// What a job's records say about it.
    pub(super) enum JobState {
        /// It has not run yet, and need not have: only where that is asked ([`JobState::unless_missed`]).
        Waits = "waits",
        /// It has never run on this database.
        NeverRan = "never_ran",
        /// A run holds its lock.
        Running = "running",
        /// The last run did its work, and not long ago.
        RunsWell = "runs_well",
        /// The last run ended with a failure.
        Failed = "failed",
        /// The last run was killed.
        Died = "died",
        /// Nothing did its work for too long, whatever the last run said.
        Overdue = "overdue",
    }
}

impl JobState {
    /// The same, where a job that never ran is only missed after a while.
    pub(super) fn unless_missed(self, is_missed: bool) -> Self {
        if self == Self::NeverRan && !is_missed {
            Self::Waits
        } else {
            self
        }
    }

    /// Behind the name of the job.
    pub(super) fn said(self) -> &'static str {
        match self {
            Self::Waits => "has not run yet",
            Self::NeverRan => "never ran",
            Self::Running => "is running",
            Self::RunsWell => "runs well",
            Self::Failed => "failed",
            Self::Died => "was killed",
            Self::Overdue => "is overdue",
        }
    }

    /// Somebody must look.
    pub(super) fn is_for_a_person(self) -> bool {
        match self {
            Self::NeverRan | Self::Failed | Self::Died | Self::Overdue => true,
            Self::Waits | Self::Running | Self::RunsWell => false,
        }
    }
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
                    run.exit.and_then(Exit::of_code),
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
        None => JobState::Died,
        Some(Exit::Failed | Exit::Usage | Exit::Config) => JobState::Failed,
        Some(Exit::Clean | Exit::Attention | Exit::Partial | Exit::Busy) => JobState::RunsWell,
    }
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
            (Some(1), false, false, JobState::Failed),
            (Some(78), false, false, JobState::Failed),
            (None, true, false, JobState::Running),
            (None, false, false, JobState::Died),
            // A run that hangs for hours is no running job.
            (None, true, true, JobState::Overdue),
            (Some(0), false, true, JobState::Overdue),
            (Some(78), false, true, JobState::Overdue),
        ] {
            let said = state(exit.and_then(Exit::of_code), is_held, is_overdue);
            assert_eq!(said, is, "{exit:?} {is_held} {is_overdue}");
        }
    }
}
