//! Effects: which worker carries out which effect, how its attempts ended, and what is tried again.
//!
//! A worker holds one lock and claims each effect before it sends the first byte. So if the holder of the lock finds
//! a claimed effect, its worker is gone. A program may outlive the worker that started it; the effect is taken over
//! only after the attempt has ended, too.

use std::time::Duration;

use super::engine::{JobLock, LivenessLock, Tx, stop};
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::Actor;
use super::statements::effects::{EffectSelector, WorkerId, claim, keep_output};
use super::statements::plan::{execute_alone, execute_plan};
use super::writing::Store;
use crate::domain::effect::{after_delivery, after_loss, requeued};
use crate::domain::operator::fulfil::{counts, finish, lose, replay, rule_of_end, rule_of_loss};
use crate::domain::{AttemptResult, Change, Effect, EffectId, Instant, Reason, RetryRefusal, Rule};

/// The actor recorded for what happened to effects.
const ACTOR: &str = "fulfil";

/// The right to claim effects. Only one exists at a time, because it holds the lock.
#[derive(Debug)]
pub struct OutboxLock<'a> {
    _lock: &'a JobLock,
    worker: WorkerId<'a>,
}

/// An effect as it was claimed, while an attempt is running.
#[derive(Debug)]
pub struct ClaimedEffect {
    pub effect: Effect,
    /// Keep it until the attempt has ended.
    pub liveness: LivenessLock,
}

impl Store {
    /// Starts a worker: takes over effects whose worker is gone and whose attempt has ended, and returns them. `lock`
    /// is the lock of the job `fulfil`, which every worker takes.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn start_attempts<'a>(
        &self,
        permit: &WritePermit,
        lock: &'a JobLock,
        worker: WorkerId<'a>,
        now: Instant,
    ) -> Result<(OutboxLock<'a>, Vec<Effect>), StoreError> {
        let outbox = OutboxLock {
            _lock: lock,
            worker,
        };
        if self.read().abandoned_effects(worker, now)?.is_empty() {
            return Ok((outbox, Vec::new()));
        }
        let lost = self.transact(permit, |tx| {
            let lost = tx.abandoned_effects(worker, now)?;
            lost.iter()
                .try_for_each(|effect| take_over(tx, effect, now))?;
            Ok(lost)
        })?;
        for effect in &lost {
            stop(worker.database, effect.id);
        }
        Ok((outbox, lost))
    }

    /// Claims an effect, if one may be carried out. It is then reserved for as long as `lease` says; the lease must
    /// be longer than the time limit of the attempt.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn claim_effect(
        &self,
        permit: &WritePermit,
        outbox: &OutboxLock<'_>,
        pick: EffectSelector,
        lease: &dyn Fn(&Effect) -> Duration,
        now: Instant,
    ) -> Result<Option<ClaimedEffect>, StoreError> {
        // If nothing is due, no write lock is needed.
        if self.read().executable_effect(pick)?.is_none() {
            return Ok(None);
        }
        let worker = outbox.worker;
        self.transact(permit, |tx| {
            // What a restored file finds to do may have been done.
            if tx.held_as_of()?.is_some() {
                return Ok(None);
            }
            let Some(effect) = tx.executable_effect(pick)? else {
                return Ok(None);
            };
            // Before the claim, so that another worker that finds the claim can tell whether the attempt is still
            // running.
            let liveness = LivenessLock::of(worker.database, effect.id)?;
            let until = now.saturating_add(lease(&effect));
            claim(tx, &effect, worker, (now, until))?;
            let effect = tx.effect(effect.id)?;
            Ok(effect.map(|effect| ClaimedEffect { effect, liveness }))
        })
    }

    /// Records how an attempt ended and returns the effect as it is now. `effect` is the effect as claimed; `None`:
    /// somebody else has settled it in the meantime.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn finish_effect(
        &self,
        permit: &WritePermit,
        seen: &Effect,
        delivery: &AttemptResult,
        now: Instant,
    ) -> Result<Option<Effect>, StoreError> {
        let by = Actor { actor: ACTOR, now };
        self.transact(permit, |tx| {
            if let Some(before) = tx.dossier_of_effect(seen)? {
                let order = before.order.clone();
                let (after, changes) = finish(before, seen, delivery, now);
                execute_plan(tx, &order, &changes, by)?;
                if let (Some(effect), AttemptResult::Done(Some(output))) = (&after, delivery) {
                    keep_output(tx, effect, output)?;
                }
                return Ok(after);
            }
            let found = tx.effect(seen.id)?;
            let Some(effect) = found.filter(|effect| counts(effect, seen, delivery)) else {
                return Ok(None);
            };
            let after = after_delivery(&effect, delivery, now);
            let why = Reason::effect_said(after.last_error.as_ref());
            let change = effect_moved(&effect, after.clone(), rule_of_end(&after), why);
            execute_alone(tx, &change, by)?;
            Ok(Some(after))
        })
    }

    /// E8: makes an effect due now. `None`: there is no such effect. The inner error says why it is not retried.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn replay_effect(
        &self,
        permit: &WritePermit,
        id: EffectId,
        by: Actor<'_>,
        reason: &str,
    ) -> Result<Option<Result<Effect, RetryRefusal>>, StoreError> {
        self.transact(permit, |tx| requeue_in(tx, id, by, reason))
    }
}

/// The same as a part of another transaction.
pub(in crate::store) fn requeue_in(
    tx: &Tx<'_>,
    id: EffectId,
    by: Actor<'_>,
    reason: &str,
) -> Result<Option<Result<Effect, RetryRefusal>>, StoreError> {
    let Some(effect) = tx.effect(id)? else {
        return Ok(None);
    };
    if let Some(before) = tx.dossier_of_effect(&effect)? {
        let order = before.order.clone();
        match replay(before, &effect, reason, by.now) {
            Ok(changes) => execute_plan(tx, &order, &changes, by)?,
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
    } else {
        let status = effect.status;
        let Some(after) = requeued(&effect, by.now) else {
            return Ok(Some(Err(RetryRefusal::NotNow { id, status })));
        };
        let why = Reason::operator_if_any(reason);
        execute_alone(
            tx,
            &effect_moved(&effect, after, Rule::EFFECT_RETRIED, why),
            by,
        )?;
    }
    Ok(tx.effect(id)?.map(Ok))
}

fn take_over(tx: &Tx<'_>, effect: &Effect, now: Instant) -> Result<(), StoreError> {
    let by = Actor { actor: ACTOR, now };
    if let Some(before) = tx.dossier_of_effect(effect)? {
        let order = before.order.clone();
        execute_plan(tx, &order, &lose(before, effect, now), by)?;
        return Ok(());
    }
    let after = after_loss(effect, now);
    let rule = rule_of_loss(&after);
    let why = Reason::effect_said(after.last_error.as_ref());
    execute_alone(tx, &effect_moved(effect, after, rule, why), by)
}

pub(in crate::store) fn effect_moved(
    before: &Effect,
    after: Effect,
    rule: Rule,
    why: Option<Reason>,
) -> Change {
    Change::MoveEffect {
        before: Box::new(before.clone()),
        after: Box::new(after),
        rule,
        why,
    }
}

#[cfg(test)]
mod tests;
