//! What the machine's scheduler holds of a shop: reads it, and changes it.

mod crontab;
mod files;
mod tasks;

use std::collections::BTreeSet;

use super::plan::{Plan, Scheduler};
use super::tools::Tools;
use files::FileScheduler;

/// One file, table or task of a scheduler, before and after. None: there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ScheduleChange {
    /// The path of the file, or the name of the table or the task.
    pub(super) name: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
}

impl ScheduleChange {
    pub(super) fn is_needed(&self) -> bool {
        self.old != self.new
    }
}

/// What becomes of the shop's jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    Install,
    Remove,
}

/// What is to be changed. Writes nothing.
///
/// # Errors
/// The scheduler cannot be read.
pub(super) fn changes(
    plan: &Plan,
    tools: &Tools,
    intent: Intent,
) -> anyhow::Result<Vec<ScheduleChange>> {
    let all = match plan.wanted.scheduler {
        Scheduler::Cron => crontab::changes(plan, tools, intent),
        Scheduler::Systemd => FileScheduler::systemd(plan, tools)?.changes(plan, intent),
        Scheduler::Launchd => FileScheduler::launchd(plan, tools)?.changes(plan, intent),
        Scheduler::Schtasks => tasks::changes(plan, tools, intent),
    }?;
    Ok(all.into_iter().filter(ScheduleChange::is_needed).collect())
}

/// Makes these changes.
///
/// # Errors
/// In the words of the scheduler's own program.
pub(super) fn apply(plan: &Plan, tools: &Tools, changes: &[ScheduleChange]) -> anyhow::Result<()> {
    match plan.wanted.scheduler {
        Scheduler::Cron => crontab::apply(plan, tools, changes),
        Scheduler::Systemd => FileScheduler::systemd(plan, tools)?.apply(plan, tools, changes),
        Scheduler::Launchd => FileScheduler::launchd(plan, tools)?.apply(plan, tools, changes),
        Scheduler::Schtasks => tasks::apply(plan, tools, changes),
    }
}

/// The names of the jobs that the scheduler starts for this configuration; none if that cannot be told here.
pub(super) fn installed(
    plan: &Plan,
    tools: &Tools,
    names: &[&'static str],
) -> Option<BTreeSet<&'static str>> {
    match plan.wanted.scheduler {
        Scheduler::Cron => crontab::installed(plan, tools, names),
        Scheduler::Systemd => {
            let files = FileScheduler::systemd(plan, tools).ok()?;
            // Where it does not run, and nothing was ever written for it, it starts nothing.
            if !files.is_used() {
                return Some(BTreeSet::new());
            }
            Some(files.installed(plan, names))
        }
        Scheduler::Launchd => {
            let files = FileScheduler::launchd(plan, tools).ok()?;
            Some(files.installed(plan, names))
        }
        Scheduler::Schtasks => tasks::installed(plan, tools, names),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
