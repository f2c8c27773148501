//! The report of a run that must not break off with it: whoever cannot be told, the work goes on.

use std::io::{self, Write};

use super::context::Context;
use crate::domain::instant::Instant;
use crate::exit::Exit;
use crate::output::deferred::DeferredOutput;
use crate::output::report::Report;
use crate::output::{Row, Summary, is_closed_pipe};

/// The report, until its reader goes away or it cannot be written.
pub(super) struct ReportPrinter<'a, R: Row> {
    report: Option<Report<R, &'a mut (dyn Write + Send)>>,
    written: ReportDelivery,
}

/// How the writing of a report has ended.
#[derive(Debug, Default)]
pub(super) struct ReportDelivery {
    /// Somebody has read to the end.
    pub(super) has_reader: bool,
    /// Why it could not be written; a reader that has seen enough is no trouble.
    trouble: Option<io::Error>,
}

impl ReportDelivery {
    /// Takes note of one thing more that was written, or was not.
    pub(super) fn add(&mut self, result: io::Result<()>) {
        let Err(error) = result else { return };
        self.has_reader = false;
        if self.trouble.is_none() && !is_closed_pipe(&error) {
            self.trouble = Some(error);
        }
    }

    /// Lets out what was held back; after a trouble, no more.
    pub(super) fn release(&mut self, deferred: DeferredOutput, to: &mut dyn Write) {
        if self.trouble.is_none() {
            self.add(deferred.release(to));
        }
    }

    /// The trouble, as it is told.
    pub(super) fn trouble(self) -> Option<anyhow::Error> {
        let why = "the work is done and on record, and its report could not be written";
        self.trouble
            .map(|error| anyhow::Error::from(error).context(why))
    }
}

impl<'a, R: Row> ReportPrinter<'a, R> {
    pub(super) fn new(
        out: &'a mut (dyn Write + Send),
        context: &Context<'_>,
        command: &str,
    ) -> Self {
        let report = Report::new(out, context.style(), command, context.started_at);
        let mut written = ReportDelivery::default();
        let report = report.map_err(|error| written.add(Err(error))).ok();
        Self { report, written }
    }

    pub(super) fn row(&mut self, line: &R) {
        let Some(report) = &mut self.report else {
            return;
        };
        if let Err(error) = report.row(line) {
            self.report = None;
            self.written.add(Err(error));
        }
    }

    pub(super) fn finish(
        self,
        summary: &impl Summary,
        finished_at: Instant,
        exit: Exit,
        err: &mut dyn Write,
    ) -> ReportDelivery {
        let mut written = self.written;
        if let Some(report) = self.report {
            written.has_reader = true;
            written.add(report.finish(summary, finished_at, exit, err));
        }
        written
    }
}
