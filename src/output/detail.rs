//! The output of a command about one thing: `order show`, `product show`.

use std::io::{self, Write};

use serde::Serialize;

use super::local_times::{has_local_time, localise};
use super::table::{TopRows, is_status};
use super::{Cell, Format, OutputStyle, Row, csv, json, printable};
use crate::domain::Instant;
use crate::exit::Exit;

/// The output for programs. The fields of `body`, a struct, come between the head and `exit`.
#[derive(Debug, Clone, Copy)]
pub struct JsonDocument<'a, T> {
    pub command: &'a str,
    pub started_at: Instant,
    pub body: &'a T,
    pub exit: Exit,
}

/// Prints one thing: details for people, a document for programs, `field,value` in CSV.
///
/// Fails only if the writer does.
pub fn show<T: Serialize>(
    out: &mut dyn Write,
    style: &OutputStyle,
    document: &JsonDocument<'_, T>,
    detail: &Detail,
) -> io::Result<()> {
    match style.format {
        Format::Table => detail.write(out)?,
        Format::Json | Format::Jsonl => json::line(out, &JsonEnvelope::from(document))?,
        Format::Csv => csv::record(out, style.csv, document.body)?,
    }
    out.flush()
}

#[derive(Serialize)]
struct JsonEnvelope<'a, T> {
    schema: &'static str,
    command: &'a str,
    started_at: Instant,
    #[serde(flatten)]
    body: &'a T,
    exit: u8,
}

impl<'a, T> From<&JsonDocument<'a, T>> for JsonEnvelope<'a, T> {
    fn from(document: &JsonDocument<'a, T>) -> Self {
        Self {
            schema: json::SCHEMA,
            command: document.command,
            started_at: document.started_at,
            body: document.body,
            exit: document.exit.code(),
        }
    }
}

/// The output for people: named values, then tables.
pub struct Detail {
    style: OutputStyle,
    /// A line above everything else.
    headline: Option<String>,
    fields: Vec<(&'static str, String)>,
    texts: Vec<(&'static str, String)>,
    tables: Vec<(&'static str, TopRows)>,
}

impl Detail {
    #[must_use]
    pub fn new(style: OutputStyle) -> Self {
        Self {
            style,
            headline: None,
            fields: Vec::new(),
            texts: Vec::new(),
            tables: Vec::new(),
        }
    }

    #[must_use]
    pub fn field(mut self, name: &'static str, value: impl Cell) -> Self {
        let text = value.cell(self.style.zone);
        let text = localise(&text, self.style.zone).into_owned();
        self.fields.push((name, printable(&text)));
        self
    }

    /// A first line that can be read from afar: a yes or a no.
    #[must_use]
    pub fn verdict(mut self, is_yes: bool, text: &str) -> Self {
        let text = printable(&localise(text, self.style.zone));
        self.headline = Some(self.style.paint.verdict(is_yes, &text).into_owned());
        self
    }

    /// Leaves out the field if the value is `None`.
    #[must_use]
    pub fn field_if_any(self, name: &'static str, value: Option<impl Cell>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    /// A text of several lines, as it is.
    #[must_use]
    pub fn text(mut self, title: &'static str, text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(printable).collect();
        self.texts.push((title, lines.join("\n")));
        self
    }

    /// Leaves out the table if it has no rows. Without a title it follows the headline at once.
    #[must_use]
    pub fn table<'r, R: Row + 'r>(
        mut self,
        title: &'static str,
        rows: impl IntoIterator<Item = &'r R>,
    ) -> Self {
        let mut table = TopRows::new::<R>();
        for row in rows {
            table.add(row, &self.style);
        }
        if !table.is_empty() {
            self.tables.push((title, table));
        }
        self
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(headline) = &self.headline {
            writeln!(out, "{headline}")?;
        }
        let widest = self.fields.iter().map(|(name, _)| name.len()).max();
        let width = widest.unwrap_or_default() + 1;
        for (name, value) in &self.fields {
            let value = if is_status(name) {
                self.style.paint.status(value)
            } else {
                value.into()
            };
            writeln!(out, "{:width$} {value}", format!("{name}:"))?;
        }
        let has_times = self.fields.iter().any(|(_, value)| has_local_time(value))
            || self.tables.iter().any(|(_, table)| table.has_times());
        if has_times {
            writeln!(out, "{:width$} {}", "Times:", self.style.zone)?;
        }
        for (title, text) in &self.texts {
            writeln!(out, "\n{}\n{text}", self.style.paint.heading(title))?;
        }
        let mut has_lines = !self.fields.is_empty() || !self.texts.is_empty();
        for (title, table) in &self.tables {
            if has_lines || !title.is_empty() {
                writeln!(out)?;
            }
            if !title.is_empty() {
                writeln!(out, "{}", self.style.paint.heading(title))?;
            }
            table.write(out, &self.style)?;
            has_lines = true;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Severity;
    use super::super::testing::{SampleRow, line, style};
    use super::*;

    #[derive(Serialize)]
    struct SampleBody {
        order: SampleOrder,
    }

    #[derive(Serialize)]
    struct SampleOrder {
        number: &'static str,
        total: i64,
    }

    #[track_caller]
    fn check(format: Format, shown: &str) {
        let order = SampleOrder {
            number: "INV-1",
            total: 25_000,
        };
        let document = JsonDocument {
            command: "order show",
            started_at: Instant::from_millis(0),
            body: &SampleBody { order },
            exit: Exit::Clean,
        };
        let detail = Detail::new(style(format))
            .field("Order", "INV-1\u{1b}[2J")
            .field("Total", "Rp 25,000")
            .field_if_any("Email", None::<&str>)
            .table("Payments", &[line("INV-1", 25_000, Severity::Calm)])
            .table::<SampleRow>("Events", &[]);
        let mut out = Vec::new();
        show(&mut out, &style(format), &document, &detail).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), shown);
    }

    #[test]
    fn people_see_named_values_and_tables() {
        check(
            Format::Table,
            "Order: INV-1[2J\n\
             Total: Rp 25,000\n\
             \n\
             Payments\n\
             Order  Gateway status     Amount  Action\n\
             INV-1  settlement      Rp 25,000  calm\n",
        );
    }

    #[test]
    fn programs_see_one_document() {
        let document = concat!(
            r#"{"schema":"payctl/1","command":"order show","started_at":"1970-01-01T00:00:00Z","#,
            r#""order":{"number":"INV-1","total":25000},"exit":0}"#,
            "\n"
        );
        check(Format::Json, document);
        check(Format::Jsonl, document);
    }

    #[test]
    fn spreadsheets_see_one_line_per_fact() {
        check(
            Format::Csv,
            "field,value\norder.number,INV-1\norder.total,25000\n",
        );
    }
}
