//! Cases: questions for a person, with what is known.

use crate::domain::string_enum;

string_enum! {
    /// What a case is about. One open case per subject and kind.
    pub enum CaseKind {
        /// The wrong amount came in.
        AmountMismatch = "amount_mismatch",
        /// The gateway's fraud system asks for a decision there.
        Challenged = "challenged",
        /// A payment the gateway knew is unknown to it now.
        ForgottenByGateway = "forgotten_by_gateway",
        /// The gateway takes back a word about money without a refund, or has had a payment before it was asked for it.
        GatewayContradiction = "gateway_contradiction",
        Chargeback = "chargeback",
        /// A word this version does not know.
        UnknownStatus = "unknown_status",
        /// A gateway account that has only ever answered "not found".
        UnprovenGateway = "unproven_gateway",
        /// Some money came in, but not enough.
        Underpaid = "underpaid",
        /// Money came for an order that was already dead.
        LatePayment = "late_payment",
        DoublePayment = "double_payment",
        /// Something that had to happen after payment failed for good.
        NotFulfilled = "not_fulfilled",
        /// What was handed out is no longer paid for.
        MoneyLost = "money_lost",
        /// The gateway keeps a payment payable that must not be.
        CannotClose = "cannot_close",
        /// A message has named a try that nobody here can place.
        UnknownTry = "unknown_try",
        /// A refund was sent long ago, and nobody knows what became of it.
        RefundUnknown = "refund_unknown",
        /// More has gone back than came in.
        RefundedTwice = "refunded_twice",
        /// A gateway no longer shows a refund that it had shown.
        RefundTakenBack = "refund_taken_back",
        /// Two payments, or two refunds, name what looks like one transfer of a bank.
        SameTransfer = "same_transfer",
        /// Money is in at a gateway, says a signed message, under references that stand under no payment here.
        UnknownOrder = "unknown_order",
        /// Nothing could be read about a payment, or heard of a gateway, for a day.
        Unanswered = "unanswered",
    }
}

string_enum! {
    /// How a case was closed.
    pub enum CaseOutcome {
        /// Its question no longer stood.
        Settled = "settled",
        /// A person took things as they are.
        Accepted = "accepted",
        /// A person sends the money back.
        Refund = "refund",
        /// A person found nothing to be done.
        Dismissed = "dismissed",
    }
}

string_enum! {
    /// What a person can answer to a case.
    pub enum CaseAnswer {
        /// Take things as they are; keep the money that came.
        Accept = "accept",
        /// Send the money back.
        Refund = "refund",
        /// Nothing is to be done.
        Dismiss = "dismiss",
    }
}

impl From<CaseAnswer> for CaseOutcome {
    fn from(answer: CaseAnswer) -> Self {
        match answer {
            CaseAnswer::Accept => Self::Accepted,
            CaseAnswer::Refund => Self::Refund,
            CaseAnswer::Dismiss => Self::Dismissed,
        }
    }
}
