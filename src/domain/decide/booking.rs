//! Turns one answer into one plan: reconcile the payment, book all facts, judge the order once.

mod compared;

use std::time::Duration;

use crate::domain::decide::apply_observation::{make_move, payment_after_answer};
use crate::domain::decide::apply_verdicts::settle;
use crate::domain::decide::named_attempts;
use crate::domain::decide::payment_changes::{PaymentDelta, record};
use crate::domain::decide::reference_collision;
use crate::domain::decide::refund_tracking::{asked_for_at, track_refunds};
use crate::domain::payment::schedule;
use crate::domain::{
    AccountEvidence, AnswerTarget, CaseKind, CaseSubject, Change, Dossier, Finding, Instant,
    Observation, Order, OrderStatus, Payment, PaymentId, PaymentOrigin, PaymentStatus, PlanBuilder,
    Policy, Reason, Rule, Rupiah, Schedule,
};
use crate::faults::planted;

pub use compared::{ComparedAnswer, compare};

/// One answer, with the payment as it was when the query started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusAnswer {
    pub payment: Payment,
    pub observation: Observation,
    pub account: AccountEvidence,
}

/// The plan for one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerPlan {
    pub finding: Finding,
    /// The payment that the answer is about: the queried one or a sibling.
    pub before: Payment,
    pub after: Payment,
    /// The queried payment, if the answer is about another one: only its counters change.
    pub asked_after: Option<Payment>,
    pub order_before: Order,
    pub order_after: Order,
    /// Moves, cases and refunds, without the payment's counters.
    pub changes: Vec<Change>,
    pub standing: AnswerTarget,
}

/// An account that proves nothing is asked again after this, where nothing else is due.
const ASKED_AGAIN: Duration = Duration::from_secs(24 * 60 * 60);

/// The schedule after an answer. "Not found" by an account that proves nothing is no answer that proves anything.
fn next_schedule(
    after: &Payment,
    finding: &Finding,
    observed: &Observation,
    refund_sent_at: Option<Instant>,
    policy: &Policy,
) -> Schedule {
    let next = schedule::next_schedule_after(after, observed, refund_sent_at, policy);
    match finding {
        Finding::Review(Rule::G1, _) => Schedule {
            last_answered_at: after.schedule.answered_by(observed.asked_at),
            // What proves nothing is no last answer.
            next_check_at: next
                .next_check_at
                .or(Some(observed.asked_at.saturating_add(ASKED_AGAIN))),
            ..next
        },
        // Nobody is asked about what is somebody else's.
        Finding::Drift(transition) if transition.rule == Rule::P2 => Schedule {
            next_check_at: None,
            ..next
        },
        Finding::Review(..) | Finding::Match | Finding::Drift(_) | Finding::Unchecked(_) => next,
    }
}

/// The answer by which an order has expired is kept, also if this clock is behind and nothing is heard now.
fn keeping_proof(order: &Order, before: &Schedule, next: Schedule) -> Schedule {
    let is_proof = order.status == OrderStatus::Expired && next.last_answered_at.is_none();
    Schedule {
        last_answered_at: if is_proof {
            before.last_answered_at
        } else {
            next.last_answered_at
        },
        ..next
    }
}

/// Plans all consequences of one answer.
#[must_use]
pub fn book(dossier: Dossier, compared: ComparedAnswer<'_>) -> AnswerPlan {
    let (observed, policy) = (compared.answer, compared.policy);
    let asked = dossier
        .payment(observed.payment.id)
        .unwrap_or(&observed.payment);
    if let Some(why) = named_attempts::reject_reason(&dossier, asked, &observed.observation) {
        let facts = named_attempts::facts(asked, &observed.observation, why);
        let finding = Finding::Review(Rule::P24, CaseKind::UnknownTry);
        return unassigned(asked.clone(), dossier, finding, facts);
    }
    let order_before = dossier.order.clone();
    let asked_after = asked_after(&dossier, observed, policy);
    let (before, standing) = subject_of(&dossier, observed);
    let finding = compared.finding_about(&before, refunded_by_hand(&dossier, before.id));
    let applies = match standing {
        AnswerTarget::Current | AnswerTarget::NewSibling => true,
        AnswerTarget::Sibling | AnswerTarget::Overtaken => always_applies(&before, &finding),
    };
    if !applies {
        let books = (asked_after, order_before);
        return unapplied(before, books, finding, standing);
    }

    let mut after = payment_after(&before, &observed.observation, &finding);
    let refund_sent_at = asked_for_at(&dossier, before.id);
    after.schedule = next_schedule(
        &after,
        &finding,
        &observed.observation,
        refund_sent_at,
        policy,
    );
    after.schedule = keeping_proof(&order_before, &before.schedule, after.schedule);
    let silence = named_attempts::long_silence(&dossier, &before, &observed.observation);
    let brings_money = matches!(&finding, Finding::Drift(move_) if move_.received.is_some());
    let is_long_over = brings_money && dossier.ended_long_ago(observed.observation.asked_at);
    let mut draft = PlanBuilder::of(dossier);
    draft.is_long_over = is_long_over;
    if let Some(facts) = silence {
        let subject = CaseSubject::Payment(before.id);
        draft.open_case(CaseKind::UnknownTry, subject, Rule::P23, facts);
    }
    close_placed(&mut draft, observed, &after);
    let step = PaymentDelta {
        before: &before,
        after: &after,
        observed: &observed.observation,
        standing,
    };
    record(&mut draft, step, &finding);
    if standing == AnswerTarget::Current && !observed.observation.is_clock_in_doubt() {
        track_refunds(&mut draft, before.id, &observed.observation, &finding);
    }
    // An older version may have left a wrong amount without its case.
    if is_judged_after(&finding) || after.status == PaymentStatus::Mismatch {
        settle(&mut draft);
    }
    AnswerPlan {
        finding,
        before,
        after,
        asked_after,
        order_before,
        order_after: draft.dossier.order,
        changes: draft.changes,
        standing,
    }
}

/// Whatever moves a payment may move its order.
fn is_judged_after(finding: &Finding) -> bool {
    match finding {
        Finding::Drift(moved) => moved.received.is_some() || !planted!(JudgeOnlyNewMoney),
        Finding::Match | Finding::Review(..) | Finding::Unchecked(_) => false,
    }
}

/// An answer that moves nothing.
fn unapplied(
    before: Payment,
    (asked_after, order_before): (Option<Payment>, Order),
    finding: Finding,
    standing: AnswerTarget,
) -> AnswerPlan {
    AnswerPlan {
        finding,
        after: before.clone(),
        before,
        asked_after,
        order_after: order_before.clone(),
        order_before,
        changes: Vec::new(),
        standing,
    }
}

/// An answer about an attempt of no known payment moves nothing and opens a case.
fn unassigned(asked: Payment, dossier: Dossier, finding: Finding, facts: Reason) -> AnswerPlan {
    let order = dossier.order.clone();
    let mut draft = PlanBuilder::of(dossier);
    let subject = CaseSubject::Payment(asked.id);
    draft.open_case(CaseKind::UnknownTry, subject, Rule::P24, facts);
    AnswerPlan {
        changes: draft.changes,
        ..unapplied(asked, (None, order), finding, AnswerTarget::Current)
    }
}

/// Closes the case about named attempts when the last of them has an answer.
fn close_placed(draft: &mut PlanBuilder, observed: &StatusAnswer, about: &Payment) {
    let told = observed.observation.answers_for.as_ref();
    if told.is_none() || about.transaction_id.as_ref() != told {
        return;
    }
    let asked = observed.payment.id;
    let mut others = draft.dossier.named.iter();
    if !others.any(|named| named.payment == asked && Some(&named.transaction_id) != told) {
        let (subject, kinds) = (CaseSubject::Payment(asked), [CaseKind::UnknownTry]);
        draft.close_cases(&subject, &kinds, &Reason::TryAnswered);
    }
}

/// The payment after an answer, without its schedule.
fn payment_after(before: &Payment, observed: &Observation, finding: &Finding) -> Payment {
    let mut after = payment_after_answer(before, observed, finding);
    match finding {
        Finding::Drift(transition) if transition.rule == Rule::P2 => {
            return reference_collision::given_up(before, observed.dated_at());
        }
        Finding::Drift(transition) => make_move(&mut after, transition, observed),
        Finding::Match | Finding::Review(..) | Finding::Unchecked(_) => {}
    }
    if observed.is_answer() {
        after.record_excess();
    }
    after
}

/// What has gone back past the gateway.
fn refunded_by_hand(dossier: &Dossier, payment: PaymentId) -> Rupiah {
    let refunds = dossier.refunds.iter();
    let by_hand = refunds.filter(|refund| refund.payment == payment && refund.by_hand);
    by_hand.map(|refund| refund.amount).sum()
}

/// The asked payment's counters, when the answer turned out to be about another one. Of a try with an id of its own
/// that answers nothing.
fn asked_after(dossier: &Dossier, observed: &StatusAnswer, policy: &Policy) -> Option<Payment> {
    let asked = dossier.payment(observed.payment.id)?;
    let (about, _) = subject_of(dossier, observed);
    if about.id == asked.id {
        return None;
    }
    let sent_at = asked_for_at(dossier, asked.id);
    let mut schedule = schedule::next_schedule_after(asked, &observed.observation, sent_at, policy);
    if asked.transaction_id.is_some() {
        schedule.last_answered_at = asked.schedule.answered_by(observed.observation.asked_at);
    }
    Some(Payment {
        schedule: keeping_proof(&dossier.order, &asked.schedule, schedule),
        ..asked.clone()
    })
}

/// The payment that the answer is about.
fn subject_of(dossier: &Dossier, observed: &StatusAnswer) -> (Payment, AnswerTarget) {
    let asked = dossier
        .payment(observed.payment.id)
        .unwrap_or(&observed.payment);
    let is_unmoved = asked.version == observed.payment.version;
    let current = if is_unmoved || planted!(ForgetTheVersionGuard) {
        AnswerTarget::Current
    } else {
        AnswerTarget::Overtaken
    };
    let Some(told) = &observed.observation.transaction_id else {
        return (asked.clone(), current);
    };
    if asked.transaction_id.as_ref() == Some(told) || planted!(TakeASiblingForTheSame) {
        return (asked.clone(), current);
    }
    let is_sibling = |other: &&Payment| {
        other.gateway == asked.gateway
            && other.reference == asked.reference
            && other.transaction_id.as_ref() == Some(told)
    };
    if let Some(sibling) = dossier.payments.iter().find(is_sibling) {
        return (sibling.clone(), AnswerTarget::Sibling);
    }
    if asked.transaction_id.is_none() {
        return (asked.clone(), current);
    }
    (
        sibling(asked, &observed.observation),
        AnswerTarget::NewSibling,
    )
}

/// The customer's new attempt on the same page, before anything is known about it.
fn sibling(asked: &Payment, observed: &Observation) -> Payment {
    let began_at = observed.dated_at();
    Payment {
        transaction_id: observed.transaction_id.clone(),
        api_version: asked.api_version,
        payable: asked.asked_for(),
        on_page: asked.on_page,
        schedule: Schedule::new(observed.asked_at.min(began_at)),
        version: 0,
        ..Payment::new(
            PaymentOrigin::Page,
            asked.order,
            asked.gateway.clone(),
            asked.reference.clone(),
            asked.amount,
            began_at,
            asked.deadline,
        )
    }
}

/// Received or refunded money is a fact, however old the query: it always counts.
fn always_applies(payment: &Payment, finding: &Finding) -> bool {
    let Finding::Drift(transition) = finding else {
        return false;
    };
    let brings_money =
        transition.received.is_some() && (payment.status.is_open() || payment.status.is_closed());
    let is_its_own = !payment.is_foreign();
    let charged_back = transition.charged_back;
    let takes_more = charged_back.is_some_and(|total| total > payment.charged_back);
    is_its_own && (brings_money || transition.refunded.is_some() || takes_more)
}

#[cfg(test)]
mod tests;
