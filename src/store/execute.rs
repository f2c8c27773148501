//! Writes a plan, change by change, each with its line in the audit log. Decides nothing.
//!
//! Runs in the caller's transaction: after an error the caller must roll back the whole plan.

mod by_hand;
mod effect;
mod handing;
mod opening;
mod payment;
mod refund;

use rusqlite::types::FromSql;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, params};

pub(super) use self::payment::remember;

use super::book::Owed;
use super::error::StoreError;
use super::events::{Event, What, write_event};
use super::rows::SubjectWord;
use super::sql;
use crate::domain::booking::{Plan, Standing};
use crate::domain::case::{CaseKind, Resolution};
use crate::domain::dossier::{Change, StockMove, Subject};
use crate::domain::instant::Instant;
use crate::domain::names::{CaseId, GatewayName, OrderId, PaymentId, RefundId};
use crate::domain::order::{Order, OrderStatus, Reservation};
use crate::domain::reconcile::Finding;
use crate::domain::rule::Rule;

/// What a plan has caused beyond its own changes.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) added: Option<PaymentId>,
    pub(super) opened: Vec<CaseKind>,
    pub(super) owed: Vec<Owed>,
}

/// Writes all changes of a plan, and what is kept of the answer.
pub(super) fn execute(
    connection: &Connection,
    plan: &Plan,
    now: Instant,
) -> Result<Done, StoreError> {
    let mut writer = Writer {
        connection,
        order: plan.order_before.id,
        order_version: plan.order_before.version,
        actor: format!("gateway:{}", plan.after.gateway),
        now,
        case: None,
        refund: None,
        done: Done::default(),
    };
    let is_moved = plan
        .changes
        .iter()
        .any(|change| matches!(change, Change::MovePayment { .. }));
    if plan.standing == Standing::Current && !is_moved {
        must_hit(remember(connection, &plan.before, &plan.after)?)?;
    }
    if let Some(asked) = &plan.asked_after {
        // The row differs from this only in its counters.
        payment::keep_phase(connection, asked)?;
        must_hit(remember(connection, asked, asked)?)?;
    }
    for change in &plan.changes {
        writer.write(change, &plan.finding)?;
    }
    writer.mark_must_close(&plan.changes)?;
    Ok(writer.done)
}

/// Writes the changes of a judgment that no answer has caused.
pub(super) fn enact(
    connection: &Connection,
    order: &Order,
    actor: &str,
    changes: &[Change],
    now: Instant,
) -> Result<Done, StoreError> {
    let mut writer = Writer {
        connection,
        order: order.id,
        order_version: order.version,
        actor: actor.to_owned(),
        now,
        case: None,
        refund: None,
        done: Done::default(),
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
    let mut writer = Writer {
        connection,
        order: OrderId::ADDED,
        order_version: 0,
        actor: actor.to_owned(),
        now,
        case: None,
        refund: None,
        done: Done::default(),
    };
    writer.write(change, &Finding::Match)
}

/// A row read in this transaction cannot have changed since; if it did not match, the plan must not be written.
fn must_hit(hit: bool) -> Result<(), StoreError> {
    if hit {
        return Ok(());
    }
    Err(StoreError::Refused(
        "a row has changed since it was read".into(),
    ))
}

struct Writer<'a> {
    connection: &'a Connection,
    order: OrderId,
    order_version: i64,
    actor: String,
    now: Instant,
    /// The last case that this plan opened; `None` if it was open already.
    case: Option<CaseId>,
    /// The last refund that this plan recorded as due.
    refund: Option<RefundId>,
    done: Done,
}

impl Writer<'_> {
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
            Change::HandOut(what) => self.hand_out(*what),
            Change::ByHand(act) => self.act(act),
            Change::Open(step) => self.open(step),
            Change::Note { rule, why } => self.tell(&Event {
                rule: Some(*rule),
                ..self.event(What::Note, why)
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
            } => self.owe(*payment, *amount, *reason, *rule, why),
            Change::QueueEffect(effect) => self.queue_effect(effect),
            Change::MoveEffect {
                before,
                after,
                rule,
                why,
            } => self.move_effect(before, after, *rule, why),
            Change::MoveRefund {
                id,
                from,
                to,
                rule,
                why,
            } => self.move_refund(*id, *from, *to, *rule, why),
            Change::LetGoTries(payment) => self.let_go_tries(*payment),
            Change::NoteAbsent { id, since } => self.note_absent(*id, *since),
            Change::ShrinkRefund { id, to, rule, why } => self.shrink_refund(*id, *to, *rule, why),
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
        why: &str,
    ) -> Result<(), StoreError> {
        let is_late = rule == Rule::O9;
        let hit = self.change(
            sql!("move_order"),
            params![to, self.now, is_late, self.order, self.order_version, from],
        )?;
        must_hit(hit)?;
        self.order_version += 1;
        self.tell(&Event {
            from: Some(from.word()),
            to: Some(to.word()),
            rule: Some(rule),
            ..self.event(What::Order, why)
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

    /// A payment has moved, so whoever read the order before has an outdated version.
    fn touch_order(&mut self) -> Result<(), StoreError> {
        let hit = self.change(sql!("touch_order"), params![self.order, self.order_version])?;
        must_hit(hit)?;
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
        self.tell(&Event {
            from: Some(from.word()),
            to: Some(to.word()),
            ..self.event(What::Stock, "with the order")
        })
    }

    fn open_case(
        &mut self,
        kind: CaseKind,
        subject: &Subject,
        rule: Rule,
        facts: &str,
    ) -> Result<(), StoreError> {
        let (order, payment, gateway): (_, _, Option<&GatewayName>) = match subject {
            Subject::Order => (Some(self.order), None, None),
            Subject::Payment(id) => (Some(self.order), Some(self.known(*id)?), None),
            Subject::Gateway(name) => (None, None, Some(name)),
        };
        self.case = self.add(
            sql!("open_case"),
            params![
                kind,
                order,
                payment,
                gateway,
                SubjectWord::from(subject),
                rule,
                facts,
                self.now,
            ],
        )?;
        if self.case.is_none() {
            return Ok(());
        }
        self.done.opened.push(kind);
        self.tell(&Event {
            order,
            payment,
            to: Some(kind.word()),
            rule: Some(rule),
            ..self.event(What::CaseOpened, facts)
        })
    }

    fn close_case(
        &mut self,
        id: CaseId,
        kind: CaseKind,
        resolution: Resolution,
        why: &str,
    ) -> Result<(), StoreError> {
        let hit = self.change(
            sql!("close_case"),
            params![self.now, resolution, self.actor, why, id],
        )?;
        must_hit(hit)?;
        self.tell(&Event {
            from: Some(kind.word()),
            to: Some(resolution.word()),
            ..self.event(What::CaseClosed, why)
        })
    }

    /// A person has looked these tries up, so they are not queried any more.
    fn let_go_tries(&self, payment: PaymentId) -> Result<(), StoreError> {
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
    fn event<'a>(&'a self, what: What, why: &'a str) -> Event<'a> {
        Event {
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

    fn tell(&self, event: &Event<'_>) -> Result<(), StoreError> {
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
