//! What the file records about clocks: the instants that a gateway has confirmed, and the latest time at which any
//! program wrote.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::permit::WritePermit;
use super::sql;
use crate::domain::{
    ClockReadings, ClockRecord, ClockState, GatewayName, Instant, OrderId, PaymentId,
};

impl Reader {
    /// The file's record about clocks.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn clock_record(&self) -> Result<ClockRecord, StoreError> {
        record(self.connection())
    }

    /// The newest payment of this gateway that the gateway can be queried about, whatever its status.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn payment_for_the_time(
        &self,
        gateway: &GatewayName,
    ) -> Result<Option<(OrderId, PaymentId)>, StoreError> {
        let found = self
            .connection()
            .prepare_cached(sql!("payment_for_the_time"))?
            .query_row([gateway], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(found)
    }
}

impl Store {
    /// Records what the gateways' clocks say about this machine's clock, which shows `now`.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn record_clock(
        &mut self,
        permit: &WritePermit,
        readings: ClockReadings,
        now: Instant,
    ) -> Result<(), StoreError> {
        match readings.state() {
            ClockState::Untold => Ok(()),
            ClockState::Confirmed { .. } => self.write_relaxed(permit, |transaction| {
                let mut confirm = transaction.prepare_cached(sql!("clock_confirmed"))?;
                confirm.execute([now])?;
                Ok(())
            }),
            ClockState::Differs { ahead_ms } => self.write_relaxed(permit, |transaction| {
                let mut differ = transaction.prepare_cached(sql!("clock_differs"))?;
                differ.execute([ahead_ms])?;
                Ok(())
            }),
        }
    }

    /// Records the clock of a run that ends things by time alone, and returns the updated record.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`.
    pub fn record_run_clock(
        &mut self,
        permit: &WritePermit,
        now: Instant,
    ) -> Result<ClockRecord, StoreError> {
        self.write_relaxed(permit, |transaction| {
            let after = record(transaction)?.after_a_run(now);
            transaction
                .prepare_cached(sql!("clock_accepted"))?
                .execute(params![after.accepted_at, after.jumped_at])?;
            Ok(after)
        })
    }
}

/// Called with the first write of a program.
pub(super) fn record_latest(connection: &Connection, began_at: Instant) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql!("clock_latest"))?
        .execute([began_at])?;
    Ok(())
}

fn record(connection: &Connection) -> Result<ClockRecord, StoreError> {
    let found = connection
        .prepare_cached(sql!("clock_record"))?
        .query_row([], read)
        .optional()?;
    Ok(found.unwrap_or_default())
}

fn read(row: &Row<'_>) -> rusqlite::Result<ClockRecord> {
    Ok(ClockRecord {
        latest_at: row.get(0)?,
        confirmed_at: row.get(1)?,
        differs_ms: row.get(2)?,
        accepted_at: row.get(3)?,
        jumped_at: row.get(4)?,
        must_look: row.get(5)?,
        must_mend: row.get(6)?,
    })
}
