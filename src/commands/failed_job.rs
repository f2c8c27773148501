//! A job of cron that could not do its work: a person is told when that begins, hourly, and when it is over.

use std::io::Write as _;

use super::incidents::sentence;
use super::{failure, heartbeat};
use crate::commands::{CommandError, Context, Options, Writes};
use crate::domain::{IncidentChange, IncidentKind};
use crate::exit::Exit;
use crate::host::Host;
use crate::output::{ColorMode, Format};
use crate::store::WriteReason;

/// Tells the heartbeat that the job failed. A run that found the lock taken says nothing: the one that holds it will.
pub(super) fn ping(error: &anyhow::Error, job: &str, options: &Options, host: &mut Host) {
    let exit = failure::exit(error);
    if matches!(exit, Exit::Usage | Exit::Busy) {
        return;
    }
    // Without a configuration there is nobody to tell.
    if let Ok(context) = Context::open(options.clone(), host, Writes::EachTime) {
        heartbeat::ended(&context, job, exit, &failure::sentence(error));
    }
}

/// Prints why the job failed, unless that was told lately. Cron soon starts the next run: one that finds another still
/// running is worth a mail only after ten minutes.
pub(super) fn tell(
    error: &anyhow::Error,
    job: &str,
    options: &Options,
    style: (Format, ColorMode),
    host: &mut Host,
) -> Exit {
    let exit = failure::exit(error);
    let now = host.clock.now();
    let (kind, seen) = match exit {
        Exit::Usage => return failure::print(error, style, &mut host.stderr),
        // The run that found the lock taken has recorded that.
        Exit::Busy => (IncidentKind::JobHeld, None),
        Exit::Clean | Exit::Failed | Exit::Attention | Exit::Partial | Exit::Config => {
            let seen = IncidentChange::Seen {
                kind: IncidentKind::JobFailed,
                subject: job.to_owned(),
                since: now,
                facts: failure::sentence(error),
                affected: 1,
            };
            (IncidentKind::JobFailed, Some(seen))
        }
    };
    // Every check that the command would have made comes before the first write.
    let context = Context::open(options.clone(), host, Writes::EachTime);
    let writer = context.and_then(|context| context.writer(WriteReason::NotDryRun));
    let known = writer.ok().and_then(|writer| {
        let record = writer.write(|store, permit| {
            store.record_incidents(permit, seen.as_slice(), now)?;
            store.read().open_incident(kind, job)
        });
        Some((record.ok()??, writer))
    });
    match known {
        None if exit == Exit::Busy => exit,
        // What cannot be recorded is told each time.
        None => failure::print(error, style, &mut host.stderr),
        Some((incident, writer)) => {
            let Some(phase) = incident.phase(now) else {
                return exit;
            };
            let mut text = Vec::new();
            let held = (exit == Exit::Busy)
                .then(|| CommandError::new(Exit::Busy, sentence(&incident, phase)).into());
            failure::print(held.as_ref().unwrap_or(error), style, &mut text);
            let written = host.stderr.write_all(&text);
            if written.and_then(|()| host.stderr.flush()).is_ok() {
                let told = writer
                    .write(|store, permit| store.record_incidents_told(permit, &[incident], now));
                // What cannot be recorded is told once more.
                drop(told);
            }
            exit
        }
    }
}
