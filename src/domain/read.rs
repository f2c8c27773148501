//! What people read: an order's history, what a payment waits for, and what goes wrong for a while.

pub mod incident;
pub mod payable;
pub mod reminder;
pub mod timeline;
