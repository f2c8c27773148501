//! The schema's history: an append-only list of migrations, applied when the file is opened for writing.

use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::StoreError;
use super::kept_file;
use super::lock::JobLock;
use super::sql;
use super::transfers;

/// All migrations in order; the schema version is the number of migrations applied.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("../../sql/migrations/0001_schema.sql"),
    include_str!("../../sql/migrations/0002_refund_checks.sql"),
    include_str!("../../sql/migrations/0003_effects.sql"),
    include_str!("../../sql/migrations/0004_handing_out.sql"),
    include_str!("../../sql/migrations/0005_notifications.sql"),
    include_str!("../../sql/migrations/0006_lists.sql"),
    include_str!("../../sql/migrations/0007_asked_amounts.sql"),
    include_str!("../../sql/migrations/0008_tries.sql"),
    include_str!("../../sql/migrations/0009_closing.sql"),
    include_str!("../../sql/migrations/0010_claims.sql"),
    include_str!("../../sql/migrations/0011_losses.sql"),
    include_str!("../../sql/migrations/0012_access_terms.sql"),
    include_str!("../../sql/migrations/0013_hooks.sql"),
    include_str!("../../sql/migrations/0014_imposed_fees.sql"),
    include_str!("../../sql/migrations/0015_named_tries.sql"),
    include_str!("../../sql/migrations/0016_schedule.sql"),
    include_str!("../../sql/migrations/0017_told.sql"),
    include_str!("../../sql/migrations/0018_transfers.sql"),
    include_str!("../../sql/migrations/0019_gone_back.sql"),
    include_str!("../../sql/migrations/0020_witnesses.sql"),
    include_str!("../../sql/migrations/0021_clock.sql"),
    include_str!("../../sql/migrations/0022_placed.sql"),
    include_str!("../../sql/migrations/0023_unsettled.sql"),
    include_str!("../../sql/migrations/0024_harms.sql"),
    include_str!("../../sql/migrations/0025_hook_source.sql"),
    include_str!("../../sql/migrations/0026_api_versions.sql"),
    include_str!("../../sql/migrations/0027_bought.sql"),
    include_str!("../../sql/migrations/0028_strangers.sql"),
    include_str!("../../sql/migrations/0029_revoked_tickets.sql"),
    include_str!("../../sql/migrations/0030_reasons.sql"),
];

/// "payc" in the file's header marks a payctl database.
pub(super) const APPLICATION_ID: i64 = 0x7061_7963;

/// What a file is, according to its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    /// No tables and no mark of any program.
    Empty,
    Ours {
        version: i64,
    },
    Foreign,
}

/// The schema that this version of payctl reads and writes: the number of migrations it knows.
#[must_use]
pub fn newest_schema() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

pub(super) fn kind(connection: &Connection) -> Result<FileKind, StoreError> {
    // In this order: another program may be creating the same file, writing its mark together with its tables.
    let tables: i64 = connection.query_row(sql!("count_tables"), [], |row| row.get(0))?;
    let application: i64 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application == APPLICATION_ID {
        let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        return Ok(FileKind::Ours { version });
    }
    Ok(if application == 0 && tables == 0 {
        FileKind::Empty
    } else {
        FileKind::Foreign
    })
}

/// Migrates the schema to this program's version in one transaction. A second program finds nothing left to do.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    apply(&transaction)?;
    Ok(transaction.commit()?)
}

/// Like [`migrate`], but first keeps a copy of the old file and returns its path. A lock ensures that of two programs
/// one migrates and the other finds it done.
pub(super) fn migrate_and_keep(
    path: &Path,
    connection: &mut Connection,
) -> Result<Option<PathBuf>, StoreError> {
    if old_version(connection)?.is_none() {
        migrate(connection)?;
        return Ok(None);
    }
    let _alone = take_lock(path)?;
    for _ in 0..MAX_COPIES {
        let Some(version) = old_version(connection)? else {
            return Ok(None);
        };
        let before = writes_of_others(connection)?;
        let kept = kept_file::keep(path, connection, version)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // An older payctl may have written after the copy was made; then the copy is out of date.
        if writes_of_others(&transaction)? == before {
            apply(&transaction)?;
            transaction.commit()?;
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

fn apply(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let applied = match kind(transaction)? {
        FileKind::Empty => 0,
        FileKind::Ours { version } => version,
        FileKind::Foreign => return Ok(()),
    };
    if applied >= newest_schema() {
        return Ok(());
    }
    for migration in MIGRATIONS
        .iter()
        .skip(usize::try_from(applied).unwrap_or(0))
    {
        transaction.execute_batch(migration)?;
    }
    transfers::compute_keys(transaction)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", newest_schema())?;
    Ok(())
}
