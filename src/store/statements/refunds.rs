//! Refunds: money that must go back, and how far each refund has come.

use super::audit::read_reason;
use crate::domain::{
    BankReference, GatewayName, Instant, OrderId, OrderNumber, PaymentId, RefundId, RefundReason,
    RefundStatus, Rupiah, WrittenReason,
};
use crate::store::engine::{Reader, StoredRow, first, from_row, sql};
use crate::store::error::StoreError;

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
        let after = after.unwrap_or(RefundId(0));
        self.all(page, &[&filter.status, &filter.order, &after, &limit], read)
    }

    /// The order of a refund; `None` if there is no such refund.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_of_refund(&self, refund: RefundId) -> Result<Option<OrderId>, StoreError> {
        self.one(sql!("refund_order"), &[&refund], first)
    }

    /// The order of a payment; `None` if there is no such payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_of_payment(&self, payment: PaymentId) -> Result<Option<OrderId>, StoreError> {
        self.one(sql!("payment_order"), &[&payment], first)
    }
}

fn read(row: &StoredRow<'_>) -> Result<RefundRow, StoreError> {
    Ok(from_row!(row => RefundRow {
        id, order: "number", payment: "payment_id", gateway, status, reason, amount, declined, bank_reference,
        due_since: "created_at", moved_at, why = read_reason(row, "why", "code", "params")?,
    }))
}
