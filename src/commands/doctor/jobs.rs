//! The jobs of the schedule: whether each has done its work lately.

use std::collections::BTreeSet;

use super::Findings;
use crate::commands::Context;
use crate::commands::backup;
use crate::commands::schedule::{InstalledJobs, JobInstallation};
use crate::commands::scheduled_job::{JobHealth, JobState, Rhythm, SCHEDULED_JOBS, ScheduledJob};
use crate::domain::Zone;
use crate::store::{Reader, StoreError};

const SCHEDULE: &str = "schedule";
const CHECK: &str = "job";

pub(super) fn check(
    reader: &Reader,
    context: &Context<'_>,
    found: &mut Findings,
) -> Result<(), StoreError> {
    let installed = match InstalledJobs::here(context) {
        Ok(installed) => Some(installed),
        Err(error) => {
            found.unknown(SCHEDULE, None, format!("it cannot be read: {error:#}"));
            None
        }
    };
    let mut jobs = Vec::new();
    for job in &SCHEDULED_JOBS {
        let health = JobHealth::of(job, context, reader)?;
        let runs = matches!(health.state, JobState::RunsWell | JobState::Running);
        let by = installed.as_ref();
        let by = by.map(|installed| installed.installation(job.name, runs));
        jobs.push((job, health, by));
    }
    if let Some(installed) = &installed {
        tell_schedule(installed, &jobs, found);
    }
    for (job, health, by) in &jobs {
        tell(job, health, *by, context.config.zone, found);
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

/// What starts the jobs, as far as this machine tells.
fn tell_schedule(
    installed: &InstalledJobs,
    jobs: &[(&ScheduledJob, JobHealth, Option<JobInstallation>)],
    found: &mut Findings,
) {
    let of_state = |wanted: JobInstallation| {
        let jobs = jobs.iter().filter(|(.., by)| *by == Some(wanted));
        jobs.map(|(job, ..)| job.name).collect::<Vec<_>>()
    };
    let started = of_state(JobInstallation::Yes);
    if !started.is_empty() {
        let by: BTreeSet<_> = installed.by.values().map(|by| by.word()).collect();
        let by = by.into_iter().collect::<Vec<_>>().join(" and ");
        found.ok(
            SCHEDULE,
            None,
            format!("{by} starts {}", started.join(", ")),
        );
    }
    let missing = of_state(JobInstallation::No);
    if !missing.is_empty() {
        let what = format!("nothing here starts {}", missing.join(", "));
        found.warn(SCHEDULE, None, what, "payctl schedule install");
    }
    let unknown = of_state(JobInstallation::Unknown);
    if !unknown.is_empty() {
        let what = format!("what starts {} cannot be told here", unknown.join(", "));
        found.unknown(SCHEDULE, None, what);
    }
}

fn tell(
    job: &ScheduledJob,
    health: &JobHealth,
    by: Option<JobInstallation>,
    zone: Zone,
    found: &mut Findings,
) {
    let (name, about) = (job.name, Some(job.name));
    let last = health.succeeded_at.map(|at| at.in_named_zone(zone));
    let last = last.unwrap_or_else(|| "never".to_owned());
    match health.state {
        JobState::Waits | JobState::NeverRan => {
            let (what, next) = match (by, job.rhythm) {
                (Some(JobInstallation::Yes), Rhythm::Daily(..)) => {
                    found.ok(CHECK, about, "it is installed, and has not run yet");
                    return;
                }
                (Some(JobInstallation::Yes), Rhythm::EveryMinute) => (
                    "it is installed, and has never run".to_owned(),
                    "wait two minutes; if it stays so, see whether the scheduler itself runs",
                ),
                (Some(JobInstallation::No | JobInstallation::Unknown) | None, _) => (
                    format!("it has never run on this database. {}", job.purpose),
                    "payctl schedule install",
                ),
            };
            found.warn(CHECK, about, what, next);
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
