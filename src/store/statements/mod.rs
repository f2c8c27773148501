//! The statements that know SQL, one file per subject: what a row says, what a list shows, and how a change is written.
//! They decide nothing.
//!
//! A statement is the text of a file in `sql/queries/`, its parameters, and a reader that takes the columns by name.
//! Those that write take a [`Tx`](super::engine::Tx), which only a permit gives.

pub(super) mod access;
pub(super) mod access_terms;
pub(super) mod audit;
pub(super) mod audit_log;
pub(super) mod cases;
pub(super) mod cleanup;
pub(super) mod clock;
pub(super) mod closing;
pub(super) mod customers;
mod dossier;
pub(super) mod effects;
pub(super) mod gateways;
pub(super) mod happened;
pub(super) mod heal;
pub(super) mod hooks;
pub(super) mod incidents;
pub(super) mod kept_notifications;
pub(super) mod life;
pub(super) mod metrics;
pub(super) mod named_attempts;
pub(super) mod new_order;
pub(super) mod notifications;
pub(super) mod opening;
pub(super) mod order_history;
pub(super) mod orders;
pub(super) mod overdue;
pub(super) mod plan;
pub(super) mod poll_queue;
pub(super) mod products;
pub(super) mod refunds;
pub(super) mod report_figures;
mod rows;
pub(super) mod runs;
pub(super) mod search;
pub(super) mod search_terms;
pub(super) mod since;
pub(super) mod tickets;
pub(super) mod transfers;
pub(super) mod turns;
pub(super) mod unknown_payments;
pub(super) mod unreported;
pub(super) mod unsettled;
pub(super) mod verify;
pub(super) mod waiting;
pub(super) mod wrong_instants;
