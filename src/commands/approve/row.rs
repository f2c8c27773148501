//! How approvals are shown.

use serde::Serialize;

use crate::domain::values::string_enum::string_enum;
use crate::domain::{OrderNumber, OrderStatus, PaymentId, Rupiah, Zone};
use crate::output::{Column, Row, Severity, Summary};

string_enum! {
    /// The result.
    pub(super) enum ApproveAction {
        Approved = "approved",
        WouldApprove = "would_approve",
        Refused = "refused",
        /// The gateway has the money, so nothing was booked by hand.
        FoundPaid = "found_paid",
    }
}

/// One order. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct ApprovedRow {
    pub(super) order: OrderNumber,
    /// None if the order does not exist.
    pub(super) status: Option<OrderStatus>,
    pub(super) status_after: Option<OrderStatus>,
    /// The payment that was booked.
    pub(super) payment: Option<PaymentId>,
    pub(super) amount: Option<Rupiah>,
    pub(super) action: ApproveAction,
    pub(super) reason: String,
}

impl Row for ApprovedRow {
    fn columns() -> &'static [Column] {
        const {
            &[
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
            "order",
            "status",
            "status_after",
            "payment",
            "amount",
            "action",
            "reason",
        ]
    }

    fn cells(&self, _: Zone) -> Vec<String> {
        let status = match (self.status, self.status_after) {
            (Some(before), Some(after)) if before != after => format!("{before} → {after}"),
            (status, _) => status.map(|status| status.to_string()).unwrap_or_default(),
        };
        vec![
            self.order.to_string(),
            status,
            self.payment.map(|id| id.to_string()).unwrap_or_default(),
            self.amount.map(|sum| sum.to_string()).unwrap_or_default(),
            self.action.word().to_owned(),
            self.reason.clone(),
        ]
    }

    fn severity(&self) -> Severity {
        match self.action {
            ApproveAction::Approved | ApproveAction::WouldApprove => Severity::Mended,
            ApproveAction::Refused | ApproveAction::FoundPaid => Severity::Person,
        }
    }
}

/// The totals. Fields are only ever added.
#[derive(Debug, Default, Serialize)]
pub(super) struct ApproveSummary {
    approved: u64,
    would_approve: u64,
    refused: u64,
    /// Found paid at the gateway; nothing was booked by hand.
    found_paid: u64,
    /// The sum booked, or that would be booked.
    amount: Rupiah,
}

impl ApproveSummary {
    pub(super) fn add(&mut self, row: &ApprovedRow) {
        match row.action {
            ApproveAction::Approved => self.approved += 1,
            ApproveAction::WouldApprove => self.would_approve += 1,
            ApproveAction::Refused => self.refused += 1,
            ApproveAction::FoundPaid => self.found_paid += 1,
        }
        self.amount = self.amount + row.amount.unwrap_or_default();
    }
}

impl Summary for ApproveSummary {
    fn line(&self) -> String {
        let found_paid = match self.found_paid {
            0 => String::new(),
            many => format!(", {many} found paid"),
        };
        format!(
            "{} approved, {} would be approved, {} refused{found_paid}; {} in total",
            self.approved, self.would_approve, self.refused, self.amount
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::reference::check_words;

    #[test]
    fn the_schema_has_every_word() {
        let words: Vec<&str> = ApproveAction::ALL.iter().map(|word| word.word()).collect();
        check_words("approve_action", &words);
    }
}
