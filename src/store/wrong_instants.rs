//! Repairs what a clock that was ahead has written: payments become due again, and future timestamps become the
//! present.
//!
//! Every writer records when it began, so the file itself shows whether there is anything to look for.

use std::time::Duration;

use rusqlite::params;

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::events::Columns;
use super::permit::WritePermit;
use super::rows::payment;
use super::sql;
use crate::domain::payment::put_off::put_off;
use crate::domain::{Instant, Payment, PaymentId, Reason, Turns};

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

/// Payments per page.
const PAGE: u32 = 1_000;

impl Reader {
    /// Payments that a clock that was ahead has put off, or has stopped checking too early; calls back page by page.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn put_off(
        &self,
        now: Instant,
        grace: Duration,
        each: &mut dyn FnMut(&[Payment]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut last = PaymentId(i64::MIN);
        loop {
            let page = self.payments_behind(last)?;
            let Some(end) = page.last() else {
                return Ok(());
            };
            last = end.id;
            let found = page.into_iter();
            let found: Vec<Payment> = found
                .filter(|payment| put_off(payment, now, grace).is_some())
                .collect();
            each(&found)?;
        }
    }

    fn payments_behind(&self, last: PaymentId) -> Result<Vec<Payment>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("payments_by_id"))?;
        let rows = statement.query_map(params![last, PAGE], payment)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Store {
    /// Makes payments due that a clock that was ahead has put off, trusting this machine's clock: more is queried,
    /// and nothing is concluded from it.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`. What was written stays written.
    pub fn reschedule_wrong_instants(
        &mut self,
        permit: &WritePermit,
        turns: &mut Turns,
        grace: Duration,
    ) -> Result<Mended, StoreError> {
        let now = turns.now();
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
            self.transact(permit, |transaction| {
                let mut make_due = transaction.prepare_cached(sql!("make_due"))?;
                for payment in &wrong {
                    let at = turns.next(&payment.gateway);
                    make_due.execute(params![now, at, payment.id])?;
                }
                Ok(())
            })?;
            mended.payments += count(wrong.len());
        }
        let latest = now.saturating_add(grace);
        self.transact(permit, |transaction| {
            let tried = transaction
                .prepare_cached(sql!("forget_tries"))?
                .execute([latest])?;
            mended.orders += count(tried);
            transaction
                .prepare_cached(sql!("clock_looked"))?
                .execute(params![now, true])?;
            Ok(())
        })?;
        Ok(mended)
    }

    /// Does the same with a confirmed clock, and sets everything dated in the future to now. `before` is the last
    /// time that had been confirmed earlier.
    ///
    /// # Errors
    /// As [`Store::reschedule_wrong_instants`].
    pub fn mend_instants(
        &mut self,
        permit: &WritePermit,
        turns: &mut Turns,
        before: Option<Instant>,
        grace: Duration,
    ) -> Result<Mended, StoreError> {
        let now = turns.now();
        let mut mended = self.reschedule_wrong_instants(permit, turns, grace)?;
        let latest = now.saturating_add(grace);
        let made_at = before.unwrap_or(now).min(now);
        let why = Columns::of(&Reason::WaitsAsMeant)?;
        self.transact(permit, |transaction| {
            let run =
                |query: &str, parameters: &[&dyn rusqlite::ToSql]| -> Result<u64, StoreError> {
                    Ok(count(
                        transaction.prepare_cached(query)?.execute(parameters)?,
                    ))
                };
            run(
                sql!("mend_order_events"),
                &[&now, &why.words, &why.code, &why.params, &latest],
            )?;
            mended.orders += run(sql!("mend_order_deadlines"), &[&now, &latest])?;
            mended.others += run(sql!("mend_payments"), &[&now, &latest, &made_at])?;
            mended.others += run(sql!("mend_refunds"), &[&now, &latest])?;
            mended.others += run(sql!("mend_notifications"), &[&now, &latest])?;
            run(sql!("mend_gateways"), &[&now, &latest])?;
            run(sql!("clock_looked"), &[&now, &false])?;
            Ok(())
        })?;
        Ok(mended)
    }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
