//! An effect's current status, next to its order. Fields are only ever added.

use serde::Serialize;

use crate::domain::{
    Effect, EffectId, EffectKey, EffectKind, EffectStatus, HookName, Instant, Trigger, Zone,
};
use crate::output::{Column, Row, Severity};

#[derive(Debug, Serialize)]
pub(in crate::commands) struct EffectRow {
    effect: EffectId,
    key: EffectKey,
    hook: HookName,
    occasion: Trigger,
    kind: EffectKind,
    status: EffectStatus,
    tries: u32,
    next_try_at: Option<Instant>,
    reason: Option<String>,
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
            tries: effect.tries,
            next_try_at: effect.next_try_at,
            reason: effect.last_error.clone(),
        }
    }
}

impl Row for EffectRow {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::number("Effect"),
                Column::text("Hook"),
                Column::text("On"),
                Column::text("Kind"),
                Column::text("Status"),
                Column::number("Tries"),
                Column::text("Next try"),
                Column::text("Reason"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "effect",
            "key",
            "hook",
            "occasion",
            "kind",
            "status",
            "tries",
            "next_try_at",
            "reason",
        ]
    }

    fn cells(&self, zone: Zone) -> Vec<String> {
        let next = self.next_try_at.map(|at| at.in_zone(zone));
        vec![
            self.effect.to_string(),
            self.hook.to_string(),
            self.occasion.to_string(),
            self.kind.to_string(),
            self.status.to_string(),
            self.tries.to_string(),
            next.unwrap_or_default(),
            self.reason.clone().unwrap_or_default(),
        ]
    }

    fn severity(&self) -> Severity {
        if self.status.needs_a_person() {
            Severity::Person
        } else {
            Severity::Calm
        }
    }
}
