//! The lines of `why` and the state of an order, for programs. Fields are only ever added.

use std::borrow::Cow;

use serde::Serialize;

use crate::commands::access::row::AccessRow;
use crate::commands::fulfilling::EffectRow;
use crate::domain::{
    CaseSubject, Instant, NextSteps, OpenCase, OrderStatus, PaymentNextSteps, Rupiah, TicketTotals,
    TimelineEntry, TimelineKind, Zone,
};
use crate::output::messages::Language;
use crate::output::{Column, Row, Severity, Summary};
use crate::store::OrderStory;

#[derive(Debug, Serialize)]
pub(super) struct TimelineRow<'a> {
    at: Instant,
    kind: TimelineKind,
    actor: &'a str,
    payment: Option<i64>,
    word: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    rule: Option<&'static str>,
    amount: Option<Rupiah>,
    text: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<&'a serde_json::Value>,
}

impl<'a> From<&'a TimelineEntry> for TimelineRow<'a> {
    fn from(entry: &'a TimelineEntry) -> Self {
        Self {
            at: entry.at,
            kind: entry.kind,
            actor: &entry.actor,
            payment: entry.payment.map(|payment| payment.0),
            word: entry.word.as_deref(),
            from: entry.from.as_deref(),
            to: entry.to.as_deref(),
            rule: entry.rule.map(crate::domain::Rule::word),
            amount: entry.amount,
            text: text(entry),
            code: entry.code.as_deref(),
            params: entry.params.as_ref(),
        }
    }
}

/// With what to type next, where one command helps.
fn text(entry: &TimelineEntry) -> Cow<'_, str> {
    let code = entry
        .code
        .as_deref()
        .filter(|_| entry.kind == TimelineKind::Waiting);
    let params = entry.params.as_ref();
    let hint = code
        .zip(params)
        .and_then(|(code, params)| Language::English.hint_of_written(code, params));
    match hint {
        Some(hint) => Cow::Owned(format!("{}: {hint}", entry.text)),
        None => Cow::Borrowed(&entry.text),
    }
}

impl Row for TimelineRow<'_> {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("When"),
                Column::text("Kind"),
                Column::text("Who"),
                Column::text("What"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "at", "kind", "actor", "payment", "word", "from", "to", "rule", "amount", "text",
        ]
    }

    fn cells(&self, zone: Zone) -> Vec<String> {
        vec![
            self.at.in_zone(zone),
            self.kind.to_string(),
            self.actor.to_owned(),
            self.text.to_string(),
        ]
    }

    fn severity(&self) -> Severity {
        Severity::Calm
    }
}

/// The current state of an order.
#[derive(Serialize)]
pub(super) struct CurrentState<'a> {
    order: &'a str,
    status: OrderStatus,
    total: Rupiah,
    /// All money received; `refunded` counts what went back of it.
    received: Rupiah,
    gone_back: Rupiah,
    /// The money that counts towards the order, and the amount waived.
    cover: Rupiah,
    why: &'a str,
    expires_at: Instant,
    may_expire_after: Option<Instant>,
    payments: Vec<PaymentNow<'a>>,
    cases: Vec<CaseNow>,
    effects: Vec<EffectRow>,
    tickets: TicketTotals,
    access: Vec<AccessRow>,
}

#[derive(Debug, Serialize)]
struct PaymentNow<'a> {
    payment: i64,
    gateway: &'a str,
    reference: &'a str,
    status: &'static str,
    gateway_status: Option<&'a str>,
    last_asked_at: Option<Instant>,
    last_answered_at: Option<Instant>,
    silent: bool,
    next_check_at: Option<Instant>,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct CaseNow {
    case: i64,
    kind: &'static str,
    payment: Option<i64>,
}

impl<'a> CurrentState<'a> {
    pub(super) fn of(story: &'a OrderStory, next_steps: &'a NextSteps, now: Instant) -> Self {
        let dossier = &story.dossier;
        let access = story.access.iter();
        Self {
            order: dossier.order.number.as_str(),
            status: dossier.order.status,
            total: dossier.order.total,
            received: dossier.received(),
            gone_back: dossier.refunded_or_charged_back(),
            cover: dossier.cover(),
            why: &next_steps.why,
            expires_at: next_steps.deadline,
            may_expire_after: next_steps.may_expire_after,
            payments: next_steps.payments.iter().map(PaymentNow::from).collect(),
            cases: dossier.cases.iter().map(CaseNow::from).collect(),
            effects: dossier.effects.iter().map(EffectRow::from).collect(),
            tickets: story.tickets,
            access: access.map(|grant| AccessRow::of(grant, now)).collect(),
        }
    }
}

impl<'a> From<&'a PaymentNextSteps> for PaymentNow<'a> {
    fn from(payment: &'a PaymentNextSteps) -> Self {
        Self {
            payment: payment.id.0,
            gateway: payment.gateway.as_str(),
            reference: payment.reference.as_str(),
            status: payment.status.word(),
            gateway_status: payment.raw_status.as_deref(),
            last_asked_at: payment.last_asked_at,
            last_answered_at: payment.last_answered_at,
            silent: payment.is_silent,
            next_check_at: payment.next_check_at,
            text: &payment.text,
        }
    }
}

impl From<&OpenCase> for CaseNow {
    fn from(case: &OpenCase) -> Self {
        Self {
            case: case.id.0,
            kind: case.kind.word(),
            payment: match case.subject {
                CaseSubject::Payment(payment) => Some(payment.0),
                CaseSubject::Order | CaseSubject::Gateway(_) => None,
            },
        }
    }
}

impl Summary for CurrentState<'_> {
    fn line(&self) -> String {
        format!("{} is {}: {}", self.order, self.status, self.why)
    }
}
