//! Adds a further payment to a known order. The payment is registered, not believed: its gateway is queried.

use super::engine::Tx;
use super::permit::WritePermit;
use super::place::settle;
use super::statements::audit::{Actor, Event, EventSubject};
use super::statements::gateways;
use super::statements::new_order::{PlaceError, add_payment};
use super::statements::plan::mark_must_close;
use super::writing::Store;
use crate::domain::operator::register::shop_payment::shop_payment;
use crate::domain::{
    Dossier, ImportPayment, ImportRefusal, Instant, OrderId, OrderStatus, Payment, PaymentId,
    PaymentStatus, Reason, Rule,
};

/// What happened to a payment that was to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachResult {
    Added(PaymentId),
    /// The order already has it.
    Known(PaymentId),
}

impl Store {
    /// P28: registers a further payment that the shop opened itself. `None`: there is no such order.
    ///
    /// # Errors
    /// As [`PlaceError`] says; nothing was written.
    pub fn attach_payment(
        &self,
        permit: &WritePermit,
        order: OrderId,
        told: &ImportPayment,
        actor: &str,
        now: Instant,
    ) -> Result<Option<AttachResult>, PlaceError> {
        let by = Actor { actor, now };
        self.transact(permit, |tx| {
            let part = tx.part()?;
            let Some(known) = tx.dossier(order)? else {
                return Ok(Ok(None));
            };
            match attach(tx, &known, told, by) {
                Ok(attached) => {
                    part.keep()?;
                    Ok(Ok(Some(attached)))
                }
                Err(PlaceError::Store(error)) => Err(error),
                Err(refused) => Ok(Err(refused)),
            }
        })?
    }
}

/// Runs in the caller's transaction.
pub(super) fn attach(
    tx: &Tx<'_>,
    known: &Dossier,
    told: &ImportPayment,
    by: Actor<'_>,
) -> Result<AttachResult, PlaceError> {
    let order = &known.order;
    let registered = shop_payment(told, PaymentId::ADDED, order, by.now, by.now)?;
    let payment = &registered.payment;
    if let Some(same) = same(known, told, payment) {
        return Ok(AttachResult::Known(same));
    }
    if payment.status == PaymentStatus::Paid {
        return Err(ImportRefusal::AddedAsPaid(told.gateway.clone()).into());
    }
    gateways::add(tx, &told.gateway)?;
    let id = add_payment(tx, order.id, &registered)?;
    if order.status != OrderStatus::Pending {
        mark_must_close(tx, order.id)?;
    }
    let why = Reason::OpenedByShop {
        reference: payment.reference.clone(),
        gateway: payment.gateway.clone(),
    };
    let event = Event::new(EventSubject::Payment, &why).order(order.id);
    let event = event.payment(id).to(payment.status.word());
    event.rule(Rule::OPENED_BY_SHOP).write(tx, by)?;
    settle(tx, order.id, by)?;
    Ok(AttachResult::Added(id))
}

/// The payment of the order that the record reports again.
fn same(known: &Dossier, told: &ImportPayment, new: &Payment) -> Option<PaymentId> {
    let is_same = |payment: &&Payment| {
        let has_its_id =
            new.transaction_id.is_none() || new.transaction_id == payment.transaction_id;
        let has_its_amount = told.amount.is_none_or(|amount| amount == payment.amount);
        payment.gateway == new.gateway
            && payment.reference == new.reference
            && has_its_id
            && has_its_amount
    };
    known
        .payments
        .iter()
        .find(is_same)
        .map(|payment| payment.id)
}
