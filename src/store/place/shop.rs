//! A shop for tests: a real file, and helpers for what a shop does.

use std::time::Duration;

use tempfile::TempDir;

use super::super::products::{ProductError, ProductSet};
use super::super::{NewOrder, OrderDetails, OrderFilter, PlaceError, Placed};
use super::super::{Store, WritePermit, WriteReason};
use crate::domain::{Customer, ImportLine, Instant, Product, ProductUpdate, Rupiah};

/// A shop with a real file and a permit to write to it.
pub(in crate::store) struct StoreShop {
    pub(in crate::store) store: Store,
    pub(in crate::store) permit: WritePermit,
    folder: TempDir,
}

pub(in crate::store) const NOW: Instant = Instant::from_millis(1_752_811_500_000);
pub(in crate::store) const HOUR: Duration = Duration::from_secs(60 * 60);

impl StoreShop {
    pub(in crate::store) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            store: Store::create(&folder.path().join("shop.db")).unwrap(),
            permit: WritePermit::granted_by(WriteReason::NotDryRun),
            folder,
        }
    }

    /// The content of the file on disk, without the log beside it.
    pub(in crate::store) fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("shop.db")).unwrap()
    }

    /// The same file, opened by another process.
    pub(in crate::store) fn second_store(&self) -> Store {
        Store::open(&self.folder.path().join("shop.db")).unwrap()
    }

    pub(in crate::store) fn set(
        &mut self,
        sku: &str,
        change: &ProductUpdate,
    ) -> Result<ProductSet, ProductError> {
        let sku = sku.parse().unwrap();
        self.store
            .set_product(&self.permit, &sku, change, NOW, "operator:rina")
    }

    pub(in crate::store) fn sell(&mut self, sku: &str, price: i64, capacity: Option<i64>) {
        let change = ProductUpdate {
            price: Some(Rupiah::from_db(price)),
            capacity: Some(capacity),
            ..ProductUpdate::default()
        };
        self.set(sku, &change).unwrap();
    }

    pub(in crate::store) fn place(&mut self, new: &NewOrder) -> Result<Placed, PlaceError> {
        self.store.place_order(&self.permit, new, NOW)
    }

    pub(in crate::store) fn product(&self, sku: &str) -> Product {
        let sku = sku.parse().unwrap();
        self.store.read().product(&sku).unwrap().unwrap()
    }

    pub(in crate::store) fn details(&self, number: &str) -> OrderDetails {
        let number = number.parse().unwrap();
        let found = self.store.read().order_details(&number, 100).unwrap();
        found.unwrap()
    }

    pub(in crate::store) fn numbers(&self, filter: &OrderFilter) -> Vec<String> {
        let page = self.store.read().orders_page(filter, None, 100).unwrap();
        page.iter()
            .map(|row| row.order.number.to_string())
            .collect()
    }

    pub(in crate::store) fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        let connection = self.store.read().connection();
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    }

    /// The counters of every product equal the sums over its lines.
    #[track_caller]
    pub(in crate::store) fn check_counters(&self) {
        let sql = "SELECT count(*) FROM products AS p WHERE
            p.held <> (SELECT COALESCE(sum(quantity), 0) FROM order_lines
                WHERE product_id = p.id AND reservation = 'held')
            OR p.sold <> (SELECT COALESCE(sum(quantity), 0) FROM order_lines
                WHERE product_id = p.id AND reservation = 'sold')";
        let connection = self.store.read().connection();
        let wrong: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(wrong, 0, "counters differ from the lines");
    }
}

pub(in crate::store) fn order(number: &str, lines: &[(&str, u32)]) -> NewOrder {
    NewOrder {
        number: number.parse().unwrap(),
        lines: lines
            .iter()
            .map(|(sku, quantity)| ImportLine {
                sku: sku.parse().unwrap(),
                quantity: *quantity,
                unit_price: None,
            })
            .collect(),
        total: None,
        customer: Customer::default(),
        expires_at: NOW.saturating_add(HOUR),
        typed_deadline: crate::domain::TypedDeadline::Default,
        payment: None,
        actor: "operator:rina".to_owned(),
    }
}
