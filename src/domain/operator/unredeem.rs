//! A ticket that was redeemed by mistake is good again.

use crate::domain::{Dossier, OrderStatus, Ticket, reasons};

reasons! {
    /// Why a ticket stays redeemed.
    pub enum UnredeemRefusal {
        NotRedeemed = "ticket_not_redeemed",
        NotSold(status: OrderStatus) = "ticket_no_longer_sold",
        NotCovered = "ticket_not_covered",
    }
}

impl std::error::Error for UnredeemRefusal {}

/// Whether the ticket may admit its holder once more: only if its order would be given one now.
///
/// # Errors
/// As [`UnredeemRefusal`] says.
pub fn unredeem(dossier: &Dossier, ticket: &Ticket) -> Result<(), UnredeemRefusal> {
    if ticket.redeemed.is_none() || ticket.revoked_at.is_some() {
        return Err(UnredeemRefusal::NotRedeemed);
    }
    match dossier.order.status {
        OrderStatus::Paid | OrderStatus::Fulfilled => {}
        status @ (OrderStatus::Pending
        | OrderStatus::Expired
        | OrderStatus::Cancelled
        | OrderStatus::Refunded) => return Err(UnredeemRefusal::NotSold(status)),
    }
    if !dossier.is_covered() {
        return Err(UnredeemRefusal::NotCovered);
    }
    Ok(())
}
