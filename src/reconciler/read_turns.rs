//! Turns to query one payment, for gateways that require some seconds between two queries.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use super::ledger::{Books, Ledger};
use crate::domain::{Instant, PaymentId};
use crate::store::{Reader, Store, StoreError, WritePermit};

/// The turns of one round. A round that writes takes them in the file; a preview respects those and remembers its own.
#[derive(Clone)]
pub(super) enum ReadTurns {
    Taken(Books),
    Respected {
        reader: Rc<Reader>,
        own: Rc<RefCell<HashMap<PaymentId, Instant>>>,
    },
}

impl ReadTurns {
    pub(super) fn of(ledger: &Ledger) -> Self {
        match ledger {
            Ledger::ReadWrite(writer) => Self::Taken(writer.books()),
            Ledger::ReadOnly(_) => Self::respected(ledger),
        }
    }

    /// Without taking any in the file.
    pub(super) fn respected(ledger: &Ledger) -> Self {
        Self::Respected {
            reader: ledger.shared_reader(),
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
                let take = move |store: &mut Store, permit: &WritePermit| {
                    store.take_turn(permit, payment, apart, now)
                };
                let taken = in_file(books, take).await;
                taken.map_or(Some(Duration::ZERO), |turn| {
                    turn.map(|turn| until(turn, now))
                })
            }
            Self::Respected { reader, own } => {
                let in_file = granted(reader.wait_before_read(payment, now)).unwrap_or_default();
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
                let hold = move |store: &mut Store, permit: &WritePermit| {
                    store.hold_reads(permit, payment, until)
                };
                let _held = in_file(books, hold).await;
            }
            Self::Respected { own, .. } => {
                own.borrow_mut().insert(payment, until);
            }
        }
    }
}

/// Runs on a thread that may wait until nobody else is writing.
async fn in_file<T: Send + 'static>(
    books: &Books,
    work: impl FnOnce(&mut Store, &WritePermit) -> Result<T, StoreError> + Send + 'static,
) -> Option<T> {
    let books = books.clone();
    let done = tokio::task::spawn_blocking(move || books.write(work)).await;
    done.ok().and_then(granted)
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
