//! Records what is learned about clocks.

use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::clock;
use super::writing::Store;
use crate::domain::{ClockReadings, ClockRecord, ClockState, Instant};

impl Store {
    /// Records what the gateways' clocks say about this machine's clock, which shows `now`.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn record_clock(
        &self,
        permit: &WritePermit,
        readings: ClockReadings,
        now: Instant,
    ) -> Result<(), StoreError> {
        match readings.state() {
            ClockState::Untold => Ok(()),
            ClockState::Confirmed { .. } => {
                self.write_relaxed(permit, |tx| clock::confirm(tx, now))
            }
            ClockState::Differs { ahead_ms } => {
                self.write_relaxed(permit, |tx| clock::record_difference(tx, ahead_ms))
            }
        }
    }

    /// Records the clock of a run that ends things by time alone, and returns the updated record.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`.
    pub fn record_run_clock(
        &self,
        permit: &WritePermit,
        now: Instant,
    ) -> Result<ClockRecord, StoreError> {
        self.write_relaxed(permit, |tx| {
            let after = tx.clock_record()?.after_a_run(now);
            clock::record_run(tx, &after)?;
            Ok(after)
        })
    }
}
