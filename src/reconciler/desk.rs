//! Collects answers until they are written, and decides which to believe.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::{Instant, sleep};

use super::ask::{Answer, Close};
use super::checked::Checked;
use super::lane::Lane;
use super::queue::{Next, Signal};
use super::round::{Answers, End, Print, RoundError};
use super::scribe::{Batch, Scribe, Written};
use super::tally::{Manner, Tally};
use crate::domain::booking::Heard;
use crate::domain::guard::{Conduct, Stop};
use crate::domain::names::GatewayName;
use crate::domain::observation::{Errand, Observation, Said, Silence};
use crate::domain::payment::{Payment, PaymentStatus};
use crate::domain::reconcile::Account;
use crate::store::ToAsk;

/// Answers are written when this many are waiting, or when the first has waited this long.
const BATCH: usize = 500;
const BATCH_WAITS: Duration = Duration::from_millis(250);

/// The answers that wait to be written, and what they say about their gateways.
#[derive(Default)]
pub(super) struct Desk {
    conducts: BTreeMap<GatewayName, (Conduct, Signal)>,
    batch: Vec<(Box<ToAsk>, Observation)>,
    tally: Tally,
    is_beside: bool,
}

impl Desk {
    /// Prepares for a gateway's answers; the returned signal tells the lane which payments to query next.
    pub(super) fn expect(&mut self, lane: &Lane) -> Signal {
        let name = lane.account.gateway.name();
        self.is_beside |= lane.errand == Errand::ReadBeside;
        let manner = Manner {
            to_ask: lane.source.count(),
            ..Manner::default()
        };
        self.tally.gateways.insert(name.clone(), manner);
        let signal = Signal::default();
        signal.tell(next(&lane.conduct));
        let conduct = (lane.conduct.clone(), signal.clone());
        self.conducts.insert(name.clone(), conduct);
        signal
    }

    /// Takes answers until there are no more or the round ends, and hands all of them to the writer thread.
    pub(super) async fn listen(
        &mut self,
        mut answers: Answers,
        scribe: &Scribe,
        written: &mut Written,
        end: End,
        print: &mut Print<'_>,
    ) -> Result<(), RoundError> {
        let mut end = pin!(end.comes());
        let mut waited = pin!(sleep(BATCH_WAITS));
        loop {
            tokio::select! {
                biased;
                halt = &mut end => {
                    self.tally.halt = Some(halt);
                    break;
                }
                lines = written.recv() => {
                    self.report(lines.ok_or(RoundError::NoScribe)??, print)?;
                }
                () = &mut waited, if !self.batch.is_empty() => self.hand_over(scribe, print).await?,
                answer = answers.next() => {
                    let Some(answer) = answer else { break };
                    if self.batch.is_empty() {
                        waited.as_mut().reset(Instant::now() + BATCH_WAITS);
                    }
                    self.hear(answer?);
                }
            }
            if self.batch.len() >= BATCH {
                self.hand_over(scribe, print).await?;
            }
        }
        self.hand_over(scribe, print).await
    }

    /// Counts and prints the lines of a batch that was written.
    pub(super) fn report(
        &mut self,
        lines: Vec<Checked>,
        print: &mut Print<'_>,
    ) -> Result<(), RoundError> {
        for line in lines {
            self.tally.count(&line);
            print(&line)?;
        }
        Ok(())
    }

    pub(super) fn close(mut self) -> Tally {
        for (name, manner) in &mut self.tally.gateways {
            if let Some((conduct, _)) = self.conducts.get(name) {
                manner.stop = conduct.stop();
                manner.ended = conduct.ended();
                manner.conduct = Some(conduct.clone());
            }
            self.tally.asked += manner.asked;
            self.tally.not_reached += manner.to_ask.saturating_sub(manner.asked);
        }
        self.tally
    }

    fn hear(&mut self, answer: Answer) {
        let asked = answer.asked;
        let name = &asked.payment.gateway;
        let (Some((conduct, signal)), Some(manner)) = (
            self.conducts.get_mut(name),
            self.tally.gateways.get_mut(name),
        ) else {
            return;
        };
        manner.asked += u64::from(!answer.observations.is_empty());
        let ahead_ms = answer.clock.ahead_ms();
        manner.seen.clock_difference_ms = ahead_ms.or(manner.seen.clock_difference_ms);
        self.tally.clock.merge(answer.clock);
        for observation in &answer.observations {
            match answer.close {
                Close::Silent => conduct.hear_unclosed(&asked.payment, observation),
                Close::NotAsked | Close::Answered => conduct.hear(&asked.payment, observation),
            }
            manner.hear(observation);
        }
        if answer.close == Close::Answered {
            conduct.hear_closed();
        }
        if answer.is_probe {
            conduct.hear_probe();
        }
        signal.tell(next(conduct));
        let mut observations = answer.observations;
        let last = observations.pop();
        let earlier = observations.into_iter();
        self.batch
            .extend(earlier.map(|observation| (asked.clone(), observation)));
        self.batch
            .extend(last.map(|observation| (asked, observation)));
    }

    /// Gives the batch to the writer thread, without the answers that must not be believed.
    async fn hand_over(
        &mut self,
        scribe: &Scribe,
        print: &mut Print<'_>,
    ) -> Result<(), RoundError> {
        let mut believed = Batch::default();
        for (asked, observation) in std::mem::take(&mut self.batch) {
            let asked = *asked;
            let name = &asked.payment.gateway;
            let conduct = self.conducts.get(name).map(|(conduct, _)| conduct);
            let account = conduct.map_or(Account::Unproven, Conduct::account);
            let order = (asked.order_number, asked.order_status);
            if let Some(why) = disbelief(conduct.and_then(Conduct::halt), &observation) {
                let why = format!("{name} {why}");
                let line = Checked::unwritten(asked.payment, order, why);
                self.report(vec![line], print)?;
                continue;
            }
            if self.is_beside && is_unproven(account, &asked.payment, &observation) {
                let why = format!("{name} does not know it and has never known any payment");
                let line = Checked {
                    is_unproven: !observation.is_partial,
                    ..Checked::unwritten(asked.payment, order, why)
                };
                self.report(vec![line], print)?;
                continue;
            }
            believed.orders.push(order);
            believed.heard.push(Heard {
                payment: asked.payment,
                observation,
                account,
            });
        }
        if believed.heard.is_empty() || scribe.hand_over(believed).await {
            return Ok(());
        }
        Err(RoundError::NoScribe)
    }
}

fn next(conduct: &Conduct) -> Next {
    match conduct.halt() {
        Some(_) => Next::Nobody,
        None if conduct.is_in_doubt() => Next::Ahead,
        None => Next::InTurn,
    }
}

/// G1: the answer is about a payment that no gateway has ever shown.
fn is_unproven(account: Account, payment: &Payment, heard: &Observation) -> bool {
    let was_never_seen = payment.status == PaymentStatus::Created && !payment.seen;
    account == Account::Unproven && was_never_seen && heard.said == Said::NotStarted
}

/// Why an answer is not written at all.
fn disbelief(stop: Option<Stop>, heard: &Observation) -> Option<String> {
    if let Said::NoAnswer(silence @ Silence::Refused(_)) = &heard.said {
        return Some(silence.to_string());
    }
    match stop? {
        Stop::Forgetful {
            forgotten,
            answered,
        } => Some(format!(
            "does not know {forgotten} of {answered} payments that it once knew; this run ignores its answers"
        )),
        Stop::Refused(_) | Stop::Gone(_) | Stop::KnowsNobody | Stop::Silent => None,
    }
}
