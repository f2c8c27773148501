//! Acts on one order: a decision of the domain, taken and written in one transaction.

use super::book::Owed;
use super::connection::Store;
use super::dossier::dossier;
use super::error::StoreError;
use super::execute::enact;
use super::permit::WritePermit;
use crate::domain::case::CaseKind;
use crate::domain::dossier::{Change, Dossier};
use crate::domain::instant::Instant;
use crate::domain::names::OrderId;
use crate::domain::order::OrderStatus;

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
    pub opened: Vec<CaseKind>,
    pub owed: Vec<Owed>,
}

/// What a decision about an order comes to: what it says of itself, and what is to be written for it.
pub type Decision<T, E> = Result<(T, Vec<Change>), E>;

impl Store {
    /// Reads an order, decides, and writes what was decided, with nothing in between. The inner error is
    /// the decision's own: it was refused, and nothing was written. None: there is no such order.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Refused`, `Corrupt`, `Engine`; nothing was written.
    pub fn act<T, E>(
        &mut self,
        permit: &WritePermit,
        order: OrderId,
        hand: Hand<'_>,
        decide: impl FnOnce(Dossier) -> Decision<T, E>,
    ) -> Result<Option<Result<Acted<T>, E>>, StoreError> {
        self.transact(permit, |transaction| {
            let Some(before) = dossier(transaction, order)? else {
                return Ok(None);
            };
            let order = before.order.clone();
            let (said, changes) = match decide(before) {
                Ok(decided) => decided,
                Err(refusal) => return Ok(Some(Err(refusal))),
            };
            let done = enact(transaction, &order, hand.actor, &changes, hand.now)?;
            let mut order_after = order.status;
            for change in &changes {
                if let Change::MoveOrder { to, .. } = change {
                    order_after = *to;
                }
            }
            Ok(Some(Ok(Acted {
                order_before: order.status,
                order_after,
                said,
                opened: done.opened,
                owed: done.owed,
            })))
        })
    }
}
