//! Refunds that a gateway was asked to send and that its answers do not show.
//!
//! Refunds that an answer does show are settled elsewhere.

use std::time::Duration;

use crate::domain::{
    CaseKind, CaseSubject, Dossier, Finding, Instant, Observation, PaymentId, PlanBuilder, Reason,
    Refund, RefundStatus, Reported, Rule,
};

/// How long a gateway recognises an idempotency key (Midtrans docs, refund transaction). After that, the same request
/// might send the money twice.
const KEY_LASTS: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Two answers that do not show a refund must lie this far apart to be believed.
const ABSENCE_NEEDS: Duration = Duration::from_secs(60);

impl Refund {
    /// The gateway was asked to send it, and the outcome is unknown.
    #[must_use]
    pub fn is_asked_for(&self) -> bool {
        matches!(self.status, RefundStatus::Sent | RefundStatus::Unknown)
    }

    /// It was sent so long ago that a retry might send it twice.
    #[must_use]
    pub fn is_too_old(&self, now: Instant) -> bool {
        let is_old = |at: Instant| now.since(at) >= KEY_LASTS;
        match self.status {
            RefundStatus::Sent | RefundStatus::Unknown => self.sent_at.is_none_or(is_old),
            RefundStatus::Approved => self.sent_at.is_some_and(is_old),
            RefundStatus::Due
            | RefundStatus::Done
            | RefundStatus::Failed
            | RefundStatus::Rejected
            | RefundStatus::External => false,
        }
    }
}

/// When the last refund with an unknown outcome was requested.
#[must_use]
pub(in crate::domain) fn asked_for_at(dossier: &Dossier, payment: PaymentId) -> Option<Instant> {
    let refunds = dossier.refunds.iter();
    refunds
        .filter(|refund| refund.payment == payment && refund.is_asked_for())
        .filter_map(|refund| refund.moved_at.or(refund.sent_at))
        .max()
}

/// Records the refunds that an answer about their payment does not show.
pub(in crate::domain) fn track_refunds(
    draft: &mut PlanBuilder,
    payment: PaymentId,
    observed: &Observation,
    finding: &Finding,
) {
    let is_silent = matches!(observed.said, Reported::NoAnswer(_));
    let refunds = draft.dossier.refunds.iter();
    let of_it = refunds.filter(|refund| refund.payment == payment);
    let of_it: Vec<Refund> = of_it.cloned().collect();
    for refund in of_it.iter().filter(|refund| refund.is_asked_for()) {
        if refund.is_too_old(observed.asked_at) {
            open_refund_case(draft, refund);
        } else if !is_silent && reports_refunds(observed, finding) {
            absent(draft, refund, observed.asked_at);
        }
    }
    let is_open = |refund: &Refund| refund.is_asked_for() || refund.is_too_old(observed.asked_at);
    if !is_silent && !of_it.iter().any(is_open) {
        let (subject, kinds) = (CaseSubject::Payment(payment), [CaseKind::RefundUnknown]);
        draft.close_cases(&subject, &kinds, &Reason::RefundSettled);
    }
}

/// R3: a refund that is too old for a retry becomes a case.
pub(in crate::domain) fn open_refund_case(draft: &mut PlanBuilder, refund: &Refund) {
    let facts = Reason::RefundForgotten {
        refund: refund.id,
        amount: refund.amount,
    };
    let subject = CaseSubject::Payment(refund.payment);
    draft.open_case(CaseKind::RefundUnknown, subject, Rule::R3, facts);
}

/// The answer reports money, and the books agree: a refund that the total does not include has not happened.
fn reports_refunds(observed: &Observation, finding: &Finding) -> bool {
    let agrees = match finding {
        Finding::Match | Finding::Drift(_) => true,
        Finding::Review(..) | Finding::Unchecked(_) => false,
    };
    agrees
        && matches!(
            observed.said,
            Reported::Paid { .. } | Reported::Refunded { .. }
        )
}

/// R2: a query started before the refund was sent proves nothing, and one answer alone is not enough.
fn absent(draft: &mut PlanBuilder, refund: &Refund, asked_at: Instant) {
    if refund.moved_at.is_none_or(|sent| asked_at <= sent) {
        return;
    }
    match refund.absent_since {
        None => draft.record_absent_refund(refund.id, asked_at),
        Some(since) if asked_at >= since.saturating_add(ABSENCE_NEEDS) => {
            let (to, why) = (RefundStatus::Approved, Reason::RefundNotShown);
            draft.move_refund(refund.id, to, Rule::R2, &why);
        }
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests;
