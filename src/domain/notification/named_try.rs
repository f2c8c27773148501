//! An attempt that a notification names by the gateway's own id, and that belongs to no known payment.

use crate::domain::{Instant, PaidAttempt, PaymentId, TransactionId};

/// At most this many unknown attempts of one order are queried; a person must look at any further ones.
pub const MAX_UNKNOWN_TRIES: u32 = 10;

/// An attempt without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTry {
    /// The payment for which it was named.
    pub payment: PaymentId,
    pub transaction_id: TransactionId,
    /// When a notification last named it.
    pub named_at: Instant,
    /// When the query started to which the gateway answered "not found".
    pub absent_at: Option<Instant>,
    pub tie: Option<PaidAttempt>,
    /// Another payment has this id, or was named with it.
    pub is_elsewhere: bool,
}

impl NamedTry {
    /// Whether it blocks the end of an order whose proof counts from `proof_from`. "Not found" counts only from then on,
    /// because a gateway may learn of it later.
    #[must_use]
    pub fn blocks_release(&self, proof_from: Instant) -> bool {
        self.absent_at.is_none_or(|at| at <= proof_from)
    }
}
