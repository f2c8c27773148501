//! `payctl order extend`: moves an order's deadline to a later time.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::create::instant;
use crate::commands::known::{require_order, unknown_order};
use crate::commands::operator::ledger;
use crate::commands::{CommandError, Context, Writes};
use crate::config::duration;
use crate::domain::operator::extend::{self, extend};
use crate::domain::{DeadlineChange, Instant, OrderNumber, OrderStatus};
use crate::exit::Exit;
use crate::output::detail::Detail;

/// Give a pending order more time to be paid
///
/// The time is added to the order's deadline or, if that has passed, counts from now. The payments keep their
/// own deadlines at the gateways.
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderExtendArgs {
    /// Order number
    order: OrderNumber,
    /// How much longer, for example 30m or 2h; running it twice adds it twice
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with = "until", required_unless_present = "until")]
    by: Option<Duration>,
    /// New deadline, for example 2026-03-02T10:00:00+07:00; safe to repeat
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    until: Option<Instant>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl OrderExtendArgs {
    /// What it does to the database.
    pub(in crate::commands) fn writes(&self) -> Writes {
        let writes = match self.by {
            // From where the deadline stands then.
            Some(_) => Writes::EachTime,
            None => Writes::Idempotent,
        };
        writes.unless(self.dry_run)
    }
}

/// Fields are only ever added.
#[derive(Serialize)]
struct ExtendedOrder {
    order: OrderNumber,
    status: OrderStatus,
    expires_at: Instant,
    expires_at_before: Instant,
}

pub(super) fn run(args: &OrderExtendArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let ledger = ledger(&context, args.dry_run)?;
    let order = require_order(ledger.read(), &args.order)?;
    let actor = context.actor();
    let by = context.by(&actor);
    let Some(wait) = args
        .by
        .map(DeadlineChange::By)
        .or(args.until.map(DeadlineChange::Until))
    else {
        return Err(CommandError::usage("no new deadline given")
            .hint("give it with --by TIME or --until INSTANT")
            .into());
    };
    let acted = ledger.update_order(order.id, by, |dossier| {
        let before = dossier.order.expires_at;
        let (to, changes) = extend(dossier, wait, by.now)?;
        Ok(((before, to), changes))
    })?;
    let Some(acted) = acted else {
        return Err(unknown_order(ledger.read(), &args.order)?.into());
    };
    let acted = acted.map_err(|refusal| refused(&args.order, &refusal))?;
    let (expires_at_before, expires_at) = acted.said;
    let extended = ExtendedOrder {
        order: args.order.clone(),
        status: acted.order_after,
        expires_at,
        expires_at_before,
    };
    let result = if expires_at == expires_at_before {
        "already has this deadline".to_owned()
    } else {
        context.would(args.dry_run, "extended")
    };
    let detail = Detail::new(context.style())
        .field("Order", &extended.order)
        .field("Status", extended.status)
        .field("Expires", expires_at)
        .field("Before", expires_at_before)
        .field("Result", result);
    context.show("order extend", &extended, &detail, Exit::Clean)
}

fn refused(order: &OrderNumber, refusal: &extend::ExtendRefusal) -> CommandError {
    let hint = match refusal {
        extend::ExtendRefusal::NotPending(_) => &format!(
            "see what happened to it: payctl why {order}; to sell again, create a new order"
        ),
        extend::ExtendRefusal::TooLong => "choose an earlier deadline",
        extend::ExtendRefusal::Earlier(_) => {
            "a deadline can only move later; to end the order: payctl order cancel"
        }
        extend::ExtendRefusal::Passed(_) => "give a time in the future, or a span with --by",
    };
    let message = format!("{order} cannot be extended: {refusal}");
    CommandError::failed(message).hint(hint).because(refusal)
}
