//! Commands do right over time.

mod doubt;
mod everyday;
mod expiry;
mod late;
mod refunds;
mod tries;
