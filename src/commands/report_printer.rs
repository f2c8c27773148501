//! The report of a run that continues even if the report cannot be written.

use std::io::{self, Write};

use crate::commands::Context;
use crate::domain::Instant;
use crate::exit::Exit;
use crate::output::deferred::DeferredOutput;
use crate::output::report::Report;
use crate::output::{OutputStyle, Row, Summary, is_closed_pipe};

/// The report, until its reader closes the pipe or writing fails.
pub(super) struct ReportPrinter<'a, R: Row> {
    report: Option<Report<R, &'a mut (dyn Write + Send)>>,
    written: ReportDelivery,
}

/// How the writing of a report ended.
#[derive(Debug, Default)]
pub(super) struct ReportDelivery {
    /// The reader read to the end.
    pub(super) has_reader: bool,
    /// Why writing failed; a closed pipe does not count.
    trouble: Option<io::Error>,
}

impl ReportDelivery {
    /// Records the result of one write.
    pub(super) fn add(&mut self, result: io::Result<()>) {
        let Err(error) = result else { return };
        self.has_reader = false;
        if self.trouble.is_none() && !is_closed_pipe(&error) {
            self.trouble = Some(error);
        }
    }

    /// Writes what was held back, unless writing failed before.
    pub(super) fn release(&mut self, deferred: DeferredOutput, to: &mut dyn Write) {
        if self.trouble.is_none() {
            self.add(deferred.release(to));
        }
    }

    /// The error to report.
    pub(super) fn trouble(self) -> Option<anyhow::Error> {
        let why = "the work is done and recorded, but its report could not be written";
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
        let style = OutputStyle {
            brief: context.options.quiet,
            ..context.style()
        };
        let report = Report::new(out, style, command, context.started_at);
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

    /// Of a report under `--quiet`: its lines.
    pub(super) fn limit_lines(&mut self, lines: usize) {
        if let Some(report) = &mut self.report {
            report.limit_lines(lines);
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
