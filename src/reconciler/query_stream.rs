//! The queries to one gateway: where they come from, and their answers as a stream.

use std::path::PathBuf;
use std::thread;

use futures_util::stream::{self, LocalBoxStream, SelectAll, Stream, StreamExt};
use tokio::sync::mpsc;

use super::account::GatewayAccount;
use super::query::{QueryResult, ask};
use super::queue::{AskSignal, NextQuery, in_order};
use super::run_context::PollLimits;
use crate::domain::{CircuitBreaker, QueryPurpose};
use crate::store::{self, DuePayment, PollCursor, Reader, StoreError};

/// Where the payments to query come from.
#[derive(Debug)]
pub enum QuerySource {
    /// Page by page from the file, read ahead of the queries.
    File {
        path: PathBuf,
        queue: store::PollQueue,
    },
    /// Only these payments.
    Given(Vec<DuePayment>),
}

impl QuerySource {
    /// The number of payments to query.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::File { queue, .. } => queue.to_ask,
            Self::Given(rows) => rows.len().try_into().unwrap_or(u64::MAX),
        }
    }
}

/// One gateway's part of a round.
pub struct QueryStream {
    pub account: GatewayAccount,
    pub source: QuerySource,
    /// Whether each payment is closed before it is queried.
    pub errand: QueryPurpose,
    /// The state of the account's circuit breaker.
    pub breaker: CircuitBreaker,
}

/// The page size, and how many pages are read ahead: enough that queries never wait for the file.
const PAGE: u32 = 500;
const PAGES_AHEAD: usize = 2;

/// The answers of all streams of a round.
pub(super) type PendingAnswers = SelectAll<AnswerStream>;

type AnswerStream = LocalBoxStream<'static, Result<QueryResult, StoreError>>;

/// The answers of one stream, in the order in which they arrive.
pub(super) fn answers(stream: QueryStream, terms: PollLimits, signal: AskSignal) -> AnswerStream {
    let max_in_flight = stream.account.max_in_flight.max(1);
    let (account, errand) = (stream.account, stream.errand);
    let count = stream.source.count();
    // Due payments come first, even those that were silent last time.
    let due_until = match &stream.source {
        QuerySource::File { .. } => Some(terms.clock.now()),
        QuerySource::Given(_) => None,
    };
    in_order(questions(stream.source), count, due_until, signal.clone())
        .map(move |turn| {
            let (account, terms) = (account.clone(), terms.clone());
            async move {
                let turn = turn?;
                let answer = ask(&account, turn.asked, errand, &terms).await;
                Ok(QueryResult {
                    is_probe: turn.is_probe,
                    ..answer
                })
            }
        })
        .buffer_unordered(max_in_flight)
        .take_while(move |_| std::future::ready(signal.next() != NextQuery::Nobody))
        .boxed_local()
}

fn questions(source: QuerySource) -> LocalBoxStream<'static, Result<Box<DuePayment>, StoreError>> {
    match source {
        QuerySource::Given(rows) => each(rows).boxed_local(),
        QuerySource::File { path, queue } => read_ahead(path, queue).boxed_local(),
    }
}

/// Reads pages on a separate thread, which ends when nobody needs more pages.
fn read_ahead(
    path: PathBuf,
    queue: store::PollQueue,
) -> impl Stream<Item = Result<Box<DuePayment>, StoreError>> {
    let (pages, wanted) = mpsc::channel(PAGES_AHEAD);
    thread::spawn(move || {
        if let Err(error) = read_pages(&path, &queue, &pages) {
            // The receiver is gone when the round is over.
            let _ = pages.blocking_send(Err(error));
        }
    });
    stream::unfold(wanted, |mut wanted| async {
        wanted.recv().await.map(|page| (page, wanted))
    })
    .flat_map(|page: Result<Vec<DuePayment>, StoreError>| match page {
        Ok(rows) => each(rows).left_stream(),
        Err(error) => stream::iter([Err(error)]).right_stream(),
    })
}

fn each(rows: Vec<DuePayment>) -> impl Stream<Item = Result<Box<DuePayment>, StoreError>> {
    stream::iter(rows.into_iter().map(|row| Ok(Box::new(row))))
}

fn read_pages(
    path: &std::path::Path,
    queue: &store::PollQueue,
    pages: &mpsc::Sender<Result<Vec<DuePayment>, StoreError>>,
) -> Result<(), StoreError> {
    let reader = Reader::open(path)?;
    let mut next = Some(PollCursor::START);
    while let Some(cursor) = next {
        let (page, after) = reader.page(queue, cursor, PAGE)?;
        next = after;
        if pages.blocking_send(Ok(page)).is_err() {
            break;
        }
    }
    Ok(())
}
