//! Rows that become values of the domain, wherever a statement returns them.

use std::time::Duration;

use crate::domain::{
    Bought, CaseId, CaseSubject, Effect, EffectSubject, Instant, LessRefunded, Order, OrderLine,
    Payment, Refund, RefundId, RefundedByGateway, RetryOnUnknown, Schedule, string_enum,
};
use crate::store::engine::{NEVER, StoredRow, from_row, words};
use crate::store::error::StoreError;

pub(super) fn payment(row: &StoredRow<'_>) -> Result<Payment, StoreError> {
    Ok(from_row!(row => Payment {
        id, order: "order_id", gateway, reference, transaction_id, origin, status, amount, payable, method, on_page,
        token, deadline: "expires_at", raw_status, seen, received, surcharge, received_at, reversible, refunded,
        charged_back, denied_since, last_meaning, moved_at,
        schedule = schedule(row)?,
        version, close_tried_at, close_tries, close_answer, created_at, imposed_fee,
        back = back(row)?,
        api_version,
    }))
}

fn schedule(row: &StoredRow<'_>) -> Result<Schedule, StoreError> {
    Ok(from_row!(row => Schedule {
        phase: "check_phase", step: "check_step", next_check_at,
        last_asked_at = Some(row.get("last_asked_at")?).filter(|at: &Instant| *at > NEVER),
        last_answered_at, silent_since, checks,
    }))
}

fn back(row: &StoredRow<'_>) -> Result<RefundedByGateway, StoreError> {
    Ok(from_row!(row => RefundedByGateway {
        shown: "shown_refunded",
        less = match row.get("less_back_since")? {
            None => None,
            Some(since) => Some(LessRefunded {
                since,
                refunded: row.get("less_refunded")?,
                charged_back: row.get("less_charged_back")?,
            }),
        },
        excess_told,
    }))
}

pub(super) fn order(row: &StoredRow<'_>) -> Result<Order, StoreError> {
    Ok(from_row!(row => Order {
        id, number, status, total, waived, created_at, expires_at, version,
    }))
}

pub(super) fn line(row: &StoredRow<'_>) -> Result<OrderLine, StoreError> {
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    Ok(from_row!(row => OrderLine {
        sku, quantity, unit_price, reservation, has_handed_out,
        bought = from_row!(row => Bought {
            issues_tickets,
            access = row.get::<Option<u32>>("access_seconds")?.map(seconds),
            access_from, is_of_migration: "terms_are_later",
        }),
    }))
}

pub(super) fn refund(row: &StoredRow<'_>) -> Result<Refund, StoreError> {
    Ok(from_row!(row => Refund {
        id, payment: "payment_id", status, reason, amount, declined, by_hand, sent_at, moved_at, absent_since, life,
    }))
}

pub(super) fn effect(row: &StoredRow<'_>) -> Result<Effect, StoreError> {
    Ok(from_row!(row => Effect {
        id, key, order: "order_id", about = effect_subject(row)?, occasion, hook, nth, kind,
        repeatable = if row.get("repeatable")? { RetryOnUnknown::Yes } else { RetryOnUnknown::No },
        status, tries, next_try_at, claimed_at, last_error, version, repetition,
    }))
}

fn effect_subject(row: &StoredRow<'_>) -> Result<EffectSubject, StoreError> {
    let refund: Option<RefundId> = row.get("refund_id")?;
    let case: Option<CaseId> = row.get("case_id")?;
    Ok(match (refund, case) {
        (Some(refund), _) => EffectSubject::Refund(refund),
        (None, Some(case)) => EffectSubject::Case(case),
        (None, None) => EffectSubject::Order,
    })
}

string_enum! {
    /// What a case is about, as stored.
    pub(super) enum SubjectKind {
        Order = "order",
        Payment = "payment",
        Gateway = "gateway",
    }
}
words!(SubjectKind);

impl From<&CaseSubject> for SubjectKind {
    fn from(subject: &CaseSubject) -> Self {
        match subject {
            CaseSubject::Order => Self::Order,
            CaseSubject::Payment(_) => Self::Payment,
            CaseSubject::Gateway(_) => Self::Gateway,
        }
    }
}
