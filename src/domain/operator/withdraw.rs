//! P21: an approval is taken back by a person. The money was never there, or was another order's.

use crate::domain::decide::apply_verdicts::settle;
use crate::domain::{
    CaseKind, CaseSubject, Change, Dossier, Instant, OrderStatus, Payment, PaymentId,
    PaymentStatus, PlanBuilder, Reason, Refund, RefundId, RefundStatus, Rule, Rupiah, reasons,
};

reasons! {
    /// Why an approval was not withdrawn.
    pub enum WithdrawRefusal {
        Unknown(payment: PaymentId) = "withdrawal_unknown",
        NotByHand(payment: PaymentId) = "withdrawal_not_by_hand",
        NotPaid { payment: PaymentId, status: PaymentStatus } = "withdrawal_not_paid",
        GoneBack { payment: PaymentId, amount: Rupiah } = "withdrawal_gone_back",
    }
}

impl std::error::Error for WithdrawRefusal {}

/// What taking an approval back has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalReversal {
    /// What is lost to the order.
    pub amount: Rupiah,
    /// The refunds that a rule has rejected because of it. Whoever was about to send one must hear of it.
    pub rejected: Vec<(RefundId, Rupiah)>,
}

/// Reverses the payment, stops what was to go back of it, and judges the order.
///
/// # Errors
/// As [`WithdrawRefusal`] says.
pub fn withdraw(
    dossier: Dossier,
    payment: PaymentId,
    reason: &str,
    now: Instant,
) -> Result<(ApprovalReversal, Vec<Change>), WithdrawRefusal> {
    let before = withdrawable(&dossier, payment)?.clone();
    let reason = &Reason::operator(reason);
    let mut draft = PlanBuilder::of(dossier);
    let after = Payment {
        status: PaymentStatus::Reversed,
        moved_at: now,
        version: before.version + 1,
        ..before.clone()
    };
    draft.move_payment(&before, after, Rule::P21, reason.clone());
    draft.free_transfer(payment);
    let refunds = draft.dossier.refunds.clone();
    for refund in refunds.iter().filter(|refund| refund.payment == payment) {
        if refund.status.is_unsent() {
            let (to, why) = (RefundStatus::Rejected, Reason::PaymentWithdrawn);
            draft.move_refund(refund.id, to, Rule::P21, &why);
        }
    }
    let moot = [
        CaseKind::DoublePayment,
        CaseKind::LatePayment,
        CaseKind::SameTransfer,
    ];
    draft.close_cases(&CaseSubject::Payment(payment), &moot, reason);
    let is_unpaid = draft.dossier.order.status == OrderStatus::Pending
        && !draft
            .dossier
            .payments
            .iter()
            .any(|payment| draft.dossier.counts(payment));
    if is_unpaid {
        draft.close_cases(&CaseSubject::Order, &[CaseKind::Underpaid], reason);
    }
    settle(&mut draft);
    let withdrawn = ApprovalReversal {
        amount: before.received,
        rejected: rejected(&draft),
    };
    Ok((withdrawn, draft.changes))
}

fn rejected(draft: &PlanBuilder) -> Vec<(RefundId, Rupiah)> {
    let is_rejected = |refund: &&Refund| {
        let to = RefundStatus::Rejected;
        let mut changes = draft.changes.iter();
        changes.any(|change| {
            matches!(change, Change::MoveRefund { id, to: moved, .. } if *id == refund.id && *moved == to)
        })
    };
    let refunds = draft.dossier.refunds.iter().filter(is_rejected);
    refunds.map(|refund| (refund.id, refund.amount)).collect()
}

fn withdrawable(dossier: &Dossier, id: PaymentId) -> Result<&Payment, WithdrawRefusal> {
    let payment = dossier.payment(id).ok_or(WithdrawRefusal::Unknown(id))?;
    if !payment.gateway.is_manual() {
        return Err(WithdrawRefusal::NotByHand(id));
    }
    if payment.status != PaymentStatus::Paid {
        let status = payment.status;
        return Err(WithdrawRefusal::NotPaid {
            payment: id,
            status,
        });
    }
    let is_going = |status: RefundStatus| status.counts_as_gone() && !status.is_unsent();
    let refunds = dossier.refunds.iter();
    let amount: Rupiah = refunds
        .filter(|refund| refund.payment == id && is_going(refund.status))
        .map(|refund| refund.amount)
        .sum();
    if amount > Rupiah::ZERO {
        return Err(WithdrawRefusal::GoneBack {
            payment: id,
            amount,
        });
    }
    Ok(payment)
}

#[cfg(test)]
mod tests;
