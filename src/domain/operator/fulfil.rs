//! E2 to E9: what becomes of an order's effects when somebody carries them out, is lost over it, or has one
//! tried again.

use crate::domain::decide::apply_verdicts::settle;
use crate::domain::effect::{after_delivery, after_loss, requeued};
use crate::domain::{
    AttemptResult, CaseKind, CaseSubject, Change, Dossier, Effect, EffectId, EffectKind,
    EffectStatus, Instant, OrderStatus, PlanBuilder, Reason, Rule, Trigger, reasons,
};

/// Whether the order's state allows the effect to run.
#[must_use]
pub fn can_execute(dossier: &Dossier, effect: &Effect) -> bool {
    match effect.occasion {
        // What is being undone cannot be done again yet.
        Trigger::Paid => {
            let is_free = !is_running(dossier, Trigger::Revoked);
            is_sold(dossier) && dossier.is_covered() && is_free
        }
        // What is being done cannot be undone yet.
        Trigger::Revoked => !is_sold(dossier) && !is_running(dossier, Trigger::Paid),
        Trigger::Expired | Trigger::Cancelled | Trigger::RefundDue | Trigger::CaseOpened => true,
    }
}

/// Whether the effect waits until others have had their first turn: a mail may tell what they say. What has failed and
/// is tried again holds nothing up.
#[must_use]
pub fn goes_after_others(dossier: &Dossier, effect: &Effect) -> bool {
    let is_ahead = |other: &Effect| {
        let is_due = matches!(other.status, EffectStatus::Queued | EffectStatus::Running);
        other.occasion == effect.occasion && other.kind != EffectKind::Mail && is_due
    };
    effect.kind == EffectKind::Mail && dossier.effects.iter().any(is_ahead)
}

fn is_running(dossier: &Dossier, occasion: Trigger) -> bool {
    let mut effects = dossier.effects.iter();
    effects.any(|other| other.occasion == occasion && other.status == EffectStatus::Running)
}

pub(super) fn is_sold(dossier: &Dossier) -> bool {
    let status = dossier.order.status;
    matches!(status, OrderStatus::Paid | OrderStatus::Fulfilled)
}

/// Books how a try has ended, and gives the effect as it stands then. `seen` is the effect as it was claimed; if
/// somebody took it over since then, only its success still counts, and none is given for anything else.
#[must_use]
pub fn finish(
    dossier: Dossier,
    seen: &Effect,
    delivery: &AttemptResult,
    now: Instant,
) -> (Option<Effect>, Vec<Change>) {
    let Some(effect) = find(&dossier, seen.id) else {
        return (None, Vec::new());
    };
    if !counts(&effect, seen, delivery) {
        return (None, Vec::new());
    }
    let after = after_delivery(&effect, delivery, now);
    let rule = rule_of_end(&after);
    let (after, changes) = settle_effect(dossier, &effect, after, rule);
    (Some(after), changes)
}

/// By which rule a try has ended like this.
#[must_use]
pub fn rule_of_end(after: &Effect) -> Rule {
    match after.status {
        EffectStatus::Done => Rule::E2,
        EffectStatus::Dead => Rule::E4,
        EffectStatus::Uncertain => Rule::E6,
        EffectStatus::Queued
        | EffectStatus::Running
        | EffectStatus::Waiting
        | EffectStatus::Cancelled => Rule::E3,
    }
}

/// Whether the end of a try that began with `seen` still matters.
#[must_use]
pub fn counts(effect: &Effect, seen: &Effect, delivery: &AttemptResult) -> bool {
    let is_own = effect.status == EffectStatus::Running && effect.version == seen.version;
    let was_lost = matches!(
        effect.status,
        EffectStatus::Waiting | EffectStatus::Uncertain
    );
    is_own || (was_lost && matches!(delivery, AttemptResult::Done(_)))
}

/// Books that the worker of an effect is gone.
#[must_use]
pub fn lose(dossier: Dossier, seen: &Effect, now: Instant) -> Vec<Change> {
    let after = after_loss(seen, now);
    let rule = rule_of_loss(&after);
    settle_effect(dossier, seen, after, rule).1
}

/// E5, or E6 for what must not happen twice.
#[must_use]
pub fn rule_of_loss(after: &Effect) -> Rule {
    if after.status == EffectStatus::Uncertain {
        Rule::E6
    } else {
        Rule::E5
    }
}

/// Moves an effect whose turn has ended, and judges its order. For one that has ended meanwhile, nothing is
/// tried again, and what was done is to be undone; for one that lives again, nothing is undone any more.
fn settle_effect(
    dossier: Dossier,
    effect: &Effect,
    after: Effect,
    rule: Rule,
) -> (Effect, Vec<Change>) {
    let in_vain = obsolete_rule(&dossier, effect);
    let order = dossier.order.status;
    let mut draft = PlanBuilder::of(dossier);
    let why = Reason::effect_said(after.last_error.as_ref());
    let (after, rule, why) = match in_vain {
        Some(in_vain) if after.status != EffectStatus::Done => {
            let cancelled = Effect {
                status: EffectStatus::Cancelled,
                next_try_at: None,
                ..after
            };
            (cancelled, in_vain, Some(ended_meanwhile(order, why)))
        }
        Some(_) | None => (after, rule, why),
    };
    draft.move_effect(effect, after.clone(), rule, why);
    if in_vain == Some(Rule::E7) {
        draft.queue_revoked();
    }
    settle(&mut draft);
    (after, draft.changes)
}

fn ended_meanwhile(status: OrderStatus, why: Option<Reason>) -> Reason {
    match why.map(Box::new) {
        Some(reason) => Reason::OrderIsAnd { status, reason },
        None => Reason::OrderIs { status },
    }
}

/// By which rule an effect has become pointless, as its order stands by now.
fn obsolete_rule(dossier: &Dossier, effect: &Effect) -> Option<Rule> {
    match effect.occasion {
        Trigger::Paid => (!is_sold(dossier)).then_some(Rule::E7),
        Trigger::Revoked => is_sold(dossier).then_some(Rule::E9),
        Trigger::Expired | Trigger::Cancelled | Trigger::RefundDue | Trigger::CaseOpened => None,
    }
}

reasons! {
    /// Why an effect is not retried.
    pub enum RetryRefusal {
        NotNow { id: EffectId, status: EffectStatus } = "replay_not_now",
        NotSold(status: OrderStatus) = "replay_not_sold",
        Sold(status: OrderStatus) = "replay_sold",
        NotCovered = "replay_not_covered",
    }
}

impl std::error::Error for RetryRefusal {}

/// E8: a person retries an effect at once, with a fresh count of attempts.
///
/// # Errors
/// As [`RetryRefusal`] says.
pub fn replay(
    dossier: Dossier,
    effect: &Effect,
    reason: &str,
    now: Instant,
) -> Result<Vec<Change>, RetryRefusal> {
    let order = dossier.order.status;
    if effect.occasion == Trigger::Revoked && is_sold(&dossier) {
        return Err(RetryRefusal::Sold(order));
    }
    let after = requeued(effect, now).ok_or(RetryRefusal::NotNow {
        id: effect.id,
        status: effect.status,
    })?;
    if effect.occasion == Trigger::Paid && !is_sold(&dossier) {
        return Err(RetryRefusal::NotSold(order));
    }
    if effect.occasion == Trigger::Paid && !dossier.is_covered() {
        return Err(RetryRefusal::NotCovered);
    }
    let mut draft = PlanBuilder::of(dossier);
    let why = Reason::operator_if_any(reason);
    draft.move_effect(effect, after, Rule::E8, why);
    let is_stuck = |effect: &Effect| effect.status.needs_a_person();
    if !draft.dossier.effects_of_payment().any(is_stuck) {
        draft.close_cases(
            &CaseSubject::Order,
            &[CaseKind::NotFulfilled],
            &Reason::operator(reason),
        );
    }
    settle(&mut draft);
    Ok(draft.changes)
}

fn find(dossier: &Dossier, id: EffectId) -> Option<Effect> {
    let mut effects = dossier.effects.iter();
    effects.find(|effect| effect.id == id).cloned()
}

#[cfg(test)]
mod tests;
