//! `payctl fulfil`: carries out what must happen because orders moved.

mod list;
mod replay;

use std::time::Duration;

use clap::{Args, Subcommand};

use self::list::ListArgs;
use super::acting;
use super::context::Context;
use super::fulfilling::{Action, Bounds, FulfilSummary, FulfilledRow, JOB, carry_out};
use super::job::Job;
use crate::config::duration;
use crate::domain::effect::Effect;
use crate::domain::names::EffectId;
use crate::exit::Exit;
use crate::output::report::Report;
use crate::store::{EffectFilter, Grant, Pick, Standing, WritePermit};

/// Carry out what is to happen when orders move: programs, calls, mails
///
/// What the configuration's [[effects]] ask for was queued when the order moved. Each is tried until it is
/// done, under the same key; after a day of tries, a person is asked. Made to run every minute.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct FulfilArgs {
    #[command(subcommand)]
    command: Option<FulfilCommand>,
    /// Try so many at the most; the others come first next time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Begin nothing new after this
    #[arg(long, value_name = "TIME", default_value = "50s", value_parser = duration)]
    max_time: Duration,
    /// Show what would be tried, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Have this one tried again at once, though it is dead or uncertain
    #[arg(
        long,
        value_name = "EFFECT",
        requires = "reason",
        conflicts_with = "limit"
    )]
    replay: Option<EffectId>,
    /// Who has it tried again; PAYCTL_OPERATOR by default
    #[arg(long, value_name = "NAME", value_parser = acting::name, requires = "replay")]
    by: Option<String>,
    /// Why it is tried again
    #[arg(long, value_name = "TEXT", value_parser = acting::reason, requires = "replay")]
    reason: Option<String>,
}

#[derive(Debug, Subcommand)]
enum FulfilCommand {
    List(ListArgs),
}

pub(super) fn run(args: &FulfilArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    if let Some(FulfilCommand::List(args)) = &args.command {
        return list::run(args, context);
    }
    let until = Some(tokio::time::Instant::now() + args.max_time);
    if args.dry_run {
        return look(args, context);
    }
    let mut store = context.store()?;
    let permit = WritePermit::granted_by(Grant::NotDryRun);
    let pick = match args.replay {
        Some(id) => replay::queue(args, id, &context, &mut store, &permit)?,
        None => Pick::Due,
    };
    let job = Job::begin(&context, &mut store, &permit, JOB)?;
    let bounds = Bounds {
        pick,
        limit: args.replay.map_or(args.limit.unwrap_or(u64::MAX), |_| 1),
        until,
    };
    let mut rows = Vec::new();
    let mut keep = |row: &FulfilledRow| {
        rows.push(row.clone());
        Ok(())
    };
    let summary = carry_out(
        &context,
        &mut store,
        &permit,
        job.lock(),
        &bounds,
        &mut keep,
    )?;
    let exit = summary.exit();
    job.end(&context, &mut store, &permit, exit, &summary)?;
    tell(&mut context, &rows, &summary, exit)?;
    Ok(exit)
}

/// What is due, or what would be tried again.
fn look(args: &FulfilArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let mut summary = FulfilSummary::default();
    let mut rows = Vec::new();
    let most = usize::try_from(args.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let is_meant = |effect: &Effect| match args.replay {
        Some(id) => effect.id == id && effect.status.is_stuck(),
        None => {
            effect.status.is_due_some_time()
                && effect.next_try_at.is_none_or(|at| at <= context.started_at)
        }
    };
    let unfinished = EffectFilter {
        standing: Standing::Unfinished,
        order: None,
    };
    let mut after = None;
    loop {
        let page = reader.effects(&unfinished, after, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after = Some(last.id);
        for (effect, order) in page.into_iter().filter(|(effect, _)| is_meant(effect)) {
            if rows.len() < most {
                let row = FulfilledRow::standing(&effect, order, Action::WouldDo);
                summary.count(&row);
                rows.push(row);
            }
        }
    }
    if let (Some(id), true) = (args.replay, rows.is_empty()) {
        return Err(replay::none(id).into());
    }
    tell(&mut context, &rows, &summary, Exit::Clean)?;
    Ok(Exit::Clean)
}

const PAGE: u32 = 500;

/// The report; under `--quiet` only what somebody should read.
fn tell(
    context: &mut Context<'_>,
    rows: &[FulfilledRow],
    summary: &FulfilSummary,
    exit: Exit,
) -> anyhow::Result<()> {
    // What is tried again is no news: it becomes some when the tries run out.
    if context.options.quiet && matches!(exit, Exit::Clean | Exit::Partial) {
        return Ok(());
    }
    let (face, started_at) = (context.face(), context.started_at);
    let finished_at = context.world.clock.now();
    let mut report = Report::new(&mut context.world.stdout, face, "fulfil", started_at)?;
    for row in rows {
        report.row(row)?;
    }
    report.finish(summary, finished_at, exit, &mut context.world.stderr)?;
    Ok(())
}
