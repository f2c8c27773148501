//! Plans the changes of a payment, its cases and its refunds.

use crate::domain::decide::reference_collision;
use crate::domain::decide::refunded::{follow_excess, taken_back_facts};
use crate::domain::{
    AmountParts, CaseKind, CaseSubject, Change, Finding, Observation, Payment, PaymentId,
    PaymentStatus, PlanBuilder, Quote, Reason, Refund, RefundStatus, Reported, Rule, Rupiah,
    Transition,
};
use crate::faults::planted;

/// Whether an answer still applies to the queried payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerTarget {
    /// It does: the counters are written with the changes.
    Current,
    /// The answer is about a sibling that was unknown until now.
    NewSibling,
    /// The answer is about a sibling with queries of its own; only money counts from this answer.
    Sibling,
    /// Another run has moved the payment meanwhile; only money still counts from this answer.
    Overtaken,
}

/// One payment before and after one answer.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain) struct PaymentDelta<'a> {
    pub(in crate::domain) before: &'a Payment,
    pub(in crate::domain) after: &'a Payment,
    pub(in crate::domain) observed: &'a Observation,
    pub(in crate::domain) standing: AnswerTarget,
}

/// Plans what an answer changes about its payment.
pub(in crate::domain) fn record(
    draft: &mut PlanBuilder,
    step: PaymentDelta<'_>,
    finding: &Finding,
) {
    match finding {
        _ if step.standing == AnswerTarget::NewSibling => add_sibling(draft, step),
        Finding::Drift(transition) => move_payment(draft, step, transition),
        Finding::Review(..) | Finding::Match | Finding::Unchecked(_) => {}
    }
    close_obsolete_cases(draft, step, finding);
    match finding {
        Finding::Drift(transition) => apply_consequences(draft, step, transition),
        Finding::Review(rule, kind) if is_asked_about(step, *kind) => {
            draft.open_case(*kind, subject(*kind, step.after), *rule, facts(*kind, step));
        }
        Finding::Review(..) | Finding::Match | Finding::Unchecked(_) => {}
    }
    let rule = match finding {
        Finding::Drift(transition) => transition.rule,
        Finding::Review(..) | Finding::Match | Finding::Unchecked(_) => Rule::P15,
    };
    follow_excess(draft, step.before, step.after, rule);
    if step.after.close_tries > step.before.close_tries && step.after.stays_open() {
        let (kind, facts) = (CaseKind::CannotClose, facts(CaseKind::CannotClose, step));
        draft.open_case(kind, subject(kind, step.after), Rule::O4, facts);
    }
}

/// The same answer opens no second case, except where only a repeated answer counts.
fn is_asked_about(step: PaymentDelta<'_>, kind: CaseKind) -> bool {
    kind == CaseKind::RefundTakenBack || step.before.last_meaning != step.after.last_meaning
}

fn add_sibling(draft: &mut PlanBuilder, step: PaymentDelta<'_>) {
    let sibling = step.after.clone();
    draft
        .changes
        .push(Change::AddPayment(Box::new(sibling.clone())));
    draft.dossier.payments.push(sibling);
}

fn move_payment(draft: &mut PlanBuilder, step: PaymentDelta<'_>, transition: &Transition) {
    draft.move_payment(step.before, step.after.clone(), transition.rule, says(step));
}

/// The consequences of a move.
fn apply_consequences(draft: &mut PlanBuilder, step: PaymentDelta<'_>, transition: &Transition) {
    if let Some(kind) = transition.case {
        let subject = subject(kind, step.after);
        let facts = if transition.rule == Rule::P2 {
            reference_collision::facts(step.after, &draft.dossier.order.number)
        } else {
            facts(kind, step)
        };
        // P16 comes only with more than is known.
        if kind == CaseKind::Chargeback {
            draft.ask_again(kind, subject, transition.rule, facts);
        } else {
            draft.open_case(kind, subject, transition.rule, facts);
        }
    }
    if transition.refunded.is_some() {
        let more = step.after.refunded.saturating_sub(step.before.refunded);
        settle_refunds(draft, step.after.id, more, transition.rule);
    }
    if transition.rule == Rule::P26 {
        if step.after.charged_back == Rupiah::ZERO {
            let (subject, why) = (CaseSubject::Payment(step.after.id), says(step));
            draft.close_cases(&subject, &[CaseKind::Chargeback], &why);
        }
    } else if transition.charged_back.is_some() {
        let why = Reason::BankTookBack;
        reduce_unsent_refunds(draft, step.after, transition.rule, &why);
    }
    if transition.received.is_some() && transition.case != Some(CaseKind::AmountMismatch) {
        ask_about_amount(draft, step);
    }
    if transition.refunded.is_some() || transition.charged_back.is_some() {
        close_if_fully_refunded(draft, step.after);
    }
    if transition.rule == Rule::P14 {
        reject_unsent_refunds(draft, step.after.id);
    }
}

/// P7: also for money that is first seen together with its refund.
fn ask_about_amount(draft: &mut PlanBuilder, step: PaymentDelta<'_>) {
    if !draft.dossier.is_undecided(step.after) || planted!(LetARefundHideAWrongAmount) {
        return;
    }
    let kind = CaseKind::AmountMismatch;
    draft.open_case(kind, subject(kind, step.after), Rule::P7, facts(kind, step));
}

/// Closes the cases that this answer settled.
fn close_obsolete_cases(draft: &mut PlanBuilder, step: PaymentDelta<'_>, finding: &Finding) {
    let still_asked = match finding {
        Finding::Unchecked(_) => return,
        Finding::Review(_, kind) => Some(*kind),
        Finding::Match | Finding::Drift(_) => None,
    };
    let mut moot = Vec::new();
    // Anything that can be read is an answer, of the name that it was asked by.
    if !step.observed.is_partial {
        moot.push(CaseKind::Unanswered);
    }
    // A word nobody knows answers nothing.
    if still_asked != Some(CaseKind::UnknownStatus) {
        moot.push(CaseKind::UnknownStatus);
        if step.observed.said != Reported::NotStarted {
            moot.push(CaseKind::ForgottenByGateway);
        }
        if still_asked.is_none() {
            moot.push(CaseKind::GatewayContradiction);
        }
    }
    if step.after.status != PaymentStatus::Challenged {
        moot.push(CaseKind::Challenged);
    }
    if !step.after.status.is_open() {
        moot.push(CaseKind::CannotClose);
    }
    if step.after.back.less.is_none() {
        moot.push(CaseKind::RefundTakenBack);
    }
    if step.after.status == PaymentStatus::Paid {
        moot.push(CaseKind::AmountMismatch);
    }
    draft.close_cases(&CaseSubject::Payment(step.after.id), &moot, &says(step));
}

/// Refunded money settles pending refunds, those closest to the gateway first; the rest is external.
fn settle_refunds(draft: &mut PlanBuilder, payment: PaymentId, went_back: Rupiah, rule: Rule) {
    let why = &Reason::GatewayHasRefunded;
    let mut left = went_back;
    for status in [
        RefundStatus::Unknown,
        RefundStatus::Sent,
        RefundStatus::Approved,
        RefundStatus::Due,
    ] {
        for refund in refunds_of(draft, payment, |refund| refund.status == status) {
            if left == Rupiah::ZERO {
                return;
            }
            if refund.amount > left {
                draft.reduce_refund(refund.id, refund.amount - left, rule, why);
                return draft.book_external_refund(payment, left, rule);
            }
            draft.move_refund(refund.id, RefundStatus::Done, rule, why);
            left = left - refund.amount;
        }
    }
    if left > Rupiah::ZERO {
        draft.book_external_refund(payment, left, rule);
    }
}

/// Money that has gone cannot be refunded as well. An approved refund may already have been sent: it comes first, and if it
/// is too much, it is rejected as a whole, so that a person can still record it as sent; the remaining money is due instead.
pub(in crate::domain) fn reduce_unsent_refunds(
    draft: &mut PlanBuilder,
    payment: &Payment,
    rule: Rule,
    why: &Reason,
) {
    let asked_for = refunds_of(draft, payment.id, Refund::is_asked_for);
    let asked_for = asked_for.iter().map(|refund| refund.amount).sum();
    let gone = payment.refunded + payment.charged_back + asked_for;
    let mut here = payment.received.saturating_sub(gone);
    let mut unsent = refunds_of(draft, payment.id, |refund| refund.status.is_unsent());
    unsent.sort_by_key(|refund| refund.status != RefundStatus::Approved);
    for refund in unsent {
        if here == Rupiah::ZERO {
            draft.move_refund(refund.id, RefundStatus::Rejected, rule, why);
        } else if refund.amount > here && refund.status == RefundStatus::Approved {
            draft.move_refund(refund.id, RefundStatus::Rejected, rule, why);
            draft.record_refund_due(payment.id, here, refund.reason, rule, why.clone());
        } else if refund.amount > here {
            draft.reduce_refund(refund.id, here, rule, why);
        }
        here = here.saturating_sub(refund.amount);
    }
}

/// Nobody has to decide about money that is gone.
pub(in crate::domain) fn close_if_fully_refunded(draft: &mut PlanBuilder, payment: &Payment) {
    if payment.refunded + payment.charged_back < payment.received {
        return;
    }
    let moot = [
        CaseKind::AmountMismatch,
        CaseKind::DoublePayment,
        CaseKind::LatePayment,
        CaseKind::RefundUnknown,
    ];
    let subject = CaseSubject::Payment(payment.id);
    draft.close_cases(&subject, &moot, &Reason::AllOfPaymentWentBack);
}

fn reject_unsent_refunds(draft: &mut PlanBuilder, payment: PaymentId) {
    let why = &Reason::GatewayTookBack;
    for refund in refunds_of(draft, payment, |refund| refund.status.is_unsent()) {
        draft.move_refund(refund.id, RefundStatus::Rejected, Rule::P14, why);
    }
}

fn refunds_of(
    draft: &PlanBuilder,
    payment: PaymentId,
    wanted: impl Fn(&Refund) -> bool,
) -> Vec<Refund> {
    let refunds = draft.dossier.refunds.iter();
    refunds
        .filter(|refund| refund.payment == payment && wanted(refund))
        .cloned()
        .collect()
}

fn subject(kind: CaseKind, payment: &Payment) -> CaseSubject {
    if kind == CaseKind::UnprovenGateway {
        CaseSubject::Gateway(payment.gateway.clone())
    } else {
        CaseSubject::Payment(payment.id)
    }
}

fn says(step: PaymentDelta<'_>) -> Reason {
    let gateway = step.after.gateway.clone();
    if step.after.is_foreign() {
        return reference_collision::describe_collision(step.after);
    }
    match (&step.observed.said, &step.observed.raw_status) {
        (Reported::NotStarted, _) => Reason::gateway_says(&gateway, step.observed),
        (_, Some(word)) if step.after.charged_back < step.before.charged_back => {
            Reason::GatewaySaysReturned {
                gateway,
                word: Quote(word.clone()),
                amount: step.before.charged_back - step.after.charged_back,
            }
        }
        (_, Some(word)) if bears_fee(step) => Reason::GatewaySaysWithFee {
            gateway,
            word: Quote(word.clone()),
            fee: step.after.imposed_fee,
        },
        _ => Reason::gateway_says(&gateway, step.observed),
    }
}

/// This answer brings money that includes the gateway's fee.
fn bears_fee(step: PaymentDelta<'_>) -> bool {
    step.after.received != step.before.received && step.after.imposed_fee > Rupiah::ZERO
}

/// The facts about a wrong amount, with the parts the gateway reports.
fn wrong_amount(step: PaymentDelta<'_>) -> Reason {
    let says = Box::new(says(step));
    let received = step.after.received;
    let expected = step.after.expected(step.observed.measure);
    match step.observed.parts {
        AmountParts::Absent => Reason::WrongAmount {
            says,
            received,
            expected,
        },
        AmountParts::Told { original, fee } => Reason::WrongAmountWithFee {
            says,
            received,
            original,
            fee,
            expected,
        },
        AmountParts::Unclear => Reason::WrongAmountUnclearFee {
            says,
            received,
            expected,
        },
    }
}

fn facts(kind: CaseKind, step: PaymentDelta<'_>) -> Reason {
    let payment = step.after;
    let says = says(step);
    match kind {
        CaseKind::AmountMismatch => wrong_amount(step),
        CaseKind::UnprovenGateway => Reason::GatewayUnproven {
            gateway: payment.gateway.clone(),
        },
        CaseKind::UnknownStatus => Reason::UnknownStatus {
            says: Box::new(says),
        },
        CaseKind::Chargeback => Reason::ChargedBack {
            says: Box::new(says),
            lost: payment.charged_back,
            received: payment.received,
        },
        CaseKind::RefundTakenBack => taken_back_facts(says, payment),
        CaseKind::Challenged
        | CaseKind::ForgottenByGateway
        | CaseKind::GatewayContradiction
        | CaseKind::Underpaid
        | CaseKind::LatePayment
        | CaseKind::DoublePayment
        | CaseKind::NotFulfilled
        | CaseKind::MoneyLost
        | CaseKind::CannotClose
        | CaseKind::RefundUnknown
        | CaseKind::UnknownTry
        | CaseKind::SameTransfer
        | CaseKind::Unanswered
        | CaseKind::UnknownOrder
        | CaseKind::RefundedTwice => Reason::PaymentIsHere {
            says: Box::new(says),
            status: payment.status,
        },
    }
}
