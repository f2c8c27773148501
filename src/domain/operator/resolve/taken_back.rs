//! What a person says of a refund that its gateway had shown, and shows no longer.

use super::{ActionResult, CaseResolution, Unfit};
use crate::domain::decide::refunded::follow_excess;
use crate::domain::{Payment, PlanBuilder, Refund, RefundReason, RefundStatus, Rule, Rupiah};

/// It has arrived all the same: what the gateway shows now is no contradiction any more.
pub(super) fn record_stands(draft: &mut PlanBuilder, before: &Payment, word: &CaseResolution<'_>) {
    let mut after = Payment {
        version: before.version + 1,
        ..before.clone()
    };
    after.back.shown = shown_amount(before);
    after.back.less = None;
    draft.move_payment(before, after, Rule::P25, word.why());
}

/// It has failed: as much as is still here is due again, as another refund, and so under another key.
pub(super) fn refund_failed(
    draft: &mut PlanBuilder,
    before: &Payment,
    word: &CaseResolution<'_>,
) -> ActionResult {
    let denied = before.back.shown.saturating_sub(shown_amount(before));
    if denied == Rupiah::ZERO {
        return Err(Unfit::ShownAgain);
    }
    let failed = fail(draft, before, denied, word);
    let sum = failed.iter().map(|(amount, _)| *amount).sum();
    let mut after = Payment {
        refunded: before.refunded.saturating_sub(sum),
        moved_at: word.now,
        version: before.version + 1,
        ..before.clone()
    };
    after.back.shown = shown_amount(before);
    after.back.less = None;
    after.record_excess();
    draft.move_payment(before, after.clone(), Rule::P25, word.why());
    follow_excess(draft, before, &after, Rule::P25);
    for (amount, reason) in failed {
        let here = after
            .received
            .saturating_sub(draft.dossier.refunded(&after));
        let amount = amount.min(here);
        if amount > Rupiah::ZERO {
            let why = word.why();
            draft.record_refund_due(after.id, amount, reason, Rule::P25, why);
        }
    }
    Ok(())
}

fn shown_amount(payment: &Payment) -> Rupiah {
    let less = payment.back.less;
    less.map_or(payment.back.shown, |less| less.refunded)
}

/// Takes so much of what the gateway had refunded for failed: the one refund of just that amount, else the latest ones.
fn fail(
    draft: &mut PlanBuilder,
    payment: &Payment,
    denied: Rupiah,
    word: &CaseResolution<'_>,
) -> Vec<(Rupiah, RefundReason)> {
    let mut left = denied;
    let mut failed = Vec::new();
    for refund in candidates(draft, payment, denied) {
        if left == Rupiah::ZERO {
            break;
        }
        let amount = refund.amount.min(left);
        if refund.amount > amount {
            let to = refund.amount - amount;
            draft.reduce_refund(refund.id, to, Rule::P25, &word.why());
        } else {
            draft.move_refund(refund.id, RefundStatus::Failed, Rule::P25, &word.why());
        }
        left = left - amount;
        failed.push((amount, reason(&refund)));
    }
    failed
}

fn candidates(draft: &PlanBuilder, payment: &Payment, denied: Rupiah) -> Vec<Refund> {
    let refunds = draft.dossier.refunds.iter();
    let of_gateway = |refund: &&Refund| {
        refund.payment == payment.id && refund.status.is_fact() && !refund.by_hand
    };
    let mut of_gateway: Vec<Refund> = refunds.filter(of_gateway).cloned().collect();
    of_gateway.sort_by_key(|refund| (refund.amount == denied, refund.moved_at, refund.id));
    of_gateway.reverse();
    of_gateway
}

/// What the gateway had sent by itself goes back again by a person's word.
fn reason(refund: &Refund) -> RefundReason {
    match refund.reason {
        RefundReason::Gateway => RefundReason::Person,
        reason @ (RefundReason::Excess
        | RefundReason::Double
        | RefundReason::Late
        | RefundReason::Person) => reason,
    }
}
