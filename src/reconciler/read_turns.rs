//! Turns to query one payment, for gateways that require some seconds between two queries.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use super::ledger::{Books, Ledger, Writer};
use super::round_ledger::{RoundLedger, SharedLedger};
use crate::domain::{Instant, PaymentId};
use crate::store::{Store, StoreError, WritePermit};

/// The turns of one round. A round that writes takes them in the file; a preview respects those and remembers its own.
#[derive(Clone)]
pub(super) enum ReadTurns {
    Taken(TurnBooks),
    Respected {
        ledger: Ledger,
        own: Rc<RefCell<HashMap<PaymentId, Instant>>>,
    },
}

/// Where turns are recorded.
#[derive(Clone)]
pub(super) enum TurnBooks {
    Inline(Writer),
    Thread(Books),
}

impl ReadTurns {
    pub(super) fn of(round: &RoundLedger, ledger: &Ledger) -> Self {
        match round {
            RoundLedger::Inline(Ledger::ReadWrite(writer)) => {
                Self::Taken(TurnBooks::Inline(writer.clone()))
            }
            RoundLedger::Thread(SharedLedger::ReadWrite(books)) => {
                Self::Taken(TurnBooks::Thread(books.clone()))
            }
            RoundLedger::Inline(Ledger::ReadOnly(_))
            | RoundLedger::Thread(SharedLedger::ReadOnly(_)) => Self::respected(ledger),
        }
    }

    /// Without taking any in the file.
    pub(super) fn respected(ledger: &Ledger) -> Self {
        Self::Respected {
            ledger: ledger.clone(),
            own: Rc::default(),
        }
    }

    /// How long to wait for the turn that was taken. `None`: too many are waiting. If the file provides no turn,
    /// queries continue without one.
    pub(super) async fn take(
        &self,
        payment: PaymentId,
        apart: Duration,
        now: Instant,
    ) -> Option<Duration> {
        match self {
            Self::Taken(books) => {
                let take = move |store: &Store, permit: &WritePermit| {
                    store.take_turn(permit, payment, apart, now)
                };
                let taken = books.write(take).await;
                taken.map_or(Some(Duration::ZERO), |turn| {
                    turn.map(|turn| until(turn, now))
                })
            }
            Self::Respected { ledger, own } => {
                let in_file =
                    granted(ledger.read().wait_before_read(payment, now)).unwrap_or_default();
                let mut own = own.borrow_mut();
                let own_turn = own.get(&payment).map_or(now, |turn| *turn);
                let wait = in_file.max(until(own_turn, now));
                own.insert(payment, now.saturating_add(wait).saturating_add(apart));
                Some(wait)
            }
        }
    }

    /// Keeps everybody from querying it for this long.
    pub(super) async fn hold(&self, payment: PaymentId, apart: Duration, now: Instant) {
        let until = now.saturating_add(apart);
        match self {
            Self::Taken(books) => {
                let hold = move |store: &Store, permit: &WritePermit| {
                    store.hold_reads(permit, payment, until)
                };
                let _held = books.write(hold).await;
            }
            Self::Respected { own, .. } => {
                own.borrow_mut().insert(payment, until);
            }
        }
    }
}

impl TurnBooks {
    /// Waits until nobody else is writing: on another thread, so that further queries are sent meanwhile.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store, &WritePermit) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<T> {
        match self {
            Self::Inline(writer) => granted(writer.write(work)),
            Self::Thread(books) => {
                let books = books.clone();
                let done = tokio::task::spawn_blocking(move || books.write(work)).await;
                done.ok().and_then(granted)
            }
        }
    }
}

fn granted<T>(turn: Result<T, StoreError>) -> Option<T> {
    turn.inspect_err(|error| tracing::debug!(%error, "could not take a turn to query a payment"))
        .ok()
}

fn until(turn: Instant, now: Instant) -> Duration {
    if turn > now {
        turn.since(now)
    } else {
        Duration::ZERO
    }
}
