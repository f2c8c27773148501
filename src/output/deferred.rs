//! Holds back a report until the end of the run decides whether it is printed.

use std::io::{self, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

/// Enough for most runs, so that cron's runs every minute never touch the disk.
const IN_MEMORY_BYTES_MAX: usize = 64 * 1024;

/// Keeps what is written: a little in memory, the rest in an unnamed file. Dropping it discards everything.
pub struct DeferredOutput {
    kept: SpooledTempFile,
    lines: usize,
}

impl DeferredOutput {
    #[must_use]
    pub fn new() -> Self {
        Self {
            kept: SpooledTempFile::new(IN_MEMORY_BYTES_MAX),
            lines: 0,
        }
    }

    /// The lines written so far.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Prints everything as it was written.
    pub fn release(mut self, to: &mut dyn Write) -> io::Result<()> {
        self.kept.seek(SeekFrom::Start(0))?;
        io::copy(&mut self.kept, to)?;
        to.flush()
    }
}

impl Default for DeferredOutput {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for DeferredOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.kept.write(bytes)?;
        let new = bytes.get(..written).unwrap_or_default();
        self.lines += new.iter().filter(|byte| **byte == b'\n').count();
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.kept.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::report::Report;
    use super::super::testing::{SampleRow, SampleSummary, line, style};
    use super::*;
    use crate::domain::Instant;
    use crate::exit::Exit;
    use crate::output::Severity;

    #[track_caller]
    fn check(rows: u64) {
        let write = |out: &mut dyn Write| {
            let now = Instant::from_millis(0);
            let mut report =
                Report::<SampleRow, _>::new(out, style(Format::Jsonl), "x", now).unwrap();
            for number in 0..rows {
                report
                    .row(&line(&format!("INV-{number}"), 1, Severity::Calm))
                    .unwrap();
            }
            let counts = SampleSummary {
                asked: rows,
                review: 0,
            };
            report
                .finish(&counts, now, Exit::Clean, &mut io::sink())
                .unwrap();
        };
        let mut straight = Vec::new();
        write(&mut straight);

        let mut deferred = DeferredOutput::new();
        write(&mut deferred);
        let is_on_disk = straight.len() > IN_MEMORY_BYTES_MAX;
        assert_eq!(deferred.kept.is_rolled(), is_on_disk);
        let mut released = Vec::new();
        deferred.release(&mut released).unwrap();
        assert!(released == straight);
    }

    #[test]
    fn released_text_is_the_written_text() {
        check(0);
        check(10);
    }

    #[test]
    fn a_long_report_waits_on_disk() {
        check(10_000);
    }
}
