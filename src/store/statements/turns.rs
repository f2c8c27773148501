//! Turns to query one payment at its gateway, shared by all commands through the file.

use std::time::Duration;

use crate::domain::{Instant, PaymentId};
use crate::store::engine::{Reader, Tx, first, sql};
use crate::store::error::StoreError;

/// If a turn is further ahead than this, a clock was ahead when it was taken.
const MAX_AHEAD: Duration = Duration::from_secs(60);

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
        let next: Option<Instant> = self.one(sql!("next_read_turn"), &[&payment], first)?;
        let next = next.filter(|next| *next > now && *next <= now.saturating_add(MAX_AHEAD));
        Ok(next.map_or(Duration::ZERO, |next| next.since(now)))
    }
}

/// Reserves the next query about a payment. `false`: somebody has sent one after `since`.
pub(in crate::store) fn claim_query(
    tx: &Tx<'_>,
    payment: PaymentId,
    since: Instant,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.exec(sql!("claim_question"), &[&now, &payment, &since])? > 0)
}

/// Takes the next turn, unless it would be after `last`.
pub(in crate::store) fn take(
    tx: &Tx<'_>,
    payment: PaymentId,
    apart: Duration,
    (now, last): (Instant, Instant),
) -> Result<Option<Instant>, StoreError> {
    let ahead = now.saturating_add(MAX_AHEAD);
    tx.one(
        sql!("take_read_turn"),
        &[&now, &ahead, &millis(apart), &payment, &last],
        first,
    )
}

/// Takes the turn that is free now. `false`: somebody else has it.
pub(in crate::store) fn take_free(
    tx: &Tx<'_>,
    payment: PaymentId,
    apart: Duration,
    now: Instant,
) -> Result<bool, StoreError> {
    let ahead = now.saturating_add(MAX_AHEAD);
    let taken = tx.exec(
        sql!("take_free_read_turn"),
        &[&now, &millis(apart), &payment, &ahead],
    )?;
    Ok(taken == 1)
}

pub(in crate::store) fn hold(
    tx: &Tx<'_>,
    payment: PaymentId,
    until: Instant,
) -> Result<(), StoreError> {
    tx.exec(sql!("hold_reads"), &[&until, &payment])?;
    Ok(())
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
