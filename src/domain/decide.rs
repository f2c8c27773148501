//! The decisions: an answer is compared, an order is judged, and both become one plan.

pub(in crate::domain) mod apply_observation;
pub mod apply_verdicts;
pub mod booking;
pub mod finding;
pub mod heal;
pub mod judge;
pub mod named_attempts;
pub(in crate::domain) mod payment_changes;
pub(in crate::domain) mod plan_builder;
pub mod reconcile;
pub(in crate::domain) mod reference_collision;
pub(in crate::domain) mod refund_tracking;
pub mod refunded;
pub mod release;
pub mod unknown_payment;
pub mod unsettled;
