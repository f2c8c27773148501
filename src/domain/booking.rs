//! From one answer to one plan: the payment is reconciled, all facts are booked, the order is judged once.

use super::case::CaseKind;
use super::dossier::{Change, Dossier, Subject};
use super::judge::{close_cases, open_case, settle_order};
use super::money::Rupiah;
use super::names::PaymentId;
use super::observation::{Measure, Observation, Said};
use super::order::{Order, Refund, RefundReason, RefundStatus};
use super::payment::{Origin, Payment, PaymentStatus};
use super::reconcile::{Account, Finding, Policy, Transition, reconcile};
use super::rule::Rule;
use super::schedule::{self, Schedule};

/// One answer, with the payment as it was known when the question was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub payment: Payment,
    pub observation: Observation,
    pub account: Account,
}

/// What one answer comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub finding: Finding,
    /// The payment that the answer is about: the one asked about, or a sibling.
    pub before: Payment,
    pub after: Payment,
    pub order_before: Order,
    pub order_after: Order,
    /// Moves, cases, refunds; without the payment's own counters.
    pub changes: Vec<Change>,
    pub standing: Standing,
}

/// Whether an answer still meets the payment it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does: memory and counters are written with the changes.
    Current,
    /// The answer is about a sibling nobody had heard of.
    NewSibling,
    /// The answer is about a sibling that has questions of its own; only money in its favour is taken from here.
    Sibling,
    /// Somebody else has moved the payment meanwhile; nothing is written.
    Overtaken,
}

/// The payment after an answer that moves nothing and asks nobody: the usual one. None means: read the dossier.
#[must_use]
pub fn routine(
    payment: &Payment,
    heard: &Observation,
    account: Account,
    policy: &Policy,
) -> Option<Payment> {
    let is_about_it = payment.transaction_id.is_none()
        || heard.transaction_id.is_none()
        || payment.transaction_id == heard.transaction_id;
    let is_news = payment.last_meaning.as_deref() != Some(heard.meaning().as_str());
    let is_routine = match reconcile(payment, heard, account, policy) {
        Finding::Unchecked(_) => true,
        Finding::Match => !is_news || payment.last_meaning.is_none(),
        Finding::Review(..) => !is_news,
        Finding::Drift(_) => false,
    };
    (is_about_it && is_routine).then(|| remember(payment, heard, policy))
}

/// Plans everything that follows from one answer.
#[must_use]
pub fn book(mut dossier: Dossier, heard: &Heard, policy: &Policy) -> Plan {
    let observation = &heard.observation;
    let order_before = dossier.order.clone();
    let (before, mut standing) = subject_of(&dossier, heard);
    let finding = reconcile(&before, observation, heard.account, policy);

    if standing == Standing::Current && before.version != heard.payment.version {
        standing = Standing::Overtaken;
    }
    let applies = match standing {
        Standing::Current | Standing::NewSibling => true,
        Standing::Sibling | Standing::Overtaken => always_applies(&before, &finding),
    };
    if !applies {
        let after = before.clone();
        let order_after = order_before.clone();
        return Plan {
            finding,
            before,
            after,
            order_before,
            order_after,
            changes: Vec::new(),
            standing,
        };
    }
    if standing == Standing::Overtaken {
        standing = Standing::Current;
    }

    let mut after = remember(&before, observation, policy);
    let mut changes = Vec::new();
    if let Finding::Drift(transition) = &finding {
        make_move(&mut after, transition, observation);
        after.schedule = schedule::after(
            &Payment {
                schedule: before.schedule,
                ..after.clone()
            },
            observation,
            policy,
        );
    }
    record(
        &mut dossier,
        &mut changes,
        &before,
        &after,
        &finding,
        heard,
        standing,
    );
    if matches!(finding, Finding::Drift(_)) {
        changes.extend(settle_order(&mut dossier));
    }
    Plan {
        finding,
        before,
        after,
        order_before,
        order_after: dossier.order,
        changes,
        standing,
    }
}

/// Which payment the answer is about.
fn subject_of(dossier: &Dossier, heard: &Heard) -> (Payment, Standing) {
    let asked = dossier.payment(heard.payment.id).unwrap_or(&heard.payment);
    let Some(told) = &heard.observation.transaction_id else {
        return (asked.clone(), Standing::Current);
    };
    if asked.transaction_id.as_ref() == Some(told) {
        return (asked.clone(), Standing::Current);
    }
    let is_sibling = |other: &&Payment| {
        other.gateway == asked.gateway
            && other.reference == asked.reference
            && other.transaction_id.as_ref() == Some(told)
    };
    if let Some(sibling) = dossier.payments.iter().find(is_sibling) {
        return (sibling.clone(), Standing::Sibling);
    }
    if asked.transaction_id.is_none() {
        return (asked.clone(), Standing::Current);
    }
    (sibling(asked, &heard.observation), Standing::NewSibling)
}

/// The customer's new try on the same page, before anything is known of it.
fn sibling(asked: &Payment, heard: &Observation) -> Payment {
    Payment {
        id: PaymentId::ADDED,
        transaction_id: heard.transaction_id.clone(),
        origin: Origin::Page,
        status: PaymentStatus::Created,
        method: None,
        token: None,
        raw_status: None,
        seen: false,
        received: Rupiah::ZERO,
        surcharge: Rupiah::ZERO,
        received_at: None,
        reversible: false,
        refunded: Rupiah::ZERO,
        charged_back: Rupiah::ZERO,
        denied_since: None,
        last_meaning: None,
        moved_at: heard.asked_at,
        schedule: Schedule::new(heard.asked_at),
        version: 0,
        ..asked.clone()
    }
}

/// Money that came in or went back is a fact, however old the question: it is never refused.
fn always_applies(payment: &Payment, finding: &Finding) -> bool {
    let Finding::Drift(transition) = finding else {
        return false;
    };
    let brings_money =
        transition.received.is_some() && (payment.status.is_open() || payment.status.is_closed());
    brings_money || transition.refunded.is_some() || transition.charged_back.is_some()
}

/// What is kept of an answer, whether or not it moves anything.
fn remember(payment: &Payment, heard: &Observation, policy: &Policy) -> Payment {
    let mut after = payment.clone();
    if !matches!(heard.said, Said::NoAnswer(_)) {
        after.raw_status.clone_from(&heard.raw_status);
        after.last_meaning = Some(heard.meaning());
        after.seen |= heard.said != Said::NotStarted;
        if after.transaction_id.is_none() {
            after.transaction_id.clone_from(&heard.transaction_id);
        }
        if heard.method.is_some() {
            after.method.clone_from(&heard.method);
        }
        if let Some(deadline) = heard.deadline {
            // A number issued on a page may run out before the page does.
            after.deadline = if after.on_page {
                after.deadline.max(deadline)
            } else {
                deadline
            };
        }
        match heard.said {
            Said::Paid { .. } => {
                after.denied_since = None;
                after.reversible = heard.reversible;
            }
            Said::Failed | Said::Cancelled
                if after.status.has_money() && after.transaction_id == heard.transaction_id =>
            {
                after.denied_since = after.denied_since.or(Some(heard.asked_at));
            }
            _ => {}
        }
    }
    after.schedule = schedule::after(&after, heard, policy);
    after
}

fn make_move(after: &mut Payment, transition: &Transition, heard: &Observation) {
    if after.status != transition.to {
        after.status = transition.to;
        after.moved_at = heard.asked_at;
    }
    if let Some(received) = transition.received {
        after.received = received;
        after.received_at = heard.paid_at.or(Some(heard.asked_at));
        after.surcharge = match heard.measure {
            Measure::Payable => after.payable.less(after.amount),
            Measure::Price => Rupiah::ZERO,
        };
    }
    if let Some(total) = transition.refunded {
        after.refunded = total;
    }
    if let Some(total) = transition.charged_back {
        after.charged_back = total;
    }
    if transition.rule == Rule::P14 {
        after.denied_since = None;
    }
    after.version += 1;
}

/// Plans the payment's own changes and brings the dossier up to them.
fn record(
    dossier: &mut Dossier,
    changes: &mut Vec<Change>,
    before: &Payment,
    after: &Payment,
    finding: &Finding,
    heard: &Heard,
    standing: Standing,
) {
    let subject = Subject::Payment(after.id);
    if standing == Standing::NewSibling {
        changes.push(Change::AddPayment(Box::new(after.clone())));
        dossier.payments.push(after.clone());
    } else if let Some(kept) = dossier
        .payments
        .iter_mut()
        .find(|payment| payment.id == after.id)
    {
        kept.clone_from(after);
    }

    close_moot_cases(
        dossier,
        changes,
        &subject,
        after,
        finding,
        &heard.observation,
    );
    let is_news = before.last_meaning != after.last_meaning;
    match finding {
        Finding::Drift(transition) => {
            if standing != Standing::NewSibling {
                changes.push(Change::MovePayment {
                    before: Box::new(before.clone()),
                    after: Box::new(after.clone()),
                    rule: transition.rule,
                    why: says(after, &heard.observation),
                });
            }
            if let Some(kind) = transition.case {
                let facts = facts(kind, after, &heard.observation);
                open_case(dossier, changes, kind, subject, transition.rule, facts);
            }
            if transition.refunded.is_some() {
                settle_refunds(dossier, changes, before, after, transition.rule);
            }
            if transition.rule == Rule::P14 {
                reject_unsent_refunds(dossier, changes, after.id);
            }
        }
        Finding::Review(rule, kind) if is_news => {
            let subject = match kind {
                CaseKind::UnprovenGateway => Subject::Gateway(after.gateway.clone()),
                _ => subject,
            };
            open_case(
                dossier,
                changes,
                *kind,
                subject,
                *rule,
                facts(*kind, after, &heard.observation),
            );
        }
        Finding::Review(..) | Finding::Match | Finding::Unchecked(_) => {}
    }
}

/// Closes the questions that this answer has settled.
fn close_moot_cases(
    dossier: &mut Dossier,
    changes: &mut Vec<Change>,
    subject: &Subject,
    after: &Payment,
    finding: &Finding,
    heard: &Observation,
) {
    if matches!(finding, Finding::Unchecked(_)) {
        return;
    }
    let still_asked = match finding {
        Finding::Review(_, kind) => Some(*kind),
        Finding::Match | Finding::Drift(_) | Finding::Unchecked(_) => None,
    };
    let mut moot = Vec::new();
    if still_asked != Some(CaseKind::UnknownStatus) {
        moot.push(CaseKind::UnknownStatus);
        if heard.said != Said::NotStarted {
            moot.push(CaseKind::ForgottenByGateway);
        }
        if still_asked != Some(CaseKind::GatewayContradiction) {
            moot.push(CaseKind::GatewayContradiction);
        }
    }
    if after.status != PaymentStatus::Challenged {
        moot.push(CaseKind::Challenged);
    }
    if matches!(finding, Finding::Drift(transition) if transition.rule == Rule::P6) {
        moot.push(CaseKind::AmountMismatch);
    }
    close_cases(dossier, changes, subject, &moot, &says(after, heard));
}

/// P15: what went back settles refunds that were under way, the nearest to the gateway first; the rest is external.
fn settle_refunds(
    dossier: &mut Dossier,
    changes: &mut Vec<Change>,
    before: &Payment,
    after: &Payment,
    rule: Rule,
) {
    let mut left = after.refunded.less(before.refunded);
    let why = || "the gateway says so".to_owned();
    for status in [
        RefundStatus::Unknown,
        RefundStatus::Sent,
        RefundStatus::Approved,
        RefundStatus::Due,
    ] {
        for refund in &mut dossier.refunds {
            if refund.payment != after.id || refund.status != status || left == Rupiah::ZERO {
                continue;
            }
            if refund.amount <= left {
                changes.push(Change::MoveRefund {
                    id: refund.id,
                    from: status,
                    to: RefundStatus::Done,
                    rule,
                    why: why(),
                });
                refund.status = RefundStatus::Done;
                left = left - refund.amount;
            } else {
                refund.amount = refund.amount - left;
                changes.push(Change::ShrinkRefund {
                    id: refund.id,
                    to: refund.amount,
                    rule,
                    why: why(),
                });
                break;
            }
        }
    }
    if left > Rupiah::ZERO {
        changes.push(Change::BookExternalRefund {
            payment: after.id,
            amount: left,
            rule,
        });
        dossier.refunds.push(Refund {
            id: super::names::RefundId(0),
            payment: after.id,
            status: RefundStatus::External,
            reason: RefundReason::Gateway,
            amount: left,
            declined: false,
        });
    }
}

fn reject_unsent_refunds(dossier: &mut Dossier, changes: &mut Vec<Change>, payment: PaymentId) {
    for refund in dossier
        .refunds
        .iter_mut()
        .filter(|refund| refund.payment == payment && refund.status.is_unsent())
    {
        let why = "the gateway has taken the money back itself".to_owned();
        changes.push(Change::MoveRefund {
            id: refund.id,
            from: refund.status,
            to: RefundStatus::Rejected,
            rule: Rule::P14,
            why,
        });
        refund.status = RefundStatus::Rejected;
    }
}

fn says(payment: &Payment, heard: &Observation) -> String {
    match (&heard.said, &heard.raw_status) {
        (Said::NotStarted, _) => format!("{} does not know it", payment.gateway),
        (_, Some(word)) => format!("{} says {word:?}", payment.gateway),
        (_, None) => format!("{} says nothing", payment.gateway),
    }
}

fn facts(kind: CaseKind, payment: &Payment, heard: &Observation) -> String {
    let says = says(payment, heard);
    match kind {
        CaseKind::AmountMismatch => {
            format!(
                "{says} for {}; {} was asked for",
                payment.received,
                payment.expected(heard.measure)
            )
        }
        CaseKind::UnprovenGateway => {
            format!(
                "{} has only ever said that it does not know a payment; is it the right account?",
                payment.gateway
            )
        }
        CaseKind::UnknownStatus => {
            format!("{says}, which this version does not know; left as it is")
        }
        CaseKind::Chargeback => format!(
            "{says}: {} of {} so far",
            payment.charged_back, payment.received
        ),
        CaseKind::Challenged
        | CaseKind::ForgottenByGateway
        | CaseKind::GatewayContradiction
        | CaseKind::Underpaid
        | CaseKind::LatePayment
        | CaseKind::DoublePayment
        | CaseKind::NotFulfilled
        | CaseKind::MoneyLost
        | CaseKind::CannotClose
        | CaseKind::RefundUnknown => format!("{says}; here the payment is {}", payment.status),
    }
}
