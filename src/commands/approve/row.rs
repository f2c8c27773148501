//! How approvals are shown.

use serde::Serialize;

use crate::domain::{OrderNumber, OrderStatus, PaymentId, Rupiah, Zone, string_enum};
use crate::output::counted::tally;
use crate::output::{Cell as _, Severity, Summary, row};

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

row! {
    /// One order. Fields are only ever added.
    pub(super) struct ApprovedRow {
        pub(super) order: OrderNumber => text("Order"),
        /// None if the order does not exist.
        pub(super) status: Option<OrderStatus> => text("Order status", Self::status),
        pub(super) status_after: Option<OrderStatus>,
        /// The payment that was booked.
        pub(super) payment: Option<PaymentId> => text("Payment"),
        pub(super) amount: Option<Rupiah> => number("Amount"),
        pub(super) action: ApproveAction => text("Action"),
        pub(super) reason: String => prose("Reason"),
    }
    hides "Payment", "Order status", "Amount";
    severity Self::urgency;
}

impl ApprovedRow {
    fn status(&self, zone: Zone) -> String {
        match (self.status, self.status_after) {
            (Some(before), Some(after)) if before != after => format!("{before} → {after}"),
            (status, _) => status.cell(zone),
        }
    }

    fn urgency(&self) -> Severity {
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
    /// The payments that were added.
    #[serde(skip)]
    added: Vec<PaymentId>,
}

impl ApproveSummary {
    pub(super) fn add(&mut self, row: &ApprovedRow) {
        match row.action {
            ApproveAction::Approved => {
                self.approved += 1;
                self.added.extend(row.payment);
            }
            ApproveAction::WouldApprove => self.would_approve += 1,
            ApproveAction::Refused => self.refused += 1,
            ApproveAction::FoundPaid => self.found_paid += 1,
        }
        self.amount = self.amount + row.amount.unwrap_or_default();
    }
}

impl Summary for ApproveSummary {
    fn line(&self) -> String {
        let results = [
            (self.approved, "approved"),
            (self.would_approve, "would be approved"),
            (self.refused, "refused"),
            (self.found_paid, "found paid"),
        ];
        format!(
            "{}; {} in total",
            tally(&results, "nothing to approve"),
            self.amount
        )
    }

    /// How an approval is taken back.
    fn next(&self) -> Vec<String> {
        match self.added.as_slice() {
            [] => Vec::new(),
            [one] => vec![format!("payctl approve --withdraw {one} (to undo)")],
            _ => vec!["payctl approve --withdraw PAYMENT (to undo one)".to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::reference::check_words;

    #[test]
    fn the_schema_has_every_word() {
        check_words::<ApproveAction>("approve_action");
    }
}
