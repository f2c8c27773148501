//! `payctl runs`: what ran, when, and how it ended.

pub(super) mod row;

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use serde::Serialize;

use self::row::{RunResult, RunRow};
use super::following::LineListing;
use super::printing::{PAGE, pages};
use super::window::{ListEnd, RecentWindow, Walked};
use crate::commands::Context;
use crate::config::nearest;
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::store::{JobLock, Reader, RecordedRun, StoreError};

/// Show what ran, when, and how it ended
///
/// One line per run of check-all, expire, fulfil or cleanup, newest first. A run without an end that holds no lock was
/// killed, or its machine was switched off: it is shown as died. With --follow each run is printed when it ends.
#[derive(Debug, Args)]
pub(super) struct RunsArgs {
    /// Only runs of this job: check-all, expire, fulfil or cleanup
    #[arg(long, value_name = "NAME")]
    job: Option<String>,
    /// Only runs that did not do their work: they ended with 1, 2 or 78, or died
    #[arg(long)]
    failed: bool,
    #[command(flatten)]
    window: RecentWindow,
    /// Go on behind this run, as the end of a list says
    #[arg(long, value_name = "RUN", conflicts_with = "follow")]
    after: Option<i64>,
    /// Print the latest runs, then each further one when it ends, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
}

#[derive(Default, Serialize)]
struct RunCount {
    runs: u64,
    failed: u64,
    #[serde(flatten)]
    end: ListEnd,
}

impl Summary for RunCount {
    fn line(&self) -> String {
        let (runs, end) = (counted(self.runs, "run"), &self.end);
        format!("{runs}, {} failed or died{end}", self.failed)
    }
}

pub(super) fn run(args: &RunsArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_job_if_any(args.job.as_deref(), &reader)?;
    if args.follow {
        return follow(args, &reader, context);
    }
    list(args, &reader, context)
}

fn list(args: &RunsArgs, reader: &Reader, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let locks = Locks::of(&context);
    let mut walk = args.window.walk(&context)?;
    let mut list = context.listing("runs")?;
    let mut count = RunCount::default();
    let page =
        |before: Option<i64>| reader.runs_page(args.job.as_deref(), before.or(args.after), PAGE);
    for run in pages(page, |run| run.id) {
        let (run, result) = locks.judge(reader, run?)?;
        let fits = !args.failed || result.is_failed();
        match walk.step(run.id, run.started_at, fits) {
            Walked::Shown => {}
            Walked::Passed => continue,
            Walked::Ended => break,
        }
        count.add(result);
        list.row(&RunRow::of(&run, result))?;
    }
    count.end = walk.end();
    list.finish(&count, Exit::Clean)
}

/// The latest runs, the earliest of them first, and then each that ends.
fn follow(args: &RunsArgs, reader: &Reader, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let locks = Locks::of(&context);
    let mut walk = args.window.walk(&context)?;
    let (mut latest, mut watched) = (Vec::new(), FollowedRuns::from_now(reader, &locks)?);
    let page = |before: Option<i64>| reader.runs_page(args.job.as_deref(), before, PAGE);
    for run in pages(page, |run| run.id) {
        let (run, result) = locks.judge(reader, run?)?;
        let is_over = run.id <= watched.last && result != RunResult::Running;
        let fits = is_over && (!args.failed || result.is_failed());
        match walk.step(run.id, run.started_at, fits) {
            Walked::Shown => latest.push((run, result)),
            Walked::Passed => {}
            Walked::Ended => break,
        }
    }
    let follower = context.follower();
    let mut count = RunCount::default();
    let mut list = context.line_listing("runs", true)?;
    let is_wanted = |run: &RecordedRun, result: RunResult| {
        args.job.as_ref().is_none_or(|job| *job == run.job) && (!args.failed || result.is_failed())
    };
    let mut print = |list: &mut LineListing<'_, RunRow>, run: &RecordedRun, result| {
        if !is_wanted(run, result) {
            return Ok(());
        }
        count.add(result);
        list.row(&RunRow::of(run, result))
    };
    for (run, result) in latest.iter().rev() {
        print(&mut list, run, *result)?;
    }
    let is_read = follower.follow(|| {
        for (run, result) in watched.ended(reader, &locks)? {
            print(&mut list, &run, result)?;
        }
        list.flush()
    })?;
    if is_read {
        list.finish(&count, Exit::Clean)?;
    }
    Ok(Exit::Clean)
}

impl RunCount {
    fn add(&mut self, result: RunResult) {
        self.runs += 1;
        self.failed += u64::from(result.is_failed());
    }
}

/// Who runs now, by the locks beside the file.
struct Locks(std::path::PathBuf);

impl Locks {
    fn of(context: &Context<'_>) -> Self {
        Self(context.database().to_owned())
    }

    /// A run with what became of it, read anew where that is not plain.
    fn judge(
        &self,
        reader: &Reader,
        run: RecordedRun,
    ) -> Result<(RecordedRun, RunResult), StoreError> {
        if let Some(exit) = run.exit {
            return Ok((run, RunResult::of_exit(exit)));
        }
        let latest = reader.last_run(&run.job)?;
        let is_latest = latest.is_some_and(|latest| latest.id == run.id);
        if is_latest && JobLock::is_held(&self.0, &run.job)? {
            return Ok((run, RunResult::Running));
        }
        // It records its end before it releases its lock.
        let run = reader.run(run.id)?.unwrap_or(run);
        let result = run.exit.map_or(RunResult::Died, RunResult::of_exit);
        Ok((run, result))
    }
}

/// The runs that are looked at again until they have ended.
struct FollowedRuns {
    /// The latest run that was seen.
    last: i64,
    open: BTreeSet<i64>,
}

impl FollowedRuns {
    /// What runs now, and what begins from now on.
    fn from_now(reader: &Reader, locks: &Locks) -> Result<Self, StoreError> {
        let last = reader.last_run_id()?;
        let mut open = BTreeSet::new();
        for job in JOBS {
            if let Some(run) = reader.last_run(job)? {
                let (run, result) = locks.judge(reader, run)?;
                open.extend((result == RunResult::Running).then_some(run.id));
            }
        }
        Ok(Self { last, open })
    }

    /// The runs that have ended since, the earliest first.
    fn ended(
        &mut self,
        reader: &Reader,
        locks: &Locks,
    ) -> Result<Vec<(RecordedRun, RunResult)>, StoreError> {
        let mut seen = BTreeMap::new();
        for id in &self.open {
            if let Some(run) = reader.run(*id)? {
                seen.insert(*id, run);
            }
        }
        let new = reader.runs_since(self.last, PAGE)?;
        seen.extend(new.into_iter().map(|run| (run.id, run)));
        self.open.clear();
        let mut ended = Vec::new();
        for (id, run) in seen {
            self.last = self.last.max(id);
            let (run, result) = locks.judge(reader, run)?;
            if result == RunResult::Running {
                self.open.insert(id);
            } else {
                ended.push((run, result));
            }
        }
        Ok(ended)
    }
}

/// The jobs that are recorded.
const JOBS: [&str; 4] = ["check-all", "expire", "fulfil", "cleanup"];

/// The job that a list is limited to is one, or has run here.
fn require_job_if_any(job: Option<&str>, reader: &Reader) -> anyhow::Result<()> {
    let Some(job) = job.filter(|job| !JOBS.contains(job)) else {
        return Ok(());
    };
    if reader.last_run(job)?.is_some() {
        return Ok(());
    }
    let error = super::CommandError::failed(format!("no job is named {job}"));
    Err(match nearest(job, &JOBS) {
        Some(similar) => error.hint(format!("did you mean {similar}?")),
        None => error.hint(format!("there are: {}", JOBS.join(", "))),
    }
    .into())
}
