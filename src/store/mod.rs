//! The store: one SQLite file with the shop's orders, payments, cases and audit log.
//!
//! SQL and the database engine stay inside this module. Every method is one transaction, takes and returns values of
//! the domain, and decides nothing: it reads what the domain asks for and writes what the domain planned.

mod access;
mod act;
mod attach;
mod book;
mod cases;
mod check;
mod cleanup;
mod clock;
mod closing;
mod connection;
mod dossier;
mod effects;
mod error;
mod events;
mod execute;
mod file_rights;
mod gateways;
mod heal;
mod hooks;
mod identity;
mod import;
mod kept_file;
mod laying;
mod left;
mod lock;
mod mending;
mod migrate;
mod named;
mod notifications;
mod opening;
mod orders;
mod overdue;
mod permit;
#[cfg(unix)]
mod process_group;
mod products;
mod pulse;
mod question_turns;
mod questions;
mod random;
mod read_turns;
mod refunds;
mod rehearsal;
mod rows;
mod runs;
mod story;
mod strangers;
#[cfg(test)]
mod tests;
mod tickets;
mod transfers;
mod unsettled;
mod untold;
mod verify;

pub use access::AccessFilter;
pub use act::{Act, Acted, Decision, Hand, Others, Together};
pub use attach::Attached;
pub use book::{Booked, Outcome, Owed};
pub use cases::{CaseFilter, CaseRow, Closed};
pub use check::{CheckFilter, Cursor, Lane, Scope, ToAsk};
pub use cleanup::{Erased, KnownCustomer, Person, Rubbish, Sweep, Swept};
pub use connection::{Reader, Store};
pub use effects::{Carrier, Claimant, Claimed, EffectFilter, Pick, Standing, Turn};
pub use error::StoreError;
pub use file_rights::FileRights;
pub use gateways::{Conduct, Health};
pub use heal::{Harmed, Healed};
pub use hooks::HookSource;
pub use import::{IMPORT_CHUNK, ImportOutcome};
pub use kept_file::KeptFile;
pub use lock::JobLock;
pub use mending::Mended;
pub use migrate::newest_schema;
pub use notifications::{Arrival, Noted};
pub use opening::{Given, fresh_key};
pub use orders::{NewOrder, OrderDetails, OrderFilter, OrderRow, PlaceError, Placed};
pub use overdue::{Overdue, OverdueCursor};
pub use permit::{Grant, WritePermit};
pub use products::{ProductError, ProductSet};
pub use pulse::Pulse;
pub use questions::OpenQuestions;
pub use refunds::{RefundFilter, RefundRow};
pub use runs::{OpenRun, RunId, RunStart};
pub use story::OrderStory;
pub use tickets::{Redeemed, TicketFilter};
pub use transfers::{Direction, Holders, TransferUse};
pub use unsettled::UnsettledRow;
pub use untold::{Untold, UntoldCase, UntoldRefund, Visit};
pub use verify::{BREACHES_MOST, Believed, Breach, Verified};

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
