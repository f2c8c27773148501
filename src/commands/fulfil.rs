//! `payctl fulfil`: carries out the effects of order changes.

mod again;
mod list;

use std::io::Write;
use std::time::Duration;

use clap::{Args, Subcommand};

use self::again::Again;
use self::list::EffectListArgs;
use super::alerts;
use super::effects::{
    FulfilAction, FulfilSummary, FulfilledRow, Tries, deliveries, under_way, worker,
};
use super::job::Job;
use super::job_ends::{job_begins, job_ended};
use super::news::{ReportNews, WithNews};
use super::operator;
use super::polling_run::ended;
use super::report_printer::ReportPrinter;
use super::runtime::block_on;
use crate::commands::{Context, Writes};
use crate::config::duration;
use crate::domain::{Effect, EffectId, Instant};
use crate::exit::Exit;
use crate::outbox::{Attempt, JOB, RunLimits};
use crate::output::deferred::DeferredOutput;
use crate::reconciler::Writer;
use crate::store::{Reader, Store, WritePermit, WriteReason};

/// Carry out effects of order changes: run programs, call URLs, send mails
///
/// The change of an order queues what the configuration's [[effects]] ask for. payctl retries each effect under the
/// same idempotency key until it succeeds; after a day of failed attempts it opens a case. Run it every minute.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct FulfilArgs {
    #[command(subcommand)]
    command: Option<FulfilCommand>,
    /// Try at most N effects; the rest go first in the next run
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Time limit: start nothing new after this
    #[arg(long, value_name = "TIME", default_value = "50s", value_parser = duration)]
    max_time: Duration,
    /// Show what would be tried, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Retry this effect now (dead, uncertain, or not yet due)
    #[arg(
        long,
        value_name = "EFFECT",
        group = "one",
        requires = "reason",
        conflicts_with = "limit"
    )]
    replay: Option<EffectId>,
    /// Deliver this done effect once more, under the same key, as a repetition
    #[arg(
        long,
        value_name = "EFFECT",
        group = "one",
        requires = "reason",
        conflicts_with = "limit"
    )]
    resend: Option<EffectId>,
    /// Operator who decides; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name, requires = "one")]
    by: Option<String>,
    /// Reason for the retry or the repetition
    #[arg(long, value_name = "TEXT", value_parser = operator::reason, requires = "one")]
    reason: Option<String>,
}

impl FulfilArgs {
    /// What it does to the database.
    pub(in crate::commands) fn writes(&self) -> Writes {
        match self.command {
            Some(FulfilCommand::List(_)) => Writes::Nothing,
            None => Writes::EachTime.unless(self.dry_run),
        }
    }
}

#[derive(Debug, Subcommand)]
enum FulfilCommand {
    List(EffectListArgs),
}

pub(super) fn run(args: &FulfilArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    if let Some(FulfilCommand::List(args)) = &args.command {
        return list::run(args, context);
    }
    let until = Some(tokio::time::Instant::now() + args.max_time);
    if args.dry_run {
        return preview(args, context);
    }
    context.says_itself_that_it_is_held();
    let writer = context.writer(WriteReason::NotDryRun)?;
    if let Some(exit) = context.hold_job(&writer, JOB)? {
        return Ok(exit);
    }
    let one = match Again::of(args) {
        Some(again) => Some(again.queue(args, &context, &writer)?),
        None => None,
    };
    let bounds = RunLimits {
        one,
        limit: one.map_or(args.limit.unwrap_or(u64::MAX), |_| 1),
        until,
    };
    context.lend_stdout(|context, stdout| work(context, stdout, &writer, &bounds))
}

/// Carries out effects and prints each row as it ends; under `--quiet` only rows that need attention.
fn work(
    context: &mut Context<'_>,
    stdout: &mut (dyn Write + Send),
    writer: &Writer,
    bounds: &RunLimits,
) -> anyhow::Result<Exit> {
    let job = Job::begin(context, writer, JOB)?;
    if bounds.one.is_none() {
        job_begins(context, JOB);
    }
    let mut answer = DeferredOutput::new();
    let out = if context.options.quiet {
        &mut answer
    } else {
        &mut *stdout
    };
    let mut printer = ReportPrinter::new(out, context, JOB);
    let mut summary = FulfilSummary::default();
    carry_out(context, writer, job, bounds, &mut summary, &mut printer)?;
    if bounds.one.is_none() {
        for row in under_way(context, writer.read())? {
            summary.count(&row);
            printer.row(&row);
        }
    }
    let telling = match bounds.one {
        None => ReportNews::begin(context, writer, &[])?,
        Some(_) => None,
    };
    let news = telling.as_ref().map(|telling| telling.news.clone());
    let news = news.unwrap_or_default();
    let exit = summary.exit().worse(news.exit());
    let is_news = summary.is_news() || news.is_any();
    let whole = WithNews {
        summary: &summary,
        news: Some(&news),
    };
    let finished_at = context.host.clock.now();
    let mut notes = DeferredOutput::new();
    let mut written = printer.finish(&whole, finished_at, exit, &mut notes);
    if !context.options.quiet || is_news {
        written.release(answer, stdout);
        written.release(notes, &mut context.host.stderr);
        written.add(stdout.flush());
        if let Some(telling) = telling.filter(|_| written.has_reader) {
            telling.was_written(writer, finished_at)?;
        }
    }
    if bounds.one.is_none() {
        job_ended(context, JOB, exit, &summary);
    }
    ended(exit, written.trouble())
}

/// Carries out the effects, then sends the alerts that are due.
fn carry_out(
    context: &Context<'_>,
    writer: &Writer,
    job: Job,
    bounds: &RunLimits,
    summary: &mut FulfilSummary,
    printer: &mut ReportPrinter<'_, FulfilledRow>,
) -> anyhow::Result<()> {
    let deliveries = deliveries(context);
    let mut tries = Tries::default();
    let mut on_attempt = |attempt: &Attempt| {
        tries.add(attempt);
        print(attempt, summary, printer);
    };
    let run = |store: &Store, permit: &WritePermit| {
        let mut worker = worker(context, store, permit, &deliveries);
        block_on(
            &*context.host.clock,
            worker.run(job.lock(), *bounds, &mut on_attempt),
        )
    };
    summary.ended = writer.write(run)??;
    // While it has the lock, so that no other run sends them, too.
    if bounds.one.is_none() && summary.ended.is_none() {
        alerts::send_due(context, writer, bounds.until)?;
    }
    job.end(context, writer, summary.exit(), summary)?;
    if bounds.is_all() && summary.ended.is_none() {
        let mut on_attempt = |attempt: &Attempt| {
            tries.add(attempt);
            print(attempt, summary, printer);
        };
        let drain = |store: &Store, permit: &WritePermit| {
            let mut worker = worker(context, store, permit, &deliveries);
            block_on(
                &*context.host.clock,
                worker.drain(bounds.until, &mut on_attempt),
            )
        };
        summary.ended = writer.write(drain)??;
    }
    Ok(tries.record(writer, context.host.clock.now())?)
}

fn print(
    attempt: &Attempt,
    summary: &mut FulfilSummary,
    printer: &mut ReportPrinter<'_, FulfilledRow>,
) {
    let row = FulfilledRow::from(attempt);
    summary.count(&row);
    printer.row(&row);
}

/// Effects that are due and can be carried out, or the one to retry.
fn preview(args: &FulfilArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let one = match Again::of(args) {
        Some(again) => Some(again.preview(&reader, context.started_at)?),
        None => None,
    };
    if context.options.quiet {
        return Ok(Exit::Clean);
    }
    let elsewhere = under_way(&context, &reader)?;
    let now = context.started_at;
    let mut list = context.listing(JOB)?;
    let mut summary = FulfilSummary::default();
    let mut tell = |effect: &Effect| -> anyhow::Result<()> {
        let order = reader.order_of_effect(effect)?;
        let row = FulfilledRow::standing(effect, order, FulfilAction::WouldDo);
        summary.count(&row);
        list.row(&row)
    };
    match one {
        Some(effect) => tell(&effect)?,
        None => {
            each_due(&reader, now, args.limit.unwrap_or(u64::MAX), &mut tell)?;
            for row in elsewhere {
                summary.count(&row);
                list.row(&row)?;
            }
        }
    }
    list.finish(&summary, Exit::Clean)
}

fn each_due(
    reader: &Reader,
    now: Instant,
    mut left: u64,
    tell: &mut dyn FnMut(&Effect) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut last = None;
    loop {
        let page = reader.effects_due(now, last.as_ref())?;
        let Some(end) = page.last() else {
            return Ok(());
        };
        last = Some(end.clone());
        for effect in page {
            if left == 0 {
                return Ok(());
            }
            if reader.can_execute(&effect)? {
                left -= 1;
                tell(&effect)?;
            }
        }
    }
}
