//! The line of each approved order, and the reason if it was refused.

use super::super::operator::describe_consequences;
use super::row::{ApproveAction, ApprovedRow};
use crate::commands::failure::with_hint;
use crate::domain::operator::approve;
use crate::domain::{OrderId, OrderNumber, OrderStatus, Reservation, Rupiah};
use crate::exit::Exit;
use crate::store::{Reader, StoreError, Updated};

/// A refusal, with the missing stock if that is the reason.
pub(super) fn describe(
    reader: &Reader,
    order: OrderId,
    refusal: &approve::ApprovalRefusal,
) -> Result<String, StoreError> {
    let dossier = match refusal {
        approve::ApprovalRefusal::StockGone => reader.dossier(order)?,
        approve::ApprovalRefusal::NothingMissing(_)
        | approve::ApprovalRefusal::NoMoney
        | approve::ApprovalRefusal::Beyond(_)
        | approve::ApprovalRefusal::Approved { .. }
        | approve::ApprovalRefusal::Dead(_)
        | approve::ApprovalRefusal::NotEnough { .. } => None,
    };
    let mut told = format!("{}{}", with_hint(refusal), next(refusal));
    for line in dossier.iter().flat_map(|dossier| &dossier.lines) {
        let Some(product) = reader.product(&line.sku)? else {
            continue;
        };
        let wanted = i64::from(line.quantity);
        if let Some(left) = product.left()
            && line.reservation == Reservation::Released
            && left < wanted
        {
            told.push_str(&format!("; {}: {wanted} needed, {left} left", line.sku));
        }
    }
    Ok(told)
}

/// What to do next, where the refusal does not say so itself.
pub(super) fn next(refusal: &approve::ApprovalRefusal) -> &'static str {
    match refusal {
        approve::ApprovalRefusal::NothingMissing(_) => {
            "; see its payments: payctl order show ORDER"
        }
        approve::ApprovalRefusal::NoMoney => "; leave out --amount to approve all that is missing",
        approve::ApprovalRefusal::Dead(_) => {
            " with: payctl order create; return money received for this one by bank transfer"
        }
        approve::ApprovalRefusal::StockGone => {
            "; raise the capacity: payctl product set SKU --capacity N, or return the money by bank transfer"
        }
        approve::ApprovalRefusal::NotEnough { .. } => {
            "; approve the full amount at once, or create a new order: payctl order create"
        }
        // These refusals already name --bank-ref.
        approve::ApprovalRefusal::Beyond(_) | approve::ApprovalRefusal::Approved { .. } => "",
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
    (action, reason, exit): (ApproveAction, String, Exit),
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

pub(super) fn done(
    number: OrderNumber,
    action: ApproveAction,
    acted: &Updated<Rupiah>,
) -> ApprovedRow {
    ApprovedRow {
        order: number,
        status: Some(acted.order_before),
        status_after: Some(acted.order_after),
        payment: acted.added,
        amount: Some(acted.said),
        action,
        reason: describe_consequences(acted)
            .unwrap_or_else(|| "approved by an operator".to_owned()),
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
        action: ApproveAction::Refused,
        reason: why,
    };
    (row, Exit::Failed)
}
