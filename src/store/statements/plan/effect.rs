//! Writes effects: those that a plan queues, and how they ended.

use super::super::audit::EventSubject;
use super::PlanWriter;
use crate::domain::{
    CaseId, Effect, EffectKey, EffectSubject, Reason, RefundId, RetryOnUnknown, Rule,
};
use crate::store::engine::sql;
use crate::store::error::StoreError;

impl PlanWriter<'_> {
    /// Must run after the changes that open the case or record the refund, because the effect refers to them.
    pub(super) fn queue_effect(&mut self, effect: &Effect) -> Result<(), StoreError> {
        let (refund, case) = match effect.about {
            EffectSubject::Order => (None, None),
            EffectSubject::Refund(RefundId::ADDED) => (self.refund, None),
            EffectSubject::Refund(id) => (Some(id), None),
            // The same case was open already, so nothing new has happened.
            EffectSubject::Case(CaseId::ADDED) if self.case.is_none() => return Ok(()),
            EffectSubject::Case(CaseId::ADDED) => (None, self.case),
            EffectSubject::Case(id) => (None, Some(id)),
        };
        let key = match (effect.order, case) {
            (None, Some(case)) => EffectKey::of_case(case, &effect.hook),
            _ => effect.key.clone(),
        };
        self.tx.exec(
            sql!("queue_effect"),
            &[
                &key,
                &effect.order,
                &refund,
                &case,
                &effect.occasion,
                &effect.hook,
                &effect.nth,
                &effect.kind,
                &(effect.repeatable == RetryOnUnknown::Yes),
                &effect.status,
                &self.by.now,
            ],
        )?;
        let why = named(effect);
        let event = self.event(EventSubject::Effect, &why).order(effect.order);
        self.record(event.to(effect.status.word()).rule(Rule::EFFECT_QUEUED))
    }

    pub(super) fn move_effect(
        &mut self,
        before: &Effect,
        after: &Effect,
        rule: Rule,
        why: Option<&Reason>,
    ) -> Result<(), StoreError> {
        self.tx.change(
            sql!("move_effect"),
            &[
                &after.status,
                &after.tries,
                &after.next_try_at,
                &after.last_error,
                &after.repetition,
                &self.by.now,
                &before.id,
                &before.version,
                &before.status,
            ],
        )?;
        let told = match why {
            None => named(after),
            Some(why) => Reason::EffectMoved {
                effect: after.to_string(),
                reason: Box::new(why.clone()),
            },
        };
        let event = self.event(EventSubject::Effect, &told).order(after.order);
        let (from, to) = (before.status.word(), after.status.word());
        self.record(event.from(from).to(to).rule(rule))
    }
}

fn named(effect: &Effect) -> Reason {
    Reason::EffectNamed {
        effect: effect.to_string(),
    }
}
