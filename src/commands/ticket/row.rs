//! How tickets are shown.

use serde::Serialize;

use crate::domain::{Instant, OrderNumber, Sku, Ticket, TicketCode, TicketState, Zone};
use crate::output::{Column, Row, Severity};

/// A ticket. Fields are only ever added.
#[derive(Debug, Clone, Serialize)]
pub(in crate::commands) struct TicketRow {
    pub(super) ticket: TicketCode,
    pub(super) order: OrderNumber,
    pub(super) product: Sku,
    pub(super) product_name: String,
    pub(super) unit: u32,
    pub(super) status: TicketState,
    pub(super) issued_at: Instant,
    pub(super) suspended_at: Option<Instant>,
    pub(super) revoked_at: Option<Instant>,
    pub(super) redeemed_at: Option<Instant>,
    pub(super) redeemed_by: Option<String>,
}

impl From<&Ticket> for TicketRow {
    fn from(ticket: &Ticket) -> Self {
        let redeemed = ticket.redeemed.as_ref();
        Self {
            ticket: ticket.code.clone(),
            order: ticket.order_number.clone(),
            product: ticket.sku.clone(),
            product_name: ticket.product_name.clone(),
            unit: ticket.unit,
            status: ticket.state(),
            issued_at: ticket.issued_at,
            suspended_at: ticket.suspended_at,
            revoked_at: ticket.revoked_at,
            redeemed_at: redeemed.map(|redeemed| redeemed.at),
            redeemed_by: redeemed.map(|redeemed| redeemed.by.clone()),
        }
    }
}

impl Row for TicketRow {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Ticket"),
                Column::text("Order"),
                Column::text("Product"),
                Column::number("Unit"),
                Column::text("Status"),
                Column::text("Issued"),
                Column::text("Redeemed"),
                Column::text("By"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "ticket",
            "order",
            "product",
            "product_name",
            "unit",
            "status",
            "issued_at",
            "suspended_at",
            "revoked_at",
            "redeemed_at",
            "redeemed_by",
        ]
    }

    fn cells(&self, zone: Zone) -> Vec<String> {
        vec![
            self.ticket.to_string(),
            self.order.to_string(),
            self.product.to_string(),
            self.unit.to_string(),
            self.status.to_string(),
            self.issued_at.in_zone(zone),
            self.redeemed_at
                .map(|at| at.in_zone(zone))
                .unwrap_or_default(),
            self.redeemed_by.clone().unwrap_or_default(),
        ]
    }

    fn severity(&self) -> Severity {
        Severity::Calm
    }
}
