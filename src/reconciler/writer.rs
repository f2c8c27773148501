//! Books batches of answers: on a thread of its own while further queries are in flight, or between two queries.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc;

use super::checked::{CheckResult, WriteMode};
use super::ledger::Ledger;
use super::round_ledger::{RoundLedger, SharedLedger};
use super::run_context::RunContext;
use crate::clock::Clock;
use crate::domain::{CheckReason, OrderNumber, OrderStatus, Policy, StatusAnswer};
use crate::store::{Reader, Store, StoreError, WritePermit};

/// Answers that are written together, each with its order as it was when the query was sent.
#[derive(Debug, Default)]
pub(super) struct AnswerBatch {
    pub(super) observed: Vec<StatusAnswer>,
    pub(super) orders: Vec<(OrderNumber, OrderStatus)>,
}

/// How many batches may wait for the writer; queries continue meanwhile.
const BATCHES_WAITING: usize = 4;

/// Takes batches and books them in the order given.
pub(super) enum BatchWriter {
    Thread {
        batches: mpsc::Sender<AnswerBatch>,
        thread: JoinHandle<()>,
    },
    Inline {
        ledger: Ledger,
        booking: Booking,
        lines: mpsc::UnboundedSender<BatchResult>,
    },
}

/// The lines of one batch, as it was written.
type BatchResult = Result<Vec<CheckResult>, StoreError>;

pub(super) type WriteResults = mpsc::UnboundedReceiver<BatchResult>;

impl BatchWriter {
    pub(super) fn start(round: RoundLedger, run: &RunContext) -> (Self, WriteResults) {
        let booking = Booking {
            policy: run.policy,
            clock: run.clock.clone(),
        };
        let (lines, written) = mpsc::unbounded_channel();
        let writer = match round {
            RoundLedger::Inline(ledger) => Self::Inline {
                ledger,
                booking,
                lines,
            },
            RoundLedger::Thread(shared) => {
                let (batches, mut to_write) = mpsc::channel(BATCHES_WAITING);
                let thread = thread::spawn(move || {
                    while let Some(batch) = to_write.blocking_recv() {
                        if lines.send(booking.book_shared(&shared, batch)).is_err() {
                            break;
                        }
                    }
                });
                Self::Thread { batches, thread }
            }
        };
        (writer, written)
    }

    /// Hands over a batch and waits while the writer is behind. `false`: the writer has stopped.
    pub(super) async fn send(&self, batch: AnswerBatch) -> bool {
        match self {
            Self::Thread { batches, .. } => batches.send(batch).await.is_ok(),
            Self::Inline {
                ledger,
                booking,
                lines,
            } => lines.send(booking.book_inline(ledger, batch)).is_ok(),
        }
    }

    /// Ends the input: the remaining lines arrive, then the thread ends.
    pub(super) fn dismiss(self) -> Option<JoinHandle<()>> {
        match self {
            Self::Thread { thread, .. } => Some(thread),
            Self::Inline { .. } => None,
        }
    }
}

/// Books answers, or shows what booking them would change.
pub(super) struct Booking {
    policy: Policy,
    clock: Arc<dyn Clock>,
}

/// The file, while one batch is booked.
enum BatchLedger<'a> {
    ReadOnly(&'a Reader),
    ReadWrite(&'a Store, &'a WritePermit),
}

impl Booking {
    fn book_inline(&self, ledger: &Ledger, batch: AnswerBatch) -> BatchResult {
        match ledger {
            Ledger::ReadOnly(reader) => self.book(BatchLedger::ReadOnly(reader), batch),
            Ledger::ReadWrite(writer) => writer
                .write(|store, permit| self.book(BatchLedger::ReadWrite(store, permit), batch)),
        }
    }

    fn book_shared(&self, shared: &SharedLedger, batch: AnswerBatch) -> BatchResult {
        match shared {
            SharedLedger::ReadOnly(reader) => self.book(BatchLedger::ReadOnly(reader), batch),
            SharedLedger::ReadWrite(books) => {
                books.write(|store, permit| self.book(BatchLedger::ReadWrite(store, permit), batch))
            }
        }
    }

    fn book(&self, ledger: BatchLedger<'_>, batch: AnswerBatch) -> BatchResult {
        let (answers, policy) = (&batch.observed, &self.policy);
        let (booked, writing) = match ledger {
            BatchLedger::ReadWrite(store, permit) => {
                let booked = store.book(permit, answers, policy, self.clock.now());
                (booked?, WriteMode::Yes)
            }
            BatchLedger::ReadOnly(reader) => {
                let previews = reader.preview(answers, policy)?;
                (previews.into_iter().map(Ok).collect(), WriteMode::No)
            }
        };
        let lines = booked.into_iter().zip(batch.observed).zip(batch.orders);
        Ok(lines
            .map(|((booked, observed), order)| match booked {
                Ok(outcome) => CheckResult::of(outcome, &observed.observation, writing, policy),
                Err(error) => {
                    let error = error.to_string();
                    let why = CheckReason::NotWritten { error };
                    CheckResult::unwritten(&observed.payment, order, why)
                }
            })
            .collect())
    }
}
