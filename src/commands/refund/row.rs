//! How refunds and decisions about them are shown.

use std::time::Duration;

use serde::Serialize;

use crate::commands::operator::roughly;
use crate::commands::reason_code::ReasonCode;
use crate::domain::{
    BankReference, Dossier, GatewayName, Instant, OrderNumber, OrderStatus, PaymentId, RefundId,
    RefundReason, RefundStatus, Rupiah, string_enum,
};
use crate::output::counted::tally;
use crate::output::{Severity, Summary, row};
use crate::store::RefundRow;

row! {
    /// A refund in a list. Fields are only ever added.
    pub(super) struct ListedRefund {
        refund: RefundId => text("Refund"),
        order: OrderNumber => text("Order"),
        payment: PaymentId => text("Payment"),
        gateway: GatewayName => text("Gateway"),
        amount: Rupiah => number("Amount"),
        status: RefundStatus => text("Status"),
        reason: RefundReason => text("Reason"),
        /// An operator decided to keep the money.
        declined: bool,
        bank_reference: Option<BankReference>,
        due_since: Instant,
        due_for_seconds: u64 => text("Due for", |row, _| row.due_for()),
        moved_at: Instant,
        why: String => prose("Why"),
        #[serde(flatten)]
        code: ReasonCode,
    }
    hides "Payment", "Gateway", "Reason", "Due for";
    severity Self::urgency;
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
    /// How long a refund that is not finished has been due.
    fn due_for(&self) -> String {
        match self.status {
            RefundStatus::Done
            | RefundStatus::Failed
            | RefundStatus::Rejected
            | RefundStatus::External => String::new(),
            RefundStatus::Due
            | RefundStatus::Approved
            | RefundStatus::Sent
            | RefundStatus::Unknown => roughly(Duration::from_secs(self.due_for_seconds)),
        }
    }

    fn urgency(&self) -> Severity {
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

row! {
    /// A decision about one refund. Fields are only ever added.
    pub(super) struct DecidedRefund {
        pub(super) refund: RefundId => text("Refund"),
        /// None if the refund does not exist.
        pub(super) order: Option<OrderNumber> => text("Order"),
        pub(super) order_status: Option<OrderStatus>,
        pub(super) order_status_after: Option<OrderStatus> => text("Order status"),
        pub(super) payment: Option<PaymentId> => text("Payment"),
        pub(super) amount: Option<Rupiah> => number("Amount"),
        pub(super) status: Option<RefundStatus>,
        pub(super) status_after: Option<RefundStatus>,
        pub(super) action: RefundAction => text("Action"),
        pub(super) reason: String => prose("Reason"),
    }
    hides "Payment", "Order status", "Amount";
    severity Self::urgency;
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
    fn urgency(&self) -> Severity {
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
        let results = [(self.decided, "decided"), (self.refused, "refused")];
        format!(
            "{}; {} in total",
            tally(&results, "nothing to decide"),
            self.amount
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::reference::check_words;

    #[test]
    fn the_schema_has_every_word() {
        check_words::<RefundAction>("refund_action");
    }
}
