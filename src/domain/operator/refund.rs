//! R1: a refund needs a person's approval, and never exceeds the remaining money.

mod sending;

pub use self::sending::{RefundOutcome, answered, key, open_unknown_case, send};

use crate::domain::decide::apply_verdicts::settle;
use crate::domain::decide::payment_changes::{close_if_fully_refunded, reduce_unsent_refunds};
use crate::domain::decide::refunded::follow_excess;
use crate::domain::{
    BankTransfer, CaseKind, CaseSubject, Change, Dossier, Instant, OrderStatus, Payment, PaymentId,
    PaymentStatus, PlanBuilder, Reason, Refund, RefundId, RefundStatus, Rule, Rupiah, reasons,
};

reasons! {
    /// Why a refund stays as it is.
    pub enum RefundRefusal {
        Unknown(refund: RefundId) = "refund_unknown",
        NotDue { refund: RefundId, status: RefundStatus } = "refund_not_due",
        NotApproved { refund: RefundId, status: RefundStatus } = "refund_not_approved",
        Over { refund: RefundId, status: RefundStatus } = "refund_over",
        TooOld(refund: RefundId) = "refund_too_old",
        NoMoney { payment: PaymentId, status: PaymentStatus } = "refund_no_money",
        TooMuch { payment: PaymentId, amount: Rupiah, received: Rupiah, gone: Rupiah, under_way: Rupiah } = "refund_too_much",
    }
}

impl std::error::Error for RefundRefusal {}

/// The amount of a decision, and its changes.
pub type RefundDecision = Result<(Rupiah, Vec<Change>), RefundRefusal>;

/// `due` becomes `approved`: the money may be sent.
///
/// # Errors
/// As [`RefundRefusal`] says.
pub fn approve(dossier: Dossier, id: RefundId, reason: &str) -> RefundDecision {
    let refund = find(&dossier, id)?.clone();
    if refund.status != RefundStatus::Due {
        let status = refund.status;
        return Err(RefundRefusal::NotDue { refund: id, status });
    }
    require_money_here(&dossier, &refund)?;
    let mut draft = PlanBuilder::of(dossier);
    let why = Reason::operator(reason);
    draft.move_refund(id, RefundStatus::Approved, Rule::R1, &why);
    Ok((refund.amount, draft.changes))
}

/// `approved` becomes `done`: the shop's bank has sent it, past the gateway. So does one that a rule has rejected, for
/// the money may have left before. That it was not here any more refuses nothing: it has left all the same, and
/// [`lost_amount`] says how much of it the shop has lost.
///
/// # Errors
/// As [`RefundRefusal`] says.
pub fn finish_by_hand(
    dossier: Dossier,
    id: RefundId,
    transfer: &BankTransfer,
    now: Instant,
) -> RefundDecision {
    let refund = find(&dossier, id)?.clone();
    match refund.status {
        RefundStatus::Approved | RefundStatus::Rejected => {}
        status @ RefundStatus::Due => {
            return Err(RefundRefusal::NotApproved { refund: id, status });
        }
        status @ (RefundStatus::Sent
        | RefundStatus::Unknown
        | RefundStatus::Done
        | RefundStatus::Failed
        | RefundStatus::External) => return Err(RefundRefusal::Over { refund: id, status }),
    }
    let payment = ensure_unsent(&dossier, &refund)?.clone();
    let lost = lost_amount(&dossier, id);
    let why = Reason::sent_by_bank(transfer);
    let mut draft = PlanBuilder::of(dossier);
    draft.finish_refund(id, transfer.clone(), Rule::R1, why.clone());
    book_refunded(
        &mut draft,
        &payment,
        refund.amount,
        &why,
        now,
        ShownByGateway::No,
    );
    if let Some(after) = draft.dossier.payment(payment.id).cloned() {
        // Its money may be owed once more by now.
        reduce_unsent_refunds(&mut draft, &after, Rule::R1, &why);
    }
    if lost > Rupiah::ZERO {
        let why = Reason::RefundLost {
            amount: lost,
            transfer: transfer.to_string(),
        };
        let rule = Rule::R1;
        draft.changes.push(Change::Note { rule, why });
    }
    settle(&mut draft);
    Ok((refund.amount, draft.changes))
}

/// `due` or `approved` becomes `rejected`: the money stays, and no rule makes it due again.
///
/// # Errors
/// As [`RefundRefusal`] says.
pub fn reject(dossier: Dossier, id: RefundId, reason: &str) -> RefundDecision {
    let why = &Reason::operator(reason);
    let refund = find(&dossier, id)?.clone();
    if !refund.status.is_unsent() {
        let status = refund.status;
        return Err(RefundRefusal::Over { refund: id, status });
    }
    // Then it is the order's own money again, and nothing that is kept beyond it.
    let is_needed = matches!(
        dossier.order.status,
        OrderStatus::Paid | OrderStatus::Fulfilled
    ) && !dossier.is_covered();
    let is_undecided = dossier
        .payment(refund.payment)
        .is_some_and(|payment| payment.status == PaymentStatus::Mismatch);
    let mut draft = PlanBuilder::of(dossier);
    if is_needed {
        draft.move_refund(id, RefundStatus::Rejected, Rule::R1, why);
    } else {
        draft.decline_refund(id, Rule::R1, why);
    }
    if is_undecided {
        let facts = Reason::WrongAmountStays {
            amount: refund.amount,
        };
        let subject = CaseSubject::Payment(refund.payment);
        draft.open_case(CaseKind::AmountMismatch, subject, Rule::P7, facts);
    }
    if !has_unsent(&draft.dossier, refund.payment) {
        let decided = [CaseKind::DoublePayment, CaseKind::LatePayment];
        draft.close_cases(&CaseSubject::Payment(refund.payment), &decided, why);
    }
    settle(&mut draft);
    Ok((refund.amount, draft.changes))
}

fn has_unsent(dossier: &Dossier, payment: PaymentId) -> bool {
    let mut refunds = dossier.refunds.iter();
    refunds.any(|refund| refund.payment == payment && refund.status.is_unsent())
}

/// Whether the gateway itself reported the refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShownByGateway {
    Yes,
    No,
}

/// Books refunded money of a payment.
pub(super) fn book_refunded(
    draft: &mut PlanBuilder,
    before: &Payment,
    amount: Rupiah,
    why: &Reason,
    now: Instant,
    shown: ShownByGateway,
) {
    let mut after = Payment {
        refunded: before.refunded + amount,
        moved_at: now,
        version: before.version + 1,
        ..before.clone()
    };
    if shown == ShownByGateway::Yes {
        after.back.shown = before.back.shown + amount;
        after.back.less = None;
    }
    after.record_excess();
    draft.move_payment(before, after.clone(), Rule::R1, why.clone());
    follow_excess(draft, before, &after, Rule::R1);
    close_if_fully_refunded(draft, &after);
}

fn find(dossier: &Dossier, id: RefundId) -> Result<&Refund, RefundRefusal> {
    let mut refunds = dossier.refunds.iter();
    refunds
        .find(|refund| refund.id == id)
        .ok_or(RefundRefusal::Unknown(id))
}

/// The payment of a refund, if so much of its money is here and not on its way already.
fn require_money_here<'d>(
    dossier: &'d Dossier,
    refund: &Refund,
) -> Result<&'d Payment, RefundRefusal> {
    let Some(payment) = dossier.payment(refund.payment) else {
        return Err(RefundRefusal::Unknown(refund.id));
    };
    if !payment.status.has_money() {
        return Err(RefundRefusal::NoMoney {
            payment: payment.id,
            status: payment.status,
        });
    }
    let gone = payment.refunded + payment.charged_back;
    require_within(dossier, refund, payment, gone)
}

/// The payment of a refund, if so much of it has not been sent already and is not on its way by another refund.
fn ensure_unsent<'d>(dossier: &'d Dossier, refund: &Refund) -> Result<&'d Payment, RefundRefusal> {
    let payment = dossier.payment(refund.payment);
    let payment = payment.ok_or(RefundRefusal::Unknown(refund.id))?;
    require_within(dossier, refund, payment, payment.refunded)
}

fn require_within<'d>(
    dossier: &Dossier,
    refund: &Refund,
    payment: &'d Payment,
    gone: Rupiah,
) -> Result<&'d Payment, RefundRefusal> {
    let is_other = |other: &&Refund| {
        other.payment == payment.id && other.id != refund.id && is_under_way(other.status)
    };
    let others = dossier.refunds.iter().filter(is_other);
    let under_way: Rupiah = others.map(|other| other.amount).sum();
    if refund.amount + under_way + gone > payment.received {
        return Err(RefundRefusal::TooMuch {
            payment: payment.id,
            amount: refund.amount,
            received: payment.received,
            gone,
            under_way,
        });
    }
    Ok(payment)
}

/// How much of a refund is not here any more, because a gateway or a bank has taken it back, or because it never was.
#[must_use]
pub fn lost_amount(dossier: &Dossier, id: RefundId) -> Rupiah {
    let Ok(refund) = find(dossier, id) else {
        return Rupiah::ZERO;
    };
    let payment = dossier.payment(refund.payment);
    let payment = payment.filter(|payment| payment.status.has_money());
    let here = payment.map_or(Rupiah::ZERO, |payment| {
        payment
            .received
            .saturating_sub(payment.refunded + payment.charged_back)
    });
    refund.amount.saturating_sub(here)
}

/// It is approved or sent, and not known to have arrived.
fn is_under_way(status: RefundStatus) -> bool {
    match status {
        RefundStatus::Approved | RefundStatus::Sent | RefundStatus::Unknown => true,
        RefundStatus::Due
        | RefundStatus::Done
        | RefundStatus::Failed
        | RefundStatus::Rejected
        | RefundStatus::External => false,
    }
}

#[cfg(test)]
mod tests;
