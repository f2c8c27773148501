//! Reads orders: one by its number, all page by page, or one with everything that belongs to it.

use std::collections::BTreeMap;

use super::audit::read_reason;
use super::rows;
use crate::domain::{
    AccessGrant, AuditEntry, Customer, Dossier, EffectId, GatewayName, HookOutput, Instant, Order,
    OrderId, OrderNotes, OrderNumber, OrderStatus, ReservedAmount, Rupiah, Sku, Ticket,
    TicketTotals,
};
use crate::store::engine::{Reader, StoredRow, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// At most this many tickets and grants are read together with an order; their own lists have all of them.
pub(super) const MAX_HANDED_OUT: u32 = 500;

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
    pub customer: Customer,
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
    pub notes: OrderNotes,
    /// What its hooks have said, by their effects.
    pub outputs: BTreeMap<EffectId, HookOutput>,
    /// The id by which the customer can be erased; `None` if nothing is known of anybody.
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

/// A new order after its first judgment, or the identical order that was placed before in its current state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub id: OrderId,
    /// `false`: this very order had been placed before, and nothing was written.
    pub is_new: bool,
    /// `Pending` for a new order, or `Fulfilled` if there is nothing to pay.
    pub status: OrderStatus,
    pub total: Rupiah,
    pub expires_at: Instant,
}

impl Reader {
    /// Whether the file contains any order.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn has_orders(&self) -> Result<bool, StoreError> {
        self.exists(sql!("any_order"), &[])
    }

    /// The token that stands for an order's customer; `None` if there is no such order.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn session_of(&self, number: &OrderNumber) -> Result<Option<String>, StoreError> {
        self.one(sql!("order_session"), &[&number], first)
    }

    /// The order with this number.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_by_number(&self, number: &OrderNumber) -> Result<Option<Order>, StoreError> {
        self.one(sql!("order_by_number"), &[&number], rows::order)
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
        let (status, gateway, product) = (&filter.status, &filter.gateway, &filter.product);
        let (older, newer) = (&filter.older_than, &filter.newer_than);
        if let Some(asked) = &filter.asked {
            return self.all(
                sql!("orders_asked_page"),
                &[
                    asked, status, gateway, product, older, newer, &before, &limit,
                ],
                order_row,
            );
        }
        let page = match status {
            Some(OrderStatus::Pending) => {
                return self.all(
                    sql!("orders_pending_page"),
                    &[gateway, product, older, newer, &before, &limit],
                    order_row,
                );
            }
            Some(OrderStatus::Paid | OrderStatus::Cancelled | OrderStatus::Refunded) => {
                sql!("orders_rare_page")
            }
            Some(OrderStatus::Fulfilled | OrderStatus::Expired) | None => sql!("orders_page"),
        };
        self.all(
            page,
            &[status, gateway, product, older, newer, &before, &limit],
            order_row,
        )
    }

    /// At most `limit` orders by number, starting after `after` or at the first. Does not filter by the amount that was
    /// asked.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn orders_by_number(
        &self,
        filter: &OrderFilter,
        after: Option<&Order>,
        limit: u32,
    ) -> Result<Vec<OrderRow>, StoreError> {
        let (status, gateway, product) = (&filter.status, &filter.gateway, &filter.product);
        let (older, newer) = (&filter.older_than, &filter.newer_than);
        // No number is empty.
        let after = after.map_or("", |order| order.number.as_str());
        self.all(
            sql!("orders_by_number_page"),
            &[status, gateway, product, older, newer, &after, &limit],
            order_row,
        )
    }

    /// At most `limit` orders that wait for money, those first whose time ends first, starting after `after` or at the
    /// first. Does not filter by status, nor by the amount that was asked.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn orders_by_deadline(
        &self,
        filter: &OrderFilter,
        after: Option<&Order>,
        limit: u32,
    ) -> Result<Vec<OrderRow>, StoreError> {
        let (gateway, product) = (&filter.gateway, &filter.product);
        let (older, newer) = (&filter.older_than, &filter.newer_than);
        let first = (Instant::from_millis(i64::MIN), OrderId(i64::MIN));
        let (at, id) = after.map_or(first, |order| (order.expires_at, order.id));
        self.all(
            sql!("orders_by_deadline_page"),
            &[gateway, product, older, newer, &at, &id, &limit],
            order_row,
        )
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
        let Some(dossier) = self.dossier_by_number(number.as_str())? else {
            return Ok(None);
        };
        let order = dossier.order.id;
        let (customer, is_late, customer_id) =
            self.only(sql!("order_customer"), &[&order], |row| {
                let customer = customer(row)?;
                Ok((customer, row.get("is_late")?, row.get("customer_id")?))
            })?;
        let mut trail = self.order_trail(order, None, trail_most)?;
        trail.reverse();
        let has_earlier = match trail.first() {
            Some(first) => !self.order_trail(order, Some(first.id), 1)?.is_empty(),
            None => false,
        };
        Ok(Some(OrderDetails {
            tickets: self.tickets_of_order(order, MAX_HANDED_OUT)?,
            ticket_count: self.ticket_count(order)?,
            access: self.access_of_order(order, None, MAX_HANDED_OUT)?,
            access_count: self.access_count(order)?,
            notes: self.notes_of(order)?,
            outputs: (self.outputs(order)?.into_iter())
                .map(|(effect, _, output)| (effect, output))
                .collect(),
            dossier,
            customer,
            customer_id,
            is_late,
            trail,
            has_earlier,
        }))
    }

    /// Everything known about the order with this number.
    pub(in crate::store) fn dossier_by_number(
        &self,
        number: &str,
    ) -> Result<Option<Dossier>, StoreError> {
        let order: Option<OrderId> = self.one(sql!("order_by_number"), &[&number], first)?;
        order.map_or(Ok(None), |order| self.dossier(order))
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
        self.all(sql!("order_events"), &[&order, &before, &limit], trail_line)
    }

    /// The customer of an order; nothing of one who was erased.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn customer_of(&self, order: OrderId) -> Result<Customer, StoreError> {
        self.only(sql!("order_customer"), &[&order], customer)
    }

    /// Number, status and deadline of an order.
    pub(in crate::store) fn order_head(
        &self,
        order: OrderId,
    ) -> Result<(OrderNumber, OrderStatus, Instant), StoreError> {
        self.only(sql!("order_head"), &[&order], |row| {
            Ok((
                row.get("number")?,
                row.get("status")?,
                row.get("expires_at")?,
            ))
        })
    }

    /// The unique amounts in a range that other orders are asked for, or were asked for after `rested`.
    pub(in crate::store) fn asked_between(
        &self,
        (least, most): (Rupiah, Rupiah),
        order: OrderId,
        rested: Instant,
        limit: i64,
    ) -> Result<Vec<ReservedAmount>, StoreError> {
        self.all(
            sql!("asked_between"),
            &[&least, &most, &order, &rested, &limit],
            |row| Ok(from_row!(row => ReservedAmount { amount, is_waiting, asked_at })),
        )
    }

    /// The digest of the record by which an order was imported. The outer `Option` is `None` if the number is free; the
    /// inner one if the order was not imported.
    pub(in crate::store) fn import_digest(
        &self,
        number: &OrderNumber,
    ) -> Result<Option<Option<String>>, StoreError> {
        self.one(sql!("order_origin"), &[&number], first)
    }

    /// The order with this number, and the digest by which it was placed.
    pub(in crate::store) fn placed_order(
        &self,
        number: &OrderNumber,
    ) -> Result<Option<(Placed, Option<String>)>, StoreError> {
        self.one(sql!("placed_order"), &[&number], |row| {
            let placed = from_row!(row => Placed {
                id, is_new = false, status, total, expires_at,
            });
            Ok((placed, row.get("placed_digest")?))
        })
    }
}

pub(in crate::store) fn keep_placed_digest(
    tx: &Tx<'_>,
    order: OrderId,
    digest: &str,
) -> Result<(), StoreError> {
    tx.change(sql!("keep_placed_digest"), &[&digest, &order])
}

pub(super) fn order_row(row: &StoredRow<'_>) -> Result<OrderRow, StoreError> {
    Ok(from_row!(row => OrderRow {
        order = rows::order(row)?,
        customer = from_row!(row => Customer {
            name: "customer_name", email: "customer_email", phone: "customer_phone",
        }),
        units, payments, received, gone_back, open_cases, asked,
    }))
}

pub(super) fn customer(row: &StoredRow<'_>) -> Result<Customer, StoreError> {
    Ok(from_row!(row => Customer { name, email, phone }))
}

pub(super) fn trail_line(row: &StoredRow<'_>) -> Result<AuditEntry, StoreError> {
    Ok(from_row!(row => AuditEntry {
        id, at, actor, what, payment: "payment_id", from: "from_word", to: "to_word", rule, amount,
        why = read_reason(row, "why", "code", "params")?,
    }))
}
