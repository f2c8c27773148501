//! The store: one SQLite file with the shop's orders, payments, cases and audit log.
//!
//! SQL and the database engine stay inside this module. Every method is one transaction, takes and returns values of
//! the domain, and decides nothing: it reads what the domain asks for and writes what the domain planned.

mod access;
mod access_terms;
mod attach;
mod book;
mod cases;
mod cleanup;
mod clock;
mod closing;
mod connection;
mod dossier;
mod dry_run_copy;
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
mod left_gateways;
mod liveness_lock;
mod lock;
mod migrate;
mod named_attempts;
mod notifications;
mod open_counts;
mod opening;
mod order_history;
mod orders;
mod overdue;
mod permit;
mod poll_queue;
#[cfg(unix)]
mod process_group;
mod products;
mod query_turns;
mod random;
mod read_turns;
mod refunds;
mod rows;
mod runs;
#[cfg(test)]
mod tests;
mod tickets;
mod transfers;
mod unknown_payments;
mod unreported;
mod unsettled;
mod update_order;
mod verify;
mod wrong_instants;

pub use access::AccessFilter;
pub use attach::AttachResult;
pub use book::{AnswerOutcome, BookResult, RefundOwed};
pub use cases::{CaseFilter, CaseRow, Closed};
pub use cleanup::{
    CleanupCategory, CleanupCounts, CustomerSelector, Erased, KnownCustomer, TableCursor,
};
pub use connection::{Reader, Store};
pub use effects::{
    ClaimedEffect, DueWindow, EffectFilter, EffectSelector, EffectStanding, OutboxLock, WorkerId,
};
pub use error::StoreError;
pub use file_rights::FileRights;
pub use gateways::{GatewayHealth, HealthDelta};
pub use heal::{Harmed, Healed};
pub use hooks::HookSource;
pub use import::{IMPORT_CHUNK, ImportOutcome};
pub use kept_file::KeptFile;
pub use liveness_lock::LivenessLock;
pub use lock::JobLock;
pub use migrate::newest_schema;
pub use notifications::{IncomingNotification, RecordedNotification};
pub use open_counts::OpenQuestions;
pub use opening::{StoredInstructions, fresh_key};
pub use order_history::OrderStory;
pub use orders::{NewOrder, OrderDetails, OrderFilter, OrderRow, PlaceError, Placed};
pub use overdue::{Overdue, OverdueCursor};
pub use permit::{WritePermit, WriteReason};
pub use poll_queue::{CheckFilter, CheckScope, DuePayment, PollCursor, PollQueue};
pub use products::{ProductError, ProductSet};
pub use refunds::{RefundFilter, RefundRow};
pub use runs::{OpenRun, RunId, RunStart};
pub use tickets::{Redeemed, TicketFilter};
pub use transfers::{Direction, TransferHolders, TransferUse};
pub use unreported::{OperatorVisit, Untold, UntoldCase, UntoldRefund};
pub use unsettled::UnsettledRow;
pub use update_order::{Actor, Decision, OtherOrders, UpdateResult, Updated, UpdatedTogether};
pub use verify::{MAX_BREACHES, TrustedClock, Verified, Violation};
pub use wrong_instants::Mended;

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
