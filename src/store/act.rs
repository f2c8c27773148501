//! Decisions about one order: the domain decides, and the result is written in the same transaction.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::book::Owed;
use super::connection::{Reader, Store};
use super::dossier::dossier;
use super::error::StoreError;
use super::execute::enact;
use super::permit::WritePermit;
use super::sql;
use super::tickets;
use super::transfers::{self, Direction, Holders};
use crate::domain::acts::revoke::HeldTicket;
use crate::domain::asked::{self, AskedElsewhere};
use crate::domain::bank_transfer::BankTransfer;
use crate::domain::case::CaseKind;
use crate::domain::dossier::{Change, Dossier};
use crate::domain::effect::Hook;
use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{OrderId, PaymentId};
use crate::domain::order::OrderStatus;
use crate::domain::ticket::TicketCode;

/// Who acts, and the time of writing.
#[derive(Debug, Clone, Copy)]
pub struct Hand<'a> {
    /// As recorded in the audit log: `operator:rina`, `deadline`.
    pub actor: &'a str,
    pub now: Instant,
}

/// The result of a decision that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted<T> {
    pub order_before: OrderStatus,
    pub order_after: OrderStatus,
    /// What the decision itself returned.
    pub said: T,
    /// The payment that it added; `None` in a preview.
    pub added: Option<PaymentId>,
    pub opened: Vec<CaseKind>,
    pub owed: Vec<Owed>,
}

/// A decision about an order: its own return value, and the changes to write.
pub type Decision<T, E> = Result<(T, Vec<Change>), E>;

/// `None`: there is no such order. The inner error is the decision's own refusal; nothing was written.
pub type Act<T, E> = Option<Result<Acted<T>, E>>;

impl Store {
    /// Reads an order, lets the domain decide, and writes the changes, all in one transaction.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Refused`, `Corrupt`, `Engine`; nothing was written.
    pub fn act<T, E>(
        &mut self,
        permit: &WritePermit,
        order: OrderId,
        hand: Hand<'_>,
        decide: impl FnOnce(Dossier) -> Decision<T, E>,
    ) -> Result<Act<T, E>, StoreError> {
        self.act_beside(permit, order, hand, |dossier, _| Ok(decide(dossier)))
    }

    /// Like [`Store::act`], for a decision that also looks at other orders.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Refused`, `Corrupt`, `Engine`; nothing was written.
    pub fn act_beside<T, E>(
        &mut self,
        permit: &WritePermit,
        order: OrderId,
        hand: Hand<'_>,
        decide: impl FnOnce(Dossier, &Others<'_>) -> Result<Decision<T, E>, StoreError>,
    ) -> Result<Act<T, E>, StoreError> {
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            act_on(transaction, order, hand, &hooks, decide)
        })
    }
}

impl Store {
    /// Decides about several orders in one transaction: all are written, or none if one is refused. `decide` receives
    /// the index of the order in question.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Refused`, `Corrupt`, `Engine`; nothing was written.
    pub fn act_together<T, E>(
        &mut self,
        permit: &WritePermit,
        orders: &[OrderId],
        hand: Hand<'_>,
        mut decide: impl FnMut(usize, Dossier, &Others<'_>) -> Result<Decision<T, E>, StoreError>,
    ) -> Result<Together<T, E>, StoreError> {
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            let savepoint = transaction.savepoint()?;
            let mut all = Vec::with_capacity(orders.len());
            for (index, order) in orders.iter().enumerate() {
                let decide = |dossier, others: &Others<'_>| decide(index, dossier, others);
                match act_on(&savepoint, *order, hand, &hooks, decide)? {
                    Some(Ok(acted)) => all.push(acted),
                    // Dropping the savepoint also undoes what the orders before this one wrote.
                    Some(Err(refusal)) => return Ok(Together::Refused(index, refusal)),
                    None => return Ok(Together::Gone(index)),
                }
            }
            savepoint.commit()?;
            Ok(Together::Done(all))
        })
    }
}

fn act_on<T, E>(
    connection: &Connection,
    order: OrderId,
    hand: Hand<'_>,
    hooks: &Arc<[Hook]>,
    decide: impl FnOnce(Dossier, &Others<'_>) -> Result<Decision<T, E>, StoreError>,
) -> Result<Act<T, E>, StoreError> {
    let Some(before) = dossier(connection, order, hooks)? else {
        return Ok(None);
    };
    let order = before.order.clone();
    let others = Others {
        connection,
        order: order.id,
    };
    let (said, changes) = match decide(before, &others)? {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Some(Err(refusal))),
    };
    let done = enact(connection, &order, hand.actor, &changes, hand.now)?;
    Ok(Some(Ok(Acted {
        order_before: order.status,
        order_after: order_after(order.status, &changes),
        said,
        added: done.added,
        opened: done.opened,
        owed: done.owed,
    })))
}

impl Reader {
    /// What [`Store::act`] would do, without writing.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn foresee<T, E>(
        &self,
        order: OrderId,
        decide: impl FnOnce(Dossier) -> Decision<T, E>,
    ) -> Result<Act<T, E>, StoreError> {
        self.foresee_beside(order, |dossier, _| Ok(decide(dossier)))
    }

    /// What [`Store::act_beside`] would do, without writing.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn foresee_beside<T, E>(
        &self,
        order: OrderId,
        decide: impl FnOnce(Dossier, &Others<'_>) -> Result<Decision<T, E>, StoreError>,
    ) -> Result<Act<T, E>, StoreError> {
        let Some(before) = self.dossier(order)? else {
            return Ok(None);
        };
        let status = before.order.status;
        let others = Others {
            connection: self.connection(),
            order,
        };
        Ok(Some(decide(before, &others)?.map(|(said, changes)| {
            Acted {
                order_before: status,
                order_after: order_after(status, &changes),
                said,
                added: None,
                opened: changes.iter().filter_map(opened).collect(),
                owed: changes.iter().filter_map(owed).collect(),
            }
        })))
    }
}

/// The result of a decision about several orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Together<T, E> {
    /// One result per order, in the order given.
    Done(Vec<Acted<T>>),
    /// The order at this index was refused; nothing was written.
    Refused(usize, E),
    /// There is no order at this index; nothing was written.
    Gone(usize),
}

/// What a decision may read besides its own order, in the same transaction: all other orders, and a ticket.
pub struct Others<'a> {
    connection: &'a Connection,
    order: OrderId,
}

impl Others<'_> {
    /// What transfers with this reference have booked, however the reference was spelled.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn transfer_holders(
        &self,
        direction: Direction,
        transfer: &BankTransfer,
    ) -> Result<Holders, StoreError> {
        transfers::holders(self.connection, direction, transfer)
    }

    /// A ticket of this order, with what is needed to decide about it. `None`: the order has no such ticket.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn held_ticket(&self, code: &TicketCode) -> Result<Option<HeldTicket>, StoreError> {
        tickets::held(self.connection, self.order, code)
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
    ) -> Result<Vec<AskedElsewhere>, StoreError> {
        let mut amounts = asked::amounts(price);
        let (Some(least), Some(most)) = (amounts.next(), amounts.last()) else {
            return Ok(Vec::new());
        };
        let rested = now.minus(asked::RESTS);
        let limit = most.as_i64() - price.as_i64();
        let mut statement = self.connection.prepare_cached(sql!("asked_between"))?;
        let found =
            statement.query_map(params![least, most, self.order, rested, limit], |row| {
                Ok(AskedElsewhere {
                    amount: row.get(0)?,
                    is_waiting: row.get(1)?,
                    asked_at: row.get(2)?,
                })
            })?;
        Ok(found.collect::<Result<_, _>>()?)
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

fn opened(change: &Change) -> Option<CaseKind> {
    if let Change::OpenCase { kind, .. } = change {
        return Some(*kind);
    }
    None
}

fn owed(change: &Change) -> Option<Owed> {
    let Change::Owe {
        payment,
        amount,
        reason,
        ..
    } = change
    else {
        return None;
    };
    Some(Owed {
        payment: *payment,
        amount: *amount,
        reason: *reason,
    })
}
