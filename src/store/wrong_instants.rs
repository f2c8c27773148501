//! Repairs what a clock that was ahead has written: payments become due again, and future timestamps become the
//! present.
//!
//! Every writer records when it began, so the file itself shows whether there is anything to look for.

use std::time::Duration;

use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::clock::record_look;
use super::statements::wrong_instants::{forget_tries, make_due, mend_orders, mend_others};
use super::writing::Store;
use crate::domain::payment::put_off::put_off;
use crate::domain::{Instant, Payment, PaymentId, Turns};

/// What a clock that was ahead had put off or dated wrongly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mended {
    /// Payments that are due again.
    pub payments: u64,
    /// Orders whose deadline or next try was too far ahead.
    pub orders: u64,
    /// Refunds and notifications.
    pub others: u64,
}

impl Mended {
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    pub fn add(&mut self, other: Self) {
        self.payments += other.payments;
        self.orders += other.orders;
        self.others += other.others;
    }
}

impl Store {
    /// Makes payments due that a clock that was ahead has put off, trusting this machine's clock, which shows `now`:
    /// more is queried, and nothing is concluded from it.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`. What was written stays written.
    pub fn reschedule_wrong_instants(
        &self,
        permit: &WritePermit,
        turns: &mut Turns,
        now: Instant,
        grace: Duration,
    ) -> Result<Mended, StoreError> {
        // Time does not go back: what was answered up to a moment that a gateway has confirmed was answered, even if this
        // machine's clock is behind it now.
        let confirmed = self.read().clock_record()?.confirmed_at;
        let known = confirmed.map_or(now, |confirmed| confirmed.max(now));
        self.reschedule(permit, turns, (now, known), grace)
    }

    /// Queries and answers dated later than `known` are forgotten.
    fn reschedule(
        &self,
        permit: &WritePermit,
        turns: &mut Turns,
        (now, known): (Instant, Instant),
        grace: Duration,
    ) -> Result<Mended, StoreError> {
        let mut mended = Mended::default();
        let mut last = PaymentId(i64::MIN);
        loop {
            let page = self.read().payments_behind(last)?;
            let Some(end) = page.last() else { break };
            last = end.id;
            let wrong = page.iter();
            let wrong: Vec<&Payment> = wrong
                .filter(|payment| put_off(payment, now, grace).is_some())
                .collect();
            if wrong.is_empty() {
                continue;
            }
            self.transact(permit, |tx| {
                let mut wrong = wrong.iter();
                wrong.try_for_each(|payment| {
                    make_due(tx, payment.id, known, turns.next(&payment.gateway))
                })
            })?;
            mended.payments += count(wrong.len());
        }
        let latest = now.saturating_add(grace);
        self.transact(permit, |tx| {
            mended.orders += count(forget_tries(tx, latest)?);
            record_look(tx, now, true)
        })?;
        Ok(mended)
    }

    /// Does the same with a confirmed clock, and sets everything dated in the future to now. `before` is the last
    /// time that had been confirmed earlier.
    ///
    /// # Errors
    /// As [`Store::reschedule_wrong_instants`].
    pub fn mend_instants(
        &self,
        permit: &WritePermit,
        turns: &mut Turns,
        before: Option<Instant>,
        grace: Duration,
    ) -> Result<Mended, StoreError> {
        let now = turns.now();
        let mut mended = self.reschedule(permit, turns, (now, now), grace)?;
        let latest = now.saturating_add(grace);
        let made_at = before.unwrap_or(now).min(now);
        self.transact(permit, |tx| {
            mended.orders += count(mend_orders(tx, (now, latest))?);
            mended.others += count(mend_others(tx, (now, latest), made_at)?);
            record_look(tx, now, false)
        })?;
        Ok(mended)
    }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_that_was_mended_counts() {
        assert!(Mended::default().is_nothing());
        for (payments, orders, others) in [(1, 0, 0), (0, 1, 0), (0, 0, 1)] {
            let mut all = Mended::default();
            all.add(Mended {
                payments,
                orders,
                others,
            });
            assert!(!all.is_nothing());
        }
    }
}
