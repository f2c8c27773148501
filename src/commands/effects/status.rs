//! An effect's current status, next to its order. Fields are only ever added.

use super::row::EffectColumns;
use crate::domain::Effect;
use crate::output::{Severity, row};

row! {
    pub(in crate::commands) struct EffectRow {
        #[serde(flatten)]
        effect: EffectColumns => taken_in,
        reason: Option<String> => prose("Reason"),
        repetition: u32,
    }
    hides "Kind", "Tries", "On", "Next try";
    severity Self::urgency;
}

impl From<&Effect> for EffectRow {
    fn from(effect: &Effect) -> Self {
        Self {
            effect: effect.into(),
            reason: effect.last_error.clone(),
            repetition: effect.repetition,
        }
    }
}

impl EffectRow {
    fn urgency(&self) -> Severity {
        if self.effect.status.needs_a_person() {
            Severity::Person
        } else {
            Severity::Calm
        }
    }
}
