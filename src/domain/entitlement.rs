//! What a customer has bought: access for a time, and tickets.

pub mod access;
pub mod ticket;
