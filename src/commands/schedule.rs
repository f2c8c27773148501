//! `payctl schedule`: lets the machine's scheduler run the shop's jobs, and shows whether they run.

mod cron;
mod diff;
mod install;
mod installed;
mod launchd;
mod list;
mod machine;
mod paths;
mod plan;
mod print;
mod quoting;
mod runner;
mod schtasks;
mod systemd;
#[cfg(test)]
mod testing;
mod tools;
mod wanted;

use clap::Subcommand;

use crate::commands::{Context, Options, Writes};
use crate::exit::Exit;
use crate::host::Host;

#[cfg(test)]
pub(super) use self::install::ScheduleChangeKind;
pub(super) use self::installed::{InstalledJobs, JobInstallation};
#[cfg(test)]
pub(super) use self::plan::Scheduler;

/// Let cron, systemd, launchd or Windows run the jobs, and see whether they run
#[derive(Debug, Subcommand)]
pub(super) enum ScheduleCommand {
    Print(print::PrintArgs),
    Install(install::InstallArgs),
    Remove(install::RemoveArgs),
    List(list::ScheduleListArgs),
}

impl ScheduleCommand {
    /// What it does to the database.
    #[expect(clippy::unused_self, reason = "as the other groups of commands")]
    pub(super) fn writes(&self) -> Writes {
        Writes::Nothing
    }
}

pub(super) fn run(
    command: &ScheduleCommand,
    options: Options,
    host: &mut Host,
) -> anyhow::Result<Exit> {
    let open = |host| Context::open(options.clone(), host, command.writes());
    match command {
        ScheduleCommand::Print(args) => print::run(args, &options, host),
        ScheduleCommand::Install(args) => install::install(args, open(host)?),
        ScheduleCommand::Remove(args) => install::remove(args, open(host)?),
        ScheduleCommand::List(args) => list::run(args, open(host)?),
    }
}
