//! A done effect is delivered once more: it becomes due again under its key, and the worker claims it as any other.

use super::effects::effect_moved;
use super::engine::{Reader, Tx};
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::Actor;
use super::statements::plan::{execute_alone, execute_plan};
use super::writing::Store;
use crate::domain::operator::resend::{repetition, resend};
use crate::domain::{
    Change, Effect, EffectId, Entitlements, Instant, OrderId, Reason, ResendRefusal, Rule,
};

/// More grants than any order has.
const ALL: u32 = 10_000;

impl Store {
    /// E10: makes a done effect due now, as its next repetition. `None`: there is no such effect. The inner error says
    /// why it is not delivered once more.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn resend_effect(
        &self,
        permit: &WritePermit,
        id: EffectId,
        by: Actor<'_>,
        reason: &str,
    ) -> Result<Option<Result<Effect, ResendRefusal>>, StoreError> {
        self.transact(permit, |tx| {
            let Some(effect) = tx.effect(id)? else {
                return Ok(None);
            };
            match planned(tx, &effect, by.now, reason)? {
                Ok(changes) => execute(tx, &effect, &changes, by)?,
                Err(refusal) => return Ok(Some(Err(refusal))),
            }
            Ok(tx.effect(id)?.map(Ok))
        })
    }
}

impl Reader {
    /// The effect that [`Store::resend_effect`] would deliver once more, or why it would not. `None`: there is none.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn preview_resend(
        &self,
        id: EffectId,
        now: Instant,
    ) -> Result<Option<Result<Effect, ResendRefusal>>, StoreError> {
        let Some(effect) = self.effect(id)? else {
            return Ok(None);
        };
        let planned = planned(self, &effect, now, "")?;
        Ok(Some(planned.map(|_changes| effect)))
    }
}

fn planned(
    reader: &Reader,
    effect: &Effect,
    now: Instant,
    reason: &str,
) -> Result<Result<Vec<Change>, ResendRefusal>, StoreError> {
    let Some(dossier) = reader.dossier_of_effect(effect)? else {
        let why = Some(Reason::operator(reason));
        let moved = |after| vec![effect_moved(effect, after, Rule::EFFECT_REPEATED, why)];
        return Ok(repetition(effect, now).map(moved));
    };
    let entitlements = entitlements(reader, dossier.order.id)?;
    Ok(resend(dossier, effect, entitlements, reason, now))
}

fn entitlements(reader: &Reader, order: OrderId) -> Result<Entitlements, StoreError> {
    let tickets = reader.ticket_count(order)?;
    let access = reader.access_of_order(order, None, ALL)?;
    let has_any = tickets.all() > 0 || !access.is_empty();
    let has_ticket = tickets.revoked < tickets.all();
    let has_access = access.iter().any(|grant| grant.revoked_at.is_none());
    Ok(if has_any && !has_ticket && !has_access {
        Entitlements::AllRevoked
    } else {
        Entitlements::Standing
    })
}

fn execute(
    tx: &Tx<'_>,
    effect: &Effect,
    changes: &[Change],
    by: Actor<'_>,
) -> Result<(), StoreError> {
    if let Some(dossier) = tx.dossier_of_effect(effect)? {
        execute_plan(tx, &dossier.order, changes, by)?;
        return Ok(());
    }
    (changes.iter()).try_for_each(|change| execute_alone(tx, change, by))
}
