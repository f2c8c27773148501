//! The one place that sends.
//!
//! Nothing here knows a gateway. No URL, header or body leaves it but to the socket: logs carry the
//! label of a request, failures a phrase of our own.

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
