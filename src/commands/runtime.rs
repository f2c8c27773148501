//! Runs what waits, on a runtime that is started when it is needed.

use anyhow::Context as _;
use tokio::runtime::Runtime;

use crate::clock::Clock;

/// Runs the future to its end. A hanging DNS lookup is abandoned and delays nobody.
pub(super) fn block_on<F: Future>(clock: &dyn Clock, work: F) -> anyhow::Result<F::Output> {
    let runtime = runtime(clock)?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(done)
}

pub(super) fn runtime(clock: &dyn Clock) -> anyhow::Result<Runtime> {
    clock
        .runtime()
        .context("could not start the network runtime")
}
