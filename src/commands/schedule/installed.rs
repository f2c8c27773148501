//! Which jobs the schedulers of this machine start.

use std::collections::BTreeMap;

use super::machine::installed;
use super::plan::{OPTIONAL_JOBS, Scheduler, StartTime};
use super::runner::runner;
use super::tools::Tools;
use super::wanted::{SchedulerArgs, plan_of};
use crate::commands::Context;
use crate::commands::scheduled_job::{SCHEDULED_JOBS, ScheduledJob};
use crate::config::ConfigSource;
use crate::domain::string_enum;

string_enum! {
    /// Whether a scheduler of this machine starts a job for this configuration.
    pub(in crate::commands) enum JobInstallation {
        Yes = "yes",
        No = "no",
        Unknown = "unknown",
    }
}

pub(super) fn all_jobs() -> impl Iterator<Item = &'static ScheduledJob> {
    let optional = OPTIONAL_JOBS.iter().map(|optional| &optional.job);
    SCHEDULED_JOBS.iter().chain(optional)
}

/// What starts each job, as far as this machine tells.
pub(in crate::commands) struct InstalledJobs {
    pub(in crate::commands) by: BTreeMap<&'static str, Scheduler>,
    /// When each job starts.
    pub(super) starts: BTreeMap<&'static str, StartTime>,
    /// Whether all schedulers could be read, so that what was not found is not there.
    is_complete: bool,
}

impl InstalledJobs {
    /// What the usual schedulers start for whoever asks.
    ///
    /// # Errors
    /// A plan for this machine cannot be made.
    pub(in crate::commands) fn here(context: &Context<'_>) -> anyhow::Result<Self> {
        Self::of(&SchedulerArgs::default(), context)
    }

    /// `place` names one scheduler or another user.
    ///
    /// # Errors
    /// A plan for this machine cannot be made.
    pub(super) fn of(place: &SchedulerArgs, context: &Context<'_>) -> anyhow::Result<Self> {
        let mut found = Self {
            by: BTreeMap::new(),
            starts: BTreeMap::new(),
            is_complete: true,
        };
        if !matches!(context.config.source, ConfigSource::File(_)) {
            found.is_complete = false;
            return Ok(found);
        }
        let names: Vec<&'static str> = all_jobs().map(|job| job.name).collect();
        let tools = Tools::of(context.host);
        // Root looks where its jobs would be installed; where they would not be, into its own tables.
        let user = runner(place.user.as_deref(), context.database()).unwrap_or_default();
        let schedulers = match &place.scheduler {
            Some(named) => std::slice::from_ref(named),
            None => Scheduler::of_system(std::env::consts::OS),
        };
        for scheduler in schedulers.iter().copied() {
            let plan = plan_of(scheduler, user.clone(), context)?;
            match installed(&plan, &tools, &names) {
                Some(jobs) => {
                    for job in jobs {
                        found.by.entry(job).or_insert(scheduler);
                    }
                }
                None => found.is_complete = false,
            }
            let starts = plan.jobs.iter().map(|job| (job.name, job.start));
            found.starts.extend(starts);
        }
        Ok(found)
    }

    pub(in crate::commands) fn installation(&self, job: &str, runs: bool) -> JobInstallation {
        if self.by.contains_key(job) {
            JobInstallation::Yes
        } else if self.is_complete && !runs {
            JobInstallation::No
        } else {
            // Something starts it, and not from here.
            JobInstallation::Unknown
        }
    }
}
