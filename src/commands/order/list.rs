//! `payctl order list`: lists orders, newest first.

use std::cmp::Ordering;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::row::ListedOrder;
use crate::commands::Context;
use crate::commands::known::{require_gateway_if_any, require_order, require_product_if_any};
use crate::commands::printing::{PAGE, pages};
use crate::commands::window::period;
use crate::config::duration;
use crate::domain::{
    GatewayName, Order, OrderNumber, OrderStatus, Sku, WrittenAmount, string_enum,
};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::store::{OrderFilter, OrderRow, Reader, StoreError};

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
    /// In which order: newest first, by deadline, or by number
    #[arg(long, value_name = "BY", default_value = "created")]
    sort: OrderSort,
    /// Show at most N orders
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
    /// Go on behind this order, as the end of a list says
    #[arg(long, value_name = "ORDER")]
    after: Option<OrderNumber>,
}

string_enum! {
    /// In which order a list is shown.
    enum OrderSort {
        /// Newest first.
        Created = "created",
        /// Whose time ends first.
        Deadline = "deadline",
        Number = "number",
    }
}

/// A list of several statuses, or one that must be sorted here, reads at most this many orders: the newest.
const MAX_READ: usize = 10_000;

#[derive(Default, Serialize)]
struct OrderCount {
    orders: u64,
    /// There are more than the limit.
    more: bool,
    /// Behind which order the list goes on.
    #[serde(skip)]
    last: Option<OrderNumber>,
    /// Older orders were not read.
    #[serde(skip)]
    is_cut: bool,
}

impl Summary for OrderCount {
    fn line(&self) -> String {
        let mut line = counted(self.orders, "order");
        if let Some(last) = self.last.as_ref().filter(|_| self.more) {
            line.push_str(&format!("; there are more, shown with --after {last}"));
        }
        if self.is_cut {
            line.push_str(&format!(
                "; only the newest {MAX_READ} orders were sorted: choose fewer by --status, --since or --until"
            ));
        }
        line
    }
}

pub(super) fn run(args: &OrderListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    context.print_interpreted_amount("--asked", args.asked.as_ref());
    let reader = context.reader()?;
    require_gateway_if_any(&context, &reader, args.gateway.as_ref())?;
    let now = context.started_at;
    require_product_if_any(&reader, args.product.as_ref())?;
    let period = period(args.since.as_deref(), args.until.as_deref(), &context)?;
    let filter = OrderFilter {
        status: match args.status.as_slice() {
            [only] => Some(*only),
            _ => None,
        },
        gateway: args.gateway.clone(),
        product: args.product.clone(),
        older_than: period
            .until
            .or(args.older_than.map(|age| now.saturating_sub(age))),
        asked: args.asked.as_ref().map(|written| written.amount),
        newer_than: period
            .since
            .or(args.newer_than.map(|age| now.saturating_sub(age))),
    };
    let after = match &args.after {
        Some(number) => Some(require_order(&reader, number)?),
        None => None,
    };
    let mut list = context.listing("order list")?;
    let mut count = OrderCount::default();
    if !args.is_sorted_by_index(&filter) {
        for row in sorted(args, &reader, (&filter, after.as_ref()), &mut count)? {
            list.row(&ListedOrder::from(&row))?;
        }
        return list.finish(&count, Exit::Clean);
    }
    let is_mixed = args.status.len() > 1;
    // One more than the limit, to know whether there are more.
    let mut wanted = if is_mixed {
        u32::try_from(MAX_READ).map_or(u32::MAX, |most| most.saturating_add(1))
    } else {
        args.limit.saturating_add(1)
    };
    let page = |last: Option<Order>| {
        let (size, last) = (PAGE.min(wanted), last.as_ref().or(after.as_ref()));
        wanted -= size;
        match args.sort {
            OrderSort::Created => reader.orders_page(&filter, last.map(|order| order.id), size),
            OrderSort::Deadline => reader.orders_by_deadline(&filter, last, size),
            OrderSort::Number => reader.orders_by_number(&filter, last, size),
        }
    };
    for (read, order) in pages(page, |row| row.order.clone()).enumerate() {
        let order = order?;
        let is_full = count.orders == u64::from(args.limit);
        if is_full || (is_mixed && read >= MAX_READ) {
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

impl OrderListArgs {
    /// Whether an index gives the orders in this order, so that no other orders need to be read. Few orders have another
    /// status than fulfilled or expired, and they are found by it.
    fn is_sorted_by_index(&self, filter: &OrderFilter) -> bool {
        let is_rare = match filter.status {
            Some(
                OrderStatus::Pending
                | OrderStatus::Paid
                | OrderStatus::Cancelled
                | OrderStatus::Refunded,
            ) => true,
            Some(OrderStatus::Fulfilled | OrderStatus::Expired) | None => false,
        };
        match self.sort {
            OrderSort::Created => true,
            OrderSort::Deadline => {
                filter.status == Some(OrderStatus::Pending) && filter.asked.is_none()
            }
            OrderSort::Number => !is_rare && filter.asked.is_none(),
        }
    }
}

impl OrderSort {
    fn compare(self, one: &Order, other: &Order) -> Ordering {
        match self {
            Self::Created => other.id.cmp(&one.id),
            Self::Deadline => (one.expires_at, one.id).cmp(&(other.expires_at, other.id)),
            Self::Number => one.number.cmp(&other.number),
        }
    }
}

/// The first orders by deadline or number behind one of them, out of as many as are read.
fn sorted(
    args: &OrderListArgs,
    reader: &Reader,
    (filter, after): (&OrderFilter, Option<&Order>),
    count: &mut OrderCount,
) -> Result<Vec<OrderRow>, StoreError> {
    let page = |before| reader.orders_page(filter, before, PAGE);
    let mut rows = Vec::new();
    for row in pages(page, |row| row.order.id).take(MAX_READ + 1) {
        rows.push(row?);
    }
    count.is_cut = rows.len() > MAX_READ;
    rows.truncate(MAX_READ);
    let is_behind = |order: &Order| {
        after.is_none_or(|after| args.sort.compare(order, after) == Ordering::Greater)
    };
    let fits = |order: &Order| args.status.is_empty() || args.status.contains(&order.status);
    rows.retain(|row| fits(&row.order) && is_behind(&row.order));
    rows.sort_by(|one, other| args.sort.compare(&one.order, &other.order));
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    count.more = count.is_cut || has_more;
    count.last = (rows.last().filter(|_| has_more)).map(|row| row.order.number.clone());
    count.orders = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    Ok(rows)
}
