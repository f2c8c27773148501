//! Asking gateways and telling what came of it: what all commands that ask have in common.

use std::io::Write;
use std::time::Duration;

use anyhow::Context as _;

use super::context::Context;
use super::failure;
use super::fulfilling::fulfil_after;
use super::paper::Paper;
use super::reckoning::mend;
use super::telling::{Audience, Ends};
use super::troubles::tell_troubles;
use crate::domain::clocks::{ClockReadings, ClockRecord};
use crate::domain::instant::Instant;
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::paint::Outlet;
use crate::output::progress::Progress;
use crate::output::spool::Spool;
use crate::reconciler::{Checked, Crew, Halt, Pen, Print, RoundError, Setting, Tally};
use crate::store::{Mended, OpenQuestions};

/// What came of a run.
pub(super) struct Asked<S> {
    /// What the gateways' clocks have said about this machine's.
    pub(super) clock: ClockReadings,
    pub(super) exit: Exit,
    pub(super) summary: S,
    pub(super) pen: Pen,
    /// What has gone wrong although the work was done, for after its end was written down.
    pub(super) trouble: Option<anyhow::Error>,
}

/// How a run ends whose work was done.
pub(super) fn ended(exit: Exit, trouble: Option<anyhow::Error>) -> anyhow::Result<Exit> {
    trouble.map_or(Ok(exit), Err)
}

/// What a command does with its crew and its pen, line by line.
pub(super) trait Work {
    type Summary: Summary;

    /// How many lines there will be, about.
    fn total(&self) -> u64;

    async fn carry_out(
        &self,
        crew: &mut Crew,
        pen: Pen,
        setting: &Setting,
        print: &mut Print<'_>,
    ) -> Result<(Tally, Pen), RoundError>;

    /// What follows once all is asked, while the report still waits for its end.
    fn follow_up(&self) -> FollowUp {
        FollowUp::Nothing
    }

    /// Who reads the report.
    fn audience(&self) -> Audience {
        Audience::Asker
    }

    fn summary(&self, tally: &Tally, missed: u64, open: OpenQuestions) -> Self::Summary;

    /// How it ends.
    fn exit(&self, tally: &Tally) -> Exit {
        tally.exit()
    }
}

/// What follows when all is asked.
pub(super) enum FollowUp {
    Nothing,
    /// What is to happen because orders moved, as far as the run's time goes.
    Effects,
}

impl FollowUp {
    /// How it ended. Where nothing is written, nothing follows.
    fn run(
        &self,
        context: &mut Context<'_>,
        pen: &mut Pen,
        until: Option<tokio::time::Instant>,
    ) -> anyhow::Result<Exit> {
        match (self, pen) {
            (Self::Effects, Pen::Writing { store, permit }) => {
                fulfil_after(context, store, permit, until)
            }
            (Self::Effects, Pen::Looking(_)) | (Self::Nothing, _) => Ok(Exit::Clean),
        }
    }
}

/// Carries the work out and prints its report; under `--quiet` only what somebody should read.
pub(super) fn ask<W: Work>(
    context: &mut Context<'_>,
    command: &str,
    work: &W,
    crew: Crew,
    pen: Pen,
    max_time: Option<Duration>,
) -> anyhow::Result<Asked<W::Summary>> {
    context.lend_stdout(|context, stdout| {
        ask_onto(stdout, context, command, work, crew, pen, max_time)
    })
}

fn ask_onto<W: Work>(
    stdout: &mut (dyn Write + Send),
    context: &mut Context<'_>,
    command: &str,
    work: &W,
    mut crew: Crew,
    pen: Pen,
    max_time: Option<Duration>,
) -> anyhow::Result<Asked<W::Summary>> {
    let mut progress = progress(context, work.total());
    let clock = context.world.clock.clone();
    let setting = setting(context, max_time);
    let (mut answer, mut notes) = (Spool::new(), Spool::new());
    let out: &mut (dyn Write + Send) = if context.options.quiet {
        &mut answer
    } else {
        &mut *stdout
    };
    let before = pen.read().clock_record()?;
    let mut paper = Paper::new(out, context, command);
    let mut asked = 0;
    let mut print = |line: &Checked| {
        asked += 1;
        progress.advance(asked, clock.now());
        paper.row(line);
        Ok(())
    };
    let done = work.carry_out(&mut crew, pen, &setting, &mut print);
    let (tally, mut pen) = block_on(done)??;
    crew.learn(&tally);
    progress.clear();

    keep_conduct(&mut pen, &tally, clock.now())?;
    mend(context, &mut pen, &before, tally.clock)?;
    let missed = crew.missed().map(|(_, count, _)| count).sum();
    // Even where it breaks off, what was asked is told to its end. Whoever wants the run to end wants no more of it.
    let followed = match tally.halt {
        Some(Halt::Interrupted) => Ok(Exit::Clean),
        Some(Halt::OutOfTime) | None => work.follow_up().run(context, &mut pen, setting.until),
    };
    let summary = work.summary(&tally, missed, pen.read().open_questions()?);
    let besides = end_of(&followed).worse(besides(missed, &tally, &before, context.mended));
    let ends = Ends::of(context, work, &tally, &pen, besides)?;
    let whole = ends.with_news(&summary);
    let mut written = paper.finish(&whole, clock.now(), ends.exit, &mut notes);
    let is_written = matches!(pen, Pen::Writing { .. });
    tell_troubles(context, &tally, &crew, is_written, &mut notes)?;
    if !context.options.quiet {
        written.release(notes, &mut context.world.stderr);
    } else if should_be_read(ends.is_news, &tally, &pen, clock.now())? {
        written.release(answer, stdout);
        written.release(notes, &mut context.world.stderr);
    } else {
        written.has_reader = false;
    }
    written.add(stdout.flush());
    let exit = ends.exit;
    if written.has_reader {
        ends.were_written(&mut pen, clock.now())?;
    }
    let trouble = followed.err().or(written.trouble());
    let besides = trouble.as_ref().map_or(Exit::Clean, failure::exit);
    Ok(Asked {
        clock: tally.clock,
        exit: exit.worse(besides),
        summary,
        pen,
        trouble,
    })
}

/// What all steps of a run have in common.
fn setting(context: &Context<'_>, max_time: Option<Duration>) -> Setting {
    Setting {
        clock: context.world.clock.clone(),
        now: context.started_at,
        policy: context.policy(),
        until: max_time.map(|most| tokio::time::Instant::now() + most),
        interrupt: context.world.interrupt.clone(),
    }
}

/// What makes a run worse than its lines, and is news to its reader.
fn besides(missed: u64, tally: &Tally, before: &ClockRecord, mended: Mended) -> Exit {
    let mut besides = Exit::Clean;
    if missed > 0 {
        besides = besides.worse(Exit::Config);
    }
    // That the clocks differ is told when it begins; it is in the exit of every run.
    let differs = tally.clock.differ() && before.differs_ms.is_none();
    if differs || !mended.is_nothing() {
        besides = besides.worse(Exit::Attention);
    }
    besides
}

/// How the whole ends by what followed.
pub(super) fn end_of(followed: &anyhow::Result<Exit>) -> Exit {
    match followed {
        Ok(exit) => *exit,
        Err(error) => failure::exit(error),
    }
}

/// Carries the work out and tells nobody, for those who answer in another way.
pub(super) fn ask_quietly<W: Work>(
    context: &Context<'_>,
    work: &W,
    mut crew: Crew,
    pen: Pen,
    max_time: Duration,
) -> anyhow::Result<()> {
    let clock = context.world.clock.clone();
    let setting = setting(context, Some(max_time));
    let mut untold = |_: &Checked| Ok(());
    let done = work.carry_out(&mut crew, pen, &setting, &mut untold);
    let (tally, mut pen) = block_on(done)??;
    keep_conduct(&mut pen, &tally, clock.now())
}

fn progress(context: &Context<'_>, total: u64) -> Progress {
    let is_seen = context.world.outlets.stderr == Outlet::Terminal && !context.options.quiet;
    let mut progress = if is_seen {
        Progress::on_stderr()
    } else {
        Progress::hidden()
    };
    progress.start(total, context.started_at);
    progress
}

/// Runs it to its end. The look-up of a name that hangs holds nobody up: it is left behind.
pub(super) fn block_on<F: Future>(work: F) -> anyhow::Result<F::Output> {
    let runtime = runtime()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(done)
}

pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime
        .enable_all()
        .build()
        .context("could not make ready to ask")
}

/// Writes down how the gateways behaved, where the run may write.
pub(super) fn keep_conduct(pen: &mut Pen, tally: &Tally, now: Instant) -> anyhow::Result<()> {
    let Pen::Writing { store, permit } = pen else {
        return Ok(());
    };
    for (gateway, manner) in tally.gateways.iter().filter(|(_, manner)| manner.asked > 0) {
        store.note_conduct(permit, gateway, &manner.seen, now)?;
    }
    Ok(())
}

/// A gateway that has been silent for so long is news, even for cron.
const SILENCE_IS_NEWS: Duration = Duration::from_secs(30 * 60);

fn should_be_read(exit: Exit, tally: &Tally, pen: &Pen, now: Instant) -> anyhow::Result<bool> {
    match exit {
        Exit::Clean | Exit::Partial if tally.tells_left => Ok(true),
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
