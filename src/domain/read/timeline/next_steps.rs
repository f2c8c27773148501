//! What an order waits for.

use super::TimelineEntry;
use super::pending_effects::{pending_effects, stuck};
use crate::domain::decide::release::{expiry, release};
use crate::domain::{
    CaseKind, CaseSubject, Dossier, GatewayName, Instant, OrderStatus, Payment, PaymentId,
    PaymentStatus, Phase, Policy, Reason, Reference, RefundStatus, ReleaseBlocker, Rule, Rupiah,
};

/// The current state of an order, and its next steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextSteps {
    /// Why it is as it is, and for an order that has not moved, why not.
    pub why: String,
    /// What was received of its total, and what of that counts.
    pub money: String,
    pub deadline: Instant,
    /// For a pending order: after this instant it may be expired, if it is proven unpaid.
    pub may_expire_after: Option<Instant>,
    pub payments: Vec<PaymentNextSteps>,
    /// Next steps: cases for a person first, then by time.
    pub waiting: Vec<TimelineEntry>,
}

/// When a payment was asked about, and when it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentNextSteps {
    pub id: PaymentId,
    pub gateway: GatewayName,
    pub reference: Reference,
    pub status: PaymentStatus,
    pub raw_status: Option<String>,
    pub last_asked_at: Option<Instant>,
    /// When the last answered query started.
    pub last_answered_at: Option<Instant>,
    /// The last query had no answer.
    pub is_silent: bool,
    /// `None`: it is not queried any more.
    pub next_check_at: Option<Instant>,
    pub text: String,
}

/// What comes next for an order, as it is known at `now`.
#[must_use]
pub fn next_steps(dossier: &Dossier, now: Instant, policy: &Policy) -> NextSteps {
    let order = &dossier.order;
    let is_pending = order.status == OrderStatus::Pending;
    let may_expire_after = is_pending.then(|| order.expires_at.saturating_add(policy.grace));
    let why = why_now(dossier, now, policy);
    let payments: Vec<PaymentNextSteps> = dossier.payments.iter().map(payment).collect();
    let mut waiting = for_a_person(dossier, now);
    let mut by_time: Vec<TimelineEntry> = payments.iter().filter_map(next_question).collect();
    by_time.extend(pending_effects(dossier));
    by_time.extend(may_expire_after.map(|after| deadline(dossier, after, now, &why)));
    by_time.sort_by_key(|entry| entry.at);
    waiting.extend(by_time);
    NextSteps {
        why,
        money: money(dossier),
        deadline: order.expires_at,
        may_expire_after,
        payments,
        waiting,
    }
}

fn why_now(dossier: &Dossier, now: Instant, policy: &Policy) -> String {
    let is_open = |kind| dossier.open_case(kind, &CaseSubject::Order).is_some();
    match dossier.order.status {
        OrderStatus::Pending => why_pending(dossier, now, policy),
        OrderStatus::Paid | OrderStatus::Fulfilled if is_open(CaseKind::MoneyLost) => {
            "the order is no longer fully paid, and a person must decide".to_owned()
        }
        OrderStatus::Paid => "paid; some effects are still pending".to_owned(),
        OrderStatus::Fulfilled => "paid; all effects are done".to_owned(),
        OrderStatus::Expired => "it was not paid before its deadline".to_owned(),
        OrderStatus::Cancelled => "it was cancelled".to_owned(),
        OrderStatus::Refunded => "all of its money went back".to_owned(),
    }
}

fn why_pending(dossier: &Dossier, now: Instant, policy: &Policy) -> String {
    let Some(request) = expiry(dossier, now, policy) else {
        return match dossier.received().max(dossier.cover()) {
            Rupiah::ZERO => "it is not overdue yet, and no money has come in".to_owned(),
            _ => format!("it is not overdue yet, and {}", money(dossier)),
        };
    };
    match release(dossier, request, now) {
        Ok(_) => "it is overdue and proven unpaid; the next expiry run ends it".to_owned(),
        Err(ReleaseBlocker::Unanswered(payments)) => format!(
            "it is overdue, and kept until the gateway answers about {} ({})",
            named(&payments),
            Rule::O5
        ),
        Err(ReleaseBlocker::Payable(payments)) => format!(
            "it is overdue, and {} could still be paid; the next expiry run closes it at its gateway first ({})",
            named(&payments),
            Rule::O4
        ),
        Err(ReleaseBlocker::Undecided(why) | ReleaseBlocker::Claimed(why)) => {
            format!(
                "it is overdue, and kept until this is decided: {why} ({})",
                Rule::O6
            )
        }
        Err(ReleaseBlocker::Clock(why) | ReleaseBlocker::TimeUnconfirmed(why)) => {
            format!("it is overdue, and kept: {why}")
        }
        Err(ReleaseBlocker::NotForIt) => "it waits".to_owned(),
    }
}

/// What was received, and what of it counts for the order: a wrong amount is here, and pays nothing yet.
fn money(dossier: &Dossier) -> String {
    let (received, back) = (dossier.received(), dossier.refunded_or_charged_back());
    let (cover, total) = (dossier.cover(), dossier.order.total);
    if received == cover && back == Rupiah::ZERO {
        return format!("{cover} of {total} is in");
    }
    let back = match back {
        Rupiah::ZERO => String::new(),
        back => format!(", and {back} of it went back"),
    };
    format!("{received} was received{back}; {cover} counts for the {total} of the order")
}

fn named(payments: &[PaymentId]) -> String {
    let ids: Vec<String> = payments.iter().map(|id| format!("payment {id}")).collect();
    ids.join(" and ")
}

fn payment(payment: &Payment) -> PaymentNextSteps {
    let asked = &payment.schedule;
    PaymentNextSteps {
        id: payment.id,
        gateway: payment.gateway.clone(),
        reference: payment.reference.clone(),
        status: payment.status,
        raw_status: payment.raw_status.clone(),
        last_asked_at: asked.last_asked_at,
        last_answered_at: asked.last_answered_at,
        is_silent: is_silent(payment),
        next_check_at: asked.next_check_at,
        text: last_answer_text(payment),
    }
}

fn is_silent(payment: &Payment) -> bool {
    payment.schedule.phase == Phase::Silent && payment.schedule.last_asked_at.is_some()
}

fn last_answer_text(payment: &Payment) -> String {
    let gateway = &payment.gateway;
    if gateway.is_manual() {
        return "an operator booked it; there is no gateway to query".to_owned();
    }
    let last = match (payment.schedule.last_answered_at, &payment.raw_status) {
        (None, _) => format!("{gateway} has not answered about it yet"),
        (_, Some(word)) if payment.seen => format!("{gateway} last said {word:?}"),
        (_, _) => format!("{gateway} does not know it"),
    };
    if is_silent(payment) {
        format!("the last query was not answered; {last}")
    } else {
        last
    }
}

fn next_question(payment: &PaymentNextSteps) -> Option<TimelineEntry> {
    Some(TimelineEntry {
        payment: Some(payment.id),
        word: payment.raw_status.clone(),
        ..TimelineEntry::waits(
            payment.next_check_at?,
            "check-all",
            format!("payctl queries payment {}: {}", payment.id, payment.text),
        )
    })
}

fn deadline(dossier: &Dossier, after: Instant, now: Instant, why: &str) -> TimelineEntry {
    let text = if now > after {
        why.to_owned()
    } else {
        "an expiry run may end it from here on, if it is proven unpaid".to_owned()
    };
    TimelineEntry {
        from: Some(dossier.order.status.word().to_owned()),
        to: Some(OrderStatus::Expired.word().to_owned()),
        ..TimelineEntry::waits(after, "deadline", text)
    }
}

fn for_a_person(dossier: &Dossier, now: Instant) -> Vec<TimelineEntry> {
    let cases = dossier.cases.iter().map(|case| {
        let reason = Reason::CaseWaits {
            case: case.id,
            kind: case.kind,
        };
        let payment = match case.subject {
            CaseSubject::Payment(payment) => Some(payment),
            CaseSubject::Order | CaseSubject::Gateway(_) => None,
        };
        TimelineEntry {
            payment,
            ..TimelineEntry::waits_for_a_person(now, &reason)
        }
    });
    let open = |status: RefundStatus| !status.is_fact() && status.counts_as_gone();
    let refunds = dossier.refunds.iter().filter(|refund| open(refund.status));
    let refunds = refunds.map(|refund| {
        let reason = Reason::RefundWaits {
            refund: refund.id,
            amount: refund.amount,
            status: refund.status,
        };
        TimelineEntry {
            payment: Some(refund.payment),
            amount: Some(refund.amount),
            ..TimelineEntry::waits_for_a_person(now, &reason)
        }
    });
    cases.chain(refunds).chain(stuck(dossier, now)).collect()
}
