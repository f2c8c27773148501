//! `payctl schedule install` and `remove`: change what the machine's scheduler holds of this shop, and nothing else.

use std::io::Write as _;

use clap::Args;
use serde::Serialize;

use super::diff::diff;
use super::machine::{Intent, ScheduleChange, apply, changes};
use super::plan::{Plan, Scheduler};
use super::runner::runner;
use super::tools::Tools;
use super::wanted::{JobArgs, SchedulerArgs, plan_of};
use crate::commands::Context;
use crate::commands::consent::{ConsentArgs, Foretold, Unattended};
use crate::domain::string_enum;
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::detail::Detail;
use crate::output::{Format, printable, row};

/// Let the machine run the jobs of this shop
///
/// Shows what will change and asks first; without a terminal it needs --yes. It touches nothing but the jobs of this
/// configuration. Again, it brings them up to date. `payctl schedule remove` takes them away again.
#[derive(Debug, Args)]
pub(in crate::commands) struct InstallArgs {
    #[command(flatten)]
    jobs: JobArgs,
    #[command(flatten)]
    consent: ConsentArgs,
}

/// Take the jobs of this shop from the machine's scheduler
///
/// Shows what will change and asks first; without a terminal it needs --yes. All that was not written by
/// `payctl schedule install` for this configuration stays.
#[derive(Debug, Args)]
pub(in crate::commands) struct RemoveArgs {
    #[command(flatten)]
    place: SchedulerArgs,
    #[command(flatten)]
    consent: ConsentArgs,
}

string_enum! {
    /// What becomes of a file, a table or a task of a scheduler.
    pub(in crate::commands) enum ScheduleChangeKind {
        Created = "created",
        Changed = "changed",
        Removed = "removed",
    }
}

/// Fields are only ever added.
#[derive(Serialize)]
struct ChangedSchedule {
    scheduler: Scheduler,
    config: String,
    /// Whom the jobs run as, if not whoever typed the command.
    user: Option<String>,
    changes: Vec<ChangedPart>,
    dry_run: bool,
}

row! {
    struct ChangedPart {
        name: String => text("What"),
        change: ScheduleChangeKind => text("Change"),
    }
}

pub(super) fn install(args: &InstallArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let plan = args.jobs.plan(&context)?;
    carry_out(&plan, Intent::Install, &args.consent, &mut context)
}

pub(super) fn remove(args: &RemoveArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let user = runner(args.place.user.as_deref(), context.database())?;
    let plan = plan_of(args.place.scheduler(), user, &context)?;
    carry_out(&plan, Intent::Remove, &args.consent, &mut context)
}

fn carry_out(
    plan: &Plan,
    intent: Intent,
    consent: &ConsentArgs,
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let tools = Tools::of(context.host);
    let changes = changes(plan, &tools, intent)?;
    if context.options.format == Format::Table && !context.options.quiet {
        print_changes(&changes, context)?;
    }
    if !changes.is_empty() {
        let will = counted(changes.len(), "change");
        context.require_consent(consent, Unattended::NeedsYes, |_| {
            Ok(Some(Foretold {
                consequences: vec![format!("{will} to {}, as shown.", plan.wanted.scheduler)],
                question: match intent {
                    Intent::Install => "Install these jobs?".to_owned(),
                    Intent::Remove => "Remove these jobs?".to_owned(),
                },
                otherwise: "nothing was changed",
            }))
        })?;
        if !consent.dry_run {
            apply(plan, &tools, &changes)?;
        }
    }
    let (command, done) = match intent {
        Intent::Install => ("schedule install", "installed"),
        Intent::Remove => ("schedule remove", "removed"),
    };
    let result = if changes.is_empty() {
        format!("nothing to change: {done} already")
    } else {
        context.would(consent.dry_run, done)
    };
    let body = ChangedSchedule {
        scheduler: plan.wanted.scheduler,
        config: plan.wanted.config.clone(),
        user: plan.wanted.user.clone(),
        changes: changes.iter().map(ChangedPart::of).collect(),
        dry_run: consent.dry_run,
    };
    let detail = Detail::new(context.style())
        .field("Scheduler", body.scheduler)
        .field("Configuration", &body.config)
        .field_if_any("Runs as", body.user.as_ref())
        .field("Result", result)
        .field_if_any("Next", next(plan, intent));
    context.show(command, &body, &detail, Exit::Clean)
}

/// What a person still has to type.
fn next(plan: &Plan, intent: Intent) -> Option<&'static str> {
    if intent == Intent::Remove {
        return None;
    }
    Some(match (plan.wanted.scheduler, &plan.wanted.user) {
        (Scheduler::Systemd, None) => {
            "loginctl enable-linger (or the jobs stop when you log out), then payctl schedule list"
        }
        (Scheduler::Launchd, None) => "payctl schedule list; the jobs run while you are logged in",
        (Scheduler::Cron | Scheduler::Systemd | Scheduler::Schtasks | Scheduler::Launchd, _) => {
            "payctl schedule list, in two minutes"
        }
    })
}

fn print_changes(changes: &[ScheduleChange], context: &mut Context<'_>) -> anyhow::Result<()> {
    let out = &mut context.host.stdout;
    for change in changes {
        writeln!(out, "{}:", printable(&change.name))?;
        let old = change.old.as_deref().unwrap_or_default();
        for line in diff(old, change.new.as_deref().unwrap_or_default()) {
            writeln!(out, "{}", printable(&line))?;
        }
        writeln!(out)?;
    }
    out.flush()?;
    Ok(())
}

impl ChangedPart {
    fn of(change: &ScheduleChange) -> Self {
        Self {
            name: change.name.clone(),
            change: match (&change.old, &change.new) {
                (None, _) => ScheduleChangeKind::Created,
                (Some(_), Some(_)) => ScheduleChangeKind::Changed,
                (Some(_), None) => ScheduleChangeKind::Removed,
            },
        }
    }
}
