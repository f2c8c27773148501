//! Asking gateways and telling what came of it: what `check-all` and `check-status` have in common.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Context as _;

use super::checked_row::CheckedSummary;
use super::context::Context;
use crate::domain::guard::Stop;
use crate::domain::instant::Instant;
use crate::domain::names::GatewayName;
use crate::exit::Exit;
use crate::output::is_closed_pipe;
use crate::output::paint::Outlet;
use crate::output::progress::Progress;
use crate::output::report::Report;
use crate::output::spool::Spool;
use crate::reconciler::{Checked, Lane, Pen, Round, Tally};

/// What one run asks.
#[derive(Default)]
pub(super) struct Questions {
    pub(super) lanes: Vec<Lane>,
    /// Left for the next run by `--limit`.
    pub(super) beyond_limit: u64,
    pub(super) unaskable: Vec<Unaskable>,
}

/// A gateway with questions that cannot be asked in this run.
pub(super) struct Unaskable {
    pub(super) gateway: GatewayName,
    pub(super) count: u64,
    pub(super) why: anyhow::Error,
}

/// What came of a run.
pub(super) struct Asked {
    pub(super) exit: Exit,
    pub(super) summary: CheckedSummary,
    pub(super) pen: Pen,
}

/// Asks, writes if the pen writes, and prints the report; under `--quiet` only what somebody should read.
pub(super) fn ask(
    context: &mut Context<'_>,
    command: &str,
    questions: Questions,
    pen: Pen,
    max_time: Option<Duration>,
) -> anyhow::Result<Asked> {
    let Questions {
        lanes,
        beyond_limit,
        unaskable,
    } = questions;
    let (face, started_at) = (context.face(), context.started_at);
    let mut progress = progress(context, &lanes);
    let round = Round {
        lanes,
        pen,
        policy: context.policy(),
        clock: context.world.clock.clone(),
        max_time,
        interrupt: context.world.interrupt.clone(),
    };
    let clock = context.world.clock.clone();
    let (mut answer, mut notes) = (Spool::new(), Spool::new());
    let out: &mut (dyn Write + Send) = match context.options.quiet {
        true => &mut answer,
        false => &mut context.world.stdout,
    };

    let mut paper = Paper {
        report: Some(Report::new(out, face, command, started_at)?),
    };
    let mut asked = 0;
    let mut print = |line: &Checked| {
        asked += 1;
        progress.advance(asked, clock.now());
        paper.row(line)
    };
    let (tally, mut pen) = runtime()?.block_on(round.run(&mut print))?;
    progress.clear();

    keep_conduct(&mut pen, &tally, clock.now())?;
    let left = beyond_limit + unaskable.iter().map(|gateway| gateway.count).sum::<u64>();
    let summary = CheckedSummary::of(&tally, left, pen.read().open_questions()?);
    let exit = exit(&tally, &unaskable);
    paper.finish(&summary, clock.now(), exit, &mut notes)?;
    tell_troubles(context, &tally, &unaskable, &mut notes)?;
    if !context.options.quiet {
        notes.release(&mut context.world.stderr)?;
    } else if should_be_read(exit, &tally, &pen, clock.now())? {
        answer.release(&mut context.world.stdout)?;
        notes.release(&mut context.world.stderr)?;
    }
    Ok(Asked { exit, summary, pen })
}

/// The report, until its reader goes away: then the work goes on without one.
struct Paper<'a> {
    report: Option<Report<Checked, &'a mut (dyn Write + Send)>>,
}

impl Paper<'_> {
    fn row(&mut self, line: &Checked) -> io::Result<()> {
        let Some(report) = &mut self.report else {
            return Ok(());
        };
        let result = report.row(line);
        self.unless_closed(result)
    }

    fn finish(
        self,
        summary: &CheckedSummary,
        finished_at: Instant,
        exit: Exit,
        err: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(report) = self.report else {
            return Ok(());
        };
        match report.finish(summary, finished_at, exit, err) {
            Err(error) if is_closed_pipe(&error) => Ok(()),
            result => result,
        }
    }

    fn unless_closed(&mut self, result: io::Result<()>) -> io::Result<()> {
        match result {
            Err(error) if is_closed_pipe(&error) => {
                self.report = None;
                Ok(())
            }
            result => result,
        }
    }
}

fn progress(context: &Context<'_>, lanes: &[Lane]) -> Progress {
    let is_seen = context.world.outlets.stderr == Outlet::Terminal && !context.options.quiet;
    let mut progress = if is_seen {
        Progress::on_stderr()
    } else {
        Progress::hidden()
    };
    progress.start(
        lanes.iter().map(|lane| lane.source.count()).sum(),
        context.started_at,
    );
    progress
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime
        .enable_all()
        .build()
        .context("could not make ready to ask")
}

/// Writes down how the gateways behaved, where the run may write.
fn keep_conduct(pen: &mut Pen, tally: &Tally, now: Instant) -> anyhow::Result<()> {
    let Pen::Writing { store, permit } = pen else {
        return Ok(());
    };
    for (gateway, manner) in tally.gateways.iter().filter(|(_, manner)| manner.asked > 0) {
        store.note_conduct(permit, gateway, &manner.seen, now)?;
    }
    Ok(())
}

fn exit(tally: &Tally, unaskable: &[Unaskable]) -> Exit {
    match unaskable {
        [] => tally.exit(),
        _ => tally.exit().worse(Exit::Config),
    }
}

/// A gateway that has been silent for so long is news, even for cron.
const SILENCE_IS_NEWS: Duration = Duration::from_secs(30 * 60);

fn should_be_read(exit: Exit, tally: &Tally, pen: &Pen, now: Instant) -> anyhow::Result<bool> {
    match exit {
        Exit::Clean | Exit::Busy => Ok(false),
        Exit::Partial => {
            for gateway in tally.gateways.keys() {
                let silent_since = pen.read().health(gateway)?.silent_since;
                if silent_since.is_some_and(|since| now.since(since) >= SILENCE_IS_NEWS) {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Exit::Failed | Exit::Usage | Exit::Attention | Exit::Config => Ok(true),
    }
}

/// Says of each gateway that was left alone why, and what to do about it.
fn tell_troubles(
    context: &Context<'_>,
    tally: &Tally,
    unaskable: &[Unaskable],
    notes: &mut dyn Write,
) -> io::Result<()> {
    for Unaskable {
        gateway,
        count,
        why,
    } in unaskable
    {
        writeln!(
            notes,
            "{gateway}: {count} payments were not asked about: {why:#}"
        )?;
    }
    for (gateway, manner) in &tally.gateways {
        let left = manner.to_ask.saturating_sub(manner.asked);
        match manner.stop {
            Some(Stop::Refused(code)) => writeln!(
                notes,
                "{gateway}: answered {code}, so the key or the account is wrong; {left} payments were not asked about.\n  \
                 Check its key and its environment (sandbox or production) in the configuration"
            )?,
            Some(Stop::Forgetful {
                forgotten,
                answered,
            }) => writeln!(
                notes,
                "{gateway}: does not know {forgotten} of {answered} payments that it once knew; nothing more of it was written.\n  \
                 Check that the key belongs to the right account and environment"
            )?,
            Some(Stop::Silent) => writeln!(
                notes,
                "{gateway}: left alone after {} silent questions in a row; {left} payments come first next time",
                crate::domain::guard::SILENT_IN_A_ROW
            )?,
            None => {}
        }
    }
    if !tally.gateways.is_empty() || !unaskable.is_empty() {
        for warning in context.config.warnings(&context.environment) {
            writeln!(notes, "{warning}")?;
        }
    }
    Ok(())
}
