//! Showing answers: for people as a table, for programs as JSON, JSON lines or CSV.
//!
//! Nothing here decides, reads the environment or picks a stream: where to write, for whom and in which
//! zone arrive as values, and every failure to write goes back to the caller.

mod csv;
pub mod deferred;
pub mod detail;
pub mod failure;
mod json;
pub mod log;
pub mod paint;
mod printable;
pub mod progress;
pub mod qr;
pub mod report;
#[cfg(test)]
mod samples;
mod table;

use std::io;

use crate::domain::instant::Zone;
use crate::domain::string_enum::string_enum;

pub use json::{SCHEMA, line as json_line};
pub use paint::ColorMode;
pub use printable::printable;

string_enum! {
    /// The shape of an answer.
    pub enum Format {
        /// For people.
        Table = "table",
        /// One document, its rows streamed.
        Json = "json",
        /// One row a line, then one line with the summary.
        Jsonl = "jsonl",
        /// For spreadsheets; the summary goes to stderr.
        Csv = "csv",
    }
}

/// For whom CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvReader {
    /// Any program.
    Any,
    /// Excel, which takes UTF-8 only with a byte order mark, and splits at semicolons in most countries.
    Excel,
}

/// How and for whom a run shows its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputStyle {
    pub format: Format,
    pub csv: CsvReader,
    /// The zone of times in a table; files carry UTC.
    pub zone: Zone,
    pub paint: ColorMode,
}

/// What a line of a report can show of itself.
///
/// Serialised, a row is one flat struct without a field named `summary`: by that name a reader of JSON
/// lines knows the last line.
pub trait Row: serde::Serialize {
    /// The columns of the table.
    fn columns() -> &'static [Column];

    /// The names of the serialised fields, in order: the heading line of CSV, which stands there even
    /// without rows.
    fn fields() -> &'static [&'static str];

    /// The same line for people, one cell for each column.
    fn cells(&self, zone: Zone) -> Vec<String>;

    fn severity(&self) -> Severity;
}

/// How much a line wants to be looked at. The table shows the greatest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing to see.
    Calm,
    /// Something was moved, as it should be.
    Mended,
    /// No answer yet; the next run tries again.
    Unsure,
    /// The books are not level, and a run that may write mends it.
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
}

impl Column {
    #[must_use]
    pub const fn text(heading: &'static str) -> Self {
        Self {
            heading,
            side: Align::Left,
        }
    }

    /// Amounts and counts stand to the right, so that their digits are under each other.
    #[must_use]
    pub const fn number(heading: &'static str) -> Self {
        Self {
            heading,
            side: Align::Right,
        }
    }
}

/// The counts at the end of a report. Serialised: every count in a fixed order, zeros too.
pub trait Summary: serde::Serialize {
    /// The same on one line, for people.
    fn line(&self) -> String;

    /// What a person should read beside it, a line each.
    fn news(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Whether the reader went away (`payctl … | head`), which is no failure of the run.
#[must_use]
pub fn is_closed_pipe(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
