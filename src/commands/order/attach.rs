//! `payctl order attach`: registers a further payment of an existing order.

use std::io::Write;

use anyhow::anyhow;
use clap::Args;
use serde::Serialize;

use super::create::require_known;
use crate::commands::accounts::{reference_warning, registered_version};
use crate::commands::known::{require_order, unknown_order};
use crate::commands::{CommandError, Context, writes};
use crate::domain::{
    GatewayName, ImportPayment, OrderNumber, PaymentId, Reference, TransactionId, WrittenAmount,
};
use crate::exit::Exit;
use crate::gateway::registry::is_page;
use crate::output::detail::Detail;
use crate::store::{AttachResult, PlaceError};

/// Register a further payment that the shop itself has opened for an order
///
/// The order stays unpaid until the gateway confirms the payment; from now on payctl asks the gateway about it.
/// Running the same command again changes nothing.
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderAttachArgs {
    /// Order number
    order: OrderNumber,
    /// Gateway at which the shop has opened the payment
    #[arg(long, value_name = "NAME")]
    gateway: GatewayName,
    /// The shop's reference for the payment at the gateway
    #[arg(long)]
    reference: Reference,
    /// Payment method: qris, bca_va, snap and so on
    #[arg(long)]
    method: String,
    /// The gateway's own ID for the payment
    #[arg(long, value_name = "ID")]
    transaction_id: Option<TransactionId>,
    /// Amount of the payment; default: the order's total
    #[arg(long, value_name = "RUPIAH")]
    amount: Option<WrittenAmount>,
    /// Show what would be registered, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(OrderAttachArgs: Idempotent unless dry_run);

/// Fields are only ever added.
#[derive(Serialize)]
struct AttachedPayment {
    order: OrderNumber,
    gateway: GatewayName,
    reference: Reference,
    transaction_id: Option<TransactionId>,
    /// None in a dry run.
    payment: Option<PaymentId>,
    /// The payment was already registered.
    was_known: bool,
}

pub(super) fn run(args: &OrderAttachArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    require_known(&context, &args.gateway)?;
    let id = args.transaction_id.as_ref();
    let api_version = registered_version(&context.config, &args.gateway, id)?;
    context.print_interpreted_amount("--amount", args.amount.as_ref());
    let warning = reference_warning(&context.config, &args.gateway, &args.reference);
    let (store, permit) = context.store_to_write(args.dry_run)?;
    let order = require_order(store.read(), &args.order)?;
    let told = ImportPayment {
        reference: Some(args.reference.clone()),
        transaction_id: args.transaction_id.clone(),
        api_version,
        on_page: is_page(&args.method),
        method: Some(args.method.clone()),
        amount: args.amount.as_ref().map(|written| written.amount),
        ..ImportPayment::at(args.gateway.clone())
    };
    let actor = context.actor();
    let attached = store
        .attach_payment(&permit, order.id, &told, &actor, context.started_at)
        .map_err(|error| refusal(&args.order, error))?;
    let (id, was_known) = match attached {
        None => return Err(unknown_order(store.read(), &args.order)?.into()),
        Some(AttachResult::Added(id)) => (id, false),
        Some(AttachResult::Known(id)) => (id, true),
    };
    let attached = AttachedPayment {
        order: args.order.clone(),
        gateway: args.gateway.clone(),
        reference: args.reference.clone(),
        transaction_id: args.transaction_id.clone(),
        payment: (was_known || !args.dry_run).then_some(id),
        was_known,
    };
    let result = if was_known {
        "already registered".to_owned()
    } else {
        context.would(args.dry_run, "registered")
    };
    let detail = Detail::new(context.style())
        .field("Order", &attached.order)
        .field("Gateway", &attached.gateway)
        .field("Reference", &attached.reference)
        .field_if_any("Transaction", attached.transaction_id.as_ref())
        .field_if_any("Payment", attached.payment)
        .field("Result", result);
    context.show("order attach", &attached, &detail, Exit::Clean)?;
    if let Some(warning) = warning {
        writeln!(context.host.stderr, "warning: {warning}")?;
    }
    Ok(Exit::Clean)
}

fn refusal(order: &OrderNumber, error: PlaceError) -> anyhow::Error {
    if let PlaceError::Store(error) = error {
        return anyhow!(error);
    }
    let message = format!("no payment was added to {order}: {error}");
    CommandError::failed(message)
        .hint("nothing was written")
        .into()
}
