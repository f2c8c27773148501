//! Decides the status of an order from its cover: the table of order moves.
//!
//! A verdict depends on the dossier alone, never on the answer that triggered it.

use crate::domain::{
    CaseKind, CaseSubject, Dossier, FreeStock, OrderStatus, Payment, PaymentId, PaymentStatus,
    Refund, RefundId, RefundReason, RefundStatus, Rupiah,
};
use crate::faults::planted;

/// One action on an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// O2: the order is fully paid.
    Sell,
    /// P7: the wrong amount was received, and no case is open about it.
    AskMismatch { payment: PaymentId },
    /// O2b: some money was received, but not enough.
    AskUnderpaid,
    /// O2, O10, O11: money must be refunded.
    Owe {
        payment: PaymentId,
        amount: Rupiah,
        reason: RefundReason,
    },
    /// O9: paid late, and the stock is still free.
    Revive,
    /// O11b: money that was due back is needed after all.
    Keep { refund: RefundId },
    /// O12: all effects are done.
    Fulfil,
    /// O13: an effect failed permanently.
    AskNotFulfilled,
    /// O14: a delivered order is no longer fully paid.
    AskMoneyLost,
    /// O14: the order is fully paid again.
    Regain,
    /// O15: all of its money was refunded.
    GiveUp,
}

/// The next action on an order; `None` when its status is right.
#[must_use]
pub fn judge(dossier: &Dossier) -> Option<Verdict> {
    if let Some(payment) = unasked_mismatch(dossier) {
        return Some(Verdict::AskMismatch { payment });
    }
    let covered = dossier.is_covered();
    match dossier.order.status {
        OrderStatus::Pending if covered => Some(Verdict::Sell),
        OrderStatus::Pending if all_was_refunded(dossier) => Some(Verdict::GiveUp),
        OrderStatus::Pending => underpaid(dossier),

        OrderStatus::Paid | OrderStatus::Fulfilled if covered => regained(dossier)
            .or_else(|| too_much(dossier))
            .or_else(|| done_or_dead(dossier)),
        OrderStatus::Paid | OrderStatus::Fulfilled => still_required(dossier)
            .or_else(|| all_was_refunded(dossier).then_some(Verdict::GiveUp))
            .or_else(|| lost_money(dossier)),

        OrderStatus::Expired
            if covered
                && counts_any(dossier)
                && dossier.stock == FreeStock::ForLateMoney
                && !planted!(NeverRevive)
                && !waits_for_a_person(dossier) =>
        {
            Some(Verdict::Revive)
        }
        OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => late(dossier),
    }
}

/// P7: whichever way it came to be here.
fn unasked_mismatch(dossier: &Dossier) -> Option<PaymentId> {
    let is_asked = |payment: &Payment| {
        let subject = CaseSubject::Payment(payment.id);
        dossier
            .open_case(CaseKind::AmountMismatch, &subject)
            .is_some()
    };
    let mut payments = dossier.payments.iter();
    payments
        .find(|payment| dossier.is_undecided(payment) && !is_asked(payment))
        .filter(|_| !planted!(LetARefundHideAWrongAmount))
        .map(|payment| payment.id)
}

/// O10: money for an order that was long over.
fn waits_for_a_person(dossier: &Dossier) -> bool {
    let mut payments = dossier.payments.iter();
    payments.any(|payment| dossier.counts(payment) && dossier.awaits_a_person(payment))
}

fn counts_any(dossier: &Dossier) -> bool {
    dossier
        .payments
        .iter()
        .any(|payment| dossier.counts(payment))
}

fn underpaid(dossier: &Dossier) -> Option<Verdict> {
    let is_asked = dossier
        .open_case(CaseKind::Underpaid, &CaseSubject::Order)
        .is_some();
    (counts_any(dossier) && !is_asked).then_some(Verdict::AskUnderpaid)
}

fn regained(dossier: &Dossier) -> Option<Verdict> {
    let case = dossier.open_case(CaseKind::MoneyLost, &CaseSubject::Order);
    case.map(|_| Verdict::Regain)
}

/// O12, O13: the order when all effects are done or have failed permanently.
fn done_or_dead(dossier: &Dossier) -> Option<Verdict> {
    if dossier.order.status != OrderStatus::Paid {
        return None;
    }
    if dossier
        .effects_of_payment()
        .any(|effect| effect.status.needs_a_person())
    {
        let case = dossier.open_case(CaseKind::NotFulfilled, &CaseSubject::Order);
        return case.is_none().then_some(Verdict::AskNotFulfilled);
    }
    dossier
        .effects_of_payment()
        .all(|effect| effect.status.is_over())
        .then_some(Verdict::Fulfil)
}

fn lost_money(dossier: &Dossier) -> Option<Verdict> {
    dossier
        .open_case(CaseKind::MoneyLost, &CaseSubject::Order)
        .is_none()
        .then_some(Verdict::AskMoneyLost)
}

/// O2, O11: money that the order does not need.
fn too_much(dossier: &Dossier) -> Option<Verdict> {
    match double_payment(dossier) {
        Some(_) if planted!(KeepADoublePayment) => None,
        Some(double) => Some(double),
        None => excess(dossier),
    }
}

/// O11: the latest payment that the order does not need. It replaces a written-off loss.
fn double_payment(dossier: &Dossier) -> Option<Verdict> {
    let cover = dossier.cover() - dossier.loss - kept_above_total(dossier);
    latest_first(dossier)
        .into_iter()
        .find(|payment| cover - payment.credit() >= dossier.order.total)
        .map(|payment| refund_all(dossier, payment, RefundReason::Double))
}

/// O2: the part of the latest payment that the order does not need.
fn excess(dossier: &Dossier) -> Option<Verdict> {
    let kept = |payment: &Payment| {
        payment
            .received
            .saturating_sub(payment.surcharge)
            .saturating_sub(dossier.refunded(payment))
    };
    let counting = || {
        dossier
            .payments
            .iter()
            .filter(|payment| dossier.counts(payment))
    };
    let sum = counting().map(kept).sum::<Rupiah>() + dossier.order.waived - dossier.loss;
    let over = sum.saturating_sub(dossier.order.total + kept_above_total(dossier));
    let payment = latest_first(dossier)
        .into_iter()
        .find(|payment| kept(payment) > Rupiah::ZERO)?;
    let amount = over.min(kept(payment));
    (amount > Rupiah::ZERO).then_some(Verdict::Owe {
        payment: payment.id,
        amount,
        reason: RefundReason::Excess,
    })
}

/// The money that people decided to keep although the order does not need it.
fn kept_above_total(dossier: &Dossier) -> Rupiah {
    let is_beyond = |refund: &&Refund| {
        let reason = refund.reason;
        refund.declined && matches!(reason, RefundReason::Double | RefundReason::Excess)
    };
    let counts = |refund: &&Refund| {
        let payment = dossier.payment(refund.payment);
        payment.is_some_and(|payment| dossier.counts(payment))
    };
    let refunds = dossier.refunds.iter();
    let kept = refunds.filter(is_beyond).filter(counts);
    kept.map(|refund| refund.amount).sum()
}

/// O10: money for an order that is dead.
fn late(dossier: &Dossier) -> Option<Verdict> {
    latest_first(dossier)
        .into_iter()
        .find(|payment| !planted!(KeepLateMoney) && !dossier.awaits_a_person(payment))
        .map(|payment| refund_all(dossier, payment, RefundReason::Late))
}

fn refund_all(dossier: &Dossier, payment: &Payment, reason: RefundReason) -> Verdict {
    Verdict::Owe {
        payment: payment.id,
        amount: payment.received.saturating_sub(dossier.refunded(payment)),
        reason,
    }
}

/// The payments that count, latest money first, without those that a person refused to refund.
fn latest_first(dossier: &Dossier) -> Vec<&Payment> {
    let is_declined = |payment: &Payment| {
        dossier
            .refunds
            .iter()
            .any(|refund| refund.payment == payment.id && refund.declined)
    };
    let mut counting: Vec<&Payment> = dossier
        .payments
        .iter()
        .filter(|payment| dossier.counts(payment) && !is_declined(payment))
        .collect();
    // A payment added by this very plan has the id 0 and is the latest of all.
    counting.sort_by_key(|payment| {
        (
            payment.received_at,
            payment.id == PaymentId::ADDED,
            payment.id,
        )
    });
    counting.reverse();
    counting
}

/// O11b: a refund of a double or late payment that is not approved. An approved one may already have been sent by the
/// shop's bank.
fn still_required(dossier: &Dossier) -> Option<Verdict> {
    let is_spare = |refund: &&Refund| {
        refund.status == RefundStatus::Due
            && matches!(refund.reason, RefundReason::Double | RefundReason::Late)
    };
    dossier
        .refunds
        .iter()
        .find(is_spare)
        .map(|refund| Verdict::Keep { refund: refund.id })
}

/// O15: money was received, and completed refunds returned all of it. A reversed payment had no money to refund.
fn all_was_refunded(dossier: &Dossier) -> bool {
    let mut with_money = dossier
        .payments
        .iter()
        .filter(|payment| payment.received > Rupiah::ZERO)
        .filter(|payment| payment.status != PaymentStatus::Reversed)
        .peekable();
    with_money.peek().is_some() && with_money.all(|payment| payment.refunded >= payment.received)
}

#[cfg(test)]
mod tests;
