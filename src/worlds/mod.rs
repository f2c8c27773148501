//! Worlds: one seeded thread owns the time, the gateways, the customers and the crashes, and types payctl's own command
//! lines. After every step, promises are checked by means that payctl's decisions have no part in.
//!
//! Compiled for tests and with the feature `worlds` only: a clock that can be set is a back door.

mod acts;
mod answers;
mod books;
mod chances;
mod clock;
mod customs;
mod gateway_acts;
mod generate;
#[cfg(test)]
mod hints;
mod history;
mod machine;
mod memory;
mod model;
mod network;
mod promises;
mod record;
mod search;
mod settlement;
mod step;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod typed;
mod watch;
mod world;

#[cfg(feature = "worlds")]
pub(crate) use search::{WorldsWanted, play_worlds, shortest_story};
