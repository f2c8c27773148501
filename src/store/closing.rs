//! What is recorded before a gateway is asked to close payments.

use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::{Actor, Event, EventSubject};
use super::statements::closing::{postpone_closing, postpone_proof};
use super::writing::Store;
use crate::domain::{Instant, OrderId, PaymentId, Reason, Rule};

impl Store {
    /// Records that these payments are about to be closed at their gateways, under `rule`.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_closing(
        &self,
        permit: &WritePermit,
        payments: &[PaymentId],
        rule: Rule,
        by: Actor<'_>,
    ) -> Result<(), StoreError> {
        self.transact(permit, |tx| {
            for payment in payments {
                let order = postpone_closing(tx, *payment, by.now)?;
                let event = Event::new(EventSubject::Close, &Reason::ClosingAsked);
                let event = event.order(order).payment(*payment);
                event.rule(rule).write(tx, by)?;
            }
            Ok(())
        })
    }

    /// Moves payments that must be closed, but whose gateway offers no request to close them, behind the others.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_looked_at(
        &self,
        permit: &WritePermit,
        payments: &[PaymentId],
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |tx| {
            for payment in payments {
                postpone_closing(tx, *payment, now)?;
            }
            Ok(())
        })
    }

    /// Moves orders behind the others that wait for proof.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_tried(
        &self,
        permit: &WritePermit,
        orders: &[OrderId],
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |tx| {
            let mut orders = orders.iter();
            orders.try_for_each(|order| postpone_proof(tx, *order, now))
        })
    }
}
