//! Queries many payments, compares, and writes in batches: the engine behind every command that queries a gateway.
//!
//! ```text
//! stream (reads ahead) ─ query ─┐
//! stream (reads ahead) ─ query ─┼─ collect: circuit breaker, batch ─ writer thread (books, or previews) ─ report
//! stream (given rows)  ─ query ─┘
//! ```
//!
//! No transaction is open while a gateway is queried: the writer thread receives answers and never sends queries. A run
//! that books inline does all of this on one thread, by one connection.

mod account;
mod answer_set;
mod batcher;
mod checked;
mod close_expired;
mod closing;
mod closing_job;
mod error;
mod expiry_run;
mod gateways;
mod heal;
mod ledger;
mod opening;
mod probe;
mod query;
mod query_stream;
mod queue;
mod read_turns;
mod refund;
mod round;
mod round_ledger;
mod run_context;
mod stats;
mod time;
mod unsettled;
mod writer;

pub use account::{GatewayAccount, Witness};
pub use checked::{CheckAction, CheckResult, OnResult};
pub use closing::{before_closing_dead, close_dead};
pub use closing_job::{CloseJob, CloseJobResult, shut};
pub use error::RoundError;
pub use expiry_run::{ExpiryRun, expire};
pub use gateways::{GatewayClient, GatewayPool};
pub use heal::heal;
pub use ledger::{Ledger, Writer};
pub use opening::{OpenContext, OpenIntent, OpenResult, PaymentOpener};
pub use probe::{Probe, ProbeVerdict, probe};
pub use query_stream::{QuerySource, QueryStream};
pub use refund::{RefundRequest, RefundSent, order, send_refund};
pub use round_ledger::BookingPlace;
pub use run_context::RunContext;
pub use stats::{GatewayStats, KeptOrder, RunStats};
pub use time::reckon;
pub use unsettled::ask_about_unsettled;

#[cfg(test)]
mod planted_faults;
#[cfg(test)]
mod tests;
