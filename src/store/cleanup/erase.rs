//! Erases customers: their orders stay, but nothing says any more whose they were.

use super::super::engine::Reader;
use super::super::error::StoreError;
use super::super::permit::WritePermit;
use super::super::statements::customers::{self, CustomerSelector};
use super::super::writing::Store;
use crate::domain::{Instant, OrderNumber};

/// The result of erasing a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Erased {
    /// This many rows were erased.
    Done(u64),
    /// No customer matches.
    Nobody,
    /// An order of the customer still waits for its money; nothing was erased.
    Waits(OrderNumber),
}

impl Reader {
    /// What erasing a person would do.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn would_erase(&self, person: &CustomerSelector) -> Result<Erased, StoreError> {
        let _one_moment = self.snapshot()?;
        Ok(self.erasable(person)?.1)
    }

    /// The customer rows of a person to erase, and the result: none if they must stay.
    fn erasable(&self, person: &CustomerSelector) -> Result<(Vec<i64>, Erased), StoreError> {
        let ids = self.customers(person)?;
        if ids.is_empty() {
            return Ok((ids, Erased::Nobody));
        }
        for id in &ids {
            if let Some(number) = self.pending_order_of(*id)? {
                return Ok((Vec::new(), Erased::Waits(number)));
            }
        }
        let many = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        Ok((ids, Erased::Done(many)))
    }
}

impl Store {
    /// Erases a person now, however recent the orders are, but not while one of them is pending.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn erase(
        &self,
        permit: &WritePermit,
        person: &CustomerSelector,
        now: Instant,
    ) -> Result<Erased, StoreError> {
        self.enable_secure_delete()?;
        self.transact(permit, |tx| {
            let (ids, erased) = tx.erasable(person)?;
            for id in ids {
                customers::erase(tx, id, now)?;
            }
            Ok(erased)
        })
    }
}
