//! `payctl order list`: lists orders, newest first.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::row::ListedOrder;
use crate::commands::known::{require_gateway_if_any, require_order, require_product_if_any};
use crate::commands::printing::{PAGE, pages};
use crate::commands::{CommandError, Context};
use crate::config::duration;
use crate::domain::values::instant::text::read_day_or_time;
use crate::domain::{GatewayName, Instant, OrderId, OrderNumber, OrderStatus, Sku, WrittenAmount};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::store::OrderFilter;

/// List orders, newest first
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderListArgs {
    /// Only orders with this status, or one of several: --status pending,paid
    ///
    /// Out of: pending, paid, fulfilled, expired, cancelled, refunded
    #[arg(long, value_delimiter = ',')]
    status: Vec<OrderStatus>,
    /// Only orders with a payment at this gateway
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
    /// Only orders with a line of this product
    #[arg(long, value_name = "SKU")]
    product: Option<Sku>,
    /// Only orders created on this day or later; a time is understood, too
    #[arg(long, value_name = "DAY", conflicts_with = "newer_than")]
    since: Option<String>,
    /// Only orders created up to the end of this day, or before this time
    #[arg(long, value_name = "DAY", conflicts_with = "older_than")]
    until: Option<String>,
    /// Only orders created longer ago than this, for example 2h or 7d
    #[arg(long, value_name = "AGE", value_parser = duration)]
    older_than: Option<Duration>,
    /// Only orders created within this time, for example 2h or 7d
    #[arg(long, value_name = "AGE", value_parser = duration)]
    newer_than: Option<Duration>,
    /// Only orders that request exactly this unique amount by manual transfer
    #[arg(long, value_name = "RUPIAH")]
    asked: Option<WrittenAmount>,
    /// Show at most N orders
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
    /// Go on behind this order, as the end of a list says
    #[arg(long, value_name = "ORDER")]
    after: Option<OrderNumber>,
}

/// A list of several statuses reads at most this many orders.
const MAX_READ: u32 = 10_000;

#[derive(Default, Serialize)]
struct OrderCount {
    orders: u64,
    /// There are more than the limit.
    more: bool,
    /// Behind which order the list goes on.
    #[serde(skip)]
    last: Option<OrderNumber>,
}

impl Summary for OrderCount {
    fn line(&self) -> String {
        let last = self.last.as_ref().filter(|_| self.more);
        let more = last.map_or_else(String::new, |last| {
            format!("; there are more, shown with --after {last}")
        });
        format!("{}{more}", counted(self.orders, "order"))
    }
}

/// The beginning and the end of the day that was typed, or a time twice.
fn bound(
    flag: &str,
    typed: Option<&str>,
    context: &Context<'_>,
) -> Result<(Option<Instant>, Option<Instant>), CommandError> {
    let Some(text) = typed else {
        return Ok((None, None));
    };
    let (begins, ends) = read_day_or_time(text, context.config.zone).map_err(|_| {
        let message = format!("{flag} {text}: this is neither a day nor a time");
        CommandError::usage(message).hint("write 2026-03-02, or 2026-03-02 09:00")
    })?;
    Ok((Some(begins), Some(ends)))
}

pub(super) fn run(args: &OrderListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    context.print_interpreted_amount("--asked", args.asked.as_ref());
    let reader = context.reader()?;
    require_gateway_if_any(&context, &reader, args.gateway.as_ref())?;
    let now = context.started_at;
    require_product_if_any(&reader, args.product.as_ref())?;
    let (since, _) = bound("--since", args.since.as_deref(), &context)?;
    let (_, until) = bound("--until", args.until.as_deref(), &context)?;
    let filter = OrderFilter {
        status: match args.status.as_slice() {
            [only] => Some(*only),
            _ => None,
        },
        gateway: args.gateway.clone(),
        product: args.product.clone(),
        older_than: until.or(args.older_than.map(|age| now.saturating_sub(age))),
        asked: args.asked.as_ref().map(|written| written.amount),
        newer_than: since.or(args.newer_than.map(|age| now.saturating_sub(age))),
    };
    let after = match &args.after {
        Some(number) => Some(require_order(&reader, number)?.id),
        None => None,
    };
    let mut list = context.listing("order list")?;
    let mut count = OrderCount::default();
    let is_mixed = args.status.len() > 1;
    // One more than the limit, to know whether there are more.
    let mut wanted = if is_mixed {
        MAX_READ.saturating_add(1)
    } else {
        args.limit.saturating_add(1)
    };
    let page = |before: Option<OrderId>| {
        let size = PAGE.min(wanted);
        wanted -= size;
        reader.orders_page(&filter, before.or(after), size)
    };
    for (read, order) in pages(page, |row| row.order.id).enumerate() {
        let order = order?;
        let is_full = count.orders == u64::from(args.limit);
        if is_full || u32::try_from(read).is_ok_and(|read| read >= MAX_READ && is_mixed) {
            count.more = true;
            break;
        }
        count.last = Some(order.order.number.clone());
        if is_mixed && !args.status.contains(&order.order.status) {
            continue;
        }
        count.orders += 1;
        list.row(&ListedOrder::from(&order))?;
    }
    list.finish(&count, Exit::Clean)
}
