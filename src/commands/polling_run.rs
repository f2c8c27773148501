//! Querying gateways and reporting the results: what all commands that query have in common.

use std::io::{self, Write};
use std::time::Duration;

use super::effects::fulfil_after;
use super::failure;
use super::incidents::record_seen;
use super::news::{Audience, ReportEnd};
use super::reckoned_time::correct_instants;
use super::report_printer::ReportPrinter;
use super::run_exit;
use super::runtime::block_on;
use super::shown_progress::PAYMENTS_ASKED;
use super::troubles::print_troubles;
use crate::commands::Context;
use crate::domain::{ClockReadings, ClockRecord, Instant};
use crate::exit::Exit;
use crate::output::deferred::DeferredOutput;
use crate::output::progress::ProgressStep;
use crate::output::{BRIEF_LINES, Summary};
use crate::reconciler::{
    CheckAction, CheckResult, GatewayPool, Ledger, OnResult, RoundError, RunContext, RunStats,
};
use crate::shutdown::StopReason;
use crate::store::{Mended, OpenQuestions, StoreError};

/// The result of a run.
pub(super) struct PollOutcome<S> {
    /// What the gateways' clocks say about this machine's clock.
    pub(super) clock: ClockReadings,
    pub(super) exit: Exit,
    pub(super) summary: S,
    /// An error after the work itself was done, reported once its result is recorded.
    pub(super) trouble: Option<anyhow::Error>,
}

/// The exit of a run whose work was done.
pub(super) fn ended(exit: Exit, trouble: Option<anyhow::Error>) -> anyhow::Result<Exit> {
    trouble.map_or(Ok(exit), Err)
}

/// What a command does with its gateways and its database, row by row.
pub(super) trait PollJob {
    type Summary: Summary;

    /// How many rows to expect, roughly.
    fn total(&self) -> u64;

    async fn execute(
        &self,
        pool: &mut GatewayPool,
        ledger: &Ledger,
        setting: &RunContext,
        print: &mut OnResult<'_>,
    ) -> Result<RunStats, RoundError>;

    /// What to do after the queries, before the report is finished.
    fn after_poll(&self) -> AfterPoll {
        AfterPoll::Nothing
    }

    /// Who reads the report.
    fn audience(&self) -> Audience {
        Audience::Asker
    }

    fn summary(&self, stats: &RunStats, missed: u64, open: OpenQuestions) -> Self::Summary;

    /// The exit of the run.
    fn exit(&self, stats: &RunStats) -> Exit {
        run_exit::exit(stats)
    }
}

/// What to do after the queries.
pub(super) enum AfterPoll {
    Nothing,
    /// Carry out the effects that are due, within the run's time limit.
    Effects,
}

impl AfterPoll {
    /// Returns how it ended. A dry run does nothing.
    fn run(
        &self,
        context: &mut Context<'_>,
        ledger: &Ledger,
        until: Option<tokio::time::Instant>,
    ) -> anyhow::Result<Exit> {
        match (self, ledger) {
            (Self::Effects, Ledger::ReadWrite(writer)) => fulfil_after(context, writer, until),
            (Self::Effects, Ledger::ReadOnly(_)) | (Self::Nothing, _) => Ok(Exit::Clean),
        }
    }
}

/// Does the work and prints its report; under `--quiet` only rows that need attention.
pub(super) fn ask<W: PollJob>(
    context: &mut Context<'_>,
    command: &str,
    work: &W,
    pool: GatewayPool,
    ledger: &Ledger,
    max_time: Option<Duration>,
) -> anyhow::Result<PollOutcome<W::Summary>> {
    context.lend_stdout(|context, stdout| {
        poll_into(stdout, context, command, work, pool, ledger, max_time)
    })
}

fn poll_into<W: PollJob>(
    stdout: &mut (dyn Write + Send),
    context: &mut Context<'_>,
    command: &str,
    work: &W,
    mut pool: GatewayPool,
    ledger: &Ledger,
    max_time: Option<Duration>,
) -> anyhow::Result<PollOutcome<W::Summary>> {
    context.require_columns::<CheckResult>()?;
    let total = work.total();
    let mut progress = context.progress(PAYMENTS_ASKED, ProgressStep::of(0, total, 0));
    let clock = context.host.clock.clone();
    let setting = context.run_context(max_time);
    let (mut answer, mut notes) = (DeferredOutput::new(), DeferredOutput::new());
    let is_quiet = context.options.quiet;
    let out: &mut (dyn Write + Send) = if is_quiet { &mut answer } else { stdout };
    let before = ledger.read().clock_record()?;
    let mut printer = ReportPrinter::new(out, context, command);
    let mut asked = ProgressStep::of(0, total, 0);
    let mut print = |line: &CheckResult| {
        let different = u64::from(line.action != CheckAction::Match);
        asked = ProgressStep::of(asked.done + 1, total, asked.found + different);
        progress.advance(asked, clock.now());
        printer.row(&with_case(line, ledger).map_err(io::Error::other)?);
        Ok(())
    };
    let done = work.execute(&mut pool, ledger, &setting, &mut print);
    let stats = block_on(&*clock, done)??;
    pool.absorb(&stats);
    progress.clear();

    keep_health(ledger, &stats, clock.now())?;
    correct_instants(context, ledger, &before, stats.clock)?;
    let missed = pool.missed().map(|(_, count, _)| count).sum();
    let followed = follow_up(work, context, ledger, (stats.halt, setting.until));
    let summary = work.summary(&stats, missed, ledger.read().open_questions()?);
    let besides = end_of(&followed).worse(besides(missed, &stats, &before, context.mended));
    let (audience, exit) = (work.audience(), work.exit(&stats));
    if let (Audience::Cron, Some(writer)) = (audience, ledger.writer()) {
        record_seen(writer, &stats, &pool, clock.now())?;
    }
    let ends = ReportEnd::of(context, audience, exit, &stats, ledger, besides)?;
    let whole = ends.with_news(&summary);
    let is_written = ledger.writer().is_some();
    print_troubles(context, &stats, &pool, is_written, &mut notes)?;
    printer.limit_lines(BRIEF_LINES.saturating_sub(notes.lines()));
    let mut end = DeferredOutput::new();
    let mut written = printer.finish(&whole, clock.now(), ends.exit, &mut end);
    if !is_quiet || should_be_read(&ends, &stats, ledger, clock.now())? {
        written.release(answer, stdout);
        written.release(end, &mut context.host.stderr);
        written.release(notes, &mut context.host.stderr);
    } else {
        written.has_reader = false;
    }
    written.add(stdout.flush());
    let exit = ends.exit;
    if written.has_reader {
        ends.were_written(ledger, clock.now())?;
    }
    let trouble = followed.err().or(written.trouble());
    let besides = trouble.as_ref().map_or(Exit::Clean, failure::exit);
    Ok(PollOutcome {
        clock: stats.clock,
        exit: exit.worse(besides),
        summary,
        trouble,
    })
}

/// The report is finished even after an interrupt, but an interrupted run starts nothing further.
fn follow_up<W: PollJob>(
    work: &W,
    context: &mut Context<'_>,
    ledger: &Ledger,
    (halt, until): (Option<StopReason>, Option<tokio::time::Instant>),
) -> anyhow::Result<Exit> {
    match halt {
        Some(StopReason::Interrupted) => Ok(Exit::Clean),
        Some(StopReason::OutOfTime) | None => work.after_poll().run(context, ledger, until),
    }
}

/// What makes the exit worse than the rows alone would, and is news to the reader.
fn besides(missed: u64, stats: &RunStats, before: &ClockRecord, mended: Mended) -> Exit {
    let mut besides = Exit::Clean;
    if missed > 0 {
        besides = besides.worse(Exit::Config);
    }
    // A clock difference is reported when it begins; the exit of every run includes it.
    let differs = stats.clock.differ() && before.differs_ms.is_none();
    if differs || !mended.is_nothing() {
        besides = besides.worse(Exit::Attention);
    }
    besides
}

/// The exit of the follow-up.
pub(super) fn end_of(followed: &anyhow::Result<Exit>) -> Exit {
    match followed {
        Ok(exit) => *exit,
        Err(error) => failure::exit(error),
    }
}

/// Does the work without a report, for callers that answer in another way.
pub(super) fn poll_silent<W: PollJob>(
    context: &Context<'_>,
    work: &W,
    mut pool: GatewayPool,
    ledger: &Ledger,
    max_time: Duration,
) -> anyhow::Result<()> {
    let clock = context.host.clock.clone();
    let setting = context.run_context(Some(max_time));
    let mut untold = |_: &CheckResult| Ok(());
    let done = work.execute(&mut pool, ledger, &setting, &mut untold);
    let stats = block_on(&*clock, done)??;
    Ok(keep_health(ledger, &stats, clock.now())?)
}

/// The line with the case that is open about its payment.
fn with_case(line: &CheckResult, ledger: &Ledger) -> Result<CheckResult, StoreError> {
    let case = line
        .payment
        .map(|payment| ledger.read().open_case_of(payment));
    Ok(CheckResult {
        open_case: case.transpose()?.flatten(),
        ..line.clone()
    })
}

/// Records how the gateways behaved, if the run may write.
pub(super) fn keep_health(
    ledger: &Ledger,
    stats: &RunStats,
    now: Instant,
) -> Result<(), StoreError> {
    let Some(writer) = ledger.writer() else {
        return Ok(());
    };
    for (gateway, gateway_stats) in stats
        .gateways
        .iter()
        .filter(|(_, gateway_stats)| gateway_stats.asked > 0)
    {
        let seen = &gateway_stats.seen;
        writer.write(|store, permit| store.record_health(permit, gateway, seen, now))?;
    }
    Ok(())
}

/// A gateway that has been silent for this long is reported even under --quiet.
const SILENCE_IS_NEWS: Duration = Duration::from_secs(30 * 60);

/// Whether cron's mail is worth reading. A run that writes knows which incidents were told.
fn should_be_read(
    ends: &ReportEnd,
    stats: &RunStats,
    ledger: &Ledger,
    now: Instant,
) -> anyhow::Result<bool> {
    if ends.has_news() || stats.tells_left {
        return Ok(true);
    }
    match ends.is_news {
        Exit::Clean | Exit::Busy => Ok(false),
        Exit::Partial | Exit::Config if ends.tells_incidents() => Ok(false),
        Exit::Partial => {
            for gateway in stats.gateways.keys() {
                let silent_since = ledger.read().health(gateway)?.silent_since;
                if silent_since.is_some_and(|since| now.since(since) >= SILENCE_IS_NEWS) {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Exit::Failed | Exit::Usage | Exit::Attention | Exit::Config => Ok(true),
    }
}
