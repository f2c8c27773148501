//! `payctl access revoke`: revokes access on an operator's decision.

use clap::Args;
use serde::Serialize;

use crate::commands::consent::{ConsentArgs, Foretold, Unattended};
use crate::commands::known::require_order;
use crate::commands::operator::{self, require_operator};
use crate::commands::{CommandError, Context, writes};
use crate::domain::{OrderNumber, Sku};
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::reconciler::Ledger;

/// Revoke the access that an order gives to a product
///
/// The order and its money stay as they are.
#[derive(Debug, Args)]
pub(in crate::commands) struct AccessRevokeArgs {
    /// Order number
    order: OrderNumber,
    /// Product
    #[arg(long, value_name = "SKU")]
    product: Sku,
    /// Reason, stored with the access
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: String,
    /// Operator who decides; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    #[command(flatten)]
    consent: ConsentArgs,
}

writes!(AccessRevokeArgs: Idempotent unless consent.dry_run);

#[derive(Serialize)]
struct RevokedAccess {
    order: OrderNumber,
    product: Sku,
    revoked: usize,
    dry_run: bool,
}

pub(super) fn run(args: &AccessRevokeArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = require_operator(&context, args.by.as_deref())?;
    let order = require_order(&context.reader()?, &args.order)?;
    let (order, product) = (order.id, &args.product);
    context.require_consent(&args.consent, Unattended::GoesOn, |context| {
        let count = context.reader()?.revocable_access(order, product)?;
        Ok((count > 0).then(|| Foretold {
            consequences: vec![format!(
                "{} then gives no access to {product}; its money stays. This cannot be undone.",
                args.order
            )],
            question: format!("Revoke its access to {product}?"),
            otherwise: "no access was revoked",
        }))
    })?;
    let by = context.by(&actor);
    let revoked = match operator::ledger(&context, args.consent.dry_run)? {
        Ledger::ReadWrite(writer) => writer
            .write(|store, permit| store.revoke_access(permit, order, product, &args.reason, by))?,
        Ledger::ReadOnly(reader) => reader.revocable_access(order, product)?,
    };
    if revoked == 0 {
        let message = format!("{} gives no access to {}", args.order, args.product);
        let hint = format!(
            "see what it gives access to: payctl order show {}",
            args.order
        );
        return Err(CommandError::failed(message).hint(hint).into());
    }
    let body = RevokedAccess {
        order: args.order.clone(),
        product: args.product.clone(),
        revoked,
        dry_run: args.consent.dry_run,
    };
    let detail = Detail::new(context.style())
        .field("Order", &body.order)
        .field("Product", &body.product)
        .field("Result", context.would(args.consent.dry_run, "revoked"));
    context.show("access revoke", &body, &detail, Exit::Clean)
}
