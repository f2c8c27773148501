//! Queries one payment: by each of its names, until an answer is about it.

mod witness;

use std::time::Duration;

use super::account::GatewayAccount;
use super::answer_set::AnswerSet;
use super::run_context::PollLimits;
use crate::domain::payment::clocks::offset_beyond_ms;
use crate::domain::{
    ClockReadings, CloseResult, Instant, NoAnswerReason, Observation, Payment, QueryPurpose,
    Reported, TransactionId,
};
use crate::faults::planted;
use crate::gateway::{CloseReply, LookupKey};
use crate::http::message::{HttpRequest, HttpResponse, RequestFailure};
use crate::store::DuePayment;

/// The result of querying one payment.
#[derive(Debug)]
pub(super) struct QueryResult {
    /// Boxed, because answers are moved often.
    pub(super) asked: Box<DuePayment>,
    /// One observation, or more if the answer under one name was about another try; empty if time ran out first.
    /// Includes the gateway's answer to a request to close the payment, if one was sent.
    pub(super) observations: Vec<Observation>,
    /// The result of the request to close it.
    pub(super) close: CloseAttempt,
    /// Whether it was queried ahead of others because the gateway was in doubt.
    pub(super) is_probe: bool,
    /// How far the gateway's clock was from ours, according to each answer in the gateway's own format.
    pub(super) clock: ClockReadings,
    /// How long the slowest of its answers took.
    pub(super) slowest: Option<Duration>,
}

/// The result of a request to close a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CloseAttempt {
    /// No request was sent.
    NotAsked,
    Answered,
    /// The request got no answer.
    Silent,
}

/// Queries until an answer is about the payment, or no name is left to query by. For the purpose
/// `ReadAfterClose` the gateway is first asked to close the payment; without an answer to that, the outcome is unknown
/// until the next run.
pub(super) async fn ask(
    account: &GatewayAccount,
    asked: Box<DuePayment>,
    errand: QueryPurpose,
    terms: &PollLimits,
) -> QueryResult {
    let regained = match errand {
        QueryPurpose::Read | QueryPurpose::ReadBeside => None,
        QueryPurpose::ReadAfterClose => recover(account, &asked.payment, terms).await,
    };
    let mut question = StatusQuery {
        account,
        payment: regained.as_ref().unwrap_or(&asked.payment),
        has_turn: asked.has_turn,
        told: &asked.told,
        looks_for_another: asked.looks_for_another(),
        terms,
        clock: ClockReadings::default(),
        slowest: None,
    };
    let closed = match errand {
        QueryPurpose::Read | QueryPurpose::ReadBeside => Ok(None),
        QueryPurpose::ReadAfterClose => question.close().await,
    };
    let close = match &closed {
        Ok(None) => CloseAttempt::NotAsked,
        Ok(Some(_)) => CloseAttempt::Answered,
        Err(_) => CloseAttempt::Silent,
    };
    let observations = match closed {
        Ok(answer) => {
            let observed = question.read_all(answer).await;
            question.confirmed(observed).await
        }
        Err(nothing) => nothing,
    };
    let (clock, slowest) = (question.clock, question.slowest);
    QueryResult {
        asked,
        observations,
        close,
        is_probe: false,
        clock,
        slowest,
    }
}

pub(super) struct StatusQuery<'a> {
    pub(super) account: &'a GatewayAccount,
    pub(super) payment: &'a Payment,
    /// The turn to query it has already been taken.
    has_turn: bool,
    told: &'a [TransactionId],
    looks_for_another: bool,
    terms: &'a PollLimits,
    clock: ClockReadings,
    slowest: Option<Duration>,
}

impl StatusQuery<'_> {
    pub(super) fn now(&self) -> Instant {
        self.terms.clock.now()
    }

    /// Queries another payment of the same account.
    pub(super) async fn ask_about(&self, other: &Payment) -> Vec<Observation> {
        let mut question = StatusQuery {
            account: self.account,
            payment: other,
            has_turn: false,
            told: &[],
            looks_for_another: false,
            terms: self.terms,
            clock: ClockReadings::default(),
            slowest: None,
        };
        question.read_all(None).await
    }

    /// Sends the request to close the payment. A payment that no call can close is only queried. The error holds the
    /// only observations that will come.
    async fn close(&mut self) -> Result<Option<CloseResult>, Vec<Observation>> {
        let Some(request) = self.account.gateway.close(self.payment) else {
            return Ok(None);
        };
        let asked_at = self.terms.clock.now();
        let closing = match self.send(&request).await {
            Ok(response) => {
                let closing = self.account.gateway.read_close(self.payment, &response);
                if !matches!(closing, CloseReply::NoAnswer(_)) {
                    self.read_clock(&response);
                }
                closing
            }
            Err(RequestFailure::OutOfTime) => return Err(Vec::new()),
            Err(failure) => CloseReply::NoAnswer(silence(failure)),
        };
        tracing::debug!(label = %request.label, ?closing, "asked the gateway to close the payment");
        let apart = self.account.gateway.read_interval(self.payment);
        if !apart.is_zero() {
            let now = self.terms.clock.now();
            self.terms.turns.hold(self.payment.id, apart, now).await;
        }
        match closing {
            CloseReply::Closed => Ok(Some(CloseResult::Closed)),
            CloseReply::Refused(_) => Ok(Some(CloseResult::Refused)),
            CloseReply::Unknown(_) => Ok(Some(CloseResult::Unknown)),
            CloseReply::NoAnswer(silence) => Err(vec![Observation::silence(silence, asked_at)]),
        }
    }

    /// Queries the names of the payment, then the tries that notifications have named. Each name is queried
    /// separately: the answer under one name, or its absence, does not end the query under another.
    async fn read_all(&mut self, close_answer: Option<CloseResult>) -> Vec<Observation> {
        let mut reading = AnswerSet::begun(self.terms.clock.now(), close_answer);
        let (asked_at, grace) = (reading.asked_at, self.terms.policy.grace);
        let handles = self.account.gateway.handles(self.payment, asked_at, grace);
        if handles.is_empty() {
            let nameless = Observation::silence(NoAnswerReason::Nameless, asked_at);
            reading.add_answer(self.payment, nameless);
        }
        for handle in handles {
            if reading.is_over || self.read(handle, &mut reading).await {
                break;
            }
        }
        if self.may_have_another_try(&reading) {
            self.read(LookupKey::Reference, &mut reading).await;
        }
        for told in self.told {
            if !reading.is_over {
                self.read_told(told, &mut reading).await;
            }
        }
        reading.into_observations()
    }

    /// After a try has ended, the customer can pay another one under the same reference, by any method. payctl looks
    /// for it while the order waits for money.
    fn may_have_another_try(&self, reading: &AnswerSet) -> bool {
        self.looks_for_another
            && !planted!(LetAClosedTryHideTheNext)
            && self.account.gateway.finds_by_reference(self.payment)
            && self.payment.transaction_id.is_some()
            && !reading.by_reference
            && !reading.is_over
            && reading.cannot_be_paid(self.payment)
    }

    /// Returns `true` if the answer is about the payment itself.
    async fn read(&mut self, handle: LookupKey, reading: &mut AnswerSet) -> bool {
        let Some(observed) = self.query_by(handle, reading.asked_at).await else {
            reading.is_over = true;
            return false;
        };
        reading.by_reference |= handle == LookupKey::Reference;
        reading.add_answer(self.payment, observed)
    }

    /// An answer about one try says nothing about another.
    async fn read_told(&mut self, told: &TransactionId, reading: &mut AnswerSet) {
        if reading.answers(told) {
            return;
        }
        let Some(observed) = self.query_attempt(told, reading.asked_at).await else {
            reading.is_over = true;
            return;
        };
        reading.add_attempt_answer(observed, told);
    }

    /// `None`: time ran out.
    async fn query_by(&mut self, handle: LookupKey, asked_at: Instant) -> Option<Observation> {
        match self.turn().await {
            TurnWait::Come => {}
            TurnWait::TooMany => {
                return Some(Observation::silence(NoAnswerReason::TooSoon, asked_at));
            }
            TurnWait::OutOfTime => return None,
        }
        let gateway = &self.account.gateway;
        let request = gateway.ask_status(self.payment, handle);
        match self.send(&request).await {
            Ok(response) => {
                let observed = gateway.read_status(self.payment, handle, asked_at, &response);
                let observed = unless_lagging(self.payment, observed);
                Some(self.dated(observed, &response))
            }
            Err(RequestFailure::OutOfTime) => None,
            Err(failure) => Some(Observation::silence(silence(failure), asked_at)),
        }
    }

    /// `None`: time ran out, or this gateway has no ids for tries.
    async fn query_attempt(
        &mut self,
        told: &TransactionId,
        asked_at: Instant,
    ) -> Option<Observation> {
        let gateway = &self.account.gateway;
        let request = gateway.ask_try(self.payment, told)?;
        match self.send(&request).await {
            Ok(response) => {
                let observed = gateway.read_try(self.payment, told, asked_at, &response);
                Some(self.dated(observed, &response))
            }
            Err(RequestFailure::OutOfTime) => None,
            Err(failure) => Some(Observation::silence(silence(failure), asked_at)),
        }
    }

    /// Waits for the turn to query it, if its gateway requires a pause between two queries.
    async fn turn(&mut self) -> TurnWait {
        let apart = self.account.gateway.read_interval(self.payment);
        if apart.is_zero() || std::mem::take(&mut self.has_turn) {
            return TurnWait::Come;
        }
        let now = self.terms.clock.now();
        let Some(wait) = self.terms.turns.take(self.payment.id, apart, now).await else {
            return TurnWait::TooMany;
        };
        let comes_at = tokio::time::Instant::now() + wait;
        if self.terms.until.is_some_and(|until| comes_at >= until) {
            return TurnWait::OutOfTime;
        }
        if !wait.is_zero() {
            self.terms.clock.wait(wait).await;
        }
        TurnWait::Come
    }

    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, RequestFailure> {
        self.account.http.send(request, self.terms.until).await
    }

    /// Only an answer in the gateway's own format tells the gateway's time.
    fn dated(&mut self, observed: Observation, response: &HttpResponse) -> Observation {
        if !observed.is_answer() {
            return observed;
        }
        Observation {
            clock_off_ms: self.read_clock(response),
            ..observed
        }
    }

    /// The clock's difference, if it exceeds the grace; how long the answer took is noted, too.
    fn read_clock(&mut self, response: &HttpResponse) -> Option<i64> {
        self.slowest = self.slowest.max(Some(response.round_trip));
        let grace = self.terms.policy.grace;
        let ahead_ms = response.clock_ahead_ms(self.terms.clock.now())?;
        self.clock.add(ahead_ms, grace);
        offset_beyond_ms(ahead_ms, grace)
    }
}

/// Drops a "not found" that may be older than what was written a moment ago.
fn unless_lagging(payment: &Payment, observed: Observation) -> Observation {
    if observed.said == Reported::NotStarted && payment.read_may_lag(observed.asked_at) {
        return Observation::silence(NoAnswerReason::Lagging, observed.asked_at);
    }
    observed
}

pub(super) fn silence(failure: RequestFailure) -> NoAnswerReason {
    match failure {
        RequestFailure::Unreachable(why) | RequestFailure::Broken(why) => {
            NoAnswerReason::Unreachable(why)
        }
        RequestFailure::TimedOut | RequestFailure::OutOfTime => NoAnswerReason::TimedOut,
        RequestFailure::TooLarge(bytes) => {
            NoAnswerReason::Unreadable(format!("more than {bytes} bytes"))
        }
    }
}

/// The result of waiting for a turn.
enum TurnWait {
    Come,
    TooMany,
    OutOfTime,
}

/// The payment with the id needed to close it, after an opening without an answer.
async fn recover(
    account: &GatewayAccount,
    payment: &Payment,
    terms: &PollLimits,
) -> Option<Payment> {
    let request = account.gateway.recover_request(payment)?;
    let answer = account.http.send(&request, terms.until).await.ok()?;
    let regained = account.gateway.read_regained(payment, &answer);
    tracing::debug!(label = %request.label, ?regained, "asked the gateway for the id of the payment, to close it");
    Some(Payment {
        transaction_id: Some(regained.ok()?),
        ..payment.clone()
    })
}
