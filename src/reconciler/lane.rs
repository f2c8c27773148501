//! The queries to one gateway: where they come from, and their answers as a stream.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use tokio::sync::mpsc;

use super::ask::{Answer, ask};
use super::queue::{Next, Signal, in_order};
use super::round::Terms;
use super::witness::Witness;
use crate::domain::guard::Conduct;
use crate::domain::observation::Errand;
use crate::gateway::Gateway;
use crate::store::{self, Cursor, Reader, StoreError, ToAsk};
use crate::wire;

/// A gateway account, ready for queries. Clones share the account's rate limit and its slots in flight.
#[derive(Clone)]
pub struct Account {
    pub gateway: Arc<dyn Gateway>,
    pub wire: wire::Lane,
    pub max_in_flight: usize,
    /// Shows whether it is the right account.
    pub witness: Arc<Witness>,
}

/// Where the payments to query come from.
#[derive(Debug)]
pub enum Source {
    /// Page by page from the file, read ahead of the queries.
    File { path: PathBuf, lane: store::Lane },
    /// Only these payments.
    Given(Vec<ToAsk>),
}

impl Source {
    /// The number of payments to query.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::File { lane, .. } => lane.to_ask,
            Self::Given(rows) => rows.len().try_into().unwrap_or(u64::MAX),
        }
    }
}

/// One gateway's part of a round.
pub struct Lane {
    pub account: Account,
    pub source: Source,
    /// Whether each payment is closed before it is queried.
    pub errand: Errand,
    /// The state of the account's circuit breaker.
    pub conduct: Conduct,
}

/// The page size, and how many pages are read ahead: enough that queries never wait for the file.
const PAGE: u32 = 500;
const PAGES_AHEAD: usize = 2;

/// The answers of one lane, in the order in which they arrive.
pub(super) fn answers(
    lane: Lane,
    terms: Terms,
    signal: Signal,
) -> BoxStream<'static, Result<Answer, StoreError>> {
    let max_in_flight = lane.account.max_in_flight.max(1);
    let (account, errand) = (lane.account, lane.errand);
    let count = lane.source.count();
    // Due payments come first, even those that were silent last time.
    let due_until = match &lane.source {
        Source::File { .. } => Some(terms.clock.now()),
        Source::Given(_) => None,
    };
    in_order(questions(lane.source), count, due_until, signal.clone())
        .map(move |turn| {
            let (account, terms) = (account.clone(), terms.clone());
            async move {
                let turn = turn?;
                let answer = ask(&account, turn.asked, errand, &terms).await;
                Ok(Answer {
                    is_probe: turn.is_probe,
                    ..answer
                })
            }
        })
        .buffer_unordered(max_in_flight)
        .take_while(move |_| std::future::ready(signal.next() != Next::Nobody))
        .boxed()
}

fn questions(source: Source) -> BoxStream<'static, Result<Box<ToAsk>, StoreError>> {
    match source {
        Source::Given(rows) => each(rows).boxed(),
        Source::File { path, lane } => read_ahead(path, lane).boxed(),
    }
}

/// Reads pages on a separate thread, which ends when nobody needs more pages.
fn read_ahead(
    path: PathBuf,
    lane: store::Lane,
) -> impl Stream<Item = Result<Box<ToAsk>, StoreError>> {
    let (pages, wanted) = mpsc::channel(PAGES_AHEAD);
    thread::spawn(move || {
        if let Err(error) = read_pages(&path, &lane, &pages) {
            // The receiver is gone when the round is over.
            let _ = pages.blocking_send(Err(error));
        }
    });
    stream::unfold(wanted, |mut wanted| async {
        wanted.recv().await.map(|page| (page, wanted))
    })
    .flat_map(|page: Result<Vec<ToAsk>, StoreError>| match page {
        Ok(rows) => each(rows).left_stream(),
        Err(error) => stream::iter([Err(error)]).right_stream(),
    })
}

fn each(rows: Vec<ToAsk>) -> impl Stream<Item = Result<Box<ToAsk>, StoreError>> {
    stream::iter(rows.into_iter().map(|row| Ok(Box::new(row))))
}

fn read_pages(
    path: &std::path::Path,
    lane: &store::Lane,
    pages: &mpsc::Sender<Result<Vec<ToAsk>, StoreError>>,
) -> Result<(), StoreError> {
    let reader = Reader::open(path)?;
    let mut next = Some(Cursor::START);
    while let Some(cursor) = next {
        let (page, after) = reader.page(lane, cursor, PAGE)?;
        next = after;
        if pages.blocking_send(Ok(page)).is_err() {
            break;
        }
    }
    Ok(())
}
