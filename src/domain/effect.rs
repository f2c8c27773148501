//! What must happen once because an order moved: a program is run, an address is called, a mail is sent.

mod outcome;
pub mod output;
pub mod payload;

use std::fmt;

pub use self::outcome::{
    AttemptResult, LONGEST_PAUSE, after_delivery, after_loss, repeated, requeued, retry_after,
};

pub use self::output::HookOutput;
use crate::domain::{
    CaseId, EffectId, HookName, Instant, OrderId, OrderLine, RefundId, Sku, string_enum,
};

/// What a mail ends in that nobody can be sent.
pub const NO_ADDRESS: &str = "the order has no email address";

string_enum! {
    /// What an order went through that a shop wants something to happen on.
    pub enum Trigger {
        Paid = "paid",
        Revoked = "revoked",
        Expired = "expired",
        Cancelled = "cancelled",
        RefundDue = "refund_due",
        CaseOpened = "case_opened",
    }
}

string_enum! {
    /// By which means it happens.
    pub enum EffectKind {
        Exec = "exec",
        Http = "http",
        Mail = "mail",
    }
}

string_enum! {
    /// Where an effect stands.
    pub enum EffectStatus {
        /// Nobody has tried it yet.
        Queued = "queued",
        /// Somebody carries it out just now, or was killed while doing so.
        Running = "running",
        /// It was tried without success, and is to be tried again.
        Waiting = "waiting",
        Done = "done",
        /// It is not tried again, unless a person says so.
        Dead = "dead",
        /// Its order ended before it was done.
        Cancelled = "cancelled",
        /// Nobody knows whether it was done, and it must not be done twice.
        Uncertain = "uncertain",
    }
}

impl EffectStatus {
    /// Its turn is still to come.
    #[must_use]
    pub fn is_scheduled(self) -> bool {
        match self {
            Self::Queued | Self::Waiting => true,
            Self::Running | Self::Done | Self::Dead | Self::Cancelled | Self::Uncertain => false,
        }
    }

    /// Only a person can bring it further.
    #[must_use]
    pub fn needs_a_person(self) -> bool {
        match self {
            Self::Dead | Self::Uncertain => true,
            Self::Queued | Self::Running | Self::Waiting | Self::Done | Self::Cancelled => false,
        }
    }

    /// A person can have it tried, whatever its turn.
    #[must_use]
    pub fn is_replayable(self) -> bool {
        self.is_scheduled() || self.needs_a_person()
    }

    /// Nothing more will come of it.
    #[must_use]
    pub fn is_over(self) -> bool {
        match self {
            Self::Done | Self::Cancelled => true,
            Self::Queued | Self::Running | Self::Waiting | Self::Dead | Self::Uncertain => false,
        }
    }
}

/// What a shop wants to happen, and on which occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub name: HookName,
    pub occasion: Trigger,
    pub kind: EffectKind,
    /// Only for orders with one of these; none names all.
    pub products: Vec<Sku>,
    pub repeatable: RetryOnUnknown,
}

impl Hook {
    /// Whether it is meant for an order with these lines.
    #[must_use]
    pub fn is_for(&self, lines: &[OrderLine]) -> bool {
        let is_named = |line: &OrderLine| self.products.contains(&line.sku);
        self.products.is_empty() || lines.iter().any(is_named)
    }
}

/// Whether a hook may run again when nobody knows how its last run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryOnUnknown {
    Yes,
    No,
}

/// What an effect is about, beside its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectSubject {
    Order,
    /// [`RefundId::ADDED`] stands for the last one that the same plan owes.
    Refund(RefundId),
    /// [`CaseId::ADDED`] stands for the last one that the same plan opens.
    Case(CaseId),
}

/// One thing that must happen once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub id: EffectId,
    /// By this whoever carries it out can tell a repetition.
    pub key: EffectKey,
    /// None: it is about a gateway account.
    pub order: Option<OrderId>,
    pub about: EffectSubject,
    pub occasion: Trigger,
    pub hook: HookName,
    /// Which one of its hook for the order, from 1.
    pub nth: u32,
    pub kind: EffectKind,
    pub repeatable: RetryOnUnknown,
    pub status: EffectStatus,
    /// How often it was tried, since it was queued or a person had it tried again.
    pub tries: u32,
    /// None: its turn is over, or it is being carried out.
    pub next_try_at: Option<Instant>,
    /// When somebody began to carry it out; only while it is running.
    pub claimed_at: Option<Instant>,
    /// What went wrong the last time.
    pub last_error: Option<String>,
    /// How often a person has had it delivered once more after it was done.
    pub repetition: u32,
    pub version: i64,
}

impl Effect {
    /// One that is due at once and that nobody has tried yet.
    #[must_use]
    pub fn queued(
        hook: &Hook,
        order: Option<OrderId>,
        about: EffectSubject,
        nth: u32,
        key: EffectKey,
    ) -> Self {
        Self {
            id: EffectId::ADDED,
            key,
            order,
            about,
            occasion: hook.occasion,
            hook: hook.name.clone(),
            nth,
            kind: hook.kind,
            repeatable: hook.repeatable,
            status: EffectStatus::Queued,
            tries: 0,
            next_try_at: None,
            claimed_at: None,
            last_error: None,
            repetition: 0,
            version: 1,
        }
    }

    /// Something of it may have happened in the world.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self.status {
            EffectStatus::Done | EffectStatus::Dead | EffectStatus::Uncertain => true,
            EffectStatus::Queued | EffectStatus::Waiting | EffectStatus::Cancelled => {
                self.tries > 0 || self.repetition > 0
            }
            // When it ends, it is looked at again.
            EffectStatus::Running => false,
        }
    }
}

/// `exec vpn-account (paid)`, `exec vpn-account (paid, repetition 1)`
impl fmt::Display for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} ({}", self.kind, self.hook, self.occasion)?;
        match self.repetition {
            0 => formatter.write_str(")"),
            times => write!(formatter, ", repetition {times})"),
        }
    }
}

/// By what an effect is known outside: the same in every try, so that a hook can tell a repetition.
///
/// Visible ASCII without spaces: safe as the value of a header and of a variable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct EffectKey(String);

impl EffectKey {
    /// Of the nth effect of a hook for an order.
    #[must_use]
    pub fn of_order(order: OrderId, occasion: Trigger, hook: &HookName, nth: u32) -> Self {
        Self(format!("e{order}-{occasion}-{hook}-{nth}"))
    }

    /// Of a case that belongs to no order.
    #[must_use]
    pub fn of_case(case: CaseId, hook: &HookName) -> Self {
        let occasion = Trigger::CaseOpened;
        Self(format!("c{case}-{occasion}-{hook}-1"))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for EffectKey {
    type Err = InvalidEffectKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if text.is_empty() || text.len() > 128 || !text.bytes().all(is_allowed) {
            return Err(InvalidEffectKey);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for EffectKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// Why a text is not the key of an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 128 of letters, digits, - _")]
pub struct InvalidEffectKey;

#[cfg(test)]
mod tests {
    use super::EffectKey;

    #[test]
    fn an_effect_key_fits_headers_and_variables() {
        assert!("e12-refund_due-vpn-account-1".parse::<EffectKey>().is_ok());
        assert!("a".repeat(128).parse::<EffectKey>().is_ok());
        assert!("a".repeat(129).parse::<EffectKey>().is_err());
        for bad in ["", "a b", "a\n", "a\0", "a:b", "ä"] {
            assert!(bad.parse::<EffectKey>().is_err(), "{bad:?}");
        }
    }
}
