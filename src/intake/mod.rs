//! Taking in: import files, one order after the other, as typed records.
//!
//! A file is read line by line in constant memory; a bad order spoils no other. What a field means is decided
//! in the domain; here only its form is checked.

mod columns;
mod csv;
mod fields;
mod json;
mod lines;

use std::fmt;
use std::io::{self, BufRead};

use self::csv::Csv;
use self::lines::{Line, Lines};
use crate::domain::import::ImportRecord;
use crate::domain::words::words;

words! {
    /// How an import file is written.
    pub enum Form {
        /// One JSON object a line.
        Json = "json",
        /// A header, then one or more rows for each order.
        Csv = "csv",
    }
}

/// One order of a file, or why it is none, with the line on which it begins (the first line is 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub line: u64,
    pub record: Result<ImportRecord, Reason>,
}

/// Why an order was not understood, in words that name the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Reason(String);

impl Reason {
    fn new(text: impl fmt::Display) -> Self {
        Self(text.to_string())
    }

    /// The same reason, with the place it is about in front.
    fn within(self, place: impl fmt::Display) -> Self {
        Self(format!("{place}{}", self.0))
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    #[error("could not be read")]
    Io(#[from] io::Error),
    #[error("line {line}: {reason}")]
    Header { line: u64, reason: Reason },
    #[error("is one JSON list; give one order a line, for example with: jq -c '.[]'")]
    JsonList,
}

/// The orders of a file, in its order. After an `Err` the file is at its end.
#[derive(Debug)]
pub struct Intake<R> {
    lines: Lines<R>,
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    Json,
    Csv(Box<Csv>),
    Done,
}

impl<R: BufRead> Intake<R> {
    /// Looks at the first line that is not blank: `{` means JSON lines, anything else is the header of a CSV file,
    /// unless `form` says what it is.
    ///
    /// # Errors
    /// `Io`; `Header` where the columns cannot be told from it; `JsonList`.
    pub fn open(source: R, form: Option<Form>) -> Result<Self, IntakeError> {
        let mut lines = Lines::new(source);
        let Some((number, first)) = lines.next_line()? else {
            return Ok(Self {
                lines,
                shape: Shape::Done,
            });
        };
        let shape = match (first, form) {
            (Line::Text(text), None | Some(Form::Json)) if begins_with(text, b'[') => {
                return Err(IntakeError::JsonList);
            }
            (Line::Text(text), None) if begins_with(text, b'{') => Shape::Json,
            (_, Some(Form::Json)) => Shape::Json,
            (Line::Text(text), None | Some(Form::Csv)) => {
                let csv = Csv::with_header(text).map_err(|reason| IntakeError::Header {
                    line: number,
                    reason,
                })?;
                Shape::Csv(Box::new(csv))
            }
            (Line::TooLong, None | Some(Form::Csv)) => {
                return Err(IntakeError::Header {
                    line: number,
                    reason: lines::too_long(),
                });
            }
        };
        if matches!(shape, Shape::Json) {
            lines.unread();
        }
        Ok(Self { lines, shape })
    }

    fn next_json(&mut self) -> io::Result<Option<Entry>> {
        let next = self.lines.next_line()?;
        Ok(next.map(|(line, text)| Entry {
            line,
            record: match text {
                Line::Text(text) => json::record(text),
                Line::TooLong => Err(lines::too_long()),
            },
        }))
    }
}

fn begins_with(text: &[u8], first: u8) -> bool {
    text.trim_ascii_start().first() == Some(&first)
}

impl<R: BufRead> Iterator for Intake<R> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match &mut self.shape {
            Shape::Done => return None,
            Shape::Json => self.next_json(),
            Shape::Csv(csv) => csv.next_entry(&mut self.lines),
        };
        if !matches!(next, Ok(Some(_))) {
            self.shape = Shape::Done;
        }
        next.transpose()
    }
}

#[cfg(test)]
mod tests;
