//! Refunds that a gateway was asked to send, and what its answers say of them by not showing them.
//!
//! What an answer shows has been settled before; this is about what it leaves out.

use std::time::Duration;

use super::case::CaseKind;
use super::dossier::{CaseSubject, Dossier};
use super::instant::Instant;
use super::names::PaymentId;
use super::observation::{Observation, Reported};
use super::order::{Refund, RefundStatus};
use super::plan_builder::PlanBuilder;
use super::reason::Reason;
use super::reconcile::Finding;
use super::rule::Rule;

/// For so long a gateway is sure to know a key again (Midtrans docs, refund transaction). Later the same
/// request might send the money twice.
const KEY_LASTS: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Two answers that do not show a refund must lie this far apart to be believed.
const ABSENCE_NEEDS: Duration = Duration::from_secs(60);

impl Refund {
    /// Its gateway was asked to send it, and nobody knows what became of that.
    #[must_use]
    pub fn is_asked_for(&self) -> bool {
        matches!(self.status, RefundStatus::Sent | RefundStatus::Unknown)
    }

    /// It was sent, and so long ago that sending it once more might send it twice.
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

/// When the last refund of a payment was asked for, of those that nobody knows the end of.
#[must_use]
pub(super) fn asked_for_at(dossier: &Dossier, payment: PaymentId) -> Option<Instant> {
    let refunds = dossier.refunds.iter();
    refunds
        .filter(|refund| refund.payment == payment && refund.is_asked_for())
        .filter_map(|refund| refund.moved_at.or(refund.sent_at))
        .max()
}

/// Takes note of the refunds that an answer about their payment does not show.
pub(super) fn track_refunds(
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

/// R3: a refund that was sent too long ago to be sent again is a question for a person.
pub(super) fn open_refund_case(draft: &mut PlanBuilder, refund: &Refund) {
    let facts = Reason::RefundForgotten {
        refund: refund.id,
        amount: refund.amount,
    };
    let subject = CaseSubject::Payment(refund.payment);
    draft.open_case(CaseKind::RefundUnknown, subject, Rule::R3, facts);
}

/// Money is spoken of, and the books agree with it: what is not in the refunded total has not gone back.
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

/// R2: a question that was started before the refund was sent proves nothing, and one alone too little.
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
