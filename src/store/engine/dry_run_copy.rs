//! A throwaway copy of the file, for trying out what a command would write.

use std::path::Path;

use rusqlite::OpenFlags;
use rusqlite::backup::Backup;

use super::connection::{connect, read_older};
use super::database::Database;
use super::lock::unusable;
use super::migrate::{Finish, migrate};
use super::reader::{MigratedCopy, Reader};
use crate::store::error::StoreError;

/// Pages per step: all at once.
const ALL_PAGES: i32 = -1;

impl Database {
    /// A private copy of the file, or an empty database if there is no file. Dropping it deletes it; the file itself
    /// is only read.
    pub(in crate::store) fn dry_run_copy(path: &Path, finish: Finish) -> Result<Self, StoreError> {
        // SQLite deletes a database without a name by itself.
        let mut copy = connect("".as_ref(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        match Reader::open(path) {
            Ok(original) => {
                Backup::new(&original.connection, &mut copy)?.step(ALL_PAGES)?;
            }
            Err(StoreError::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
        let reader = Reader::of(copy);
        migrate(&reader, finish)?;
        Ok(Self::private(reader))
    }
}

impl Reader {
    /// Opens a file for reading only. If the file is older, opens a migrated copy instead; the file itself stays
    /// unchanged.
    pub(in crate::store) fn open_copy_if_older(
        path: &Path,
        finish: Finish,
    ) -> Result<Self, StoreError> {
        match Self::open(path) {
            Err(StoreError::Older { .. }) => {}
            other => return other,
        }
        // `tempdir` creates folders that only their owner can read.
        let folder = tempfile::tempdir().map_err(unusable)?;
        let file = folder.path().join("migrated.db");
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut copy = connect(&file, flags)?;
        Backup::new(&read_older(path)?, &mut copy)?.step(ALL_PAGES)?;
        let copy = Self::of(copy);
        migrate(&copy, finish)?;
        copy.close()?;
        Ok(Self::open(&file)?.keeping(MigratedCopy::new(file, folder)))
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::{Instant, ProductUpdate};
    use crate::store::{Store, WritePermit, WriteReason};

    #[test]
    fn a_dry_run_leaves_the_file_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db");
        let set = |store: &Store, price: &str| {
            let change = ProductUpdate {
                price: crate::domain::Rupiah::parse(price).ok(),
                ..ProductUpdate::default()
            };
            let permit = WritePermit::granted_by(WriteReason::NotDryRun);
            let sku = "seat".parse().unwrap();
            store
                .set_product(&permit, &sku, &change, Instant::from_millis(0), "x")
                .unwrap();
            store
                .read()
                .product(&sku)
                .unwrap()
                .unwrap()
                .terms
                .price
                .as_i64()
        };

        assert_eq!(set(&Store::dry_run_copy(&path).unwrap(), "500"), 500);
        assert!(!path.exists());

        assert_eq!(set(&Store::create(&path).unwrap(), "500"), 500);
        let before = std::fs::read(&path).unwrap();
        assert_eq!(set(&Store::dry_run_copy(&path).unwrap(), "600"), 600);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}
