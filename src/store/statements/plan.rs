//! Writes a plan, change by change, each with its line in the audit log. Decides nothing.
//!
//! Runs in the caller's transaction: after an error the caller must roll back the whole plan.

mod effect;
mod entitlements;
mod manual;
mod opening;
mod payment;
mod refund;

pub(in crate::store) use self::payment::{keep_observation, write_answer};

use super::audit::{Actor, Event, EventSubject};
use super::cases::{self, NewCase};
use crate::domain::{
    AnswerPlan, AnswerTarget, CaseId, CaseKind, CaseOutcome, CaseSubject, Change, Finding, Order,
    OrderId, OrderStatus, PaymentId, Reason, RefundId, RefundOwed, Reservation, Rule, StockMove,
};
use crate::faults::planted;
use crate::store::engine::{Tx, sql};
use crate::store::error::StoreError;

/// What a plan has caused beyond its own changes.
#[derive(Debug, Default)]
pub(in crate::store) struct Executed {
    pub(in crate::store) added: Option<PaymentId>,
    pub(in crate::store) opened: Vec<CaseKind>,
    pub(in crate::store) owed: Vec<RefundOwed>,
}

/// Writes all changes of a plan, and what is kept of the answer.
pub(in crate::store) fn execute(
    tx: &Tx<'_>,
    plan: &AnswerPlan,
    by: Actor<'_>,
) -> Result<Executed, StoreError> {
    let mut writer = PlanWriter::new(tx, &plan.order_before, by);
    let is_moved = plan
        .changes
        .iter()
        .any(|change| matches!(change, Change::MovePayment { .. }));
    if plan.standing == AnswerTarget::Current && !is_moved {
        require_hit(write_answer(tx, &plan.before, &plan.after)?)?;
    }
    if let Some(asked) = &plan.asked_after {
        // The row differs from this only in its counters.
        payment::write_phase(tx, asked)?;
        require_hit(write_answer(tx, asked, asked)?)?;
    }
    writer.write_all(&plan.changes, &plan.finding)?;
    Ok(writer.done)
}

/// Writes the changes of a judgment that no answer has caused.
pub(in crate::store) fn execute_plan(
    tx: &Tx<'_>,
    order: &Order,
    changes: &[Change],
    by: Actor<'_>,
) -> Result<Executed, StoreError> {
    let mut writer = PlanWriter::new(tx, order, by);
    writer.write_all(changes, &Finding::Match)?;
    Ok(writer.done)
}

/// Writes a change that belongs to no order.
pub(in crate::store) fn execute_alone(
    tx: &Tx<'_>,
    change: &Change,
    by: Actor<'_>,
) -> Result<(), StoreError> {
    PlanWriter::of(tx, OrderId::ADDED, 0, by).write(change, &Finding::Match)
}

/// O17: an order that no longer waits for money must not stay payable.
pub(in crate::store) fn mark_must_close(tx: &Tx<'_>, order: OrderId) -> Result<(), StoreError> {
    tx.exec(sql!("mark_must_close"), &[&order])?;
    Ok(())
}

/// A row read in this transaction cannot have changed since; if it did not match, the plan must not be written.
fn require_hit(hit: bool) -> Result<(), StoreError> {
    if hit {
        return Ok(());
    }
    Err(StoreError::Refused(
        "a row has changed since it was read".into(),
    ))
}

struct PlanWriter<'a> {
    tx: &'a Tx<'a>,
    order: OrderId,
    order_version: i64,
    by: Actor<'a>,
    /// The last case that this plan opened; `None` if it was open already.
    case: Option<CaseId>,
    /// The last refund that this plan recorded as due.
    refund: Option<RefundId>,
    done: Executed,
}

impl<'a> PlanWriter<'a> {
    fn new(tx: &'a Tx<'a>, order: &Order, by: Actor<'a>) -> Self {
        Self::of(tx, order.id, order.version, by)
    }

    fn of(tx: &'a Tx<'a>, order: OrderId, order_version: i64, by: Actor<'a>) -> Self {
        Self {
            tx,
            order,
            order_version,
            by,
            case: None,
            refund: None,
            done: Executed::default(),
        }
    }

    fn write_all(&mut self, changes: &[Change], finding: &Finding) -> Result<(), StoreError> {
        for change in changes {
            self.write(change, finding)?;
        }
        if changes.is_empty() {
            return Ok(());
        }
        mark_must_close(self.tx, self.order)
    }

    fn write(&mut self, change: &Change, finding: &Finding) -> Result<(), StoreError> {
        match change {
            Change::AddPayment(payment) => self.add_payment(payment, finding),
            Change::MovePayment {
                before,
                after,
                rule,
                why,
            } => self.move_payment(before, after, *rule, why),
            Change::MoveOrder {
                from,
                to,
                rule,
                why,
            } => self.move_order(*from, *to, *rule, why),
            Change::MoveStock(stock) => self.move_stock(*stock),
            Change::Entitlements(what) => self.apply_entitlement(*what),
            Change::ByHand(act) => self.execute_manual(act),
            Change::Open(step) => self.open(step),
            Change::Note { rule, why } => {
                self.record(self.event(EventSubject::Note, why).rule(*rule))
            }
            Change::OpenCase {
                kind,
                subject,
                rule,
                facts,
            } => self.open_case(*kind, subject, *rule, facts),
            Change::CloseCase {
                id,
                kind,
                resolution,
                why,
            } => self.close_case(*id, *kind, *resolution, why),
            Change::Owe {
                payment,
                amount,
                reason,
                rule,
                why,
            } => self.record_refund_due(*payment, *amount, *reason, *rule, why),
            Change::QueueEffect(effect) => self.queue_effect(effect),
            Change::MoveEffect {
                before,
                after,
                rule,
                why,
            } => self.move_effect(before, after, *rule, why.as_ref()),
            Change::MoveRefund {
                id,
                from,
                to,
                rule,
                why,
            } => self.move_refund(*id, *from, *to, *rule, why),
            Change::LetGoTries(payment) => self.release_attempts(*payment),
            Change::NoteAbsent { id, since } => self.record_absent(*id, *since),
            Change::ShrinkRefund { id, to, rule, why } => self.reduce_refund(*id, *to, *rule, why),
            Change::BookExternalRefund {
                payment,
                amount,
                rule,
            } => self.book_external_refund(*payment, *amount, *rule),
        }
    }

    fn move_order(
        &mut self,
        from: OrderStatus,
        to: OrderStatus,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let is_late = rule.is_late_money();
        let (now, version) = (self.by.now, self.order_version);
        self.tx.change(
            sql!("move_order"),
            &[&to, &now, &is_late, &self.order, &version, &from],
        )?;
        self.order_version += 1;
        let event = self.event(EventSubject::Order, why);
        self.record(event.from(from.word()).to(to.word()).rule(rule))
    }

    /// A payment has changed, so a copy of the order that was read earlier has an outdated version.
    fn touch_order(&mut self) -> Result<(), StoreError> {
        self.tx
            .change(sql!("touch_order"), &[&self.order, &self.order_version])?;
        self.order_version += 1;
        Ok(())
    }

    /// Counters first: their CHECK constraint prevents overselling, for all lines of the order at once.
    fn move_stock(&mut self, stock: StockMove) -> Result<(), StoreError> {
        use Reservation::{Held, Released, Returned, Sold};
        let (counters, lines, from, to) = match stock {
            StockMove::Sell => (sql!("stock_sell"), sql!("lines_sell"), Held, Sold),
            StockMove::Retake => (sql!("stock_retake"), sql!("lines_retake"), Released, Sold),
            StockMove::Release => (sql!("stock_release"), sql!("lines_release"), Held, Released),
            // A unit that cannot be sold again stays sold in the counters.
            StockMove::Return => (sql!("stock_return"), sql!("lines_return"), Sold, Returned),
        };
        self.tx.exec(counters, &[&self.order])?;
        if planted!(ReleaseTwice) && stock == StockMove::Release {
            self.tx.exec(counters, &[&self.order])?;
        }
        if self.tx.exec(lines, &[&self.order])? == 0 {
            return Ok(());
        }
        let event = self.event(EventSubject::Stock, &Reason::WithOrder);
        self.record(event.from(from.word()).to(to.word()))
    }

    fn open_case(
        &mut self,
        kind: CaseKind,
        subject: &CaseSubject,
        rule: Rule,
        facts: &Reason,
    ) -> Result<(), StoreError> {
        let (order, payment) = match subject {
            CaseSubject::Order => (Some(self.order), None),
            CaseSubject::Payment(id) => (Some(self.order), Some(self.known(*id)?)),
            CaseSubject::Gateway(_) => (None, None),
        };
        let case = NewCase {
            kind,
            subject,
            order,
            payment,
            rule,
            facts,
        };
        self.case = cases::open(self.tx, &case, self.by)?;
        if self.case.is_some() {
            self.done.opened.push(kind);
        }
        Ok(())
    }

    fn close_case(
        &mut self,
        id: CaseId,
        kind: CaseKind,
        resolution: CaseOutcome,
        why: &Reason,
    ) -> Result<(), StoreError> {
        require_hit(cases::close(self.tx, id, resolution, why, self.by)?)?;
        let event = self.event(EventSubject::CaseClosed, why);
        self.record(event.from(kind.word()).to(resolution.word()))
    }

    /// A person has looked these tries up, so they are not queried any more.
    fn release_attempts(&self, payment: PaymentId) -> Result<(), StoreError> {
        for sql in [sql!("let_go_claims"), sql!("let_go_tries")] {
            self.tx.exec(sql, &[&self.by.now, &payment])?;
        }
        Ok(())
    }

    /// The id of a payment, including the one that this plan has added.
    fn known(&self, payment: PaymentId) -> Result<PaymentId, StoreError> {
        if payment != PaymentId::ADDED {
            return Ok(payment);
        }
        self.done.added.ok_or_else(|| {
            StoreError::Refused("a plan refers to a payment that it does not add".into())
        })
    }

    /// An event about this order; the caller fills in the rest.
    fn event<'e>(&self, what: EventSubject, why: &'e Reason) -> Event<'e> {
        Event::new(what, why).order(self.order)
    }

    fn record(&self, event: Event<'_>) -> Result<(), StoreError> {
        event.write(self.tx, self.by)
    }
}
