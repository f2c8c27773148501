//! How `pay` ends.

use crate::domain::{PaymentId, Rupiah, string_enum};
use crate::exit::Exit;

/// What was done about which payment, and why.
#[derive(Debug)]
pub(super) struct PayOutcome {
    pub(super) action: PayAction,
    /// None without a payment at a gateway.
    pub(super) payment: Option<PaymentId>,
    /// Outside the gateways: the amount requested.
    pub(super) by_hand: Option<Rupiah>,
    /// Empty if there is nothing to add.
    pub(super) why: String,
    pub(super) exit: Exit,
}

impl PayOutcome {
    pub(super) fn of(action: PayAction, payment: PaymentId) -> Self {
        Self {
            payment: Some(payment),
            ..Self::without_payment(action)
        }
    }

    pub(super) fn without_payment(action: PayAction) -> Self {
        Self {
            action,
            payment: None,
            by_hand: None,
            why: String::new(),
            exit: Exit::Clean,
        }
    }

    /// Whether it is open at the gateway, as far as that has said.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.action, PayAction::Opened | PayAction::Alive)
    }

    pub(super) fn because(self, why: String, exit: Exit) -> Self {
        Self { why, exit, ..self }
    }
}

string_enum! {
    /// What was done.
    pub(super) enum PayAction {
        Opened = "opened",
        /// It was open already, and can be paid.
        Alive = "alive",
        WouldOpen = "would_open",
        /// No answer, so it is unknown whether it is open.
        Unsettled = "unsettled",
        /// Its payment instructions are not known.
        Unknown = "unknown",
        /// It is already paid.
        Paid = "paid",
        /// It cannot be paid now, because a case about it is open.
        Undecided = "undecided",
        Refused = "refused",
        /// Outside the gateways: the customer is shown how to pay, and an operator will approve the money.
        Asked = "asked",
        WouldAsk = "would_ask",
    }
}

impl PayAction {
    /// The action in words.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Asked | Self::WouldAsk => "Next",
            Self::Opened
            | Self::Alive
            | Self::WouldOpen
            | Self::Unsettled
            | Self::Unknown
            | Self::Paid
            | Self::Undecided
            | Self::Refused => "Why",
        }
    }

    /// For people.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Alive => "already open",
            Self::WouldOpen => "would be opened",
            Self::Unsettled => "not confirmed yet",
            Self::Unknown => "already open, instructions unknown",
            Self::Paid => "paid",
            Self::Undecided => "waits for a decision",
            Self::Refused => "refused",
            Self::Asked => "manual transfer requested",
            Self::WouldAsk => "manual transfer would be requested",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::reference::check_words;

    #[test]
    fn the_schema_has_every_word() {
        check_words::<PayAction>("pay_action");
    }
}
