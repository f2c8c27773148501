//! Books answers. The usual answer is a single guarded update; every other answer becomes a plan of the domain,
//! written as a whole.
//!
//! No transaction is open while a gateway is queried; versions detect what changed in between.

use super::engine::{Reader, Tx};
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::Actor;
use super::statements::named_attempts::{record_queried, settle_named};
use super::statements::notifications::{settle_claims, settle_try};
use super::statements::plan::{execute, keep_observation, write_answer};
use super::writing::Store;
use crate::domain::decide::booking::{book, compare};
use crate::domain::{
    AnswerPlan, AnswerTarget, CaseKind, Change, ComparedAnswer, Finding, Instant, Observation,
    OrderNumber, OrderStatus, Payment, Policy, RefundId, RefundOwed, StatusAnswer,
};

/// The result of booking one answer, or of previewing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerOutcome {
    /// The payment that the answer is about: the one that was queried, or another try of the same order. A try that
    /// this answer itself added has the id [`PaymentId::ADDED`] here.
    pub before: Payment,
    pub after: Payment,
    pub order_number: OrderNumber,
    pub order_deadline: Instant,
    pub order_before: OrderStatus,
    pub order_after: OrderStatus,
    /// The queried payment, if the answer is about another one.
    pub asked_after: Option<Payment>,
    pub finding: Finding,
    pub standing: AnswerTarget,
    /// Questions for a person that were not open before.
    pub opened: Vec<CaseKind>,
    /// Refunds that became due because of this answer.
    pub owed: Vec<RefundOwed>,
    /// Refunds that wait for a person again: the gateway was asked for them and does not show them.
    pub missed: Vec<RefundId>,
}

/// The result for one answer of a batch: booked as a whole, or not at all (`Refused`, `Corrupt`).
pub type BookResult = Result<AnswerOutcome, StoreError>;

impl Store {
    /// Books answers in one short transaction, each as a whole or not at all; the results are in the same order. A
    /// batch should hold at most 1,000 answers so that others can write in between. `now` is the time of writing.
    ///
    /// # Errors
    /// Nothing of the batch was written: `Busy`, `Full`, `Denied`, `Engine`.
    pub fn book(
        &self,
        permit: &WritePermit,
        batch: &[StatusAnswer],
        policy: &Policy,
        now: Instant,
    ) -> Result<Vec<BookResult>, StoreError> {
        self.transact(permit, |tx| {
            let booked = batch
                .iter()
                .map(|observed| match book_whole(tx, observed, policy, now) {
                    Err(error @ (StoreError::Refused(_) | StoreError::Corrupt(_))) => {
                        Ok(Err(error))
                    }
                    Err(error) => Err(error),
                    Ok(outcome) => Ok(Ok(outcome)),
                });
            let booked = booked.collect::<Result<_, _>>()?;
            settle_claims(tx, now)?;
            settle_named(tx, now)?;
            Ok(booked)
        })
    }
}

impl Reader {
    /// What booking each of these answers would change, read from one snapshot. Writes nothing.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn preview(
        &self,
        batch: &[StatusAnswer],
        policy: &Policy,
    ) -> Result<Vec<AnswerOutcome>, StoreError> {
        let _one_moment = self.snapshot()?;
        let batch = batch.iter();
        batch
            .map(|observed| preview_one(self, observed, policy))
            .collect()
    }
}

fn preview_one(
    reader: &Reader,
    observed: &StatusAnswer,
    policy: &Policy,
) -> Result<AnswerOutcome, StoreError> {
    let compared = compare(observed, policy);
    if let Some(after) = compared.routine() {
        return unmoved(reader, observed, after, compared);
    }
    let plan = plan(reader, observed, compared)?;
    let opened = plan.changes.iter().filter_map(Change::opens);
    let owed = plan.changes.iter().filter_map(Change::owes);
    let (opened, owed) = (opened.collect(), owed.collect());
    Ok(outcome(plan, opened, owed))
}

/// Also records how the answer settles what notifications have said.
fn book_whole(
    tx: &Tx<'_>,
    observed: &StatusAnswer,
    policy: &Policy,
    now: Instant,
) -> Result<AnswerOutcome, StoreError> {
    let outcome = book_one(tx, observed, policy, now)?;
    record_queried(tx, observed, policy)?;
    if let Some(told) = &observed.observation.answers_for
        && outcome.finding.is_answer()
        && outcome.after.transaction_id.as_ref() == Some(told)
        && !observed.observation.is_clock_in_doubt()
    {
        let asked = (observed.payment.id, observed.observation.asked_at);
        settle_try(tx, told, asked, outcome.after.id)?;
    }
    Ok(outcome)
}

fn book_one(
    tx: &Tx<'_>,
    observed: &StatusAnswer,
    policy: &Policy,
    now: Instant,
) -> Result<AnswerOutcome, StoreError> {
    let compared = compare(observed, policy);
    if let Some(after) = compared.routine() {
        match write_answer(tx, &observed.payment, &after) {
            Ok(true) => {
                observe(tx, &observed.payment, &after, &observed.observation, now)?;
                return unmoved(tx, observed, after, compared);
            }
            // Somebody has booked an answer in between, or this try belongs to another payment: the whole order is
            // needed.
            Ok(false) | Err(StoreError::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let part = tx.part()?;
    let mut plan = plan(tx, observed, compared)?;
    let by = Actor {
        actor: &format!("gateway:{}", plan.after.gateway),
        now,
    };
    let done = execute(tx, &plan, by)?;
    if let Some(added) = done.added {
        plan.after.id = added;
    }
    observe(tx, &plan.before, &plan.after, &observed.observation, now)?;
    part.keep()?;
    Ok(outcome(plan, done.opened, done.owed))
}

fn plan(
    reader: &Reader,
    observed: &StatusAnswer,
    compared: ComparedAnswer<'_>,
) -> Result<AnswerPlan, StoreError> {
    let order = observed.payment.order;
    let dossier = reader
        .dossier(order)?
        .ok_or_else(|| StoreError::Refused(format!("no order has the id {order}").into()))?;
    Ok(book(dossier, compared))
}

/// Keeps the observation if its meaning is new.
fn observe(
    tx: &Tx<'_>,
    before: &Payment,
    after: &Payment,
    observed: &Observation,
    now: Instant,
) -> Result<(), StoreError> {
    if before.last_meaning == after.last_meaning {
        return Ok(());
    }
    keep_observation(tx, after, observed, now)
}

/// The outcome of an answer that changes nothing.
fn unmoved(
    reader: &Reader,
    observed: &StatusAnswer,
    after: Payment,
    compared: ComparedAnswer<'_>,
) -> Result<AnswerOutcome, StoreError> {
    let before = observed.payment.clone();
    let (order_number, status, order_deadline) = reader.order_head(before.order)?;
    Ok(AnswerOutcome {
        before,
        after,
        order_number,
        order_deadline,
        order_before: status,
        order_after: status,
        asked_after: None,
        finding: compared.into_finding(),
        standing: AnswerTarget::Current,
        opened: Vec::new(),
        owed: Vec::new(),
        missed: Vec::new(),
    })
}

fn outcome(plan: AnswerPlan, opened: Vec<CaseKind>, owed: Vec<RefundOwed>) -> AnswerOutcome {
    let missed = plan.changes.iter().filter_map(Change::misses).collect();
    AnswerOutcome {
        before: plan.before,
        after: plan.after,
        order_number: plan.order_before.number,
        order_deadline: plan.order_before.expires_at,
        order_before: plan.order_before.status,
        order_after: plan.order_after.status,
        asked_after: plan.asked_after,
        finding: plan.finding,
        standing: plan.standing,
        opened,
        owed,
        missed,
    }
}
