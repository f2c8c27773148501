//! Writes effects: those that a plan queues, and how they ended.

use rusqlite::params;

use super::super::error::StoreError;
use super::super::events::{Event, What};
use super::super::sql;
use super::{Writer, must_hit};
use crate::domain::effect::{About, Effect, EffectKey, Repeatable};
use crate::domain::names::{CaseId, RefundId};
use crate::domain::rule::Rule;

impl Writer<'_> {
    /// Must run after the changes that open the case or record the refund, because the effect refers to them.
    pub(super) fn queue_effect(&mut self, effect: &Effect) -> Result<(), StoreError> {
        let (refund, case) = match effect.about {
            About::Order => (None, None),
            About::Refund(RefundId::ADDED) => (self.refund, None),
            About::Refund(id) => (Some(id), None),
            // The same case was open already, so nothing new has happened.
            About::Case(CaseId::ADDED) if self.case.is_none() => return Ok(()),
            About::Case(CaseId::ADDED) => (None, self.case),
            About::Case(id) => (None, Some(id)),
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
                effect.repeatable == Repeatable::Yes,
                effect.status,
                self.now,
            ],
        )?;
        self.tell(&Event {
            order: effect.order,
            to: Some(effect.status.word()),
            rule: Some(Rule::E1),
            ..self.event(What::Effect, &effect.to_string())
        })
    }

    pub(super) fn move_effect(
        &mut self,
        before: &Effect,
        after: &Effect,
        rule: Rule,
        why: &str,
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
        must_hit(hit)?;
        let told = match why {
            "" => after.to_string(),
            why => format!("{after}: {why}"),
        };
        self.tell(&Event {
            order: after.order,
            from: Some(before.status.word()),
            to: Some(after.status.word()),
            rule: Some(rule),
            ..self.event(What::Effect, &told)
        })
    }
}
