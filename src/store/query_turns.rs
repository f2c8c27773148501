//! Which process queries next when several follow one order.

use rusqlite::params;

use super::connection::Store;
use super::error::StoreError;
use super::permit::WritePermit;
use super::sql;
use crate::domain::{Instant, PaymentId};

impl Store {
    /// Reserves the next query about a payment, unless somebody has sent one after `since`: when several processes
    /// follow an order, one queries and all read its answer.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn claim_question(
        &mut self,
        permit: &WritePermit,
        payment: PaymentId,
        since: Instant,
        now: Instant,
    ) -> Result<bool, StoreError> {
        self.write_relaxed(permit, |transaction| {
            let hit = transaction
                .prepare_cached(sql!("claim_question"))?
                .execute(params![now, payment, since])?;
            Ok(hit > 0)
        })
    }
}
