//! Effects: who carries out which one, what came of it, and what is still to be done.
//!
//! Whoever carries effects out holds one lock, and claims each before its first byte leaves the house. So what
//! is found claimed by the holder of the lock was left behind by somebody who is gone. A program may outlive whoever
//! has started it: what was left behind is taken over when its try has ended, too.

mod read;
mod running;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use self::running::lost;

pub use self::read::{EffectFilter, Standing};

use super::act::Hand;
use super::connection::Store;
use super::dossier::dossier;
use super::error::StoreError;
use super::execute::{enact, enact_alone};
use super::lock::JobLock;
use super::permit::WritePermit;
use super::pulse::{self, Pulse};
use super::{rows, sql};
use crate::domain::acts::fulfil::{
    Refusal, counts, finish, lose, may_begin, replay, rule_of_end, rule_of_loss,
};
use crate::domain::dossier::{Change, Dossier};
use crate::domain::effect::{
    Delivery, Effect, Hook, LONGEST_PAUSE, after_delivery, after_loss, queued_again,
};
use crate::domain::instant::Instant;
use crate::domain::names::EffectId;
use crate::domain::rule::Rule;

/// Who writes what became of effects.
const ACTOR: &str = "fulfil";

/// So many are looked at together.
const PAGE: u32 = 50;

/// Who carries effects out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimant<'a> {
    pub host: &'a str,
    pub pid: u32,
    /// Where the database is; what is under way is known beside it.
    pub database: &'a Path,
}

/// The right to claim effects: there is one at a time, for it holds the lock.
#[derive(Debug)]
pub struct Carrier<'a> {
    _lock: &'a JobLock,
    claimant: Claimant<'a>,
}

/// Which effect is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The longest due.
    Due(Turn),
    /// This one, even before its time.
    One(EffectId),
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Theirs whose time has come by then.
    pub by: Instant,
    /// And theirs who were put off farther from now than any try puts off.
    pub now: Instant,
}

impl Turn {
    /// As things stand now.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        Self { by: now, now }
    }
}

/// An effect that is being carried out, as it was claimed.
#[derive(Debug)]
pub struct Claimed {
    pub effect: Effect,
    /// To be kept until the try has ended.
    pub pulse: Pulse,
}

impl Store {
    /// Begins to carry out effects: takes over what was left behind by whoever is gone, as far as it has ended, and
    /// gives it. `lock` is the lock of the job `fulfil`, which everybody takes who carries effects out.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn begin_carrying<'a>(
        &mut self,
        permit: &WritePermit,
        lock: &'a JobLock,
        claimant: Claimant<'a>,
        now: Instant,
    ) -> Result<(Carrier<'a>, Vec<Effect>), StoreError> {
        let carrier = Carrier {
            _lock: lock,
            claimant,
        };
        if lost(self.read().connection(), claimant, now)?.is_empty() {
            return Ok((carrier, Vec::new()));
        }
        let hooks = Arc::clone(self.read().hooks());
        let lost = self.transact(permit, |transaction| {
            let lost = lost(transaction, claimant, now)?;
            for effect in &lost {
                take_over(transaction, effect, &hooks, now)?;
            }
            Ok(lost)
        })?;
        for effect in &lost {
            pulse::stop(claimant.database, effect.id);
        }
        Ok((carrier, lost))
    }

    /// Claims an effect, as far as there is one that may be carried out. From then on it is nobody else's, for as
    /// long as `lease` says of it: longer than its try is let run.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn claim_effect(
        &mut self,
        permit: &WritePermit,
        carrier: &Carrier<'_>,
        pick: Pick,
        lease: &dyn Fn(&Effect) -> Duration,
        now: Instant,
    ) -> Result<Option<Claimed>, StoreError> {
        // An empty look costs no write lock.
        if find(self.read().connection(), pick)?.is_none() {
            return Ok(None);
        }
        let claimant = carrier.claimant;
        self.transact(permit, |transaction| {
            let Some(effect) = find(transaction, pick)? else {
                return Ok(None);
            };
            // Before the claim, so that whoever finds that one knows whether its try goes on.
            let pulse = Pulse::of(claimant.database, effect.id)?;
            claim(
                transaction,
                &effect,
                claimant,
                now.plus(lease(&effect)),
                now,
            )?;
            let effect = effect_by_id(transaction, effect.id)?;
            Ok(effect.map(|effect| Claimed { effect, pulse }))
        })
    }

    /// Writes down how the try of an effect has ended that was seen so as it was claimed, and gives the effect as it stands then; none when somebody else has settled it
    /// meanwhile.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn finish_effect(
        &mut self,
        permit: &WritePermit,
        seen: &Effect,
        delivery: &Delivery,
        now: Instant,
    ) -> Result<Option<Effect>, StoreError> {
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            if let Some(before) = dossier_of(transaction, seen, &hooks)? {
                let order = before.order.clone();
                let (after, changes) = finish(before, seen, delivery, now);
                enact(transaction, &order, ACTOR, &changes, now)?;
                return Ok(after);
            }
            let found = effect_by_id(transaction, seen.id)?;
            let Some(effect) = found.filter(|effect| counts(effect, seen, delivery)) else {
                return Ok(None);
            };
            let after = after_delivery(&effect, delivery, now);
            let (rule, why) = (rule_of_end(&after), after.last_error.clone());
            let change = moved(&effect, after.clone(), rule, why.unwrap_or_default());
            enact_alone(transaction, ACTOR, &change, now)?;
            Ok(Some(after))
        })
    }

    /// E8: has an effect tried at once, whatever its turn. None: there is no such effect. The inner error says why it
    /// is not tried.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn replay_effect(
        &mut self,
        permit: &WritePermit,
        id: EffectId,
        hand: Hand<'_>,
        reason: &str,
    ) -> Result<Option<Result<Effect, Refusal>>, StoreError> {
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            let Some(effect) = effect_by_id(transaction, id)? else {
                return Ok(None);
            };
            if let Some(before) = dossier_of(transaction, &effect, &hooks)? {
                let order = before.order.clone();
                match replay(before, &effect, reason, hand.now) {
                    Ok(changes) => enact(transaction, &order, hand.actor, &changes, hand.now)?,
                    Err(refusal) => return Ok(Some(Err(refusal))),
                };
            } else {
                let status = effect.status;
                let Some(after) = queued_again(&effect, hand.now) else {
                    return Ok(Some(Err(Refusal::NotNow { id, status })));
                };
                let change = moved(&effect, after, Rule::E8, reason.to_owned());
                enact_alone(transaction, hand.actor, &change, hand.now)?;
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
        enact(connection, &order, ACTOR, &changes, now)?;
        return Ok(());
    }
    let after = after_loss(effect, now);
    let rule = rule_of_loss(&after);
    let why = after.last_error.clone().unwrap_or_default();
    enact_alone(connection, ACTOR, &moved(effect, after, rule, why), now)?;
    Ok(())
}

/// The first that may be carried out as things stand.
fn find(connection: &Connection, pick: Pick) -> Result<Option<Effect>, StoreError> {
    match pick {
        Pick::Due(turn) => find_due(connection, turn),
        Pick::One(id) => {
            let effect = effect_by_id(connection, id)?;
            let effect = effect.filter(|effect| effect.status.is_due_some_time());
            match effect {
                Some(effect) if is_free(connection, &effect)? => Ok(Some(effect)),
                _ => Ok(None),
            }
        }
    }
}

fn find_due(connection: &Connection, turn: Turn) -> Result<Option<Effect>, StoreError> {
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

/// Some of those whose time has come by an instant, the longest due first, from the one behind `after`, or from the
/// first; then those that no try can have put off so far: a clock that was ahead has.
fn due(
    connection: &Connection,
    turn: Turn,
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
    let farthest = (turn.now.plus(LONGEST_PAUSE), EffectId(i64::MAX));
    let ever = Instant::from_millis(i64::MAX);
    between(connection, ever, farthest.max((at, id)))
}

/// Some of those that are to be tried behind the one, and by the other instant at the latest.
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
    Ok(dossier.is_none_or(|dossier| may_begin(&dossier, effect)))
}

fn claim(
    connection: &Connection,
    effect: &Effect,
    claimant: Claimant<'_>,
    until: Instant,
    now: Instant,
) -> Result<(), StoreError> {
    let hit = connection
        .prepare_cached(sql!("claim_effect"))?
        .execute(params![
            now,
            until,
            claimant.host,
            claimant.pid,
            effect.id,
            effect.version,
        ])?;
    if hit == 1 {
        return Ok(());
    }
    Err(StoreError::Refused(
        "an effect is not as it was read".into(),
    ))
}

fn moved(before: &Effect, after: Effect, rule: Rule, why: String) -> Change {
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
