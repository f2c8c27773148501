//! `payctl schedule list`: whether the shop's jobs run.

use clap::Args;
use serde::Serialize;

use super::installed::{InstalledJobs, JobInstallation, all_jobs};
use super::plan::{Scheduler, StartTime};
use super::wanted::SchedulerArgs;
use crate::commands::Context;
use crate::commands::disk_room::is_full;
use crate::commands::scheduled_job::{JobHealth, JobState, Rhythm, SCHEDULED_JOBS, ScheduledJob};
use crate::domain::Instant;
use crate::exit::Exit;
use crate::output::counted::{counted, tally};
use crate::output::{Cell as _, Severity, Summary, row};

/// List the jobs: when each ran, when it is due, and whether it is overdue
///
/// A job is overdue when none of its runs did its work for ten minutes, or for 26 hours if it runs daily. The command
/// only reads. Whether a job is installed cannot always be told: another user may have installed it.
#[derive(Debug, Args)]
pub(in crate::commands) struct ScheduleListArgs {
    #[command(flatten)]
    place: SchedulerArgs,
}

row! {
    /// One job. Fields are only ever added.
    struct ListedJob {
        job: &'static str => text("Job"),
        rhythm: String => text("Rhythm"),
        state: JobState => text("State", |row, _| row.state_in_words()),
        last_run_at: Option<Instant> => text("Last run"),
        /// The exit code of the last run; none while it runs, and after it was killed.
        last_exit: Option<u8> => text("Exit", |row, zone| row.last_exit.cell(zone)),
        last_success_at: Option<Instant> => text("Last success"),
        next_due_at: Option<Instant> => text("Next due"),
        installed: JobInstallation => text("Installed", |row, _| row.installed_in_words()),
        scheduler: Option<Scheduler>,
        /// Whether somebody should look.
        overdue: bool,
    }
    hides "Exit", "Last run", "Next due";
    severity |row| if row.overdue { Severity::Person } else { Severity::Calm };
}

#[derive(Default, Serialize)]
struct ScheduleCount {
    jobs: u64,
    overdue: u64,
    /// No run can be recorded, so that the list is not of now.
    disk_full: bool,
    #[serde(skip)]
    next: Option<&'static str>,
}

impl Summary for ScheduleCount {
    fn line(&self) -> String {
        let jobs = counted(self.jobs, "job");
        let overdue = tally(&[(self.overdue, "overdue")], "none overdue");
        let full = if self.disk_full {
            "; the disk is full, so no run can be recorded"
        } else {
            ""
        };
        format!("{jobs}; {overdue}{full}")
    }

    fn next(&self) -> Vec<String> {
        self.next.into_iter().map(str::to_owned).collect()
    }
}

pub(super) fn run(args: &ScheduleListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let installed = InstalledJobs::of(&args.place, &context)?;
    let oldest = reader.oldest_run()?;
    let mut rows = Vec::new();
    for job in all_jobs() {
        let health = JobHealth::of(job, &context, &reader)?;
        let is_usual = SCHEDULED_JOBS.iter().any(|usual| usual.name == job.name);
        if is_usual || health.last.is_some() || installed.by.contains_key(job.name) {
            let alarms_since = oldest.filter(|_| is_usual);
            rows.push(ListedJob::of(
                job,
                &health,
                &installed,
                alarms_since,
                &context,
            ));
        }
    }
    let mut count = ScheduleCount {
        disk_full: is_full(context.database()),
        ..ScheduleCount::default()
    };
    let mut list = context.listing("schedule list")?;
    for row in &rows {
        count.jobs += 1;
        count.overdue += u64::from(row.overdue);
        list.row(row)?;
    }
    let never_ran = rows.iter().all(|row| row.state == JobState::NeverRan);
    if installed.by.is_empty() && (never_ran || count.overdue > 0) {
        count.next = Some("payctl schedule install");
    }
    if count.disk_full {
        count.next = Some("payctl doctor");
    }
    let exit = if count.overdue > 0 || count.disk_full {
        Exit::Attention
    } else {
        Exit::Clean
    };
    list.finish(&count, exit)
}

impl ListedJob {
    /// `alarms_since`: when the first recorded run of any job began, if it matters that this one never ran.
    fn of(
        job: &ScheduledJob,
        health: &JobHealth,
        installed: &InstalledJobs,
        alarms_since: Option<Instant>,
        context: &Context<'_>,
    ) -> Self {
        let (now, zone) = (context.started_at, context.config.zone);
        let state = health.state;
        let runs = matches!(state, JobState::RunsWell | JobState::Running);
        let start = installed.starts.get(job.name).copied();
        let start = start.unwrap_or(StartTime::of(job.rhythm));
        let installation = installed.installation(job.name, runs);
        let is_late_to_begin = match job.rhythm {
            Rhythm::EveryMinute => installation == JobInstallation::Yes,
            Rhythm::Daily(..) => alarms_since.is_some_and(|since| {
                let is_old = now.since(since) > job.rhythm.overdue_after();
                is_old && installation != JobInstallation::No
            }),
        };
        let has_never_run = state == JobState::NeverRan;
        Self {
            job: job.name,
            rhythm: start.to_string(),
            state,
            last_run_at: health.last.as_ref().map(|run| run.started_at),
            last_exit: health.last.as_ref().and_then(|run| run.exit),
            last_success_at: health.succeeded_at,
            next_due_at: (installation != JobInstallation::No).then(|| start.next(zone, now)),
            installed: installation,
            scheduler: installed.by.get(job.name).copied(),
            overdue: state == JobState::Overdue || has_never_run && is_late_to_begin,
        }
    }

    fn state_in_words(&self) -> String {
        match self.state {
            JobState::Waits | JobState::NeverRan => "never ran".to_owned(),
            JobState::RunsWell => "runs well".to_owned(),
            JobState::Running | JobState::Failed | JobState::Died | JobState::Overdue => {
                self.state.word().to_owned()
            }
        }
    }

    fn installed_in_words(&self) -> String {
        match (self.installed, self.scheduler) {
            (JobInstallation::Yes, Some(scheduler)) => scheduler.word().to_owned(),
            (JobInstallation::Yes | JobInstallation::No, _) => self.installed.word().to_owned(),
            (JobInstallation::Unknown, _) => "cannot be told here".to_owned(),
        }
    }
}
