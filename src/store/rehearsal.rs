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
