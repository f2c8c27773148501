//! `payctl order list`: orders, the newest first.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::row::ListedOrder;
use crate::commands::context::Context;
use crate::config::duration;
use crate::domain::amount_text::WrittenAmount;
use crate::domain::names::{GatewayName, OrderId};
use crate::domain::order::OrderStatus;
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::report::Report;
use crate::store::OrderFilter;

/// List orders, the newest first
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderListArgs {
    /// Only orders of this status: pending, paid, fulfilled, expired, cancelled or refunded
    #[arg(long)]
    status: Option<OrderStatus>,
    /// Only orders with a payment at this gateway
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
    /// Only orders made longer ago than this: 2h, 7d
    #[arg(long, value_name = "AGE", value_parser = duration)]
    older_than: Option<Duration>,
    /// Only orders made within this: 2h, 7d
    #[arg(long, value_name = "AGE", value_parser = duration)]
    newer_than: Option<Duration>,
    /// Only orders that are asked to pay just this past the gateways
    #[arg(long, value_name = "RUPIAH")]
    asked: Option<WrittenAmount>,
    /// So many at the most
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
}

#[derive(Serialize)]
struct OrderCount {
    orders: u64,
    /// There are more; ask with a larger limit.
    more: bool,
}

impl Summary for OrderCount {
    fn line(&self) -> String {
        let more = if self.more {
            "; there are more, see them with a larger --limit"
        } else {
            ""
        };
        format!("{} orders{more}", self.orders)
    }
}

const PAGE: u32 = 500;

pub(super) fn run(args: &OrderListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    context.print_interpreted_amount("--asked", args.asked.as_ref());
    let reader = context.reader()?;
    let filter = OrderFilter {
        status: args.status,
        gateway: args.gateway.clone(),
        product: None,
        older_than: args
            .older_than
            .map(|age| context.started_at.saturating_sub(age)),
        asked: args.asked.as_ref().map(|written| written.amount),
        newer_than: args
            .newer_than
            .map(|age| context.started_at.saturating_sub(age)),
    };
    let (style, started_at, clock) = (
        context.style(),
        context.started_at,
        context.host.clock.clone(),
    );
    let mut report = Report::new(&mut context.host.stdout, style, "order list", started_at)?;
    let mut before: Option<OrderId> = None;
    let mut left = args.limit;
    let mut count = OrderCount {
        orders: 0,
        more: false,
    };
    // One more than is wanted tells whether there are more.
    loop {
        let size = PAGE.min(left.saturating_add(1));
        let page = reader.orders_page(&filter, before, size)?;
        for row in &page {
            if left == 0 {
                count.more = true;
                break;
            }
            report.row(&ListedOrder::from(row))?;
            count.orders += 1;
            left -= 1;
        }
        match page.last() {
            Some(last) if !count.more => before = Some(last.order.id),
            _ => break,
        }
    }
    report.finish(&count, clock.now(), Exit::Clean, &mut context.host.stderr)?;
    Ok(Exit::Clean)
}
