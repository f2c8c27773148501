//! `pay --wait`: watches the order whose payment was shown.

use std::time::Duration;

use clap::Args;

use super::row::PaymentView;
use super::{PayArgs, combine_exits, picture, print};
use crate::commands::Context;
use crate::commands::watch::{WatchPace, interval, watch};
use crate::config::duration;
use crate::domain::Order;
use crate::exit::Exit;
use crate::output::Format;
use crate::reconciler::Ledger;

/// Whether to wait, how often to poll, and how long.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct WaitOptions {
    /// Wait until the order is paid or the timeout ends, like watch
    #[arg(long, conflicts_with = "dry_run")]
    wait: bool,
    /// With --wait: polling interval
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = interval, requires = "wait")]
    interval: Duration,
    /// With --wait: stop waiting after this
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration, requires = "wait")]
    timeout: Duration,
}

impl WaitOptions {
    /// None: does not wait.
    pub(super) fn pace(self) -> Option<WatchPace> {
        self.wait.then_some(WatchPace {
            interval: self.interval,
            timeout: self.timeout,
        })
    }
}

/// Shows the payment, then watches its order. In a format with one document, that comes at the end and includes the
/// result.
pub(super) fn wait(
    args: &PayArgs,
    context: &mut Context<'_>,
    (mut shown, exit, until): (PaymentView, Exit, tokio::time::Instant),
    (order, pace): (&Order, WatchPace),
    ledger: &Ledger,
) -> anyhow::Result<Exit> {
    let is_one_document = matches!(context.options.format, Format::Json | Format::Csv);
    if is_one_document {
        picture(args, context, &shown, until)?;
    } else {
        print(args, context, (&shown, exit), until)?;
    }
    let Some(watched) = watch(order, pace, context, ledger)? else {
        return Ok(Exit::Clean);
    };
    let end = if watched.done.paid {
        watched.exit
    } else {
        combine_exits(exit, watched.exit)
    };
    if is_one_document {
        if let Some(dossier) = ledger.read().dossier(order.id)? {
            shown.current_state(&dossier);
        }
        shown.waited = Some(watched.done);
        shown.print(context, end)?;
    } else {
        watched.print("pay", context.started_at, context)?;
    }
    Ok(end)
}
