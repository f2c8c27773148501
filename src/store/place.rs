//! Placing orders. An order reserves its stock at once: all lines or none.

#[cfg(test)]
mod tests;

use std::time::Duration;

use super::digest::digest;
use super::engine::Tx;
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::{Actor, Event, EventSubject};
use super::statements::customers::keep_notes;
use super::statements::new_order::{PlaceError, ProductCache, write};
use super::statements::orders::{Placed, keep_placed_digest};
use super::statements::plan::execute_plan;
use super::writing::Store;
use crate::domain::decide::apply_verdicts::settle_order;
use crate::domain::operator::register::register;
use crate::domain::{
    Customer, ImportLine, ImportPayment, ImportRecord, ImportTimes, Instant, OrderId, OrderNotes,
    OrderNumber, OrderStatus, Reason, Rule, Rupiah, TypedDeadline,
};

/// An order as the shop places it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    pub number: OrderNumber,
    pub lines: Vec<ImportLine>,
    /// `None`: the sum of the lines. The total may differ from that sum: shipping, discounts.
    pub total: Option<Rupiah>,
    pub customer: Customer,
    /// What the shop notes with it.
    pub notes: OrderNotes,
    pub expires_at: Instant,
    /// How `expires_at` was typed. A repeated command line is recognised by this text and not by the resulting time.
    pub typed_deadline: TypedDeadline,
    /// A payment that the shop has opened at a gateway itself.
    pub payment: Option<ImportPayment>,
    /// Who places it, for the audit log.
    pub actor: String,
}

impl Store {
    /// Places an order: reserves its stock, registers its payment, and judges it. Placing the same order again
    /// changes nothing.
    ///
    /// # Errors
    /// See [`PlaceError`].
    pub fn place_order(
        &self,
        permit: &WritePermit,
        new: &NewOrder,
        now: Instant,
    ) -> Result<Placed, PlaceError> {
        self.transact(permit, |tx| {
            let part = tx.part()?;
            match place(tx, new, now) {
                Ok(placed) => {
                    part.keep()?;
                    Ok(Ok(placed))
                }
                Err(PlaceError::Store(error)) => Err(error),
                Err(refused) => Ok(Err(refused)),
            }
        })?
    }
}

fn place(tx: &Tx<'_>, new: &NewOrder, now: Instant) -> Result<Placed, PlaceError> {
    let actor = &new.actor;
    let by = Actor { actor, now };
    let record = ImportRecord {
        number: new.number.clone(),
        total: new.total,
        lines: new.lines.clone(),
        customer: new.customer.clone(),
        notes: new.notes.clone(),
        created_at: None,
        expires_at: Some(new.expires_at),
        payments: new.payment.iter().cloned().collect(),
    };
    let digest = digest(&[record.typed(new.typed_deadline).as_bytes()]);
    match tx.placed_order(&new.number)? {
        None => {}
        Some((placed, Some(known))) if known == digest => return Ok(placed),
        Some((_, Some(_))) => return Err(PlaceError::OtherContent(new.number.clone())),
        Some((_, None)) => return Err(PlaceError::NumberTaken(new.number.clone())),
    }
    let times = ImportTimes {
        order_lifetime: Duration::ZERO,
        grace: Duration::ZERO,
    };
    let mut catalogue = ProductCache::default();
    let prices = catalogue.prices(tx, &record.lines)?;
    let registration = register(&record, &prices, times, now)?.as_pending();
    let (order, customer) = (&registration.order, &record.customer);
    let written = write(tx, &mut catalogue, &registration, customer, None)?;
    keep_notes(tx, written.id, &record.notes)?;
    let event = Event::new(EventSubject::Order, &Reason::Ordered).order(written.id);
    let event = event.to(order.status.word()).rule(Rule::ORDER_PLACED);
    event.amount(order.total).write(tx, by)?;
    keep_placed_digest(tx, written.id, &digest)?;
    Ok(Placed {
        id: written.id,
        is_new: true,
        status: settle(tx, written.id, by)?,
        total: order.total,
        expires_at: new.expires_at,
    })
}

/// Orders only move this way: the domain judges, and its plan is written. Returns the resulting status.
pub(super) fn settle(
    tx: &Tx<'_>,
    order: OrderId,
    by: Actor<'_>,
) -> Result<OrderStatus, StoreError> {
    let Some(before) = tx.dossier(order)? else {
        return Ok(OrderStatus::Pending);
    };
    let order = before.order.clone();
    let (after, changes) = settle_order(before);
    execute_plan(tx, &order, &changes, by)?;
    Ok(after.order.status)
}
