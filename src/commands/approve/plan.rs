//! Previews and carries out the approval of each order.

use std::convert::Infallible;

use super::super::known::similar_order;
use super::super::operator::exit;
use super::super::transfers::booked;
use super::lines::{beside_it, describe, done, refused, stopped};
use super::open_payments::{ApprovalBlocker, OpenPayments, approval_note};
use super::row::{ApproveAction, ApprovedRow};
use super::{ApprovalRequest, OperatorDecision, amounts};
use crate::commands::Context;
use crate::domain::operator::approve::{self, approve};
use crate::domain::{
    Approval, Change, Dossier, Instant, OrderId, OrderNumber, OrderStatus, Payment, Rule, Rupiah,
    TransferShare,
};
use crate::exit::Exit;
use crate::reconciler::{Ledger, Writer};
use crate::store::{
    Actor, Decision, Direction, OtherOrders, Reader, StoreError, Updated, UpdatedTogether,
};

/// One order, and what approving it would do.
pub(super) struct ApprovalPreview {
    pub(super) number: OrderNumber,
    order: Option<(OrderId, OrderStatus)>,
    result: Result<Updated<Rupiah>, String>,
}

impl ApprovalPreview {
    /// What would be booked.
    pub(super) fn amount(&self) -> Option<Rupiah> {
        self.result.as_ref().ok().map(|acted| acted.said)
    }

    /// The order, and the amount that would be booked.
    pub(super) fn would_book(&self) -> Option<(OrderId, Rupiah)> {
        let (order, _) = self.order?;
        Some((order, self.amount()?))
    }

    /// Why nothing would be booked.
    pub(super) fn refused(&self) -> Option<&str> {
        self.result.as_ref().err().map(String::as_str)
    }

    /// The row of an order that was not approved.
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

    fn approved(
        &self,
        acted: &Updated<Rupiah>,
        reader: &Reader,
        beside: &OpenPayments,
    ) -> (ApprovedRow, Exit) {
        let row = done(self.number.clone(), ApproveAction::Approved, acted);
        let order = self.order.map(|(order, _)| order);
        let after = order.and_then(|order| reader.dossier(order).ok().flatten());
        let left = after.and_then(|after| beside.left_payable(&after));
        let left = left.or_else(|| beside.closed(order?));
        (beside_it(row, left), exit(acted))
    }

    /// The row of an order whose approval a payment at a gateway prevents.
    fn stopped(
        &self,
        stop: &ApprovalBlocker,
        after: Option<OrderStatus>,
        beside: &OpenPayments,
    ) -> (ApprovedRow, Exit) {
        let status = self.order.map(|(_, status)| status);
        stopped(
            self.number.clone(),
            status,
            after.or(status),
            beside.describe_blocker(stop),
        )
    }

    /// The row of a dry run.
    pub(super) fn shown(self, beside: &OpenPayments) -> (ApprovedRow, Exit) {
        let status = self.order.map(|(_, status)| status);
        let order = self.would_book().map(|(order, _)| order);
        if let Some(stop) = order.and_then(|order| beside.stop_before(order)) {
            return stopped(self.number, status, status, beside.describe_blocker(&stop));
        }
        match self.result {
            Ok(acted) => {
                let end = exit(&acted);
                let row = done(self.number, ApproveAction::WouldApprove, &acted);
                (
                    beside_it(row, order.and_then(|order| beside.describe(order))),
                    end,
                )
            }
            Err(why) => refused(self.number, status, why),
        }
    }
}

/// Previews each order, in the order given. If one transfer pays for all of them, one that cannot be approved stops
/// the others.
pub(super) fn plan(
    request: &ApprovalRequest<'_>,
    context: &Context<'_>,
    ledger: &Ledger,
) -> Result<Vec<ApprovalPreview>, StoreError> {
    let mut planned = Vec::with_capacity(request.orders.len());
    for place in 0..request.orders.len() {
        planned.extend(plan_one(request, place, context.started_at, ledger.read())?);
    }
    let is_any_refused = planned
        .iter()
        .any(|one: &ApprovalPreview| one.result.is_err());
    if request.is_shared() && is_any_refused {
        for one in planned.iter_mut().filter(|one| one.result.is_ok()) {
            one.result = Err(ALL_OR_NONE.to_owned());
        }
    }
    Ok(planned)
}

/// A transfer must not be booked in part.
const ALL_OR_NONE: &str =
    "the transfer is for several orders, and not all of them can be approved; nothing was written";

fn plan_one(
    request: &ApprovalRequest<'_>,
    place: usize,
    now: Instant,
    reader: &Reader,
) -> Result<Option<ApprovalPreview>, StoreError> {
    let Some(number) = request.orders.get(place) else {
        return Ok(None);
    };
    let Some(order) = reader.order_by_number(number)? else {
        return Ok(Some(ApprovalPreview {
            number: number.clone(),
            order: None,
            result: Err(match similar_order(reader, number)? {
                Some(similar) => {
                    format!(
                        "no order has this number, but there is {similar}; upper and lower case matter"
                    )
                }
                None => "no order has this number; see: payctl order list".to_owned(),
            }),
        }));
    };
    let approval = approval(request, place, "", now);
    let result = match reader.preview_update(order.id, |dossier| approve(dossier, &approval))? {
        Some(Ok(acted)) => Ok(acted),
        Some(Err(refusal)) => Err(describe(reader, order.id, &refusal)?),
        None => Err("the order no longer exists".to_owned()),
    };
    Ok(Some(ApprovalPreview {
        number: number.clone(),
        order: Some((order.id, order.status)),
        result,
    }))
}

/// Approves what can be approved, each order in its own transaction, so one failure does not stop the others. Orders
/// that share a transfer are approved in one transaction. Without an operator's decision it only previews.
pub(super) fn execute_all(
    request: &ApprovalRequest<'_>,
    ledger: &Ledger,
    planned: Vec<ApprovalPreview>,
    word: Option<&OperatorDecision>,
    now: Instant,
    beside: &OpenPayments,
) -> Vec<(ApprovedRow, Exit)> {
    let (Some(word), Some(writer)) = (word, ledger.writer()) else {
        let planned = planned.into_iter();
        return planned.map(|one| one.shown(beside)).collect();
    };
    let by = Actor {
        actor: &word.actor,
        now,
    };
    let booking = ApprovalBooking {
        request,
        reason: &word.reason,
        by,
        beside,
    };
    if request.is_shared() {
        return booking.execute(writer, &planned, 0);
    }
    let mut rows = Vec::with_capacity(planned.len());
    for (place, one) in planned.iter().enumerate() {
        rows.extend(booking.execute(writer, std::slice::from_ref(one), place));
    }
    rows
}

/// The operator's decision, and the other payments of the orders.
struct ApprovalBooking<'b> {
    request: &'b ApprovalRequest<'b>,
    reason: &'b str,
    by: Actor<'b>,
    beside: &'b OpenPayments,
}

impl ApprovalBooking<'_> {
    /// Approves these orders in one transaction, all or none; their rows report any failure. `place` is the position of
    /// the first of them among all orders.
    fn execute(
        &self,
        writer: &Writer,
        planned: &[ApprovalPreview],
        first: usize,
    ) -> Vec<(ApprovedRow, Exit)> {
        let mut wanted: Vec<(OrderId, Rupiah)> = Vec::with_capacity(planned.len());
        for (at, one) in planned.iter().enumerate() {
            let Some(order) = one.would_book() else {
                return planned.iter().map(ApprovalPreview::refused_row).collect();
            };
            if let Some(stop) = self.beside.stop_before(order.0) {
                return self.stopped_at(planned, at, &stop, None);
            }
            wanted.push(order);
        }
        let ids: Vec<OrderId> = wanted.iter().map(|(id, _)| *id).collect();
        let decide = |place, dossier, others: &OtherOrders<'_>| {
            if let Err(stop) = self.beside.check(&dossier) {
                return Ok(Err(ApprovalConflict::Stopped(stop)));
            }
            let amount = wanted.get(place).map(|(_, amount)| *amount);
            let confirmed = approval(self.request, first + place, self.reason, self.by.now);
            decide(dossier, others, &confirmed, amount)
        };
        let acted =
            writer.write(|store, permit| store.update_orders(permit, &ids, self.by, decide));
        let (place, why) = match acted {
            Ok(UpdatedTogether::Done(all)) => {
                let rows = planned.iter().zip(&all);
                return rows
                    .map(|(one, acted)| one.approved(acted, writer.read(), self.beside))
                    .collect();
            }
            Ok(UpdatedTogether::Refused(place, ApprovalConflict::Stopped(stop))) => {
                let after = match (&stop, wanted.get(place)) {
                    (ApprovalBlocker::Paid(payment), Some(order)) => {
                        self.record_blocked(writer, *order, payment)
                    }
                    (
                        ApprovalBlocker::Paid(_)
                        | ApprovalBlocker::Payable(..)
                        | ApprovalBlocker::Unasked(..),
                        _,
                    ) => None,
                };
                return self.stopped_at(planned, place, &stop, after);
            }
            Ok(UpdatedTogether::Refused(place, trouble)) => {
                let id = ids.get(place).copied();
                (Some(place), trouble.describe(writer.read(), id))
            }
            Ok(UpdatedTogether::Gone(place)) => {
                (Some(place), "the order no longer exists".to_owned())
            }
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

    /// One order is refused, and with it all that the transfer pays.
    fn stopped_at(
        &self,
        planned: &[ApprovalPreview],
        place: usize,
        stop: &ApprovalBlocker,
        after: Option<OrderStatus>,
    ) -> Vec<(ApprovedRow, Exit)> {
        let rows = planned.iter().enumerate();
        rows.map(|(at, one)| {
            if at == place {
                one.stopped(stop, after, self.beside)
            } else {
                one.refused_because(ALL_OR_NONE.to_owned())
            }
        })
        .collect()
    }

    /// Records a refused approval and returns the order's status. If even that cannot be written, the row still
    /// reports it.
    fn record_blocked(
        &self,
        writer: &Writer,
        (order, amount): (OrderId, Rupiah),
        payment: &Payment,
    ) -> Option<OrderStatus> {
        let why = approval_note(amount, self.request.transfer.as_ref(), payment);
        let rule = Rule::P27;
        let note = |_| Ok::<_, Infallible>(((), vec![Change::Note { rule, why }]));
        let _unwritten = Ledger::from(writer).update_order(order, self.by, note);
        let dossier = writer.read().dossier(order).ok().flatten();
        dossier.map(|dossier| dossier.order.status)
    }
}

/// Books exactly what the operator confirmed, or nothing.
fn decide(
    dossier: Dossier,
    others: &OtherOrders<'_>,
    confirmed: &Approval<'_>,
    amount: Option<Rupiah>,
) -> Result<Decision<Rupiah, ApprovalConflict>, StoreError> {
    if let Some(transfer) = confirmed.transfer
        && confirmed.part != TransferShare::Further
    {
        let same = others.transfer_holders(Direction::In, transfer)?.same;
        if !same.is_empty() {
            return Ok(Err(ApprovalConflict::Booked(booked(transfer, &same))));
        }
    }
    Ok(match (approve(dossier, confirmed), amount) {
        (Ok((missing, _)), Some(amount)) if missing != amount => {
            Err(ApprovalConflict::Changed { missing, amount })
        }
        (Ok(decided), _) => Ok(decided),
        (Err(refusal), _) => Err(ApprovalConflict::Refused(refusal)),
    })
}

/// Why an approval failed at the last moment.
enum ApprovalConflict {
    Refused(approve::ApprovalRefusal),
    /// The missing amount is no longer the one that was shown.
    Changed {
        missing: Rupiah,
        amount: Rupiah,
    },
    /// The transfer was booked in the meantime.
    Booked(String),
    /// Money came in at a gateway, or may still come in there.
    Stopped(ApprovalBlocker),
}

impl ApprovalConflict {
    fn describe(&self, reader: &Reader, order: Option<OrderId>) -> String {
        match (self, order) {
            (Self::Refused(refusal), Some(order)) => {
                describe(reader, order, refusal).unwrap_or_else(|_| refusal.to_string())
            }
            (Self::Refused(refusal), None) => refusal.to_string(),
            (Self::Changed { missing, amount }, _) => {
                format!("{missing} is now missing, not {amount}; check the order again")
            }
            (Self::Booked(told), _) => told.clone(),
            // The order's own row gives the reason.
            (Self::Stopped(_), _) => ALL_OR_NONE.to_owned(),
        }
    }
}

fn approval<'a>(
    request: &'a ApprovalRequest<'_>,
    place: usize,
    reason: &'a str,
    now: Instant,
) -> Approval<'a> {
    let order = request.orders.get(place);
    Approval {
        amount: order.and_then(|order| amounts::of_order(request.amounts, order)),
        transfer: request.transfer.as_ref(),
        part: match (request.is_shared(), place) {
            (false, _) => TransferShare::Whole,
            (true, 0) => TransferShare::First,
            (true, _) => TransferShare::Further,
        },
        reason,
        now,
    }
}
