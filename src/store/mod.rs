//! Keeping: one SQLite file with the shop's orders, payments, cases and the trail of what moved them.
//!
//! SQL and the database engine stay behind this line. Every method is one transaction, takes and returns
//! values of the domain, and decides nothing: it reads what the domain asks about and writes what it planned.

mod connection;
mod error;
mod events;
mod migrate;
mod permit;
mod rows;

pub use connection::{Reader, Store};
pub use error::StoreError;
pub use permit::{Grant, WritePermit};

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
use sql;
