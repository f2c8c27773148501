//! What approving each order would come to, and doing it.

use super::super::acting::{exit, left_behind};
use super::super::context::Context;
use super::super::transfers::booked;
use super::row::{Action, ApprovedRow};
use super::{Request, Word, amounts};
use crate::domain::acts::approve::{self, Approval, Part, approve};
use crate::domain::dossier::Dossier;
use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{OrderId, OrderNumber};
use crate::domain::order::{OrderStatus, Reservation};
use crate::exit::Exit;
use crate::reconciler::Pen;
use crate::store::{
    Acted, Decision, Direction, Hand, Others, Reader, Store, StoreError, Together, WritePermit,
};

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

    /// The line of one that nothing was written of.
    fn refused_row(&self) -> (ApprovedRow, Exit) {
        self.refused_because(self.refused().unwrap_or(ALL_OR_NONE).to_owned())
    }

    fn refused_because(&self, why: String) -> (ApprovedRow, Exit) {
        refused(
            self.number.clone(),
            self.order.map(|(_, status)| status),
            why,
        )
    }

    fn approved(&self, acted: &Acted<Rupiah>) -> (ApprovedRow, Exit) {
        (
            done(self.number.clone(), Action::Approved, acted),
            exit(acted),
        )
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

/// Looks at each order once, in the order in which they were named. Where one transfer is for all of them, one that
/// cannot be approved keeps the others from it.
pub(super) fn plan(
    request: &Request<'_>,
    context: &Context<'_>,
    pen: &Pen,
) -> Result<Vec<Planned>, StoreError> {
    let mut planned = Vec::with_capacity(request.orders.len());
    for place in 0..request.orders.len() {
        planned.extend(plan_one(request, place, context.started_at, pen.read())?);
    }
    let is_any_refused = planned.iter().any(|one: &Planned| one.result.is_err());
    if request.is_shared() && is_any_refused {
        for one in planned.iter_mut().filter(|one| one.result.is_ok()) {
            one.result = Err(ALL_OR_NONE.to_owned());
        }
    }
    Ok(planned)
}

/// Half a transfer must not be booked.
const ALL_OR_NONE: &str =
    "the transfer is for several orders, and not all of them can be approved; nothing was written";

fn plan_one(
    request: &Request<'_>,
    place: usize,
    now: Instant,
    reader: &Reader,
) -> Result<Option<Planned>, StoreError> {
    let Some(number) = request.orders.get(place) else {
        return Ok(None);
    };
    let Some(order) = reader.order_by_number(number)? else {
        return Ok(Some(Planned {
            number: number.clone(),
            order: None,
            result: Err("no order has this number; see: payctl order list".to_owned()),
        }));
    };
    let approval = approval(request, place, "", now);
    let result = match reader.foresee(order.id, |dossier| approve(dossier, &approval))? {
        Some(Ok(acted)) => Ok(acted),
        Some(Err(refusal)) => Err(told(reader, order.id, &refusal)?),
        None => Err("the order is gone".to_owned()),
    };
    Ok(Some(Planned {
        number: number.clone(),
        order: Some((order.id, order.status)),
        result,
    }))
}

/// Approves what can be, each order in a transaction of its own: the others keep nobody from theirs. Orders that one
/// transfer pays are approved in one transaction. Without a word it is only shown.
pub(super) fn carry_out_all(
    request: &Request<'_>,
    pen: &mut Pen,
    planned: Vec<Planned>,
    word: Option<&Word>,
    now: Instant,
) -> Vec<(ApprovedRow, Exit)> {
    let Some(word) = word else {
        return planned.into_iter().map(Planned::shown).collect();
    };
    let Pen::Writing { store, permit } = pen else {
        return planned.into_iter().map(Planned::shown).collect();
    };
    if request.is_shared() {
        return carry_out(request, store, permit, &planned, 0, word, now);
    }
    let mut rows = Vec::with_capacity(planned.len());
    for (place, one) in planned.iter().enumerate() {
        let one = std::slice::from_ref(one);
        rows.extend(carry_out(request, store, permit, one, place, word, now));
    }
    rows
}

/// Approves these orders in one transaction, all or none. Whatever is wrong is told in their lines. The first of them
/// stands at this place of all.
fn carry_out(
    request: &Request<'_>,
    store: &mut Store,
    permit: &WritePermit,
    planned: &[Planned],
    first: usize,
    word: &Word,
    now: Instant,
) -> Vec<(ApprovedRow, Exit)> {
    let mut wanted: Vec<(OrderId, Rupiah)> = Vec::with_capacity(planned.len());
    for one in planned {
        match (&one.order, &one.result) {
            (Some((id, _)), Ok(foreseen)) => wanted.push((*id, foreseen.said)),
            (_, _) => return planned.iter().map(Planned::refused_row).collect(),
        }
    }
    let hand = Hand {
        actor: &word.actor,
        now,
    };
    let ids: Vec<OrderId> = wanted.iter().map(|(id, _)| *id).collect();
    let acted = store.act_together(permit, &ids, hand, |place, dossier, others| {
        let amount = wanted.get(place).map(|(_, amount)| *amount);
        let confirmed = approval(request, first + place, &word.reason, now);
        decide(dossier, others, &confirmed, amount)
    });
    let (place, why) = match acted {
        Ok(Together::Done(all)) => {
            let rows = planned.iter().zip(&all);
            return rows.map(|(one, acted)| one.approved(acted)).collect();
        }
        Ok(Together::Refused(place, trouble)) => {
            let id = ids.get(place).copied();
            (Some(place), trouble.told(store.read(), id))
        }
        Ok(Together::Gone(place)) => (Some(place), "the order is gone".to_owned()),
        Err(error) => (None, error.to_string()),
    };
    let rows = planned.iter().enumerate();
    rows.map(|(at, one)| {
        let is_its = place.is_none_or(|place| place == at);
        one.refused_because(if is_its {
            why.clone()
        } else {
            ALL_OR_NONE.to_owned()
        })
    })
    .collect()
}

/// What a person has confirmed is booked, or nothing.
fn decide(
    dossier: Dossier,
    others: &Others<'_>,
    confirmed: &Approval<'_>,
    amount: Option<Rupiah>,
) -> Result<Decision<Rupiah, Trouble>, StoreError> {
    if let Some(transfer) = confirmed.transfer
        && confirmed.part != Part::Further
    {
        let same = others.transfer_holders(Direction::In, transfer)?.same;
        if !same.is_empty() {
            return Ok(Err(Trouble::Booked(booked(transfer, &same))));
        }
    }
    Ok(match (approve(dossier, confirmed), amount) {
        (Ok((missing, _)), Some(amount)) if missing != amount => {
            Err(Trouble::Changed { missing, amount })
        }
        (Ok(decided), _) => Ok(decided),
        (Err(refusal), _) => Err(Trouble::Refused(refusal)),
    })
}

/// Why an approval came to nothing at the last moment.
enum Trouble {
    Refused(approve::Refusal),
    /// Something else is missing now than was shown.
    Changed {
        missing: Rupiah,
        amount: Rupiah,
    },
    /// Somebody else has booked the transfer meanwhile.
    Booked(String),
}

impl Trouble {
    fn told(&self, reader: &Reader, order: Option<OrderId>) -> String {
        match (self, order) {
            (Self::Refused(refusal), Some(order)) => {
                told(reader, order, refusal).unwrap_or_else(|_| refusal.to_string())
            }
            (Self::Refused(refusal), None) => refusal.to_string(),
            (Self::Changed { missing, amount }, _) => {
                format!("{missing} is missing by now, not {amount}; look again")
            }
            (Self::Booked(told), _) => told.clone(),
        }
    }
}

fn approval<'a>(
    request: &'a Request<'_>,
    place: usize,
    reason: &'a str,
    now: Instant,
) -> Approval<'a> {
    let order = request.orders.get(place);
    Approval {
        amount: order.and_then(|order| amounts::of_order(request.amounts, order)),
        transfer: request.transfer.as_ref(),
        part: match (request.is_shared(), place) {
            (false, _) => Part::Whole,
            (true, 0) => Part::First,
            (true, _) => Part::Further,
        },
        reason,
        now,
    }
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
