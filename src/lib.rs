//! payctl keeps a shop's orders level with its payment gateways.

pub mod clock;
pub mod commands;
pub mod config;
pub mod domain;
pub mod exit;
pub mod gateway;
pub mod intake;
pub mod interrupt;
pub mod output;
pub mod pretend;
pub mod reconciler;
pub mod store;
pub mod wire;
pub mod world;
