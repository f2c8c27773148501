//! Queries one payment: by each of its names, until an answer is about it.

use super::lane::Account;
use super::reading::Reading;
use super::round::Terms;
use crate::domain::clocks::{ClockReadings, off_by_ms};
use crate::domain::instant::Instant;
use crate::domain::names::TransactionId;
use crate::domain::observation::{Errand, Observation, Said, Silence};
use crate::domain::payment::{CloseAnswer, Payment};
use crate::gateway::{Closing, Handle};
use crate::store::ToAsk;
use crate::wire::message::{Failure, Request, Response};

/// The result of querying one payment.
#[derive(Debug)]
pub(super) struct Answer {
    /// Boxed, because answers are moved often.
    pub(super) asked: Box<ToAsk>,
    /// One observation, or more if the answer under one name was about another try; empty if time ran out first.
    /// Includes the gateway's answer to a request to close the payment, if one was sent.
    pub(super) observations: Vec<Observation>,
    /// The result of the request to close it.
    pub(super) close: Close,
    /// Whether it was queried ahead of others because the gateway was in doubt.
    pub(super) is_probe: bool,
    /// How far the gateway's clock was from ours, according to each answer in the gateway's own format.
    pub(super) clock: ClockReadings,
}

/// The result of a request to close a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
    /// No request was sent.
    NotAsked,
    Answered,
    /// The request got no answer.
    Silent,
}

/// Queries until an answer is about the payment, or no name is left to query by. For the errand `ReadAfterClose` the
/// gateway is first asked to close the payment; without an answer to that, the outcome is unknown until the next run.
pub(super) async fn ask(
    account: &Account,
    asked: Box<ToAsk>,
    errand: Errand,
    terms: &Terms,
) -> Answer {
    let regained = match errand {
        Errand::Read | Errand::ReadBeside => None,
        Errand::ReadAfterClose => regain(account, &asked.payment, terms).await,
    };
    let mut question = Question {
        account,
        payment: regained.as_ref().unwrap_or(&asked.payment),
        has_turn: asked.has_turn,
        told: &asked.told,
        looks_for_another: asked.looks_for_another(),
        terms,
        clock: ClockReadings::default(),
    };
    let closed = match errand {
        Errand::Read | Errand::ReadBeside => Ok(None),
        Errand::ReadAfterClose => question.close().await,
    };
    let close = match &closed {
        Ok(None) => Close::NotAsked,
        Ok(Some(_)) => Close::Answered,
        Err(_) => Close::Silent,
    };
    let observations = match closed {
        Ok(answer) => {
            let heard = question.read_all(answer).await;
            question.vouched(heard).await
        }
        Err(nothing) => nothing,
    };
    let clock = question.clock;
    Answer {
        asked,
        observations,
        close,
        is_probe: false,
        clock,
    }
}

pub(super) struct Question<'a> {
    pub(super) account: &'a Account,
    pub(super) payment: &'a Payment,
    /// The turn to query it has already been taken.
    has_turn: bool,
    told: &'a [TransactionId],
    looks_for_another: bool,
    terms: &'a Terms,
    clock: ClockReadings,
}

impl Question<'_> {
    pub(super) fn now(&self) -> Instant {
        self.terms.clock.now()
    }

    /// Queries another payment of the same account.
    pub(super) async fn ask_about(&self, other: &Payment) -> Vec<Observation> {
        let mut question = Question {
            account: self.account,
            payment: other,
            has_turn: false,
            told: &[],
            looks_for_another: false,
            terms: self.terms,
            clock: ClockReadings::default(),
        };
        question.read_all(None).await
    }

    /// Sends the request to close the payment. A payment that no call can close is only queried. The error holds the
    /// only observations that will come.
    async fn close(&mut self) -> Result<Option<CloseAnswer>, Vec<Observation>> {
        let Some(request) = self.account.gateway.close(self.payment) else {
            return Ok(None);
        };
        let asked_at = self.terms.clock.now();
        let closing = match self.send(&request).await {
            Ok(response) => {
                let closing = self.account.gateway.read_close(self.payment, &response);
                if !matches!(closing, Closing::NoAnswer(_)) {
                    self.read_clock(&response);
                }
                closing
            }
            Err(Failure::OutOfTime) => return Err(Vec::new()),
            Err(failure) => Closing::NoAnswer(silence(failure)),
        };
        tracing::debug!(label = %request.label, ?closing, "asked to close it");
        let apart = self.account.gateway.reads_apart(self.payment);
        if !apart.is_zero() {
            let now = self.terms.clock.now();
            self.terms.turns.hold(self.payment.id, apart, now).await;
        }
        match closing {
            Closing::Closed => Ok(Some(CloseAnswer::Closed)),
            Closing::Refused(_) => Ok(Some(CloseAnswer::Refused)),
            Closing::Unknown(_) => Ok(Some(CloseAnswer::Unknown)),
            Closing::NoAnswer(silence) => Err(vec![Observation::silence(silence, asked_at)]),
        }
    }

    /// Queries the names of the payment, then the tries that notifications have named. Each name is queried
    /// separately: the answer under one name, or its absence, does not end the query under another.
    async fn read_all(&mut self, close_answer: Option<CloseAnswer>) -> Vec<Observation> {
        let mut reading = Reading::begun(self.terms.clock.now(), close_answer);
        let (asked_at, grace) = (reading.asked_at, self.terms.policy.grace);
        let handles = self.account.gateway.handles(self.payment, asked_at, grace);
        if handles.is_empty() {
            let nameless = Observation::silence(Silence::Nameless, asked_at);
            reading.hear(self.payment, nameless);
        }
        for handle in handles {
            if reading.is_over || self.read(handle, &mut reading).await {
                break;
            }
        }
        if self.may_hide_another(&reading) {
            self.read(Handle::Reference, &mut reading).await;
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
    fn may_hide_another(&self, reading: &Reading) -> bool {
        self.looks_for_another
            && self.account.gateway.finds_by_reference(self.payment)
            && self.payment.transaction_id.is_some()
            && !reading.by_reference
            && !reading.is_over
            && reading.is_dead_end(self.payment)
    }

    /// Returns `true` if the answer is about the payment itself.
    async fn read(&mut self, handle: Handle, reading: &mut Reading) -> bool {
        let Some(heard) = self.hear(handle, reading.asked_at).await else {
            reading.is_over = true;
            return false;
        };
        reading.by_reference |= handle == Handle::Reference;
        reading.hear(self.payment, heard)
    }

    /// An answer about one try says nothing about another.
    async fn read_told(&mut self, told: &TransactionId, reading: &mut Reading) {
        if reading.answers(told) {
            return;
        }
        let Some(heard) = self.hear_of(told, reading.asked_at).await else {
            reading.is_over = true;
            return;
        };
        reading.add_told(heard, told);
    }

    /// `None`: time ran out.
    async fn hear(&mut self, handle: Handle, asked_at: Instant) -> Option<Observation> {
        match self.turn().await {
            Turn::Come => {}
            Turn::TooMany => return Some(Observation::silence(Silence::TooSoon, asked_at)),
            Turn::OutOfTime => return None,
        }
        let gateway = &self.account.gateway;
        let request = gateway.ask_status(self.payment, handle);
        match self.send(&request).await {
            Ok(response) => {
                let heard = gateway.read_status(self.payment, handle, asked_at, &response);
                let heard = if_not_behind(self.payment, heard);
                Some(self.dated(heard, &response))
            }
            Err(Failure::OutOfTime) => None,
            Err(failure) => Some(Observation::silence(silence(failure), asked_at)),
        }
    }

    /// `None`: time ran out, or this gateway has no ids for tries.
    async fn hear_of(&mut self, told: &TransactionId, asked_at: Instant) -> Option<Observation> {
        let gateway = &self.account.gateway;
        let request = gateway.ask_try(self.payment, told)?;
        match self.send(&request).await {
            Ok(response) => {
                let heard = gateway.read_try(self.payment, told, asked_at, &response);
                Some(self.dated(heard, &response))
            }
            Err(Failure::OutOfTime) => None,
            Err(failure) => Some(Observation::silence(silence(failure), asked_at)),
        }
    }

    /// Waits for the turn to query it, if its gateway requires a pause between two queries.
    async fn turn(&mut self) -> Turn {
        let apart = self.account.gateway.reads_apart(self.payment);
        if apart.is_zero() || std::mem::take(&mut self.has_turn) {
            return Turn::Come;
        }
        let now = self.terms.clock.now();
        let Some(wait) = self.terms.turns.take(self.payment.id, apart, now).await else {
            return Turn::TooMany;
        };
        let comes_at = tokio::time::Instant::now() + wait;
        if self.terms.until.is_some_and(|until| comes_at >= until) {
            return Turn::OutOfTime;
        }
        if !wait.is_zero() {
            self.terms.clock.wait(wait).await;
        }
        Turn::Come
    }

    async fn send(&self, request: &Request) -> Result<Response, Failure> {
        self.account.wire.send(request, self.terms.until).await
    }

    /// Only an answer in the gateway's own format tells the gateway's time.
    fn dated(&mut self, heard: Observation, response: &Response) -> Observation {
        if !heard.is_answer() {
            return heard;
        }
        Observation {
            clock_off_ms: self.read_clock(response),
            ..heard
        }
    }

    /// The clock's difference, if it exceeds the grace.
    fn read_clock(&mut self, response: &Response) -> Option<i64> {
        let grace = self.terms.policy.grace;
        let ahead_ms = response.clock_ahead_ms(self.terms.clock.now())?;
        self.clock.add(ahead_ms, grace);
        off_by_ms(ahead_ms, grace)
    }
}

/// Drops a "not found" that may be older than what was written a moment ago.
fn if_not_behind(payment: &Payment, heard: Observation) -> Observation {
    if heard.said == Said::NotStarted && payment.may_be_unread(heard.asked_at) {
        return Observation::silence(Silence::Lagging, heard.asked_at);
    }
    heard
}

pub(super) fn silence(failure: Failure) -> Silence {
    match failure {
        Failure::Unreachable(why) | Failure::Broken(why) => Silence::Unreachable(why),
        Failure::TimedOut | Failure::OutOfTime => Silence::TimedOut,
        Failure::TooLarge(bytes) => Silence::Unreadable(format!("more than {bytes} bytes")),
    }
}

/// The result of waiting for a turn.
enum Turn {
    Come,
    TooMany,
    OutOfTime,
}

/// The payment with the id needed to close it, after an opening without an answer.
async fn regain(account: &Account, payment: &Payment, terms: &Terms) -> Option<Payment> {
    let request = account.gateway.regain(payment)?;
    let answer = account.wire.send(&request, terms.until).await.ok()?;
    let regained = account.gateway.read_regained(payment, &answer);
    tracing::debug!(label = %request.label, ?regained, "asked for its id, to close it");
    Some(Payment {
        transaction_id: Some(regained.ok()?),
        ..payment.clone()
    })
}
