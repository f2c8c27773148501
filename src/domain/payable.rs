//! P27: what can still be paid at a gateway while a person books money that came past it.

use super::dossier::Dossier;
use super::instant::Instant;
use super::money::Rupiah;
use super::names::PaymentId;
use super::notification_match::PaidClaim;
use super::payment::{Payment, PaymentStatus};
use super::release::{CloseReason, ReleaseRequest, cannot_be_paid};

/// Why a payment keeps a person's word out of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Its gateway has not answered a question that was started since.
    Unanswered(PaymentId),
    /// It may still be being opened until then, so that "not found" proves nothing.
    Opening(PaymentId, Instant),
    /// It can be paid, as its gateway has said.
    Payable(PaymentId),
    /// Its gateway's fraud system waits for a person.
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

/// What a customer may still pay, by what is on record: what is open, what a message says is paid or names another try
/// at, and what is over but for its page or for another try under its reference.
pub fn payable(dossier: &Dossier) -> impl Iterator<Item = &Payment> {
    let at_gateways = dossier
        .payments
        .iter()
        .filter(|payment| !payment.gateway.is_manual() && !payment.is_foreign());
    let is_named = |id| dossier.named.iter().any(|named| named.payment == id);
    at_gateways.filter(move |payment| {
        let is_open = payment.status.is_open() || !cannot_be_paid(payment);
        let may_be_followed = payment.transaction_id.is_some() && payment.allows_another_try();
        is_open || may_be_followed || dossier.is_claimed(payment.id) || is_named(payment.id)
    })
}

/// A message says that it is paid, or names another try at it, and its gateway has not answered about that since.
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

/// When the gateways were asked, and about which payments they have said no more than that they do not know them,
/// where the account has never said anything else (G1). That is no proof; but no gateway has ever shown such a payment,
/// and whoever books money past it is told so.
#[derive(Debug, Clone, Copy)]
pub struct AskedSince<'a> {
    pub since: Instant,
    pub unproven: &'a [PaymentId],
}

/// What keeps a person's word out of the books, once the gateways were asked.
#[must_use]
pub fn obstacles(dossier: &Dossier, asked: AskedSince<'_>, now: Instant) -> Vec<Obstacle> {
    // A question that is asked in that very millisecond comes after it.
    let request = ReleaseRequest {
        to: CloseReason::Cancelled,
        proof_from: Instant::from_millis(asked.since.as_millis() - 1),
        reason: None,
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

/// A page of the shop's own that nobody has begun to use: its gateway does not know it yet, and it cannot be closed here.
fn is_restartable(payment: &Payment, now: Instant) -> bool {
    payment.status == PaymentStatus::Created
        && payment.on_page
        && !payment.page_is_closed()
        && now < payment.deadline
}

/// What the payments at gateways had brought in, to tell later what has come since.
#[must_use]
pub fn received_by_payment(dossier: &Dossier) -> Vec<(PaymentId, Rupiah)> {
    let payments = dossier.payments.iter();
    let at_gateways = payments.filter(|payment| !payment.gateway.is_manual());
    at_gateways
        .map(|payment| (payment.id, payment.received))
        .collect()
}

/// A payment at a gateway whose money was not here then.
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
