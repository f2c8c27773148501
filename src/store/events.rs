//! The audit log: every change records what changed, from where to where, by whom and why, in its own transaction.

use rusqlite::{Connection, Row, params};

use super::connection::Reader;
use super::error::StoreError;
use super::sql;
use crate::domain::{Coded, Instant, OrderId, PaymentId, Reason, Rule, Rupiah, WrittenReason};

/// What an event is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum EventSubject {
    Order,
    Payment,
    Stock,
    CaseOpened,
    CaseClosed,
    Refund,
    /// An effect in the outbox.
    Effect,
    /// Tickets and access.
    HandedOut,
    Product,
    /// A request to a gateway to close a payment.
    Close,
    /// A decision that changed no state by itself.
    Note,
}

impl EventSubject {
    const fn word(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Payment => "payment",
            Self::Stock => "stock",
            Self::CaseOpened => "case_opened",
            Self::CaseClosed => "case_closed",
            Self::Refund => "refund",
            Self::Effect => "effect",
            Self::HandedOut => "handed_out",
            Self::Product => "product",
            Self::Close => "close",
            Self::Note => "note",
        }
    }
}

/// One line of the audit log.
#[derive(Debug, Clone, Copy)]
pub(super) struct EventRecord<'a> {
    /// `None`: the event is about a gateway.
    pub(super) order: Option<OrderId>,
    pub(super) payment: Option<PaymentId>,
    pub(super) at: Instant,
    pub(super) actor: &'a str,
    pub(super) what: EventSubject,
    pub(super) from: Option<&'a str>,
    pub(super) to: Option<&'a str>,
    pub(super) rule: Option<Rule>,
    pub(super) amount: Option<Rupiah>,
    pub(super) why: &'a Reason,
}

/// A reason in the three columns that keep it: words for people, code and parameters for programs.
pub(super) struct Columns {
    pub(super) words: String,
    pub(super) code: &'static str,
    pub(super) params: String,
}

impl Columns {
    pub(super) fn of(reason: &Reason) -> Result<Self, StoreError> {
        let params = serde_json::to_string(&reason.params());
        Ok(Self {
            words: reason.to_string(),
            code: reason.code(),
            params: params.map_err(|error| StoreError::Engine(error.into()))?,
        })
    }
}

/// A reason that was kept in these columns. What an older version wrote has words only.
pub(super) fn read_reason(
    row: &Row<'_>,
    words: usize,
    code: usize,
    params: usize,
) -> rusqlite::Result<WrittenReason> {
    let params: Option<String> = row.get(params)?;
    Ok(WrittenReason {
        words: row.get(words)?,
        code: row.get(code)?,
        params: params.and_then(|params| serde_json::from_str(&params).ok()),
    })
}

pub(super) fn write_event(
    connection: &Connection,
    event: &EventRecord<'_>,
) -> Result<(), StoreError> {
    let why = Columns::of(event.why)?;
    connection
        .prepare_cached(sql!("write_event"))?
        .execute(rusqlite::params![
            event.order,
            event.payment,
            event.at,
            event.actor,
            event.what.word(),
            event.from,
            event.to,
            event.rule,
            event.amount,
            why.words,
            why.code,
            why.params,
        ])?;
    Ok(())
}

impl Reader {
    /// Whether a rule has already recorded exactly this reason for an order.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn was_noted(&self, order: OrderId, rule: Rule, why: &Reason) -> Result<bool, StoreError> {
        let mut noted = self.connection().prepare_cached(sql!("was_noted"))?;
        Ok(noted.exists(params![order, rule, why.to_string()])?)
    }
}
