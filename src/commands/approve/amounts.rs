//! Reads `--amount`: for a single order, or for each of several by its number.

use anyhow::anyhow;

use crate::commands::{CommandError, Context};
use crate::domain::{OrderNumber, Rupiah, WrittenAmount};

/// `50.000`, or `INV-1=50.000`.
#[derive(Debug, Clone)]
pub(super) struct GivenAmount {
    order: Option<OrderNumber>,
    written: WrittenAmount,
}

pub(super) fn given(text: &str) -> anyhow::Result<GivenAmount> {
    let (order, amount) = match text.split_once('=') {
        Some((order, amount)) => {
            let order = order.trim().parse();
            let order = order.map_err(|error| anyhow!("the order's number {error}"))?;
            (Some(order), amount)
        }
        None => (None, text),
    };
    let written = amount.parse()?;
    Ok(GivenAmount { order, written })
}

/// The amount given for an order.
pub(super) fn of_order(amounts: &[GivenAmount], order: &OrderNumber) -> Option<Rupiah> {
    let is_its = |given: &&GivenAmount| given.order.as_ref().is_none_or(|named| named == order);
    let given = amounts.iter().find(is_its)?;
    Some(given.written.amount)
}

/// The one amount that names no order.
pub(super) fn alone(amounts: &[GivenAmount]) -> Option<Rupiah> {
    match amounts {
        [only] if only.order.is_none() => Some(only.written.amount),
        _ => None,
    }
}

/// Reports how the amounts were read, before anything is done with them.
pub(super) fn print_interpreted_amounts(context: &mut Context<'_>, amounts: &[GivenAmount]) {
    for given in amounts {
        let flag = match &given.order {
            Some(order) => format!("--amount {order}"),
            None => "--amount".to_owned(),
        };
        context.print_interpreted_amount(&flag, Some(&given.written));
    }
}

/// Each amount belongs to one of the orders, and each order has at most one amount.
pub(super) fn require_match(
    amounts: &[GivenAmount],
    orders: &[OrderNumber],
) -> Result<(), CommandError> {
    let hint = "name each order: --amount ORDER=RUPIAH";
    let is_nameless = amounts.iter().any(|given| given.order.is_none());
    if is_nameless && (orders.len() != 1 || amounts.len() > 1) {
        let message = "with several orders, each --amount must name its order";
        return Err(CommandError::usage(message).hint(hint));
    }
    for (index, given) in amounts.iter().enumerate() {
        let Some(order) = &given.order else { continue };
        if !orders.contains(order) {
            let message =
                format!("--amount names {order}, which is not among the orders to approve");
            return Err(CommandError::usage(message).hint("add it to the orders"));
        }
        let mut earlier = amounts.iter().take(index);
        if earlier.any(|other| other.order.as_ref() == Some(order)) {
            let message = format!("--amount names {order} twice");
            return Err(CommandError::usage(message).hint(hint));
        }
    }
    Ok(())
}
