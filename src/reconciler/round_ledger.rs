//! By which connections a round books, takes turns, and reads its pages.

use std::path::PathBuf;

use super::ledger::{Books, Ledger};
use crate::store::{Reader, StoreError};

/// Where a round books, takes turns and reads its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookingPlace {
    /// On threads of its own, while further queries are in flight.
    Thread,
    /// On the run's thread, between two queries, so that the same answers always lead to the same steps.
    Inline,
}

/// The file, for one round.
pub(super) enum RoundLedger {
    /// By the run's own connection: nothing of the round leaves the run's thread.
    Inline(Ledger),
    /// By a connection for other threads, which is closed when the round ends.
    Thread(SharedLedger),
}

/// The file, for other threads than the run's.
pub(super) enum SharedLedger {
    ReadOnly(Reader),
    ReadWrite(Books),
}

/// How the pages of a queue are read.
#[derive(Clone)]
pub(super) enum PageReading {
    /// When they are needed.
    Inline(Ledger),
    /// From the file at this path, on a thread of its own, ahead of the queries.
    Thread(PathBuf),
}

impl RoundLedger {
    /// # Errors
    /// As [`Reader::again`] and [`crate::store::Store::again`].
    pub(super) fn of(ledger: &Ledger, place: BookingPlace) -> Result<Self, StoreError> {
        if place == BookingPlace::Thread {
            // The run's own connection rests during the round, and counting the queries has filled its memory.
            ledger.read().forget_pages()?;
        }
        Ok(match (place, ledger) {
            (BookingPlace::Inline, _) => Self::Inline(ledger.clone()),
            (BookingPlace::Thread, Ledger::ReadOnly(reader)) => {
                Self::Thread(SharedLedger::ReadOnly(reader.again()?))
            }
            (BookingPlace::Thread, Ledger::ReadWrite(writer)) => {
                Self::Thread(SharedLedger::ReadWrite(Books::of(writer)?))
            }
        })
    }
}

impl PageReading {
    pub(super) fn of(ledger: &Ledger, place: BookingPlace) -> Self {
        match place {
            BookingPlace::Inline => Self::Inline(ledger.clone()),
            BookingPlace::Thread => Self::Thread(ledger.read().path().unwrap_or_default()),
        }
    }
}
