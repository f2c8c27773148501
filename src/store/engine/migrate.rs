//! Applies the migrations that a file lacks when it is opened for writing.

use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::kept_file;
use super::lock::JobLock;
use super::reader::Reader;
use super::schema::{APPLICATION_ID, FileKind, MIGRATIONS, kind, newest_schema};
use super::tx::Tx;
use crate::store::error::StoreError;

/// What the program itself still has to compute for older rows, in the transaction of the migrations.
pub(in crate::store) type Finish = fn(&Tx<'_>) -> Result<(), StoreError>;

/// Is told how many steps are done, and how many there are.
pub type OnStep<'a> = &'a mut dyn FnMut(u64, u64);

/// The steps of migrating a file of this version: its copy, each migration that it lacks, and what the program computes.
#[must_use]
pub fn migration_steps(version: i64) -> u64 {
    u64::try_from(newest_schema().saturating_sub(version)).map_or(0, |missing| missing + 2)
}

/// Migrates the schema to this program's version in one transaction. A second program finds nothing left to do.
pub(super) fn migrate(reader: &Reader, finish: Finish) -> Result<(), StoreError> {
    let tx = Tx::begin(reader, None)?;
    apply(&tx, finish, &mut |_, _| {})?;
    tx.commit()
}

/// Like [`migrate`], but first keeps a copy of the old file and returns its path. A lock ensures that of two programs
/// one migrates and the other finds it done.
pub(super) fn migrate_and_keep(
    path: &Path,
    reader: &Reader,
    finish: Finish,
    tell: OnStep<'_>,
) -> Result<Option<PathBuf>, StoreError> {
    let connection = &reader.connection;
    if old_version(connection)?.is_none() {
        migrate(reader, finish)?;
        return Ok(None);
    }
    let _alone = take_lock(path)?;
    for _ in 0..MAX_COPIES {
        let Some(version) = old_version(connection)? else {
            return Ok(None);
        };
        let before = writes_of_others(connection)?;
        let kept = kept_file::keep(path, connection, version)?;
        let tx = Tx::begin(reader, None)?;
        // An older payctl may have written after the copy was made; then the copy is out of date.
        if writes_of_others(connection)? == before {
            apply(&tx, finish, tell)?;
            tx.commit()?;
            kept_file::remove_other_versions(path, version);
            return Ok(Some(kept));
        }
    }
    let why = io::Error::other("an older payctl keeps writing to it; stop it first");
    Err(StoreError::Busy(why.into()))
}

/// How often the copy is made again because others keep writing.
const MAX_COPIES: u32 = 5;

/// Another program may need this long to copy a big file.
const LOCK_WAITS: Duration = Duration::from_secs(60);
const LOCK_PAUSE: Duration = Duration::from_millis(5);

fn take_lock(path: &Path) -> Result<JobLock, StoreError> {
    let give_up_at = Instant::now() + LOCK_WAITS;
    loop {
        if let Some(lock) = JobLock::take(path, "migrate")? {
            return Ok(lock);
        }
        if Instant::now() >= give_up_at {
            let why = io::Error::other("another program is migrating it");
            return Err(StoreError::Busy(why.into()));
        }
        thread::sleep(LOCK_PAUSE);
    }
}

/// The schema version of a payctl file that is older than this program.
fn old_version(connection: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(match kind(connection)? {
        FileKind::Ours { version } if version < newest_schema() => Some(version),
        FileKind::Ours { .. } | FileKind::Empty | FileKind::Foreign => None,
    })
}

/// A number that changes when another connection has written.
fn writes_of_others(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
}

fn apply(tx: &Tx<'_>, finish: Finish, tell: OnStep<'_>) -> Result<(), StoreError> {
    let connection = &tx.connection;
    let applied = match kind(connection)? {
        FileKind::Empty => 0,
        FileKind::Ours { version } => version,
        FileKind::Foreign => return Ok(()),
    };
    if applied >= newest_schema() {
        return Ok(());
    }
    let total = migration_steps(applied);
    let missing = MIGRATIONS
        .iter()
        .skip(usize::try_from(applied).unwrap_or(0));
    for (migration, done) in missing.zip(1..) {
        tell(done, total);
        connection.execute_batch(migration)?;
    }
    tell(total.saturating_sub(1), total);
    finish(tx)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", newest_schema())?;
    Ok(())
}
