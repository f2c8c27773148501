//! The only module that sends requests to gateways and partners.
//!
//! It knows no gateway. URLs, headers and bodies leave it only through the socket: logs carry the label of a request,
//! failures a phrase of our own.

mod client;
mod headers;
mod lane;
pub mod message;
mod pace;
mod posting;
mod retry;
#[cfg(test)]
mod scripted;
mod trouble;

pub use client::Wire;
pub use lane::{Lane, Limits};
