//! `payctl order extend`: an order waits longer for its money.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::show::unknown;
use crate::commands::acting::{act, pen};
use crate::commands::context::Context;
use crate::commands::failure::Refusal;
use crate::config::duration;
use crate::domain::acts::extend::extend;
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
    /// How much longer: 30m, 2h
    #[arg(long, value_name = "TIME", value_parser = duration)]
    by: Duration,
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
    let acted = act(&mut pen, order.id, hand, |dossier| {
        let before = dossier.order.expires_at;
        let (to, changes) = extend(dossier, args.by, hand.now)?;
        Ok(((before, to), changes))
    })?;
    let Some(acted) = acted else {
        return Err(unknown(&args.order).into());
    };
    let acted = acted.map_err(|refusal: crate::domain::acts::extend::Refusal| {
        let message = format!("{} cannot be extended: {refusal}", args.order);
        Refusal::new(Exit::Failed, message).hint("make a new order")
    })?;
    let (expires_at_before, expires_at) = acted.said;
    let extended = Extended {
        order: args.order.clone(),
        status: acted.order_after,
        expires_at,
        expires_at_before,
    };
    let face = context.face();
    let detail = Detail::new(face)
        .field("Order", &extended.order)
        .field("Status", extended.status)
        .field("Expires", expires_at.in_zone(face.zone))
        .field("Before", expires_at_before.in_zone(face.zone))
        .field("Result", context.would(args.dry_run, "extended"));
    let document = Document {
        command: "order extend",
        started_at: context.started_at,
        body: &extended,
        exit: Exit::Clean,
    };
    show(&mut context.world.stdout, face, &document, &detail)?;
    Ok(Exit::Clean)
}
