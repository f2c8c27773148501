//! S1 and S2: a payment that would be queried for ever becomes a case.
//!
//! Every other phase of the schedule has an end or a case of its own.

use std::time::Duration;

use crate::domain::{
    CaseKind, CaseSubject, Change, Dossier, Instant, Payment, PaymentId, Phase, PlanBuilder,
    Reason, Rule,
};
use crate::faults::planted;

/// How long a payment may have no answer.
pub const UNANSWERED_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a payment may stay open after its deadline.
pub const OPEN_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Why a payment is unsettled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsettled {
    /// S1: its gateway answers about other payments, but not about this one.
    Unanswered { since: Instant },
    /// S1: its gateway answers nothing at all.
    GatewaySilent { since: Instant },
    /// S2: it can still be paid long after its deadline.
    Open,
}

/// How a gateway has answered, about whatever it was asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnswerTimes {
    pub last_answer_at: Option<Instant>,
    /// Since when it has answered nothing, if it has not.
    pub silent_since: Option<Instant>,
}

/// Whether a payment would be queried for ever.
#[must_use]
pub fn unsettled(payment: &Payment, gateway: AnswerTimes, now: Instant) -> Option<Unsettled> {
    let schedule = &payment.schedule;
    schedule.next_check_at?;
    if planted!(QueryAZombieForEver) {
        return None;
    }
    match schedule.phase {
        Phase::Silent if schedule.is_silent_for_long() => {
            let is_long = |since: &Instant| is_past(*since, UNANSWERED_FOR, now);
            let answers_others = gateway.last_answer_at.is_some_and(|at| !is_long(&at));
            match gateway.silent_since.filter(is_long) {
                Some(since) => Some(Unsettled::GatewaySilent { since }),
                None => schedule
                    .silent_by(now)
                    .filter(|since| answers_others && is_long(since))
                    .map(|since| Unsettled::Unanswered { since }),
            }
        }
        Phase::Overdue if payment.status.is_open() => {
            is_past(payment.deadline, OPEN_FOR, now).then_some(Unsettled::Open)
        }
        Phase::Silent
        | Phase::Overdue
        | Phase::Open
        | Phase::Watch
        | Phase::Doubt
        | Phase::Money
        | Phase::Refund => None,
    }
}

fn is_past(since: Instant, span: Duration, now: Instant) -> bool {
    since.saturating_add(span) < now
}

/// Nothing needs a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled;

/// Asks a person about a payment that is asked about without an end; what it is, it says, also in words.
///
/// # Errors
/// Nothing has to be asked, or not any more.
pub fn ask_a_person(
    dossier: Dossier,
    id: PaymentId,
    gateway: AnswerTimes,
    now: Instant,
) -> Result<((Unsettled, String), Vec<Change>), Settled> {
    let payment = dossier.payment(id).cloned().ok_or(Settled)?;
    let found = unsettled(&payment, gateway, now).ok_or(Settled)?;
    let facts = facts(&payment, found);
    let (kind, subject, rule) = match found {
        Unsettled::Unanswered { .. } => (CaseKind::Unanswered, CaseSubject::Payment(id), Rule::S1),
        Unsettled::GatewaySilent { .. } => {
            let gateway = CaseSubject::Gateway(payment.gateway);
            (CaseKind::Unanswered, gateway, Rule::S1)
        }
        Unsettled::Open => (CaseKind::CannotClose, CaseSubject::Payment(id), Rule::S2),
    };
    let mut draft = PlanBuilder::of(dossier);
    draft.open_case(kind, subject, rule, facts.clone());
    let said = format!("{facts} ({rule}); case {kind}");
    Ok(((found, said), draft.changes))
}

fn facts(payment: &Payment, found: Unsettled) -> Reason {
    let (gateway, reference) = (payment.gateway.clone(), payment.reference.clone());
    match found {
        Unsettled::Unanswered { since } => Reason::GatewayUnanswered {
            gateway,
            reference,
            since,
        },
        Unsettled::GatewaySilent { since } => Reason::GatewaySilent { gateway, since },
        Unsettled::Open => Reason::StillOpen {
            reference,
            deadline: payment.deadline,
            status: payment.status,
            gateway,
        },
    }
}

#[cfg(test)]
mod tests;
