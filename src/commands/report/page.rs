//! The report as one page: no script, nothing from outside, everything escaped.

use super::figures::ReportFigures;
use super::slots::MoneySlot;
use super::tables::{FigureRow, FigureTable, tables};
use crate::domain::Zone;
use crate::output::counted::grouped;
use crate::output::html::{Bar, FEW_BARS, escaped, lying_bar, standing_bars};
use crate::store::MovedOrders;

/// By this a page is known that may be replaced by a newer one.
pub(super) const MARK: &str = "<!doctype html>\n<!-- payctl report -->\n";

const STYLE: &str = include_str!("page.css");

/// Nothing is loaded, and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// So many marks stand below the bars.
const AXIS_MARKS: usize = 5;

/// The whole page.
pub(super) fn page(report: &ReportFigures, zone: Zone) -> String {
    let (name, sentence) = (escaped(&report.period.name()), escaped(&report.sentence));
    let tables: String = tables(report).iter().map(section).collect();
    let (keys, bars, foot) = (keys(report), bars(report), foot(report, zone));
    format!(
        "{MARK}<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>payctl report {name}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <header>\n<p class=\"day\">{name}</p>\n<h1>{sentence}</h1>\n</header>\n\
         {keys}{bars}<div class=\"tables\">\n{tables}</div>\n{foot}</main>\n</body>\n</html>\n"
    )
}

/// The four figures that are read first.
fn keys(report: &ReportFigures) -> String {
    let placed = report
        .orders
        .iter()
        .find(|moved| moved.line == MovedOrders::PLACED);
    let placed = placed.map_or(0, |moved| moved.orders);
    let keys = [
        ("Received", report.money.received.to_string()),
        ("Payments", grouped(report.money.payments)),
        ("Orders placed", grouped(placed)),
        ("Questions for you", grouped(report.questions)),
    ];
    let keys: String = keys
        .iter()
        .map(|(name, value)| format!("<div><dt>{name}</dt><dd>{}</dd></div>\n", escaped(value)))
        .collect();
    format!("<dl>\n{keys}</dl>\n")
}

/// The money by hour or by day; nothing on a day without any.
fn bars(report: &ReportFigures) -> String {
    let highest = report.slots.iter().max_by_key(|slot| slot.received);
    let Some(highest) = highest.filter(|slot| slot.payments > 0) else {
        return String::new();
    };
    let (title, at) = if report.period.days > 1 {
        ("Money by day", "on")
    } else {
        ("Money by hour", "at")
    };
    let bars: Vec<Bar> = report.slots.iter().map(MoneySlot::bar).collect();
    let (svg, axis) = (standing_bars(&bars, title), axis(&report.slots));
    let most = format!("Most {at} {}: {}", short(&highest.slot), highest.received);
    let most = escaped(&most);
    format!("<section>\n<h2>{title}</h2>\n{svg}\n{axis}<p class=\"note\">{most}.</p>\n</section>\n")
}

impl MoneySlot {
    fn bar(&self) -> Bar {
        Bar {
            value: self.received.as_i64().unsigned_abs(),
            title: format!(
                "{}: {}, {} paid",
                short(&self.slot),
                self.received,
                self.payments
            ),
        }
    }
}

/// Under each of few bars, or at equal distances.
fn axis(slots: &[MoneySlot]) -> String {
    if slots.len() <= FEW_BARS {
        let marks: String = slots.iter().map(mark).collect();
        return format!("<div class=\"axis each\">{marks}</div>\n");
    }
    let last = slots.len().saturating_sub(1);
    let mut places: Vec<usize> = (0..AXIS_MARKS)
        .map(|mark| mark * last / (AXIS_MARKS - 1))
        .collect();
    places.dedup();
    let marks: String = places
        .iter()
        .filter_map(|place| slots.get(*place))
        .map(mark)
        .collect();
    format!("<div class=\"axis\">{marks}</div>\n")
}

fn mark(slot: &MoneySlot) -> String {
    format!("<span>{}</span>", escaped(&short(&slot.slot)))
}

/// `13:00` of an hour, `03-02` of a day.
fn short(slot: &str) -> String {
    match slot.split_once(' ') {
        Some((_, hour)) => format!("{hour}:00"),
        None => slot.split_once('-').map_or(slot, |(_, day)| day).to_owned(),
    }
}

fn section(table: &FigureTable) -> String {
    let title = table.title;
    let inside = if table.rows.is_empty() {
        format!("<p class=\"none\">{}</p>\n", table.none)
    } else {
        grid(table)
    };
    let note = table.note.as_deref().map(escaped);
    let note = note.map_or_else(String::new, |note| {
        format!("<p class=\"note\">{note}</p>\n")
    });
    format!("<section>\n<h2>{title}</h2>\n{inside}{note}</section>\n")
}

fn grid(table: &FigureTable) -> String {
    let heads: String = table
        .heads
        .iter()
        .enumerate()
        .map(|(place, head)| {
            let class = if place == 0 { "" } else { " class=\"number\"" };
            format!("<th scope=\"col\"{class}>{}</th>", escaped(head))
        })
        .collect();
    let longest = table.rows.iter().filter_map(|row| row.bar).max();
    let rows: String = table.rows.iter().map(|row| line(row, longest)).collect();
    format!("<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n")
}

fn line(row: &FigureRow, longest: Option<u64>) -> String {
    let bar = row.bar.zip(longest);
    let bar = bar.map_or_else(String::new, |(value, longest)| lying_bar(value, longest));
    let cells: String = row
        .cells
        .iter()
        .map(|cell| format!("<td class=\"number\">{}</td>", escaped(cell)))
        .collect();
    format!("<tr><td>{}{bar}</td>{cells}</tr>\n", escaped(&row.name))
}

fn foot(report: &ReportFigures, zone: Zone) -> String {
    let at = report.now.at.in_zone(zone);
    let (at, zone) = (escaped(&at), escaped(&report.period.zone));
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "<footer>\n<p>What counts is when payctl booked it, by the days of {zone}. What waits is as of {at}.</p>\n\
         <p>payctl {version}</p>\n</footer>\n"
    )
}
