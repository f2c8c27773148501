//! The lines and the summary of carrying out. Fields are only ever added.

use serde::Serialize;

use crate::domain::effect::{AttemptResult, Effect, EffectKey, EffectKind, EffectStatus, Trigger};
use crate::domain::instant::{Instant, Zone};
use crate::domain::names::{EffectId, HookName, OrderNumber};
use crate::exit::Exit;
use crate::output::{Column, Row, Severity, Summary};
use crate::reconciler::StopReason;

/// What came of an effect in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::commands) enum FulfilAction {
    Done,
    /// It did not work, and is tried again.
    Again,
    /// It is tried no more; a person is asked.
    Dead,
    /// Its order has ended meanwhile.
    Cancelled,
    /// Nobody knows whether it was done; a person is asked.
    Uncertain,
    /// Somebody else has settled it meanwhile.
    Overtaken,
    WouldDo,
    /// It was begun by somebody else, and may not have ended.
    UnderWay,
    /// As it stands, in a list.
    Listed,
}

impl FulfilAction {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Again => "again",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
            Self::Uncertain => "uncertain",
            Self::Overtaken => "overtaken",
            Self::WouldDo => "would_do",
            Self::UnderWay => "under_way",
            Self::Listed => "listed",
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub(in crate::commands) struct FulfilledRow {
    order: Option<OrderNumber>,
    effect: EffectId,
    key: EffectKey,
    hook: HookName,
    occasion: Trigger,
    kind: EffectKind,
    status: EffectStatus,
    tries: u32,
    next_try_at: Option<Instant>,
    action: FulfilAction,
    reason: Option<String>,
}

impl FulfilledRow {
    /// After a try. `after` is none where somebody else has settled it.
    pub(in crate::commands) fn ended(
        effect: &Effect,
        order: Option<OrderNumber>,
        after: Option<&Effect>,
        delivery: &AttemptResult,
    ) -> Self {
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
        Self {
            tries: effect.tries.saturating_add(1),
            reason: delivery.trouble().map(str::to_owned),
            ..Self::standing(after.unwrap_or(effect), order, action)
        }
    }

    /// As it stands.
    pub(in crate::commands) fn standing(
        effect: &Effect,
        order: Option<OrderNumber>,
        action: FulfilAction,
    ) -> Self {
        Self {
            order,
            effect: effect.id,
            key: effect.key.clone(),
            hook: effect.hook.clone(),
            occasion: effect.occasion,
            kind: effect.kind,
            status: effect.status,
            tries: effect.tries,
            next_try_at: effect.next_try_at,
            action,
            reason: effect.last_error.clone(),
        }
    }

    /// As it was begun elsewhere: until then at the most it is left alone.
    pub(in crate::commands) fn under_way(
        effect: &Effect,
        order: Option<OrderNumber>,
        until: Instant,
    ) -> Self {
        Self {
            next_try_at: Some(until),
            reason: Some("may still be under way, until then at the most".to_owned()),
            ..Self::standing(effect, order, FulfilAction::UnderWay)
        }
    }

    /// For stderr, where this line is not the command's own; none when all is well.
    pub(in crate::commands) fn note(&self) -> Option<String> {
        let order = self.order.as_ref().map_or("-", OrderNumber::as_str);
        let what = match self.action {
            FulfilAction::Again => "is tried again",
            FulfilAction::Dead => "is tried no more; see: payctl fulfil list --status dead",
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
        let why = self.reason.as_deref().unwrap_or("it did not work");
        Some(format!("{order}: {}: {why}; it {what}", self.hook))
    }
}

impl Row for FulfilledRow {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Order"),
                Column::number("Effect"),
                Column::text("Hook"),
                Column::text("On"),
                Column::text("Kind"),
                Column::text("Status"),
                Column::number("Tries"),
                Column::text("Next try"),
                Column::text("Action"),
                Column::text("Reason"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "order",
            "effect",
            "key",
            "hook",
            "occasion",
            "kind",
            "status",
            "tries",
            "next_try_at",
            "action",
            "reason",
        ]
    }

    fn cells(&self, zone: Zone) -> Vec<String> {
        let order = self.order.as_ref().map_or("-", OrderNumber::as_str);
        let next = self.next_try_at.map(|at| at.in_zone(zone));
        vec![
            order.to_owned(),
            self.effect.to_string(),
            self.hook.to_string(),
            self.occasion.to_string(),
            self.kind.to_string(),
            self.status.to_string(),
            self.tries.to_string(),
            next.unwrap_or_default(),
            self.action.word().to_owned(),
            self.reason.clone().unwrap_or_default(),
        ]
    }

    fn severity(&self) -> Severity {
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
    /// Why the run ended before all was tried.
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

    /// What failed and is tried again is partial, and so is a run that somebody has ended; what a person must
    /// settle is for their attention.
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

    /// Somebody should read it. What is tried again is no news: it becomes some when the tries run out.
    pub(in crate::commands) fn is_news(&self) -> bool {
        self.dead + self.uncertain > 0
    }

    pub(in crate::commands) fn tried(&self) -> u64 {
        self.done + self.again + self.dead + self.uncertain + self.cancelled + self.overtaken
    }

    /// What was tried, without what only looking counts.
    pub(in crate::commands) fn short(&self) -> String {
        let ended = match self.ended {
            Some(StopReason::OutOfTime) => "; the time was up, and the next run goes on",
            Some(StopReason::Interrupted) => "; interrupted",
            None => "",
        };
        format!(
            "{} done, {} tried again later, {} dead, {} uncertain, {} cancelled, {} overtaken{ended}",
            self.done, self.again, self.dead, self.uncertain, self.cancelled, self.overtaken
        )
    }
}

impl Summary for FulfilSummary {
    fn line(&self) -> String {
        let under_way = match self.under_way {
            0 => String::new(),
            some => format!(", {some} may still be under way"),
        };
        format!(
            "{}, {} would be done{under_way}",
            self.short(),
            self.would_do
        )
    }
}
