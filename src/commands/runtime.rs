//! The runtime for everything that waits: one thread, started when it is needed.

use anyhow::Context as _;

/// Runs the future to its end. A hanging DNS lookup is abandoned and delays nobody.
pub(super) fn block_on<F: Future>(work: F) -> anyhow::Result<F::Output> {
    let runtime = runtime()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(done)
}

pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime
        .enable_all()
        .build()
        .context("could not start the network runtime")
}
