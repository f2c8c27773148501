//! The schema's history: a list that is only ever added to, applied when the file is opened for writing.

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

/// Every migration there ever was, in order; the schema's version is how many of them were applied.
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
];

/// "payc": says in the file's header whose it is.
pub(super) const APPLICATION_ID: i64 = 0x7061_7963;

/// What a file is, by its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// No table yet, and nobody's.
    Empty,
    Ours {
        version: i64,
    },
    Foreign,
}

/// The schema that this version of payctl reads and writes: how many migrations it knows.
#[must_use]
pub fn newest_schema() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

pub(super) fn kind(connection: &Connection) -> Result<Kind, StoreError> {
    // In this order: another program may be making the very same file, its mark together with its tables.
    let tables: i64 = connection.query_row(sql!("count_tables"), [], |row| row.get(0))?;
    let application: i64 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application == APPLICATION_ID {
        let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        return Ok(Kind::Ours { version });
    }
    Ok(if application == 0 && tables == 0 {
        Kind::Empty
    } else {
        Kind::Foreign
    })
}

/// Brings the schema up to this program, in one transaction. Whoever comes second finds nothing left to do.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    apply(&transaction)?;
    Ok(transaction.commit()?)
}

/// The same for a shop's own file. What was there before is kept beside it first; where, it says. Who does so is alone:
/// of two programs, one migrates and the other finds it done.
pub(super) fn migrate_and_keep(
    path: &Path,
    connection: &mut Connection,
) -> Result<Option<PathBuf>, StoreError> {
    if old_version(connection)?.is_none() {
        migrate(connection)?;
        return Ok(None);
    }
    let _alone = take_lock(path)?;
    for _ in 0..COPIES_MOST {
        let Some(version) = old_version(connection)? else {
            return Ok(None);
        };
        let before = writes_of_others(connection)?;
        let kept = kept_file::keep(path, connection, version)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // An older payctl may have written after the copy was made; then the copy is not what was there before.
        if writes_of_others(&transaction)? == before {
            apply(&transaction)?;
            transaction.commit()?;
            kept_file::forget_others(path, version);
            return Ok(Some(kept));
        }
    }
    let why = io::Error::other("an older payctl goes on writing to it; stop that one first");
    Err(StoreError::Busy(why.into()))
}

/// So many copies are made while somebody else goes on writing.
const COPIES_MOST: u32 = 5;

/// A big file takes its time to be copied by whoever came first.
const LOCK_WAITS: Duration = Duration::from_secs(60);
const LOCK_PAUSE: Duration = Duration::from_millis(5);

fn take_lock(path: &Path) -> Result<JobLock, StoreError> {
    let give_up_at = Instant::now() + LOCK_WAITS;
    loop {
        if let Some(lock) = JobLock::take(path, "migrate")? {
            return Ok(lock);
        }
        if Instant::now() >= give_up_at {
            let why = io::Error::other("another program is bringing it to its own schema");
            return Err(StoreError::Busy(why.into()));
        }
        thread::sleep(LOCK_PAUSE);
    }
}

/// The schema of a file of ours that is older than this program.
fn old_version(connection: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(match kind(connection)? {
        Kind::Ours { version } if version < newest_schema() => Some(version),
        Kind::Ours { .. } | Kind::Empty | Kind::Foreign => None,
    })
}

/// A number that changes when another connection has written.
fn writes_of_others(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
}

fn apply(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let applied = match kind(transaction)? {
        Kind::Empty => 0,
        Kind::Ours { version } => version,
        Kind::Foreign => return Ok(()),
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
