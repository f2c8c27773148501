//! Cases: open and closed questions for a person.

use rusqlite::{OptionalExtension, Row, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::events::{Columns, EventRecord, EventSubject, read_reason, write_event};
use super::permit::WritePermit;
use super::sql;
use super::update_order::Actor;
use crate::domain::{
    CaseId, CaseKind, CaseOutcome, GatewayName, Instant, OrderId, OrderNumber, PaymentId, Reason,
    Rule, WrittenReason,
};

/// Which cases a list shows. A field that is `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    pub kind: Option<CaseKind>,
    pub order: Option<OrderNumber>,
    /// Include closed cases.
    pub closed: bool,
}

/// One row of a list of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    pub id: CaseId,
    pub kind: CaseKind,
    /// `None`: the case is about a gateway.
    pub order: Option<(OrderId, OrderNumber)>,
    pub payment: Option<PaymentId>,
    pub gateway: Option<GatewayName>,
    pub rule: Rule,
    pub facts: WrittenReason,
    pub opened_at: Instant,
    pub closed: Option<Closed>,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub at: Instant,
    pub resolution: CaseOutcome,
    pub by: String,
    pub reason: WrittenReason,
}

impl Reader {
    /// The case with this id.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn case(&self, id: CaseId) -> Result<Option<CaseRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("case_by_id"))?;
        Ok(statement.query_row([id], read).optional()?)
    }

    /// At most `limit` cases, the longest open first, starting after `after` or at the first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn cases_page(
        &self,
        filter: &CaseFilter,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let (connection, after) = (self.connection(), after.unwrap_or(CaseId(0)));
        if let Some(order) = &filter.order {
            let wanted = params![order, filter.kind, filter.closed, after, limit];
            let mut statement = connection.prepare_cached(sql!("cases_of_order"))?;
            return Ok(statement
                .query_map(wanted, read)?
                .collect::<Result<_, _>>()?);
        }
        let mut statement = connection.prepare_cached(if filter.closed {
            sql!("cases_page")
        } else {
            sql!("cases_open_page")
        })?;
        let found = statement.query_map(params![filter.kind, after, limit], read)?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

impl Store {
    /// Closes a case about a gateway, which belongs to no order. `false`: it was closed already.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn close_gateway_case(
        &mut self,
        permit: &WritePermit,
        case: &CaseRow,
        resolution: CaseOutcome,
        by: Actor<'_>,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let why = Reason::operator(reason);
        let told = Columns::of(&why)?;
        self.transact(permit, |transaction| {
            let closed = transaction
                .prepare_cached(sql!("close_case"))?
                .execute(params![
                    by.now,
                    resolution,
                    by.actor,
                    told.words,
                    told.code,
                    told.params,
                    case.id
                ])?;
            if closed == 0 {
                return Ok(false);
            }
            let event = EventRecord {
                order: None,
                payment: None,
                at: by.now,
                actor: by.actor,
                what: EventSubject::CaseClosed,
                from: Some(case.kind.word()),
                to: Some(resolution.word()),
                rule: None,
                amount: None,
                why: &why,
            };
            write_event(transaction, &event)?;
            Ok(true)
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<CaseRow> {
    let order: Option<OrderId> = row.get(2)?;
    let number: Option<OrderNumber> = row.get(3)?;
    let resolved_at: Option<Instant> = row.get(9)?;
    let closed = match resolved_at {
        Some(at) => Some(Closed {
            at,
            resolution: row.get(10)?,
            by: row.get(11)?,
            reason: read_reason(row, 12, 15, 16)?,
        }),
        None => None,
    };
    Ok(CaseRow {
        id: row.get(0)?,
        kind: row.get(1)?,
        order: order.zip(number),
        payment: row.get(4)?,
        gateway: row.get(5)?,
        rule: row.get(6)?,
        facts: read_reason(row, 7, 13, 14)?,
        opened_at: row.get(8)?,
        closed,
    })
}
