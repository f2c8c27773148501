//! The events of a watch: each tick, each change, and the end.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{
    Dossier, EffectPart, HookName, HookOutput, Instant, OrderStatus, PaymentId, PaymentStatus,
    Rupiah, string_enum,
};
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::output::{OutputStyle, row};

/// An event in JSON lines. Fields are only ever added.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum WatchEvent<'a> {
    Tick {
        at: Instant,
        order: &'a str,
        order_status: OrderStatus,
        /// Until the order's deadline; 0 once it has passed.
        seconds_left: u64,
        /// Why no gateway has answered, if none has.
        unanswered: Option<&'a str>,
    },
    Status {
        at: Instant,
        #[serde(flatten)]
        standing: &'a OrderSnapshot,
    },
    /// The last line, as in all other JSON lines output.
    Done {
        #[serde(flatten)]
        done: &'a WatchEnd,
        schema: &'a str,
        command: &'a str,
        started_at: Instant,
        summary: WatchSummary,
        finished_at: Instant,
        exit: u8,
    },
}

/// The end in short.
#[derive(Debug, Serialize)]
pub(super) struct WatchSummary {
    pub(super) paid: bool,
    pub(super) because: WatchEndReason,
    pub(super) asked: u64,
}

/// The parts of an order and its payments that a watcher sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct OrderSnapshot {
    pub(super) order: String,
    pub(super) order_status: OrderStatus,
    pub(super) total: Rupiah,
    pub(super) cover: Rupiah,
    pub(super) expires_at: Instant,
    pub(super) payments: Vec<PaymentSnapshot>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct PaymentSnapshot {
    payment: PaymentId,
    payment_status: PaymentStatus,
    gateway: String,
    gateway_status: Option<String>,
}

impl From<&Dossier> for OrderSnapshot {
    fn from(dossier: &Dossier) -> Self {
        let payments = dossier.payments.iter().map(|payment| PaymentSnapshot {
            payment: payment.id,
            payment_status: payment.status,
            gateway: payment.gateway.to_string(),
            gateway_status: payment.raw_status.clone(),
        });
        Self {
            order: dossier.order.number.to_string(),
            order_status: dossier.order.status,
            total: dossier.order.total,
            cover: dossier.cover(),
            expires_at: dossier.order.expires_at,
            payments: payments.collect(),
        }
    }
}

string_enum! {
    /// Why a watch ended.
    pub(in crate::commands) enum WatchEndReason {
        Paid = "paid",
        /// The order ended unpaid.
        Ended = "ended",
        /// The timeout ended; the order is still pending.
        OutOfTime = "out_of_time",
        Interrupted = "interrupted",
    }
}

impl WatchEndReason {
    /// For people.
    fn describe(self) -> &'static str {
        match self {
            Self::Paid => "the order is paid",
            Self::Ended => "the order has ended",
            Self::OutOfTime => "timeout reached; check-all continues to poll",
            Self::Interrupted => "interrupted",
        }
    }
}

row! {
    /// What a hook has said.
    struct OutputRow {
        hook: HookName => text("Hook"),
        output: HookOutput => prose("Output"),
    }
}

impl From<(&HookName, &EffectPart)> for OutputRow {
    fn from((hook, effect): (&HookName, &EffectPart)) -> Self {
        Self {
            hook: hook.clone(),
            output: effect.output.clone(),
        }
    }
}

/// How a watch ended.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct WatchEnd {
    pub(in crate::commands) at: Instant,
    pub(in crate::commands) order: String,
    pub(in crate::commands) order_status: OrderStatus,
    pub(in crate::commands) paid: bool,
    pub(in crate::commands) because: WatchEndReason,
    /// The number of queries.
    pub(in crate::commands) asked: u64,
    /// Why the last query got no answer, if so.
    pub(in crate::commands) unanswered: Option<String>,
    /// The exit for a missing answer.
    #[serde(skip)]
    pub(in crate::commands) silence: Exit,
    /// Why no deadline can be trusted, if the clocks contradict each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::commands) clock: Option<String>,
    /// What the order's hooks have said by then, by their names.
    pub(in crate::commands) effects: BTreeMap<HookName, EffectPart>,
}

impl WatchEnd {
    pub(in crate::commands) fn exit(&self) -> Exit {
        let clock = match self.clock {
            Some(_) => Exit::Attention,
            None => Exit::Clean,
        };
        clock.worse(match (self.because, &self.unanswered) {
            (WatchEndReason::Paid, _) => Exit::Clean,
            (WatchEndReason::OutOfTime | WatchEndReason::Interrupted, Some(_)) => self.silence,
            (
                WatchEndReason::Ended | WatchEndReason::OutOfTime | WatchEndReason::Interrupted,
                _,
            ) => Exit::Attention,
        })
    }

    pub(in crate::commands) fn detail(&self, style: OutputStyle) -> Detail {
        let outputs: Vec<OutputRow> = self.effects.iter().map(OutputRow::from).collect();
        Detail::new(style)
            .field("Order", &self.order)
            .field("Status", self.order_status)
            .field("Asked", self.asked)
            .field("Ended", self.because.describe())
            .field_if_any("Unanswered", self.unanswered.as_ref())
            .field_if_any("Clock", self.clock.as_ref())
            .table("Output", &outputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::reference::check_words;

    #[test]
    fn the_schema_has_every_word() {
        check_words::<WatchEndReason>("watch_end");
    }
}
