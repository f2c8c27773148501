//! A report: rows as they come, then the summary.

use std::io::{self, Write};
use std::marker::PhantomData;

use super::csv::CsvWriter;
use super::json::{EnvelopeEnd, EnvelopeStart, JsonLines, JsonWriter};
use super::table_report::TableReport;
use super::{Format, OutputStyle, Row, Summary};
use crate::domain::Instant;
use crate::exit::Exit;

/// The output of a command that reads many rows. Memory does not grow with the rows.
///
/// Fails if its writer does, and in CSV if a row's fields differ from [`Row::fields`]. Dropped without
/// [`Report::finish`], a JSON document stays unfinished, so that no reader takes half of it for the whole.
pub struct Report<R: Row, W: Write> {
    sheet: TableState<W>,
    rows: PhantomData<fn(&R)>,
}

enum TableState<W: Write> {
    Table(TableReport<W>),
    Json(JsonWriter<W>),
    Jsonl(JsonLines<W>),
    Csv(Box<CsvWriter<W>>),
}

impl<R: Row, W: Write> Report<R, W> {
    pub fn new(out: W, style: OutputStyle, command: &str, started_at: Instant) -> io::Result<Self> {
        let command = command.to_owned();
        let head = EnvelopeStart {
            command,
            started_at,
        };
        let sheet = match style.format {
            Format::Table => TableState::Table(TableReport::new::<R>(out, style)),
            Format::Json => TableState::Json(JsonWriter::new(out, &head)?),
            Format::Jsonl => TableState::Jsonl(JsonLines::new(out, head)),
            Format::Csv => TableState::Csv(Box::new(CsvWriter::new::<R>(out, style.csv)?)),
        };
        let rows = PhantomData;
        Ok(Self { sheet, rows })
    }

    pub fn row(&mut self, row: &R) -> io::Result<()> {
        match &mut self.sheet {
            TableState::Table(sheet) => {
                sheet.row(row);
                Ok(())
            }
            TableState::Json(sheet) => sheet.row(row),
            TableState::Jsonl(sheet) => sheet.row(row),
            TableState::Csv(sheet) => sheet.row(row),
        }
    }

    /// Of a brief table: its lines.
    pub fn limit_lines(&mut self, lines: usize) {
        match &mut self.sheet {
            TableState::Table(sheet) => sheet.limit_lines(lines),
            TableState::Json(_) | TableState::Jsonl(_) | TableState::Csv(_) => {}
        }
    }

    /// Hands over the rows that were written so far, which a table keeps until its end.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.sheet {
            TableState::Table(_) => Ok(()),
            TableState::Json(sheet) => sheet.flush(),
            TableState::Jsonl(sheet) => sheet.flush(),
            TableState::Csv(sheet) => sheet.flush(),
        }
    }

    /// Writes what is left. CSV has no place for a summary, so that goes to `err`.
    pub fn finish(
        self,
        summary: &impl Summary,
        finished_at: Instant,
        exit: Exit,
        err: &mut dyn Write,
    ) -> io::Result<()> {
        let tail = EnvelopeEnd {
            summary,
            finished_at,
            exit,
        };
        match self.sheet {
            TableState::Table(sheet) => sheet.finish(summary),
            TableState::Json(sheet) => sheet.finish(&tail),
            TableState::Jsonl(sheet) => sheet.finish(&tail),
            TableState::Csv(sheet) => sheet.finish(summary, err),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::testing::{SampleRow, SampleSummary, line, style};
    use crate::output::{Severity, is_closed_pipe};

    const START: Instant = Instant::from_millis(1_752_811_500_000);
    const END: Instant = Instant::from_millis(1_752_811_501_000);

    fn write(out: impl Write, format: Format, rows: &[SampleRow]) -> io::Result<String> {
        let mut err = Vec::new();
        let mut report = Report::new(out, style(format), "check-all", START)?;
        for row in rows {
            report.row(row)?;
        }
        let asked = rows.len() as u64;
        let counts = SampleSummary { asked, review: 0 };
        report.finish(&counts, END, Exit::Attention, &mut err)?;
        Ok(String::from_utf8(err).unwrap())
    }

    #[track_caller]
    fn check(format: Format, rows: &[SampleRow], stdout: &str, stderr: &str) {
        let mut out = Vec::new();
        let err = write(&mut out, format, rows).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), stdout);
        assert_eq!(err, stderr);
    }

    fn two() -> [SampleRow; 2] {
        [
            line("INV-1", 25_000, Severity::Calm),
            line("=INV,2", -500, Severity::Unsure),
        ]
    }

    #[test]
    fn json_is_one_document_with_ordered_keys() {
        let document = concat!(
            r#"{"schema":"payctl/1","command":"check-all","started_at":"2025-07-18T04:05:00Z","rows":["#,
            "\n",
            r#"{"order":"INV-1","gateway_status":"settlement","amount":25000,"action":"calm"},"#,
            "\n",
            r#"{"order":"=INV,2","gateway_status":null,"amount":-500,"action":"unsure"}"#,
            "\n",
            r#"],"summary":{"asked":2,"review":0},"finished_at":"2025-07-18T04:05:01Z","exit":3}"#,
            "\n",
        );
        check(Format::Json, &two(), document, "");
        let read: serde_json::Value = serde_json::from_str(document).unwrap();
        assert_eq!(read["rows"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn json_without_rows_is_still_a_document() {
        let document = concat!(
            r#"{"schema":"payctl/1","command":"check-all","started_at":"2025-07-18T04:05:00Z","rows":[],"#,
            r#""summary":{"asked":0,"review":0},"finished_at":"2025-07-18T04:05:01Z","exit":3}"#,
            "\n",
        );
        check(Format::Json, &[], document, "");
        serde_json::from_str::<serde_json::Value>(document).unwrap();
    }

    #[test]
    fn json_lines_end_with_the_summary() {
        let mut out = Vec::new();
        write(&mut out, Format::Jsonl, &two()).unwrap();
        let lines: Vec<serde_json::Value> = String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let is_summary = |line: &serde_json::Value| line.get("summary").is_some();
        let summaries: Vec<bool> = lines.iter().map(is_summary).collect();
        assert_eq!(summaries, [false, false, true]);
        assert_eq!(lines[1]["order"], "=INV,2");
        assert_eq!(lines[2]["exit"], 3);
    }

    #[test]
    fn csv_guards_cells_and_summarises_on_stderr() {
        check(
            Format::Csv,
            &two(),
            "order,gateway_status,amount,action\nINV-1,settlement,25000,calm\n\"'=INV,2\",,-500,unsure\n",
            "2 asked, 0 review\n",
        );
    }

    #[test]
    fn csv_has_its_heading_even_without_rows() {
        let headings = "order,gateway_status,amount,action\n";
        check(Format::Csv, &[], headings, "0 asked, 0 review\n");
    }

    #[derive(serde::Serialize)]
    struct ColumnWidths {
        order: &'static str,
        extra: u8,
    }

    impl Row for ColumnWidths {
        fn columns() -> Vec<crate::output::Column> {
            Vec::new()
        }

        fn fields() -> Vec<&'static str> {
            vec!["order"]
        }

        fn cells(&self, _: crate::domain::Zone) -> Vec<String> {
            Vec::new()
        }

        fn severity(&self) -> Severity {
            Severity::Calm
        }
    }

    #[test]
    fn csv_refuses_a_row_that_does_not_fit() {
        let mut report = Report::new(Vec::new(), style(Format::Csv), "x", START).unwrap();
        let row = ColumnWidths {
            order: "INV-1",
            extra: 1,
        };
        assert!(report.row(&row).is_err());
    }

    #[test]
    fn an_empty_table_is_its_summary() {
        check(Format::Table, &[], "0 asked, 0 review\n", "");
    }

    #[test]
    fn a_tables_last_line_is_its_summary() {
        check(
            Format::Table,
            &two(),
            "Order   Gateway status     Amount  Action\n\
             =INV,2  -                 Rp -500  unsure\n\
             INV-1   settlement      Rp 25,000  calm\n\
             \n\
             2 asked, 0 review\n",
            "",
        );
    }

    #[test]
    fn a_long_table_shows_the_alarming_rows() {
        let rows: Vec<SampleRow> = (0..250)
            .map(|number| {
                let severity = if number % 50 == 49 {
                    Severity::Person
                } else {
                    Severity::Calm
                };
                line(&format!("INV-{number}"), 1, severity)
            })
            .collect();
        let mut out = Vec::new();
        write(&mut out, Format::Table, &rows).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let orders: Vec<&str> = lines[1..201]
            .iter()
            .map(|line| line.split_once(' ').unwrap().0)
            .collect();
        assert_eq!(
            orders[..7],
            [
                "INV-49", "INV-99", "INV-149", "INV-199", "INV-249", "INV-0", "INV-1"
            ]
        );
        assert_eq!(
            lines[201..],
            [
                "… and 50 more rows; see them all with --format json",
                "",
                "250 asked, 0 review"
            ]
        );
    }

    /// A writer whose reader has closed the pipe.
    struct ClosedPipe;

    impl Write for ClosedPipe {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_known_in_every_format() {
        for format in Format::ALL {
            for rows in [0, 1, 10_000] {
                let rows: Vec<SampleRow> = (0..rows)
                    .map(|_| line("INV-1", 1, Severity::Calm))
                    .collect();
                let error = write(ClosedPipe, *format, &rows).unwrap_err();
                assert!(is_closed_pipe(&error), "{format}: {error}");
            }
        }
    }
}
