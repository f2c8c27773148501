//! The only module that sends requests to gateways and partners.
//!
//! It knows no gateway. URLs, headers and bodies leave it only through the socket: logs carry the label of a request,
//! failures a phrase of our own.

mod client;
mod headers;
pub mod message;
mod network;
mod posting;
mod rate_limited;
mod rate_limiter;
mod retry;
#[cfg(test)]
mod testing;
mod trouble;

pub use client::HttpClient;
pub use network::Network;
#[cfg(any(test, feature = "worlds"))]
pub use network::{InProcess, PendingExchange, RawResponse};
pub use posting::PostAnswer;
pub use rate_limited::{RateLimitedClient, RequestLimits};
