//! Placing orders. An order reserves its stock at once: all lines or none.

mod read;
#[cfg(test)]
pub(super) mod shop;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

pub(super) use self::read::MAX_HANDED_OUT;
pub use self::read::{OrderDetails, OrderFilter, OrderRow};
pub(super) use self::write::{ProductCache, add_payment, write};

use super::connection::Store;
use super::dossier::dossier;
use super::error::StoreError;
use super::events::{EventRecord, EventSubject, write_event};
use super::execute::execute_plan;
use super::import::digest;
use super::permit::WritePermit;
use super::sql;
use crate::domain::decide::apply_verdicts::settle_order;
use crate::domain::entitlement::ticket::MAX_UNITS;
use crate::domain::operator::register::register;
use crate::domain::{
    Customer, GatewayName, Hook, ImportLine, ImportPayment, ImportRecord, ImportRefusal,
    ImportTimes, Instant, OrderId, OrderNumber, OrderStatus, Reason, Reference, Registration, Rule,
    Rupiah, Sku, TransactionId, TypedDeadline,
};

/// An order as the shop places it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    pub number: OrderNumber,
    pub lines: Vec<ImportLine>,
    /// `None`: the sum of the lines. The total may differ from that sum: shipping, discounts.
    pub total: Option<Rupiah>,
    pub customer: Customer,
    pub expires_at: Instant,
    /// How `expires_at` was typed. A repeated command line is recognised by this text and not by the resulting time.
    pub typed_deadline: TypedDeadline,
    /// A payment that the shop has opened at a gateway itself.
    pub payment: Option<ImportPayment>,
    /// Who places it, for the audit log.
    pub actor: String,
}

/// A new order after its first judgment, or the identical order that was placed before in its current state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub id: OrderId,
    /// `false`: this very order had been placed before, and nothing was written.
    pub is_new: bool,
    /// `Pending` for a new order, or `Fulfilled` if there is nothing to pay.
    pub status: OrderStatus,
    pub total: Rupiah,
    pub expires_at: Instant,
}

/// Why an order was not placed; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("{sku}: {wanted} wanted, {left} left")]
    NoStock { sku: Sku, wanted: i64, left: i64 },
    #[error(
        "{sku}: a line of a product with tickets can have at most {MAX_UNITS} units, not {wanted}; use several lines"
    )]
    TooManyTickets { sku: Sku, wanted: u32 },
    #[error("no product has the sku {0}; make it first")]
    UnknownProduct(Sku),
    #[error("the number {0} is taken")]
    NumberTaken(OrderNumber),
    #[error("the number {0} is taken by an order with other content")]
    OtherContent(OrderNumber),
    #[error("{gateway} already knows the reference {reference} as a payment of {order}")]
    ReferenceTaken {
        gateway: GatewayName,
        reference: Reference,
        order: OrderNumber,
    },
    #[error("{gateway} already knows the transaction {id} as a payment of {order}")]
    TransactionTaken {
        gateway: GatewayName,
        id: TransactionId,
        order: OrderNumber,
    },
    #[error(transparent)]
    Refused(#[from] ImportRefusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for PlaceError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Places an order: reserves its stock, registers its payment, and judges it. Placing the same order again
    /// changes nothing.
    ///
    /// # Errors
    /// See [`PlaceError`].
    pub fn place_order(
        &mut self,
        permit: &WritePermit,
        new: &NewOrder,
        now: Instant,
    ) -> Result<Placed, PlaceError> {
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            let savepoint = transaction.savepoint()?;
            match place(&savepoint, new, &hooks, now) {
                Ok(placed) => {
                    savepoint.commit()?;
                    Ok(Ok(placed))
                }
                Err(PlaceError::Store(error)) => Err(error),
                Err(refused) => Ok(Err(refused)),
            }
        })?
    }
}

fn place(
    connection: &Connection,
    new: &NewOrder,
    hooks: &Arc<[Hook]>,
    now: Instant,
) -> Result<Placed, PlaceError> {
    let record = ImportRecord {
        number: new.number.clone(),
        total: new.total,
        lines: new.lines.clone(),
        customer: new.customer.clone(),
        created_at: None,
        expires_at: Some(new.expires_at),
        payments: new.payment.iter().cloned().collect(),
    };
    let digest = digest(&record.typed(new.typed_deadline));
    if let Some(known) = placed_before(connection, &new.number, &digest)? {
        return Ok(known);
    }
    let times = ImportTimes {
        order_lifetime: Duration::ZERO,
        grace: Duration::ZERO,
    };
    let mut catalogue = ProductCache::default();
    let prices = catalogue.prices(connection, &record.lines)?;
    let registration = register(&record, &prices, times, now)?.as_pending();
    let written = write(
        connection,
        &mut catalogue,
        &registration,
        &record.customer,
        None,
    )?;
    record_event(connection, written.id, &registration, &new.actor, now)?;
    connection
        .prepare_cached(sql!("keep_placed_digest"))?
        .execute(params![digest, written.id])?;
    let status = judge(connection, written.id, &new.actor, hooks, now)?;
    Ok(Placed {
        id: written.id,
        is_new: true,
        status,
        total: registration.order.total,
        expires_at: new.expires_at,
    })
}

/// The order with this number, if it was placed with the same content.
fn placed_before(
    connection: &Connection,
    number: &OrderNumber,
    digest: &str,
) -> Result<Option<Placed>, PlaceError> {
    let found = connection
        .prepare_cached(sql!("placed_order"))?
        .query_row([number], |row| {
            let placed = Placed {
                id: row.get(0)?,
                is_new: false,
                status: row.get(1)?,
                total: row.get(2)?,
                expires_at: row.get(3)?,
            };
            Ok((placed, row.get::<_, Option<String>>(4)?))
        })
        .optional()?;
    match found {
        None => Ok(None),
        Some((placed, Some(known))) if known == digest => Ok(Some(placed)),
        Some((_, Some(_))) => Err(PlaceError::OtherContent(number.clone())),
        Some((_, None)) => Err(PlaceError::NumberTaken(number.clone())),
    }
}

fn record_event(
    connection: &Connection,
    order: OrderId,
    registration: &Registration,
    actor: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let event = EventRecord {
        order: Some(order),
        payment: None,
        at: now,
        actor,
        what: EventSubject::Order,
        from: None,
        to: Some(registration.order.status.word()),
        rule: Some(Rule::O1),
        amount: Some(registration.order.total),
        why: &Reason::Ordered,
    };
    write_event(connection, &event)
}

/// Orders only move this way: the domain judges, and its plan is written. Returns the resulting status.
pub(super) fn judge(
    connection: &Connection,
    order: OrderId,
    actor: &str,
    hooks: &Arc<[Hook]>,
    now: Instant,
) -> Result<OrderStatus, StoreError> {
    let Some(before) = dossier(connection, order, hooks)? else {
        return Ok(OrderStatus::Pending);
    };
    let order = before.order.clone();
    let (after, changes) = settle_order(before);
    execute_plan(connection, &order, actor, &changes, now)?;
    Ok(after.order.status)
}
