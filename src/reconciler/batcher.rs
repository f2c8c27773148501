//! Collects answers until they are written, and decides which to believe.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::{Instant, sleep};

use super::account::Witness;
use super::checked::{CheckResult, OnResult};
use super::error::RoundError;
use super::query::{CloseAttempt, QueryResult};
use super::query_stream::{PendingAnswers, QueryStream};
use super::queue::{AskSignal, NextQuery};
use super::run_context::RunContext;
use super::stats::{GatewayStats, RunStats};
use super::writer::{AnswerBatch, BatchWriter, WriteResults};
use crate::domain::{
    AccountEvidence, CheckReason, CircuitBreaker, GatewayName, NoAnswerReason, Observation,
    Payment, PaymentStatus, QueryPurpose, Reported, StatusAnswer, TripReason,
};
use crate::shutdown::StopReason;
use crate::store::DuePayment;

/// Answers are written when this many are waiting, or when the first has waited this long.
const BATCH: usize = 500;
const BATCH_WAITS: Duration = Duration::from_millis(250);

/// The answers that wait to be written, and what they say about their gateways.
#[derive(Default)]
pub(super) struct AnswerBatcher {
    conducts: BTreeMap<GatewayName, (CircuitBreaker, AskSignal)>,
    witnesses: BTreeMap<GatewayName, Arc<Witness>>,
    batch: Vec<(Box<DuePayment>, Observation)>,
    stats: RunStats,
    is_beside: bool,
}

impl AnswerBatcher {
    /// Prepares for a gateway's answers; the returned signal tells the stream which payments to query next.
    pub(super) fn expect(&mut self, stream: &QueryStream) -> AskSignal {
        let name = stream.account.gateway.name();
        self.is_beside |= stream.errand == QueryPurpose::ReadBeside;
        let gateway_stats = GatewayStats {
            to_ask: stream.source.count(),
            ..GatewayStats::default()
        };
        self.stats.gateways.insert(name.clone(), gateway_stats);
        let signal = AskSignal::default();
        signal.send_signal(next(&stream.breaker));
        let witness = stream.account.witness.clone();
        self.witnesses.insert(name.clone(), witness);
        let breaker = (stream.breaker.clone(), signal.clone());
        self.conducts.insert(name.clone(), breaker);
        signal
    }

    /// Takes answers until there are no more or the round ends, and hands all of them to the writer.
    pub(super) async fn collect(
        &mut self,
        mut answers: PendingAnswers,
        writer: &BatchWriter,
        written: &mut WriteResults,
        run: &RunContext,
        print: &mut OnResult<'_>,
    ) -> Result<(), RoundError> {
        let mut end = pin!(run.ends());
        let mut waited = pin!(sleep(BATCH_WAITS));
        // Queries that the end of the time cut short can all come back before its timer does.
        let mut is_cut = false;
        loop {
            tokio::select! {
                biased;
                halt = &mut end => {
                    self.stats.halt = Some(halt);
                    break;
                }
                lines = written.recv() => {
                    self.report(lines.ok_or(RoundError::WriterStopped)??, print)?;
                }
                () = &mut waited, if !self.batch.is_empty() => self.flush(writer, print).await?,
                answer = answers.next() => {
                    let Some(answer) = answer.transpose()? else {
                        self.stats.halt = is_cut.then_some(StopReason::OutOfTime);
                        break;
                    };
                    is_cut |= answer.observations.is_empty() && run.is_over();
                    if self.batch.is_empty() {
                        waited.as_mut().reset(Instant::now() + BATCH_WAITS);
                    }
                    self.on_answer(answer);
                }
            }
            if self.batch.len() >= BATCH {
                self.flush(writer, print).await?;
            }
        }
        self.add_news();
        self.flush(writer, print).await
    }

    /// An answer is an answer, also if it was only to show that the account is the right one. It comes after those about
    /// the payments in their turn, which it would make old.
    fn add_news(&mut self) {
        for witness in self.witnesses.values() {
            let news = witness.take_news().into_iter();
            self.batch
                .extend(news.map(|(asked, observation)| (Box::new(asked), observation)));
        }
    }

    /// Counts and prints the lines of a batch that was written.
    pub(super) fn report(
        &mut self,
        lines: Vec<CheckResult>,
        print: &mut OnResult<'_>,
    ) -> Result<(), RoundError> {
        for line in lines {
            self.stats.count(&line);
            print(&line)?;
        }
        Ok(())
    }

    pub(super) fn close(mut self) -> RunStats {
        for (name, gateway_stats) in &mut self.stats.gateways {
            if let Some((breaker, _)) = self.conducts.get(name) {
                gateway_stats.stop = breaker.stop();
                gateway_stats.ended = breaker.ended();
                gateway_stats.breaker = Some(breaker.clone());
            }
            self.stats.asked += gateway_stats.asked;
            self.stats.not_reached += gateway_stats.to_ask.saturating_sub(gateway_stats.asked);
        }
        self.stats
    }

    fn on_answer(&mut self, answer: QueryResult) {
        let asked = answer.asked;
        let name = &asked.payment.gateway;
        let (Some((breaker, signal)), Some(gateway_stats)) = (
            self.conducts.get_mut(name),
            self.stats.gateways.get_mut(name),
        ) else {
            return;
        };
        gateway_stats.asked += u64::from(!answer.observations.is_empty());
        let slowest = answer
            .slowest
            .map(|took| i64::try_from(took.as_millis()).unwrap_or(i64::MAX));
        gateway_stats.seen.slowest_ms = gateway_stats.seen.slowest_ms.max(slowest);
        let ahead_ms = answer.clock.ahead_ms();
        gateway_stats.seen.clock_difference_ms =
            ahead_ms.or(gateway_stats.seen.clock_difference_ms);
        self.stats.clock.merge(answer.clock);
        for observation in &answer.observations {
            match answer.close {
                CloseAttempt::Silent => breaker.on_close_unanswered(&asked.payment, observation),
                CloseAttempt::NotAsked | CloseAttempt::Answered => {
                    breaker.on_answer(&asked.payment, observation)
                }
            }
            gateway_stats.on_answer(observation);
        }
        if answer.close == CloseAttempt::Answered {
            breaker.on_close_answered();
        }
        if answer.is_probe {
            breaker.on_probe();
        }
        signal.send_signal(next(breaker));
        let mut observations = answer.observations;
        let answers = observations.iter().filter(|each| each.is_answer());
        if let Some(witness) = self.witnesses.get(name)
            && let Some(asked_at) = answers.map(|each| each.asked_at).max()
        {
            add_newer(
                &mut observations,
                witness.take_news_of(asked.payment.id, asked_at),
            );
        }
        let last = observations.pop();
        let earlier = observations.into_iter();
        self.batch
            .extend(earlier.map(|observation| (asked.clone(), observation)));
        self.batch
            .extend(last.map(|observation| (asked, observation)));
    }

    /// Gives the batch to the writer, without the answers that must not be believed.
    async fn flush(
        &mut self,
        writer: &BatchWriter,
        print: &mut OnResult<'_>,
    ) -> Result<(), RoundError> {
        let mut believed = AnswerBatch::default();
        for (asked, observation) in std::mem::take(&mut self.batch) {
            let asked = *asked;
            let name = &asked.payment.gateway;
            let breaker = self.conducts.get(name).map(|(breaker, _)| breaker);
            let account = breaker.map_or(AccountEvidence::Unproven, CircuitBreaker::account);
            let order = (asked.order_number, asked.order_status);
            if let Some(why) =
                disbelief_reason(breaker.and_then(CircuitBreaker::halt), &observation)
            {
                let why = CheckReason::Ignored {
                    gateway: name.clone(),
                    words: why,
                };
                let line = CheckResult::unwritten(&asked.payment, order, why);
                self.report(vec![line], print)?;
                continue;
            }
            if self.is_beside && is_unproven(account, &asked.payment, &observation) {
                let why = CheckReason::NeverKnewAny {
                    gateway: name.clone(),
                };
                let line = CheckResult {
                    is_unproven: !observation.is_partial,
                    ..CheckResult::unwritten(&asked.payment, order, why)
                };
                self.report(vec![line], print)?;
                continue;
            }
            believed.orders.push(order);
            believed.observed.push(StatusAnswer {
                payment: asked.payment,
                observation,
                account,
            });
        }
        if believed.observed.is_empty() || writer.send(believed).await {
            return Ok(());
        }
        Err(RoundError::WriterStopped)
    }
}

/// A payment that was asked again, to show that the account is the right one, is not unknown any more.
fn add_newer(observations: &mut Vec<Observation>, news: Vec<Observation>) {
    if !news.is_empty() {
        observations.retain(|each| each.said != Reported::NotStarted);
        observations.extend(news);
    }
}

fn next(breaker: &CircuitBreaker) -> NextQuery {
    match breaker.halt() {
        Some(_) => NextQuery::Nobody,
        None if breaker.is_in_doubt() => NextQuery::Ahead,
        None => NextQuery::InTurn,
    }
}

/// G1: the answer is about a payment that no gateway has ever shown.
fn is_unproven(account: AccountEvidence, payment: &Payment, observed: &Observation) -> bool {
    let was_never_seen = payment.status == PaymentStatus::Created && !payment.seen;
    account == AccountEvidence::Unproven && was_never_seen && observed.said == Reported::NotStarted
}

/// Why an answer is not written at all.
fn disbelief_reason(stop: Option<TripReason>, observed: &Observation) -> Option<String> {
    if let Reported::NoAnswer(silence @ NoAnswerReason::Refused(_)) = &observed.said {
        return Some(silence.to_string());
    }
    match stop? {
        TripReason::Forgetful {
            forgotten,
            answered,
        } => Some(format!(
            "does not know {forgotten} of {answered} payments that it once knew; this run ignores its answers"
        )),
        TripReason::Refused(_)
        | TripReason::Gone(_)
        | TripReason::KnowsNobody
        | TripReason::Silent => None,
    }
}
