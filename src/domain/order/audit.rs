//! The trail of an order: what moved, when, by whom and why, as it was written down.

use crate::domain::{Instant, PaymentId, Rule, Rupiah, WrittenReason};

/// One line of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub id: i64,
    pub at: Instant,
    pub actor: String,
    pub what: String,
    pub payment: Option<PaymentId>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub rule: Option<Rule>,
    pub amount: Option<Rupiah>,
    pub why: WrittenReason,
}
