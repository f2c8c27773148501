//! The order in which one gateway's payments are queried.
//!
//! Payments without an answer last time come last, and a block of unanswered payments delays nobody: while the
//! gateway is in doubt, the next queries are about payments from further back.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use futures_util::stream::{self, LocalBoxStream, Stream, StreamExt};

use crate::domain::payment::circuit_breaker::PROBES;
use crate::domain::{Instant, Phase};
use crate::faults::planted;
use crate::store::{DuePayment, StoreError};

/// One payment to query.
pub(super) struct QueuedPayment {
    pub(super) asked: Box<DuePayment>,
    /// Whether it represents the payments before it while the gateway is in doubt.
    pub(super) is_probe: bool,
}

/// What the answers so far mean for the next query. Clones share it.
#[derive(Clone, Default)]
pub(super) struct AskSignal(Arc<AtomicU8>);

/// What to query next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextQuery {
    InTurn,
    /// Payments from further back.
    Ahead,
    /// None.
    Nobody,
}

impl AskSignal {
    pub(super) fn send_signal(&self, next: NextQuery) {
        let code = match next {
            NextQuery::InTurn => 0,
            NextQuery::Ahead => 1,
            NextQuery::Nobody => 2,
        };
        self.0.store(code, Ordering::Relaxed);
    }

    pub(super) fn next(&self) -> NextQuery {
        match self.0.load(Ordering::Relaxed) {
            0 => NextQuery::InTurn,
            1 => NextQuery::Ahead,
            _ => NextQuery::Nobody,
        }
    }
}

type PaymentStream = LocalBoxStream<'static, Result<Box<DuePayment>, StoreError>>;

/// The limit of waiting rows: memory does not grow with the number of payments.
const MAX_WAITING: usize = 2_000;

/// The limit of rows skipped at once.
const MAX_PASSED: u64 = 256;

struct PagedQueue {
    rows: PaymentStream,
    /// How many rows have not arrived yet.
    left: u64,
    /// A row that has arrived and that others precede.
    held: Option<Box<DuePayment>>,
    /// Due payments up to this time precede those without an answer last time; `None`: all do.
    due_until: Option<Instant>,
    /// Skipped while the gateway was in doubt; the row skipped last is nearest to one that was answered.
    passed: VecDeque<Box<DuePayment>>,
    /// Not answered last time: they come after all others.
    silent: VecDeque<Box<DuePayment>>,
    signal: AskSignal,
    probes: u32,
    /// The number of candidates when the doubt began, minus those skipped since.
    ahead: u64,
}

/// The rows in the order in which they are queried; `count` is roughly their number. With `due_until`, payments
/// without an answer last time come before payments that are due later.
pub(super) fn in_order(
    rows: PaymentStream,
    count: u64,
    due_until: Option<Instant>,
    signal: AskSignal,
) -> impl Stream<Item = Result<QueuedPayment, StoreError>> {
    let queue = PagedQueue {
        rows: rows.fuse().boxed_local(),
        left: count,
        held: None,
        due_until,
        passed: VecDeque::new(),
        silent: VecDeque::new(),
        signal,
        probes: 0,
        ahead: 0,
    };
    stream::unfold(queue, |mut queue| async {
        let turn = queue.turn().await?;
        Some((turn, queue))
    })
}

impl PagedQueue {
    async fn turn(&mut self) -> Option<Result<QueuedPayment, StoreError>> {
        let is_probe = match self.signal.next() {
            NextQuery::Nobody => return None,
            NextQuery::Ahead => true,
            NextQuery::InTurn => false,
        };
        if is_probe {
            if let Err(error) = self.skip_some().await {
                return Some(Err(error));
            }
            self.probes += 1;
        } else {
            self.probes = 0;
        }
        let asked = self.next_row().await?;
        Some(asked.map(|asked| QueuedPayment { asked, is_probe }))
    }

    /// The next row that was answered last time, as long as there is one and the others can wait.
    async fn next_row(&mut self) -> Option<Result<Box<DuePayment>, StoreError>> {
        while let Some(row) = self.next_row_ready().await {
            match row {
                Ok(row) if was_silent(&row) && self.silent.len() < MAX_WAITING => {
                    self.silent.push_back(row);
                }
                Ok(row)
                    if self.probes == 0 && !self.silent.is_empty() && self.comes_later(&row) =>
                {
                    self.held = Some(row);
                    break;
                }
                row => return Some(row),
            }
        }
        if self.held.is_some()
            && let Some(silent) = self.silent.pop_front()
        {
            return Some(Ok(silent));
        }
        let waiting = self.passed.pop_back().or_else(|| self.silent.pop_front());
        waiting.map(Ok)
    }

    fn comes_later(&self, row: &DuePayment) -> bool {
        let next = row.payment.schedule.next_check_at;
        self.due_until
            .is_some_and(|until| next.is_some_and(|next| next > until))
    }

    /// Skips rows so that the probes are spread over all rows to come, with the last probe at the end.
    async fn skip_some(&mut self) -> Result<(), StoreError> {
        if self.probes == 0 {
            self.ahead = self.ahead_count();
        }
        let probes_left = u64::from(PROBES.saturating_sub(self.probes));
        let to_pass = self.ahead.saturating_sub(1).checked_div(probes_left);
        let to_pass = to_pass.unwrap_or_default().min(MAX_PASSED);
        for _ in 0..to_pass {
            self.skip_one().await?;
        }
        self.ahead = self.ahead.saturating_sub(to_pass + 1);
        Ok(())
    }

    /// The number of rows of the kind that comes next.
    fn ahead_count(&self) -> u64 {
        if self.left > 0 {
            return self.left;
        }
        let waiting = if self.passed.is_empty() {
            &self.silent
        } else {
            &self.passed
        };
        waiting.len().try_into().unwrap_or(u64::MAX)
    }

    async fn skip_one(&mut self) -> Result<(), StoreError> {
        if self.passed.len() < MAX_WAITING
            && let Some(row) = self.next_row_ready().await.transpose()?
        {
            self.passed.push_back(row);
        } else if let Some(row) = self.passed.pop_back() {
            self.passed.push_front(row);
        } else if let Some(row) = self.silent.pop_front() {
            self.silent.push_back(row);
        }
        Ok(())
    }

    async fn next_row_ready(&mut self) -> Option<Result<Box<DuePayment>, StoreError>> {
        if let Some(held) = self.held.take() {
            return Some(Ok(held));
        }
        let row = self.rows.next().await;
        self.left = match &row {
            Some(_) => self.left.saturating_sub(1),
            None => 0,
        };
        row
    }
}

fn was_silent(row: &DuePayment) -> bool {
    row.payment.schedule.phase == Phase::Silent && !planted!(StarveBehindSilence)
}

#[cfg(test)]
mod tests;
