//! payctl keeps a shop's orders level with its payment gateways.

pub mod clock;
pub mod domain;
pub mod exit;
pub mod intake;
pub mod store;
pub mod wire;
