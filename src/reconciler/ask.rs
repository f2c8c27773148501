//! Asking about one payment: by each of its names, until an answer is about it.

use std::time::Duration;

use super::lane::Account;
use crate::clock::Clock;
use crate::domain::instant::Instant;
use crate::domain::observation::{Observation, Said, Silence};
use crate::domain::payment::Payment;
use crate::store::ToAsk;
use crate::wire::message::Failure;

/// What came of asking about one payment.
#[derive(Debug)]
pub(super) struct Answer {
    /// Boxed, because answers pass through many hands.
    pub(super) asked: Box<ToAsk>,
    /// One observation, or more where the answer by one name spoke of a sibling; none when time ran out first.
    pub(super) observations: Vec<Observation>,
    /// How far the gateway's clock is ahead of ours, in milliseconds, where it told.
    pub(super) clock_ahead_ms: Option<i64>,
}

/// Asks until an answer is about the payment, or there is no name left to ask by.
pub(super) async fn ask(
    account: &Account,
    asked: Box<ToAsk>,
    clock: &dyn Clock,
    grace: Duration,
    until: Option<tokio::time::Instant>,
) -> Answer {
    let payment = &asked.payment;
    let handles = account.gateway.handles(payment, clock.now(), grace);
    let mut observations = Vec::new();
    let mut clock_ahead_ms = None;
    let mut left = handles.len();
    for handle in handles {
        left -= 1;
        let asked_at = clock.now();
        let request = account.gateway.ask_status(payment, handle);
        let observation = match account.wire.send(&request, until).await {
            Ok(response) => {
                clock_ahead_ms = clock_ahead_ms.or(ahead(response.date, clock.now()));
                account
                    .gateway
                    .read_status(payment, handle, asked_at, &response)
            }
            Err(Failure::OutOfTime) => break,
            Err(failure) => Observation::silence(silence(failure), asked_at),
        };
        match whose(payment, &observation) {
            Whose::Ours => {
                observations.push(observation);
                break;
            }
            Whose::Siblings => observations.push(observation),
            Whose::Nobodys if left == 0 => observations.push(observation),
            Whose::Nobodys => {}
        }
    }
    Answer {
        asked,
        observations,
        clock_ahead_ms,
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

fn silence(failure: Failure) -> Silence {
    match failure {
        Failure::Unreachable(why) => Silence::Unreachable(why),
        Failure::TimedOut | Failure::OutOfTime => Silence::TimedOut,
        Failure::TooLarge(bytes) => Silence::Unreadable(format!("more than {bytes} bytes")),
    }
}
