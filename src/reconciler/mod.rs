//! Queries many payments, compares, and writes in batches: the engine behind every command that queries a gateway.
//!
//! ```text
//! lane (reads ahead) ─ ask ─┐
//! lane (reads ahead) ─ ask ─┼─ collect: circuit breaker, batch ─ writer thread (books, or previews) ─ report
//! lane (given rows)  ─ ask ─┘
//! ```
//!
//! No transaction is open while a gateway is queried: the writer thread receives answers and never sends queries.

mod ask;
mod checked;
mod closing;
mod crew;
mod desk;
mod ending;
mod expiring;
mod heal;
mod lane;
mod opening;
mod queue;
mod read_turns;
mod reading;
mod refunding;
mod round;
mod scribe;
mod shutting;
mod tally;
mod time;
mod unsettled;
mod witness;

pub use checked::{Action, Checked};
pub use closing::close_dead;
pub use crew::{Crew, Member};
pub use expiring::{Expiring, Setting, expire};
pub use heal::heal;
pub use lane::{Account, Lane, Source};
pub use opening::{Begin, Opener, Outcome, Told};
pub use refunding::{Order, Sent, order, send_back};
pub use round::{Print, Round, RoundError};
pub use scribe::Pen;
pub use shutting::{Shut, Shutting, shut};
pub use tally::{Halt, KeptOrder, Manner, Tally};
pub use time::ask_the_time;
pub use unsettled::ask_about_unsettled;
pub use witness::Witness;

#[cfg(test)]
mod tests;
