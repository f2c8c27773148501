//! A job that may write: one at a time, and written down while it runs.
//!
//! The lock spares work; correctness never depends on it, because every move is guarded by the version it saw.

use super::context::Context;
use super::failure::CommandError;
use crate::domain::clocks::ClockReadings;
use crate::exit::Exit;
use crate::store::{JobLock, OpenRun, RunId, RunStart, Store, WritePermit};

/// A job under way. Dropped, its lock is free.
pub(super) struct Job {
    run: RunId,
    lock: JobLock,
    /// What gateways' clocks have said about this machine's while it ran.
    pub(super) clock: ClockReadings,
}

impl Job {
    /// Takes the job's lock and writes down that it runs.
    ///
    /// # Errors
    /// A refusal with exit 75 when the same job is running already.
    pub(super) fn begin(
        context: &Context<'_>,
        store: &mut Store,
        permit: &WritePermit,
        name: &str,
    ) -> anyhow::Result<Self> {
        let Some(lock) = JobLock::take(context.database(), name)? else {
            return Err(busy(context, name, store.read().open_run(name)?).into());
        };
        let run = RunStart {
            job: name,
            started_at: context.started_at,
            host: &context.host.machine.host,
            pid: context.host.machine.pid,
            program: concat!("payctl ", env!("CARGO_PKG_VERSION")),
        };
        let run = store.start_run(permit, &run)?;
        Ok(Self {
            run,
            lock,
            clock: ClockReadings::default(),
        })
    }

    /// What it holds while it runs.
    pub(super) fn lock(&self) -> &JobLock {
        &self.lock
    }

    /// Writes down how it ended.
    pub(super) fn end(
        self,
        context: &Context<'_>,
        store: &mut Store,
        permit: &WritePermit,
        exit: Exit,
        counts: &impl serde::Serialize,
    ) -> anyhow::Result<()> {
        let counts = serde_json::to_string(counts)?;
        store.end_run(
            permit,
            self.run,
            context.host.clock.now(),
            exit.code(),
            &counts,
            self.clock,
        )?;
        Ok(())
    }
}

fn busy(context: &Context<'_>, name: &str, holder: Option<OpenRun>) -> CommandError {
    let who = match holder {
        Some(run) => format!(
            " since {} (process {} on {})",
            run.started_at.in_zone(context.config.zone),
            run.pid,
            run.host
        ),
        None => String::new(),
    };
    CommandError::new(Exit::Busy, format!("{name} is running already{who}"))
        .hint("nothing is wrong; the next run does what is left")
}
