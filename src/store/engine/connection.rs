//! Connections to the file, and what is checked before it is used.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::is_left_undone;
use super::schema::{self, FileKind};
use crate::store::error::StoreError;

/// How long a writer waits for another writer. Transactions are short, but waiting is not fair.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// A batch of 1,000 scattered orders touches thousands of pages; a checkpoint after each batch would write the same
/// pages again and again. The log grows to 32 MiB at most.
const CHECKPOINT_PAGES: i64 = 8_000;

/// Larger than the number of statements.
const MAX_STATEMENTS: usize = 128;

/// Opens an older payctl file for reading only.
pub(super) fn read_older(path: &Path) -> Result<Connection, StoreError> {
    require_existing(path)?;
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    undone_first(path, || check_kind(path, &connection))?;
    Ok(connection)
}

/// The result of a first read. If a writer that died has left a transaction unfinished, the engine undoes it before:
/// that needs a connection that may write, and is done to payctl's own files only.
pub(super) fn undone_first<T>(
    path: &Path,
    read: impl Fn() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    match read() {
        Err(error) if is_left_undone(&error) && schema::is_marked(path) => {
            let writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            check_kind(path, &writer)?;
            read()
        }
        other => other,
    }
}

/// Opening a pipe would block until somebody writes to it, and a device is never a database.
pub(super) fn require_regular_file(path: &Path) -> Result<(), StoreError> {
    let known = std::fs::metadata(path);
    if known.is_ok_and(|known| !known.is_file() && !known.is_dir()) {
        return Err(StoreError::Foreign { path: path.into() });
    }
    Ok(())
}

pub(super) fn require_existing(path: &Path) -> Result<(), StoreError> {
    require_regular_file(path)?;
    match path.try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::Missing { path: path.into() }),
        Err(error) => Err(StoreError::Denied(error.into())),
    }
}

pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(MAX_STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)?;
    // Statement journals are small; the default would write each to a file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // Query plans do not depend on parameter values, so that SQLite does not replan statements for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Settings of a writing connection.
pub(super) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    switch_to_wal(connection)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    // Where a page is written anyway, no old copy of a row stays in its free space: what is erased later is gone.
    connection.pragma_update_and_check(None, "secure_delete", "FAST", |_| Ok(()))?;
    synchronise(connection, "FULL")
}

pub(super) fn synchronise(connection: &Connection, how: &str) -> Result<(), StoreError> {
    Ok(connection.pragma_update(None, "synchronous", how)?)
}

/// Two programs that create the same file at once collide here, and SQLite does not wait by itself.
fn switch_to_wal(connection: &Connection) -> Result<(), StoreError> {
    let give_up_at = Instant::now() + BUSY_TIMEOUT;
    loop {
        let switched = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
            .map_err(StoreError::from);
        match switched {
            Err(StoreError::Busy(_)) if Instant::now() < give_up_at => thread::sleep(BUSY_PAUSE),
            other => return other,
        }
    }
}

/// Refuses a foreign file before anything is written to it.
pub(super) fn check_kind(path: &Path, connection: &Connection) -> Result<FileKind, StoreError> {
    // Reads the whole header in one snapshot: another program may be creating the file right now, and half of its
    // work would look like a foreign file.
    let moment = connection.unchecked_transaction()?;
    let kind = match schema::kind(&moment) {
        Err(StoreError::Corrupt(error)) if is_no_database(&*error) => FileKind::Foreign,
        other => other?,
    };
    match kind {
        FileKind::Foreign => Err(StoreError::Foreign { path: path.into() }),
        FileKind::Ours { version } if version > schema::newest_schema() => Err(StoreError::Newer {
            found: version,
            known: schema::newest_schema(),
        }),
        FileKind::Empty | FileKind::Ours { .. } => Ok(kind),
    }
}

fn is_no_database(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    error
        .downcast_ref::<rusqlite::Error>()
        .and_then(rusqlite::Error::sqlite_error_code)
        == Some(rusqlite::ErrorCode::NotADatabase)
}

pub(super) fn require_current_schema(
    path: &Path,
    connection: &Connection,
) -> Result<(), StoreError> {
    match check_kind(path, connection)? {
        FileKind::Ours { version } if version < schema::newest_schema() => Err(StoreError::Older {
            found: version,
            known: schema::newest_schema(),
        }),
        FileKind::Ours { .. } => Ok(()),
        FileKind::Empty | FileKind::Foreign => Err(StoreError::Missing { path: path.into() }),
    }
}
