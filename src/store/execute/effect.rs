//! Writes effects: those that a plan queues, and how they ended.

use rusqlite::params;

use super::super::error::StoreError;
use super::super::events::{EventRecord, EventSubject};
use super::super::sql;
use super::{PlanWriter, require_hit};
use crate::domain::{
    CaseId, Effect, EffectKey, EffectSubject, Reason, RefundId, RetryOnUnknown, Rule,
};

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
        self.change(
            sql!("queue_effect"),
            params![
                key,
                effect.order,
                refund,
                case,
                effect.occasion,
                effect.hook,
                effect.nth,
                effect.kind,
                effect.repeatable == RetryOnUnknown::Yes,
                effect.status,
                self.now,
            ],
        )?;
        self.record_event(&EventRecord {
            order: effect.order,
            to: Some(effect.status.word()),
            rule: Some(Rule::E1),
            ..self.event(EventSubject::Effect, &named(effect))
        })
    }

    pub(super) fn move_effect(
        &mut self,
        before: &Effect,
        after: &Effect,
        rule: Rule,
        why: Option<&Reason>,
    ) -> Result<(), StoreError> {
        let hit = self.change(
            sql!("move_effect"),
            params![
                after.status,
                after.tries,
                after.next_try_at,
                after.last_error,
                self.now,
                before.id,
                before.version,
                before.status,
            ],
        )?;
        require_hit(hit)?;
        let told = match why {
            None => named(after),
            Some(why) => Reason::EffectMoved {
                effect: after.to_string(),
                reason: Box::new(why.clone()),
            },
        };
        self.record_event(&EventRecord {
            order: after.order,
            from: Some(before.status.word()),
            to: Some(after.status.word()),
            rule: Some(rule),
            ..self.event(EventSubject::Effect, &told)
        })
    }
}

fn named(effect: &Effect) -> Reason {
    Reason::EffectNamed {
        effect: effect.to_string(),
    }
}
