//! The jobs of the schedule: whether each has done its work lately.

use super::Findings;
use crate::commands::Context;
use crate::commands::backup;
use crate::commands::scheduled_job::{JobHealth, JobState, SCHEDULED_JOBS, ScheduledJob};
use crate::domain::Zone;
use crate::store::{Reader, StoreError};

const CHECK: &str = "job";

pub(super) fn check(
    reader: &Reader,
    context: &Context<'_>,
    found: &mut Findings,
) -> Result<(), StoreError> {
    // Whether a schedule is installed belongs here, before its jobs.
    for job in &SCHEDULED_JOBS {
        let health = JobHealth::of(job, context, reader)?;
        tell(job, &health, context.config.zone, found);
    }
    match reader.last_success(backup::COMMAND)? {
        Some(at) => {
            let at = at.in_named_zone(context.config.zone);
            found.ok(CHECK, Some(backup::COMMAND), format!("last made {at}"));
        }
        None => {
            let next = "payctl schedule install --with backup=FILE, on another disk";
            found.warn(
                CHECK,
                Some(backup::COMMAND),
                "no backup was ever made",
                next,
            );
        }
    }
    Ok(())
}

fn tell(job: &ScheduledJob, health: &JobHealth, zone: Zone, found: &mut Findings) {
    let (name, about) = (job.name, Some(job.name));
    let last = health.succeeded_at.map(|at| at.in_named_zone(zone));
    let last = last.unwrap_or_else(|| "never".to_owned());
    match health.state {
        JobState::Waits | JobState::NeverRan => {
            let what = format!("it has never run on this database. {}", job.purpose);
            found.warn(CHECK, about, what, "payctl schedule install");
        }
        JobState::Running => found.ok(CHECK, about, "it is running"),
        JobState::RunsWell => found.ok(CHECK, about, format!("last worked {last}")),
        JobState::Failed => {
            let exit = health.last.as_ref().and_then(|run| run.exit);
            let exit = exit.unwrap_or_default();
            let what = format!("its last run ended with {exit}; last worked {last}");
            found.problem(CHECK, about, what, format!("see why: payctl {name}"));
        }
        JobState::Died => {
            let began = health.last.as_ref();
            let began = began.map(|run| run.started_at.in_named_zone(zone));
            let began = began.unwrap_or_default();
            let what = format!("its run of {began} was killed; last worked {last}");
            let next = format!("see whether it ends: payctl {name}");
            found.warn(CHECK, about, what, next);
        }
        JobState::Overdue => {
            let what = format!("it is overdue; last worked {last}");
            let next = "payctl schedule list";
            found.problem(CHECK, about, what, next);
        }
    }
}
