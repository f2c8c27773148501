//! Writes payments: what an answer leaves with them, their moves, and another try of the customer.

use super::super::audit::EventSubject;
use super::PlanWriter;
use crate::domain::{Finding, Instant, Observation, Payment, PaymentId, Reason, Rule, Rupiah};
use crate::store::engine::{NEVER, ToSql, Tx, sql};
use crate::store::error::StoreError;

/// Writes what an answer leaves with a payment that does not move. `false`: the payment has changed since it was
/// read.
pub(in crate::store) fn write_answer(
    tx: &Tx<'_>,
    before: &Payment,
    after: &Payment,
) -> Result<bool, StoreError> {
    let asked = &after.schedule;
    let read: [&dyn ToSql; 4] = [
        &before.id,
        &before.version,
        &before.schedule.phase,
        &before.last_meaning,
    ];
    let hit = if is_repetition(before, after) {
        let last_asked_at = asked.last_asked_at.unwrap_or(NEVER);
        let [id, version, phase, meaning] = read;
        tx.exec(
            sql!("count_answer"),
            &[
                &asked.step,
                &asked.next_check_at,
                &last_asked_at,
                &asked.last_answered_at,
                &asked.silent_since,
                &asked.checks,
                id,
                version,
                phase,
                meaning,
            ],
        )?
    } else {
        let answered = Answered::of(after);
        let parameters = [&answered.columns()[..], &read].concat();
        tx.exec(sql!("remember_answer"), &parameters)?
    };
    if hit == 1 && before.schedule.phase != asked.phase {
        write_phase(tx, after)?;
    }
    Ok(hit == 1)
}

/// Keeps what a gateway has said.
pub(in crate::store) fn keep_observation(
    tx: &Tx<'_>,
    after: &Payment,
    observed: &Observation,
    now: Instant,
) -> Result<(), StoreError> {
    tx.exec(
        sql!("write_observation"),
        &[
            &after.id,
            &observed.asked_at,
            &now,
            &after.last_meaning,
            &observed.raw_status,
            &observed.kept_body,
        ],
    )?;
    Ok(())
}

/// Separate from the other columns of an answer, because writing a phase looks up its word in a table each time, and
/// the phase seldom changes.
pub(super) fn write_phase(tx: &Tx<'_>, payment: &Payment) -> Result<(), StoreError> {
    tx.exec(
        sql!("change_phase"),
        &[&payment.schedule.phase, &payment.id],
    )?;
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

/// What any answer may change, whether the payment moves or not.
struct Answered<'a> {
    payment: &'a Payment,
    last_asked_at: Instant,
    less_since: Option<Instant>,
    less_refunded: Rupiah,
    less_charged_back: Rupiah,
}

impl<'a> Answered<'a> {
    fn of(payment: &'a Payment) -> Self {
        let (less_refunded, less_charged_back) = payment.back.less_sums();
        Self {
            payment,
            last_asked_at: payment.schedule.last_asked_at.unwrap_or(NEVER),
            less_since: payment.back.less.map(|less| less.since),
            less_refunded,
            less_charged_back,
        }
    }

    /// In the order of `remember_answer.sql` and `move_payment.sql`.
    fn columns(&self) -> [&dyn ToSql; 23] {
        let (after, asked) = (self.payment, &self.payment.schedule);
        [
            &after.transaction_id,
            &after.method,
            &after.deadline,
            &after.raw_status,
            &after.seen,
            &after.reversible,
            &after.denied_since,
            &after.last_meaning,
            &asked.step,
            &asked.next_check_at,
            &self.last_asked_at,
            &asked.last_answered_at,
            &asked.silent_since,
            &asked.checks,
            &after.close_tries,
            &after.close_answer,
            &after.payable,
            &after.imposed_fee,
            &after.back.shown,
            &self.less_since,
            &self.less_refunded,
            &self.less_charged_back,
            &after.back.excess_told,
        ]
    }
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
        let tried = payment.transaction_id.as_ref();
        let why = Reason::AnotherTry {
            transaction: tried.map_or("-", |id| id.as_str()).to_owned(),
        };
        let event = self.event(EventSubject::Payment, &why).payment(id);
        let received = (payment.received > Rupiah::ZERO).then_some(payment.received);
        let event = event.to(payment.status.word()).rule(rule);
        self.record(event.amount(received))
    }

    /// Returns the id that this plan refers to as [`PaymentId::ADDED`].
    pub(super) fn insert_payment(
        &mut self,
        payment: &Payment,
        transfer: Option<i64>,
    ) -> Result<PaymentId, StoreError> {
        let asked = &payment.schedule;
        let last_asked_at = asked.last_asked_at.unwrap_or(NEVER);
        let id: PaymentId = self.tx.insert(
            sql!("add_payment"),
            &[
                &payment.order,
                &payment.gateway,
                &payment.reference,
                &payment.transaction_id,
                &payment.origin,
                &payment.status,
                &payment.amount,
                &payment.payable,
                &payment.method,
                &payment.on_page,
                &payment.token,
                &payment.created_at,
                &payment.deadline,
                &payment.moved_at,
                &payment.raw_status,
                &payment.seen,
                &payment.received,
                &payment.surcharge,
                &payment.received_at,
                &payment.reversible,
                &payment.refunded,
                &payment.charged_back,
                &payment.denied_since,
                &payment.last_meaning,
                &asked.phase,
                &asked.step,
                &asked.next_check_at,
                &last_asked_at,
                &asked.last_answered_at,
                &asked.checks,
                &payment.version,
                &transfer,
                &payment.imposed_fee,
                &payment.back.shown,
                &payment.api_version,
            ],
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
        let answered = Answered::of(after);
        let moved: [&dyn ToSql; 11] = [
            &after.status,
            &after.received,
            &after.surcharge,
            &after.received_at,
            &after.refunded,
            &after.charged_back,
            &after.moved_at,
            &after.version,
            &after.schedule.phase,
            &before.id,
            &before.version,
        ];
        let parameters = [&answered.columns()[..], &moved].concat();
        self.tx.change(sql!("move_payment"), &parameters)?;
        self.touch_order()?;
        let event = self.event(EventSubject::Payment, why).payment(after.id);
        let event = event.from(before.status.word()).to(after.status.word());
        self.record(event.rule(rule).amount(money_moved(before, after)))
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
