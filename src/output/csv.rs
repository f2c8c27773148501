//! Rows for spreadsheets.
//!
//! No cell can start a formula: an apostrophe is put in front of a text that would, also in front of parts that another
//! separator would make a cell. Integers stay as they are.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::printable::is_harmful;
use super::{CsvReader, Row, Summary, printable};

/// Codes and parameters are for programs, which read JSON; a spreadsheet has the words.
const FOR_PROGRAMS: [&str; 4] = ["code", "params", "reason_code", "reason_params"];

/// The lines of a report.
pub(super) struct CsvWriter<W: Write> {
    out: ::csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    pub(super) fn new<R: Row>(out: W, reader: CsvReader) -> io::Result<Self> {
        let mut out = writer(out, reader)?;
        out.write_record(headings::<R>()).map_err(into_io)?;
        Ok(Self { out })
    }

    pub(super) fn row<R: Row>(&mut self, row: &R) -> io::Result<()> {
        let Value::Object(mut values) = serde_json::to_value(row)? else {
            return Err(not_a_row());
        };
        values.retain(|key, _| !FOR_PROGRAMS.contains(&key.as_str()));
        if values.len() != headings::<R>().count() {
            return Err(not_a_row());
        }
        for field in headings::<R>() {
            let value = values.get(field).ok_or_else(not_a_row)?;
            self.out.write_field(cell(value)).map_err(into_io)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(into_io)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    pub(super) fn finish(mut self, summary: &impl Summary, err: &mut dyn Write) -> io::Result<()> {
        self.out.flush()?;
        for line in summary.news() {
            writeln!(err, "{}", printable(&line))?;
        }
        writeln!(err, "{}", printable(&summary.line()))
    }
}

fn headings<R: Row>() -> impl Iterator<Item = &'static str> {
    let fields = R::fields().into_iter();
    fields.filter(|field| !FOR_PROGRAMS.contains(field))
}

/// One document as lines of `field,value`; nested values are named by their path: `lines.0.sku`.
pub(super) fn record(
    out: &mut dyn Write,
    reader: CsvReader,
    body: &impl Serialize,
) -> io::Result<()> {
    let mut out = writer(out, reader)?;
    out.write_record(["field", "value"]).map_err(into_io)?;
    for (path, value) in leaves(String::new(), serde_json::to_value(body)?) {
        out.write_record([path, cell(&value)]).map_err(into_io)?;
    }
    out.flush()
}

fn writer<W: Write>(mut out: W, reader: CsvReader) -> io::Result<::csv::Writer<W>> {
    let delimiter = match reader {
        CsvReader::Any => b',',
        CsvReader::Excel => {
            out.write_all("\u{feff}".as_bytes())?;
            b';'
        }
    };
    Ok(::csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(out))
}

fn leaves(path: String, value: Value) -> Vec<(String, Value)> {
    let inside = |name: &str| match path.as_str() {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .flat_map(|(name, value)| leaves(inside(&name), value))
            .collect(),
        Value::Array(items) => items
            .into_iter()
            .enumerate()
            .flat_map(|(index, value)| leaves(inside(&index.to_string()), value))
            .collect(),
        leaf @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            vec![(path, leaf)]
        }
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => guarded(text),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            other.to_string()
        }
    }
}

/// A text that no spreadsheet takes for a formula and no terminal for a control sequence. Line ends and tabs stay,
/// because the cell is quoted.
fn guarded(text: &str) -> String {
    let mut safe: String = text
        .chars()
        .filter(|letter| matches!(letter, '\t' | '\n' | '\r') || !is_harmful(*letter))
        .collect();
    for place in cells_within(&safe).into_iter().rev() {
        safe.insert(place, '\'');
    }
    if safe.starts_with(FORMULA_STARTS) && !is_integer(&safe) {
        safe.insert(0, '\'');
    }
    safe
}

/// Where a spreadsheet with other settings would start a new cell with a formula: many split at semicolons or tabs, and
/// then treat our quotes as letters.
fn cells_within(text: &str) -> Vec<usize> {
    let mut begins = false;
    let mut places = Vec::new();
    for (place, letter) in text.char_indices() {
        if begins && !letter.is_whitespace() && FORMULA_STARTS.contains(&letter) {
            places.push(place);
        }
        begins = match letter {
            ';' | '\t' | '\n' | '\r' => true,
            ' ' | '"' => begins,
            _ => false,
        };
    }
    places
}

/// The list in OWASP's "CSV Injection", including the full-width forms.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The I/O error inside, with its kind, so that a closed pipe is recognised.
fn into_io(error: ::csv::Error) -> io::Error {
    let told = error.to_string();
    if let ::csv::ErrorKind::Io(error) = error.into_kind() {
        return error;
    }
    io::Error::other(told)
}

fn not_a_row() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "the fields of a row differ from those of the heading line",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, written: &str) {
        assert_eq!(guarded(text), written, "{text:?}");
    }

    #[test]
    fn no_cell_starts_a_formula() {
        check("=1+1", "'=1+1");
        check("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")");
        check("+62812", "'+62812");
        check("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0");
        check("-", "'-");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t'=1");
        check("\r=1", "'\r'=1");
        check("\n=1", "'\n'=1");
        check("＝1", "'＝1");
        check("\u{1b}=1", "'=1");
        check("x;=1+1", "x;'=1+1");
        check("x; \"=1+1;@a;b-1", "x; \"'=1+1;'@a;b-1");
        check("x\t+1\n-2", "x\t'+1\n'-2");
        check("\u{feff}=1", "'=1");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "INV-1",
            "25000",
            "-25000",
            "a=b",
            "'x",
            "",
            "Siti; Ali, Ltd \"x\"",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn a_csv_document_has_one_line_per_fact() {
        let body =
            serde_json::json!({"order": {"lines": [{"sku": "=T"}, {"sku": "B"}], "number": null}});
        let mut out = Vec::new();
        record(&mut out, CsvReader::Any, &body).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "field,value\norder.lines.0.sku,'=T\norder.lines.1.sku,B\norder.number,\n"
        );
    }
}
