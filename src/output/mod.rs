//! Prints results: for people as a table, for programs as JSON, JSON lines or CSV.
//!
//! Nothing here decides, reads the environment or picks a stream: the writer, the format and the time zone are
//! arguments, and every write error goes back to the caller.

mod cell;
pub mod counted;
mod csv;
pub mod deferred;
pub mod detail;
pub mod failure;
mod fitting;
pub mod html;
mod json;
mod local_times;
pub mod log;
pub mod log_file;
pub mod messages;
pub mod paint;
mod printable;
pub mod progress;
pub mod prometheus;
pub mod qr;
pub mod report;
pub(crate) mod row;
mod table;
mod table_report;
#[cfg(test)]
mod testing;

use std::io;
use std::sync::Arc;

use crate::domain::{Zone, string_enum};

pub use cell::Cell;
pub use json::{SCHEMA, line as json_line};
pub use local_times::{LocalTimes, localise};
pub use paint::ColorMode;
pub use printable::printable;
pub use row::Row;
pub(crate) use row::row;

string_enum! {
    /// The output format.
    pub enum Format {
        /// For people.
        Table = "table",
        /// One document, its rows streamed.
        Json = "json",
        /// One row per line, then one line with the summary.
        Jsonl = "jsonl",
        /// For spreadsheets; the summary goes to stderr.
        Csv = "csv",
    }
}

/// Which program CSV is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvReader {
    /// Any program.
    Any,
    /// Excel, which needs a byte order mark to detect UTF-8, and in most countries splits at semicolons.
    Excel,
}

/// How a run prints its results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputStyle {
    pub format: Format,
    pub csv: CsvReader,
    /// The zone of times in a table; other formats have UTC.
    pub zone: Zone,
    pub paint: ColorMode,
    /// The cells in a line of the terminal; none in a pipe, where tables are as wide as they must be.
    pub width: Option<u16>,
    /// Names of the columns to show, in this order; none: all of them.
    pub columns: Option<Arc<[String]>>,
    /// For a table that is mailed: what a person must know stands first, calm rows are left out, and the lines are few.
    pub brief: bool,
}

/// The lines of a brief report.
pub const BRIEF_LINES: usize = 30;

impl OutputStyle {
    /// The first of the chosen names that is no column of these rows.
    #[must_use]
    pub fn unknown_column<R: Row>(&self) -> Option<&str> {
        let mut chosen = self.columns.iter().flat_map(|names| names.iter());
        let is_unknown = |name: &&String| !R::columns().iter().any(|column| column.is_called(name));
        chosen.find(is_unknown).map(String::as_str)
    }
}

/// How urgent a row is. The table shows the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing to do.
    Calm,
    /// Something was fixed, as expected.
    Mended,
    /// No answer yet; the next run retries.
    Unsure,
    /// Something differs, and a run with permission to write will fix it.
    Drift,
    /// A person must look.
    Person,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    heading: &'static str,
    side: Align,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
    /// On the left; long texts may be shortened.
    Prose,
}

impl Column {
    #[must_use]
    pub const fn text(heading: &'static str) -> Self {
        Self {
            heading,
            side: Align::Left,
        }
    }

    /// Sentences and names: they may be shortened on a narrow terminal.
    #[must_use]
    pub const fn prose(heading: &'static str) -> Self {
        Self {
            heading,
            side: Align::Prose,
        }
    }

    /// Its name on the command line: the heading in small letters, with `_` or `-` for a space.
    #[must_use]
    pub fn name(&self) -> String {
        self.heading.to_lowercase().replace(' ', "_")
    }

    fn is_called(&self, name: &str) -> bool {
        name.to_lowercase().replace([' ', '-'], "_") == self.name()
    }

    /// Amounts and counts are right-aligned.
    #[must_use]
    pub const fn number(heading: &'static str) -> Self {
        Self {
            heading,
            side: Align::Right,
        }
    }
}

/// The totals at the end of a report. Serialised: every count in a fixed order, including zeros.
pub trait Summary: serde::Serialize {
    /// The totals on one line, for people.
    fn line(&self) -> String;

    /// What a person may type next.
    fn next(&self) -> Vec<String> {
        Vec::new()
    }

    /// What else a person should read, one line each.
    fn news(&self) -> Vec<String> {
        Vec::new()
    }

    /// The same in so many lines, if that is possible: the first of each kind, and where the others are.
    fn news_within(&self, _lines: usize) -> Vec<String> {
        self.news()
    }
}

/// Whether the reader closed the pipe (`payctl … | head`), which is not a failure of the run.
#[must_use]
pub fn is_closed_pipe(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
