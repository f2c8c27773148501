//! What a comparison of a payment with an answer needs beside the two, and what it finds.

use std::time::Duration;

use crate::domain::{CaseKind, NoAnswerReason, PaymentStatus, Rule, Rupiah};

/// The shop's own settings that a judgment needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long after a deadline a payment may still come in on time.
    pub grace: Duration,
}

/// What a gateway account has shown of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountEvidence {
    /// It has answered something other than "not found", now or earlier.
    Proven,
    /// It never has. It may be the wrong account, so its "not found" proves nothing.
    Unproven,
}

/// The outcome of comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Nothing to do: both sides agree, or no rule makes the answer move anything.
    Match,
    /// The payment moves, or money is booked, or both.
    Drift(Transition),
    /// Nothing moves; a person should look.
    Review(Rule, CaseKind),
    /// Nothing was learned.
    Unchecked(NoAnswerReason),
}

impl Finding {
    /// Silence is not an answer, and neither is what a possibly wrong account says.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        !matches!(
            self,
            Self::Unchecked(_) | Self::Review(Rule::G1 | Rule::P24, _)
        )
    }
}

/// One allowed move of one payment, planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    pub rule: Rule,
    pub to: PaymentStatus,
    /// What the gateway reports as paid, where this is news.
    pub received: Option<Rupiah>,
    /// Refunded so far, where this is news.
    pub refunded: Option<Rupiah>,
    /// Charged back so far, where this is news.
    pub charged_back: Option<Rupiah>,
    /// The question that comes with it, if any.
    pub case: Option<CaseKind>,
}
