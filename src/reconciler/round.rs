//! One round of queries: query, compare, write in batches, report.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{BoxStream, SelectAll, select_all};

use super::batcher::AnswerBatcher;
use super::checked::CheckResult;
use super::query::QueryResult;
use super::query_stream::{QueryStream, answers};
use super::read_turns::ReadTurns;
use super::stats::{RunStats, StopReason};
use super::writer::{LedgerAccess, WriterThread};
use crate::clock::Clock;
use crate::domain::Policy;
use crate::shutdown::Shutdown;
use crate::store::StoreError;

/// Everything one round needs.
pub struct PollRound {
    /// At most one per gateway.
    pub streams: Vec<QueryStream>,
    pub ledger: LedgerAccess,
    pub policy: Policy,
    pub clock: Arc<dyn Clock>,
    /// After this, no more queries are sent; answers that have arrived are still written.
    pub max_time: Option<Duration>,
    pub shutdown: Shutdown,
}

/// What all queries of a round share.
#[derive(Clone)]
pub(super) struct PollLimits {
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
    WriterStopped,
}

/// Prints one line, or keeps it.
pub type OnResult<'a> = dyn FnMut(&CheckResult) -> io::Result<()> + 'a;

impl PollRound {
    /// Sends all queries, reports each line once it is written, and returns the access to the file.
    ///
    /// # Errors
    /// `Store` if the file fails, `Report` if a line cannot be printed; what was written stays written.
    pub async fn run(
        self,
        print: &mut OnResult<'_>,
    ) -> Result<(RunStats, LedgerAccess), RoundError> {
        let until = self.max_time.map(|most| tokio::time::Instant::now() + most);
        let terms = PollLimits {
            clock: self.clock.clone(),
            policy: self.policy,
            until,
            turns: ReadTurns::of(&self.ledger),
        };
        let mut batcher = AnswerBatcher::default();
        let mut streams = Vec::new();
        for stream in self.streams {
            let signal = batcher.expect(&stream);
            streams.push(answers(stream, terms.clone(), signal));
        }
        let clock = self.clock.clone();
        let (writer, mut written) = WriterThread::start(self.ledger, self.policy, self.clock);
        let end = StopCondition {
            until,
            shutdown: self.shutdown,
        };
        let observed = batcher
            .collect(select_all(streams), &writer, &mut written, end, print)
            .await;
        let writer = writer.dismiss();
        while let Some(lines) = written.recv().await {
            batcher.report(lines?, print)?;
        }
        observed?;
        let mut ledger = writer.join().map_err(|_| RoundError::WriterStopped)?;
        let stats = batcher.close();
        if let LedgerAccess::ReadWrite { store, permit } = &mut ledger {
            store.record_clock(permit, stats.clock, clock.now())?;
        }
        Ok((stats, ledger))
    }
}

pub(super) type PendingAnswers = SelectAll<BoxStream<'static, Result<QueryResult, StoreError>>>;

/// When a round ends early.
pub(super) struct StopCondition {
    until: Option<tokio::time::Instant>,
    shutdown: Shutdown,
}

impl StopCondition {
    pub(super) async fn reached(&self) -> StopReason {
        let out_of_time = async {
            match self.until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = out_of_time => StopReason::OutOfTime,
            () = self.shutdown.comes() => StopReason::Interrupted,
        }
    }
}
