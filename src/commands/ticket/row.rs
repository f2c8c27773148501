//! How tickets are shown.

use crate::domain::{Instant, OrderNumber, Sku, Ticket, TicketCode, TicketState};
use crate::output::row;

row! {
    /// A ticket. Fields are only ever added.
    pub(in crate::commands) struct TicketRow {
        pub(super) ticket: TicketCode => text("Ticket"),
        pub(super) order: OrderNumber => text("Order"),
        pub(super) product: Sku => text("Product"),
        pub(super) product_name: String,
        pub(super) unit: u32 => number("Unit"),
        pub(super) status: TicketState => text("Status"),
        pub(super) issued_at: Instant => text("Issued"),
        pub(super) suspended_at: Option<Instant>,
        pub(super) revoked_at: Option<Instant>,
        pub(super) redeemed_at: Option<Instant> => text("Redeemed"),
        pub(super) redeemed_by: Option<String> => prose("By"),
    }
    hides "By", "Issued", "Unit", "Redeemed", "Product", "Order";
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
