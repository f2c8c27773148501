//! P27: what can still be paid at a gateway while a person books money received outside it.

use crate::domain::decide::release::cannot_be_paid;
use crate::domain::{
    CloseReason, Dossier, Instant, PaidClaim, Payment, PaymentId, PaymentStatus, Reckoning,
    ReleaseRequest, Rupiah,
};
use crate::faults::planted;

/// Why a payment blocks an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The gateway has not answered a query started since.
    Unanswered(PaymentId),
    /// It may still be opening until then, so "not found" proves nothing.
    Opening(PaymentId, Instant),
    /// It can be paid, according to its gateway.
    Payable(PaymentId),
    /// The gateway's fraud check waits for a person.
    Held(PaymentId),
}

impl Obstacle {
    #[must_use]
    pub fn payment(self) -> PaymentId {
        match self {
            Self::Unanswered(id) | Self::Opening(id, _) | Self::Payable(id) | Self::Held(id) => id,
        }
    }
}

/// What a customer may still pay, by the records: open payments, payments that a notification reports as paid or names
/// another attempt at, and closed ones whose page or reference may still be used.
pub fn payable(dossier: &Dossier) -> impl Iterator<Item = &Payment> {
    let at_gateways = dossier
        .payments
        .iter()
        .filter(|payment| !payment.gateway.is_manual() && !payment.is_foreign());
    let is_named = |id| dossier.named.iter().any(|named| named.payment == id);
    at_gateways.filter(move |payment| {
        if planted!(ApproveBesideAPayable) {
            return false;
        }
        let is_open = payment.status.is_open() || !cannot_be_paid(payment);
        let may_be_followed = payment.transaction_id.is_some() && payment.allows_another_try();
        is_open || may_be_followed || dossier.is_claimed(payment.id) || is_named(payment.id)
    })
}

/// A notification reports it as paid or names another attempt, and the gateway has not answered about that since.
fn is_in_question(dossier: &Dossier, id: PaymentId, since: Instant) -> bool {
    let mut named = dossier.named.iter().filter(|named| named.payment == id);
    let is_absent = |claim: &&PaidClaim| {
        let of_it = dossier.named.iter().filter(|named| named.payment == id);
        let mut of_it =
            of_it.filter(|named| Some(&named.transaction_id) == claim.transaction_id.as_ref());
        of_it.any(|named| !named.blocks_release(since))
    };
    let mut claims = dossier.claims.iter().filter(|claim| claim.payment == id);
    named.any(|named| named.blocks_release(since)) || claims.any(|claim| !is_absent(&claim))
}

/// When the gateways were queried, and the payments they do not know although their account has never answered anything
/// else (G1). That is no proof; but no gateway has ever shown such a payment, and the person who approves is told so.
#[derive(Debug, Clone, Copy)]
pub struct AskedSince<'a> {
    pub since: Instant,
    pub unproven: &'a [PaymentId],
}

/// What blocks an approval after the gateways were queried.
#[must_use]
pub fn obstacles(dossier: &Dossier, asked: AskedSince<'_>, now: Instant) -> Vec<Obstacle> {
    // A question that is asked in that very millisecond comes after it.
    let request = ReleaseRequest {
        to: CloseReason::Cancelled,
        proof_from: Instant::from_millis(asked.since.as_millis() - 1),
        reason: None,
        time: Reckoning::From(now),
    };
    let obstacle = |payment: &Payment| {
        let id = payment.id;
        let answered_at = payment.schedule.answered_by(now);
        let is_unproven = asked.unproven.contains(&id) && cannot_be_paid(payment);
        let opening = payment.opening_ends_at();
        let opening = opening.filter(|_| payment.is_being_opened(answered_at.unwrap_or(now)));
        if payment.status == PaymentStatus::Challenged {
            return Some(Obstacle::Held(id));
        }
        if let Some(end) = opening {
            return Some(Obstacle::Opening(id, end));
        }
        if is_in_question(dossier, id, request.proof_from) {
            return Some(Obstacle::Unanswered(id));
        }
        if payment.status == PaymentStatus::Created && is_unproven {
            return None;
        }
        if !request.is_proven_by(payment, now) {
            return Some(Obstacle::Unanswered(id));
        }
        let is_open = !cannot_be_paid(payment) || is_restartable(payment, now);
        is_open.then_some(Obstacle::Payable(id))
    };
    payable(dossier).filter_map(obstacle).collect()
}

/// A page opened by the shop that nobody has used yet: the gateway does not know it, and payctl cannot close it.
fn is_restartable(payment: &Payment, now: Instant) -> bool {
    payment.status == PaymentStatus::Created
        && payment.on_page
        && !payment.page_is_closed()
        && now < payment.deadline
}

/// What each gateway payment had received, to detect later money.
#[must_use]
pub fn received_by_payment(dossier: &Dossier) -> Vec<(PaymentId, Rupiah)> {
    let payments = dossier.payments.iter();
    let at_gateways = payments.filter(|payment| !payment.gateway.is_manual());
    at_gateways
        .map(|payment| (payment.id, payment.received))
        .collect()
}

/// A gateway payment whose money came after that.
#[must_use]
pub fn paid_since<'d>(dossier: &'d Dossier, then: &[(PaymentId, Rupiah)]) -> Option<&'d Payment> {
    let had = |payment: &Payment| {
        let known = then.iter().find(|(id, _)| *id == payment.id);
        known.map_or(Rupiah::ZERO, |(_, received)| *received)
    };
    let mut payments = dossier.payments.iter();
    payments.find(|payment| {
        !payment.gateway.is_manual() && !payment.is_foreign() && payment.received > had(payment)
    })
}

#[cfg(test)]
mod tests;
