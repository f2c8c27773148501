//! A gateway account of the shop, and the payments by which it can show that it is the right one.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::domain::{AccountEvidence, ControlQueries, Instant, Payment};
use crate::gateway::Gateway;
use crate::http;

/// A gateway account, ready for queries. Clones share the account's rate limit and its slots in flight.
#[derive(Clone)]
pub struct GatewayAccount {
    pub gateway: Arc<dyn Gateway>,
    pub http: http::RateLimitedClient,
    pub max_in_flight: usize,
    /// Shows whether it is the right account.
    pub witness: Arc<Witness>,
}

/// Payments by which an account can show that it is the right one, and its last result.
#[derive(Debug)]
pub struct Witness {
    pub(super) known: Vec<Payment>,
    pub(super) accepted_at: Option<Instant>,
    /// "Not found" from an unproven account proves nothing anyway (G1).
    pub(super) account: AccountEvidence,
    pub(super) shown: Mutex<Option<(Instant, ControlQueries)>>,
}

impl Witness {
    /// `known` are payments that the account must know, those first that it is most likely to answer about.
    #[must_use]
    pub fn new(
        account: AccountEvidence,
        known: Vec<Payment>,
        accepted_at: Option<Instant>,
    ) -> Self {
        Self {
            known,
            accepted_at,
            account,
            shown: Mutex::new(None),
        }
    }
}
