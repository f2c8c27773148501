//! Giving freed space back to the disk, as far as nobody is kept waiting for it.

use std::time::Duration;

use rusqlite::Connection;

use super::super::connection::{BUSY_TIMEOUT, Store};
use super::super::error::StoreError;
use super::super::permit::WritePermit;

/// So many pages move in one transaction.
const PAGES: u32 = 500;

/// A reader may hold the log for as long as it likes; then it is cut next time.
const CHECKPOINT_WAIT: Duration = Duration::from_millis(200);

impl Store {
    /// Gives back the pages that nothing uses any more, step by step while `go_on` says so, and empties the
    /// log. Says how many bytes smaller the file has become; in use by others, it is done next time.
    ///
    /// # Errors
    /// `Full`, `Denied`, `Corrupt`, `Engine`.
    pub fn compact(
        &mut self,
        _permit: &WritePermit,
        mut go_on: impl FnMut() -> bool,
    ) -> Result<u64, StoreError> {
        let connection = self.read().connection();
        let before = number(connection, "page_count")?;
        let mut free = number(connection, "freelist_count")?;
        while free > 0 && go_on() {
            if !give_way(vacuum(connection))? {
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
        let emptied = give_way(checkpoint(connection));
        connection.busy_timeout(BUSY_TIMEOUT)?;
        emptied?;
        Ok(bytes)
    }
}

/// False: somebody else needs the file now.
fn give_way(result: Result<(), StoreError>) -> Result<bool, StoreError> {
    match result {
        Ok(()) => Ok(true),
        Err(StoreError::Busy(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The engine frees a page each time it is asked for the next row.
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
