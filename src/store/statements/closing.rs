//! Payments that must not stay payable, and orders that wait for proof.

use super::poll_queue::{DuePayment, due_payments};
use crate::domain::{Instant, OrderId, PaymentId};
use crate::store::engine::{Reader, Tx, sql};
use crate::store::error::StoreError;

impl Reader {
    /// O17: payments that are still payable although their orders no longer wait for money, and that were not tried
    /// after `tried_before`; at most `limit`, the least recently tried first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn payments_to_close(
        &self,
        tried_before: Instant,
        limit: u32,
    ) -> Result<Vec<DuePayment>, StoreError> {
        due_payments(self, sql!("payments_to_close"), &[&tried_before, &limit])
    }
}

/// Moves a payment behind the others that must be closed, and returns its order.
pub(in crate::store) fn postpone_closing(
    tx: &Tx<'_>,
    payment: PaymentId,
    now: Instant,
) -> Result<OrderId, StoreError> {
    tx.insert(sql!("note_closing"), &[&now, &payment])
}

/// Moves an order behind the others that wait for proof.
pub(in crate::store) fn postpone_proof(
    tx: &Tx<'_>,
    order: OrderId,
    now: Instant,
) -> Result<(), StoreError> {
    tx.exec(sql!("note_tried"), &[&now, &order])?;
    Ok(())
}
