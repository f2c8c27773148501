//! One step as a check sees it.

use std::time::Duration;

use crate::domain::Instant;
use crate::exit::Exit;
use crate::worlds::books::{BooksCopy, CopiedPayment};
use crate::worlds::memory::WorldMemory;
use crate::worlds::record::{Exchange, RequestKind, RunRecord};

/// What the shop has set.
#[derive(Debug, Clone)]
pub(in crate::worlds) struct ShopTerms {
    pub(in crate::worlds) grace: Duration,
    /// By which a gateway signs its notifications.
    pub(in crate::worlds) server_key: String,
}

impl ShopTerms {
    pub(in crate::worlds) fn grace_ms(&self) -> i64 {
        i64::try_from(self.grace.as_millis()).unwrap_or(i64::MAX)
    }
}

/// The books on both sides of a step, and what payctl did between.
#[derive(Debug, Clone, Copy)]
pub(in crate::worlds) struct CheckedStep<'a> {
    pub(in crate::worlds) before: &'a BooksCopy,
    pub(in crate::worlds) after: &'a BooksCopy,
    pub(in crate::worlds) run: Option<&'a RunRecord>,
    /// Including this step.
    pub(in crate::worlds) memory: &'a WorldMemory,
    /// By the gateways' clock.
    pub(in crate::worlds) now: Instant,
    pub(in crate::worlds) terms: &'a ShopTerms,
}

impl<'a> CheckedStep<'a> {
    /// The status of an order before; `None` if there was no such order.
    pub(in crate::worlds) fn status_before(&self, order: i64) -> Option<&'a str> {
        self.before.order(order).map(|order| order.status.as_str())
    }

    /// By which rule an order came to its present status in this step.
    pub(in crate::worlds) fn rule_of(&self, order: i64, status: &str) -> Option<&'a str> {
        let mut events = self.after.events.iter().rev();
        let event = events.find(|event| {
            event.order_id == Some(order)
                && event.what == "order"
                && event.to_word.as_deref() == Some(status)
        });
        event.and_then(|event| event.rule.as_deref())
    }
}

/// What kind of command line it was.
impl RunRecord {
    pub(in crate::worlds) fn is(&self, words: &[&str]) -> bool {
        let arguments = self.arguments.iter().map(String::as_str);
        arguments.take(words.len()).eq(words.iter().copied())
    }

    pub(in crate::worlds) fn has(&self, flag: &str) -> bool {
        self.arguments.iter().any(|argument| argument == flag)
    }

    pub(in crate::worlds) fn is_quiet(&self) -> bool {
        self.has("--quiet") || self.has("-q")
    }

    /// A check that may write.
    pub(in crate::worlds) fn is_check_all_fix(&self) -> bool {
        self.is(&["check-all"]) && self.has("--fix")
    }

    /// Names to cron's reader what nobody has been told.
    pub(in crate::worlds) fn is_reporting(&self) -> bool {
        let is_fulfil = self.is(&["fulfil"]) && !self.has("--replay");
        self.is_check_all_fix() || self.is(&["expire"]) || is_fulfil
    }

    /// Only looks.
    pub(in crate::worlds) fn is_look(&self) -> bool {
        let is_check = self.is(&["check-all"]) || self.is(&["check-status"]);
        self.has("--dry-run") || (is_check && !self.has("--fix"))
    }

    /// It came to its end, and did its work.
    pub(in crate::worlds) fn is_done(&self) -> bool {
        matches!(
            self.exit,
            Some(Exit::Clean | Exit::Attention | Exit::Partial | Exit::Config)
        )
    }

    /// The machine's clock was as right as payctl demands.
    pub(in crate::worlds) fn has_right_clock(&self, terms: &ShopTerms) -> bool {
        self.clock_ahead_ms.abs() <= terms.grace_ms()
    }

    /// What this machine took for the time, at the beginning.
    pub(in crate::worlds) fn began_by_own_clock(&self) -> i64 {
        self.began_at
            .as_millis()
            .saturating_add(self.clock_ahead_ms)
    }

    /// The requests to the gateway of a payment.
    pub(in crate::worlds) fn requests_about<'a>(
        &'a self,
        payment: &'a CopiedPayment,
    ) -> impl Iterator<Item = &'a Exchange> {
        let requests = self.exchanges.iter();
        requests.filter(|each| each.to == payment.gateway && each.kind != RequestKind::Effect)
    }
}
