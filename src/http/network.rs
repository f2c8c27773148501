//! Where requests go: to sockets, or in simulated worlds to whoever answers within this process.

#[cfg(any(test, feature = "worlds"))]
use std::{future::Future, pin::Pin, sync::Arc};

#[cfg(any(test, feature = "worlds"))]
use super::message::{HttpRequest, RequestFailure};

/// Where requests go.
#[derive(Clone, Default)]
pub enum Network {
    #[default]
    Sockets,
    #[cfg(any(test, feature = "worlds"))]
    InProcess(Arc<dyn InProcess>),
}

/// Answers requests within this process.
#[cfg(any(test, feature = "worlds"))]
pub trait InProcess: Send + Sync {
    /// One attempt, without limits and retries.
    fn exchange(&self, request: HttpRequest) -> PendingExchange;
}

#[cfg(any(test, feature = "worlds"))]
pub type PendingExchange =
    Pin<Box<dyn Future<Output = Result<RawResponse, RequestFailure>> + Send>>;

/// An answer as it would come from a socket.
#[cfg(any(test, feature = "worlds"))]
#[derive(Debug)]
pub struct RawResponse {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}
