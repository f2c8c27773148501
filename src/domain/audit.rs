//! The trail of an order: what moved, when, by whom and why, as it was written down.

use super::instant::Instant;
use super::money::Rupiah;
use super::names::PaymentId;
use super::reason::WrittenReason;
use super::rule::Rule;

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
