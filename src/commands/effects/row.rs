//! The rows and the summary of carried-out effects. Fields are only ever added.

use serde::Serialize;

use crate::commands::printing::ended_early;
use crate::domain::{
    Effect, EffectId, EffectKey, EffectKind, EffectStatus, HookName, Instant, OrderNumber, Trigger,
    string_enum,
};
use crate::exit::Exit;
use crate::outbox::Attempt;
use crate::output::counted::tally;
use crate::output::{Severity, Summary, row};
use crate::shutdown::StopReason;
use crate::store::ListedEffect;

string_enum! {
    /// The result of an effect in a run.
    pub(in crate::commands) enum FulfilAction {
        Done = "done",
        /// It failed and will be retried.
        Again = "again",
        /// It is not retried any more; a case is opened.
        Dead = "dead",
        /// Its order has ended in the meantime.
        Cancelled = "cancelled",
        /// Whether it happened is unknown; a case is opened.
        Uncertain = "uncertain",
        /// Another process has finished it in the meantime.
        Overtaken = "overtaken",
        WouldDo = "would_do",
        /// Another process started it, and it may still be running.
        UnderWay = "under_way",
        /// Its current status, in a list.
        Listed = "listed",
    }
}

row! {
    /// What every row about an effect says of it.
    pub(super) struct EffectColumns {
        effect: EffectId => number("Effect"),
        key: EffectKey,
        hook: HookName => text("Hook"),
        occasion: Trigger => text("On"),
        kind: EffectKind => text("Kind"),
        pub(super) status: EffectStatus => text("Status"),
        tries: u32 => number("Tries"),
        next_try_at: Option<Instant> => text("Next try"),
    }
}

impl From<&Effect> for EffectColumns {
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
        }
    }
}

row! {
    pub(in crate::commands) struct FulfilledRow {
        order: Option<OrderNumber> => text("Order"),
        #[serde(flatten)]
        effect: EffectColumns => taken_in,
        action: FulfilAction => text("Action"),
        reason: Option<String> => prose("Reason"),
        repetition: u32,
        /// Only in a list.
        queued_at: Option<Instant>,
    }
    hides "Kind", "Tries", "On", "Next try", "Hook";
    severity Self::urgency;
}

/// Its status after an attempt.
impl From<&Attempt> for FulfilledRow {
    fn from(attempt: &Attempt) -> Self {
        let after = attempt.after.as_ref();
        let action = match after.map(|after| after.status) {
            None => FulfilAction::Overtaken,
            Some(EffectStatus::Done) => FulfilAction::Done,
            Some(EffectStatus::Dead) => FulfilAction::Dead,
            Some(EffectStatus::Cancelled) => FulfilAction::Cancelled,
            Some(EffectStatus::Uncertain) => FulfilAction::Uncertain,
            Some(EffectStatus::Queued | EffectStatus::Waiting | EffectStatus::Running) => {
                FulfilAction::Again
            }
        };
        let effect = after.unwrap_or(&attempt.claimed);
        let row = Self::standing(effect, attempt.order.clone(), action);
        match &attempt.result {
            Some(result) => Self {
                effect: EffectColumns {
                    tries: attempt.claimed.tries.saturating_add(1),
                    ..row.effect
                },
                reason: result.trouble().map(str::to_owned),
                ..row
            },
            None => row,
        }
    }
}

impl FulfilledRow {
    /// Its current status.
    pub(in crate::commands) fn standing(
        effect: &Effect,
        order: Option<OrderNumber>,
        action: FulfilAction,
    ) -> Self {
        Self {
            order,
            effect: effect.into(),
            repetition: effect.repetition,
            action,
            reason: effect.last_error.clone(),
            queued_at: None,
        }
    }

    /// In a list.
    pub(in crate::commands) fn listed(listed: &ListedEffect) -> Self {
        Self {
            queued_at: Some(listed.queued_at),
            ..Self::standing(&listed.effect, listed.order.clone(), FulfilAction::Listed)
        }
    }

    /// Started by another process: it is left alone until then at the latest.
    pub(in crate::commands) fn under_way(
        effect: &Effect,
        order: Option<OrderNumber>,
        until: Instant,
    ) -> Self {
        let row = Self::standing(effect, order, FulfilAction::UnderWay);
        Self {
            effect: EffectColumns {
                next_try_at: Some(until),
                ..row.effect
            },
            reason: Some("may still be running, until then at the latest".to_owned()),
            ..row
        }
    }

    /// For stderr, when effects are not the command's main output; none if all is well.
    pub(in crate::commands) fn note(&self) -> Option<String> {
        let order = self.order.as_ref().map_or("-", OrderNumber::as_str);
        let what = match self.action {
            FulfilAction::Again => "will be retried",
            FulfilAction::Dead => "will not be retried; see: payctl fulfil list --status dead",
            FulfilAction::Uncertain => {
                "may have happened; see: payctl fulfil list --status uncertain"
            }
            FulfilAction::Done
            | FulfilAction::Cancelled
            | FulfilAction::Overtaken
            | FulfilAction::WouldDo
            | FulfilAction::UnderWay
            | FulfilAction::Listed => return None,
        };
        let why = self.reason.as_deref().unwrap_or("it failed");
        Some(format!("{order}: {}: {why}; it {what}", self.effect.hook))
    }
    fn urgency(&self) -> Severity {
        match self.action {
            FulfilAction::Done => Severity::Mended,
            FulfilAction::Again | FulfilAction::Overtaken => Severity::Unsure,
            FulfilAction::Dead | FulfilAction::Uncertain => Severity::Person,
            FulfilAction::Cancelled
            | FulfilAction::WouldDo
            | FulfilAction::UnderWay
            | FulfilAction::Listed => Severity::Calm,
        }
    }
}

#[derive(Debug, Default, Serialize)]
pub(in crate::commands) struct FulfilSummary {
    done: u64,
    again: u64,
    dead: u64,
    uncertain: u64,
    cancelled: u64,
    overtaken: u64,
    would_do: u64,
    under_way: u64,
    /// Why the run ended early.
    pub(in crate::commands) ended: Option<StopReason>,
}

impl FulfilSummary {
    pub(in crate::commands) fn count(&mut self, row: &FulfilledRow) {
        let counter = match row.action {
            FulfilAction::Done => &mut self.done,
            FulfilAction::Again => &mut self.again,
            FulfilAction::Dead => &mut self.dead,
            FulfilAction::Uncertain => &mut self.uncertain,
            FulfilAction::Cancelled => &mut self.cancelled,
            FulfilAction::Overtaken => &mut self.overtaken,
            FulfilAction::WouldDo => &mut self.would_do,
            FulfilAction::UnderWay => &mut self.under_way,
            FulfilAction::Listed => return,
        };
        *counter += 1;
    }

    /// A failure that will be retried, or an interrupted run, is partial; a result that a person must settle needs
    /// attention.
    pub(in crate::commands) fn exit(&self) -> Exit {
        let again = if self.again > 0 || self.ended == Some(StopReason::Interrupted) {
            Exit::Partial
        } else {
            Exit::Clean
        };
        let stuck = if self.is_news() {
            Exit::Attention
        } else {
            Exit::Clean
        };
        again.worse(stuck)
    }

    /// Effects that were tried. A retry alone is not news; it becomes news when the retries run out.
    pub(in crate::commands) fn is_news(&self) -> bool {
        self.dead + self.uncertain > 0
    }

    pub(in crate::commands) fn tried(&self) -> u64 {
        self.done + self.again + self.dead + self.uncertain + self.cancelled + self.overtaken
    }

    /// The counts of attempts, without those of a preview.
    pub(in crate::commands) fn short(&self) -> String {
        self.tally([])
    }

    fn tally<const N: usize>(&self, more: [(u64, &str); N]) -> String {
        let mut results = vec![
            (self.done, "done"),
            (self.again, "to be retried"),
            (self.dead, "dead"),
            (self.uncertain, "uncertain"),
            (self.cancelled, "cancelled"),
            (self.overtaken, "overtaken"),
        ];
        results.extend(more);
        let ended = ended_early(self.ended, "; time limit reached, the next run continues");
        format!("{}{ended}", tally(&results, "nothing to do"))
    }
}

impl Summary for FulfilSummary {
    fn line(&self) -> String {
        self.tally([
            (self.would_do, "would be done"),
            (self.under_way, "may still be running"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::reference::check_words;

    #[test]
    fn the_schema_has_every_word() {
        check_words::<FulfilAction>("effect_action");
    }
}
