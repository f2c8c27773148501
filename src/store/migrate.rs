//! The schema's history: a list that is only ever added to, applied when the file is opened for writing.

use rusqlite::{Connection, TransactionBehavior};

use super::error::StoreError;
use super::sql;

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
];

/// "payc": says in the file's header whose it is.
const APPLICATION_ID: i64 = 0x7061_7963;

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
    let applied = match kind(&transaction)? {
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
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", newest_schema())?;
    transaction.commit()?;
    Ok(())
}
