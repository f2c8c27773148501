//! `payctl watch`: follows an order until it is paid or the time is up.

mod event;
mod follow;

use std::time::Duration;

use clap::Args;

use super::accounts::crew;
use super::asking::runtime;
use super::context::Context;
use super::failure::Refusal;
use super::order::unknown;
use crate::config::duration;
use crate::domain::names::OrderNumber;
use crate::exit::Exit;
use crate::output::Format;
use crate::output::detail::{Document, show};
use crate::output::is_closed_pipe;
use crate::output::paint::Outlet;
use crate::reconciler::Pen;
use crate::store::{Grant, WritePermit};
use follow::{Broken, Follow};

/// Follow an order until it is paid or the time is up
///
/// Asks about each open payment once an interval, books what it hears, and sees what others book. With --format
/// jsonl every tick and every news is a line at once. When the time is up, the order stays as it is: check-all
/// goes on asking.
#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// The number of the order
    order: OrderNumber,
    #[command(flatten)]
    pub(super) pace: Pace,
    /// Write nothing of what is heard
    #[arg(long)]
    dry_run: bool,
}

/// How often and for how long.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Pace {
    /// So long between two questions
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = interval)]
    interval: Duration,
    /// After this the watch ends
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    timeout: Duration,
}

/// A gateway is not asked about one payment more often than this.
const INTERVAL_LEAST: Duration = Duration::from_millis(100);

fn interval(text: &str) -> Result<Duration, String> {
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
    watch(&args.order, args.pace, &mut context, pen)
}

/// Follows the order, and tells how it ended.
pub(super) fn watch(
    number: &OrderNumber,
    pace: Pace,
    context: &mut Context<'_>,
    pen: Pen,
) -> anyhow::Result<Exit> {
    let Some(order) = pen.read().order_by_number(number)? else {
        return Err(unknown(number).into());
    };
    let face = context.face();
    let started_at = context.world.clock.now();
    let crew = crew(context, pen.read(), None)?;
    let is_seen = context.world.outlets.stderr == Outlet::Terminal && !context.options.quiet;
    let mut follow = Follow {
        order: order.id,
        interval: pace.interval,
        timeout: pace.timeout,
        clock: context.world.clock.clone(),
        interrupt: context.world.interrupt.clone(),
        policy: context.policy(),
        crew,
        out: (face.format == Format::Jsonl).then_some(&mut context.world.stdout),
        countdown: (is_seen && face.format == Format::Table).then_some(&mut context.world.stderr),
    };
    let done = match runtime()?.block_on(follow.run(pen)) {
        Ok(done) => done,
        // Nobody listens any more.
        Err(Broken::Output(error)) if is_closed_pipe(&error) => return Ok(Exit::Clean),
        Err(Broken::Gone) => return Err(Refusal::new(Exit::Failed, "its order is gone").into()),
        Err(Broken::Output(error)) => return Err(error.into()),
        Err(Broken::Round(error)) => return Err(error.into()),
    };
    let exit = done.exit();
    if face.format != Format::Jsonl {
        let document = Document {
            command: "watch",
            started_at,
            body: &done,
            exit,
        };
        let detail = done.detail(face);
        show(&mut context.world.stdout, face, &document, &detail)?;
    }
    Ok(exit)
}
