//! Reads orders: one by its number, all page by page, or one with everything that belongs to it.

use rusqlite::{OptionalExtension, Params, Row, params};

use super::super::connection::Reader;
use super::super::dossier::dossier;
use super::super::error::StoreError;
use super::super::events::read_reason;
use super::super::{rows, sql};
use crate::domain::{
    AccessGrant, AuditEntry, Customer, Dossier, GatewayName, Instant, Order, OrderId, OrderNumber,
    OrderStatus, Rupiah, Sku, Ticket, TicketTotals,
};

/// At most this many tickets and grants are read together with an order; their own lists have all of them.
pub(in crate::store) const MAX_HANDED_OUT: u32 = 500;

/// Which orders a list shows. A field that is `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    pub status: Option<OrderStatus>,
    /// Has a payment at this gateway.
    pub gateway: Option<GatewayName>,
    /// Has a line of this product.
    pub product: Option<Sku>,
    /// Created before this time.
    pub older_than: Option<Instant>,
    /// Created at this time or later.
    pub newer_than: Option<Instant>,
    /// Waits for exactly this unique amount past the gateways.
    pub asked: Option<Rupiah>,
}

/// One row of a list of orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    pub order: Order,
    pub customer_name: Option<String>,
    /// Over all lines.
    pub units: i64,
    pub payments: i64,
    /// Money received including fees, over all payments.
    pub received: Rupiah,
    /// How much of it was refunded or charged back.
    pub gone_back: Rupiah,
    pub open_cases: i64,
    /// The unique amount that the order waits for past the gateways.
    pub asked: Option<Rupiah>,
}

/// One order with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDetails {
    /// The order, its lines, payments and refunds, and its open cases.
    pub dossier: Dossier,
    pub customer: Customer,
    /// The id by which the customer can be erased; `None` if the shop has named nobody.
    pub customer_id: Option<i64>,
    /// Money that came after the order had expired revived it.
    pub is_late: bool,
    /// The latest events of its audit log, in the order in which they were written.
    pub trail: Vec<AuditEntry>,
    /// Its first tickets, line by line; the list of tickets has all of them.
    pub tickets: Vec<Ticket>,
    pub ticket_count: TicketTotals,
    /// Its latest grants, newest first.
    pub access: Vec<AccessGrant>,
    pub access_count: u64,
    /// There are earlier events; see [`Reader::order_trail`].
    pub has_earlier: bool,
}

impl Reader {
    /// The token that stands for an order's customer; `None` if there is no such order.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn session_of(&self, number: &OrderNumber) -> Result<Option<String>, StoreError> {
        let mut found = self.connection().prepare_cached(sql!("order_session"))?;
        Ok(found.query_row([number], |row| row.get(0)).optional()?)
    }

    /// The order with this number.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_by_number(&self, number: &OrderNumber) -> Result<Option<Order>, StoreError> {
        Ok(self
            .connection()
            .prepare_cached(sql!("order_by_number"))?
            .query_row([number], rows::order)
            .optional()?)
    }

    /// At most `limit` orders, newest first, starting after `before` or at the newest.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn orders_page(
        &self,
        filter: &OrderFilter,
        before: Option<OrderId>,
        limit: u32,
    ) -> Result<Vec<OrderRow>, StoreError> {
        let before = before.unwrap_or(OrderId(i64::MAX));
        let (gateway, product) = (&filter.gateway, &filter.product);
        let (older, newer) = (filter.older_than, filter.newer_than);
        if let Some(asked) = filter.asked {
            let wanted = params![
                asked,
                filter.status,
                gateway,
                product,
                older,
                newer,
                before,
                limit
            ];
            return self.orders(sql!("orders_asked_page"), wanted);
        }
        let query = match filter.status {
            Some(OrderStatus::Pending) => {
                let wanted = params![gateway, product, older, newer, before, limit];
                return self.orders(sql!("orders_pending_page"), wanted);
            }
            Some(OrderStatus::Paid | OrderStatus::Cancelled | OrderStatus::Refunded) => {
                sql!("orders_rare_page")
            }
            Some(OrderStatus::Fulfilled | OrderStatus::Expired) | None => sql!("orders_page"),
        };
        let status = filter.status;
        let wanted = params![status, gateway, product, older, newer, before, limit];
        self.orders(query, wanted)
    }

    fn orders(&self, query: &str, wanted: impl Params) -> Result<Vec<OrderRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(query)?;
        let found = statement.query_map(wanted, order_row)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// An order with everything that belongs to it, from one snapshot, and the latest `trail_most` events of its
    /// audit log.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_details(
        &self,
        number: &OrderNumber,
        trail_most: u32,
    ) -> Result<Option<OrderDetails>, StoreError> {
        let _one_moment = self.snapshot()?;
        let Some(order) = self.order_by_number(number)? else {
            return Ok(None);
        };
        let Some(dossier) = dossier(self.connection(), order.id, self.hooks())? else {
            return Ok(None);
        };
        let (customer, is_late, customer_id) = self
            .connection()
            .prepare_cached(sql!("order_customer"))?
            .query_row([order.id], customer)?;
        let mut trail = self.order_trail(order.id, None, trail_most)?;
        trail.reverse();
        let has_earlier = match trail.first() {
            Some(first) => !self.order_trail(order.id, Some(first.id), 1)?.is_empty(),
            None => false,
        };
        Ok(Some(OrderDetails {
            tickets: self.tickets_of_order(order.id, MAX_HANDED_OUT)?,
            ticket_count: self.ticket_count(order.id)?,
            access: self.access_of_order(order.id, None, MAX_HANDED_OUT)?,
            access_count: self.access_count(order.id)?,
            dossier,
            customer,
            customer_id,
            is_late,
            trail,
            has_earlier,
        }))
    }

    /// At most `limit` events of an order's audit log, newest first, starting after `before` or at the newest.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_trail(
        &self,
        order: OrderId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let before = before.unwrap_or(i64::MAX);
        let mut statement = self.connection().prepare_cached(sql!("order_events"))?;
        let found = statement.query_map(params![order, before, limit], trail_line)?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

fn order_row(row: &Row<'_>) -> rusqlite::Result<OrderRow> {
    Ok(OrderRow {
        order: rows::order(row)?,
        customer_name: row.get(8)?,
        units: row.get(9)?,
        payments: row.get(10)?,
        received: row.get(11)?,
        gone_back: row.get(12)?,
        open_cases: row.get(13)?,
        asked: row.get(14)?,
    })
}

fn customer(row: &Row<'_>) -> rusqlite::Result<(Customer, bool, Option<i64>)> {
    let customer = Customer {
        name: row.get(0)?,
        email: row.get(1)?,
        phone: row.get(2)?,
    };
    Ok((customer, row.get(3)?, row.get(4)?))
}

fn trail_line(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        what: row.get(3)?,
        payment: row.get(4)?,
        from: row.get(5)?,
        to: row.get(6)?,
        rule: row.get(7)?,
        amount: row.get(8)?,
        why: read_reason(row, 9, 10, 11)?,
    })
}
