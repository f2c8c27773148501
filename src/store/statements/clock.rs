//! What the file records about clocks: the instants that a gateway has confirmed, and the latest time at which any
//! program wrote.

use crate::domain::{ClockRecord, GatewayName, Instant, OrderId, PaymentId};
use crate::store::engine::{Reader, Tx, from_row, sql};
use crate::store::error::StoreError;

impl Reader {
    /// The file's record about clocks.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn clock_record(&self) -> Result<ClockRecord, StoreError> {
        let found = self.one(sql!("clock_record"), &[], |row| {
            Ok(from_row!(row => ClockRecord {
                latest_at, confirmed_at, differs_ms, accepted_at, jumped_at, must_look, must_mend,
            }))
        })?;
        Ok(found.unwrap_or_default())
    }

    /// The newest payment of this gateway that the gateway can be queried about, whatever its status.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn payment_for_the_time(
        &self,
        gateway: &GatewayName,
    ) -> Result<Option<(OrderId, PaymentId)>, StoreError> {
        self.one(sql!("payment_for_the_time"), &[&gateway], |row| {
            Ok((row.get("order_id")?, row.get("id")?))
        })
    }
}

/// A gateway's clock agrees with this machine's, which shows `now`.
pub(in crate::store) fn confirm(tx: &Tx<'_>, now: Instant) -> Result<(), StoreError> {
    tx.exec(sql!("clock_confirmed"), &[&now])?;
    Ok(())
}

pub(in crate::store) fn record_difference(tx: &Tx<'_>, ahead_ms: i64) -> Result<(), StoreError> {
    tx.exec(sql!("clock_differs"), &[&ahead_ms])?;
    Ok(())
}

pub(in crate::store) fn record_run(tx: &Tx<'_>, after: &ClockRecord) -> Result<(), StoreError> {
    let (accepted, jumped) = (&after.accepted_at, &after.jumped_at);
    tx.exec(sql!("clock_accepted"), &[accepted, jumped])?;
    Ok(())
}

/// Called with the first write of a program.
pub(in crate::store) fn record_latest(tx: &Tx<'_>, began_at: Instant) -> Result<(), StoreError> {
    tx.exec(sql!("clock_latest"), &[&began_at])?;
    Ok(())
}

/// What a clock that was ahead has written was looked for, and perhaps not all of it was mended.
pub(in crate::store) fn record_look(
    tx: &Tx<'_>,
    now: Instant,
    must_mend: bool,
) -> Result<(), StoreError> {
    tx.exec(sql!("clock_looked"), &[&now, &must_mend])?;
    Ok(())
}
