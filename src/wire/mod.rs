//! The one place that sends.

pub mod message;
