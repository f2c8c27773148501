//! Granted access: who may use what, starting its time, and revoking it.

use std::time::Duration;

use rusqlite::{OptionalExtension, Row, params};

use super::access_terms::{granted, reschedule};
use super::connection::{Reader, Store};
use super::error::StoreError;
use super::events::{EventRecord, EventSubject, write_event};
use super::permit::WritePermit;
use super::update_order::Actor;
use super::{rows, sql};
use crate::domain::entitlement::access::term;
use crate::domain::{AccessGrant, AccessState, Customer, GrantId, Instant, OrderId, Reason, Sku};

/// Which grants a list shows. A field that is `None` does not filter.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AccessFilter {
    /// An email address; upper and lower case do not matter.
    pub user: Option<String>,
    pub product: Option<Sku>,
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
        let after = after.unwrap_or(GrantId(0));
        if let Some(user) = &filter.user {
            let wanted = params![user, filter.product, after, limit];
            let mut statement = self
                .connection()
                .prepare_cached(sql!("access_page_of_user"))?;
            return Ok(statement
                .query_map(wanted, read)?
                .collect::<Result<_, _>>()?);
        }
        let mut statement = self.connection().prepare_cached(sql!("access_page"))?;
        let found = statement.query_map(params![filter.product, after, limit], read)?;
        Ok(found.collect::<Result<_, _>>()?)
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
        let mut statement = self.connection().prepare_cached(sql!("access_of_order"))?;
        let found = statement.query_map(params![order, product, limit], read)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The number of grants an order has given.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn access_count(&self, order: OrderId) -> Result<u64, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("access_count"))?;
        Ok(statement.query_row([order], |row| rows::count(row, 0))?)
    }

    /// The number of grants that [`Store::revoke_access`] would revoke.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn revocable_access(&self, order: OrderId, product: &Sku) -> Result<usize, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("revocable_grants"))?;
        let count = statement.query_row(params![order, product], |row| rows::count(row, 0))?;
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
        let mut statement = self.connection().prepare_cached(sql!("access_of_user"))?;
        let found = statement.query_map(params![email, product, limit], read)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The order whose buyer holds this session token.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_of_session(&self, token: &str) -> Result<Option<OrderId>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("order_by_session"))?;
        Ok(statement.query_row([token], |row| row.get(0)).optional()?)
    }
}

impl Store {
    /// Starts the time of a grant that was waiting for its first use, and returns the end of that time. `None`: the
    /// grant is no longer waiting.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn start_access(
        &mut self,
        permit: &WritePermit,
        grant: &AccessGrant,
        by: Actor<'_>,
    ) -> Result<Option<Instant>, StoreError> {
        self.transact(permit, |transaction| {
            let (start, end) = term(grant.span, by.now, None);
            let started = transaction
                .prepare_cached(sql!("start_access"))?
                .execute(params![start, end, grant.id])?;
            if started == 0 {
                return Ok(None);
            }
            let sku = grant.sku.clone();
            let why = Reason::AccessFirstUsed { sku };
            write_event(
                transaction,
                &event(grant.order, AccessState::Running, &why, by),
            )?;
            Ok(Some(end))
        })
    }

    /// Revokes for good what an order gives of a product; the buyer's later access to it moves forward. Returns the
    /// number of revoked grants: 0 if the order gives none or they are revoked already.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn revoke_access(
        &mut self,
        permit: &WritePermit,
        order: OrderId,
        product: &Sku,
        reason: &str,
        by: Actor<'_>,
    ) -> Result<usize, StoreError> {
        self.transact(permit, |transaction| {
            let revoked = transaction
                .prepare_cached(sql!("revoke_grants"))?
                .execute(params![by.now, by.actor, order, product])?;
            if revoked > 0 {
                let mut products = granted(transaction, order)?;
                products.retain(|granted| granted.sku == *product);
                reschedule(transaction, order, &products, &[], by)?;
                let why = Reason::AccessRevoked {
                    sku: product.clone(),
                    words: reason.to_owned(),
                };
                write_event(transaction, &event(order, AccessState::Revoked, &why, by))?;
            }
            Ok(revoked)
        })
    }
}

fn event<'a>(order: OrderId, to: AccessState, why: &'a Reason, by: Actor<'a>) -> EventRecord<'a> {
    EventRecord {
        order: Some(order),
        payment: None,
        at: by.now,
        actor: by.actor,
        what: EventSubject::HandedOut,
        from: None,
        to: Some(to.word()),
        rule: None,
        amount: None,
        why,
    }
}

/// Reads a grant from the columns of `access_page.sql`.
fn read(row: &Row<'_>) -> rusqlite::Result<AccessGrant> {
    let seconds: i64 = row.get(5)?;
    Ok(AccessGrant {
        id: row.get(0)?,
        order: row.get(1)?,
        order_number: row.get(2)?,
        sku: row.get(3)?,
        customer: Customer {
            email: row.get(4)?,
            ..Customer::default()
        },
        span: Duration::from_secs(seconds.unsigned_abs()),
        issued_at: row.get(6)?,
        starts_at: row.get(7)?,
        ends_at: row.get(8)?,
        suspended_at: row.get(9)?,
        revoked_at: row.get(10)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ProductUpdate;
    use crate::store::NewOrder;
    use crate::store::orders::shop::{HOUR, NOW, StoreShop, order};

    /// A shop with one order of two units of one hour each.
    fn shop() -> StoreShop {
        let mut shop = StoreShop::open();
        let promising = ProductUpdate {
            price: Some(crate::domain::Rupiah::from_db(0)),
            access: Some(Some(HOUR)),
            ..ProductUpdate::default()
        };
        shop.set("stream", &promising).unwrap();
        let customer = Customer {
            email: Some("Sari@example.com".to_owned()),
            ..Customer::default()
        };
        let new = NewOrder {
            customer,
            ..order("INV-1", &[("stream", 2)])
        };
        shop.place(&new).unwrap();
        shop
    }

    #[test]
    fn access_is_found_by_session_and_by_user() {
        let shop = shop();
        let reader = shop.store.read();
        let token: String = reader
            .connection()
            .query_row("SELECT session_token FROM orders", [], |row| row.get(0))
            .unwrap();
        let order = reader.order_of_session(&token).unwrap().unwrap();
        let sku: Sku = "stream".parse().unwrap();
        let by_order = reader.access_of_order(order, Some(&sku), 10).unwrap();
        let by_user = reader.access_of_user("sari@EXAMPLE.com", &sku, 10).unwrap();
        assert_eq!(by_order, by_user);
        assert_eq!(
            by_order[0].ends_at,
            Some(NOW.saturating_add(HOUR * 2)),
            "two units"
        );
        assert_eq!(reader.order_of_session("").unwrap(), None);
        assert_eq!(reader.access_of_user("", &sku, 10).unwrap(), []);
    }

    #[test]
    fn access_of_a_user_needs_no_scan() {
        let shop = shop();
        for query in [
            sql!("access_of_user"),
            sql!("access_runs_until"),
            sql!("good_terms"),
        ] {
            let explain = format!("EXPLAIN QUERY PLAN {query}");
            let connection = shop.store.read().connection();
            let mut statement = connection.prepare(&explain).unwrap();
            for index in 1..=statement.parameter_count() {
                statement.raw_bind_parameter(index, 1).unwrap();
            }
            let mut rows = statement.raw_query();
            let mut steps: Vec<String> = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                steps.push(row.get(3).unwrap());
            }
            let all = steps.join("\n");
            assert!(all.contains("customers_by_email"), "{all}");
            for table in ["customers", "orders", "order_lines", "grants"] {
                assert!(!all.contains(&format!("SCAN {table}")), "{all}");
            }
        }
    }
}
