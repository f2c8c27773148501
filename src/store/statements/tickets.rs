//! Issued tickets.

use super::audit::Actor;
use crate::domain::operator::revoke::HeldTicket;
use crate::domain::{
    GatewayName, Instant, OrderId, OrderNumber, Redemption, Sku, Ticket, TicketCode, TicketId,
    TicketTotals,
};
use crate::store::engine::{Reader, StoredRow, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// Which tickets a list shows. A field that is `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFilter {
    pub order: Option<OrderNumber>,
    pub product: Option<Sku>,
    /// Its order has a payment at this gateway.
    pub gateway: Option<GatewayName>,
    /// Issued at this instant or later.
    pub since: Option<Instant>,
    /// Issued before it.
    pub until: Option<Instant>,
}

impl Reader {
    /// The ticket with this code.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn ticket(&self, code: &TicketCode) -> Result<Option<Ticket>, StoreError> {
        self.one(sql!("ticket_by_code"), &[&code], read)
    }

    /// At most `limit` tickets in the order they were issued, starting after `after` or at the first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn tickets_page(
        &self,
        filter: &TicketFilter,
        after: Option<TicketId>,
        limit: u32,
    ) -> Result<Vec<Ticket>, StoreError> {
        let (product, after) = (&filter.product, after.unwrap_or(TicketId(0)));
        let (gateway, since, until) = (&filter.gateway, &filter.since, &filter.until);
        match &filter.order {
            Some(order) => self.all(
                sql!("tickets_page_of_order"),
                &[order, &after, product, gateway, since, until, &limit],
                read,
            ),
            None => self.all(
                sql!("tickets_page"),
                &[product, gateway, &after, since, until, &limit],
                read,
            ),
        }
    }

    /// The number of tickets of an order, by state.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn ticket_count(&self, order: OrderId) -> Result<TicketTotals, StoreError> {
        self.only(sql!("ticket_count"), &[&order], |row| {
            Ok(TicketTotals {
                good: row.count("good")?,
                redeemed: row.count("redeemed")?,
                suspended: row.count("suspended")?,
                revoked: row.count("revoked")?,
            })
        })
    }

    /// At most `limit` tickets of an order, line by line.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn tickets_of_order(&self, order: OrderId, limit: u32) -> Result<Vec<Ticket>, StoreError> {
        self.all(sql!("tickets_of_order"), &[&order, &limit], read)
    }

    /// A ticket of an order, with what is needed to decide whether it can be revoked.
    pub(in crate::store) fn held_ticket(
        &self,
        order: OrderId,
        code: &TicketCode,
    ) -> Result<Option<HeldTicket>, StoreError> {
        let found = self.ticket(code)?.filter(|ticket| ticket.order == order);
        let Some(ticket) = found else {
            return Ok(None);
        };
        Ok(Some(HeldTicket {
            good: self.ticket_count(order)?.good,
            frees_unit: self.only(sql!("ticket_frees_unit"), &[&ticket.id], first)?,
            ticket,
        }))
    }
}

fn read(row: &StoredRow<'_>) -> Result<Ticket, StoreError> {
    Ok(from_row!(row => Ticket {
        id, code, order: "order_id", order_number: "number", sku, product_name: "name", unit, issued_at, suspended_at,
        revoked_at,
        redeemed = match row.get("redeemed_at")? {
            Some(at) => Some(Redemption { at, by: row.get("redeemed_by")? }),
            None => None,
        },
    }))
}

/// Makes a redeemed ticket good again.
pub(in crate::store) fn unredeem(tx: &Tx<'_>, ticket: TicketId) -> Result<(), StoreError> {
    tx.exec(sql!("unredeem_ticket"), &[&ticket])?;
    Ok(())
}

/// Redeems a valid ticket. `false`: it is not valid.
pub(in crate::store) fn redeem(
    tx: &Tx<'_>,
    code: &TicketCode,
    door: &str,
    by: Actor<'_>,
) -> Result<bool, StoreError> {
    Ok(tx.exec(sql!("redeem_ticket"), &[&by.now, &door, &code])? == 1)
}
