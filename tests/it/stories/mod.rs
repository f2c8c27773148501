//! Commands do right over time.

mod acts;
mod answers;
mod doubt;
mod everyday;
mod expiry;
mod handing;
mod hard;
mod hints;
mod late;
mod refunds;
mod sending;
mod tries;
