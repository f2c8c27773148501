//! `payctl watch`: follows an order until it is paid or the time is up.

mod event;
mod follow;
mod shared;

use std::io::Write;
use std::time::Duration;

use clap::Args;

use super::accounts::crew;
use super::asking::block_on;
use super::context::Context;
use super::failure::Refusal;
use super::fulfilling::{A_PERSON_WAITS, fulfil_after};
use super::order::unknown;
use crate::config::duration;
use crate::domain::instant::Instant;
use crate::domain::names::OrderNumber;
use crate::domain::order::{Order, OrderStatus};
use crate::exit::Exit;
use crate::output::detail::{Document, show};
use crate::output::is_closed_pipe;
use crate::output::paint::Outlet;
use crate::output::{Format, SCHEMA, json_line};
use crate::reconciler::Pen;
use crate::store::{Grant, WritePermit};
use event::{EndSummary, Event};
use follow::{Broken, Follow};
use shared::SharedQuestions;

pub(super) use event::Done;

/// Follow an order until it is paid or the time is up
///
/// Asks about each open payment once an interval, books what it hears, and sees what others book. Of many who watch one
/// order, one asks in each interval. With --format
/// jsonl every tick and every news is a line at once. When the time is up, the order stays as it is: check-all
/// goes on asking.
#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// The number of the order
    order: OrderNumber,
    #[command(flatten)]
    pace: Pace,
    /// Write nothing of what is heard
    #[arg(long)]
    dry_run: bool,
}

/// How often and for how long.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Pace {
    /// So long between two questions
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = interval)]
    pub(super) interval: Duration,
    /// After this the watch ends
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    pub(super) timeout: Duration,
}

/// A gateway is not asked about one payment more often than this.
const INTERVAL_LEAST: Duration = Duration::from_millis(100);

pub(super) fn interval(text: &str) -> Result<Duration, String> {
    let interval = duration(text).map_err(|error| error.to_string())?;
    if interval < INTERVAL_LEAST {
        return Err("must be at least 100ms".to_owned());
    }
    Ok(interval)
}

pub(super) fn run(args: &WatchArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let pen = if args.dry_run {
        Pen::Looking(context.reader()?)
    } else {
        Pen::Writing {
            store: context.store()?,
            permit: WritePermit::granted_by(Grant::NotDryRun),
        }
    };
    let Some(order) = pen.read().order_by_number(&args.order)? else {
        return Err(unknown(&args.order).into());
    };
    let started_at = context.world.clock.now();
    let Some(watched) = watch(&order, args.pace, &mut context, pen)? else {
        return Ok(Exit::Clean);
    };
    watched.tell("watch", started_at, &mut context)?;
    Ok(watched.exit)
}

/// An order that was followed to the end of its time, or of the watch's.
pub(super) struct Watched {
    pub(super) done: Done,
    /// With what was carried out because of it.
    pub(super) exit: Exit,
    pub(super) pen: Pen,
}

/// Follows the order, each event a line where those are wanted; carries out what became due because it has ended
/// meanwhile. None: nobody listens any more.
pub(super) fn watch(
    order: &Order,
    pace: Pace,
    context: &mut Context<'_>,
    pen: Pen,
) -> anyhow::Result<Option<Watched>> {
    let crew = crew(context, pen.read(), None)?;
    let format = context.options.format;
    let is_seen = context.world.outlets.stderr == Outlet::Terminal && !context.options.quiet;
    let mut follow = Follow {
        order: order.id,
        interval: pace.interval,
        timeout: pace.timeout,
        clock: context.world.clock.clone(),
        interrupt: context.world.interrupt.clone(),
        policy: context.policy(),
        crew,
        shared: SharedQuestions::new(pace.interval),
        out: (format == Format::Jsonl).then_some(&mut context.world.stdout),
        countdown: (is_seen && format == Format::Table).then_some(&mut context.world.stderr),
    };
    let (done, mut pen) = match block_on(follow.run(pen))? {
        Ok(end) => end,
        Err(Broken::Output(error)) if is_closed_pipe(&error) => return Ok(None),
        Err(Broken::Gone) => return Err(Refusal::new(Exit::Failed, "its order is gone").into()),
        Err(Broken::Output(error)) => return Err(error.into()),
        Err(Broken::Round(error)) => return Err(error.into()),
    };
    let mut exit = done.exit();
    let has_moved =
        order.status == OrderStatus::Pending && done.order_status != OrderStatus::Pending;
    if let Pen::Writing { store, permit } = &mut pen
        && has_moved
    {
        let until = Some(tokio::time::Instant::now() + A_PERSON_WAITS);
        exit = exit.worse(fulfil_after(context, store, permit, until)?);
    }
    Ok(Some(Watched { done, exit, pen }))
}

impl Watched {
    /// How it ended; where each event is a line, that has been told.
    pub(super) fn tell(
        &self,
        command: &str,
        started_at: Instant,
        context: &mut Context<'_>,
    ) -> anyhow::Result<()> {
        let face = context.face();
        if face.format == Format::Jsonl {
            return self.tell_last_line(command, started_at, context);
        }
        let document = Document {
            command,
            started_at,
            body: &self.done,
            exit: self.exit,
        };
        let detail = self.done.detail(face);
        show(&mut context.world.stdout, face, &document, &detail)?;
        Ok(())
    }

    /// With what was carried out in its exit, which is the program's.
    fn tell_last_line(
        &self,
        command: &str,
        started_at: Instant,
        context: &mut Context<'_>,
    ) -> anyhow::Result<()> {
        let last = Event::Done {
            done: &self.done,
            schema: SCHEMA,
            command,
            started_at,
            summary: EndSummary {
                paid: self.done.paid,
                because: self.done.because,
                asked: self.done.asked,
            },
            finished_at: context.world.clock.now(),
            exit: self.exit.code(),
        };
        json_line(&mut context.world.stdout, &last)?;
        context.world.stdout.flush()?;
        Ok(())
    }
}
