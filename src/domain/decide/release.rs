//! Whether an order may release its stock: nothing expires or is cancelled without proof.
//!
//! Proof is an answer to a query that started after a given instant and that shows a closed payment. The clock alone is
//! proof only where no gateway is involved.

use crate::domain::decide::apply_verdicts::settle;
use crate::domain::{
    CaseKind, CaseSubject, Change, CheckReason, Dossier, EntitlementChange, Instant, OrderStatus,
    PaidClaim, Payment, PaymentId, PaymentStatus, PlanBuilder, Policy, Reason, Reckoning,
    RefundReason, Rule, StockMove,
};
use crate::faults::planted;

/// How an order shall end, and from when an answer proves it unpaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReleaseRequest<'w> {
    pub to: CloseReason,
    pub proof_from: Instant,
    /// A person's reason; `None` for the clock.
    pub reason: Option<&'w str>,
    /// Which time has surely passed: by it expires what no gateway can tell about (O7).
    pub time: Reckoning,
}

/// The two ends without money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// Its deadline has passed.
    Expired,
    /// A person cancelled it.
    Cancelled,
}

/// Why an order cannot end yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReleaseBlocker {
    /// It is not pending or not overdue: nothing to do.
    NotForIt,
    /// O5: the gateways have not answered about these since.
    Unanswered(Vec<PaymentId>),
    /// O4: these can still be paid, according to their gateways.
    Payable(Vec<PaymentId>),
    /// O6: a person must first decide something about its money.
    Undecided(CheckReason),
    /// O6: a notification reports a payment, and the gateway has not confirmed it yet.
    Claimed(CheckReason),
    /// A gateway's clock differs from ours so much that no deadline can be trusted, or ours has jumped.
    Clock(CheckReason),
    /// O7: no gateway can tell about it, and none has answered to confirm that its deadline has passed.
    TimeUnconfirmed(CheckReason),
}

impl ReleaseRequest<'_> {
    /// Its last answered query started late enough, and no call that opens it could still be under way then.
    #[must_use]
    pub fn is_proven_by(&self, payment: &Payment, now: Instant) -> bool {
        let answered = payment.schedule.answered_by(now);
        let is_proof = |asked_at| asked_at > self.proof_from && !payment.is_being_opened(asked_at);
        planted!(ExpireOnSilence) || answered.is_some_and(is_proof)
    }
}

/// The request to expire an order that is past its deadline and the grace.
#[must_use]
pub fn expiry(dossier: &Dossier, now: Instant, policy: &Policy) -> Option<ReleaseRequest<'static>> {
    let proof_from = dossier.order.expires_at.saturating_add(policy.grace);
    let is_overdue = dossier.order.status == OrderStatus::Pending && now > proof_from;
    is_overdue.then_some(ReleaseRequest {
        to: CloseReason::Expired,
        proof_from,
        reason: None,
        time: Reckoning::From(now),
    })
}

/// Ends an order if it is proven unpaid. An answer dated after `now` proves nothing: a clock was wrong.
///
/// # Errors
/// What stands in the way.
pub fn release(
    dossier: &Dossier,
    request: ReleaseRequest<'_>,
    now: Instant,
) -> Result<Vec<Change>, ReleaseBlocker> {
    if dossier.order.status != OrderStatus::Pending {
        return Err(ReleaseBlocker::NotForIt);
    }
    if let Some(why) = undecided(dossier) {
        return Err(ReleaseBlocker::Undecided(why));
    }
    if let Some(why) = claimed(dossier, request.proof_from) {
        return Err(ReleaseBlocker::Claimed(why));
    }
    let at_gateways = || {
        dossier
            .payments
            .iter()
            .filter(|payment| needs_proof(payment))
    };
    let unanswered = ids(at_gateways().filter(|payment| !request.is_proven_by(payment, now)));
    if !unanswered.is_empty() {
        return Err(ReleaseBlocker::Unanswered(unanswered));
    }
    let payable = ids(at_gateways().filter(|payment| !cannot_be_paid(payment)));
    if !payable.is_empty() {
        return Err(ReleaseBlocker::Payable(payable));
    }
    let asked = at_gateways().count();
    if asked == 0 {
        has_passed(request)?;
    }
    Ok(end(dossier, request, asked))
}

/// O7: what expires by the time alone needs a time that has surely passed.
fn has_passed(request: ReleaseRequest<'_>) -> Result<(), ReleaseBlocker> {
    let is_over = |at: Instant| at > request.proof_from;
    match (request.to, request.time) {
        (CloseReason::Cancelled, _) => Ok(()),
        (CloseReason::Expired, Reckoning::From(at)) if is_over(at) => Ok(()),
        (CloseReason::Expired, time) => {
            let words = time.why_kept().to_owned();
            let why = CheckReason::ClockInDoubt { words };
            Err(match time {
                Reckoning::Contradicted | Reckoning::Jumped => ReleaseBlocker::Clock(why),
                Reckoning::From(_) | Reckoning::Unanswered => ReleaseBlocker::TimeUnconfirmed(why),
            })
        }
    }
}

/// O7b: ends an order without proof, because a person says so. Its payments stay watched, and its money must be
/// refunded.
///
/// # Errors
/// `NotForIt` for an order that is not pending.
pub fn release_unproven(
    dossier: Dossier,
    to: CloseReason,
    reason: &str,
) -> Result<Vec<Change>, ReleaseBlocker> {
    if dossier.order.status != OrderStatus::Pending {
        return Err(ReleaseBlocker::NotForIt);
    }
    let why = Reason::operator(reason);
    let mut draft = PlanBuilder::of(dossier);
    draft.changes.push(Change::Note {
        rule: Rule::O7b,
        why: Reason::EndedUnproven {
            reason: Box::new(why.clone()),
        },
    });
    draft.changes.push(Change::MoveStock(StockMove::Release));
    draft.move_order(status(to), Rule::O7b, why);
    draft.close_cases(
        &CaseSubject::Order,
        &[CaseKind::Underpaid],
        &Reason::OrderOver,
    );
    settle(&mut draft);
    Ok(draft.changes)
}

/// O8b: ends a sold order, because a person says so. Its money must be refunded, its stock returns where it can be sold
/// again, and its tickets and access are revoked.
///
/// # Errors
/// `NotForIt` for an order that was not sold.
pub fn cancel_sold(dossier: Dossier, reason: &str) -> Result<Vec<Change>, ReleaseBlocker> {
    match dossier.order.status {
        OrderStatus::Paid | OrderStatus::Fulfilled => {}
        OrderStatus::Pending
        | OrderStatus::Expired
        | OrderStatus::Cancelled
        | OrderStatus::Refunded => return Err(ReleaseBlocker::NotForIt),
    }
    let mut draft = PlanBuilder::of(dossier);
    end_sold_order(&mut draft, Rule::O8b, &Reason::operator(reason));
    Ok(draft.changes)
}

/// Takes back a sale, and makes the received money due.
pub(in crate::domain) fn end_sold_order(draft: &mut PlanBuilder, rule: Rule, why: &Reason) {
    draft.changes.push(Change::MoveStock(StockMove::Return));
    draft.change_entitlements(EntitlementChange::Revoke);
    draft.move_order(OrderStatus::Cancelled, rule, why.clone());
    let moot = [CaseKind::MoneyLost, CaseKind::NotFulfilled];
    draft.close_cases(&CaseSubject::Order, &moot, &Reason::OrderCancelled);
    let counting = draft
        .dossier
        .payments
        .iter()
        .filter(|payment| draft.dossier.counts(payment));
    let owed: Vec<_> = counting
        .map(|payment| {
            (
                payment.id,
                payment
                    .received
                    .saturating_sub(draft.dossier.refunded(payment)),
            )
        })
        .collect();
    for (payment, amount) in owed {
        let why = Reason::OrderCancelledBecause {
            reason: Box::new(why.clone()),
        };
        draft.record_refund_due(payment, amount, RefundReason::Person, rule, why);
    }
}

/// O7: no gateway can be asked about it.
#[must_use]
pub fn ends_by_time(dossier: &Dossier) -> bool {
    !dossier.payments.iter().any(needs_proof)
}

/// The clock alone proves nothing of a payment at a gateway.
fn needs_proof(payment: &Payment) -> bool {
    !planted!(ExpireByTheClock) && !payment.gateway.is_manual() && !payment.is_foreign()
}

/// O6: what a person must decide.
fn undecided(dossier: &Dossier) -> Option<CheckReason> {
    if dossier
        .payments
        .iter()
        .any(|payment| dossier.counts(payment))
    {
        return Some(CheckReason::MoneyIn);
    }
    let known = dossier
        .payments
        .iter()
        .find_map(|payment| undecided_payment(dossier, payment));
    // P24: its gateway has spoken of a try in a way that nobody here can place, or has been silent about it for a day.
    let unplaced = |payment: &Payment| {
        let subject = CaseSubject::Payment(payment.id);
        let case = dossier.open_case(CaseKind::UnknownTry, &subject)?;
        let payment = payment.id;
        Some(CheckReason::TryUnplaced { payment, case })
    };
    let unplaced = || dossier.payments.iter().find_map(unplaced);
    known.or_else(unplaced).or_else(|| {
        // P23, P29: a message has named more than can be asked about, or money that stands under no payment of it.
        let case = dossier.open_case(CaseKind::UnknownTry, &CaseSubject::Order)?;
        Some(CheckReason::MoneyUnplaced { case })
    })
}

fn undecided_payment(dossier: &Dossier, payment: &Payment) -> Option<CheckReason> {
    let id = payment.id;
    match payment.status {
        PaymentStatus::Challenged => Some(CheckReason::FraudUndecided { payment: id }),
        PaymentStatus::Mismatch if dossier.is_undecided(payment) => {
            Some(CheckReason::AmountUndecided { payment: id })
        }
        PaymentStatus::Created
        | PaymentStatus::Pending
        | PaymentStatus::Paid
        | PaymentStatus::Mismatch
        | PaymentStatus::Failed
        | PaymentStatus::Cancelled
        | PaymentStatus::Expired
        | PaymentStatus::Reversed => payment
            .said_something_unknown()
            .then_some(CheckReason::UnknownWord { payment: id }),
    }
}

/// O6: what only the gateway can settle. P23: an attempt that a notification names may be the one that was paid.
fn claimed(dossier: &Dossier, proof_from: Instant) -> Option<CheckReason> {
    let mut named = dossier.named.iter();
    if let Some(named) = named.find(|named| named.blocks_release(proof_from)) {
        return Some(CheckReason::TryUnanswered {
            payment: named.payment,
            transaction_id: named.transaction_id.clone(),
        });
    }
    let is_absent = |claim: &&PaidClaim| {
        let mut named = dossier.named.iter();
        named.any(|named| {
            named.payment == claim.payment
                && Some(&named.transaction_id) == claim.transaction_id.as_ref()
                && !named.blocks_release(proof_from)
        })
    };
    let mut claims = dossier.claims.iter();
    let payment = claims.find(|claim| !is_absent(claim))?.payment;
    Some(CheckReason::PaidUnconfirmed { payment })
}

/// Nobody can pay it: it is closed, or its page is gone.
pub(in crate::domain) fn cannot_be_paid(payment: &Payment) -> bool {
    match payment.status {
        PaymentStatus::Created => !payment.seen && page_is_gone(payment),
        PaymentStatus::Failed | PaymentStatus::Cancelled | PaymentStatus::Expired => {
            payment.seen || page_is_gone(payment)
        }
        PaymentStatus::Paid | PaymentStatus::Mismatch | PaymentStatus::Reversed => true,
        PaymentStatus::Pending | PaymentStatus::Challenged => false,
    }
}

/// A page that we know is gone when its gateway has answered so. Once it is past its own end (P10), it is enough that
/// closing it was tried.
fn page_is_gone(payment: &Payment) -> bool {
    let has_run_out = payment.status == PaymentStatus::Expired && payment.close_tried_at.is_some();
    payment.token.is_none() || payment.page_is_closed() || has_run_out
}

fn end(dossier: &Dossier, request: ReleaseRequest<'_>, payments: usize) -> Vec<Change> {
    let rule = match (request.to, payments) {
        (CloseReason::Cancelled, _) => Rule::O8,
        (CloseReason::Expired, 0) => Rule::O7,
        (CloseReason::Expired, _) => Rule::O3,
    };
    let why = match payments {
        0 => Reason::NoGatewayHasPayment,
        1 => Reason::PaymentClosed,
        many => Reason::PaymentsClosed {
            payments: u64::try_from(many).unwrap_or(u64::MAX),
        },
    };
    let why = match request.reason {
        Some(words) => Reason::OperatorAnd {
            words: words.to_owned(),
            reason: Box::new(why),
        },
        None => why,
    };
    let mut draft = PlanBuilder::of(dossier.clone());
    draft.changes.push(Change::MoveStock(StockMove::Release));
    draft.move_order(status(request.to), rule, why);
    draft.changes
}

fn status(ending: CloseReason) -> OrderStatus {
    match ending {
        CloseReason::Expired => OrderStatus::Expired,
        CloseReason::Cancelled => OrderStatus::Cancelled,
    }
}

fn ids<'p>(payments: impl Iterator<Item = &'p Payment>) -> Vec<PaymentId> {
    payments.map(|payment| payment.id).collect()
}

#[cfg(test)]
mod tests;
