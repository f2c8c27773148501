//! Refunds that were sent too long ago to be sent again: whether their money has arrived.

use super::super::refund::{ShownByGateway, book_refunded};
use super::{ActionResult, CaseResolution, Unfit};
use crate::domain::{Payment, PaymentId, PlanBuilder, Refund, RefundStatus, Rule};

pub(super) fn has_arrived(
    draft: &mut PlanBuilder,
    payment: &Payment,
    word: &CaseResolution<'_>,
) -> ActionResult {
    let lost = lost_refunds(draft, payment.id, word)?;
    for refund in &lost {
        draft.move_refund(refund.id, RefundStatus::Done, Rule::R1, &word.why());
    }
    let amount = lost.iter().map(|refund| refund.amount).sum();
    book_refunded(
        draft,
        payment,
        amount,
        &word.why(),
        word.now,
        ShownByGateway::No,
    );
    Ok(())
}

pub(super) fn has_not_arrived(
    draft: &mut PlanBuilder,
    payment: PaymentId,
    word: &CaseResolution<'_>,
) -> ActionResult {
    for refund in lost_refunds(draft, payment, word)? {
        draft.move_refund(refund.id, RefundStatus::Failed, Rule::R1, &word.why());
        let why = word.why();
        draft.record_refund_due(payment, refund.amount, refund.reason, Rule::R1, why);
    }
    Ok(())
}

/// Those that may not be sent again; for the others the gateway's status will tell.
pub(super) fn lost_refunds(
    draft: &PlanBuilder,
    payment: PaymentId,
    word: &CaseResolution<'_>,
) -> Result<Vec<Refund>, Unfit> {
    let refunds = draft.dossier.refunds.iter();
    let lost: Vec<Refund> = refunds
        .filter(|refund| refund.payment == payment && refund.is_too_old(word.now))
        .cloned()
        .collect();
    if lost.is_empty() {
        return Err(Unfit::RefundKnown);
    }
    Ok(lost)
}
