//! The worker: records each claim before its attempt starts, and each result as soon as it is known.

use std::pin::pin;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::delivery::{Deliveries, Delivery, DeliveryRequest};
use super::payload;
use crate::clock::Clock;
use crate::domain::{AttemptResult, Effect, EffectId, EffectStatus, Instant, OrderNumber};
use crate::shutdown::{Shutdown, StopReason};
use crate::store::{
    ClaimedEffect, DueWindow, EffectSelector, JobLock, OutboxLock, Store, StoreError, WorkerId,
    WritePermit,
};

/// The lock's name: only one process carries out effects at a time, so that a slow partner gets no parallel calls.
pub const JOB: &str = "fulfil";

/// Attempts that run at once: the shop's programs and mails share a small machine.
const TOGETHER: usize = 4;

/// After an interrupt, running attempts have this long to finish.
const FAREWELL: Duration = Duration::from_secs(5);

/// A claim lasts this much longer than the attempt's time limit: time to finish and to record the result.
const MARGIN: Duration = Duration::from_secs(30);

/// Carries out the due effects of a shop.
pub struct Worker<'a> {
    pub store: &'a Store,
    pub permit: &'a WritePermit,
    pub id: WorkerId<'a>,
    pub deliveries: &'a Deliveries,
    pub clock: &'a dyn Clock,
    pub shutdown: Shutdown,
}

/// How much to carry out.
#[derive(Debug, Clone, Copy)]
pub struct RunLimits {
    /// Only this effect, even before it is due; none: all that is due.
    pub one: Option<EffectId>,
    pub limit: u64,
    /// After this nothing new starts; running attempts are finished.
    pub until: Option<tokio::time::Instant>,
}

impl RunLimits {
    /// All due effects.
    #[must_use]
    pub fn all(until: Option<tokio::time::Instant>) -> Self {
        Self {
            one: None,
            limit: u64::MAX,
            until,
        }
    }

    /// Whether all due effects are meant.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.one.is_none() && self.limit == u64::MAX
    }
}

/// What came of one effect.
#[derive(Debug)]
pub struct Attempt {
    /// None: the effect is about a gateway account.
    pub order: Option<OrderNumber>,
    /// As it was claimed.
    pub claimed: Effect,
    /// As it is now; none: another process has finished it in the meantime.
    pub after: Option<Effect>,
    /// None: its worker is gone, and nobody knows.
    pub result: Option<AttemptResult>,
}

/// Called with each attempt that has ended.
pub type OnAttempt<'a> = dyn FnMut(&Attempt) + 'a;

/// What a run may still begin.
struct Turn<'a> {
    lock: OutboxLock<'a>,
    /// What is left of them.
    limits: RunLimits,
    /// Effects due after this are left to the next run, so that this one ends.
    due_by: Instant,
    is_dry: bool,
    stopped: Option<StopReason>,
}

/// A claimed effect with what its attempt needs, or why it cannot be tried at the moment.
struct Prepared<'a> {
    claimed: ClaimedEffect,
    delivery: Result<(&'a Delivery, DeliveryRequest), String>,
    /// It was done in a life of the file that was lost, and said this: it is not delivered again.
    was_done: Option<AttemptResult>,
}

impl<'a> Worker<'a> {
    /// Whether it would find something to do. Cheap if nothing is due.
    fn has_work(&self) -> Result<bool, StoreError> {
        self.store.read().has_due_effects(self.id, self.clock.now())
    }

    /// Carries out effects until none is due; returns why it ended early, if it did. Does nothing if another process
    /// holds the lock.
    ///
    /// A process that finds the lock taken leaves its effects to the holder. So the holder looks once more after it
    /// has released the lock: it sees what was queued after its last look.
    ///
    /// # Errors
    /// The file cannot be read or written; what was recorded stays recorded.
    pub async fn drain(
        &mut self,
        until: Option<tokio::time::Instant>,
        report: &mut OnAttempt<'_>,
    ) -> Result<Option<StopReason>, StoreError> {
        while self.has_work()? {
            let Some(lock) = JobLock::take(self.id.database, JOB)? else {
                return Ok(None);
            };
            let stopped = self.run(&lock, RunLimits::all(until), report).await?;
            if stopped.is_some() {
                return Ok(stopped);
            }
        }
        Ok(None)
    }

    /// Carries out what is due and reports each attempt as it ends; returns why it ended early, if it did. `lock` is
    /// the lock of [`JOB`].
    ///
    /// # Errors
    /// The file cannot be read or written; what was recorded stays recorded.
    pub async fn run(
        &mut self,
        lock: &JobLock,
        limits: RunLimits,
        report: &mut OnAttempt<'_>,
    ) -> Result<Option<StopReason>, StoreError> {
        let now = self.clock.now();
        let (lock, lost) = self.store.start_attempts(self.permit, lock, self.id, now)?;
        for effect in lost {
            self.report_lost(effect, report)?;
        }
        let mut turn = Turn {
            lock,
            limits,
            due_by: now,
            is_dry: false,
            stopped: None,
        };
        let shutdown = self.shutdown.clone();
        let mut interrupt = pin!(shutdown.comes());
        let mut attempts = FuturesUnordered::new();
        loop {
            while attempts.len() < TOGETHER
                && let Some(prepared) = self.prepare(&mut turn)?
            {
                attempts.push(deliver(prepared));
            }
            if attempts.is_empty() {
                return Ok(turn.stopped);
            }
            tokio::select! {
                // The interrupt is checked first, so that an attempt that ends at the same moment does not start another.
                biased;
                () = &mut interrupt => break,
                Some((effect, result)) = attempts.next() => {
                    report(&self.record(effect, result)?);
                    // What waited for it may begin.
                    turn.is_dry = false;
                }
            }
        }
        let rest = async {
            while let Some((effect, result)) = attempts.next().await {
                report(&self.record(effect, result)?);
            }
            Ok::<_, StoreError>(())
        };
        // An attempt dropped here is found running by the next run, which retries it under the same idempotency key.
        tokio::time::timeout(FAREWELL, rest)
            .await
            .unwrap_or(Ok(()))?;
        Ok(Some(StopReason::Interrupted))
    }

    /// Claims the next effect; none if none is due or the run may begin nothing more.
    fn prepare(&mut self, turn: &mut Turn<'_>) -> Result<Option<Prepared<'a>>, StoreError> {
        let is_over = |until: tokio::time::Instant| tokio::time::Instant::now() >= until;
        if turn.is_dry {
            return Ok(None);
        }
        if turn.limits.until.is_some_and(is_over) {
            turn.stopped = Some(StopReason::OutOfTime);
            return Ok(None);
        }
        if turn.limits.limit == 0 {
            return Ok(None);
        }
        let (deliveries, now) = (self.deliveries, self.clock.now());
        let due = EffectSelector::Due(DueWindow {
            by: turn.due_by,
            now,
        });
        let pick = turn.limits.one.map_or(due, EffectSelector::One);
        let lease = |effect: &Effect| MARGIN + deliveries.timeout(&effect.hook);
        let claimed = self
            .store
            .claim_effect(self.permit, &turn.lock, pick, &lease, now)?;
        let Some(claimed) = claimed else {
            turn.is_dry = true;
            return Ok(None);
        };
        turn.limits.limit -= 1;
        let is_first = claimed.effect.repetition == 0;
        let lost = is_first
            .then(|| self.store.read().lost_effect(&claimed.effect.key))
            .transpose()?
            .flatten();
        let delivery = match deliveries.of(&claimed.effect.hook) {
            Ok(delivery) => {
                let (reader, now) = (self.store.read(), self.clock.now());
                let liveness = Some(claimed.liveness.file());
                let request = payload::request(reader, &claimed.effect, liveness, delivery, now)?;
                request.map(|request| (delivery, request))
            }
            Err(why) => Err(why),
        };
        let was_done = lost.map(AttemptResult::Done);
        Ok(Some(Prepared {
            claimed,
            delivery,
            was_done,
        }))
    }

    fn record(&mut self, claimed: Effect, result: AttemptResult) -> Result<Attempt, StoreError> {
        let now = self.clock.now();
        let after = self
            .store
            .finish_effect(self.permit, &claimed, &result, now)?;
        Ok(Attempt {
            order: self.store.read().order_of_effect(&claimed)?,
            claimed,
            after,
            result: Some(result),
        })
    }

    /// An effect whose worker is gone: it is retried, unless it must not happen twice.
    fn report_lost(&self, lost: Effect, report: &mut OnAttempt<'_>) -> Result<(), StoreError> {
        let reader = self.store.read();
        let after = reader.effect(lost.id)?;
        let stuck = after.filter(|after| after.status == EffectStatus::Uncertain);
        if stuck.is_some() {
            report(&Attempt {
                order: reader.order_of_effect(&lost)?,
                claimed: lost,
                after: stuck,
                result: None,
            });
        }
        Ok(())
    }
}

async fn deliver(prepared: Prepared<'_>) -> (Effect, AttemptResult) {
    // Holds the liveness lock until the attempt ends; the result is recorded after that. No lock: nothing is running.
    let ClaimedEffect {
        effect,
        liveness: _held,
    } = prepared.claimed;
    if let Some(result) = prepared.was_done {
        return (effect, result);
    }
    let result = match prepared.delivery {
        Ok((delivery, request)) => delivery.attempt(&request).await,
        Err(why) => AttemptResult::Again(why),
    };
    (effect, result)
}

#[cfg(test)]
mod tests;
