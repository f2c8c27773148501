//! What approving each order would come to, and doing it.

use super::super::acting::{act, exit, left_behind};
use super::super::context::Context;
use super::super::failure::Refusal;
use super::row::{Action, ApprovedRow};
use super::{ApproveArgs, Word};
use crate::domain::acts::approve::{self, Approval, approve};
use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{BankReference, OrderId, OrderNumber};
use crate::domain::order::{OrderStatus, Reservation};
use crate::exit::Exit;
use crate::reconciler::Pen;
use crate::store::{Acted, Hand, Reader, StoreError};

/// One order, and what approving it would come to.
pub(super) struct Planned {
    pub(super) number: OrderNumber,
    order: Option<(OrderId, OrderStatus)>,
    result: Result<Acted<Rupiah>, String>,
}

impl Planned {
    /// What would be booked.
    pub(super) fn amount(&self) -> Option<Rupiah> {
        self.result.as_ref().ok().map(|acted| acted.said)
    }

    /// Why nothing would.
    pub(super) fn refused(&self) -> Option<&str> {
        self.result.as_ref().err().map(String::as_str)
    }

    /// The line of a dry run.
    pub(super) fn shown(self) -> (ApprovedRow, Exit) {
        let status = self.order.map(|(_, status)| status);
        match self.result {
            Ok(acted) => {
                let end = exit(&acted);
                (done(self.number, Action::WouldApprove, &acted), end)
            }
            Err(why) => refused(self.number, status, why),
        }
    }
}

/// Looks at each order once, in the order in which they were named.
pub(super) fn plan(
    args: &ApproveArgs,
    context: &Context<'_>,
    pen: &Pen,
    orders: &[OrderNumber],
) -> Result<Vec<Planned>, StoreError> {
    let mut planned: Vec<Planned> = Vec::new();
    for number in orders {
        if !planned.iter().any(|earlier| earlier.number == *number) {
            planned.push(plan_one(args, context.started_at, pen.read(), number)?);
        }
    }
    Ok(planned)
}

fn plan_one(
    args: &ApproveArgs,
    now: Instant,
    reader: &Reader,
    number: &OrderNumber,
) -> Result<Planned, StoreError> {
    let Some(order) = reader.order_by_number(number)? else {
        return Ok(Planned {
            number: number.clone(),
            order: None,
            result: Err("no order has this number; see: payctl order list".to_owned()),
        });
    };
    let approval = approval(
        args,
        args.amount.as_ref().map(|written| written.amount),
        "",
        now,
    );
    let result = match reader.foresee(order.id, |dossier| approve(dossier, &approval))? {
        Some(Ok(acted)) => Ok(acted),
        Some(Err(refusal)) => Err(told(reader, order.id, &refusal)?),
        None => Err("the order is gone".to_owned()),
    };
    Ok(Planned {
        number: number.clone(),
        order: Some((order.id, order.status)),
        result,
    })
}

/// Approves one order. Whatever is wrong with it is told in its line.
pub(super) fn carry_out(
    args: &ApproveArgs,
    pen: &mut Pen,
    planned: Planned,
    word: &Word,
    now: Instant,
) -> (ApprovedRow, Exit) {
    let Planned {
        number,
        order,
        result,
    } = planned;
    let status = order.map(|(_, status)| status);
    let (id, amount) = match (order, result) {
        (Some((id, _)), Ok(foreseen)) => (id, foreseen.said),
        (_, Err(why)) => return refused(number, status, why),
        (None, Ok(_)) => return refused(number, None, "the order is gone".to_owned()),
    };
    let hand = Hand {
        actor: &word.actor,
        now,
    };
    let confirmed = approval(
        args,
        args.amount.as_ref().map(|written| written.amount),
        &word.reason,
        now,
    );
    // What a person has confirmed is booked, or nothing.
    let acted = act(pen, id, hand, |dossier| {
        match approve(dossier, &confirmed).map_err(Trouble::Refused)? {
            (now_missing, _) if now_missing != amount => Err(Trouble::Changed(now_missing)),
            decided => Ok(decided),
        }
    });
    match acted {
        Ok(Some(Ok(acted))) => {
            let end = exit(&acted);
            (done(number, Action::Approved, &acted), end)
        }
        Ok(Some(Err(Trouble::Refused(refusal)))) => {
            let why = told(pen.read(), id, &refusal).unwrap_or_else(|_| refusal.to_string());
            refused(number, status, why)
        }
        Ok(Some(Err(Trouble::Changed(missing)))) => {
            let why = format!("{missing} is missing by now, not {amount}; look again");
            refused(number, status, why)
        }
        Ok(None) => refused(number, status, "the order is gone".to_owned()),
        Err(error) => {
            let taken = args.bank_ref.as_ref().map(|bank| must_be_unused(pen, bank));
            let why = match taken {
                Some(Err(taken)) => taken.to_string(),
                _ => error.to_string(),
            };
            refused(number, status, why)
        }
    }
}

/// Why an approval came to nothing at the last moment.
enum Trouble {
    Refused(approve::Refusal),
    /// Something else is missing now than was shown.
    Changed(Rupiah),
}

fn approval<'a>(
    args: &'a ApproveArgs,
    amount: Option<Rupiah>,
    reason: &'a str,
    now: Instant,
) -> Approval<'a> {
    Approval {
        amount,
        bank_reference: args.bank_ref.as_ref(),
        reason,
        now,
    }
}

/// A transfer is booked once.
pub(super) fn must_be_unused(pen: &Pen, bank: &BankReference) -> anyhow::Result<()> {
    let Some((order, payment)) = pen.read().received_as(bank)? else {
        return Ok(());
    };
    let message = format!("{bank} was booked already, as payment {payment} of {order}");
    let hint = format!(
        "see it with: payctl order show {order}; if it is another order's, first: payctl approve --withdraw {payment}"
    );
    Err(Refusal::new(Exit::Failed, message).hint(hint).into())
}

/// A refusal, with the stock that is missing where that is why.
fn told(reader: &Reader, order: OrderId, refusal: &approve::Refusal) -> Result<String, StoreError> {
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
fn next(refusal: &approve::Refusal) -> &'static str {
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

fn done(number: OrderNumber, action: Action, acted: &Acted<Rupiah>) -> ApprovedRow {
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

fn refused(number: OrderNumber, status: Option<OrderStatus>, why: String) -> (ApprovedRow, Exit) {
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
