//! Rows for people. The one place that knows the table crate.
//!
//! Columns are separated by two spaces and nothing else, on a terminal and in a pipe, so that `grep`, `cut` and
//! `awk -F '  +'` work; no cell is empty or contains two spaces in a row. IDs are never shortened, however narrow the
//! terminal is.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use comfy_table::{CellAlignment, Table as Grid, presets};

use super::fitting::{ShownColumn, fit, shorten};
use super::local_times::{has_local_time, localise};
use super::{Align, ColorMode, Column, OutputStyle, Row, Severity, printable};

/// More than a person reads; limits memory whatever the report is about.
pub(super) const ROWS_MAX: usize = 200;

/// Far longer than any ID; keeps an absurdly long word of a gateway from filling the screen.
const CELL_CHARS_MAX: usize = 1000;

/// The most urgent rows, and the number of all rows.
pub(super) struct TopRows {
    columns: Vec<Column>,
    hides: &'static [&'static str],
    kept: BTreeMap<(Reverse<Severity>, u64), Vec<String>>,
    seen: u64,
}

impl TopRows {
    pub(super) fn new<R: Row>() -> Self {
        Self {
            columns: R::columns(),
            hides: R::hides(),
            kept: BTreeMap::new(),
            seen: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.seen == 0
    }

    pub(super) fn add<R: Row>(&mut self, row: &R, style: &OutputStyle) {
        let place = (Reverse(row.severity()), self.seen);
        self.seen += 1;
        if self.kept.len() >= ROWS_MAX {
            if self
                .kept
                .last_key_value()
                .is_some_and(|(last, _)| place > *last)
            {
                return;
            }
            self.kept.pop_last();
        }
        let cells = row.cells(style.zone);
        let cells = cells.iter().map(|text| cell(&localise(text, style.zone)));
        self.kept.insert(place, cells.collect());
    }

    /// Keeps the most urgent ones only; the others are counted.
    pub(super) fn keep(&mut self, most: usize) {
        while self.kept.len() > most {
            self.kept.pop_last();
        }
    }

    /// `; times in Asia/Jakarta`, if any are shown.
    pub(super) fn zone_note(&self, style: &OutputStyle) -> String {
        if self.has_times() {
            format!("; times in {}", style.zone)
        } else {
            String::new()
        }
    }

    pub(super) fn has_times(&self) -> bool {
        self.kept
            .values()
            .flatten()
            .any(|cell| has_local_time(cell))
    }

    pub(super) fn write(&self, out: &mut dyn Write, style: &OutputStyle) -> io::Result<()> {
        let paint = style.paint;
        let shown = self.shown(style);
        let grid = self.grid(&shown);
        let mut lines = grid.lines().collect::<Vec<_>>().into_iter();
        if let Some(headings) = lines.next() {
            writeln!(out, "{}", paint.heading(headings.trim_end()))?;
        }
        for (line, ((Reverse(severity), _), cells)) in lines.zip(&self.kept) {
            let line = line.trim_end();
            match severity {
                Severity::Calm => writeln!(out, "{}", self.painted(line, cells, &shown, paint))?,
                Severity::Mended | Severity::Unsure | Severity::Drift | Severity::Person => {
                    writeln!(out, "{}", paint.severity(*severity, line))?;
                }
            }
        }
        // What a mail was about is over once it is read.
        let see = if style.brief {
            "what is open: payctl case list, payctl order list"
        } else {
            "see them all with --format json"
        };
        match self.seen - self.kept.len() as u64 {
            0 => Ok(()),
            1 => writeln!(out, "… and 1 more row; {see}"),
            more => writeln!(out, "… and {more} more rows; {see}"),
        }
    }

    /// A line of the table with its statuses in colour. They are painted after the line is laid out, so that no width
    /// counts their codes.
    fn painted(
        &self,
        line: &str,
        cells: &[String],
        shown: &[ShownColumn],
        paint: ColorMode,
    ) -> String {
        let (mut painted, mut rest) = (String::new(), line);
        for column in shown {
            let text = shorten(
                cells.get(column.place).map_or("-", String::as_str),
                column.width,
            );
            let Some((before, after)) = rest.split_once(text.as_str()) else {
                break;
            };
            let known = self.columns.get(column.place);
            let is_status = known.is_some_and(|known| is_status(known.heading));
            painted.push_str(before);
            if is_status {
                painted.push_str(&paint.status(&text));
            } else {
                painted.push_str(&text);
            }
            rest = after;
        }
        painted + rest
    }

    /// Every cell is one line, so a line is a row.
    fn grid(&self, shown: &[ShownColumn]) -> Grid {
        let text = |text: &str, column: &ShownColumn| shorten(text, column.width);
        let row = |cells: &Vec<String>| -> Vec<String> {
            let cells = shown.iter().map(|column| (cells.get(column.place), column));
            cells
                .map(|(cell, column)| text(cell.map_or("-", String::as_str), column))
                .collect()
        };
        let columns = || {
            shown
                .iter()
                .filter_map(|column| self.columns.get(column.place))
        };
        let headings = columns().zip(shown);
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING)
            .set_header(headings.map(|(known, column)| text(known.heading, column)))
            .add_rows(self.kept.values().map(row));
        for (shown, column) in grid.column_iter_mut().zip(columns()) {
            shown.set_padding((0, 2));
            shown.set_cell_alignment(match column.side {
                Align::Left | Align::Prose => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
        grid
    }

    /// The columns that were chosen, or all, as far as the terminal has room for them.
    fn shown(&self, style: &OutputStyle) -> Vec<ShownColumn> {
        let place = |name: &String| {
            self.columns
                .iter()
                .position(|column| column.is_called(name))
        };
        let chosen: Vec<usize> = match &style.columns {
            Some(names) => names.iter().filter_map(place).collect(),
            None => (0..self.columns.len()).collect(),
        };
        let rows: Vec<&[String]> = self.kept.values().map(Vec::as_slice).collect();
        let width = style.width.map_or(usize::MAX, usize::from);
        fit(&self.columns, &chosen, self.hides, &rows, width)
    }
}

/// Whether a column or a field of this name holds statuses of payctl, and not a gateway's words.
pub(super) fn is_status(heading: &str) -> bool {
    matches!(heading, "Status" | "Order status" | "Payment" | "Was")
}

/// The text of one cell: one line, single spaces, never empty.
fn cell(text: &str) -> String {
    let words = printable(text);
    let mut shown = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = shown.char_indices().nth(CELL_CHARS_MAX) {
        shown.truncate(end);
        shown.push('…');
    }
    if shown.is_empty() {
        shown.push('-');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SampleRow, line, plain};
    use super::*;

    fn shown(rows: &[SampleRow], paint: ColorMode) -> String {
        let mut table = TopRows::new::<SampleRow>();
        for row in rows {
            table.add(row, &plain());
        }
        let mut out = Vec::new();
        table
            .write(&mut out, &OutputStyle { paint, ..plain() })
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn alarming_rows_come_first_in_padded_columns() {
        let rows = [
            line("INV-1", 25_000, Severity::Calm),
            line("INV202507180407-3C2A", 1_250_000, Severity::Person),
            line("INV-3", 500, Severity::Calm),
        ];
        assert_eq!(
            shown(&rows, ColorMode::Plain),
            "Order                 Gateway status        Amount  Action\n\
             INV202507180407-3C2A  settlement      Rp 1,250,000  person\n\
             INV-1                 settlement         Rp 25,000  calm\n\
             INV-3                 settlement            Rp 500  calm\n"
        );
    }

    #[test]
    fn colour_goes_around_whole_lines() {
        let text = shown(&[line("INV-1", 1, Severity::Person)], ColorMode::Colour);
        assert_eq!(
            text,
            "\u{1b}[1mOrder  Gateway status  Amount  Action\u{1b}[0m\n\
             \u{1b}[31mINV-1  settlement        Rp 1  person\u{1b}[0m\n"
        );
    }

    #[test]
    fn a_long_id_is_shown_whole() {
        let longest = "R".repeat(128);
        assert!(shown(&[line(&longest, 1, Severity::Calm)], ColorMode::Plain).contains(&longest));
    }

    #[test]
    fn a_cell_is_one_harmless_line() {
        for (text, expected) in [
            ("\u{1b}[31msettle\nment\u{202e}", "[31msettle ment"),
            ("two  spaces", "two spaces"),
            (" \u{7}", "-"),
            ("", "-"),
        ] {
            assert_eq!(cell(text), expected);
        }
        assert_eq!(
            cell(&"x".repeat(1_000_000)).chars().count(),
            CELL_CHARS_MAX + 1
        );
    }

    #[test]
    fn wide_letters_keep_the_columns_straight() {
        let rows = [
            line("张伟", 1, Severity::Calm),
            line("INV-1", 1, Severity::Calm),
        ];
        let text = shown(&rows, ColorMode::Plain);
        assert!(text.contains("\n张伟   settlement "), "{text}");
    }

    #[test]
    fn a_million_rows_keep_two_hundred() {
        let mut table = TopRows::new::<SampleRow>();
        let (calm, alarming) = (
            line("calm", 1, Severity::Calm),
            line("late", 1, Severity::Drift),
        );
        for number in 0..1_000_000_u32 {
            let row = if number % 9_999 == 0 {
                &alarming
            } else {
                &calm
            };
            table.add(row, &plain());
            assert!(table.kept.len() <= ROWS_MAX);
        }
        assert_eq!(table.seen, 1_000_000);
        let late = table
            .kept
            .keys()
            .filter(|(severity, _)| severity.0 == Severity::Drift);
        assert_eq!(late.count(), 101);
    }
}
