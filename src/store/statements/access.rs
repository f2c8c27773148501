//! Granted access: who may use what.

use std::time::Duration;

use super::audit::Actor;
use crate::domain::{
    AccessGrant, Customer, GatewayName, GrantId, Instant, OrderId, OrderLineId, PendingAccess, Sku,
};
use crate::store::engine::{Reader, StoredRow, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// Which grants a list shows. A field that is `None` does not filter.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AccessFilter {
    /// An email address; upper and lower case do not matter.
    pub user: Option<String>,
    pub product: Option<Sku>,
    /// Its order has a payment at this gateway.
    pub gateway: Option<GatewayName>,
    /// Granted, or where it is pending ordered, at this instant or later.
    pub since: Option<Instant>,
    /// Granted or ordered before it.
    pub until: Option<Instant>,
}

impl Reader {
    /// At most `limit` grants in the order they were given, starting after `after` or at the first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn access_page(
        &self,
        filter: &AccessFilter,
        after: Option<GrantId>,
        limit: u32,
    ) -> Result<Vec<AccessGrant>, StoreError> {
        let (product, after) = (&filter.product, after.unwrap_or(GrantId(0)));
        let (gateway, since, until) = (&filter.gateway, &filter.since, &filter.until);
        match &filter.user {
            Some(user) => self.all(
                sql!("access_page_of_user"),
                &[user, &after, product, gateway, since, until, &limit],
                read,
            ),
            None => self.all(
                sql!("access_page"),
                &[product, gateway, &after, since, until, &limit],
                read,
            ),
        }
    }

    /// At most `limit` lines of orders that wait for the money for their access, starting after `after` or at the first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn pending_access_page(
        &self,
        filter: &AccessFilter,
        after: Option<OrderLineId>,
        limit: u32,
    ) -> Result<Vec<PendingAccess>, StoreError> {
        let (product, after) = (&filter.product, after.unwrap_or(OrderLineId(0)));
        let (user, gateway) = (&filter.user, &filter.gateway);
        let (since, until) = (&filter.since, &filter.until);
        self.all(
            sql!("access_pending_page"),
            &[user, product, gateway, &after, since, until, &limit],
            |row| {
                Ok(from_row!(row => PendingAccess {
                    line: "id", order_number: "number", sku, ordered_at: "created_at", amount,
                    customer = Customer { email: row.get("email")?, ..Customer::default() },
                    span = Duration::from_secs(row.count("seconds")?),
                }))
            },
        )
    }

    /// At most `limit` grants of an order, newest first; for one product, or for all.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn access_of_order(
        &self,
        order: OrderId,
        product: Option<&Sku>,
        limit: u32,
    ) -> Result<Vec<AccessGrant>, StoreError> {
        self.all(sql!("access_of_order"), &[&order, &product, &limit], read)
    }

    /// The number of grants an order has given.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn access_count(&self, order: OrderId) -> Result<u64, StoreError> {
        self.only(sql!("access_count"), &[&order], |row| row.count("access"))
    }

    /// The number of grants that [`Store::revoke_access`](crate::store::Store::revoke_access) would revoke.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn revocable_access(&self, order: OrderId, product: &Sku) -> Result<usize, StoreError> {
        let count: i64 = self.only(sql!("revocable_grants"), &[&order, &product], first)?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// At most `limit` grants of a product that the orders of an email address give, newest first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn access_of_user(
        &self,
        email: &str,
        product: &Sku,
        limit: u32,
    ) -> Result<Vec<AccessGrant>, StoreError> {
        self.all(sql!("access_of_user"), &[&email, &product, &limit], read)
    }

    /// The order whose buyer holds this session token.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_of_session(&self, token: &str) -> Result<Option<OrderId>, StoreError> {
        self.one(sql!("order_by_session"), &[&token], first)
    }
}

fn read(row: &StoredRow<'_>) -> Result<AccessGrant, StoreError> {
    Ok(from_row!(row => AccessGrant {
        id, order: "order_id", order_number: "number", sku,
        customer = Customer { email: row.get("email")?, ..Customer::default() },
        span = Duration::from_secs(row.count("seconds")?),
        issued_at, starts_at, ends_at, suspended_at, revoked_at, amount,
    }))
}

/// Starts the time of a grant. `false`: it no longer waits for its first use.
pub(in crate::store) fn start(
    tx: &Tx<'_>,
    grant: GrantId,
    (start, end): (Instant, Instant),
) -> Result<bool, StoreError> {
    Ok(tx.exec(sql!("start_access"), &[&start, &end, &grant])? == 1)
}

/// Revokes what an order gives of a product, and returns how many grants that were.
pub(in crate::store) fn revoke(
    tx: &Tx<'_>,
    order: OrderId,
    product: &Sku,
    by: Actor<'_>,
) -> Result<usize, StoreError> {
    tx.exec(
        sql!("revoke_grants"),
        &[&by.now, &by.actor, &order, &product],
    )
}
