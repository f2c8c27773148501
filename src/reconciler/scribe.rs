//! The writer: a thread that books batches of answers while further queries are in flight.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc;

use super::checked::{Checked, Writing};
use crate::clock::Clock;
use crate::domain::booking::Heard;
use crate::domain::names::OrderNumber;
use crate::domain::order::OrderStatus;
use crate::domain::reconcile::Policy;
use crate::store::{Reader, Store, StoreError, WritePermit};

/// The writer's access to the file: read-write or read-only.
#[derive(Debug)]
pub enum Pen {
    Writing { store: Store, permit: WritePermit },
    Looking(Reader),
}

impl Pen {
    /// The file, for reading.
    #[must_use]
    pub fn read(&self) -> &Reader {
        match self {
            Self::Writing { store, .. } => store.read(),
            Self::Looking(reader) => reader,
        }
    }
}

/// Answers that are written together, each with its order as it was when the query was sent.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) heard: Vec<Heard>,
    pub(super) orders: Vec<(OrderNumber, OrderStatus)>,
}

/// How many batches may wait for the writer; queries continue meanwhile.
const BATCHES_WAITING: usize = 4;

/// The running writer thread.
pub(super) struct Scribe {
    batches: mpsc::Sender<Batch>,
    thread: JoinHandle<Pen>,
}

/// The lines of one batch, as it was written.
pub(super) type Written = mpsc::UnboundedReceiver<Result<Vec<Checked>, StoreError>>;

impl Scribe {
    pub(super) fn start(pen: Pen, policy: Policy, clock: Arc<dyn Clock>) -> (Self, Written) {
        let (batches, mut to_write) = mpsc::channel::<Batch>(BATCHES_WAITING);
        let (lines, written) = mpsc::unbounded_channel();
        let thread = thread::spawn(move || {
            let mut pen = pen;
            while let Some(batch) = to_write.blocking_recv() {
                let result = write(&mut pen, batch, &policy, &*clock);
                if lines.send(result).is_err() {
                    break;
                }
            }
            pen
        });
        (Self { batches, thread }, written)
    }

    /// Hands over a batch and waits while the writer is behind. `false`: the writer has stopped.
    pub(super) async fn hand_over(&self, batch: Batch) -> bool {
        self.batches.send(batch).await.is_ok()
    }

    /// Ends the input: the remaining lines arrive, and the access to the file can be taken back.
    pub(super) fn dismiss(self) -> JoinHandle<Pen> {
        self.thread
    }
}

fn write(
    pen: &mut Pen,
    batch: Batch,
    policy: &Policy,
    clock: &dyn Clock,
) -> Result<Vec<Checked>, StoreError> {
    let (booked, writing) = match pen {
        Pen::Writing { store, permit } => {
            let booked = store.book(permit, &batch.heard, policy, clock.now())?;
            (booked, Writing::Yes)
        }
        Pen::Looking(reader) => {
            let previews = reader.preview(&batch.heard, policy)?;
            (previews.into_iter().map(Ok).collect(), Writing::No)
        }
    };
    let lines = booked.into_iter().zip(batch.heard).zip(batch.orders);
    Ok(lines
        .map(|((booked, heard), order)| match booked {
            Ok(outcome) => Checked::of(outcome, &heard.observation, writing, policy),
            Err(error) => Checked::unwritten(heard.payment, order, error.to_string()),
        })
        .collect())
}
