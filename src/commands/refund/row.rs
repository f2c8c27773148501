//! How refunds and decisions about them are shown.

use serde::Serialize;

use crate::commands::operator::roughly;
use crate::commands::reason_code::ReasonCode;
use crate::domain::values::string_enum::string_enum;
use crate::domain::{
    BankReference, Dossier, GatewayName, Instant, OrderNumber, OrderStatus, PaymentId, RefundId,
    RefundReason, RefundStatus, Rupiah, Zone,
};
use crate::output::{Column, Row, Severity, Summary};
use crate::store::RefundRow;

/// A refund in a list. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct ListedRefund {
    refund: RefundId,
    order: OrderNumber,
    payment: PaymentId,
    gateway: GatewayName,
    amount: Rupiah,
    status: RefundStatus,
    reason: RefundReason,
    /// An operator decided to keep the money.
    declined: bool,
    bank_reference: Option<BankReference>,
    due_since: Instant,
    due_for_seconds: u64,
    moved_at: Instant,
    why: String,
    #[serde(flatten)]
    code: ReasonCode,
}

impl ListedRefund {
    pub(super) fn of(row: RefundRow, now: Instant) -> Self {
        Self {
            refund: row.id,
            order: row.order,
            payment: row.payment,
            gateway: row.gateway,
            amount: row.amount,
            status: row.status,
            reason: row.reason,
            declined: row.declined,
            bank_reference: row.bank_reference,
            due_since: row.due_since,
            due_for_seconds: now.since(row.due_since).as_secs(),
            moved_at: row.moved_at,
            code: (&row.why).into(),
            why: row.why.words,
        }
    }
}

impl Row for ListedRefund {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Refund"),
                Column::text("Order"),
                Column::text("Payment"),
                Column::text("Gateway"),
                Column::number("Amount"),
                Column::text("Status"),
                Column::text("Reason"),
                Column::text("Due for"),
                Column::text("Why"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "refund",
            "order",
            "payment",
            "gateway",
            "amount",
            "status",
            "reason",
            "declined",
            "bank_reference",
            "due_since",
            "due_for_seconds",
            "moved_at",
            "why",
        ]
    }

    fn cells(&self, _: Zone) -> Vec<String> {
        let age = std::time::Duration::from_secs(self.due_for_seconds);
        let due_for = match self.status {
            RefundStatus::Done
            | RefundStatus::Failed
            | RefundStatus::Rejected
            | RefundStatus::External => String::new(),
            RefundStatus::Due
            | RefundStatus::Approved
            | RefundStatus::Sent
            | RefundStatus::Unknown => roughly(age),
        };
        vec![
            self.refund.to_string(),
            self.order.to_string(),
            self.payment.to_string(),
            self.gateway.to_string(),
            self.amount.to_string(),
            self.status.to_string(),
            self.reason.to_string(),
            due_for,
            self.why.clone(),
        ]
    }

    fn severity(&self) -> Severity {
        match self.status {
            RefundStatus::Due | RefundStatus::Unknown => Severity::Person,
            RefundStatus::Approved | RefundStatus::Sent => Severity::Unsure,
            RefundStatus::Done
            | RefundStatus::Failed
            | RefundStatus::Rejected
            | RefundStatus::External => Severity::Calm,
        }
    }
}

string_enum! {
    /// The result of a decision.
    pub(super) enum RefundAction {
        Approved = "approved",
        WouldApprove = "would_approve",
        WouldSend = "would_send",
        /// Sent, but the result is unknown.
        Unknown = "unknown",
        /// The gateway refuses to send it.
        Failed = "failed",
        Done = "done",
        WouldBeDone = "would_be_done",
        Rejected = "rejected",
        WouldReject = "would_reject",
        Refused = "refused",
    }
}

/// A decision about one refund. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct DecidedRefund {
    pub(super) refund: RefundId,
    /// None if the refund does not exist.
    pub(super) order: Option<OrderNumber>,
    pub(super) order_status: Option<OrderStatus>,
    pub(super) order_status_after: Option<OrderStatus>,
    pub(super) payment: Option<PaymentId>,
    pub(super) amount: Option<Rupiah>,
    pub(super) status: Option<RefundStatus>,
    pub(super) status_after: Option<RefundStatus>,
    pub(super) action: RefundAction,
    pub(super) reason: String,
}

impl DecidedRefund {
    /// A refund that stays as it is.
    pub(super) fn of(id: RefundId, dossier: Option<&Dossier>) -> Self {
        let refund = dossier.and_then(|dossier| {
            let mut refunds = dossier.refunds.iter();
            refunds.find(|refund| refund.id == id)
        });
        let order = dossier.map(|dossier| &dossier.order);
        Self {
            refund: id,
            order: order.map(|order| order.number.clone()),
            order_status: order.map(|order| order.status),
            order_status_after: order.map(|order| order.status),
            payment: refund.map(|refund| refund.payment),
            amount: refund.map(|refund| refund.amount),
            status: refund.map(|refund| refund.status),
            status_after: refund.map(|refund| refund.status),
            action: RefundAction::Refused,
            reason: String::new(),
        }
    }
}

impl Row for DecidedRefund {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Refund"),
                Column::text("Order"),
                Column::text("Order status"),
                Column::text("Payment"),
                Column::number("Amount"),
                Column::text("Action"),
                Column::text("Reason"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "refund",
            "order",
            "order_status",
            "order_status_after",
            "payment",
            "amount",
            "status",
            "status_after",
            "action",
            "reason",
        ]
    }

    fn cells(&self, _: Zone) -> Vec<String> {
        fn word<T: ToString>(value: Option<&T>) -> String {
            value.map(T::to_string).unwrap_or_default()
        }
        vec![
            self.refund.to_string(),
            word(self.order.as_ref()),
            word(self.order_status_after.as_ref()),
            word(self.payment.as_ref()),
            word(self.amount.as_ref()),
            self.action.word().to_owned(),
            self.reason.clone(),
        ]
    }

    fn severity(&self) -> Severity {
        match self.action {
            RefundAction::Refused | RefundAction::Failed => Severity::Person,
            RefundAction::Unknown => Severity::Unsure,
            RefundAction::Approved
            | RefundAction::WouldApprove
            | RefundAction::WouldSend
            | RefundAction::Done
            | RefundAction::WouldBeDone
            | RefundAction::Rejected
            | RefundAction::WouldReject => Severity::Mended,
        }
    }
}

/// The totals. Fields are only ever added.
#[derive(Debug, Default, Serialize)]
pub(super) struct RefundDecisionSummary {
    decided: u64,
    refused: u64,
    /// The sum of the refunds decided.
    amount: Rupiah,
}

impl RefundDecisionSummary {
    pub(super) fn add(&mut self, row: &DecidedRefund) {
        if matches!(row.action, RefundAction::Refused | RefundAction::Failed) {
            self.refused += 1;
            return;
        }
        self.decided += 1;
        self.amount = self.amount + row.amount.unwrap_or_default();
    }
}

impl Summary for RefundDecisionSummary {
    fn line(&self) -> String {
        format!(
            "{} decided, {} refused; {} in total",
            self.decided, self.refused, self.amount
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::reference::check_words;

    #[test]
    fn the_schema_has_every_word() {
        let words: Vec<&str> = RefundAction::ALL.iter().map(|word| word.word()).collect();
        check_words("refund_action", &words);
    }
}
