//! Decisions about one order: the domain decides, and the result is written in the same transaction.

use super::engine::{Reader, Tx};
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::Actor;
use super::statements::plan::execute_plan;
use super::statements::transfers::{Direction, TransferHolders};
use super::writing::Store;
use crate::domain::payment::unique_amount;
use crate::domain::{
    BankTransfer, CaseKind, Change, Dossier, HeldTicket, Instant, OrderId, OrderStatus, PaymentId,
    RefundOwed, ReservedAmount, Rupiah, TicketCode,
};

/// The result of a decision that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Updated<T> {
    pub order_before: OrderStatus,
    pub order_after: OrderStatus,
    /// What the decision itself returned.
    pub said: T,
    /// The payment that it added; `None` in a preview.
    pub added: Option<PaymentId>,
    pub opened: Vec<CaseKind>,
    pub owed: Vec<RefundOwed>,
}

/// A decision about an order: its own return value, and the changes to write.
pub type Decision<T, E> = Result<(T, Vec<Change>), E>;

/// `None`: there is no such order. The inner error is the decision's own refusal; nothing was written.
pub type UpdateResult<T, E> = Option<Result<Updated<T>, E>>;

impl Store {
    /// Reads an order, lets the domain decide, and writes the changes, all in one transaction.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Refused`, `Corrupt`, `Engine`; nothing was written.
    pub fn update_order<T, E>(
        &self,
        permit: &WritePermit,
        order: OrderId,
        by: Actor<'_>,
        decide: impl FnOnce(Dossier) -> Decision<T, E>,
    ) -> Result<UpdateResult<T, E>, StoreError> {
        self.update_order_with(permit, order, by, |dossier, _| Ok(decide(dossier)))
    }

    /// Like [`Store::update_order`], for a decision that also looks at other orders.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Refused`, `Corrupt`, `Engine`; nothing was written.
    pub fn update_order_with<T, E>(
        &self,
        permit: &WritePermit,
        order: OrderId,
        by: Actor<'_>,
        decide: impl FnOnce(Dossier, &OtherOrders<'_>) -> Result<Decision<T, E>, StoreError>,
    ) -> Result<UpdateResult<T, E>, StoreError> {
        self.transact(permit, |tx| update_in(tx, order, by, decide))
    }

    /// Decides about several orders in one transaction: all are written, or none if one is refused. `decide` receives
    /// the index of the order in question.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Refused`, `Corrupt`, `Engine`; nothing was written.
    pub fn update_orders<T, E>(
        &self,
        permit: &WritePermit,
        orders: &[OrderId],
        by: Actor<'_>,
        mut decide: impl FnMut(usize, Dossier, &OtherOrders<'_>) -> Result<Decision<T, E>, StoreError>,
    ) -> Result<UpdatedTogether<T, E>, StoreError> {
        self.transact(permit, |tx| {
            let part = tx.part()?;
            let mut all = Vec::with_capacity(orders.len());
            for (index, order) in orders.iter().enumerate() {
                let decide = |dossier, others: &OtherOrders<'_>| decide(index, dossier, others);
                match update_in(tx, *order, by, decide)? {
                    Some(Ok(acted)) => all.push(acted),
                    // Dropping the part also undoes what the orders before this one wrote.
                    Some(Err(refusal)) => return Ok(UpdatedTogether::Refused(index, refusal)),
                    None => return Ok(UpdatedTogether::Gone(index)),
                }
            }
            part.keep()?;
            Ok(UpdatedTogether::Done(all))
        })
    }
}

fn update_in<T, E>(
    tx: &Tx<'_>,
    order: OrderId,
    by: Actor<'_>,
    decide: impl FnOnce(Dossier, &OtherOrders<'_>) -> Result<Decision<T, E>, StoreError>,
) -> Result<UpdateResult<T, E>, StoreError> {
    let Some(before) = tx.dossier(order)? else {
        return Ok(None);
    };
    let order = before.order.clone();
    let others = OtherOrders {
        reader: tx,
        order: order.id,
    };
    let (said, changes) = match decide(before, &others)? {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Some(Err(refusal))),
    };
    let done = execute_plan(tx, &order, &changes, by)?;
    Ok(Some(Ok(Updated {
        order_before: order.status,
        order_after: order_after(order.status, &changes),
        said,
        added: done.added,
        opened: done.opened,
        owed: done.owed,
    })))
}

impl Reader {
    /// What [`Store::update_order`] would do, without writing.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn preview_update<T, E>(
        &self,
        order: OrderId,
        decide: impl FnOnce(Dossier) -> Decision<T, E>,
    ) -> Result<UpdateResult<T, E>, StoreError> {
        self.preview_update_with(order, |dossier, _| Ok(decide(dossier)))
    }

    /// What [`Store::update_order_with`] would do, without writing.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn preview_update_with<T, E>(
        &self,
        order: OrderId,
        decide: impl FnOnce(Dossier, &OtherOrders<'_>) -> Result<Decision<T, E>, StoreError>,
    ) -> Result<UpdateResult<T, E>, StoreError> {
        let Some(before) = self.dossier(order)? else {
            return Ok(None);
        };
        let status = before.order.status;
        let others = OtherOrders {
            reader: self,
            order,
        };
        Ok(Some(decide(before, &others)?.map(|(said, changes)| {
            Updated {
                order_before: status,
                order_after: order_after(status, &changes),
                said,
                added: None,
                opened: changes.iter().filter_map(Change::opens).collect(),
                owed: changes.iter().filter_map(Change::owes).collect(),
            }
        })))
    }
}

/// The result of a decision about several orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdatedTogether<T, E> {
    /// One result per order, in the order given.
    Done(Vec<Updated<T>>),
    /// The order at this index was refused; nothing was written.
    Refused(usize, E),
    /// There is no order at this index; nothing was written.
    Gone(usize),
}

/// What a decision may read besides its own order, in the same transaction: all other orders, and a ticket.
pub struct OtherOrders<'a> {
    reader: &'a Reader,
    order: OrderId,
}

impl OtherOrders<'_> {
    /// What transfers with this reference have booked, however the reference was spelled.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn transfer_holders(
        &self,
        direction: Direction,
        transfer: &BankTransfer,
    ) -> Result<TransferHolders, StoreError> {
        self.reader.transfer_holders(direction, transfer)
    }

    /// A ticket of this order, with what is needed to decide about it. `None`: the order has no such ticket.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn held_ticket(&self, code: &TicketCode) -> Result<Option<HeldTicket>, StoreError> {
        self.reader.held_ticket(self.order, code)
    }

    /// The unique amounts that other orders are or were asked for, out of those that an order of this price could be
    /// asked for. Amounts that have rested long enough are left out.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn asked_above(
        &self,
        price: Rupiah,
        now: Instant,
    ) -> Result<Vec<ReservedAmount>, StoreError> {
        let mut amounts = unique_amount::amounts(price);
        let (Some(least), Some(most)) = (amounts.next(), amounts.last()) else {
            return Ok(Vec::new());
        };
        let rested = now.saturating_sub(unique_amount::RESTS);
        let limit = most.as_i64() - price.as_i64();
        let range = (least, most);
        self.reader.asked_between(range, self.order, rested, limit)
    }
}

fn order_after(before: OrderStatus, changes: &[Change]) -> OrderStatus {
    let mut after = before;
    for change in changes {
        if let Change::MoveOrder { to, .. } = change {
            after = *to;
        }
    }
    after
}
