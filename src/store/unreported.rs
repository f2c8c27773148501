//! What waits for a person, and whether a person was told. The next cron run reports what nobody was told of.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::events::read_reason;
use super::lock::JobLock;
use super::permit::WritePermit;
use super::random::secret_bits;
use super::runs::RunId;
use super::sql;
use crate::domain::{
    CaseId, CaseKind, GatewayName, Instant, OrderId, OrderNumber, PaymentId, RefundId,
    RefundReason, RefundStatus, Rupiah, WrittenReason,
};

/// An open case that nobody was told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntoldCase {
    pub id: CaseId,
    pub kind: CaseKind,
    /// `None`: the case is about a gateway.
    pub order: Option<OrderNumber>,
    pub payment: Option<PaymentId>,
    pub gateway: Option<GatewayName>,
    /// The amount received, otherwise the amount expected.
    pub amount: Option<Rupiah>,
    pub facts: WrittenReason,
    pub opened_at: Instant,
}

/// A refund that waits for a person and that nobody was told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntoldRefund {
    pub id: RefundId,
    pub order: OrderNumber,
    pub payment: PaymentId,
    pub status: RefundStatus,
    pub reason: RefundReason,
    pub amount: Rupiah,
    pub why: WrittenReason,
}

/// Everything that nobody was told of: details of the first entries, and the ids of all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Untold {
    pub cases: Vec<UntoldCase>,
    pub refunds: Vec<UntoldRefund>,
    pub all_cases: Vec<CaseId>,
    pub all_refunds: Vec<RefundId>,
}

/// The latest case and the latest refund at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LatestRows {
    case: i64,
    refund: i64,
}

impl Store {
    /// Everything that nobody was told of, except what another running command has opened and will report itself.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Denied`, `Engine`.
    pub fn untold(&self, database: &Path, shown_most: usize) -> Result<Untold, StoreError> {
        let mut others = OtherRuns {
            connection: self.read().connection(),
            database,
            own: self.run(),
            known: BTreeMap::new(),
        };
        let mut untold = Untold::default();
        let mut statement = others.connection.prepare_cached(sql!("untold_cases"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if others.is_reported_by(opened_by(row)?)? {
                continue;
            }
            let case = case(row)?;
            untold.all_cases.push(case.id);
            if untold.cases.len() < shown_most {
                untold.cases.push(case);
            }
        }
        let mut statement = others.connection.prepare_cached(sql!("untold_refunds"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if others.is_reported_by(opened_by(row)?)? {
                continue;
            }
            let refund = refund(row)?;
            untold.all_refunds.push(refund.id);
            if untold.refunds.len() < shown_most {
                untold.refunds.push(refund);
            }
        }
        Ok(untold)
    }

    /// Records that a person was told of all this, and that these orders are kept for a person.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_reported(
        &mut self,
        permit: &WritePermit,
        untold: &Untold,
        kept: &[OrderId],
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| {
            for case in &untold.all_cases {
                transaction
                    .prepare_cached(sql!("tell_case"))?
                    .execute(params![now, case])?;
            }
            for refund in &untold.all_refunds {
                transaction
                    .prepare_cached(sql!("tell_refund"))?
                    .execute(params![now, refund])?;
            }
            for order in kept {
                transaction
                    .prepare_cached(sql!("tell_kept"))?
                    .execute(params![now, order])?;
            }
            Ok(())
        })
    }
}

/// A command that a person has typed. Once its answer is written, that person knows what it has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorVisit(RunId);

impl OperatorVisit {
    /// # Errors
    /// `Engine`: the machine provides no random data.
    pub fn new() -> Result<Self, StoreError> {
        // No run has a negative id.
        let bits = i64::try_from(secret_bits()? >> 66).unwrap_or(i64::MAX);
        Ok(Self(RunId(-1 - bits)))
    }
}

impl Store {
    /// Whatever is opened from now on belongs to this visit.
    #[must_use]
    pub fn on_visit(mut self, visit: OperatorVisit) -> Self {
        self.go_on_as(visit.0);
        self
    }

    /// Records that a person has read the answer of a visit, and so knows what it has opened.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_visit_reported(
        &mut self,
        permit: &WritePermit,
        visit: OperatorVisit,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| {
            let told = params![now, visit.0.0];
            transaction
                .prepare_cached(sql!("tell_cases_of"))?
                .execute(told)?;
            transaction
                .prepare_cached(sql!("tell_refunds_of"))?
                .execute(told)?;
            Ok(())
        })
    }
}

impl Reader {
    /// Whether a visit has left anything behind that nobody was told of.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn has_untold_of(&self, visit: OperatorVisit) -> Result<bool, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("has_untold_of"))?;
        Ok(statement.query_row([visit.0.0], |row| row.get(0))?)
    }

    /// When a person was last told that an order is kept for a person.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn kept_told_at(&self, order: OrderId) -> Result<Option<Instant>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("kept_told_at"))?;
        let told_at = statement.query_row([order], |row| row.get(0)).optional()?;
        Ok(told_at.flatten())
    }
}

impl LatestRows {
    pub(super) fn of(connection: &Connection) -> Result<Self, StoreError> {
        let mut statement = connection.prepare_cached(sql!("newest_questions"))?;
        Ok(statement.query_row([], |row| {
            Ok(Self {
                case: row.get(0)?,
                refund: row.get(1)?,
            })
        })?)
    }

    /// Records that everything newer than this belongs to a run.
    pub(super) fn claim(self, connection: &Connection, run: RunId) -> Result<(), StoreError> {
        if Self::of(connection)? == self {
            return Ok(());
        }
        connection
            .prepare_cached(sql!("cases_of_run"))?
            .execute(params![run.0, self.case])?;
        connection
            .prepare_cached(sql!("refunds_of_run"))?
            .execute(params![run.0, self.refund])?;
        Ok(())
    }
}

/// The other runs that are in progress.
struct OtherRuns<'a> {
    connection: &'a Connection,
    database: &'a Path,
    own: Option<RunId>,
    known: BTreeMap<RunId, bool>,
}

impl OtherRuns<'_> {
    /// Whether the run that opened it will report it. A killed run has not recorded its end and holds no lock.
    fn is_reported_by(&mut self, opened_by: Option<RunId>) -> Result<bool, StoreError> {
        let Some(run) = opened_by.filter(|run| Some(*run) != self.own) else {
            return Ok(false);
        };
        if let Some(known) = self.known.get(&run) {
            return Ok(*known);
        }
        let mut statement = self.connection.prepare_cached(sql!("job_under_way"))?;
        let job: Option<String> = statement.query_row([run.0], |row| row.get(0)).optional()?;
        let goes_on = match job {
            Some(job) => JobLock::take(self.database, &job)?.is_none(),
            None => false,
        };
        self.known.insert(run, goes_on);
        Ok(goes_on)
    }
}

fn opened_by(row: &Row<'_>) -> rusqlite::Result<Option<RunId>> {
    let run: Option<i64> = row.get(0)?;
    Ok(run.map(RunId))
}

fn case(row: &Row<'_>) -> rusqlite::Result<UntoldCase> {
    Ok(UntoldCase {
        id: row.get(1)?,
        kind: row.get(2)?,
        order: row.get(3)?,
        payment: row.get(4)?,
        gateway: row.get(5)?,
        amount: row.get(6)?,
        facts: read_reason(row, 7, 9, 10)?,
        opened_at: row.get(8)?,
    })
}

fn refund(row: &Row<'_>) -> rusqlite::Result<UntoldRefund> {
    Ok(UntoldRefund {
        id: row.get(1)?,
        order: row.get(2)?,
        payment: row.get(3)?,
        status: row.get(4)?,
        reason: row.get(5)?,
        amount: row.get(6)?,
        why: read_reason(row, 7, 8, 9)?,
    })
}
