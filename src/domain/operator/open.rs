//! P1 and P2: opens a payment at a gateway. It is recorded before the gateway is called.
//!
//! An order has at most one payment that can be paid: nothing is opened while one may be open.

use std::time::Duration;

use crate::domain::decide::reference_collision;
use crate::domain::{
    CaseKind, CaseSubject, Change, CloseResult, Dossier, GatewayName, Instant, Method,
    OfferedPayment, OpeningStage, OrderStatus, Payment, PaymentId, PaymentInstructions,
    PaymentOrigin, PaymentStatus, PlanBuilder, Reason, Reference, Rule, Rupiah, reasons,
};

/// The payment to open.
#[derive(Debug, Clone, Copy)]
pub struct PaymentToOpen<'a> {
    pub gateway: &'a GatewayName,
    pub method: &'a Method,
    /// Free at this gateway: no attempt uses the reference of another.
    pub reference: &'a Reference,
    /// The version of the gateway's interface under which it is opened.
    pub api_version: u8,
    /// A UUID as idempotency key; makes a retry harmless.
    pub key: &'a str,
    pub now: Instant,
}

reasons! {
    /// Why nothing is opened.
    pub enum OpenRefusal {
        NotPending(status: OrderStatus) = "opening_not_pending",
        Overdue(deadline: Instant) = "opening_overdue",
        Alive(payment: PaymentId, deadline: Instant) = "opening_alive",
        Undecided(payment: PaymentId) = "opening_undecided",
        NothingMissing = "opening_nothing_missing",
    }
}

impl std::error::Error for OpenRefusal {}

/// The first query after opening.
const FIRST_QUESTION_AFTER: Duration = Duration::from_secs(30);

/// P1: records that a payment is about to be opened. Its deadline is that of its order.
///
/// # Errors
/// As [`OpenRefusal`] says.
pub fn open(
    dossier: &Dossier,
    wanted: &PaymentToOpen<'_>,
) -> Result<(Payment, Vec<Change>), OpenRefusal> {
    let amount = check_openable(dossier, wanted.now)?;
    let payment = payment(dossier, wanted, amount);
    let step = OpeningStage::Announce {
        payment: Box::new(payment.clone()),
        key: wanted.key.to_owned(),
        rule: Rule::P1,
        why: Reason::OpeningAsked {
            gateway: wanted.gateway.clone(),
        },
    };
    Ok((payment, vec![Change::Open(step)]))
}

/// The missing amount, if a payment may be opened.
///
/// # Errors
/// As [`OpenRefusal`] says.
pub fn check_openable(dossier: &Dossier, now: Instant) -> Result<Rupiah, OpenRefusal> {
    let order = &dossier.order;
    if order.status != OrderStatus::Pending {
        return Err(OpenRefusal::NotPending(order.status));
    }
    if let Some(payment) = alive(dossier) {
        return Err(OpenRefusal::Alive(payment.id, payment.deadline));
    }
    let mut payments = dossier.payments.iter();
    if let Some(payment) = payments.find(|payment| payment.status == PaymentStatus::Mismatch) {
        return Err(OpenRefusal::Undecided(payment.id));
    }
    if now >= order.expires_at {
        return Err(OpenRefusal::Overdue(order.expires_at));
    }
    match order.total.saturating_sub(dossier.cover()) {
        Rupiah::ZERO => Err(OpenRefusal::NothingMissing),
        missing => Ok(missing),
    }
}

/// The payment of an order that may still be paid at a gateway: the latest, if there are several.
#[must_use]
pub fn alive(dossier: &Dossier) -> Option<&Payment> {
    let mut payments = dossier.payments.iter().rev();
    payments.find(|payment| payment.status.is_open() && !payment.gateway.is_manual())
}

/// P3: the gateway does not know it after a call without an answer, so that is begun again. Nothing, when somebody
/// else has done so since the last call `begun_at`, something was learned meanwhile, or the order waits for no money
/// any more.
#[must_use]
pub fn restart(dossier: Dossier, id: PaymentId, begun_at: Instant, now: Instant) -> Vec<Change> {
    let Some(before) =
        unopened_payment(&dossier, id).filter(|payment| payment.moved_at == begun_at)
    else {
        return Vec::new();
    };
    if !dossier.order.waits_for_money(now) {
        return Vec::new();
    }
    let after = Payment {
        moved_at: now,
        version: before.version + 1,
        ..before.clone()
    };
    let mut draft = PlanBuilder::of(dossier);
    draft.move_payment(&before, after, Rule::P3, Reason::OpeningSentAgain);
    draft.changes
}

/// P18: a call that opens a payment has ended without a usable answer.
#[must_use]
pub fn mark_unanswered(dossier: Dossier, id: PaymentId, why: &str) -> Vec<Change> {
    let Some(before) = unopened_payment(&dossier, id) else {
        return Vec::new();
    };
    let after = Payment {
        version: before.version + 1,
        ..before.clone()
    };
    let why = Reason::OpeningEnded {
        words: why.to_owned(),
    };
    let mut draft = PlanBuilder::of(dossier);
    draft.move_payment(&before, after, Rule::P18, why);
    draft.changes
}

/// How long somebody may still wait for the answer to a call that `lasts` so long at most, by the rule that has last
/// moved its payment, and when. A call that was begun in the future was begun by a wrong clock.
#[must_use]
pub fn left((rule, at): (Rule, Instant), lasts: Duration, now: Instant) -> Option<Duration> {
    let is_begun = matches!(rule, Rule::P1 | Rule::P3);
    let is_fresh = at.saturating_sub(lasts) < now && now < at.saturating_add(lasts);
    (is_begun && is_fresh).then(|| at.saturating_add(lasts).since(now).min(lasts))
}

/// P2: the gateway has opened it. What was learned meanwhile is not undone; what the customer needs is kept as long as
/// it is of use.
#[must_use]
pub fn record_instructions(
    dossier: Dossier,
    id: PaymentId,
    told: &PaymentInstructions,
    now: Instant,
) -> Vec<Change> {
    let Some(before) = unopened_payment(&dossier, id) else {
        return offer_only(&dossier, id, told);
    };
    let mut after = Payment {
        status: told.status,
        transaction_id: told.transaction_id.clone(),
        method: told.method.clone().or(before.method.clone()),
        on_page: told.on_page,
        token: told.token.clone(),
        payable: told.payable,
        imposed_fee: told.imposed_fee,
        deadline: told.deadline.unwrap_or(before.deadline),
        raw_status: told.raw_status.clone(),
        // A page is no transaction until somebody has chosen how to pay on it.
        seen: told.status != PaymentStatus::Created,
        version: before.version + 1,
        ..before.clone()
    };
    if after.status != before.status {
        after.moved_at = now;
    }
    after.schedule.next_check_at = Some(now.saturating_add(FIRST_QUESTION_AFTER));
    let why = Reason::Opened {
        gateway: after.gateway.clone(),
    };
    let mut draft = PlanBuilder::of(dossier);
    draft.changes.push(Change::Open(OpeningStage::Present {
        payment: id,
        payable: after.payable,
        imposed_fee: after.imposed_fee,
        on_page: after.on_page,
        token: after.token.clone(),
        offer: OfferedPayment::from(told),
    }));
    draft.move_payment(&before, after, Rule::P2, why);
    draft.changes
}

/// Another run has read the payment while its opening was still under way.
fn offer_only(dossier: &Dossier, id: PaymentId, told: &PaymentInstructions) -> Vec<Change> {
    let known = dossier.payment(id);
    let Some(payment) = known.filter(|payment| payment.status.is_open()) else {
        return Vec::new();
    };
    let step = OpeningStage::Present {
        payment: id,
        payable: told.payable,
        imposed_fee: told.imposed_fee,
        on_page: told.on_page,
        token: told.token.clone(),
        offer: OfferedPayment::from(told),
    };
    let note = Change::Note {
        rule: Rule::P2,
        why: Reason::OpenedAndRead {
            gateway: payment.gateway.clone(),
        },
    };
    vec![Change::Open(step), note]
}

/// P2: the gateway refused to open it.
#[must_use]
pub fn refuse(dossier: Dossier, id: PaymentId, words: &str, now: Instant) -> Vec<Change> {
    let Some(before) = unopened_payment(&dossier, id) else {
        return Vec::new();
    };
    let after = reference_collision::as_never_opened(&before, now);
    let why = Reason::OpeningRefused {
        gateway: after.gateway.clone(),
        words: words.to_owned(),
    };
    let mut draft = PlanBuilder::of(dossier);
    draft.move_payment(&before, after, Rule::P2, why);
    draft.changes
}

/// P2: the gateway had a payment of this reference before it was first asked for one, so that is not the order's,
/// whatever becomes of it. Nothing, when somebody has taken its state for this payment's already.
#[must_use]
pub fn mark_collided(dossier: Dossier, id: PaymentId, now: Instant) -> Vec<Change> {
    let Some(before) = unopened_payment(&dossier, id) else {
        return Vec::new();
    };
    let after = reference_collision::given_up(&before, now);
    let (why, facts) = (
        reference_collision::describe_collision(&after),
        reference_collision::facts(&after, &dossier.order.number),
    );
    let mut draft = PlanBuilder::of(dossier);
    draft.move_payment(&before, after, Rule::P2, why);
    let kind = CaseKind::GatewayContradiction;
    draft.open_case(kind, CaseSubject::Payment(id), Rule::P2, facts);
    draft.changes
}

/// P1: a payment that nobody has begun, and whose page is closed by its gateway's own word, is over. What the gateway
/// does know has moved by its answer; what it would not close, or was not asked to, may still be paid.
#[must_use]
pub fn replace_unopened(dossier: Dossier, id: PaymentId, now: Instant) -> Vec<Change> {
    close_unused(dossier, id, now, Rule::P1, |gateway| {
        Reason::ClosedForNewOne { gateway }
    })
}

/// O17: the same for an order that has ended meanwhile.
#[must_use]
pub fn abandon(dossier: Dossier, id: PaymentId, now: Instant) -> Vec<Change> {
    close_unused(dossier, id, now, Rule::O17, |gateway| {
        Reason::ClosedOrderEnded { gateway }
    })
}

fn close_unused(
    dossier: Dossier,
    id: PaymentId,
    now: Instant,
    rule: Rule,
    why: impl Fn(GatewayName) -> Reason,
) -> Vec<Change> {
    let Some(before) = unopened_payment(&dossier, id) else {
        return Vec::new();
    };
    // That nobody knows it says something only of a page with a token: a link is known once somebody has opened it.
    let is_closed = before.close_answer == Some(CloseResult::Closed)
        || (before.page_is_closed() && before.token.is_some());
    if !is_closed {
        return Vec::new();
    }
    let after = Payment {
        status: PaymentStatus::Cancelled,
        moved_at: now,
        version: before.version + 1,
        ..before.clone()
    };
    let why = why(after.gateway.clone());
    let mut draft = PlanBuilder::of(dossier);
    draft.move_payment(&before, after, rule, why);
    draft.changes
}

fn unopened_payment(dossier: &Dossier, id: PaymentId) -> Option<Payment> {
    let payment = dossier.payment(id)?;
    (payment.status == PaymentStatus::Created && !payment.seen).then(|| payment.clone())
}

fn payment(dossier: &Dossier, wanted: &PaymentToOpen<'_>, amount: Rupiah) -> Payment {
    Payment {
        api_version: wanted.api_version,
        method: Some(wanted.method.to_string()),
        ..Payment::new(
            PaymentOrigin::Payctl,
            dossier.order.id,
            wanted.gateway.clone(),
            wanted.reference.clone(),
            amount,
            wanted.now,
            dossier.order.expires_at,
        )
    }
}

#[cfg(test)]
mod tests;
