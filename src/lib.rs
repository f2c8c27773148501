//! payctl keeps a shop's orders in step with its payment gateways.
//!
//! The rooms, in reading order:
//!
//! - [`domain`]: what orders and payments are and how they change. `reconcile` compares a payment with a
//!   gateway's answer, `judge` decides an order's status, `booking` combines both into one plan.
//! - [`gateway`]: builds each gateway's requests and reads its answers. [`http`]: the only room that sends.
//! - [`store`]: one SQLite file. It executes plans and decides nothing.
//! - [`reconciler`]: queries many payments, compares the answers, writes in batches.
//! - [`outbox`]: carries out what order changes have queued: runs programs, calls addresses, sends mails.
//! - [`commands`]: one file per subcommand, the only room where the others meet; [`output`] prints the results,
//!   [`import`] reads import files, [`config`] the settings, [`host`] is everything outside the process.
//! - [`simulator`]: a simulated gateway on loopback, for trials and tests.
//! - [`faults`]: mistakes and crashes that tests cause on purpose; a released binary has none.
//! - `worlds`: whole command lines in a simulated world, checked after every step; not in a released binary.
//!
//! Invariants:
//!
//! - [`domain`] has no current time and does no input or output.
//! - No floating-point number anywhere touches money.
//! - Only [`commands`] prints, and only `main` ends the process or reads its environment.
//! - No transaction is open while payctl waits for a gateway or a person.
//! - Nothing writes without a [`store::WritePermit`].
//! - A gateway's answer never changes a payment by itself; [`domain::decide::reconcile`] decides.
//! - A key is a secret from the moment it is read until it is sent: no error, log or `Debug` shows it.

pub mod clock;
pub mod commands;
pub mod config;
pub mod domain;
pub mod exit;
pub mod faults;
pub mod gateway;
pub mod host;
pub mod http;
pub mod import;
pub mod outbox;
pub mod output;
pub mod reconciler;
pub mod shutdown;
pub mod simulator;
pub mod store;
#[cfg(any(test, feature = "worlds"))]
mod worlds;
