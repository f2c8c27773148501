//! The effect that a hook has for an order, or would have: to show what it would hand over. It is never stored.

use crate::domain::{Dossier, Effect, EffectKey, EffectSubject, Hook, OpenCase, Refund, Trigger};

/// The latest effect of the hook for this order; else the one that would be its first, about the latest refund or case.
#[must_use]
pub fn rehearse(hook: &Hook, dossier: &Dossier) -> Effect {
    let is_of_hook =
        |effect: &&Effect| effect.hook == hook.name && effect.occasion == hook.occasion;
    if let Some(latest) = dossier.effects.iter().rfind(is_of_hook) {
        return latest.clone();
    }
    let order = dossier.order.id;
    let key = EffectKey::of_order(order, hook.occasion, &hook.name, 1);
    Effect::queued(hook, Some(order), subject(hook, dossier), 1, key)
}

fn subject(hook: &Hook, dossier: &Dossier) -> EffectSubject {
    let refund = |refund: &Refund| EffectSubject::Refund(refund.id);
    let case = |case: &OpenCase| EffectSubject::Case(case.id);
    let subject = match hook.occasion {
        Trigger::RefundDue => dossier.refunds.last().map(refund),
        Trigger::CaseOpened => dossier.cases.last().map(case),
        Trigger::Paid | Trigger::Revoked | Trigger::Expired | Trigger::Cancelled => None,
    };
    subject.unwrap_or(EffectSubject::Order)
}
