//! Stories of commands over time.

mod access;
mod acts;
mod answers;
mod asking;
mod claims;
mod clocks;
mod closing;
mod doubt;
mod everyday;
mod expiry;
mod fees;
mod gone_back;
mod handing;
mod hard;
mod hints;
mod keeping;
mod lagging;
mod late;
mod named;
mod names;
mod paying;
mod refunds;
mod second;
mod sending;
mod tries;
