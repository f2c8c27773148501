//! An effect's current status, next to its order. Fields are only ever added.

use crate::domain::{
    Effect, EffectId, EffectKey, EffectKind, EffectStatus, HookName, Instant, Trigger,
};
use crate::output::{Severity, row};

row! {
    pub(in crate::commands) struct EffectRow {
        effect: EffectId => number("Effect"),
        key: EffectKey,
        hook: HookName => text("Hook"),
        occasion: Trigger => text("On"),
        kind: EffectKind => text("Kind"),
        status: EffectStatus => text("Status"),
        tries: u32 => number("Tries"),
        next_try_at: Option<Instant> => text("Next try"),
        reason: Option<String> => prose("Reason"),
        repetition: u32,
    }
    hides "Kind", "Tries", "On", "Next try";
    severity Self::urgency;
}

impl From<&Effect> for EffectRow {
    fn from(effect: &Effect) -> Self {
        Self {
            effect: effect.id,
            key: effect.key.clone(),
            hook: effect.hook.clone(),
            occasion: effect.occasion,
            kind: effect.kind,
            status: effect.status,
            repetition: effect.repetition,
            tries: effect.tries,
            next_try_at: effect.next_try_at,
            reason: effect.last_error.clone(),
        }
    }
}

impl EffectRow {
    fn urgency(&self) -> Severity {
        if self.status.needs_a_person() {
            Severity::Person
        } else {
            Severity::Calm
        }
    }
}
