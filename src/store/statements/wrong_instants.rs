//! What a clock that was ahead has written, and how it is set right.

use std::time::Duration;

use super::audit::ReasonColumns;
use super::rows;
use crate::domain::payment::put_off::put_off;
use crate::domain::{Instant, Payment, PaymentId, Reason};
use crate::store::engine::{Reader, Tx, sql};
use crate::store::error::StoreError;

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

    /// The next payments by id.
    pub(in crate::store) fn payments_behind(
        &self,
        last: PaymentId,
    ) -> Result<Vec<Payment>, StoreError> {
        self.all(sql!("payments_by_id"), &[&last, &PAGE], rows::payment)
    }
}

/// Makes a payment due at a time, whatever its row says. Queries and answers dated later than `known` are forgotten.
pub(in crate::store) fn make_due(
    tx: &Tx<'_>,
    payment: PaymentId,
    known: Instant,
    at: Instant,
) -> Result<(), StoreError> {
    tx.exec(sql!("make_due"), &[&at, &known, &payment])?;
    Ok(())
}

/// Forgets tries to end an order that are dated after `latest`, and returns how many there were.
pub(in crate::store) fn forget_tries(tx: &Tx<'_>, latest: Instant) -> Result<usize, StoreError> {
    tx.exec(sql!("forget_tries"), &[&latest])
}

/// Sets deadlines of orders that are further ahead than they were meant, and returns how many there were.
pub(in crate::store) fn mend_orders(
    tx: &Tx<'_>,
    (now, latest): (Instant, Instant),
) -> Result<usize, StoreError> {
    let why = ReasonColumns::of(&Reason::WaitsAsMeant)?;
    tx.exec(
        sql!("mend_order_events"),
        &[&now, &why.words, &why.code, &why.params, &latest],
    )?;
    tx.exec(sql!("mend_order_deadlines"), &[&now, &latest])
}

/// Sets everything else that is dated after `latest` to now, and returns how many payments, refunds, notifications and
/// tries that they name there were. A payment was opened at `made_at` at the latest.
pub(in crate::store) fn mend_others(
    tx: &Tx<'_>,
    (now, latest): (Instant, Instant),
    made_at: Instant,
) -> Result<usize, StoreError> {
    let mut mended = tx.exec(sql!("mend_payments"), &[&now, &latest, &made_at])?;
    mended += tx.exec(sql!("mend_refunds"), &[&now, &latest])?;
    mended += tx.exec(sql!("mend_notifications"), &[&now, &latest])?;
    mended += tx.exec(sql!("mend_named_tries"), &[&now, &latest])?;
    tx.exec(sql!("mend_gateways"), &[&now, &latest])?;
    Ok(mended)
}
