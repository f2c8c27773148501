//! `payctl access check`: whether somebody may use a product now.

use super::admission::{AccessCheck, AccessSubject, FirstUsePolicy, answer};
use crate::commands::known::{require_order, require_product};
use crate::commands::{Context, writes};
use crate::domain::{OrderNumber, Sku};
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::store::Reader;
use clap::{ArgGroup, Args};

/// Check whether somebody may use a product now: exit code 0 for yes, 3 for no
///
/// If access starts with the first use, the first yes starts it.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("who").required(true))]
pub(in crate::commands) struct AccessCheckArgs {
    /// Product
    #[arg(long, value_name = "SKU")]
    product: Sku,
    /// Access from this order
    #[arg(long, value_name = "NUMBER", group = "who")]
    order: Option<OrderNumber>,
    /// Access from the order with this session token
    #[arg(long, value_name = "TOKEN", group = "who")]
    session: Option<String>,
    /// Access from all orders with this email address
    #[arg(long, value_name = "EMAIL", group = "who")]
    user: Option<String>,
    /// Do not start an access period
    #[arg(long)]
    dry_run: bool,
}

writes!(AccessCheckArgs: Idempotent unless dry_run);

pub(super) fn run(args: &AccessCheckArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_product(&reader, &args.product)?;
    let question = AccessCheck {
        product: &args.product,
        buyer: buyer(args, &reader)?,
        actor: &context.actor(),
        first_use: if args.dry_run {
            FirstUsePolicy::Foreseen
        } else {
            FirstUsePolicy::Begins
        },
    };
    let answer = answer(&question, &context, &reader)?;
    let exit = if answer.admitted {
        Exit::Clean
    } else {
        Exit::Attention
    };
    let until = answer.until.filter(|_| answer.admitted);
    let verdict = if answer.admitted { "YES" } else { "NO " };
    let headline = format!("{verdict}  {}: {}", answer.product, answer.reason);
    let detail = Detail::new(context.style())
        .verdict(answer.admitted, &headline)
        .field("Product", &answer.product)
        .field("Access", answer.admitted)
        .field_if_any("Until", until)
        .field_if_any("Seconds left", until.map(|_| answer.remaining_seconds))
        .field("Reason", &answer.reason);
    context.show("access check", &answer, &detail, exit)
}

/// An unknown token or address has bought nothing.
fn buyer(args: &AccessCheckArgs, reader: &Reader) -> anyhow::Result<AccessSubject> {
    if let Some(user) = &args.user {
        return Ok(AccessSubject::User(user.clone()));
    }
    let order = match (&args.order, &args.session) {
        (Some(number), _) => Some(require_order(reader, number)?.id),
        (None, Some(token)) => reader.order_of_session(token)?,
        (None, None) => None,
    };
    Ok(order.map_or(AccessSubject::Nobody, AccessSubject::Order))
}
