//! `payctl order extend`: an order waits longer for its money.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::create::instant;
use super::show::unknown;
use crate::commands::acting::{act, pen};
use crate::commands::context::Context;
use crate::commands::failure::Refusal;
use crate::config::duration;
use crate::domain::acts::extend::{self, Wait, extend};
use crate::domain::instant::Instant;
use crate::domain::names::OrderNumber;
use crate::domain::order::OrderStatus;
use crate::exit::Exit;
use crate::output::detail::{Detail, Document, show};
use crate::store::Hand;

/// Let a pending order wait longer for its money
///
/// From its deadline on or, where that has passed, from now on. Its payments keep their own deadlines at
/// their gateways.
#[derive(Debug, Args)]
pub(in crate::commands) struct ExtendArgs {
    /// The number of the order
    order: OrderNumber,
    /// How much longer: 30m, 2h; typed twice, twice as long
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with = "until", required_unless_present = "until")]
    by: Option<Duration>,
    /// Until when, however often that is typed: 2026-03-02T10:00:00+07:00
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    until: Option<Instant>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Fields are only ever added.
#[derive(Serialize)]
struct Extended {
    order: OrderNumber,
    status: OrderStatus,
    expires_at: Instant,
    expires_at_before: Instant,
}

pub(super) fn run(args: &ExtendArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let mut pen = pen(&context, args.dry_run)?;
    let Some(order) = pen.read().order_by_number(&args.order)? else {
        return Err(unknown(&args.order).into());
    };
    let hand = Hand {
        actor: &context.actor(),
        now: context.started_at,
    };
    let Some(wait) = args.by.map(Wait::By).or(args.until.map(Wait::Until)) else {
        return Err(Refusal::new(Exit::Usage, "nobody has said how long")
            .hint("say it with --by TIME or --until INSTANT")
            .into());
    };
    let acted = act(&mut pen, order.id, hand, |dossier| {
        let before = dossier.order.expires_at;
        let (to, changes) = extend(dossier, wait, hand.now)?;
        Ok(((before, to), changes))
    })?;
    let Some(acted) = acted else {
        return Err(unknown(&args.order).into());
    };
    let acted = acted.map_err(|refusal| refused(&args.order, &refusal))?;
    let (expires_at_before, expires_at) = acted.said;
    let extended = Extended {
        order: args.order.clone(),
        status: acted.order_after,
        expires_at,
        expires_at_before,
    };
    let result = if expires_at == expires_at_before {
        "it waits as long already".to_owned()
    } else {
        context.would(args.dry_run, "extended")
    };
    let face = context.face();
    let detail = Detail::new(face)
        .field("Order", &extended.order)
        .field("Status", extended.status)
        .field("Expires", expires_at.in_zone(face.zone))
        .field("Before", expires_at_before.in_zone(face.zone))
        .field("Result", result);
    let document = Document {
        command: "order extend",
        started_at: context.started_at,
        body: &extended,
        exit: Exit::Clean,
    };
    show(&mut context.world.stdout, face, &document, &detail)?;
    Ok(Exit::Clean)
}

fn refused(order: &OrderNumber, refusal: &extend::Refusal) -> Refusal {
    let hint = match refusal {
        extend::Refusal::NotPending(_) => "make a new order",
        extend::Refusal::TooLong => "let it wait for less",
        extend::Refusal::Earlier(_) => {
            "a deadline only moves on; end the order with: payctl order cancel"
        }
        extend::Refusal::Passed(_) => "name an instant that is still to come, or a span with --by",
    };
    let message = format!("{order} cannot be extended: {refusal}");
    Refusal::new(Exit::Failed, message).hint(hint)
}
