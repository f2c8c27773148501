//! Turns to query one payment at its gateway, shared by all commands through the file.
//!
//! No decision depends on them: a lost turn costs one query that the gateway rejects.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{OptionalExtension, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::permit::WritePermit;
use super::sql;
use crate::domain::{Instant, PaymentId};

/// The longest wait for a turn.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// If a turn is further ahead than this, a clock was ahead when it was taken.
const MAX_AHEAD: Duration = Duration::from_secs(60);

impl Store {
    /// Takes the next turn to query a payment and returns its time; the turn after it is `apart` later. `None`: too
    /// many are waiting.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn take_turn(
        &mut self,
        permit: &WritePermit,
        payment: PaymentId,
        apart: Duration,
        now: Instant,
    ) -> Result<Option<Instant>, StoreError> {
        let (ahead, last) = (now.saturating_add(MAX_AHEAD), now.saturating_add(MAX_WAIT));
        self.write_relaxed(permit, |transaction| {
            Ok(transaction
                .prepare_cached(sql!("take_read_turn"))?
                .query_row(params![now, ahead, millis(apart), payment, last], |row| {
                    row.get(0)
                })
                .optional()?)
        })
    }

    /// Takes the turn to query a payment now. `false`: somebody else has it.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn take_free_turn(
        &mut self,
        permit: &WritePermit,
        payment: PaymentId,
        apart: Duration,
        now: Instant,
    ) -> Result<bool, StoreError> {
        self.write_relaxed(permit, |transaction| {
            let taken = transaction
                .prepare_cached(sql!("take_free_read_turn"))?
                .execute(params![
                    now,
                    millis(apart),
                    payment,
                    now.saturating_add(MAX_AHEAD)
                ])?;
            Ok(taken == 1)
        })
    }

    /// Keeps everybody from querying a payment before `until`.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn hold_reads(
        &mut self,
        permit: &WritePermit,
        payment: PaymentId,
        until: Instant,
    ) -> Result<(), StoreError> {
        self.write_relaxed(permit, |transaction| {
            transaction
                .prepare_cached(sql!("hold_reads"))?
                .execute(params![until, payment])?;
            Ok(())
        })
    }
}

impl Reader {
    /// How long nobody may query a payment at its gateway; zero if somebody may.
    ///
    /// # Errors
    /// `Busy`, `Corrupt`, `Engine`.
    pub fn wait_before_read(
        &self,
        payment: PaymentId,
        now: Instant,
    ) -> Result<Duration, StoreError> {
        let next: Option<Instant> = self
            .connection()
            .prepare_cached(sql!("next_read_turn"))?
            .query_row([payment], |row| row.get(0))
            .optional()?;
        let next = next.filter(|next| *next > now && *next <= now.saturating_add(MAX_AHEAD));
        Ok(next.map_or(Duration::ZERO, |next| next.since(now)))
    }

    /// The path of the file; `None` for a database in memory.
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        let path = self.connection().path().filter(|path| !path.is_empty());
        path.map(PathBuf::from)
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
