//! Payments that must not stay payable, and the event recorded before a gateway is asked to close one.

use rusqlite::params;

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::events::{EventRecord, EventSubject, write_event};
use super::permit::WritePermit;
use super::poll_queue::{DuePayment, rows_to_ask};
use super::sql;
use super::update_order::Actor;
use crate::domain::{Instant, OrderId, PaymentId, Reason, Rule};

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
        let parameters = params![tried_before, limit];
        rows_to_ask(self.connection(), sql!("payments_to_close"), parameters)
    }
}

impl Store {
    /// Records that these payments are about to be closed at their gateways, under `rule`.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_closing(
        &mut self,
        permit: &WritePermit,
        payments: &[PaymentId],
        rule: Rule,
        by: Actor<'_>,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| {
            for payment in payments {
                let order: OrderId = transaction
                    .prepare_cached(sql!("note_closing"))?
                    .query_row(params![by.now, payment], |row| row.get(0))?;
                write_event(
                    transaction,
                    &EventRecord {
                        order: Some(order),
                        payment: Some(*payment),
                        at: by.now,
                        actor: by.actor,
                        what: EventSubject::Close,
                        from: None,
                        to: None,
                        rule: Some(rule),
                        amount: None,
                        why: &Reason::ClosingAsked,
                    },
                )?;
            }
            Ok(())
        })
    }

    /// Moves payments that must be closed, but whose gateway offers no request to close them, behind the others.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_looked_at(
        &mut self,
        permit: &WritePermit,
        payments: &[PaymentId],
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| {
            let mut note = transaction.prepare_cached(sql!("note_closing"))?;
            for payment in payments {
                note.query_row(params![now, payment], |_| Ok(()))?;
            }
            Ok(())
        })
    }

    /// Moves orders behind the others that wait for proof.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_tried(
        &mut self,
        permit: &WritePermit,
        orders: &[OrderId],
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| {
            let mut note = transaction.prepare_cached(sql!("note_tried"))?;
            for order in orders {
                note.execute(params![now, order])?;
            }
            Ok(())
        })
    }
}
