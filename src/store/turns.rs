//! Which process queries a payment next, when several want to. All commands share the turns through the file.
//!
//! No decision depends on them: a lost turn costs one query that the gateway rejects.

use std::time::Duration;

use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::turns;
use super::writing::Store;
use crate::domain::{Instant, PaymentId};

/// The longest wait for a turn.
const MAX_WAIT: Duration = Duration::from_secs(30);

impl Store {
    /// Reserves the next query about a payment, unless somebody has sent one after `since`: when several processes
    /// follow an order, one queries and all read its answer.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn claim_question(
        &self,
        permit: &WritePermit,
        payment: PaymentId,
        since: Instant,
        now: Instant,
    ) -> Result<bool, StoreError> {
        self.write_relaxed(permit, |tx| turns::claim_query(tx, payment, since, now))
    }

    /// Takes the next turn to query a payment and returns its time; the turn after it is `apart` later. `None`: too
    /// many are waiting.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn take_turn(
        &self,
        permit: &WritePermit,
        payment: PaymentId,
        apart: Duration,
        now: Instant,
    ) -> Result<Option<Instant>, StoreError> {
        let last = now.saturating_add(MAX_WAIT);
        self.write_relaxed(permit, |tx| turns::take(tx, payment, apart, (now, last)))
    }

    /// Takes the turn to query a payment now. `false`: somebody else has it.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn take_free_turn(
        &self,
        permit: &WritePermit,
        payment: PaymentId,
        apart: Duration,
        now: Instant,
    ) -> Result<bool, StoreError> {
        self.write_relaxed(permit, |tx| turns::take_free(tx, payment, apart, now))
    }

    /// Keeps everybody from querying a payment before `until`.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn hold_reads(
        &self,
        permit: &WritePermit,
        payment: PaymentId,
        until: Instant,
    ) -> Result<(), StoreError> {
        self.write_relaxed(permit, |tx| turns::hold(tx, payment, until))
    }
}
