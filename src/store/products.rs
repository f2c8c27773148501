//! Setting products: what is sold, and on which terms.

use super::engine::Tx;
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::{Actor, Event, EventSubject};
use super::statements::products;
use super::writing::Store;
use crate::domain::order::terms::difference;
use crate::domain::{Instant, Product, ProductUpdate, Reason, Sku};

/// The result of setting a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductSet {
    Created(Product),
    Changed {
        before: Product,
        after: Product,
    },
    /// Nothing differs; nothing was written.
    Unchanged(Product),
}

/// Why a product was not set; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ProductError {
    #[error("{0} is new and needs a price")]
    NoPrice(Sku),
    #[error("{sku} cannot have a capacity of {wanted}: {held} are held and {sold} are sold")]
    CapacityInUse {
        sku: Sku,
        held: i64,
        sold: i64,
        wanted: i64,
    },
    // Not transparent: a failure's hint and exit are found by this cause.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl Store {
    /// Creates a product or changes the terms of an existing one. Orders keep the prices they were placed at.
    ///
    /// # Errors
    /// See [`ProductError`].
    pub fn set_product(
        &self,
        permit: &WritePermit,
        sku: &Sku,
        change: &ProductUpdate,
        now: Instant,
        actor: &str,
    ) -> Result<ProductSet, ProductError> {
        // Refuses before anything is written.
        self.transact(permit, |tx| {
            match set(tx, sku, change, Actor { actor, now }) {
                Err(ProductError::Store(error)) => Err(error),
                decided => Ok(decided),
            }
        })?
    }
}

fn set(
    tx: &Tx<'_>,
    sku: &Sku,
    change: &ProductUpdate,
    by: Actor<'_>,
) -> Result<ProductSet, ProductError> {
    let record = |why: &Reason| {
        let event = Event::new(EventSubject::Product, why);
        event.to(sku.as_str()).write(tx, by)
    };
    let Some(before) = tx.product(sku)? else {
        let terms = change
            .create(sku)
            .ok_or_else(|| ProductError::NoPrice(sku.clone()))?;
        let product = Product {
            sku: sku.clone(),
            terms,
            held: 0,
            sold: 0,
        };
        refuse_capacity(&product)?;
        products::add(tx, &product)?;
        record(&Reason::ProductCreated)?;
        return Ok(ProductSet::Created(product));
    };
    let after = Product {
        terms: change.apply(&before.terms),
        ..before.clone()
    };
    if after == before {
        return Ok(ProductSet::Unchanged(before));
    }
    refuse_capacity(&after)?;
    products::change(tx, &after)?;
    let terms = difference(&before.terms, &after.terms);
    record(&Reason::ProductChanged { terms })?;
    Ok(ProductSet::Changed { before, after })
}

fn refuse_capacity(product: &Product) -> Result<(), ProductError> {
    match product.terms.capacity {
        Some(wanted) if wanted < product.held + product.sold => Err(ProductError::CapacityInUse {
            sku: product.sku.clone(),
            held: product.held,
            sold: product.sold,
            wanted,
        }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::Rupiah;
    use crate::store::testing::{Shop, order};

    fn priced(price: i64) -> ProductUpdate {
        ProductUpdate {
            price: Some(Rupiah::from_db(price)),
            ..ProductUpdate::default()
        }
    }

    #[test]
    fn a_product_is_created_once_and_then_changed() {
        let mut shop = Shop::new();
        let change = ProductUpdate {
            name: Some("A seat".to_owned()),
            capacity: Some(Some(3)),
            access: Some(Some(Duration::from_secs(7200))),
            issues_tickets: Some(true),
            ..priced(500)
        };
        assert!(matches!(
            shop.set("seat", &change),
            Ok(ProductSet::Created(_))
        ));
        assert!(matches!(
            shop.set("seat", &change),
            Ok(ProductSet::Unchanged(_))
        ));
        let Ok(ProductSet::Changed { before, after }) = shop.set("seat", &priced(600)) else {
            panic!("a new price is a change");
        };
        assert_eq!(before.terms.price, Rupiah::from_db(500));
        assert_eq!(after.terms.price, Rupiah::from_db(600));
        let kept = shop.product("seat");
        assert_eq!(kept, after);
        assert_eq!(kept.terms.access, Some(Duration::from_secs(7200)));
        assert_eq!(kept.left(), Some(3));
    }

    #[test]
    fn a_new_product_needs_a_price() {
        let mut shop = Shop::new();
        let refused = shop.set("seat", &ProductUpdate::default()).unwrap_err();
        assert_eq!(refused.to_string(), "seat is new and needs a price");
        assert_eq!(
            shop.store.read().product(&"seat".parse().unwrap()).unwrap(),
            None
        );
    }

    #[test]
    fn capacity_cannot_fall_below_held_and_sold() {
        let mut shop = Shop::new();
        shop.sell("seat", 500, Some(5));
        shop.place(&order("INV-1", &[("seat", 2)])).unwrap();
        let free = crate::store::NewOrder {
            total: Some(Rupiah::ZERO),
            ..order("INV-2", &[("seat", 1)])
        };
        shop.place(&free).unwrap();
        let capacity = |wanted| ProductUpdate {
            capacity: Some(Some(wanted)),
            ..ProductUpdate::default()
        };
        let refused = shop.set("seat", &capacity(2)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "seat cannot have a capacity of 2: 2 are held and 1 are sold"
        );
        assert_eq!(shop.product("seat").terms.capacity, Some(5));
        assert!(shop.set("seat", &capacity(3)).is_ok());
        assert!(
            shop.set(
                "other",
                &ProductUpdate {
                    capacity: Some(Some(-1)),
                    ..priced(1)
                }
            )
            .is_err()
        );
    }

    #[test]
    fn products_come_page_by_page() {
        let mut shop = Shop::new();
        for sku in ["c", "a", "b"] {
            shop.sell(sku, 500, None);
        }
        let skus = |after: Option<&str>| -> Vec<String> {
            let after = after.map(|sku| sku.parse().unwrap());
            let page = shop.store.read().products(after.as_ref(), 2).unwrap();
            page.iter().map(|product| product.sku.to_string()).collect()
        };
        assert_eq!(skus(None), ["a", "b"]);
        assert_eq!(skus(Some("b")), ["c"]);
    }
}
