//! Everything known about one order.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::notification::named_try::MAX_UNKNOWN_TRIES;
use crate::domain::{
    CaseId, CaseKind, Effect, GatewayName, Hook, Instant, NamedTry, Order, OrderLine, OrderStatus,
    PaidClaim, Payment, PaymentId, PaymentStatus, Refund, Rupiah, TransactionId, Trigger,
    UniqueAmount,
};

/// One order with everything that belongs to it, as read in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    pub order: Order,
    /// When the order reached its current status.
    pub moved_at: Instant,
    /// The part of `waived` that had been received, was lost and was written off by a person. It covers the order until
    /// money replaces it.
    pub loss: Rupiah,
    pub lines: Vec<OrderLine>,
    /// Oldest first.
    pub payments: Vec<Payment>,
    pub refunds: Vec<Refund>,
    /// Open cases about this order and its payments.
    pub cases: Vec<OpenCase>,
    /// Payments that a notification reports as paid and no answer has settled since; oldest first.
    pub claims: Vec<PaidClaim>,
    /// Attempts that notifications name, that belong to none of its payments and have no answer yet; oldest first.
    pub named: Vec<NamedTry>,
    /// The unique amount requested for a manual transfer.
    pub asked: Option<UniqueAmount>,
    pub stock: FreeStock,
    /// Oldest first.
    pub effects: Vec<Effect>,
    /// The hooks that the shop has configured.
    pub hooks: Arc<[Hook]>,
}

/// The period for which a QR code is watched.
const LONG_OVER: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Whether an order that released its stock can get it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreeStock {
    /// For all lines, and every product accepts late money.
    ForLateMoney,
    /// For all lines, but at least one product refunds late money.
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

/// The subject of a case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CaseSubject {
    Order,
    Payment(PaymentId),
    Gateway(GatewayName),
}

impl Dossier {
    /// The dossier for a run whose queries started at `at`: without the claims that came too late to keep the order.
    #[must_use]
    pub fn asked_from(mut self, at: Instant) -> Self {
        self.claims.retain(|claim| claim.blocks_expiry(at));
        self
    }

    /// The order once answers are booked that leave these payments and this status behind.
    #[must_use]
    pub fn after(mut self, payments: &[Payment], status: OrderStatus) -> Self {
        self.order.status = status;
        for after in payments {
            let mut known = self.payments.iter_mut();
            match known.find(|payment| payment.id == after.id && after.id != PaymentId::ADDED) {
                Some(payment) => payment.clone_from(after),
                None => self.payments.push(after.clone()),
            }
        }
        self
    }

    #[must_use]
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.id == id)
    }

    /// A notification reports it as paid, or names another attempt, and no answer has settled that.
    #[must_use]
    pub fn is_claimed(&self, payment: PaymentId) -> bool {
        let is_named = self.named.iter().any(|named| named.payment == payment);
        is_named || self.claims.iter().any(|claim| claim.payment == payment)
    }

    /// The attempts at a payment to query by their own ids.
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

    /// The effects that the payment of the order triggers.
    pub fn effects_of_payment(&self) -> impl Iterator<Item = &Effect> {
        let effects = self.effects.iter();
        effects.filter(|effect| effect.occasion == Trigger::Paid)
    }

    /// How much of a payment was refunded, is being refunded or was charged back.
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

    /// The wrong amount was received, and part of it is neither refunded nor being refunded.
    #[must_use]
    pub fn is_undecided(&self, payment: &Payment) -> bool {
        payment.status == PaymentStatus::Mismatch && self.refunded(payment) < payment.received
    }

    /// A payment counts while it is paid and less has gone back than it received.
    #[must_use]
    pub fn counts(&self, payment: &Payment) -> bool {
        payment.status == PaymentStatus::Paid && self.refunded(payment) < payment.received
    }

    /// The order ended long ago: money found only now has no automatic consequences.
    #[must_use]
    pub fn ended_long_ago(&self, now: Instant) -> bool {
        let has_ended = match self.order.status {
            OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => true,
            OrderStatus::Pending | OrderStatus::Paid | OrderStatus::Fulfilled => false,
        };
        has_ended && self.moved_at.saturating_add(LONG_OVER) < now
    }

    /// Its money came long after the order ended, and nobody has decided about it.
    #[must_use]
    pub fn awaits_a_person(&self, payment: &Payment) -> bool {
        let subject = CaseSubject::Payment(payment.id);
        let is_owed = self
            .refunds
            .iter()
            .any(|refund| refund.payment == payment.id);
        !is_owed && self.open_case(CaseKind::LatePayment, &subject).is_some()
    }

    /// The money that counts: received and not charged back, over all payments that count, plus the waived amount.
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

    /// All money received, whether or not it counts and whatever happened to it later.
    #[must_use]
    pub fn received(&self) -> Rupiah {
        let with_money = self
            .payments
            .iter()
            .filter(|payment| payment.status.has_money());
        with_money.map(|payment| payment.received).sum()
    }

    /// The part of it that was refunded or charged back.
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

    /// How much can still be paid without overpaying. A written-off loss counts as cover, but may still be paid.
    #[must_use]
    pub fn missing(&self) -> Rupiah {
        self.order.total.saturating_sub(self.cover() - self.loss)
    }

    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.cover() >= self.order.total
    }
}
