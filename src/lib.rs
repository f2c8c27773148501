//! payctl keeps a shop's orders level with its payment gateways.

pub mod clock;
pub mod config;
pub mod domain;
pub mod exit;
pub mod wire;
