//! Books batches of answers, on a thread of its own while further queries are in flight.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc;

use super::checked::{CheckResult, WriteMode};
use super::ledger::{Books, Ledger};
use super::run_context::{BookingPlace, RunContext};
use crate::clock::Clock;
use crate::domain::{CheckReason, OrderNumber, OrderStatus, Policy, StatusAnswer};
use crate::store::{Reader, StoreError};

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
        booking: Booking,
        lines: mpsc::UnboundedSender<BatchResult>,
    },
}

/// The lines of one batch, as it was written.
type BatchResult = Result<Vec<CheckResult>, StoreError>;

pub(super) type WriteResults = mpsc::UnboundedReceiver<BatchResult>;

impl BatchWriter {
    pub(super) fn start(
        ledger: &Ledger,
        run: &RunContext,
    ) -> Result<(Self, WriteResults), StoreError> {
        let booking = Booking::of(ledger, run)?;
        let (lines, written) = mpsc::unbounded_channel();
        let writer = match run.booking {
            BookingPlace::Inline => Self::Inline { booking, lines },
            BookingPlace::Thread => {
                let (batches, mut to_write) = mpsc::channel(BATCHES_WAITING);
                let thread = thread::spawn(move || {
                    while let Some(batch) = to_write.blocking_recv() {
                        if lines.send(booking.book(batch)).is_err() {
                            break;
                        }
                    }
                });
                Self::Thread { batches, thread }
            }
        };
        Ok((writer, written))
    }

    /// Hands over a batch and waits while the writer is behind. `false`: the writer has stopped.
    pub(super) async fn send(&self, batch: AnswerBatch) -> bool {
        match self {
            Self::Thread { batches, .. } => batches.send(batch).await.is_ok(),
            Self::Inline { booking, lines } => lines.send(booking.book(batch)).is_ok(),
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
    place: Access,
    policy: Policy,
    clock: Arc<dyn Clock>,
}

enum Access {
    Write(Books),
    Preview(Reader),
}

impl Booking {
    fn of(ledger: &Ledger, run: &RunContext) -> Result<Self, StoreError> {
        Ok(Self {
            place: match ledger {
                Ledger::ReadWrite(writer) => Access::Write(writer.books()),
                Ledger::ReadOnly(reader) => Access::Preview(reader.again()?),
            },
            policy: run.policy,
            clock: run.clock.clone(),
        })
    }

    fn book(&self, batch: AnswerBatch) -> BatchResult {
        let (answers, policy) = (&batch.observed, &self.policy);
        let (booked, writing) = match &self.place {
            Access::Write(books) => {
                let now = self.clock.now();
                let booked = books.write(|store, permit| store.book(permit, answers, policy, now));
                (booked?, WriteMode::Yes)
            }
            Access::Preview(reader) => {
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
