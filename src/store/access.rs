//! Starting the time of granted access, and revoking it.

use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::access;
use super::statements::access_terms::{granted, reschedule};
use super::statements::audit::{Actor, Event, EventSubject};
use super::writing::Store;
use crate::domain::entitlement::access::term;
use crate::domain::{AccessGrant, AccessState, Instant, OrderId, Reason, Sku};

impl Store {
    /// Starts the time of a grant that was waiting for its first use, and returns the end of that time. `None`: the
    /// grant is no longer waiting.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn start_access(
        &self,
        permit: &WritePermit,
        grant: &AccessGrant,
        by: Actor<'_>,
    ) -> Result<Option<Instant>, StoreError> {
        self.transact(permit, |tx| {
            let (start, end) = term(grant.span, by.now, None);
            if !access::start(tx, grant.id, (start, end))? {
                return Ok(None);
            }
            let sku = grant.sku.clone();
            let why = Reason::AccessFirstUsed { sku };
            let event = Event::new(EventSubject::HandedOut, &why).order(grant.order);
            event.to(AccessState::Running.word()).write(tx, by)?;
            Ok(Some(end))
        })
    }

    /// Revokes for good what an order gives of a product; the buyer's later access to it moves forward. Returns the
    /// number of revoked grants: 0 if the order gives none or they are revoked already.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn revoke_access(
        &self,
        permit: &WritePermit,
        order: OrderId,
        product: &Sku,
        reason: &str,
        by: Actor<'_>,
    ) -> Result<usize, StoreError> {
        self.transact(permit, |tx| {
            let revoked = access::revoke(tx, order, product, by)?;
            if revoked > 0 {
                let mut products = granted(tx, order)?;
                products.retain(|granted| granted.sku == *product);
                reschedule(tx, order, &products, &[], by)?;
                let why = Reason::AccessRevoked {
                    sku: product.clone(),
                    words: reason.to_owned(),
                };
                let event = Event::new(EventSubject::HandedOut, &why).order(order);
                event.to(AccessState::Revoked.word()).write(tx, by)?;
            }
            Ok(revoked)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Customer;
    use crate::domain::ProductUpdate;
    use crate::store::NewOrder;
    use crate::store::sql;
    use crate::store::testing::{HOUR, NOW, Shop, order};

    /// A shop with one order of two units of one hour each.
    fn shop() -> Shop {
        let mut shop = Shop::new();
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
