//! The schema: its history, and what a file says about itself in its header.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use rusqlite::Connection;

use super::sql;
use crate::store::error::StoreError;

/// The text of `sql/migrations/NAME.sql`.
macro_rules! migration {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/sql/migrations/",
            $name,
            ".sql"
        ))
    };
}

/// All migrations in order; the schema version is the number of migrations applied.
pub(in crate::store) const MIGRATIONS: &[&str] = &[
    migration!("0001_schema"),
    migration!("0002_refund_checks"),
    migration!("0003_effects"),
    migration!("0004_handing_out"),
    migration!("0005_notifications"),
    migration!("0006_lists"),
    migration!("0007_asked_amounts"),
    migration!("0008_tries"),
    migration!("0009_closing"),
    migration!("0010_claims"),
    migration!("0011_losses"),
    migration!("0012_access_terms"),
    migration!("0013_hooks"),
    migration!("0014_imposed_fees"),
    migration!("0015_named_tries"),
    migration!("0016_schedule"),
    migration!("0017_told"),
    migration!("0018_transfers"),
    migration!("0019_gone_back"),
    migration!("0020_witnesses"),
    migration!("0021_clock"),
    migration!("0022_placed"),
    migration!("0023_unsettled"),
    migration!("0024_harms"),
    migration!("0025_hook_source"),
    migration!("0026_api_versions"),
    migration!("0027_bought"),
    migration!("0028_strangers"),
    migration!("0029_revoked_tickets"),
    migration!("0030_reasons"),
    migration!("0031_views"),
    migration!("0032_order_notes"),
    migration!("0033_effect_outputs"),
    migration!("0034_repetitions"),
    migration!("0035_search"),
    migration!("0036_unproven_answers"),
    migration!("0037_lists"),
    migration!("0038_traces"),
    migration!("0039_lives"),
    migration!("0040_incidents"),
    migration!("0041_first_paid"),
    migration!("0042_told_together"),
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

/// Whether a file bears payctl's mark where it stands in every database, read past the engine. Closing a file drops the
/// locks of its process on it, so this is only for a file of which no connection of this process has read anything.
pub(super) fn is_marked(path: &Path) -> bool {
    const PLACE: u64 = 68;
    let mark = || -> std::io::Result<[u8; 4]> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(PLACE))?;
        let mut mark = [0; 4];
        file.read_exact(&mut mark)?;
        Ok(mark)
    };
    mark().is_ok_and(|mark| i64::from(u32::from_be_bytes(mark)) == APPLICATION_ID)
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
