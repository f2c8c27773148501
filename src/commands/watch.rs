//! `payctl watch`: watches an order until it is paid or the timeout ends.

mod event;
mod follow;
mod shared;

use std::io::Write;
use std::time::Duration;

use clap::Args;

use super::accounts::pool;
use super::effects::{INTERACTIVE_BUDGET, fulfil_after};
use super::operator::ledger;
use super::runtime::block_on;
use crate::commands::known::require_order;
use crate::commands::{CommandError, Context, writes};
use crate::config::duration;
use crate::domain::{Instant, Order, OrderNumber, OrderStatus};
use crate::exit::Exit;
use crate::output::is_closed_pipe;
use crate::output::paint::OutputStream;
use crate::output::{Format, SCHEMA, json_line};
use crate::reconciler::Ledger;
use event::{WatchEvent, WatchSummary};
use follow::{WatchError, Watcher};
use shared::SharedQueries;

pub(super) use event::WatchEnd;

/// Watch an order until it is paid or the timeout ends
///
/// Polls each open payment once per interval, records the answers, and also sees what other processes record. If
/// several watch the same order, only one of them polls in each interval. With --format jsonl, every tick and every
/// change is printed as a line at once. After the timeout the order stays as it is, and check-all continues to poll.
#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// Order number
    order: OrderNumber,
    #[command(flatten)]
    pace: WatchPace,
    /// Query the gateways, but write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(WatchArgs: EachTime unless dry_run);

/// How often and for how long.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct WatchPace {
    /// Polling interval
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = interval)]
    pub(super) interval: Duration,
    /// Stop watching after this
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    pub(super) timeout: Duration,
}

/// The shortest polling interval for one payment.
const MIN_INTERVAL: Duration = Duration::from_millis(100);

pub(super) fn interval(text: &str) -> Result<Duration, String> {
    let interval = duration(text).map_err(|error| error.to_string())?;
    if interval < MIN_INTERVAL {
        return Err("must be at least 100ms".to_owned());
    }
    Ok(interval)
}

pub(super) fn run(args: &WatchArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let ledger = ledger(&context, args.dry_run)?;
    let order = require_order(ledger.read(), &args.order)?;
    let started_at = context.host.clock.now();
    let Some(watched) = watch(&order, args.pace, &mut context, &ledger)? else {
        return Ok(Exit::Clean);
    };
    watched.print("watch", started_at, &mut context)?;
    Ok(watched.exit)
}

/// An order that was watched until it ended or the timeout did.
pub(super) struct Watched {
    pub(super) done: WatchEnd,
    /// Including the exit of the effects carried out.
    pub(super) exit: Exit,
}

/// Watches the order, one line per event if those are wanted, and carries out effects that became due. None: the
/// reader is gone.
pub(super) fn watch(
    order: &Order,
    pace: WatchPace,
    context: &mut Context<'_>,
    ledger: &Ledger,
) -> anyhow::Result<Option<Watched>> {
    let pool = pool(context, ledger.read(), None)?;
    let format = context.options.format;
    let is_seen = context.host.outlets.stderr == OutputStream::Terminal && !context.options.quiet;
    let mut follow = Watcher {
        order: order.id,
        interval: pace.interval,
        timeout: pace.timeout,
        setting: context.run_context(None),
        ledger,
        pool,
        shared: SharedQueries::new(pace.interval),
        out: (format == Format::Jsonl).then_some(&mut context.host.stdout),
        countdown: (is_seen && format == Format::Table).then_some(&mut context.host.stderr),
    };
    let clock = follow.setting.clock.clone();
    let mut done = match block_on(&*clock, follow.run())? {
        Ok(end) => end,
        Err(WatchError::Output(error)) if is_closed_pipe(&error) => return Ok(None),
        Err(WatchError::Gone) => {
            return Err(CommandError::failed("the order no longer exists").into());
        }
        Err(WatchError::Output(error)) => return Err(error.into()),
        Err(WatchError::Round(error)) => return Err(error.into()),
    };
    let mut exit = done.exit();
    let has_moved =
        order.status == OrderStatus::Pending && done.order_status != OrderStatus::Pending;
    if let Some(writer) = ledger.writer().filter(|_| has_moved) {
        let until = Some(tokio::time::Instant::now() + INTERACTIVE_BUDGET);
        exit = exit.worse(fulfil_after(context, writer, until)?);
    }
    done.effects = ledger.read().said_by_hooks(order.id)?;
    Ok(Some(Watched { done, exit }))
}

impl Watched {
    /// Prints how it ended, unless that was already printed as an event.
    pub(super) fn print(
        &self,
        command: &str,
        started_at: Instant,
        context: &mut Context<'_>,
    ) -> anyhow::Result<()> {
        let style = context.style();
        if style.format == Format::Jsonl {
            return self.print_last_line(command, started_at, context);
        }
        let detail = self.done.detail(style);
        context.show(command, &self.done, &detail, self.exit)?;
        Ok(())
    }

    /// The exit includes the effects, as the process's exit code does.
    fn print_last_line(
        &self,
        command: &str,
        started_at: Instant,
        context: &mut Context<'_>,
    ) -> anyhow::Result<()> {
        let last = WatchEvent::Done {
            done: &self.done,
            schema: SCHEMA,
            command,
            started_at,
            summary: WatchSummary {
                paid: self.done.paid,
                because: self.done.because,
                asked: self.done.asked,
            },
            finished_at: context.host.clock.now(),
            exit: self.exit.code(),
        };
        json_line(&mut context.host.stdout, &last)?;
        context.host.stdout.flush()?;
        Ok(())
    }
}
