//! Commands do right over time.

mod doubt;
mod everyday;
mod late;
mod refunds;
mod tries;
