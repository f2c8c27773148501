//! Adds a further payment to a known order. The payment is registered, not believed: its gateway is queried.

use std::sync::Arc;

use rusqlite::Connection;

use super::connection::Store;
use super::dossier::dossier;
use super::error::StoreError;
use super::events::{EventRecord, EventSubject, write_event};
use super::execute::execute_plan;
use super::orders::{PlaceError, ProductCache, add_payment};
use super::permit::WritePermit;
use super::sql;
use crate::domain::decide::apply_verdicts::settle_order;
use crate::domain::operator::register::shop_payment::shop_payment;
use crate::domain::{
    Dossier, Hook, ImportPayment, ImportRefusal, Instant, Order, OrderId, OrderStatus, Payment,
    PaymentId, PaymentStatus, Reason, Rule,
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
        &mut self,
        permit: &WritePermit,
        order: OrderId,
        told: &ImportPayment,
        actor: &str,
        now: Instant,
    ) -> Result<Option<AttachResult>, PlaceError> {
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            let savepoint = transaction.savepoint()?;
            let Some(known) = dossier(&savepoint, order, &hooks)? else {
                return Ok(Ok(None));
            };
            match attach(&savepoint, known, told, (actor, &hooks), now) {
                Ok(attached) => {
                    savepoint.commit()?;
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
    connection: &Connection,
    known: Dossier,
    told: &ImportPayment,
    (actor, hooks): (&str, &Arc<[Hook]>),
    now: Instant,
) -> Result<AttachResult, PlaceError> {
    let order = known.order.clone();
    let registered = shop_payment(told, PaymentId::ADDED, &order, now, now)?;
    if let Some(same) = same(&known, told, &registered.payment) {
        return Ok(AttachResult::Known(same));
    }
    if registered.payment.status == PaymentStatus::Paid {
        return Err(ImportRefusal::AddedAsPaid(told.gateway.clone()).into());
    }
    let mut catalogue = ProductCache::default();
    catalogue.know_gateway(connection, &told.gateway)?;
    let id = add_payment(connection, order.id, &registered)?;
    if order.status != OrderStatus::Pending {
        connection
            .prepare_cached(sql!("mark_must_close"))?
            .execute([order.id])?;
    }
    record_event(connection, &order, (id, &registered.payment), actor, now)?;
    if let Some(with_it) = dossier(connection, order.id, hooks)? {
        let (_, changes) = settle_order(with_it);
        execute_plan(connection, &order, actor, &changes, now)?;
    }
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

fn record_event(
    connection: &Connection,
    order: &Order,
    (id, payment): (PaymentId, &Payment),
    actor: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let why = Reason::OpenedByShop {
        reference: payment.reference.clone(),
        gateway: payment.gateway.clone(),
    };
    let event = EventRecord {
        order: Some(order.id),
        payment: Some(id),
        at: now,
        actor,
        what: EventSubject::Payment,
        from: None,
        to: Some(payment.status.word()),
        rule: Some(Rule::P28),
        amount: None,
        why: &why,
    };
    write_event(connection, &event)
}
