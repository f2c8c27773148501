//! A copy of the file that is thrown away: for trying out what a command would write.

use std::path::Path;

use rusqlite::OpenFlags;
use rusqlite::backup::Backup;

use super::connection::{Reader, Store, connect};
use super::error::StoreError;
use super::migrate::migrate;

/// Pages copied in one step: all of them.
const ALL_PAGES: i32 = -1;

impl Store {
    /// A private copy of the file, or an empty one where there is none. It is gone when it is dropped;
    /// the file itself is only read.
    ///
    /// # Errors
    /// As [`Reader::open`], but for `Missing`; `Full` where there is no room for the copy.
    pub fn rehearsal(path: &Path) -> Result<Self, StoreError> {
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
#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::instant::Instant;
    use crate::domain::terms::TermsChange;
    use crate::store::{Grant, WritePermit};

    #[test]
    fn a_rehearsal_leaves_the_file_byte_for_byte_as_it_was_or_absent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db");
        let set = |store: &mut Store, price: &str| {
            let change = TermsChange {
                price: crate::domain::money::Rupiah::parse(price).ok(),
                ..TermsChange::default()
            };
            let permit = WritePermit::granted_by(Grant::NotDryRun);
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

        assert_eq!(set(&mut Store::rehearsal(&path).unwrap(), "500"), 500);
        assert!(!path.exists());

        assert_eq!(set(&mut Store::create(&path).unwrap(), "500"), 500);
        let before = std::fs::read(&path).unwrap();
        assert_eq!(set(&mut Store::rehearsal(&path).unwrap(), "600"), 600);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}
