//! Turns to query one payment, for gateways that require some seconds between two queries.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::writer::LedgerAccess;
use crate::domain::{Instant, PaymentId};
use crate::store::{Reader, Store, StoreError, WritePermit};

/// The turns of one round. A round that writes takes them in the file, over its own connection; a read-only round
/// respects them and remembers its own turns in memory.
#[derive(Clone)]
pub(super) struct ReadTurns(Arc<Mutex<ReadTurnsShared>>);

struct ReadTurnsShared {
    path: Option<PathBuf>,
    permit: Option<WritePermit>,
    store: Option<Store>,
    own: HashMap<PaymentId, Instant>,
}

impl ReadTurns {
    /// For a caller with read-only access.
    pub(super) fn looking(reader: &Reader) -> Self {
        Self::new(reader.path(), None)
    }

    pub(super) fn of(ledger: &LedgerAccess) -> Self {
        let permit = match ledger {
            LedgerAccess::ReadWrite { permit, .. } => Some(permit.again()),
            LedgerAccess::ReadOnly(_) => None,
        };
        Self::new(ledger.read().path(), permit)
    }

    fn new(path: Option<PathBuf>, permit: Option<WritePermit>) -> Self {
        Self(Arc::new(Mutex::new(ReadTurnsShared {
            path,
            permit,
            store: None,
            own: HashMap::new(),
        })))
    }

    /// How long to wait for the turn that was taken. `None`: too many are waiting.
    pub(super) async fn take(
        &self,
        payment: PaymentId,
        apart: Duration,
        now: Instant,
    ) -> Option<Duration> {
        let taken = self
            .with(move |inner| inner.take(payment, apart, now))
            .await;
        taken.unwrap_or(Some(Duration::ZERO))
    }

    /// Keeps everybody from querying it for this long.
    pub(super) async fn hold(&self, payment: PaymentId, apart: Duration, now: Instant) {
        let until = now.saturating_add(apart);
        let _none = self
            .with(move |inner| {
                inner.own.insert(payment, until);
                match inner.writing()? {
                    Some((store, permit)) => store.hold_reads(permit, payment, until),
                    None => Ok(()),
                }
            })
            .await;
    }

    /// Runs on a thread that may wait for the file. If the file provides no turn, queries continue without one.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut ReadTurnsShared) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<T> {
        let inner = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            work(&mut inner.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match done.await {
            Ok(Ok(done)) => Some(done),
            Ok(Err(error)) => {
                tracing::debug!(%error, "could not take a turn to query a payment");
                None
            }
            Err(_) => None,
        }
    }
}

impl ReadTurnsShared {
    fn take(
        &mut self,
        payment: PaymentId,
        apart: Duration,
        now: Instant,
    ) -> Result<Option<Duration>, StoreError> {
        if let Some((store, permit)) = self.writing()? {
            let turn = store.take_turn(permit, payment, apart, now)?;
            return Ok(turn.map(|turn| until(turn, now)));
        }
        let in_file = match &self.path {
            Some(path) => Reader::open(path)?.wait_before_read(payment, now)?,
            None => Duration::ZERO,
        };
        let own = self
            .own
            .get(&payment)
            .map_or(Duration::ZERO, |turn| until(*turn, now));
        let wait = in_file.max(own);
        self.own
            .insert(payment, now.saturating_add(wait).saturating_add(apart));
        Ok(Some(wait))
    }

    fn writing(&mut self) -> Result<Option<(&mut Store, &WritePermit)>, StoreError> {
        let (Some(path), Some(permit)) = (&self.path, &self.permit) else {
            return Ok(None);
        };
        if self.store.is_none() {
            self.store = Some(Store::open(path)?);
        }
        Ok(self.store.as_mut().map(|store| (store, permit)))
    }
}

fn until(turn: Instant, now: Instant) -> Duration {
    if turn > now {
        turn.since(now)
    } else {
        Duration::ZERO
    }
}
