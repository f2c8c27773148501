//! The table of a report: its rows, then what else a person should read, then the summary. A brief one, for a mail,
//! has what a person must know first, and few lines.

use std::io::{self, BufWriter, Write};

use super::fitting::fold;
use super::local_times::localise;
use super::table::TopRows;
use super::{BRIEF_LINES, OutputStyle, Row, Severity, Summary, printable};

/// The table of a report.
pub(super) struct TableReport<W: Write> {
    out: BufWriter<W>,
    style: OutputStyle,
    rows: TopRows,
    lines: usize,
}

impl<W: Write> TableReport<W> {
    pub(super) fn new<R: Row>(out: W, style: OutputStyle) -> Self {
        Self {
            out: BufWriter::new(out),
            style,
            rows: TopRows::new::<R>(),
            lines: BRIEF_LINES,
        }
    }

    /// The lines of a brief table; without it, [`BRIEF_LINES`].
    pub(super) fn limit_lines(&mut self, lines: usize) {
        self.lines = lines;
    }

    pub(super) fn row<R: Row>(&mut self, row: &R) {
        if self.style.brief && row.severity() == Severity::Calm {
            return;
        }
        self.rows.add(row, &self.style);
    }

    pub(super) fn finish(mut self, summary: &impl Summary) -> io::Result<()> {
        if self.style.brief {
            self.write_briefly(summary)?;
        } else {
            self.write_rows()?;
            self.write_news(&summary.news())?;
        }
        let zone = self.style.zone;
        let line = summary.line();
        let line = localise(&printable(&line), zone).into_owned();
        let zone = self.rows.zone_note(&self.style);
        writeln!(self.out, "{line}{zone}")?;
        let next = summary.next();
        if !next.is_empty() {
            writeln!(self.out, "next: {}", next.join(", "))?;
        }
        self.out.flush()
    }

    /// What a person must know first, then as many rows as there is room for.
    fn write_briefly(&mut self, summary: &impl Summary) -> io::Result<()> {
        let least = if self.rows.is_empty() {
            0
        } else {
            LEAST_ROWS + ROWS_BESIDES
        };
        let room = self.lines.saturating_sub(SUMMARY_LINES);
        let news = summary.news_within(room.saturating_sub(least + 1).max(1));
        self.write_news(&news)?;
        let taken = news.len() + usize::from(!news.is_empty()) + ROWS_BESIDES;
        self.rows.keep(room.saturating_sub(taken).max(LEAST_ROWS));
        self.write_rows()
    }

    fn write_rows(&mut self) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        self.rows.write(&mut self.out, &self.style)?;
        writeln!(self.out)
    }

    fn write_news(&mut self, news: &[String]) -> io::Result<()> {
        let zone = self.style.zone;
        for line in news {
            let line = printable(line);
            let line = localise(&line, zone);
            let width = self.style.width.map_or(usize::MAX, usize::from);
            for part in fold(&line, width) {
                writeln!(self.out, "{part}")?;
            }
        }
        if !news.is_empty() {
            writeln!(self.out)?;
        }
        Ok(())
    }
}

/// Of a brief report: its last line and what to type next.
const SUMMARY_LINES: usize = 2;

/// The headings, the line that counts the other rows, and the empty line behind them.
const ROWS_BESIDES: usize = 3;

/// So many rows are shown, whatever else there is.
const LEAST_ROWS: usize = 3;
