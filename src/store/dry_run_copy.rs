//! A throwaway copy of the file, for trying out what a command would write.

use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;
use rusqlite::backup::Backup;
use tempfile::TempDir;

use super::connection::{Reader, Store, connect, read_older};
use super::error::StoreError;
use super::lock::unusable;
use super::migrate::migrate;

/// Pages per step: all at once.
const ALL_PAGES: i32 = -1;

impl Store {
    /// A private copy of the file, or an empty database if there is no file. Dropping it deletes it; the file itself
    /// is only read.
    ///
    /// # Errors
    /// As [`Reader::open`], except `Missing`; `Full` if there is no room for the copy.
    pub fn dry_run_copy(path: &Path) -> Result<Self, StoreError> {
        // SQLite deletes a database without a name by itself.
        let mut copy = connect("".as_ref(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        match Reader::open(path) {
            Ok(original) => {
                Backup::new(original.connection(), &mut copy)?.step(ALL_PAGES)?;
            }
            Err(StoreError::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
        migrate(&mut copy)?;
        Ok(Self::of(copy))
    }
}

/// A private copy of an older file, migrated to this program's schema. Dropping it deletes it.
#[derive(Debug)]
pub(super) struct MigratedCopy {
    file: PathBuf,
    #[expect(dead_code, reason = "dropping it deletes the folder")]
    folder: TempDir,
}

impl MigratedCopy {
    pub(super) fn file(&self) -> &Path {
        &self.file
    }
}

impl Reader {
    /// Opens a file for reading only. If the file is older, opens a migrated copy instead; the file itself stays
    /// unchanged.
    ///
    /// # Errors
    /// As [`Reader::open`], except `Older`; `Full` if there is no room for the copy.
    pub fn open_as_migrated(path: &Path) -> Result<Self, StoreError> {
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
        migrate(&mut copy)?;
        copy.close().map_err(|(_, error)| error)?;
        Ok(Self::open(&file)?.keeping(MigratedCopy { file, folder }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Instant, ProductUpdate};
    use crate::store::{WritePermit, WriteReason};

    #[test]
    fn a_dry_run_leaves_the_file_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db");
        let set = |store: &mut Store, price: &str| {
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

        assert_eq!(set(&mut Store::dry_run_copy(&path).unwrap(), "500"), 500);
        assert!(!path.exists());

        assert_eq!(set(&mut Store::create(&path).unwrap(), "500"), 500);
        let before = std::fs::read(&path).unwrap();
        assert_eq!(set(&mut Store::dry_run_copy(&path).unwrap(), "600"), 600);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}
