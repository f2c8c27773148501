//! Effects: which worker carries out which effect, how its attempts ended, and what is still to be done.
//!
//! A worker holds one lock and claims each effect before it sends the first byte. So if the holder of the lock finds
//! a claimed effect, its worker is gone. A program may outlive the worker that started it; the effect is taken over
//! only after the attempt has ended, too.

mod read;
mod running;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use self::running::abandoned;

pub use self::read::{EffectFilter, EffectStanding};

use super::connection::Store;
use super::dossier::dossier;
use super::error::StoreError;
use super::execute::{enact_alone, execute_plan};
use super::liveness_lock::{self, LivenessLock};
use super::lock::JobLock;
use super::permit::WritePermit;
use super::update_order::Actor;
use super::{rows, sql};
use crate::domain::effect::{LONGEST_PAUSE, after_delivery, after_loss, requeued};
use crate::domain::operator::fulfil::{
    can_execute, counts, finish, lose, replay, rule_of_end, rule_of_loss,
};
use crate::domain::{
    AttemptResult, Change, Dossier, Effect, EffectId, Hook, Instant, Reason, RetryRefusal, Rule,
};

/// The actor recorded for what happened to effects.
const ACTOR: &str = "fulfil";

/// Effects per page.
const PAGE: u32 = 50;

/// A worker that carries out effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerId<'a> {
    pub host: &'a str,
    pub pid: u32,
    /// The path of the database; running attempts leave their lock files beside it.
    pub database: &'a Path,
}

/// The right to claim effects. Only one exists at a time, because it holds the lock.
#[derive(Debug)]
pub struct OutboxLock<'a> {
    _lock: &'a JobLock,
    worker: WorkerId<'a>,
}

/// Which effect to claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectSelector {
    /// The longest due.
    Due(DueWindow),
    /// This effect, even before it is due.
    One(EffectId),
}

/// Which effects count as due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueWindow {
    /// Effects due by this time.
    pub by: Instant,
    /// And effects that are put off further from this time than any retry puts them off.
    pub now: Instant,
}

impl DueWindow {
    /// Everything that is due at `now`.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        Self { by: now, now }
    }
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
        &mut self,
        permit: &WritePermit,
        lock: &'a JobLock,
        worker: WorkerId<'a>,
        now: Instant,
    ) -> Result<(OutboxLock<'a>, Vec<Effect>), StoreError> {
        let outbox = OutboxLock {
            _lock: lock,
            worker,
        };
        if abandoned(self.read().connection(), worker, now)?.is_empty() {
            return Ok((outbox, Vec::new()));
        }
        let hooks = Arc::clone(self.read().hooks());
        let lost = self.transact(permit, |transaction| {
            let lost = abandoned(transaction, worker, now)?;
            for effect in &lost {
                take_over(transaction, effect, &hooks, now)?;
            }
            Ok(lost)
        })?;
        for effect in &lost {
            liveness_lock::stop(worker.database, effect.id);
        }
        Ok((outbox, lost))
    }

    /// Claims an effect, if one may be carried out. It is then reserved for as long as `lease` says; the lease must
    /// be longer than the time limit of the attempt.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn claim_effect(
        &mut self,
        permit: &WritePermit,
        outbox: &OutboxLock<'_>,
        pick: EffectSelector,
        lease: &dyn Fn(&Effect) -> Duration,
        now: Instant,
    ) -> Result<Option<ClaimedEffect>, StoreError> {
        // If nothing is due, no write lock is needed.
        if find(self.read().connection(), pick)?.is_none() {
            return Ok(None);
        }
        let worker = outbox.worker;
        self.transact(permit, |transaction| {
            let Some(effect) = find(transaction, pick)? else {
                return Ok(None);
            };
            // Before the claim, so that another worker that finds the claim can tell whether the attempt is still
            // running.
            let liveness = LivenessLock::of(worker.database, effect.id)?;
            claim(
                transaction,
                &effect,
                worker,
                now.saturating_add(lease(&effect)),
                now,
            )?;
            let effect = effect_by_id(transaction, effect.id)?;
            Ok(effect.map(|effect| ClaimedEffect { effect, liveness }))
        })
    }

    /// Records how an attempt ended and returns the effect as it is now. `effect` is the effect as claimed; `None`:
    /// somebody else has settled it in the meantime.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn finish_effect(
        &mut self,
        permit: &WritePermit,
        seen: &Effect,
        delivery: &AttemptResult,
        now: Instant,
    ) -> Result<Option<Effect>, StoreError> {
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            if let Some(before) = dossier_of(transaction, seen, &hooks)? {
                let order = before.order.clone();
                let (after, changes) = finish(before, seen, delivery, now);
                execute_plan(transaction, &order, ACTOR, &changes, now)?;
                return Ok(after);
            }
            let found = effect_by_id(transaction, seen.id)?;
            let Some(effect) = found.filter(|effect| counts(effect, seen, delivery)) else {
                return Ok(None);
            };
            let after = after_delivery(&effect, delivery, now);
            let (rule, why) = (rule_of_end(&after), after.last_error.as_ref());
            let why = Reason::effect_said(why);
            let change = effect_moved(&effect, after.clone(), rule, why);
            enact_alone(transaction, ACTOR, &change, now)?;
            Ok(Some(after))
        })
    }

    /// E8: makes an effect due now. `None`: there is no such effect. The inner error says why it is not retried.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn replay_effect(
        &mut self,
        permit: &WritePermit,
        id: EffectId,
        by: Actor<'_>,
        reason: &str,
    ) -> Result<Option<Result<Effect, RetryRefusal>>, StoreError> {
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            let Some(effect) = effect_by_id(transaction, id)? else {
                return Ok(None);
            };
            if let Some(before) = dossier_of(transaction, &effect, &hooks)? {
                let order = before.order.clone();
                match replay(before, &effect, reason, by.now) {
                    Ok(changes) => execute_plan(transaction, &order, by.actor, &changes, by.now)?,
                    Err(refusal) => return Ok(Some(Err(refusal))),
                };
            } else {
                let status = effect.status;
                let Some(after) = requeued(&effect, by.now) else {
                    return Ok(Some(Err(RetryRefusal::NotNow { id, status })));
                };
                let change =
                    effect_moved(&effect, after, Rule::E8, Reason::operator_if_any(reason));
                enact_alone(transaction, by.actor, &change, by.now)?;
            }
            Ok(effect_by_id(transaction, id)?.map(Ok))
        })
    }
}

fn take_over(
    connection: &Connection,
    effect: &Effect,
    hooks: &Arc<[Hook]>,
    now: Instant,
) -> Result<(), StoreError> {
    if let Some(before) = dossier_of(connection, effect, hooks)? {
        let order = before.order.clone();
        let changes = lose(before, effect, now);
        execute_plan(connection, &order, ACTOR, &changes, now)?;
        return Ok(());
    }
    let after = after_loss(effect, now);
    let rule = rule_of_loss(&after);
    let why = Reason::effect_said(after.last_error.as_ref());
    enact_alone(
        connection,
        ACTOR,
        &effect_moved(effect, after, rule, why),
        now,
    )?;
    Ok(())
}

/// The first effect that may be carried out now.
fn find(connection: &Connection, pick: EffectSelector) -> Result<Option<Effect>, StoreError> {
    match pick {
        EffectSelector::Due(turn) => find_due(connection, turn),
        EffectSelector::One(id) => {
            let effect = effect_by_id(connection, id)?;
            let effect = effect.filter(|effect| effect.status.is_scheduled());
            match effect {
                Some(effect) if is_free(connection, &effect)? => Ok(Some(effect)),
                _ => Ok(None),
            }
        }
    }
}

fn find_due(connection: &Connection, turn: DueWindow) -> Result<Option<Effect>, StoreError> {
    let mut last = None;
    loop {
        let page = due(connection, turn, last.as_ref())?;
        let Some(end) = page.last() else {
            return Ok(None);
        };
        last = Some(end.clone());
        for effect in page {
            if is_free(connection, &effect)? {
                return Ok(Some(effect));
            }
        }
    }
}

/// One page of the effects that are due by a time, the longest due first, starting after `after` or at the first.
/// Then effects that are put off further than any retry puts them off: a clock was ahead.
fn due(
    connection: &Connection,
    turn: DueWindow,
    after: Option<&Effect>,
) -> Result<Vec<Effect>, StoreError> {
    let (at, id) = match after {
        Some(effect) => (effect.next_try_at.unwrap_or(turn.by), effect.id),
        None => (Instant::from_millis(0), EffectId(0)),
    };
    if at <= turn.by {
        let page = between(connection, turn.by, (at, id))?;
        if !page.is_empty() {
            return Ok(page);
        }
    }
    let farthest = (turn.now.saturating_add(LONGEST_PAUSE), EffectId(i64::MAX));
    let ever = Instant::from_millis(i64::MAX);
    between(connection, ever, farthest.max((at, id)))
}

/// One page of the effects that are due after one time and no later than the other.
fn between(
    connection: &Connection,
    last: Instant,
    (at, id): (Instant, EffectId),
) -> Result<Vec<Effect>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("effects_due"))?;
    let found = statement.query_map(params![last, at, id, PAGE], rows::effect)?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn is_free(connection: &Connection, effect: &Effect) -> Result<bool, StoreError> {
    let dossier = dossier_of(connection, effect, &Arc::default())?;
    Ok(dossier.is_none_or(|dossier| can_execute(&dossier, effect)))
}

fn claim(
    connection: &Connection,
    effect: &Effect,
    worker: WorkerId<'_>,
    until: Instant,
    now: Instant,
) -> Result<(), StoreError> {
    let hit = connection
        .prepare_cached(sql!("claim_effect"))?
        .execute(params![
            now,
            until,
            worker.host,
            worker.pid,
            effect.id,
            effect.version,
        ])?;
    if hit == 1 {
        return Ok(());
    }
    Err(StoreError::Refused(
        "an effect has changed since it was read".into(),
    ))
}

fn effect_moved(before: &Effect, after: Effect, rule: Rule, why: Option<Reason>) -> Change {
    Change::MoveEffect {
        before: Box::new(before.clone()),
        after: Box::new(after),
        rule,
        why,
    }
}

fn dossier_of(
    connection: &Connection,
    effect: &Effect,
    hooks: &Arc<[Hook]>,
) -> Result<Option<Dossier>, StoreError> {
    match effect.order {
        Some(order) => dossier(connection, order, hooks),
        None => Ok(None),
    }
}

fn effect_by_id(connection: &Connection, id: EffectId) -> Result<Option<Effect>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("effect_by_id"))?;
    Ok(statement.query_row([id], rows::effect).optional()?)
}

#[cfg(test)]
mod tests;
