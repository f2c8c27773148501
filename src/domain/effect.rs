//! What must happen once because an order moved: a program is run, an address is called, a mail is sent.

use std::fmt;

use super::names::{HookName, Sku};
use super::words::words;

words! {
    /// What an order went through that a shop wants something to happen on.
    pub enum Occasion {
        Paid = "paid",
        Revoked = "revoked",
        Expired = "expired",
        Cancelled = "cancelled",
        RefundDue = "refund_due",
        CaseOpened = "case_opened",
    }
}

words! {
    /// By which means it happens.
    pub enum EffectKind {
        Exec = "exec",
        Http = "http",
        Mail = "mail",
    }
}

/// What a shop wants to happen, and on which occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub name: HookName,
    pub occasion: Occasion,
    pub kind: EffectKind,
    /// Only for orders with one of these; none names all.
    pub products: Vec<Sku>,
    pub repeatable: Repeatable,
}

/// Whether a hook may run again when nobody knows how its last run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeatable {
    Yes,
    No,
}

/// By what an effect is known outside: the same in every try, so that a hook can tell a repetition.
///
/// Visible ASCII without spaces: safe as the value of a header and of a variable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct EffectKey(String);

impl EffectKey {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for EffectKey {
    type Err = NoEffectKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if text.is_empty() || text.len() > 128 || !text.bytes().all(is_allowed) {
            return Err(NoEffectKey);
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
pub struct NoEffectKey;

/// What carrying out came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    Done,
    /// It did not work this time, and why. Counts as a try.
    Again(String),
    /// It cannot work, however often it is tried, and why.
    Never(String),
}

#[cfg(test)]
mod tests {
    use super::EffectKey;

    #[test]
    fn a_key_is_safe_in_a_header_and_in_a_variable() {
        assert!("e12-refund_due-vpn-account-1".parse::<EffectKey>().is_ok());
        for bad in ["", "a b", "a\n", "a\0", "a:b", "ä"] {
            assert!(bad.parse::<EffectKey>().is_err(), "{bad:?}");
        }
    }
}
