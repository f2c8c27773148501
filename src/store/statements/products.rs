//! Products: what is sold, on which terms, and how much of it is left.

use std::time::Duration;

use crate::domain::{Product, ProductTerms, Sku};
use crate::store::engine::{Reader, StoredRow, ToSql, Tx, from_row, sql};
use crate::store::error::StoreError;

impl Reader {
    /// The product with this SKU.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn product(&self, sku: &Sku) -> Result<Option<Product>, StoreError> {
        self.one(sql!("product_by_sku"), &[&sku], read)
    }

    /// At most `limit` products by SKU, starting after `after` or at the first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn products(&self, after: Option<&Sku>, limit: u32) -> Result<Vec<Product>, StoreError> {
        let after = after.map_or("", Sku::as_str);
        self.all(sql!("products_page"), &[&after, &limit], read)
    }
}

fn read(row: &StoredRow<'_>) -> Result<Product, StoreError> {
    let seconds = |seconds: i64| Duration::from_secs(seconds.unsigned_abs());
    Ok(from_row!(row => Product {
        sku,
        terms = from_row!(row => ProductTerms {
            name, price, capacity,
            access = row.get::<Option<i64>>("access_seconds")?.map(seconds),
            access_from, issues_tickets, resaleable, late_money,
        }),
        held, sold,
    }))
}

pub(in crate::store) fn add(tx: &Tx<'_>, product: &Product) -> Result<(), StoreError> {
    write(tx, sql!("add_product"), product)
}

pub(in crate::store) fn change(tx: &Tx<'_>, product: &Product) -> Result<(), StoreError> {
    write(tx, sql!("change_product"), product)
}

fn write(tx: &Tx<'_>, sql: &'static str, product: &Product) -> Result<(), StoreError> {
    let terms = &product.terms;
    let seconds = |access: Duration| i64::try_from(access.as_secs()).unwrap_or(i64::MAX);
    let row: [&dyn ToSql; 9] = [
        &terms.name,
        &terms.price,
        &terms.capacity,
        &terms.access.map(seconds),
        &terms.access_from,
        &terms.issues_tickets,
        &terms.resaleable,
        &terms.late_money,
        &product.sku,
    ];
    tx.change(sql, &row)
}
