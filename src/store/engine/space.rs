//! Space: returns what was freed to the disk without making anybody wait, and keeps large sorts out of memory.

use std::time::Duration;

use rusqlite::Connection;

use super::connection::BUSY_TIMEOUT;
use super::database::Database;
use super::reader::Reader;
use crate::store::error::StoreError;

/// Pages moved in one transaction.
const PAGES: u32 = 500;

/// A reader may hold the log for as long as it likes; then the next run truncates it.
const CHECKPOINT_WAIT: Duration = Duration::from_millis(200);

impl Database {
    /// Returns unused pages to the disk, step by step while `go_on` returns true, and empties the log. Returns the
    /// number of bytes by which the file shrank. While others use the file, the work is left to the next run.
    pub(in crate::store) fn compact(
        &self,
        mut go_on: impl FnMut() -> bool,
    ) -> Result<u64, StoreError> {
        let connection = &self.reader.connection;
        let before = number(connection, "page_count")?;
        let mut free = number(connection, "freelist_count")?;
        while free > 0 && go_on() {
            if !yield_lock(vacuum(connection))? {
                break;
            }
            let left = number(connection, "freelist_count")?;
            if left >= free {
                break;
            }
            free = left;
        }
        let freed = before.saturating_sub(number(connection, "page_count")?);
        let bytes = freed.saturating_mul(number(connection, "page_size")?);
        connection.busy_timeout(CHECKPOINT_WAIT)?;
        let emptied = yield_lock(checkpoint(connection));
        connection.busy_timeout(BUSY_TIMEOUT)?;
        emptied?;
        Ok(bytes)
    }
}

/// Where the engine keeps temporary data for sorting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SortLocation {
    Disk,
    Memory,
}

impl Reader {
    /// Gives back the memory in which pages are kept; what is needed again is read again.
    ///
    /// # Errors
    /// `Engine`.
    pub fn forget_pages(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("PRAGMA shrink_memory")?)
    }

    /// Runs `work` while large sorts go to the disk, so that memory does not grow with the shop.
    pub(in crate::store) fn sorting_on_disk<T>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.sort_in(SortLocation::Disk)?;
        let done = work();
        self.sort_in(SortLocation::Memory)?;
        done
    }

    fn sort_in(&self, place: SortLocation) -> Result<(), StoreError> {
        let word = match place {
            SortLocation::Disk => "FILE",
            SortLocation::Memory => "MEMORY",
        };
        Ok(self.connection.pragma_update(None, "temp_store", word)?)
    }
}

/// `false`: somebody else needs the file now.
fn yield_lock(result: Result<(), StoreError>) -> Result<bool, StoreError> {
    match result {
        Ok(()) => Ok(true),
        Err(StoreError::Busy(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The engine frees one page each time the next row is read.
fn vacuum(connection: &Connection) -> Result<(), StoreError> {
    let mut statement = connection.prepare(&format!("PRAGMA incremental_vacuum({PAGES})"))?;
    let mut steps = statement.query([])?;
    while steps.next()?.is_some() {}
    Ok(())
}

fn checkpoint(connection: &Connection) -> Result<(), StoreError> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

fn number(connection: &Connection, pragma: &str) -> Result<u64, StoreError> {
    let number: i64 = connection.pragma_query_value(None, pragma, |row| row.get(0))?;
    Ok(number.unsigned_abs())
}
