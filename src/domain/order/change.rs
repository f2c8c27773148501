//! The changes that a plan makes to one order.

use crate::domain::{
    BankTransfer, CaseId, CaseKind, CaseOutcome, CaseSubject, Effect, Instant, OpeningStage,
    OrderStatus, Payment, PaymentId, Reason, RefundId, RefundReason, RefundStatus, RevokedTicket,
    Rule, Rupiah, TransferPart, UniqueAmount,
};

/// One change of a plan. The store writes a plan completely or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The customer's new attempt on the same page. Its id is [`PaymentId::ADDED`] until it is written.
    AddPayment(Box<Payment>),
    /// A payment before and after.
    MovePayment {
        before: Box<Payment>,
        after: Box<Payment>,
        rule: Rule,
        why: Reason,
    },
    MoveOrder {
        from: OrderStatus,
        to: OrderStatus,
        rule: Rule,
        why: Reason,
    },
    MoveStock(StockMove),
    /// Tickets and access of the order's lines.
    Entitlements(EntitlementChange),
    /// A decision that changes nothing else; only the audit log keeps it.
    Note {
        rule: Rule,
        why: Reason,
    },
    OpenCase {
        kind: CaseKind,
        subject: CaseSubject,
        rule: Rule,
        facts: Reason,
    },
    CloseCase {
        id: CaseId,
        kind: CaseKind,
        resolution: CaseOutcome,
        why: Reason,
    },
    /// Money must go back.
    Owe {
        payment: PaymentId,
        amount: Rupiah,
        reason: RefundReason,
        rule: Rule,
        why: Reason,
    },
    /// Stop querying the attempts that notifications named at a payment.
    LetGoTries(PaymentId),
    MoveRefund {
        id: RefundId,
        from: RefundStatus,
        to: RefundStatus,
        rule: Rule,
        why: Reason,
    },
    /// The gateway was asked to send the refund, and its answer does not show it.
    NoteAbsent {
        id: RefundId,
        since: Instant,
    },
    /// Part of a refund happened in another way; `to` is still to be sent.
    ShrinkRefund {
        id: RefundId,
        to: Rupiah,
        rule: Rule,
        why: Reason,
    },
    /// The gateway refunded this much without a request from payctl.
    BookExternalRefund {
        payment: PaymentId,
        amount: Rupiah,
        rule: Rule,
    },
    /// A new effect. Its id is [`EffectId::ADDED`](crate::domain::EffectId::ADDED)
    /// until it is written; it is due at once.
    QueueEffect(Box<Effect>),
    /// An effect before and after.
    MoveEffect {
        before: Box<Effect>,
        after: Box<Effect>,
        rule: Rule,
        /// `None`: it is done, and the hook returned no message.
        why: Option<Reason>,
    },
    ByHand(ManualChange),
    Open(OpeningStage),
}

/// A refund that has become due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundOwed {
    pub payment: PaymentId,
    pub amount: Rupiah,
    pub reason: RefundReason,
}

impl Change {
    /// The case that it opens.
    #[must_use]
    pub fn opens(&self) -> Option<CaseKind> {
        let Self::OpenCase { kind, .. } = self else {
            return None;
        };
        Some(*kind)
    }

    /// The refund that it makes due.
    #[must_use]
    pub fn owes(&self) -> Option<RefundOwed> {
        let Self::Owe {
            payment,
            amount,
            reason,
            ..
        } = self
        else {
            return None;
        };
        Some(RefundOwed {
            payment: *payment,
            amount: *amount,
            reason: *reason,
        })
    }

    /// The refund that waits for a person again, because the gateway was asked for it and does not show it.
    #[must_use]
    pub fn misses(&self) -> Option<RefundId> {
        let Self::MoveRefund {
            id, rule: Rule::R2, ..
        } = self
        else {
            return None;
        };
        Some(*id)
    }
}

/// Changes that only a person can make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManualChange {
    /// Money received outside the gateways. Its id is [`PaymentId::ADDED`] until it is written.
    Receive {
        payment: Box<Payment>,
        /// `None` for cash, for example.
        transfer: Option<TransferPart>,
        rule: Rule,
        why: Reason,
    },
    /// Request a manual transfer of a unique amount.
    Ask {
        asked: UniqueAmount,
        rule: Rule,
        why: Reason,
    },
    /// The booking of the transfer was wrong; its reference becomes free for the right one.
    FreeTransfer(PaymentId),
    /// Two transfers look like one; a person confirmed that they are two.
    TellTransfersApart(PaymentId),
    /// Extend the order's deadline.
    Extend {
        to: Instant,
        rule: Rule,
        why: Reason,
    },
    RevokeTicket(RevokedTicket),
    /// This much more of the total need not be paid.
    Waive {
        amount: Rupiah,
        rule: Rule,
        why: Reason,
    },
    /// This much was received and is lost; it need not be paid again.
    TakeLoss {
        amount: Rupiah,
        rule: Rule,
        why: Reason,
    },
    /// A person keeps the money; no rule makes it due again.
    DeclineRefund {
        id: RefundId,
        from: RefundStatus,
        rule: Rule,
        why: Reason,
    },
    /// Written before the request to the gateway; the idempotency key makes a retry harmless.
    SendRefund {
        id: RefundId,
        from: RefundStatus,
        key: String,
        /// The payment to query, and when at the latest.
        payment: PaymentId,
        ask_at: Instant,
        rule: Rule,
        why: Reason,
    },
    /// A person refunded the money outside the gateway.
    FinishRefund {
        id: RefundId,
        from: RefundStatus,
        transfer: BankTransfer,
        rule: Rule,
        why: Reason,
    },
}

/// A stock change for all lines of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockMove {
    /// Held becomes sold.
    Sell,
    /// Released becomes sold, for all lines or for none.
    Retake,
    /// Held becomes released.
    Release,
    /// Sold becomes returned, for products that can be sold again.
    Return,
}

/// A change for all tickets and all access of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntitlementChange {
    /// Each line gets what its product promises, once. Tickets and access from before the order was reopened are restored
    /// with the time that was left, except those a person revoked.
    Issue,
    /// Like `Issue`; but the earlier money was refunded, so the full time was bought again.
    Reissue,
    /// Suspended while the order is not fully paid.
    Suspend,
    /// Usable again; the suspended time does not count.
    Restore,
    /// Never usable again; past use remains.
    Revoke,
}
