//! What a job of cron does besides its work: it tells a heartbeat that it begins and how it ended, and writes the metrics.

use super::{heartbeat, metrics};
use crate::commands::Context;
use crate::exit::Exit;
use crate::output::Summary;

/// A job has begun.
pub(super) fn job_begins(context: &Context<'_>, job: &str) {
    heartbeat::begins(context, job);
}

/// A job has ended, and its end is recorded.
pub(super) fn job_ended(context: &Context<'_>, job: &str, exit: Exit, summary: &impl Summary) {
    metrics::write_file(context);
    heartbeat::ended(context, job, exit, &summary.line());
}
