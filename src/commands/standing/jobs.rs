//! Whether the jobs run, and whether `check-all` gets round.

use serde::Serialize;

use super::gateways::{GatewayStanding, GatewayState};
use crate::commands::Context;
use crate::commands::scheduled_job::{JobHealth, JobState, SCHEDULED_JOBS, ScheduledJob};
use crate::domain::Instant;
use crate::store::{Reader, StoreError};

/// One job of the schedule.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct JobStanding {
    pub(in crate::commands) job: &'static str,
    pub(in crate::commands) state: JobState,
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
    let began = [reader.oldest_run()?, reader.first_event_at()?];
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
            state: health.state.unless_missed(is_missed),
            last_started_at: last.map(|run| run.started_at),
            last_ended_at: last.and_then(|run| run.ended_at),
            last_exit: last.and_then(|run| run.exit),
            last_success_at: health.succeeded_at,
            command: command(job),
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
