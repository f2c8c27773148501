//! payctl keeps a shop's orders level with its payment gateways.
//!
//! The rooms, in reading order:
//!
//! - [`domain`]: what orders and payments are and how they move. `reconcile` compares a payment with an
//!   answer, `judge` decides what an order is, `booking` makes one plan of both.
//! - [`gateway`]: what is sent to each gateway and what its answers mean. [`wire`]: the one place that sends.
//! - [`store`]: one SQLite file. It executes plans and decides nothing.
//! - [`reconciler`]: asks many, compares, writes in batches.
//! - [`commands`]: one file a subcommand, the only place where the others meet; [`output`] shows the answers,
//!   [`intake`] reads import files, [`config`] the settings, [`host`] is everything outside.
//! - [`pretend`]: a gateway on loopback, for trying and testing.
//!
//! What always holds:
//!
//! - There is no current time in [`domain`], and no input or output.
//! - There is no floating-point number anywhere near money.
//! - Nothing but [`commands`] prints, and nothing but `main` ends the process or reads its environment.
//! - No transaction is open while a gateway is asked or a person thinks.
//! - No code path writes without a [`store::WritePermit`].
//! - A gateway's answer never moves a payment; [`domain::reconcile`] does.
//! - A key is a secret from the moment it is read to the socket: no error, log or `Debug` shows it.

pub mod clock;
pub mod commands;
pub mod config;
pub mod domain;
pub mod effects;
pub mod exit;
pub mod gateway;
pub mod host;
pub mod http;
pub mod import;
pub mod output;
pub mod reconciler;
pub mod shutdown;
pub mod simulator;
pub mod store;
