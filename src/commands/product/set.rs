//! `payctl product set`: creates or changes a product.

use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::row::ProductRow;
use crate::commands::{Context, writes};
use crate::config::duration;
use crate::domain::entitlement::access::REACH;
use crate::domain::values::customer::require_one_line;
use crate::domain::{
    AccessFrom, InvalidCustomerText, LateMoney, ProductUpdate, Sku, WrittenAmount,
};
use crate::exit::Exit;
use crate::store::ProductSet;

/// Create a product, or change the terms of an existing one
///
/// Options that are not given stay as they are; a new product needs a price. Existing orders keep the price, the
/// tickets and the access that they were created with.
#[derive(Debug, Args)]
pub(in crate::commands) struct ProductSetArgs {
    /// Product code, used by orders and imports
    sku: Sku,
    /// Price of one unit, in whole rupiah
    #[arg(long, value_name = "RUPIAH")]
    price: Option<WrittenAmount>,
    /// Product name
    #[arg(long, value_parser = name)]
    name: Option<String>,
    /// Number of units, or unlimited
    #[arg(long, value_name = "N", value_parser = capacity)]
    capacity: Option<LimitArg<i64>>,
    /// How long the buyer has access, for example 2h or 30d; or none
    #[arg(long, value_name = "TIME", value_parser = access)]
    access: Option<LimitArg<Duration>>,
    /// When the access starts: payment or first_use
    #[arg(long, value_name = "WHEN")]
    access_from: Option<AccessFrom>,
    /// Issue a ticket for each unit
    #[arg(long, overrides_with = "no_tickets")]
    tickets: bool,
    /// Issue no tickets
    #[arg(long, overrides_with = "tickets")]
    no_tickets: bool,
    /// Returned units can be sold again
    #[arg(long, overrides_with = "not_resaleable")]
    resaleable: bool,
    /// Returned units cannot be sold again
    #[arg(long, overrides_with = "resaleable")]
    not_resaleable: bool,
    /// What to do with money for an expired order, if stock is free: accept or refund
    #[arg(long, value_name = "RULE")]
    late: Option<LateMoney>,
    /// Show what would be set, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(ProductSetArgs: Idempotent unless dry_run);

/// A limit, or the word that removes it.
#[derive(Debug, Clone, Copy)]
enum LimitArg<T> {
    To(T),
    Away,
}

impl<T: Copy> LimitArg<T> {
    fn to(self) -> Option<T> {
        match self {
            Self::To(limit) => Some(limit),
            Self::Away => None,
        }
    }
}

fn name(text: &str) -> Result<String, InvalidCustomerText> {
    require_one_line(text).map(|()| text.to_owned())
}

fn capacity(text: &str) -> Result<LimitArg<i64>, String> {
    if text == "unlimited" {
        return Ok(LimitArg::Away);
    }
    match text.parse::<u32>() {
        Ok(units) => Ok(LimitArg::To(units.into())),
        Err(_) => Err("must be a number of units, or `unlimited`".to_owned()),
    }
}

fn access(text: &str) -> anyhow::Result<LimitArg<Duration>> {
    if text == "none" {
        return Ok(LimitArg::Away);
    }
    let span = duration(text)?;
    if span.subsec_millis() != 0 || span.as_secs() == 0 {
        bail!("must be a whole number of seconds");
    }
    if span > REACH {
        bail!("must not be longer than 100 years");
    }
    Ok(LimitArg::To(span))
}

#[derive(Serialize)]
struct ProductSetJob {
    result: &'static str,
    product: ProductRow,
}

pub(super) fn run(args: &ProductSetArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    context.print_interpreted_amount("--price", args.price.as_ref());
    let (store, permit) = context.store_to_write(args.dry_run)?;
    let actor = context.actor();
    let change = args.change();
    let set = store.set_product(&permit, &args.sku, &change, context.started_at, &actor)?;
    let (result, product) = match &set {
        ProductSet::Created(product) => ("created", product),
        ProductSet::Changed { after, .. } => ("changed", after),
        ProductSet::Unchanged(product) => ("unchanged", product),
    };
    let product = ProductRow::from(product);
    let style = context.style();
    let detail = product
        .detail(style)
        .field("Result", context.would(args.dry_run, result));
    context.show(
        "product set",
        &ProductSetJob { result, product },
        &detail,
        Exit::Clean,
    )
}

impl ProductSetArgs {
    fn change(&self) -> ProductUpdate {
        ProductUpdate {
            name: self.name.clone(),
            price: self.price.as_ref().map(|written| written.amount),
            capacity: self.capacity.map(LimitArg::to),
            access: self.access.map(LimitArg::to),
            access_from: self.access_from,
            issues_tickets: chosen_flag(self.tickets, self.no_tickets),
            resaleable: chosen_flag(self.resaleable, self.not_resaleable),
            late_money: self.late,
        }
    }
}

/// Of two flags that override each other: the one that was given.
fn chosen_flag(yes: bool, no: bool) -> Option<bool> {
    (yes || no).then_some(yes)
}
