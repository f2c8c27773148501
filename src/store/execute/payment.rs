//! Writes payments: what an answer leaves with them, their moves, and another try of the customer.

use rusqlite::{Connection, params};

use super::super::error::StoreError;
use super::super::events::{EventRecord, EventSubject};
use super::super::rows::NEVER;
use super::super::sql;
use super::{PlanWriter, require_hit};
use crate::domain::{Finding, Payment, PaymentId, Reason, Rule, Rupiah};

/// Writes what an answer leaves with a payment that does not move. `false`: the payment has changed since it was
/// read.
pub(in crate::store) fn write_answer(
    connection: &Connection,
    before: &Payment,
    after: &Payment,
) -> Result<bool, StoreError> {
    let asked = &after.schedule;
    let last_asked_at = asked.last_asked_at.unwrap_or(NEVER);
    let (less_refunded, less_charged_back) = after.back.less_sums();
    let hit = if is_repetition(before, after) {
        connection
            .prepare_cached(sql!("count_answer"))?
            .execute(params![
                asked.step,
                asked.next_check_at,
                last_asked_at,
                asked.last_answered_at,
                asked.checks,
                before.id,
                before.version,
                before.schedule.phase,
                before.last_meaning,
            ])?
    } else {
        connection
            .prepare_cached(sql!("remember_answer"))?
            .execute(params![
                after.transaction_id,
                after.method,
                after.deadline,
                after.raw_status,
                after.seen,
                after.reversible,
                after.denied_since,
                after.last_meaning,
                asked.step,
                asked.next_check_at,
                last_asked_at,
                asked.last_answered_at,
                asked.checks,
                after.close_tries,
                after.close_answer,
                after.payable,
                after.imposed_fee,
                after.back.shown,
                after.back.less.map(|less| less.since),
                less_refunded,
                less_charged_back,
                after.back.excess_told,
                before.id,
                before.version,
                before.schedule.phase,
                before.last_meaning,
            ])?
    };
    if hit == 1 && before.schedule.phase != asked.phase {
        write_phase(connection, after)?;
    }
    Ok(hit == 1)
}

/// Separate from the other columns of an answer, because writing a phase looks up its word in a table each time, and
/// the phase seldom changes.
pub(in crate::store) fn write_phase(
    connection: &Connection,
    payment: &Payment,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql!("change_phase"))?
        .execute(params![payment.schedule.phase, payment.id])?;
    Ok(())
}

/// Only counters and the next check differ.
fn is_repetition(before: &Payment, after: &Payment) -> bool {
    before.last_meaning == after.last_meaning
        && before.raw_status == after.raw_status
        && before.seen == after.seen
        && before.transaction_id == after.transaction_id
        && before.method == after.method
        && before.deadline == after.deadline
        && before.denied_since == after.denied_since
        && before.reversible == after.reversible
        && before.close_tries == after.close_tries
        && before.close_answer == after.close_answer
        && before.payable == after.payable
        && before.imposed_fee == after.imposed_fee
        && before.back == after.back
}

impl PlanWriter<'_> {
    pub(super) fn add_payment(
        &mut self,
        payment: &Payment,
        finding: &Finding,
    ) -> Result<(), StoreError> {
        let id = self.insert_payment(payment, None)?;
        let rule = match finding {
            Finding::Drift(transition) => Some(transition.rule),
            Finding::Review(rule, _) => Some(*rule),
            Finding::Match | Finding::Unchecked(_) => None,
        };
        let tried = payment
            .transaction_id
            .as_ref()
            .map_or("-", |id| id.as_str());
        let why = Reason::AnotherTry {
            transaction: tried.to_owned(),
        };
        self.record_event(&EventRecord {
            payment: Some(id),
            to: Some(payment.status.word()),
            rule,
            amount: (payment.received > Rupiah::ZERO).then_some(payment.received),
            ..self.event(EventSubject::Payment, &why)
        })
    }

    /// Returns the id that this plan refers to as [`PaymentId::ADDED`].
    pub(super) fn insert_payment(
        &mut self,
        payment: &Payment,
        transfer: Option<i64>,
    ) -> Result<PaymentId, StoreError> {
        let asked = &payment.schedule;
        let id: PaymentId = self.statement(sql!("add_payment"))?.query_row(
            params![
                payment.order,
                payment.gateway,
                payment.reference,
                payment.transaction_id,
                payment.origin,
                payment.status,
                payment.amount,
                payment.payable,
                payment.method,
                payment.on_page,
                payment.token,
                payment.created_at,
                payment.deadline,
                payment.moved_at,
                payment.raw_status,
                payment.seen,
                payment.received,
                payment.surcharge,
                payment.received_at,
                payment.reversible,
                payment.refunded,
                payment.charged_back,
                payment.denied_since,
                payment.last_meaning,
                asked.phase,
                asked.step,
                asked.next_check_at,
                asked.last_asked_at.unwrap_or(NEVER),
                asked.last_answered_at,
                asked.checks,
                payment.version,
                transfer,
                payment.imposed_fee,
                payment.back.shown,
                payment.api_version,
            ],
            |row| row.get(0),
        )?;
        self.done.added = Some(id);
        self.touch_order()?;
        Ok(id)
    }

    pub(super) fn move_payment(
        &mut self,
        before: &Payment,
        after: &Payment,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let asked = &after.schedule;
        let (less_refunded, less_charged_back) = after.back.less_sums();
        let hit = self.change(
            sql!("move_payment"),
            params![
                after.status,
                after.received,
                after.surcharge,
                after.received_at,
                after.refunded,
                after.charged_back,
                after.moved_at,
                after.version,
                after.transaction_id,
                after.method,
                after.deadline,
                after.raw_status,
                after.seen,
                after.reversible,
                after.denied_since,
                after.last_meaning,
                asked.phase,
                asked.step,
                asked.next_check_at,
                asked.last_asked_at.unwrap_or(NEVER),
                asked.last_answered_at,
                asked.checks,
                after.close_tries,
                after.close_answer,
                after.payable,
                after.imposed_fee,
                after.back.shown,
                after.back.less.map(|less| less.since),
                less_refunded,
                less_charged_back,
                after.back.excess_told,
                before.id,
                before.version,
            ],
        )?;
        require_hit(hit)?;
        self.touch_order()?;
        self.record_event(&EventRecord {
            payment: Some(after.id),
            from: Some(before.status.word()),
            to: Some(after.status.word()),
            rule: Some(rule),
            amount: money_moved(before, after),
            ..self.event(EventSubject::Payment, why)
        })
    }
}

/// How much money this move brought in or sent back.
fn money_moved(before: &Payment, after: &Payment) -> Option<Rupiah> {
    let back = after.refunded.saturating_sub(before.refunded)
        + after.charged_back.saturating_sub(before.charged_back);
    if back > Rupiah::ZERO {
        return Some(back);
    }
    (after.received != before.received).then_some(after.received)
}
