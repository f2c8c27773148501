//! Writes a plan, change by change, each with its line in the audit log. Decides nothing.
//!
//! Runs in the caller's transaction: after an error the caller must roll back the whole plan.

mod effect;
mod entitlements;
mod manual;
mod opening;
mod payment;
mod refund;

use rusqlite::types::FromSql;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, params};

pub(super) use self::payment::write_answer;

use super::book::RefundOwed;
use super::error::StoreError;
use super::events::{Columns, EventRecord, EventSubject, write_event};
use super::rows::SubjectKind;
use super::sql;
use crate::domain::{
    AnswerPlan, AnswerTarget, CaseId, CaseKind, CaseOutcome, CaseSubject, Change, Finding,
    GatewayName, Instant, Order, OrderId, OrderStatus, PaymentId, Reason, RefundId, Reservation,
    Rule, StockMove,
};

/// What a plan has caused beyond its own changes.
#[derive(Debug, Default)]
pub(super) struct Executed {
    pub(super) added: Option<PaymentId>,
    pub(super) opened: Vec<CaseKind>,
    pub(super) owed: Vec<RefundOwed>,
}

/// Writes all changes of a plan, and what is kept of the answer.
pub(super) fn execute(
    connection: &Connection,
    plan: &AnswerPlan,
    now: Instant,
) -> Result<Executed, StoreError> {
    let mut writer = PlanWriter {
        connection,
        order: plan.order_before.id,
        order_version: plan.order_before.version,
        actor: format!("gateway:{}", plan.after.gateway),
        now,
        case: None,
        refund: None,
        done: Executed::default(),
    };
    let is_moved = plan
        .changes
        .iter()
        .any(|change| matches!(change, Change::MovePayment { .. }));
    if plan.standing == AnswerTarget::Current && !is_moved {
        require_hit(write_answer(connection, &plan.before, &plan.after)?)?;
    }
    if let Some(asked) = &plan.asked_after {
        // The row differs from this only in its counters.
        payment::write_phase(connection, asked)?;
        require_hit(write_answer(connection, asked, asked)?)?;
    }
    for change in &plan.changes {
        writer.write(change, &plan.finding)?;
    }
    writer.mark_must_close(&plan.changes)?;
    Ok(writer.done)
}

/// Writes the changes of a judgment that no answer has caused.
pub(super) fn execute_plan(
    connection: &Connection,
    order: &Order,
    actor: &str,
    changes: &[Change],
    now: Instant,
) -> Result<Executed, StoreError> {
    let mut writer = PlanWriter {
        connection,
        order: order.id,
        order_version: order.version,
        actor: actor.to_owned(),
        now,
        case: None,
        refund: None,
        done: Executed::default(),
    };
    for change in changes {
        writer.write(change, &Finding::Match)?;
    }
    writer.mark_must_close(changes)?;
    Ok(writer.done)
}

/// Writes a change that belongs to no order.
pub(super) fn enact_alone(
    connection: &Connection,
    actor: &str,
    change: &Change,
    now: Instant,
) -> Result<(), StoreError> {
    let mut writer = PlanWriter {
        connection,
        order: OrderId::ADDED,
        order_version: 0,
        actor: actor.to_owned(),
        now,
        case: None,
        refund: None,
        done: Executed::default(),
    };
    writer.write(change, &Finding::Match)
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
    connection: &'a Connection,
    order: OrderId,
    order_version: i64,
    actor: String,
    now: Instant,
    /// The last case that this plan opened; `None` if it was open already.
    case: Option<CaseId>,
    /// The last refund that this plan recorded as due.
    refund: Option<RefundId>,
    done: Executed,
}

impl PlanWriter<'_> {
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
            Change::Note { rule, why } => self.record_event(&EventRecord {
                rule: Some(*rule),
                ..self.event(EventSubject::Note, why)
            }),
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
        let is_late = rule == Rule::O9;
        let hit = self.change(
            sql!("move_order"),
            params![to, self.now, is_late, self.order, self.order_version, from],
        )?;
        require_hit(hit)?;
        self.order_version += 1;
        self.record_event(&EventRecord {
            from: Some(from.word()),
            to: Some(to.word()),
            rule: Some(rule),
            ..self.event(EventSubject::Order, why)
        })
    }

    /// O17: an order that no longer waits for money must not stay payable.
    fn mark_must_close(&self, changes: &[Change]) -> Result<(), StoreError> {
        if !changes.is_empty() {
            self.statement(sql!("mark_must_close"))?
                .execute([self.order])?;
        }
        Ok(())
    }

    /// A payment has changed, so a copy of the order that was read earlier has an outdated version.
    fn touch_order(&mut self) -> Result<(), StoreError> {
        let hit = self.change(sql!("touch_order"), params![self.order, self.order_version])?;
        require_hit(hit)?;
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
        self.statement(counters)?.execute([self.order])?;
        if self.statement(lines)?.execute([self.order])? == 0 {
            return Ok(());
        }
        self.record_event(&EventRecord {
            from: Some(from.word()),
            to: Some(to.word()),
            ..self.event(EventSubject::Stock, &Reason::WithOrder)
        })
    }

    fn open_case(
        &mut self,
        kind: CaseKind,
        subject: &CaseSubject,
        rule: Rule,
        facts: &Reason,
    ) -> Result<(), StoreError> {
        let (order, payment, gateway): (_, _, Option<&GatewayName>) = match subject {
            CaseSubject::Order => (Some(self.order), None, None),
            CaseSubject::Payment(id) => (Some(self.order), Some(self.known(*id)?), None),
            CaseSubject::Gateway(name) => (None, None, Some(name)),
        };
        let asked = Columns::of(facts)?;
        self.case = self.add(
            sql!("open_case"),
            params![
                kind,
                order,
                payment,
                gateway,
                SubjectKind::from(subject),
                rule,
                asked.words,
                asked.code,
                asked.params,
                self.now,
            ],
        )?;
        if self.case.is_none() {
            return Ok(());
        }
        self.done.opened.push(kind);
        self.record_event(&EventRecord {
            order,
            payment,
            to: Some(kind.word()),
            rule: Some(rule),
            ..self.event(EventSubject::CaseOpened, facts)
        })
    }

    fn close_case(
        &mut self,
        id: CaseId,
        kind: CaseKind,
        resolution: CaseOutcome,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let told = Columns::of(why)?;
        let hit = self.change(
            sql!("close_case"),
            params![
                self.now,
                resolution,
                self.actor,
                told.words,
                told.code,
                told.params,
                id
            ],
        )?;
        require_hit(hit)?;
        self.record_event(&EventRecord {
            from: Some(kind.word()),
            to: Some(resolution.word()),
            ..self.event(EventSubject::CaseClosed, why)
        })
    }

    /// A person has looked these tries up, so they are not queried any more.
    fn release_attempts(&self, payment: PaymentId) -> Result<(), StoreError> {
        for sql in [sql!("let_go_claims"), sql!("let_go_tries")] {
            self.statement(sql)?.execute(params![self.now, payment])?;
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
    fn event<'a>(&'a self, what: EventSubject, why: &'a Reason) -> EventRecord<'a> {
        EventRecord {
            order: Some(self.order),
            payment: None,
            at: self.now,
            actor: &self.actor,
            what,
            from: None,
            to: None,
            rule: None,
            amount: None,
            why,
        }
    }

    fn record_event(&self, event: &EventRecord<'_>) -> Result<(), StoreError> {
        write_event(self.connection, event)
    }

    /// The id of the row that the statement has inserted, if any.
    fn add<T: FromSql>(&self, sql: &str, parameters: impl Params) -> Result<Option<T>, StoreError> {
        let mut statement = self.statement(sql)?;
        Ok(statement
            .query_row(parameters, |row| row.get(0))
            .optional()?)
    }

    /// Whether the statement has changed exactly one row.
    fn change(&self, sql: &str, parameters: impl Params) -> Result<bool, StoreError> {
        Ok(self.statement(sql)?.execute(parameters)? == 1)
    }

    fn statement(&self, sql: &str) -> Result<CachedStatement<'_>, StoreError> {
        Ok(self.connection.prepare_cached(sql)?)
    }
}
