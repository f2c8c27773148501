//! The report for a terminal and for the text of a mail.

use super::figures::ReportFigures;
use super::tables::{FigureTable, tables};
use crate::output::counted::counted;
use crate::output::detail::Detail;
use crate::output::{OutputStyle, printable};

/// Longer names lose their end.
const MAX_NAME: usize = 40;

pub(super) fn detail(report: &ReportFigures, style: OutputStyle) -> Detail {
    let money = &report.money;
    let received = format!(
        "{} in {}",
        money.received,
        counted(money.payments, "payment")
    );
    let is_good = report.level && report.questions == 0;
    let detail = Detail::new(style)
        .verdict(is_good, &report.sentence)
        .field("Days", report.period.name())
        .field("Zone", &report.period.zone)
        .field("Received", received)
        .field("Gone back", money.gone_back)
        .field("Fees", money.fee);
    let tables = tables(report).into_iter();
    tables.fold(detail, |detail, table| {
        detail.text(table.title, &text(&table))
    })
}

/// Names on the left, numbers on the right, two spaces between them.
fn text(table: &FigureTable) -> String {
    if table.rows.is_empty() {
        return table.none.to_owned();
    }
    let heads = table.heads.iter().map(|head| (*head).to_owned()).collect();
    let mut lines: Vec<Vec<String>> = vec![heads];
    for row in &table.rows {
        let cells = std::iter::once(shortened(&row.name)).chain(row.cells.iter().cloned());
        lines.push(cells.collect());
    }
    let columns = table.heads.len();
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text: Vec<String> = lines.iter().map(|line| laid_out(line, &widths)).collect();
    text.extend(table.note.clone());
    text.join("\n")
}

fn laid_out(line: &[String], widths: &[usize]) -> String {
    let cells = line.iter().zip(widths).enumerate();
    let cells = cells.map(|(place, (cell, width))| match place {
        0 => format!("{cell:width$}"),
        _ => format!("{cell:>width$}"),
    });
    cells.collect::<Vec<_>>().join("  ")
}

/// On one line.
fn shortened(name: &str) -> String {
    let name = printable(name);
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().count() <= MAX_NAME {
        return name;
    }
    let kept: String = name.chars().take(MAX_NAME - 1).collect();
    format!("{kept}…")
}
