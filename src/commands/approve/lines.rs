//! How each order's approval is told: its line, and why there is none.

use super::super::acting::left_behind;
use super::row::{Action, ApprovedRow};
use crate::domain::acts::approve;
use crate::domain::money::Rupiah;
use crate::domain::names::{OrderId, OrderNumber};
use crate::domain::order::{OrderStatus, Reservation};
use crate::exit::Exit;
use crate::store::{Acted, Reader, StoreError};

/// A refusal, with the stock that is missing where that is why.
pub(super) fn told(
    reader: &Reader,
    order: OrderId,
    refusal: &approve::Refusal,
) -> Result<String, StoreError> {
    let dossier = match refusal {
        approve::Refusal::StockGone => reader.dossier(order)?,
        approve::Refusal::NothingMissing(_)
        | approve::Refusal::NoMoney
        | approve::Refusal::Beyond(_)
        | approve::Refusal::Approved { .. }
        | approve::Refusal::Dead(_)
        | approve::Refusal::NotEnough { .. } => None,
    };
    let mut told = format!("{refusal}{}", next(refusal));
    for line in dossier.iter().flat_map(|dossier| &dossier.lines) {
        let Some(product) = reader.product(&line.sku)? else {
            continue;
        };
        let wanted = i64::from(line.quantity);
        if let Some(left) = product.left()
            && line.reservation == Reservation::Released
            && left < wanted
        {
            told.push_str(&format!("; {}: {wanted} wanted, {left} left", line.sku));
        }
    }
    Ok(told)
}

/// What to type next, where the refusal does not say so itself.
pub(super) fn next(refusal: &approve::Refusal) -> &'static str {
    match refusal {
        approve::Refusal::NothingMissing(_) => {
            "; see what has paid it with: payctl order show ORDER"
        }
        approve::Refusal::NoMoney => "; leave --amount out for all that is missing",
        approve::Refusal::Dead(_) => {
            " with: payctl order create; money that came for this one goes back by the shop's bank"
        }
        approve::Refusal::StockGone => {
            "; make room with: payctl product set SKU --capacity N, or send the money back by the shop's bank"
        }
        approve::Refusal::NotEnough { .. } => {
            "; approve all of it in one, or make a new order with: payctl order create"
        }
        // These name the --bank-ref that they want.
        approve::Refusal::Beyond(_) | approve::Refusal::Approved { .. } => "",
    }
}

pub(super) fn beside_it(mut row: ApprovedRow, what: Option<String>) -> ApprovedRow {
    if let Some(what) = what {
        row.reason = format!("{}; {what}", row.reason);
    }
    row
}

pub(super) fn stopped(
    order: OrderNumber,
    status: Option<OrderStatus>,
    status_after: Option<OrderStatus>,
    (action, reason, exit): (Action, String, Exit),
) -> (ApprovedRow, Exit) {
    let row = ApprovedRow {
        order,
        status,
        status_after,
        payment: None,
        amount: None,
        action,
        reason,
    };
    (row, exit)
}

pub(super) fn done(number: OrderNumber, action: Action, acted: &Acted<Rupiah>) -> ApprovedRow {
    ApprovedRow {
        order: number,
        status: Some(acted.order_before),
        status_after: Some(acted.order_after),
        payment: acted.added,
        amount: Some(acted.said),
        action,
        reason: left_behind(acted).unwrap_or_else(|| "on a person's word".to_owned()),
    }
}

pub(super) fn refused(
    number: OrderNumber,
    status: Option<OrderStatus>,
    why: String,
) -> (ApprovedRow, Exit) {
    let row = ApprovedRow {
        order: number,
        status,
        status_after: status,
        payment: None,
        amount: None,
        action: Action::Refused,
        reason: why,
    };
    (row, Exit::Failed)
}
