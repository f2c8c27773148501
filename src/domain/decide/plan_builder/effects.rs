//! What must happen outside the books because of a move: effects queued, moved and cancelled with it.

use super::PlanBuilder;
use crate::domain::{
    CaseId, CaseKind, CaseSubject, Change, Effect, EffectKey, EffectStatus, EffectSubject, Hook,
    OrderStatus, Reason, Rule, Trigger,
};

impl PlanBuilder {
    /// The order has come to a new status.
    pub(super) fn follow_order(&mut self, from: OrderStatus, to: OrderStatus) {
        let was_sold = matches!(from, OrderStatus::Paid | OrderStatus::Fulfilled);
        match to {
            OrderStatus::Paid => {
                self.cancel_undo_for_reopened();
                self.queue(Trigger::Paid, EffectSubject::Order);
            }
            OrderStatus::Expired => self.queue(Trigger::Expired, EffectSubject::Order),
            OrderStatus::Cancelled | OrderStatus::Refunded => {
                if was_sold {
                    self.cancel_and_undo(to);
                }
                if to == OrderStatus::Cancelled {
                    self.queue(Trigger::Cancelled, EffectSubject::Order);
                }
            }
            OrderStatus::Pending | OrderStatus::Fulfilled => {}
        }
    }

    /// A sold order has ended: nothing more is to be done for it, and what was done must be undone.
    fn cancel_and_undo(&mut self, to: OrderStatus) {
        let effects: Vec<Effect> = self.dossier.effects_of_payment().cloned().collect();
        let is_felt = effects.iter().any(Effect::may_have_happened);
        for effect in effects {
            if effect.status.is_scheduled() || effect.status.needs_a_person() {
                self.move_effect(
                    &effect,
                    cancelled(&effect),
                    Rule::E7,
                    Some(Reason::OrderIs { status: to }),
                );
            }
        }
        self.close_cases(
            &CaseSubject::Order,
            &[CaseKind::NotFulfilled],
            &Reason::NothingToDoAnyMore,
        );
        if is_felt {
            self.queue_revoked();
        } else {
            self.queue_revoked_of_goods();
        }
    }

    /// Nothing of an earlier life is to be undone any more: it would undo what is about to be done. What is being undone
    /// just now is waited for.
    fn cancel_undo_for_reopened(&mut self) {
        let is_open = |effect: &&Effect| {
            let status = effect.status;
            effect.occasion == Trigger::Revoked
                && (status.is_scheduled() || status.needs_a_person())
        };
        let effects = self.dossier.effects.iter().filter(is_open);
        for effect in effects.cloned().collect::<Vec<_>>() {
            let why = Some(Reason::OrderPaidAgain);
            self.move_effect(&effect, cancelled(&effect), Rule::E9, why);
        }
    }

    /// Whatever has been done for the order is to be undone, unless that is about to happen anyway.
    pub(in crate::domain) fn queue_revoked(&mut self) {
        let hooks = self.hooks(Trigger::Revoked).cloned().collect();
        self.queue_unless_fresh(hooks);
    }

    /// Tickets and access were handed out, and nothing else was done: whoever is meant for their products is told.
    fn queue_revoked_of_goods(&mut self) {
        let lines = &self.dossier.lines;
        let is_for_goods = |hook: &&Hook| {
            let mut given = lines.iter().filter(|line| line.has_handed_out);
            given.any(|line| hook.products.is_empty() || hook.products.contains(&line.sku))
        };
        let hooks = self.hooks(Trigger::Revoked).filter(is_for_goods);
        let hooks = hooks.cloned().collect();
        self.queue_unless_fresh(hooks);
    }

    fn queue_unless_fresh(&mut self, hooks: Vec<Hook>) {
        for hook in hooks {
            let is_fresh = |effect: &Effect| {
                effect.occasion == Trigger::Revoked
                    && effect.hook == hook.name
                    && effect.status == EffectStatus::Queued
            };
            if !self.dossier.effects.iter().any(is_fresh) {
                self.queue_one(&hook, EffectSubject::Order);
            }
        }
    }

    /// Whatever must happen on an occasion, for orders of these products.
    pub(super) fn queue(&mut self, occasion: Trigger, about: EffectSubject) {
        if self.is_long_over {
            return;
        }
        let hooks: Vec<Hook> = self.hooks(occasion).cloned().collect();
        for hook in hooks {
            self.queue_one(&hook, about);
        }
    }

    fn hooks(&self, occasion: Trigger) -> impl Iterator<Item = &Hook> {
        let lines = &self.dossier.lines;
        let hooks = self.dossier.hooks.iter();
        hooks.filter(move |hook| hook.occasion == occasion && hook.is_for(lines))
    }

    fn queue_one(&mut self, hook: &Hook, about: EffectSubject) {
        let order = self.dossier.order.id;
        let nth = self.next_of(hook);
        let key = EffectKey::of_order(order, hook.occasion, &hook.name, nth);
        let effect = Effect::queued(hook, Some(order), about, nth, key);
        self.dossier.effects.push(effect.clone());
        self.changes.push(Change::QueueEffect(Box::new(effect)));
    }

    /// A case about a gateway account belongs to no order, and to no product.
    pub(super) fn queue_about_gateway(&mut self) {
        let hooks = self.dossier.hooks.iter();
        let hooks =
            hooks.filter(|hook| hook.occasion == Trigger::CaseOpened && hook.products.is_empty());
        let about = EffectSubject::Case(CaseId::ADDED);
        let effects = hooks.map(|hook| {
            let key = EffectKey::of_case(CaseId::ADDED, &hook.name);
            Effect::queued(hook, None, about, 1, key)
        });
        self.changes
            .extend(effects.map(|effect| Change::QueueEffect(Box::new(effect))));
    }

    /// Numbers are never given twice: the latest effect of a hook is kept as long as its order.
    fn next_of(&self, hook: &Hook) -> u32 {
        let same = self
            .dossier
            .effects
            .iter()
            .filter(|effect| effect.occasion == hook.occasion && effect.hook == hook.name);
        same.map(|effect| effect.nth)
            .max()
            .unwrap_or_default()
            .saturating_add(1)
    }

    pub(in crate::domain) fn move_effect(
        &mut self,
        before: &Effect,
        after: Effect,
        rule: Rule,
        why: Option<Reason>,
    ) {
        let mut effects = self.dossier.effects.iter_mut();
        if let Some(kept) = effects.find(|effect| effect.key == before.key) {
            kept.clone_from(&after);
        }
        self.changes.push(Change::MoveEffect {
            before: Box::new(before.clone()),
            after: Box::new(after),
            rule,
            why,
        });
    }
}

fn cancelled(effect: &Effect) -> Effect {
    Effect {
        status: EffectStatus::Cancelled,
        next_try_at: None,
        version: effect.version + 1,
        ..effect.clone()
    }
}
