//! Refunds: money that must go back, and how far each refund has come.

use rusqlite::{OptionalExtension, Row, params};

use super::connection::Reader;
use super::error::StoreError;
use super::events::read_reason;
use super::sql;
use crate::domain::{
    BankReference, GatewayName, Instant, OrderId, OrderNumber, PaymentId, RefundId, RefundReason,
    RefundStatus, Rupiah, WrittenReason,
};

/// Which refunds a list shows. A field that is `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefundFilter {
    pub status: Option<RefundStatus>,
    pub order: Option<OrderNumber>,
    /// Include refunds that are finished.
    pub finished: bool,
}

/// One row of a list of refunds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRow {
    pub id: RefundId,
    pub order: OrderNumber,
    pub payment: PaymentId,
    pub gateway: GatewayName,
    pub status: RefundStatus,
    pub reason: RefundReason,
    pub amount: Rupiah,
    pub declined: bool,
    pub bank_reference: Option<BankReference>,
    /// Since when it is due.
    pub due_since: Instant,
    pub moved_at: Instant,
    pub why: WrittenReason,
}

impl Reader {
    /// At most `limit` refunds, the longest due first, starting after `after` or at the first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn refunds_page(
        &self,
        filter: &RefundFilter,
        after: Option<RefundId>,
        limit: u32,
    ) -> Result<Vec<RefundRow>, StoreError> {
        let page = if filter.finished {
            sql!("refunds_page")
        } else {
            sql!("refunds_unfinished_page")
        };
        let mut statement = self.connection().prepare_cached(page)?;
        let after = after.unwrap_or(RefundId(0));
        let found =
            statement.query_map(params![filter.status, filter.order, after, limit], read)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The order of a refund; `None` if there is no such refund.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_of_refund(&self, refund: RefundId) -> Result<Option<OrderId>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("refund_order"))?;
        Ok(statement.query_row([refund], |row| row.get(0)).optional()?)
    }

    /// The order of a payment; `None` if there is no such payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_of_payment(&self, payment: PaymentId) -> Result<Option<OrderId>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("payment_order"))?;
        Ok(statement
            .query_row([payment], |row| row.get(0))
            .optional()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<RefundRow> {
    Ok(RefundRow {
        id: row.get(0)?,
        order: row.get(1)?,
        payment: row.get(2)?,
        gateway: row.get(3)?,
        status: row.get(4)?,
        reason: row.get(5)?,
        amount: row.get(6)?,
        declined: row.get(7)?,
        bank_reference: row.get(8)?,
        due_since: row.get(9)?,
        moved_at: row.get(10)?,
        why: read_reason(row, 11, 12, 13)?,
    })
}
