//! The list of pending orders to choose from.

use super::super::confirm::choose;
use super::super::known::require_product;
use super::super::operator::roughly;
use super::super::printing::{PAGE, pages};
use crate::commands::{CommandError, Context};
use crate::domain::{Instant, OrderNumber, OrderStatus, Rupiah, Sku};
use crate::output::printable;
use crate::store::{OrderFilter, OrderRow, Reader};

/// Only this many are shown, newest first: nobody reads through more.
const MAX_SHOWN: u32 = 200;

/// A search by amount reads at most this many pending orders of a product.
const MAX_READ: usize = 10_000;

/// A refusal names at most this many.
const MAX_NAMED: usize = 20;

/// The orders that the operator picks.
pub(super) fn from_pending(
    context: &Context<'_>,
    reader: &Reader,
    product: Option<&Sku>,
) -> anyhow::Result<Vec<OrderNumber>> {
    let pending = OrderFilter {
        status: Some(OrderStatus::Pending),
        product: product.cloned(),
        ..OrderFilter::default()
    };
    let rows = reader.orders_page(&pending, None, MAX_SHOWN)?;
    if rows.is_empty() {
        return Err(nothing_pending(reader, product)?.into());
    }
    chosen_of(context, &rows)
}

/// The orders that the person picks out of these.
fn chosen_of(context: &Context<'_>, rows: &[OrderRow]) -> anyhow::Result<Vec<OrderNumber>> {
    let lines: Vec<String> = rows
        .iter()
        .map(|row| line(row, context.started_at))
        .collect();
    let picked = choose("Which orders are paid?", &lines)?;
    if picked.is_empty() {
        return Err(CommandError::failed("no order chosen; nothing was approved").into());
    }
    let chosen = picked.into_iter().filter_map(|place| rows.get(place));
    Ok(chosen.map(|row| row.order.number.clone()).collect())
}

/// The pending order of this product that waits for exactly this amount. A person chooses where several do.
///
/// # Errors
/// None does; or several do and nobody can be asked.
pub(super) fn by_amount(
    context: &Context<'_>,
    reader: &Reader,
    (product, amount): (&Sku, Rupiah),
    is_person_there: bool,
) -> anyhow::Result<Vec<OrderNumber>> {
    let pending = OrderFilter {
        status: Some(OrderStatus::Pending),
        product: Some(product.clone()),
        ..OrderFilter::default()
    };
    let rows = pages(
        |last| reader.orders_page(&pending, last, PAGE),
        |row| row.order.id,
    );
    let mut fitting = Vec::new();
    for (read, row) in rows.enumerate() {
        if read >= MAX_READ {
            // The next one may wait for the same.
            let message = format!("more than {MAX_READ} orders of {product} are pending");
            let hint = "name the one that was paid; nothing was approved";
            return Err(CommandError::failed(message).hint(hint).into());
        }
        let row = row?;
        if waits_for(&row) == amount {
            fitting.push(row);
        }
    }
    if let [only] = fitting.as_slice() {
        return Ok(vec![only.order.number.clone()]);
    }
    if fitting.is_empty() {
        require_product(reader, product)?;
        let message = format!("no pending order of {product} waits for {amount}");
        let hint = format!(
            "see what they wait for: payctl order list --status pending --product {product}"
        );
        return Err(CommandError::failed(message).hint(hint).into());
    }
    if is_person_there {
        return chosen_of(context, &fitting);
    }
    let numbers: Vec<&str> = fitting
        .iter()
        .take(MAX_NAMED)
        .map(|row| row.order.number.as_str())
        .collect();
    let (count, listed) = (fitting.len(), numbers.join(", "));
    let message = format!("{count} pending orders of {product} wait for {amount}: {listed}");
    Err(CommandError::failed(message)
        .hint("name the one that was paid; nothing was approved")
        .into())
}

/// What an order still waits for: its unique amount, or what is missing.
fn waits_for(row: &OrderRow) -> Rupiah {
    row.asked.unwrap_or_else(|| {
        let here = row.received.saturating_sub(row.gone_back) + row.order.waived;
        row.order.total.saturating_sub(here)
    })
}

fn nothing_pending(reader: &Reader, product: Option<&Sku>) -> anyhow::Result<CommandError> {
    let message = match product {
        None => "no order is pending".to_owned(),
        Some(sku) => {
            require_product(reader, sku)?;
            format!("no order of {sku} is pending")
        }
    };
    Ok(CommandError::failed(message)
        .hint("to approve an order that is not pending, give its number"))
}

/// An order, its age, its total, and the time left until its deadline.
fn line(row: &OrderRow, now: Instant) -> String {
    let order = &row.order;
    let left = if order.expires_at > now {
        format!("{} left", roughly(order.expires_at.since(now)))
    } else {
        format!("overdue for {}", roughly(now.since(order.expires_at)))
    };
    let age = roughly(now.since(order.created_at));
    let mut line = format!("{}  {}  {age} old, {left}", order.number, order.total);
    if let Some(asked) = row.asked {
        line.push_str(&format!(", unique amount {asked}"));
    }
    if row.received > Rupiah::ZERO {
        line.push_str(&format!(", {} received", row.received));
    }
    if let Some(name) = row.customer.name.as_ref().or(row.customer.email.as_ref()) {
        line.push_str(&format!("  {}", printable(name)));
    }
    line
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::{Customer, Order, OrderId};

    #[test]
    fn a_line_shows_order_age_amount_and_time() {
        let made = Instant::from_millis(1_752_800_000_000);
        let mut row = OrderRow {
            order: Order {
                id: OrderId(1),
                number: "INV-1".parse().unwrap(),
                status: OrderStatus::Pending,
                total: Rupiah::from_db(25_000),
                waived: Rupiah::ZERO,
                created_at: made,
                expires_at: made.saturating_add(Duration::from_secs(3_600)),
                version: 1,
            },
            customer: Customer {
                name: Some("Rina\u{1b}[2J".to_owned()),
                ..Customer::default()
            },
            units: 1,
            payments: 1,
            received: Rupiah::ZERO,
            gone_back: Rupiah::ZERO,
            open_cases: 0,
            asked: None,
        };
        let at = |minutes: u64| made.saturating_add(Duration::from_secs(60 * minutes));
        assert_eq!(
            line(&row, at(12)),
            "INV-1  Rp 25,000  12m old, 48m left  Rina[2J"
        );
        row.asked = Some(Rupiah::from_db(25_007));
        row.received = Rupiah::from_db(5_000);
        row.customer.name = None;
        assert_eq!(
            line(&row, at(90)),
            "INV-1  Rp 25,000  1h 30m old, overdue for 30m, unique amount Rp 25,007, Rp 5,000 received"
        );
    }
}
