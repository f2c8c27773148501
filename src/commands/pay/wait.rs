//! `pay --wait`: follows the order whose payment was shown.

use std::time::Duration;

use clap::Args;

use super::row::Shown;
use super::{PayArgs, first_again, picture, tell};
use crate::commands::context::Context;
use crate::commands::watch::{Pace, interval, watch};
use crate::config::duration;
use crate::domain::order::Order;
use crate::exit::Exit;
use crate::output::Format;
use crate::reconciler::Pen;

/// Whether it waits, how often it asks, and for how long.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Waiting {
    /// Wait until it is paid or the time is up, as `watch` does
    #[arg(long, conflicts_with = "dry_run")]
    wait: bool,
    /// With --wait: so long between two questions
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = interval, requires = "wait")]
    interval: Duration,
    /// With --wait: after this the wait ends
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration, requires = "wait")]
    timeout: Duration,
}

impl Waiting {
    /// None: it does not wait.
    pub(super) fn pace(self) -> Option<Pace> {
        self.wait.then_some(Pace {
            interval: self.interval,
            timeout: self.timeout,
        })
    }
}

/// Shows the payment, and follows its order. Where the answer is one document, that comes at the end and has how it
/// ended.
pub(super) fn wait(
    args: &PayArgs,
    context: &mut Context<'_>,
    (mut shown, exit, until): (Shown, Exit, tokio::time::Instant),
    (order, pace): (&Order, Pace),
    pen: Pen,
) -> anyhow::Result<Exit> {
    let is_one_document = matches!(context.options.format, Format::Json | Format::Csv);
    if is_one_document {
        picture(args, context, &shown, until)?;
    } else {
        tell(args, context, (&shown, exit), until)?;
    }
    let Some(watched) = watch(order, pace, context, pen)? else {
        return Ok(Exit::Clean);
    };
    let end = if watched.done.paid {
        watched.exit
    } else {
        first_again(exit, watched.exit)
    };
    if is_one_document {
        if let Some(dossier) = watched.pen.read().dossier(order.id)? {
            shown.stands_now(&dossier);
        }
        shown.waited = Some(watched.done);
        shown.print(context, end)?;
    } else {
        watched.tell("pay", context.started_at, context)?;
    }
    Ok(end)
}
