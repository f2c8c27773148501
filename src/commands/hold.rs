//! A restored file is held: what hands out, pays back or ends waits until a person releases it.

use std::time::Duration;

use serde::Serialize;

use super::job::Job;
use crate::commands::{CommandError, Context};
use crate::domain::{Instant, Zone};
use crate::exit::Exit;
use crate::reconciler::Writer;
use crate::store::Reader;

/// Under `--quiet` a job that waits says so no more often than this.
const SAID_EVERY: Duration = Duration::from_secs(60 * 60);

/// What the table of runs keeps of a job that did nothing.
#[derive(Debug, Serialize)]
struct HeldRun {
    held_as_of: Instant,
}

impl Context<'_> {
    /// For a command that a held file refuses: it says so itself, and nothing else does.
    pub(super) fn says_itself_that_it_is_held(&self) {
        self.has_told_hold.set(true);
    }

    /// # Errors
    /// The file is held, so `what` is not done: exit code 78.
    pub(super) fn require_released(&self, reader: &Reader, what: &str) -> anyhow::Result<()> {
        require_released(reader, self.config.zone, what)
    }

    /// The same for a job of a schedule: its run is recorded, and `--quiet` says why once an hour. The exit of a job that
    /// has nothing more to do; none: go on.
    ///
    /// # Errors
    /// The file is held, and it is time to say so.
    pub(super) fn hold_job(&self, writer: &Writer, job: &str) -> anyhow::Result<Option<Exit>> {
        let Some(held_as_of) = writer.read().held_as_of()? else {
            return Ok(None);
        };
        let run = Job::begin(self, writer, job)?;
        run.end(self, writer, Exit::Config, &HeldRun { held_as_of })?;
        let now = self.started_at;
        let since = now.saturating_sub(SAID_EVERY);
        let is_time = writer.write(|store, permit| store.should_tell_held(permit, now, since))?;
        if self.options.quiet && !is_time {
            return Ok(Some(Exit::Config));
        }
        Err(held(held_as_of, self.config.zone, job).into())
    }

    /// Says that what is shown is an earlier moment. Commands that a held file refuses say it themselves.
    pub(super) fn tell_of_hold(&self, reader: &Reader) -> anyhow::Result<()> {
        if self.has_told_hold.get() {
            return Ok(());
        }
        if let Some(as_of) = reader.held_as_of()? {
            self.has_told_hold.set(true);
            let as_of = as_of.in_named_zone(self.config.zone);
            self.warn(&format!(
                "this database was restored from a backup of {as_of} and is held: nothing is handed out, paid back or ended until: payctl restore --release"
            ));
        }
        Ok(())
    }
}

/// The same where there is no context any more.
pub(super) fn require_released(reader: &Reader, zone: Zone, what: &str) -> anyhow::Result<()> {
    match reader.held_as_of()? {
        Some(as_of) => Err(held(as_of, zone, what).into()),
        None => Ok(()),
    }
}

fn held(as_of: Instant, zone: Zone, what: &str) -> CommandError {
    let as_of = as_of.in_named_zone(zone);
    CommandError::config(format!(
        "{what} does nothing: this database was restored from a backup of {as_of} and is held"
    ))
    .hint("see what was done since and may happen twice, and release it: payctl restore --release")
}
