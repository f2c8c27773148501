//! One round of queries: query, compare, write in batches, report.

use futures_util::stream::select_all;

use super::batcher::AnswerBatcher;
use super::checked::OnResult;
use super::error::RoundError;
use super::gateways::GatewayPool;
use super::ledger::{Ledger, Writer};
use super::query_stream::{QueryStream, answers};
use super::read_turns::ReadTurns;
use super::round_ledger::{BookingPlace, PageReading, RoundLedger};
use super::run_context::RunContext;
use super::stats::RunStats;
use super::writer::BatchWriter;
use crate::domain::{PaymentId, QueryPurpose, Rule};
use crate::store::{Actor, DuePayment};

impl RunContext {
    /// Sends all queries of these streams, at most one stream per gateway, and reports each line once it is written.
    ///
    /// # Errors
    /// `Store` if the file fails, `Report` if a line cannot be printed; what was written stays written.
    pub async fn query(
        &self,
        streams: Vec<QueryStream>,
        ledger: &Ledger,
        print: &mut OnResult<'_>,
    ) -> Result<RunStats, RoundError> {
        // Without queries there is nothing to book, and no thread is needed.
        let place = match streams.as_slice() {
            [] => BookingPlace::Inline,
            _ => self.booking,
        };
        let round = RoundLedger::of(ledger, place)?;
        let limits = self.limits(ReadTurns::of(&round, ledger));
        let pages = PageReading::of(ledger, place);
        let mut batcher = AnswerBatcher::default();
        let mut all = Vec::with_capacity(streams.len());
        for stream in streams {
            let signal = batcher.expect(&stream);
            all.push(answers(stream, &pages, limits.clone(), signal));
        }
        let (writer, mut written) = BatchWriter::start(round, self);
        let observed = batcher
            .collect(select_all(all), &writer, &mut written, self, print)
            .await;
        let thread = writer.dismiss();
        while let Some(lines) = written.recv().await {
            batcher.report(lines?, print)?;
        }
        observed?;
        if let Some(thread) = thread {
            thread.join().map_err(|_| RoundError::WriterStopped)?;
        }
        let stats = batcher.close();
        if let Some(writer) = ledger.writer() {
            let now = self.clock.now();
            writer.write(|store, permit| store.record_clock(permit, stats.clock, now))?;
        }
        Ok(stats)
    }

    /// Queries these payments, each at its gateway.
    ///
    /// # Errors
    /// As [`RunContext::query`].
    pub async fn query_payments(
        &self,
        (rows, errand): (Vec<DuePayment>, QueryPurpose),
        pool: &mut GatewayPool,
        ledger: &Ledger,
        print: &mut OnResult<'_>,
    ) -> Result<RunStats, RoundError> {
        let streams = pool.streams(rows, errand);
        if streams.is_empty() {
            return Ok(RunStats::default());
        }
        let stats = self.query(streams, ledger, print).await?;
        pool.absorb(&stats);
        Ok(stats)
    }

    /// Closes these payments at their gateways, as far as a request can, and queries the result. What is to be closed
    /// is recorded first.
    ///
    /// # Errors
    /// As [`RunContext::query`].
    pub async fn close_payments(
        &self,
        rows: Vec<DuePayment>,
        (rule, actor): (Rule, &str),
        pool: &mut GatewayPool,
        writer: &Writer,
        print: &mut OnResult<'_>,
    ) -> Result<RunStats, RoundError> {
        let can_close = rows.iter().filter(|row| pool.can_close(&row.payment));
        let ids: Vec<PaymentId> = can_close.map(|row| row.payment.id).collect();
        let by = Actor {
            actor,
            now: self.clock.now(),
        };
        writer.write(|store, permit| store.record_closing(permit, &ids, rule, by))?;
        let question = (rows, QueryPurpose::ReadAfterClose);
        self.query_payments(question, pool, &writer.into(), print)
            .await
    }
}
