//! What people read: an order's history, and what a payment waits for.

pub mod payable;
pub mod reminder;
pub mod timeline;
