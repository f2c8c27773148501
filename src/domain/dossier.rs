//! Everything known about one order, and the changes planned for it.

use std::sync::Arc;
use std::time::Duration;

use super::bank_transfer::{BankTransfer, TransferPart};
use super::case::{CaseKind, CaseOutcome};
use super::effect::{Effect, Hook, Trigger};
use super::instant::Instant;
use super::money::Rupiah;
use super::named_attempts::{MAX_UNKNOWN_TRIES, NamedTry};
use super::names::{CaseId, GatewayName, PaymentId, RefundId, TransactionId};
use super::notification_match::PaidClaim;
use super::opening::OpeningStage;
use super::order::{Order, OrderLine, OrderStatus, Refund, RefundReason, RefundStatus};
use super::payment::{Payment, PaymentStatus};
use super::reason::Reason;
use super::rule::Rule;
use super::ticket::RevokedTicket;
use super::unique_amount::UniqueAmount;

/// One order with all that belongs to it, as one read of the store saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    pub order: Order,
    /// When the order came to its present status.
    pub moved_at: Instant,
    /// Of what was waived, what had been here and was lost, and whose loss a person has taken. It covers the order, and
    /// gives way to money that comes after all.
    pub loss: Rupiah,
    pub lines: Vec<OrderLine>,
    /// In the order in which they were opened.
    pub payments: Vec<Payment>,
    pub refunds: Vec<Refund>,
    /// The open ones about this order and its payments.
    pub cases: Vec<OpenCase>,
    /// What messages say is paid, and no answer has settled since; the earliest first.
    pub claims: Vec<PaidClaim>,
    /// The tries that messages have named, that stand under none of its payments and have not answered; the earliest first.
    pub named: Vec<NamedTry>,
    /// What it is asked to pay past the gateways, by an amount of its own.
    pub asked: Option<UniqueAmount>,
    pub stock: FreeStock,
    /// The earliest first.
    pub effects: Vec<Effect>,
    /// What the shop wants to happen on which occasion.
    pub hooks: Arc<[Hook]>,
}

/// As long as a QR code is watched.
const LONG_OVER: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Whether the lines of an order that lost its stock could have it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreeStock {
    /// All lines at once, and every product accepts late money.
    ForLateMoney,
    /// All lines at once, but a product sends late money back.
    ForAPersonOnly,
    /// Not for all lines.
    Gone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    pub id: CaseId,
    pub kind: CaseKind,
    pub subject: CaseSubject,
}

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CaseSubject {
    Order,
    Payment(PaymentId),
    Gateway(GatewayName),
}

impl Dossier {
    /// As it is for a run whose questions were started at an instant: without the claims that came too late
    /// to keep the order.
    #[must_use]
    pub fn asked_from(mut self, at: Instant) -> Self {
        self.claims.retain(|claim| claim.blocks_expiry(at));
        self
    }

    #[must_use]
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.id == id)
    }

    /// A message says that it is paid, or has named another try at it, and no answer has settled that.
    #[must_use]
    pub fn is_claimed(&self, payment: PaymentId) -> bool {
        let is_named = self.named.iter().any(|named| named.payment == payment);
        is_named || self.claims.iter().any(|claim| claim.payment == payment)
    }

    /// The tries at a payment that are to be asked about by their own ids.
    #[must_use]
    pub fn named_tries(&self, payment: PaymentId) -> Vec<TransactionId> {
        let named = self.named.iter().filter(|named| named.payment == payment);
        let most = usize::try_from(MAX_UNKNOWN_TRIES).unwrap_or(usize::MAX);
        named
            .map(|named| named.transaction_id.clone())
            .take(most)
            .collect()
    }

    #[must_use]
    pub fn open_case(&self, kind: CaseKind, subject: &CaseSubject) -> Option<CaseId> {
        self.cases
            .iter()
            .find(|case| case.kind == kind && case.subject == *subject)
            .map(|case| case.id)
    }

    /// What must happen because the order is paid for.
    pub fn effects_of_payment(&self) -> impl Iterator<Item = &Effect> {
        let effects = self.effects.iter();
        effects.filter(|effect| effect.occasion == Trigger::Paid)
    }

    /// What has gone back of a payment, or is about to.
    #[must_use]
    pub fn refunded(&self, payment: &Payment) -> Rupiah {
        let refunds: Rupiah = self
            .refunds
            .iter()
            .filter(|refund| refund.payment == payment.id && refund.status.counts_as_gone())
            .map(|refund| refund.amount)
            .sum();
        refunds + payment.charged_back
    }

    /// The wrong amount is here, and not all of it has gone back or is about to.
    #[must_use]
    pub fn is_undecided(&self, payment: &Payment) -> bool {
        payment.status == PaymentStatus::Mismatch && self.refunded(payment) < payment.received
    }

    /// A payment counts while it is paid and less has gone back than it received.
    #[must_use]
    pub fn counts(&self, payment: &Payment) -> bool {
        payment.status == PaymentStatus::Paid && self.refunded(payment) < payment.received
    }

    /// An order that ended long ago: nothing follows by itself from money that is found only now.
    #[must_use]
    pub fn ended_long_ago(&self, now: Instant) -> bool {
        let has_ended = match self.order.status {
            OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => true,
            OrderStatus::Pending | OrderStatus::Paid | OrderStatus::Fulfilled => false,
        };
        has_ended && self.moved_at.saturating_add(LONG_OVER) < now
    }

    /// Its money came when the order was long over, and nobody has decided what becomes of it.
    #[must_use]
    pub fn awaits_a_person(&self, payment: &Payment) -> bool {
        let subject = CaseSubject::Payment(payment.id);
        let is_owed = self
            .refunds
            .iter()
            .any(|refund| refund.payment == payment.id);
        !is_owed && self.open_case(CaseKind::LatePayment, &subject).is_some()
    }

    /// What has come in and was not charged back, over all payments that count, plus what was waived.
    #[must_use]
    pub fn cover(&self) -> Rupiah {
        let credit: Rupiah = self
            .payments
            .iter()
            .filter(|payment| self.counts(payment))
            .map(Payment::credit)
            .sum();
        credit + self.order.waived
    }

    /// All money that has come in, whatever it counts for and whatever has become of it.
    #[must_use]
    pub fn received(&self) -> Rupiah {
        let with_money = self
            .payments
            .iter()
            .filter(|payment| payment.status.has_money());
        with_money.map(|payment| payment.received).sum()
    }

    /// What of it was refunded or charged back.
    #[must_use]
    pub fn refunded_or_charged_back(&self) -> Rupiah {
        let with_money = self
            .payments
            .iter()
            .filter(|payment| payment.status.has_money());
        with_money
            .map(|payment| payment.refunded + payment.charged_back)
            .sum()
    }

    /// What could still come in without being too much: a loss that was taken is covered, and missing all the same.
    #[must_use]
    pub fn missing(&self) -> Rupiah {
        self.order.total.saturating_sub(self.cover() - self.loss)
    }

    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.cover() >= self.order.total
    }
}

/// One thing that a plan writes. A plan is written whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A sibling: the customer's new try on a page. Its id is [`PaymentId::ADDED`] until it is written.
    AddPayment(Box<Payment>),
    /// A payment as it was and as it will be.
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
    /// What belongs to the order's lines: tickets and access.
    Entitlements(EntitlementChange),
    /// A decision that moves nothing by itself, kept in the trail.
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
    /// Nobody asks any more about the tries that messages have named at a payment.
    LetGoTries(PaymentId),
    MoveRefund {
        id: RefundId,
        from: RefundStatus,
        to: RefundStatus,
        rule: Rule,
        why: Reason,
    },
    /// Its gateway was asked to send it, and has answered without showing it.
    NoteAbsent {
        id: RefundId,
        since: Instant,
    },
    /// Part of a refund turned out to have happened in another way; this much of it is still to go.
    ShrinkRefund {
        id: RefundId,
        to: Rupiah,
        rule: Rule,
        why: Reason,
    },
    /// The gateway has sent this much back, and nobody here had asked for it.
    BookExternalRefund {
        payment: PaymentId,
        amount: Rupiah,
        rule: Rule,
    },
    /// Something must happen because of this. Its id is [`EffectId::ADDED`](super::names::EffectId::ADDED)
    /// until it is written; its turn is at once.
    QueueEffect(Box<Effect>),
    /// An effect as it was and as it will be.
    MoveEffect {
        before: Box<Effect>,
        after: Box<Effect>,
        rule: Rule,
        /// None: it was done, and nothing was said about it.
        why: Option<Reason>,
    },
    ByHand(ManualChange),
    Open(OpeningStage),
}

/// What only people bring about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManualChange {
    /// Money that came past the gateways. Its id is [`PaymentId::ADDED`] until it is written.
    Receive {
        payment: Box<Payment>,
        /// None for cash, say.
        transfer: Option<TransferPart>,
        rule: Rule,
        why: Reason,
    },
    /// The order is asked to pay past the gateways, by an amount of its own.
    Ask {
        asked: UniqueAmount,
        rule: Rule,
        why: Reason,
    },
    /// The transfer was booked for nothing; its reference may be used for what it really was.
    FreeTransfer(PaymentId),
    /// Two transfers look like one, and a person says that they are two.
    TellTransfersApart(PaymentId),
    /// The order waits longer for its money.
    Extend {
        to: Instant,
        rule: Rule,
        why: Reason,
    },
    RevokeTicket(RevokedTicket),
    /// So much more of the total need not be paid.
    Waive {
        amount: Rupiah,
        rule: Rule,
        why: Reason,
    },
    /// So much was here and is lost, and need not come again.
    TakeLoss {
        amount: Rupiah,
        rule: Rule,
        why: Reason,
    },
    /// A person keeps the money: no rule owes it again.
    DeclineRefund {
        id: RefundId,
        from: RefundStatus,
        rule: Rule,
        why: Reason,
    },
    /// The gateway is about to be asked to send it; the key makes a repetition harmless.
    SendRefund {
        id: RefundId,
        from: RefundStatus,
        key: String,
        /// Its payment, and when that is asked about if nobody does so sooner.
        payment: PaymentId,
        ask_at: Instant,
        rule: Rule,
        why: Reason,
    },
    /// A person has sent the money back past the gateway.
    FinishRefund {
        id: RefundId,
        from: RefundStatus,
        transfer: BankTransfer,
        rule: Rule,
        why: Reason,
    },
}

/// What happens to all lines of an order at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockMove {
    /// Held becomes sold.
    Sell,
    /// Released becomes sold, for every line or for none.
    Retake,
    /// Held becomes released.
    Release,
    /// Sold becomes returned, for products that can be sold again.
    Return,
}

/// What happens to all tickets and all access of an order at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntitlementChange {
    /// Every line gets what its product promises, once. What an earlier life of the order had is its own again, with
    /// the time that was left, but not what a person has revoked.
    Issue,
    /// As `Issue`; but the money of the earlier life went back, so that all of the time was bought again.
    Reissue,
    /// Nothing of it may be used while its money is away.
    Suspend,
    /// What was suspended may be used again; meanwhile no time has passed for it.
    Restore,
    /// Nothing of it may ever be used; what was used, was.
    Revoke,
}
