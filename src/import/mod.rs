//! Import files: yields their orders one after the other, as typed records.
//!
//! Reads line by line in constant memory; a bad order does not affect the others. Only the form is checked here; the
//! domain decides what a field means.

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

use self::amounts::AmountReader;
pub use self::amounts::InterpretedAmount;
use self::columns::{RowSplitter, told_delimiter};
use self::csv::CsvOrders;
use self::lines::{LineReader, TextLine};
use crate::domain::values::encoding;
use crate::domain::{ImportRecord, Notation, SeparatorEvidence, Zone, string_enum};

string_enum! {
    /// The format of an import file.
    pub enum ImportFormat {
        /// One JSON object per line.
        Json = "json",
        /// A header, then one or more rows per order.
        Csv = "csv",
    }
}

/// An order of a file with the line on which it begins (the first is 1), or why it is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportEntry {
    pub line: u64,
    pub record: Result<ImportRecord, ImportProblem>,
    /// Amounts that were written with more than digits; to be shown before the order is written.
    pub interpreted: Vec<InterpretedAmount>,
    /// One of its times had no zone and was read in the zone that was given.
    pub has_local_time: bool,
}

/// The operator's options for a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImportOptions {
    /// The format; none: detected from the content.
    pub form: Option<ImportFormat>,
    /// In amounts every dot is the decimal point.
    pub has_decimal_point: bool,
    /// The zone of CSV times that name none.
    pub zone: Option<Zone>,
}

/// Why an order was not understood; the text names the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct ImportProblem {
    text: String,
    /// The amount is clear once the operator says that dots are decimal points.
    pub needs_decimal_point: bool,
}

impl ImportProblem {
    fn new(text: impl fmt::Display) -> Self {
        Self {
            text: text.to_string(),
            needs_decimal_point: false,
        }
    }

    /// The same reason, preceded by its place.
    fn within(self, place: impl fmt::Display) -> Self {
        Self {
            text: format!("{place}{}", self.text),
            ..self
        }
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("could not be read")]
    Io(#[from] io::Error),
    /// A CSV file is read twice, so it is kept meanwhile.
    #[error("could not be kept in a temporary file: {0}")]
    NotKept(io::Error),
    #[error("line {line}: {reason}")]
    Header { line: u64, reason: ImportProblem },
    #[error("{0}")]
    Encoding(&'static str),
    #[error("is one JSON list; write one order per line, for example with: jq -c '.[]'")]
    JsonList,
}

/// The orders of a file, in order. After an `Err` the file is at its end.
#[derive(Debug)]
pub struct Importer<R> {
    lines: LineReader<R>,
    shape: OrderReader,
    /// The length of a file that was read to its end first.
    whole: Option<u64>,
}

#[derive(Debug)]
enum OrderReader {
    Json(Notation),
    Csv(Box<CsvOrders>),
    Done,
}

impl<R: BufRead> Importer<R> {
    /// Detects the format from the first line that is not blank, unless it is given: `{` means JSON lines, anything else is
    /// the header of a CSV file, perhaps after a line `sep=;`. A CSV file is read to its end first, because one amount may
    /// show what a dot means in another, and the rows of an order may be scattered. JSON lines may come without end, so
    /// each is read with what the lines before it have shown.
    ///
    /// # Errors
    /// `Io`; `Header` if the header has no usable columns; `Encoding`; `JsonList`.
    pub fn open(source: R, reading: ImportOptions) -> Result<Self, ImportError> {
        let notation = if reading.has_decimal_point {
            Notation::DecimalPoint
        } else {
            // A later line may use dots to group digits.
            Notation::Among(SeparatorEvidence {
                grouping_dot: true,
                ..SeparatorEvidence::default()
            })
        };
        let mut lines = LineReader::new(source);
        let delimiter = match lines.next_line()? {
            None => {
                return Ok(Self::of(lines, OrderReader::Done));
            }
            Some((_, TextLine::Text(text))) if encoding::is_utf_16(text) => {
                return Err(ImportError::Encoding(encoding::UTF_16));
            }
            Some((_, TextLine::Text(text))) if reading.form != Some(ImportFormat::Json) => {
                told_delimiter(text)
            }
            Some(_) => None,
        };
        if delimiter.is_none() {
            lines.unread();
        }
        let Some((number, first)) = lines.next_line()? else {
            return Ok(Self::of(lines, OrderReader::Done));
        };
        let is_json = match (first, reading.form) {
            (TextLine::Text(text), None | Some(ImportFormat::Json)) if begins_with(text, b'[') => {
                return Err(ImportError::JsonList);
            }
            (_, Some(form)) => form == ImportFormat::Json,
            (TextLine::Text(text), None) => delimiter.is_none() && begins_with(text, b'{'),
            (TextLine::TooLong, None) => false,
        };
        if is_json {
            lines.unread();
            return Ok(Self::of(lines, OrderReader::Json(notation)));
        }
        let header = match first {
            TextLine::Text(text) => RowSplitter::with_header(text, delimiter),
            TextLine::TooLong => Err(lines::too_long()),
        };
        let header = header.map_err(|reason| ImportError::Header {
            line: number,
            reason,
        })?;
        let mut csv = CsvOrders::new(header, notation, reading.zone);
        let mark = lines.mark().map_err(ImportError::NotKept)?;
        csv.survey(&mut lines)?;
        let whole = Some(lines.bytes());
        lines.go_back(mark)?;
        let shape = OrderReader::Csv(Box::new(csv));
        Ok(Self {
            whole,
            ..Self::of(lines, shape)
        })
    }

    fn of(lines: LineReader<R>, shape: OrderReader) -> Self {
        Self {
            lines,
            shape,
            whole: None,
        }
    }

    /// How many bytes were read, and of how many where that is known by now.
    pub fn bytes(&self) -> (u64, Option<u64>) {
        (self.lines.bytes(), self.whole)
    }
}

fn next_json<R: BufRead>(
    lines: &mut LineReader<R>,
    notation: &mut Notation,
) -> io::Result<Option<ImportEntry>> {
    let Some((line, text)) = lines.next_line()? else {
        return Ok(None);
    };
    if let (Notation::Among(signs), TextLine::Text(text)) = (&mut *notation, text) {
        json::survey(text, signs);
    }
    let mut amounts = AmountReader::of_line(line, *notation);
    let record = match text {
        TextLine::Text(text) => json::record(text, &mut amounts),
        TextLine::TooLong => Err(lines::too_long()),
    };
    Ok(Some(ImportEntry {
        line,
        record,
        interpreted: amounts.interpreted,
        has_local_time: false,
    }))
}

fn begins_with(text: &[u8], first: u8) -> bool {
    text.trim_ascii_start().first() == Some(&first)
}

impl<R: BufRead> Iterator for Importer<R> {
    type Item = io::Result<ImportEntry>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match &mut self.shape {
            OrderReader::Done => return None,
            OrderReader::Json(notation) => next_json(&mut self.lines, notation),
            OrderReader::Csv(csv) => csv.next_entry(&mut self.lines),
        };
        if !matches!(next, Ok(Some(_))) {
            self.shape = OrderReader::Done;
        }
        next.transpose()
    }
}

#[cfg(test)]
mod tests;
