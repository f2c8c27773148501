//! `payctl access revoke`: takes access away on a person's word.

use clap::Args;
use serde::Serialize;

use crate::commands::acting::{self, must_have_operator};
use crate::commands::context::Context;
use crate::commands::failure::Refusal;
use crate::commands::order::unknown;
use crate::domain::names::{OrderNumber, Sku};
use crate::exit::Exit;
use crate::output::detail::{Detail, Document, show};
use crate::reconciler::Pen;
use crate::store::Hand;

/// Revoke the access that an order gives to a product
///
/// The order stays as it is, and so does its money.
#[derive(Debug, Args)]
pub(in crate::commands) struct RevokeArgs {
    /// The number of the order
    order: OrderNumber,
    /// The product
    #[arg(long, value_name = "SKU")]
    product: Sku,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = acting::reason)]
    reason: String,
    /// Who decides; PAYCTL_OPERATOR by default
    #[arg(long, value_name = "NAME", value_parser = acting::name)]
    by: Option<String>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Revoked {
    order: OrderNumber,
    product: Sku,
    revoked: usize,
    dry_run: bool,
}

pub(super) fn run(args: &RevokeArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = must_have_operator(&context, args.by.as_deref())?;
    let Some(order) = context.reader()?.order_by_number(&args.order)? else {
        return Err(unknown(&args.order).into());
    };
    let hand = Hand {
        actor: &actor,
        now: context.started_at,
    };
    let (order, product) = (order.id, &args.product);
    let revoked = match &mut acting::pen(&context, args.dry_run)? {
        Pen::Writing { store, permit } => {
            store.revoke_access(permit, order, product, &args.reason, hand)?
        }
        Pen::Looking(reader) => reader.revocable_access(order, product)?,
    };
    if revoked == 0 {
        let message = format!("{} gives no access to {}", args.order, args.product);
        let hint = format!("see what it gives with: payctl order show {}", args.order);
        return Err(Refusal::new(Exit::Failed, message).hint(hint).into());
    }
    let body = Revoked {
        order: args.order.clone(),
        product: args.product.clone(),
        revoked,
        dry_run: args.dry_run,
    };
    let face = context.face();
    let detail = Detail::new(face)
        .field("Order", &body.order)
        .field("Product", &body.product)
        .field("Result", context.would(args.dry_run, "revoked"));
    let document = Document {
        command: "access revoke",
        started_at: context.started_at,
        body: &body,
        exit: Exit::Clean,
    };
    show(&mut context.world.stdout, face, &document, &detail)?;
    Ok(Exit::Clean)
}
