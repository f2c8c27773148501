//! Worlds: one seeded thread owns the time, the gateways, the customers and the crashes, and types payctl's own command
//! lines. After every step, promises are checked by means that payctl's decisions have no part in.
//!
//! Compiled for tests and with the feature `worlds` only: a clock that can be set is a back door.

mod answers;
mod books;
mod memory;
mod promises;
#[expect(dead_code, reason = "the world that fills it in is not built yet")]
mod record;
#[cfg(test)]
mod testing;
mod watch;
