//! The writer: a thread that books batches of answers while further queries are in flight.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc;

use super::checked::{CheckResult, WriteMode};
use crate::clock::Clock;
use crate::domain::{CheckReason, OrderNumber, OrderStatus, Policy, StatusAnswer};
use crate::store::{Reader, Store, StoreError, WritePermit};

/// The writer's access to the file: read-write or read-only.
#[derive(Debug)]
pub enum LedgerAccess {
    ReadWrite { store: Store, permit: WritePermit },
    ReadOnly(Reader),
}

impl LedgerAccess {
    /// The file, for reading.
    #[must_use]
    pub fn read(&self) -> &Reader {
        match self {
            Self::ReadWrite { store, .. } => store.read(),
            Self::ReadOnly(reader) => reader,
        }
    }
}

/// Answers that are written together, each with its order as it was when the query was sent.
#[derive(Debug, Default)]
pub(super) struct AnswerBatch {
    pub(super) observed: Vec<StatusAnswer>,
    pub(super) orders: Vec<(OrderNumber, OrderStatus)>,
}

/// How many batches may wait for the writer; queries continue meanwhile.
const BATCHES_WAITING: usize = 4;

/// The running writer thread.
pub(super) struct WriterThread {
    batches: mpsc::Sender<AnswerBatch>,
    thread: JoinHandle<LedgerAccess>,
}

/// The lines of one batch, as it was written.
pub(super) type WriteResults = mpsc::UnboundedReceiver<Result<Vec<CheckResult>, StoreError>>;

impl WriterThread {
    pub(super) fn start(
        ledger: LedgerAccess,
        policy: Policy,
        clock: Arc<dyn Clock>,
    ) -> (Self, WriteResults) {
        let (batches, mut to_write) = mpsc::channel::<AnswerBatch>(BATCHES_WAITING);
        let (lines, written) = mpsc::unbounded_channel();
        let thread = thread::spawn(move || {
            let mut ledger = ledger;
            while let Some(batch) = to_write.blocking_recv() {
                let result = write(&mut ledger, batch, &policy, &*clock);
                if lines.send(result).is_err() {
                    break;
                }
            }
            ledger
        });
        (Self { batches, thread }, written)
    }

    /// Hands over a batch and waits while the writer is behind. `false`: the writer has stopped.
    pub(super) async fn send(&self, batch: AnswerBatch) -> bool {
        self.batches.send(batch).await.is_ok()
    }

    /// Ends the input: the remaining lines arrive, and the access to the file can be taken back.
    pub(super) fn dismiss(self) -> JoinHandle<LedgerAccess> {
        self.thread
    }
}

fn write(
    ledger: &mut LedgerAccess,
    batch: AnswerBatch,
    policy: &Policy,
    clock: &dyn Clock,
) -> Result<Vec<CheckResult>, StoreError> {
    let (booked, writing) = match ledger {
        LedgerAccess::ReadWrite { store, permit } => {
            let booked = store.book(permit, &batch.observed, policy, clock.now())?;
            (booked, WriteMode::Yes)
        }
        LedgerAccess::ReadOnly(reader) => {
            let previews = reader.preview(&batch.observed, policy)?;
            (previews.into_iter().map(Ok).collect(), WriteMode::No)
        }
    };
    let lines = booked.into_iter().zip(batch.observed).zip(batch.orders);
    Ok(lines
        .map(|((booked, observed), order)| match booked {
            Ok(outcome) => CheckResult::of(outcome, &observed.observation, writing, policy),
            Err(error) => {
                let error = error.to_string();
                CheckResult::unwritten(observed.payment, order, CheckReason::NotWritten { error })
            }
        })
        .collect())
}
