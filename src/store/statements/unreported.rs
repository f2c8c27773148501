//! What waits for a person, and whether a person was told.

use super::audit::read_reason;
use super::runs::RunId;
use crate::domain::{
    CaseId, CaseKind, GatewayName, Instant, OrderId, OrderNumber, PaymentId, RefundId,
    RefundReason, RefundStatus, Rupiah, WrittenReason,
};
use crate::store::engine::{Reader, StoredRow, Tx, first, from_row, sql};
use crate::store::error::StoreError;

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

impl Untold {
    /// How many items that are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.all_cases.len() + self.all_refunds.len()
    }
}

impl Reader {
    /// When a person was last told that an order is kept for a person, or of a case about it that is open: who has read
    /// the case knows.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn kept_told_at(&self, order: OrderId) -> Result<Option<Instant>, StoreError> {
        let told_at = self.one(sql!("kept_told_at"), &[&order], first)?;
        Ok(told_at.flatten())
    }

    /// When a mail last named something new.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn last_mail_at(&self) -> Result<Option<Instant>, StoreError> {
        self.one(sql!("last_mail"), &[], first)
    }

    /// Whether a run has opened something that nobody was told of.
    pub(in crate::store) fn has_untold(&self, run: RunId) -> Result<bool, StoreError> {
        self.only(sql!("has_untold_of"), &[&run.0], first)
    }

    /// Calls back with each open case that nobody was told of, and the run that opened it.
    pub(in crate::store) fn each_untold_case(
        &self,
        mut each: impl FnMut(Option<RunId>, UntoldCase) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(sql!("untold_cases"), &[], |row| {
            each(opened_by(row)?, case(row)?)
        })
    }

    /// Calls back with each refund that nobody was told of, and the run that opened it.
    pub(in crate::store) fn each_untold_refund(
        &self,
        mut each: impl FnMut(Option<RunId>, UntoldRefund) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(sql!("untold_refunds"), &[], |row| {
            each(opened_by(row)?, refund(row)?)
        })
    }

    /// The job of a run that has not recorded its end.
    pub(in crate::store) fn unended_job(&self, run: RunId) -> Result<Option<String>, StoreError> {
        self.one(sql!("job_under_way"), &[&run.0], first)
    }
}

fn opened_by(row: &StoredRow<'_>) -> Result<Option<RunId>, StoreError> {
    Ok(row.get::<Option<i64>>("run_id")?.map(RunId))
}

fn case(row: &StoredRow<'_>) -> Result<UntoldCase, StoreError> {
    Ok(from_row!(row => UntoldCase {
        id, kind, order: "number", payment: "payment_id", gateway, amount,
        facts = read_reason(row, "facts", "code", "params")?,
        opened_at,
    }))
}

fn refund(row: &StoredRow<'_>) -> Result<UntoldRefund, StoreError> {
    Ok(from_row!(row => UntoldRefund {
        id, order: "number", payment: "payment_id", status, reason, amount,
        why = read_reason(row, "why", "code", "params")?,
    }))
}

/// A person was told of all this, and that these orders are kept for a person.
pub(in crate::store) fn record_told(
    tx: &Tx<'_>,
    untold: &Untold,
    kept: &[OrderId],
    now: Instant,
) -> Result<(), StoreError> {
    for case in &untold.all_cases {
        tx.exec(sql!("tell_case"), &[&now, case])?;
    }
    for refund in &untold.all_refunds {
        tx.exec(sql!("tell_refund"), &[&now, refund])?;
    }
    for order in kept {
        tx.exec(sql!("tell_kept"), &[&now, order])?;
    }
    Ok(())
}

/// A mail has named something new.
pub(in crate::store) fn record_mail(tx: &Tx<'_>, now: Instant) -> Result<(), StoreError> {
    tx.exec(sql!("record_mail"), &[&now])?;
    Ok(())
}

/// A person was told of everything that a run has opened.
pub(in crate::store) fn record_told_of(
    tx: &Tx<'_>,
    run: RunId,
    now: Instant,
) -> Result<(), StoreError> {
    for tell in [sql!("tell_cases_of"), sql!("tell_refunds_of")] {
        tx.exec(tell, &[&now, &run.0])?;
    }
    Ok(())
}

/// The latest case and the latest refund at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct LatestRows {
    case: i64,
    refund: i64,
}

impl LatestRows {
    pub(in crate::store) fn of(reader: &Reader) -> Result<Self, StoreError> {
        reader.only(sql!("newest_questions"), &[], |row| {
            Ok(from_row!(row => LatestRows { case: "last_case", refund: "last_refund" }))
        })
    }

    /// Records that everything newer than this belongs to a run.
    pub(in crate::store) fn claim(self, tx: &Tx<'_>, run: RunId) -> Result<(), StoreError> {
        if Self::of(tx)? != self {
            tx.exec(sql!("cases_of_run"), &[&run.0, &self.case])?;
            tx.exec(sql!("refunds_of_run"), &[&run.0, &self.refund])?;
        }
        Ok(())
    }
}
