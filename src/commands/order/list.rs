//! `payctl order list`: lists orders, newest first.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::row::ListedOrder;
use crate::commands::Context;
use crate::commands::known::require_gateway_if_any;
use crate::commands::printing::{PAGE, pages};
use crate::config::duration;
use crate::domain::{GatewayName, OrderStatus, WrittenAmount};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::store::OrderFilter;

/// List orders, newest first
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderListArgs {
    /// Only orders with this status
    ///
    /// One of: pending, paid, fulfilled, expired, cancelled, refunded
    #[arg(long)]
    status: Option<OrderStatus>,
    /// Only orders with a payment at this gateway
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
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
}

#[derive(Default, Serialize)]
struct OrderCount {
    orders: u64,
    /// There are more than the limit.
    more: bool,
}

impl Summary for OrderCount {
    fn line(&self) -> String {
        let more = if self.more {
            "; there are more, shown with a larger --limit"
        } else {
            ""
        };
        format!("{}{more}", counted(self.orders, "order"))
    }
}

pub(super) fn run(args: &OrderListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    context.print_interpreted_amount("--asked", args.asked.as_ref());
    let reader = context.reader()?;
    require_gateway_if_any(&context, &reader, args.gateway.as_ref())?;
    let now = context.started_at;
    let filter = OrderFilter {
        status: args.status,
        gateway: args.gateway.clone(),
        product: None,
        older_than: args.older_than.map(|age| now.saturating_sub(age)),
        asked: args.asked.as_ref().map(|written| written.amount),
        newer_than: args.newer_than.map(|age| now.saturating_sub(age)),
    };
    let mut list = context.listing("order list")?;
    let mut count = OrderCount::default();
    // One more than the limit, to know whether there are more.
    let mut wanted = args.limit.saturating_add(1);
    let page = |before| {
        let size = PAGE.min(wanted);
        wanted -= size;
        reader.orders_page(&filter, before, size)
    };
    for order in pages(page, |row| row.order.id) {
        let order = order?;
        if count.orders == u64::from(args.limit) {
            count.more = true;
            break;
        }
        count.orders += 1;
        list.row(&ListedOrder::from(&order))?;
    }
    list.finish(&count, Exit::Clean)
}
