//! Cases: open and closed questions for a person.

use super::audit::{Actor, Event, EventSubject, ReasonColumns, read_reason};
use super::rows::SubjectKind;
use crate::domain::{
    CaseId, CaseKind, CaseOutcome, CaseSubject, GatewayName, Instant, OrderId, OrderNumber,
    PaymentId, Reason, Rule, WrittenReason,
};
use crate::store::engine::{Reader, StoredRow, Tx, first, from_row, sql};
use crate::store::error::StoreError;

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
        self.one(sql!("case_by_id"), &[&id], read)
    }

    /// The open case that asks about a payment; the first, if there are several.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_case_of(&self, payment: PaymentId) -> Result<Option<CaseId>, StoreError> {
        self.one(sql!("open_case_of_payment"), &[&payment], first)
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
        let (kind, after) = (&filter.kind, after.unwrap_or(CaseId(0)));
        if let Some(order) = &filter.order {
            return self.all(
                sql!("cases_of_order"),
                &[order, kind, &filter.closed, &after, &limit],
                read,
            );
        }
        let page = if filter.closed {
            sql!("cases_page")
        } else {
            sql!("cases_open_page")
        };
        self.all(page, &[kind, &after, &limit], read)
    }
}

fn read(row: &StoredRow<'_>) -> Result<CaseRow, StoreError> {
    let order: Option<OrderId> = row.get("order_id")?;
    Ok(from_row!(row => CaseRow {
        id, kind, order = order.zip(row.get("number")?), payment: "payment_id", gateway, rule,
        facts = read_reason(row, "facts", "code", "params")?,
        opened_at, closed = closed(row)?,
    }))
}

fn closed(row: &StoredRow<'_>) -> Result<Option<Closed>, StoreError> {
    let Some(at) = row.get("resolved_at")? else {
        return Ok(None);
    };
    Ok(Some(from_row!(row => Closed {
        at = at, resolution, by: "resolved_by",
        reason = read_reason(row, "reason", "reason_code", "reason_params")?,
    })))
}

/// A case to open.
pub(in crate::store) struct NewCase<'a> {
    pub(in crate::store) kind: CaseKind,
    pub(in crate::store) subject: &'a CaseSubject,
    pub(in crate::store) order: Option<OrderId>,
    pub(in crate::store) payment: Option<PaymentId>,
    pub(in crate::store) rule: Rule,
    pub(in crate::store) facts: &'a Reason,
}

/// Opens a case and records it. `None`: the same case is open already.
pub(in crate::store) fn open(
    tx: &Tx<'_>,
    case: &NewCase<'_>,
    by: Actor<'_>,
) -> Result<Option<CaseId>, StoreError> {
    let id = insert(tx, case, by.now)?;
    if id.is_some() {
        let event = Event::new(EventSubject::CaseOpened, case.facts);
        let event = event.order(case.order).payment(case.payment);
        event.to(case.kind.word()).rule(case.rule).write(tx, by)?;
    }
    Ok(id)
}

/// As [`open`], without a line in the audit log.
pub(in crate::store) fn insert(
    tx: &Tx<'_>,
    case: &NewCase<'_>,
    now: Instant,
) -> Result<Option<CaseId>, StoreError> {
    let gateway = match case.subject {
        CaseSubject::Gateway(name) => Some(name),
        CaseSubject::Order | CaseSubject::Payment(_) => None,
    };
    let asked = ReasonColumns::of(case.facts)?;
    tx.one(
        sql!("open_case"),
        &[
            &case.kind,
            &case.order,
            &case.payment,
            &gateway,
            &SubjectKind::from(case.subject),
            &case.rule,
            &asked.words,
            &asked.code,
            &asked.params,
            &now,
        ],
        first,
    )
}

/// Closes a case. `false`: it was closed already.
pub(in crate::store) fn close(
    tx: &Tx<'_>,
    case: CaseId,
    resolution: CaseOutcome,
    why: &Reason,
    by: Actor<'_>,
) -> Result<bool, StoreError> {
    let told = ReasonColumns::of(why)?;
    let closed = tx.exec(
        sql!("close_case"),
        &[
            &by.now,
            &resolution,
            &by.actor,
            &told.words,
            &told.code,
            &told.params,
            &case,
        ],
    )?;
    Ok(closed == 1)
}
