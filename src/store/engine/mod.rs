//! SQLite and its file: opening, migrating, locks, rights, rows and parameters. Knows the schema by its files and no
//! table by its name.
//!
//! Nothing outside this module names the engine: what it offers are a [`Reader`], a [`Tx`], a [`StoredRow`] and [`ToSql`].

mod connection;
mod database;
mod dry_run_copy;
mod error;
mod file_copy;
mod file_rights;
mod identity;
mod kept_file;
mod liveness_lock;
mod lock;
mod migrate;
#[cfg(unix)]
mod process_group;
mod reader;
mod row;
mod schema;
mod space;
mod tx;
mod values;

pub(in crate::store) use database::{Database, Durability};
pub use file_copy::{OnPages, files_of, publish_file, remove_copy};
pub(in crate::store) use file_copy::{can_open, finish_copy, replace_content, replace_file};
pub use file_rights::FileRights;
pub use kept_file::KeptFile;
pub use liveness_lock::LivenessLock;
pub(in crate::store) use liveness_lock::{has_ended, stop};
pub use lock::JobLock;
pub use migrate::{OnStep, migration_steps};
pub use reader::Reader;
pub(in crate::store) use row::{StoredRow, first, from_row};
#[cfg(test)]
pub(in crate::store) use schema::MIGRATIONS;
pub use schema::newest_schema;
pub(in crate::store) use tx::Tx;
pub(in crate::store) use values::{NEVER, ToSql, words};

/// The text of `sql/queries/NAME.sql`.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/sql/queries/",
            $name,
            ".sql"
        ))
    };
}
pub(in crate::store) use sql;
