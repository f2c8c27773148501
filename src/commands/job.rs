//! A job that writes: only one runs at a time, and the table of runs records it.
//!
//! The lock only saves work; correctness does not need it, because every change checks the version it saw.

use super::own_fault::{run_begins, run_ends};
use super::version::VERSION;
use crate::commands::{CommandError, Context};
use crate::domain::{ClockReadings, IncidentChange, IncidentKind};
use crate::exit::Exit;
use crate::reconciler::Writer;
use crate::store::{JobLock, OpenRun, RunId, RunStart, StoreError};

/// A running job. Dropping it releases its lock.
pub(super) struct Job {
    run: RunId,
    name: String,
    lock: JobLock,
    /// What the gateways' clocks said about this machine's clock during the run.
    pub(super) clock: ClockReadings,
}

impl Job {
    /// Takes the job's lock and records its start.
    ///
    /// # Errors
    /// A refusal with exit code 75 if the same job is already running.
    pub(super) fn begin(
        context: &Context<'_>,
        writer: &Writer,
        name: &str,
    ) -> anyhow::Result<Self> {
        let Some(lock) = JobLock::take(context.database(), name)? else {
            let holder = writer.read().open_run(name)?;
            record_holder(context, writer, name, holder.as_ref())?;
            return Err(busy(context, name, holder).into());
        };
        record_over(context, writer, IncidentKind::JobHeld, name)?;
        let program = format!("payctl {VERSION}");
        let run = RunStart {
            job: name,
            started_at: context.started_at,
            host: &context.host.machine.host,
            pid: context.host.machine.pid,
            program: &program,
        };
        let run = writer.write(|store, permit| store.start_run(permit, &run))?;
        run_begins(run, name);
        Ok(Self {
            run,
            name: name.to_owned(),
            lock,
            clock: ClockReadings::default(),
        })
    }

    /// The lock held while it runs.
    pub(super) fn lock(&self) -> &JobLock {
        &self.lock
    }

    /// Records how the job ended.
    pub(super) fn end(
        self,
        context: &Context<'_>,
        writer: &Writer,
        exit: Exit,
        counts: &impl serde::Serialize,
    ) -> anyhow::Result<()> {
        let counts = serde_json::to_string(counts)?;
        record_over(context, writer, IncidentKind::JobFailed, &self.name)?;
        let (run, now) = (self.run, context.host.clock.now());
        writer.write(|store, permit| {
            store.end_run(permit, run, now, exit.code(), &counts, self.clock)
        })?;
        run_ends();
        Ok(())
    }
}

/// A run that finds the lock taken has seen since when; for long enough, that is news.
fn record_holder(
    context: &Context<'_>,
    writer: &Writer,
    name: &str,
    holder: Option<&OpenRun>,
) -> Result<(), StoreError> {
    let Some(run) = holder else {
        return Ok(());
    };
    let seen = [IncidentChange::Seen {
        kind: IncidentKind::JobHeld,
        subject: name.to_owned(),
        since: run.started_at,
        facts: format!("process {} on {}", run.pid, run.host),
        affected: 0,
    }];
    let now = context.host.clock.now();
    writer.write(|store, permit| store.record_incidents(permit, &seen, now))
}

fn record_over(
    context: &Context<'_>,
    writer: &Writer,
    kind: IncidentKind,
    name: &str,
) -> Result<(), StoreError> {
    let subject = name.to_owned();
    let over = [IncidentChange::Over { kind, subject }];
    let now = context.host.clock.now();
    writer.write(|store, permit| store.record_incidents(permit, &over, now))
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
    CommandError::new(Exit::Busy, format!("{name} is already running{who}"))
        .hint("nothing is wrong; the next run continues")
}
