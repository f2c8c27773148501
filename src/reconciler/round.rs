//! One round of queries: query, compare, write in batches, report.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{BoxStream, SelectAll, select_all};

use super::ask::Answer;
use super::checked::Checked;
use super::desk::Desk;
use super::lane::{Lane, answers};
use super::read_turns::ReadTurns;
use super::scribe::{Pen, Scribe};
use super::tally::{Halt, Tally};
use crate::clock::Clock;
use crate::domain::reconcile::Policy;
use crate::interrupt::Interrupt;
use crate::store::StoreError;

/// Everything one round needs.
pub struct Round {
    /// At most one per gateway.
    pub lanes: Vec<Lane>,
    pub pen: Pen,
    pub policy: Policy,
    pub clock: Arc<dyn Clock>,
    /// After this, no more queries are sent; answers that have arrived are still written.
    pub max_time: Option<Duration>,
    pub interrupt: Interrupt,
}

/// What all queries of a round share.
#[derive(Clone)]
pub(super) struct Terms {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) policy: Policy,
    pub(super) until: Option<tokio::time::Instant>,
    pub(super) turns: ReadTurns,
}

/// Why a round was aborted.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    #[error("could not read or write the database")]
    Store(#[from] StoreError),
    #[error("could not print the report")]
    Report(#[from] io::Error),
    #[error("the database writer thread stopped unexpectedly")]
    NoScribe,
}

/// Prints one line, or keeps it.
pub type Print<'a> = dyn FnMut(&Checked) -> io::Result<()> + 'a;

impl Round {
    /// Sends all queries, reports each line once it is written, and returns the access to the file.
    ///
    /// # Errors
    /// `Store` if the file fails, `Report` if a line cannot be printed; what was written stays written.
    pub async fn run(self, print: &mut Print<'_>) -> Result<(Tally, Pen), RoundError> {
        let until = self.max_time.map(|most| tokio::time::Instant::now() + most);
        let terms = Terms {
            clock: self.clock.clone(),
            policy: self.policy,
            until,
            turns: ReadTurns::of(&self.pen),
        };
        let mut desk = Desk::default();
        let mut streams = Vec::new();
        for lane in self.lanes {
            let signal = desk.expect(&lane);
            streams.push(answers(lane, terms.clone(), signal));
        }
        let clock = self.clock.clone();
        let (scribe, mut written) = Scribe::start(self.pen, self.policy, self.clock);
        let end = End {
            until,
            interrupt: self.interrupt,
        };
        let heard = desk
            .listen(select_all(streams), &scribe, &mut written, end, print)
            .await;
        let scribe = scribe.dismiss();
        while let Some(lines) = written.recv().await {
            desk.report(lines?, print)?;
        }
        heard?;
        let mut pen = scribe.join().map_err(|_| RoundError::NoScribe)?;
        let tally = desk.close();
        if let Pen::Writing { store, permit } = &mut pen {
            store.note_clock(permit, tally.clock, clock.now())?;
        }
        Ok((tally, pen))
    }
}

pub(super) type Answers = SelectAll<BoxStream<'static, Result<Answer, StoreError>>>;

/// When a round ends early.
pub(super) struct End {
    until: Option<tokio::time::Instant>,
    interrupt: Interrupt,
}

impl End {
    pub(super) async fn comes(&self) -> Halt {
        let out_of_time = async {
            match self.until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = out_of_time => Halt::OutOfTime,
            () = self.interrupt.comes() => Halt::Interrupted,
        }
    }
}
