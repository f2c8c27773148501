//! `payctl webhook replay`: a stored notification is processed once more.

use std::time::Duration;

use clap::Args;

use super::show::require_notification;
use crate::commands::accounts::pool;
use crate::commands::notification::receive_again;
use crate::commands::operator::ledger;
use crate::commands::polling_run::{ask, ended};
use crate::commands::{Context, writes};
use crate::config::duration;
use crate::exit::Exit;

/// Process a stored notification once more
///
/// Looks for its payment again, and asks the gateway, as when it came: by itself it changes nothing, and typing it twice
/// does no more than once. Of a refused notification nothing was kept that could be processed.
#[derive(Debug, Args)]
pub(super) struct WebhookReplayArgs {
    /// Notification number, as the list shows it
    notification: i64,
    /// Query the gateway and show what would be done; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Time budget: start no further queries or effects after this
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration)]
    max_time: Duration,
}

writes!(WebhookReplayArgs: EachTime unless dry_run);

pub(super) fn run(args: &WebhookReplayArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let ledger = ledger(&context, args.dry_run)?;
    let stored = require_notification(ledger.read(), args.notification)?;
    let pool = pool(&context, ledger.read(), None)?;
    let received = receive_again(&context, &pool, &stored, &ledger)?;
    let max_time = Some(args.max_time);
    let asked = ask(
        &mut context,
        "webhook replay",
        &received,
        pool,
        &ledger,
        max_time,
    )?;
    ended(asked.exit, asked.trouble)
}
