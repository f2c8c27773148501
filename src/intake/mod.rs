//! Taking in: import files, one order after the other, as typed records.
//!
//! A file is read line by line in constant memory; a bad order spoils no other. What a field means is decided
//! in the domain; here only its form is checked.

mod amounts;
mod columns;
mod csv;
mod fields;
mod json;
mod lines;
mod places;
mod times;

use std::fmt;
use std::io::{self, BufRead};

use self::amounts::Amounts;
pub use self::amounts::Interpreted;
use self::columns::{Cutter, told_delimiter};
use self::csv::Csv;
use self::lines::{Line, Lines};
use crate::domain::amount_text::{Notation, Signs};
use crate::domain::encoding;
use crate::domain::import::ImportRecord;
use crate::domain::instant::Zone;
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
    /// The amounts that were not written in digits alone; to be shown before the order is written.
    pub interpreted: Vec<Interpreted>,
    /// A time of it had no zone, and was read in the one that was named.
    pub has_local_time: bool,
}

/// What a person has said about a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// How it is written; else its content tells.
    pub form: Option<Form>,
    /// It is an export: every dot in an amount is the decimal point.
    pub has_decimal_point: bool,
    /// In which zone the times of a CSV file are that name none.
    pub zone: Option<Zone>,
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
    #[error("{0}")]
    Encoding(&'static str),
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
    Json(Notation),
    Csv(Box<Csv>),
    Done,
}

impl<R: BufRead> Intake<R> {
    /// Looks at the first line that is not blank: `{` means JSON lines, anything else is the header of a CSV file, perhaps
    /// behind a line `sep=;`, unless the form is named. A CSV file is read to its end first: what a dot means in one
    /// amount may be shown by another one, and the rows of an order may be scattered. Of JSON lines, which may come
    /// without end, each is read with what those before it have shown.
    ///
    /// # Errors
    /// `Io`; `Header` where the columns cannot be told from it; `Encoding`; `JsonList`.
    pub fn open(source: R, reading: Reading) -> Result<Self, IntakeError> {
        let notation = if reading.has_decimal_point {
            Notation::DecimalPoint
        } else {
            // A line that is still to come may group by dots.
            Notation::Among(Signs {
                grouping_dot: true,
                ..Signs::default()
            })
        };
        let mut lines = Lines::new(source);
        let delimiter = match lines.next_line()? {
            None => {
                let shape = Shape::Done;
                return Ok(Self { lines, shape });
            }
            Some((_, Line::Text(text))) if encoding::is_utf_16(text) => {
                return Err(IntakeError::Encoding(encoding::UTF_16));
            }
            Some((_, Line::Text(text))) if reading.form != Some(Form::Json) => told_delimiter(text),
            Some(_) => None,
        };
        if delimiter.is_none() {
            lines.unread();
        }
        let Some((number, first)) = lines.next_line()? else {
            return Ok(Self {
                lines,
                shape: Shape::Done,
            });
        };
        let is_json = match (first, reading.form) {
            (Line::Text(text), None | Some(Form::Json)) if begins_with(text, b'[') => {
                return Err(IntakeError::JsonList);
            }
            (_, Some(form)) => form == Form::Json,
            (Line::Text(text), None) => delimiter.is_none() && begins_with(text, b'{'),
            (Line::TooLong, None) => false,
        };
        if is_json {
            lines.unread();
            let shape = Shape::Json(notation);
            return Ok(Self { lines, shape });
        }
        let header = match first {
            Line::Text(text) => Cutter::with_header(text, delimiter),
            Line::TooLong => Err(lines::too_long()),
        };
        let header = header.map_err(|reason| IntakeError::Header {
            line: number,
            reason,
        })?;
        let mut csv = Csv::new(header, notation, reading.zone);
        let mark = lines.mark()?;
        csv.survey(&mut lines)?;
        lines.go_back(mark)?;
        let shape = Shape::Csv(Box::new(csv));
        Ok(Self { lines, shape })
    }
}

fn next_json<R: BufRead>(
    lines: &mut Lines<R>,
    notation: &mut Notation,
) -> io::Result<Option<Entry>> {
    let Some((line, text)) = lines.next_line()? else {
        return Ok(None);
    };
    if let (Notation::Among(signs), Line::Text(text)) = (&mut *notation, text) {
        json::survey(text, signs);
    }
    let mut amounts = Amounts::of_line(line, *notation);
    let record = match text {
        Line::Text(text) => json::record(text, &mut amounts),
        Line::TooLong => Err(lines::too_long()),
    };
    Ok(Some(Entry {
        line,
        record,
        interpreted: amounts.interpreted,
        has_local_time: false,
    }))
}

fn begins_with(text: &[u8], first: u8) -> bool {
    text.trim_ascii_start().first() == Some(&first)
}

impl<R: BufRead> Iterator for Intake<R> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match &mut self.shape {
            Shape::Done => return None,
            Shape::Json(notation) => next_json(&mut self.lines, notation),
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
