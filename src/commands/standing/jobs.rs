//! Whether the jobs run, and whether `check-all` gets round.

use serde::Serialize;

use super::gateways::{GatewayStanding, GatewayState};
use crate::commands::Context;
use crate::commands::scheduled_job::{JobHealth, JobState, SCHEDULED_JOBS, ScheduledJob};
use crate::domain::{Instant, string_enum};
use crate::store::{Reader, StoreError};

string_enum! {
    /// How a job is.
    pub(in crate::commands) enum JobWord {
        /// It has not run yet, and need not have.
        Waits = "waits",
        /// It has not run, although the shop is older than its rhythm.
        NeverRan = "never_ran",
        Running = "running",
        Well = "well",
        /// The last run failed.
        Failed = "failed",
        /// The last run was killed.
        Died = "died",
        /// It has not done its work for too long.
        Overdue = "overdue",
    }
}

/// One job of the schedule.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct JobStanding {
    pub(in crate::commands) job: &'static str,
    pub(in crate::commands) state: JobWord,
    pub(in crate::commands) last_started_at: Option<Instant>,
    last_ended_at: Option<Instant>,
    pub(in crate::commands) last_exit: Option<u8>,
    /// When the last run began that did its work.
    pub(in crate::commands) last_success_at: Option<Instant>,
    /// What runs it by hand, with all its output.
    #[serde(skip)]
    pub(in crate::commands) command: String,
}

/// Whether `check-all` reaches every payment that is due.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct RoundStanding {
    pub(in crate::commands) gets_round: bool,
    /// When the run before the last began.
    due_since: Option<Instant>,
    /// Payments that were due then, at gateways that answer, and have not been checked since.
    pub(in crate::commands) left: u64,
}

pub(super) fn read(context: &Context<'_>, reader: &Reader) -> Result<Vec<JobStanding>, StoreError> {
    let began = [reader.first_run_at()?, reader.first_event_at()?];
    let began = began.into_iter().flatten().min();
    let age = began.map_or(std::time::Duration::ZERO, |at| context.started_at.since(at));
    let has_effects = !context.config.effects.is_empty();
    let mut jobs = Vec::new();
    for job in &SCHEDULED_JOBS {
        let health = JobHealth::of(job, context, reader)?;
        // Without effects nothing is missed where it does not run.
        let is_missed = age > job.rhythm.overdue_after() && (job.name != "fulfil" || has_effects);
        jobs.push(JobStanding::of(job, &health, is_missed));
    }
    Ok(jobs)
}

/// Gateways that are silent are told of by themselves.
pub(super) fn round(
    reader: &Reader,
    gateways: &[GatewayStanding],
    now: Instant,
) -> Result<RoundStanding, StoreError> {
    let previous = reader.previous_run("check-all")?.filter(|at| *at <= now);
    let mut left = 0;
    if let Some(previous) = previous {
        let answering = gateways
            .iter()
            .filter(|gateway| gateway.state == GatewayState::Answers);
        for gateway in answering {
            left += reader.due_since(&gateway.gateway, previous)?;
        }
    }
    Ok(RoundStanding {
        gets_round: left == 0,
        due_since: previous,
        left,
    })
}

impl JobStanding {
    fn of(job: &ScheduledJob, health: &JobHealth, is_missed: bool) -> Self {
        let last = health.last.as_ref();
        Self {
            job: job.name,
            state: JobWord::of(health.state, is_missed),
            last_started_at: last.map(|run| run.started_at),
            last_ended_at: last.and_then(|run| run.ended_at),
            last_exit: last.and_then(|run| run.exit),
            last_success_at: health.succeeded_at,
            command: command(job),
        }
    }
}

impl JobWord {
    fn of(state: JobState, is_missed: bool) -> Self {
        match state {
            JobState::NeverRan if is_missed => Self::NeverRan,
            JobState::NeverRan => Self::Waits,
            JobState::Running => Self::Running,
            JobState::RunsWell => Self::Well,
            JobState::LastFailed(_) => Self::Failed,
            JobState::LastDied => Self::Died,
            JobState::Overdue => Self::Overdue,
        }
    }

    /// Behind the name of the job.
    pub(super) fn said(self) -> &'static str {
        match self {
            Self::Waits => "has not run yet",
            Self::NeverRan => "never ran",
            Self::Running => "is running",
            Self::Well => "runs well",
            Self::Failed => "failed",
            Self::Died => "was killed",
            Self::Overdue => "is overdue",
        }
    }

    /// Somebody must look.
    pub(in crate::commands) fn is_for_a_person(self) -> bool {
        match self {
            Self::NeverRan | Self::Failed | Self::Died | Self::Overdue => true,
            Self::Waits | Self::Running | Self::Well => false,
        }
    }
}

fn command(job: &ScheduledJob) -> String {
    let words = job.arguments.iter().filter(|word| **word != "--quiet");
    std::iter::once(&"payctl")
        .chain(words)
        .copied()
        .collect::<Vec<_>>()
        .join(" ")
}
