//! Asking about one payment: by each of its names, until an answer is about it.

use super::lane::Account;
use super::round::Terms;
use crate::domain::instant::Instant;
use crate::domain::observation::{Errand, Observation, Said, Silence};
use crate::domain::payment::Payment;
use crate::gateway::Closing;
use crate::store::ToAsk;
use crate::wire::message::{Failure, Request, Response};

/// What came of asking about one payment.
#[derive(Debug)]
pub(super) struct Answer {
    /// Boxed, because answers pass through many hands.
    pub(super) asked: Box<ToAsk>,
    /// One observation, or more where the answer by one name spoke of a sibling; none when time ran out first.
    /// Their errand is `ReadAfterClose` only where the gateway has answered a request to close it.
    pub(super) observations: Vec<Observation>,
    /// How far the gateway's clock is ahead of ours, in milliseconds, where it told.
    pub(super) clock_ahead_ms: Option<i64>,
}

/// Asks until an answer is about the payment, or there is no name left to ask by. On the errand
/// `ReadAfterClose` the gateway is first asked to close it; where that has no answer, nobody knows what it
/// did, and there is nothing to be learned before the next run.
pub(super) async fn ask(
    account: &Account,
    asked: Box<ToAsk>,
    errand: Errand,
    terms: &Terms,
) -> Answer {
    let mut question = Question {
        account,
        payment: &asked.payment,
        terms,
        clock_ahead_ms: None,
    };
    let closed = match errand {
        Errand::Read => Ok(Errand::Read),
        Errand::ReadAfterClose => question.close().await,
    };
    let observations = match closed {
        Ok(errand) => question.read(errand).await,
        Err(nothing) => nothing,
    };
    let clock_ahead_ms = question.clock_ahead_ms;
    Answer {
        asked,
        observations,
        clock_ahead_ms,
    }
}

struct Question<'a> {
    account: &'a Account,
    payment: &'a Payment,
    terms: &'a Terms,
    clock_ahead_ms: Option<i64>,
}

impl Question<'_> {
    /// What the read is for: a payment that cannot be closed by a call is only asked about. The error is all
    /// that will be heard.
    async fn close(&mut self) -> Result<Errand, Vec<Observation>> {
        let Some(request) = self.account.gateway.close(self.payment) else {
            return Ok(Errand::Read);
        };
        let asked_at = self.terms.clock.now();
        let closing = match self.send(&request).await {
            Ok(response) => self.account.gateway.read_close(self.payment, &response),
            Err(Failure::OutOfTime) => return Err(Vec::new()),
            Err(failure) => Closing::NoAnswer(silence(failure)),
        };
        tracing::debug!(label = %request.label, ?closing, "asked to close it");
        match closing {
            Closing::Closed | Closing::Refused(_) | Closing::Unknown(_) => {
                Ok(Errand::ReadAfterClose)
            }
            Closing::NoAnswer(silence) => Err(vec![Observation::silence(silence, asked_at)]),
        }
    }

    async fn read(&mut self, errand: Errand) -> Vec<Observation> {
        let (gateway, clock) = (&self.account.gateway, &self.terms.clock);
        let handles = gateway.handles(self.payment, clock.now(), self.terms.policy.grace);
        let mut observations = Vec::new();
        let mut left = handles.len();
        for handle in handles {
            left -= 1;
            let asked_at = self.terms.clock.now();
            let request = gateway.ask_status(self.payment, handle);
            let heard = match self.send(&request).await {
                Ok(response) => gateway.read_status(self.payment, handle, asked_at, &response),
                Err(Failure::OutOfTime) => break,
                Err(failure) => Observation::silence(silence(failure), asked_at),
            };
            match whose(self.payment, &heard) {
                Whose::Ours => {
                    observations.push(Observation { errand, ..heard });
                    break;
                }
                // Nobody has tried to close a sibling.
                Whose::Siblings => observations.push(heard),
                Whose::Nobodys if left == 0 => observations.push(Observation { errand, ..heard }),
                Whose::Nobodys => {}
            }
        }
        observations
    }

    async fn send(&mut self, request: &Request) -> Result<Response, Failure> {
        let answer = self.account.wire.send(request, self.terms.until).await?;
        let ahead = ahead(answer.date, self.terms.clock.now());
        self.clock_ahead_ms = self.clock_ahead_ms.or(ahead);
        Ok(answer)
    }
}

enum Whose {
    Ours,
    Siblings,
    /// Not found by this name; another name may be known.
    Nobodys,
}

fn whose(payment: &Payment, observation: &Observation) -> Whose {
    if observation.said == Said::NotStarted {
        return Whose::Nobodys;
    }
    match (&payment.transaction_id, &observation.transaction_id) {
        (Some(ours), Some(told)) if ours != told => Whose::Siblings,
        _ => Whose::Ours,
    }
}

/// HTTP dates are whole seconds, so half a second is the best guess.
fn ahead(date: Option<Instant>, now: Instant) -> Option<i64> {
    date.map(|date| date.as_millis() + 500 - now.as_millis())
}

pub(super) fn silence(failure: Failure) -> Silence {
    match failure {
        Failure::Unreachable(why) | Failure::Broken(why) => Silence::Unreachable(why),
        Failure::TimedOut | Failure::OutOfTime => Silence::TimedOut,
        Failure::TooLarge(bytes) => Silence::Unreadable(format!("more than {bytes} bytes")),
    }
}
