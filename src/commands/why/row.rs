//! The lines of `why` and the state of an order, for programs. Fields are only ever added.

use std::borrow::Cow;

use serde::Serialize;

use crate::commands::access::row::AccessRow;
use crate::commands::effects::EffectRow;
use crate::commands::order::OrderCaseRow;
use crate::domain::{
    Instant, NextSteps, OrderStatus, PaymentId, PaymentNextSteps, Rule, Rupiah, TicketTotals,
    TimelineEntry, TimelineKind,
};
use crate::output::messages::Language;
use crate::output::{Summary, row};
use crate::store::OrderStory;

row! {
    pub(super) struct TimelineRow<'a> {
        at: Instant => text("When"),
        kind: TimelineKind => text("Kind"),
        actor: &'a str => text("Who"),
        payment: Option<PaymentId>,
        word: Option<&'a str>,
        from: Option<&'a str>,
        to: Option<&'a str>,
        rule: Option<Rule>,
        amount: Option<Rupiah>,
        text: Cow<'a, str> => prose("What"),
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        params: Option<&'a serde_json::Value>,
    }
    hides "Who", "Kind";
}

impl<'a> From<&'a TimelineEntry> for TimelineRow<'a> {
    fn from(entry: &'a TimelineEntry) -> Self {
        Self {
            at: entry.at,
            kind: entry.kind,
            actor: &entry.actor,
            payment: entry.payment,
            word: entry.word.as_deref(),
            from: entry.from.as_deref(),
            to: entry.to.as_deref(),
            rule: entry.rule,
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
    cases: Vec<OrderCaseRow>,
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
            cases: dossier.cases.iter().map(OrderCaseRow::from).collect(),
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

impl Summary for CurrentState<'_> {
    fn line(&self) -> String {
        format!("{} is {}: {}", self.order, self.status, self.why)
    }
}
