//! A shop for the tests of this crate: a real file, and helpers for what a shop does. Whole command lines are tested from
//! outside, over the public interface: `tests/it/world.rs`.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

use super::products::{ProductError, ProductSet};
use super::{
    JobLock, NewOrder, OrderDetails, OrderFilter, PlaceError, Placed, Store, WritePermit,
    WriteReason,
};
use crate::domain::{
    Customer, Hook, ImportLine, Instant, OrderNotes, Product, ProductUpdate, Rupiah, TypedDeadline,
};

/// A shop with a real file and a permit to write to it.
pub(crate) struct Shop {
    pub(crate) store: Store,
    pub(crate) permit: WritePermit,
    file: OnceCell<Connection>,
    pub(crate) folder: TempDir,
}

pub(crate) const NOW: Instant = Instant::from_millis(1_752_811_500_000);
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

impl Shop {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            store: Store::create(&folder.path().join("shop.db")).unwrap(),
            permit: WritePermit::granted_by(WriteReason::NotDryRun),
            folder,
            file: OnceCell::new(),
        }
    }

    pub(crate) fn with_hooks(hooks: Vec<Hook>) -> Self {
        let shop = Self::new();
        Self {
            store: shop.store.with_hooks(hooks.into()),
            ..shop
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    /// The same file by another connection, for statements that payctl has none for.
    pub(crate) fn file(&self) -> &Connection {
        self.file
            .get_or_init(|| Connection::open(self.path()).unwrap())
    }

    pub(crate) fn lock(&self, job: &str) -> JobLock {
        JobLock::take(&self.path(), job).unwrap().unwrap()
    }

    /// The content of the file on disk, without the log beside it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }

    /// The same file, opened by another process.
    pub(crate) fn second_store(&self) -> Store {
        Store::open(&self.path()).unwrap()
    }

    /// The only connection to the file: whoever opens it, too, finds it locked.
    pub(crate) fn alone(self) -> (Store, WritePermit, TempDir) {
        let Self {
            store,
            permit,
            file,
            folder,
        } = self;
        drop(file);
        let connection = store.read().connection();
        let lock = "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT";
        connection.execute_batch(lock).unwrap();
        let other = Connection::open(folder.path().join("shop.db")).unwrap();
        other.busy_timeout(Duration::ZERO).unwrap();
        assert!(other.execute_batch("SELECT id FROM orders").is_err());
        (store, permit, folder)
    }

    pub(crate) fn set(
        &mut self,
        sku: &str,
        change: &ProductUpdate,
    ) -> Result<ProductSet, ProductError> {
        let sku = sku.parse().unwrap();
        self.store
            .set_product(&self.permit, &sku, change, NOW, "operator:rina")
    }

    pub(crate) fn sell(&mut self, sku: &str, price: i64, capacity: Option<i64>) {
        let change = ProductUpdate {
            price: Some(Rupiah::from_db(price)),
            capacity: Some(capacity),
            ..ProductUpdate::default()
        };
        self.set(sku, &change).unwrap();
    }

    pub(crate) fn place(&mut self, new: &NewOrder) -> Result<Placed, PlaceError> {
        self.store.place_order(&self.permit, new, NOW)
    }

    pub(crate) fn product(&self, sku: &str) -> Product {
        let sku = sku.parse().unwrap();
        self.store.read().product(&sku).unwrap().unwrap()
    }

    pub(crate) fn details(&self, number: &str) -> OrderDetails {
        let number = number.parse().unwrap();
        let found = self.store.read().order_details(&number, 100).unwrap();
        found.unwrap()
    }

    pub(crate) fn numbers(&self, filter: &OrderFilter) -> Vec<String> {
        let page = self.store.read().orders_page(filter, None, 100).unwrap();
        page.iter()
            .map(|row| row.order.number.to_string())
            .collect()
    }

    pub(crate) fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        let connection = self.store.read().connection();
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    }

    /// The counters of every product equal the sums over its lines.
    #[track_caller]
    pub(crate) fn check_counters(&self) {
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

pub(crate) fn order(number: &str, lines: &[(&str, u32)]) -> NewOrder {
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
        notes: OrderNotes::default(),
        expires_at: NOW.saturating_add(HOUR),
        typed_deadline: TypedDeadline::Default,
        payment: None,
        actor: "operator:rina".to_owned(),
    }
}
