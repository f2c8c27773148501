//! The queries to one gateway: where they come from, and their answers as a stream.

use std::path::{Path, PathBuf};
use std::thread;

use futures_util::stream::{self, LocalBoxStream, SelectAll, Stream, StreamExt};
use tokio::sync::mpsc;

use super::account::GatewayAccount;
use super::ledger::Ledger;
use super::query::{QueryResult, ask};
use super::queue::{AskSignal, NextQuery, in_order};
use super::round_ledger::PageReading;
use super::run_context::PollLimits;
use crate::domain::{CircuitBreaker, QueryPurpose};
use crate::store::{DuePayment, PollCursor, PollQueue, Reader, StoreError};

/// Where the payments to query come from.
#[derive(Debug)]
pub enum QuerySource {
    /// Page by page from the file.
    File(PollQueue),
    /// Only these payments.
    Given(Vec<DuePayment>),
}

impl QuerySource {
    /// The number of payments to query.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::File(queue) => queue.to_ask,
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
pub(super) fn answers(
    stream: QueryStream,
    pages: &PageReading,
    terms: PollLimits,
    signal: AskSignal,
) -> AnswerStream {
    let max_in_flight = stream.account.max_in_flight.max(1);
    let (account, errand) = (stream.account, stream.errand);
    let count = stream.source.count();
    // Due payments come first, even those that were silent last time.
    let due_until = match &stream.source {
        QuerySource::File(_) => Some(terms.clock.now()),
        QuerySource::Given(_) => None,
    };
    in_order(
        questions(stream.source, pages),
        count,
        due_until,
        signal.clone(),
    )
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

fn questions(
    source: QuerySource,
    pages: &PageReading,
) -> LocalBoxStream<'static, Result<Box<DuePayment>, StoreError>> {
    match (source, pages) {
        (QuerySource::Given(rows), _) => each(rows).boxed_local(),
        (QuerySource::File(queue), PageReading::Inline(ledger)) => {
            rows_of(read_inline(ledger.clone(), queue)).boxed_local()
        }
        (QuerySource::File(queue), PageReading::Thread(path)) => {
            rows_of(read_ahead(path.clone(), queue)).boxed_local()
        }
    }
}

type Page = Result<Vec<DuePayment>, StoreError>;

fn rows_of(
    pages: impl Stream<Item = Page>,
) -> impl Stream<Item = Result<Box<DuePayment>, StoreError>> {
    pages.flat_map(|page| match page {
        Ok(rows) => each(rows).left_stream(),
        Err(error) => stream::iter([Err(error)]).right_stream(),
    })
}

fn each(rows: Vec<DuePayment>) -> impl Stream<Item = Result<Box<DuePayment>, StoreError>> {
    stream::iter(rows.into_iter().map(|row| Ok(Box::new(row))))
}

/// Reads a page when its first row is needed.
fn read_inline(ledger: Ledger, queue: PollQueue) -> impl Stream<Item = Page> {
    stream::try_unfold(Some(PollCursor::START), move |next| {
        let page = next.map(|cursor| ledger.read().page(&queue, cursor, PAGE));
        std::future::ready(page.transpose())
    })
}

/// Reads pages on a separate thread, which ends when nobody needs more pages.
fn read_ahead(path: PathBuf, queue: PollQueue) -> impl Stream<Item = Page> {
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
}

fn read_pages(
    path: &Path,
    queue: &PollQueue,
    pages: &mpsc::Sender<Page>,
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
