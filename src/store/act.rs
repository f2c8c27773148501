//! Acts on one order: a decision of the domain, taken and written in one transaction.

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

/// Who acts, and when it is written.
#[derive(Debug, Clone, Copy)]
pub struct Hand<'a> {
    /// For the trail: `operator:rina`, `deadline`.
    pub actor: &'a str,
    pub now: Instant,
}

/// What an act has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted<T> {
    pub order_before: OrderStatus,
    pub order_after: OrderStatus,
    /// What the decision says of itself.
    pub said: T,
    /// The payment it has added; none in a preview.
    pub added: Option<PaymentId>,
    pub opened: Vec<CaseKind>,
    pub owed: Vec<Owed>,
}

/// What a decision about an order comes to: what it says of itself, and what is to be written for it.
pub type Decision<T, E> = Result<(T, Vec<Change>), E>;

/// None: there is no such order. The inner error is the decision's own: it was refused, and nothing was written.
pub type Act<T, E> = Option<Result<Acted<T>, E>>;

impl Store {
    /// Reads an order, decides, and writes what was decided, with nothing in between.
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

    /// As [`Store::act`], for a decision that looks at other orders, too.
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
    /// Acts on several orders in one transaction: on all of them, or, where one is refused, on none. The decision is told
    /// which of them it is asked about.
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
                    // The savepoint is given up with what was written before.
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
    /// What [`Store::act`] would do, without doing it.
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

    /// What [`Store::act_beside`] would do, without doing it.
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

/// What an act on several orders has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Together<T, E> {
    /// In the order of the orders.
    Done(Vec<Acted<T>>),
    /// By the order at this place; nothing was written.
    Refused(usize, E),
    /// There is no order at this place; nothing was written.
    Gone(usize),
}

/// What an act may know beside its order, as the same moment saw it: all other orders, and a ticket.
pub struct Others<'a> {
    connection: &'a Connection,
    order: OrderId,
}

impl Others<'_> {
    /// What was booked by transfers of this reference, however it was spelled.
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

    /// A ticket of the order itself, and what is decided by with it. None: it has no such ticket.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn held_ticket(&self, code: &TicketCode) -> Result<Option<HeldTicket>, StoreError> {
        tickets::held(self.connection, self.order, code)
    }

    /// What they are or were asked for, of the amounts that an order of this price could be asked for. What has
    /// rested long enough is left out.
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
