//! The tables of a report, for people: the same on a terminal, in a mail and on a page.

use super::figures::ReportFigures;
use super::waits::SPAN_NAMES;
use crate::commands::ago::ago;
use crate::commands::standing::{OpenCases, OpenRefunds};
use crate::domain::Rupiah;
use crate::output::counted::grouped;
use crate::store::{RefundStep, WaitingAges};

/// One table: a text, then numbers.
#[derive(Debug)]
pub(super) struct FigureTable {
    pub(super) title: &'static str,
    /// The first is of the texts.
    pub(super) heads: Vec<&'static str>,
    pub(super) rows: Vec<FigureRow>,
    /// What stands in place of rows where there are none.
    pub(super) none: &'static str,
    /// A sentence below it.
    pub(super) note: Option<String>,
}

#[derive(Debug)]
pub(super) struct FigureRow {
    pub(super) name: String,
    pub(super) cells: Vec<String>,
    /// Drawn as a bar beside the others of its table.
    pub(super) bar: Option<u64>,
}

impl FigureTable {
    fn new(title: &'static str, heads: &[&'static str], none: &'static str) -> Self {
        Self {
            title,
            heads: heads.to_vec(),
            rows: Vec::new(),
            none,
            note: None,
        }
    }

    fn row(&mut self, name: impl ToString, cells: &[&dyn Figure], bar: Option<u64>) {
        self.rows.push(FigureRow {
            name: name.to_string(),
            cells: cells.iter().map(|cell| cell.shown()).collect(),
            bar,
        });
    }
}

/// A number as people read it.
trait Figure {
    fn shown(&self) -> String;
}

impl Figure for u64 {
    fn shown(&self) -> String {
        grouped(*self)
    }
}

impl Figure for Rupiah {
    fn shown(&self) -> String {
        self.to_string()
    }
}

/// All of them, in the order in which they are read.
pub(super) fn tables(report: &ReportFigures) -> Vec<FigureTable> {
    vec![
        orders(report),
        gateways(report),
        products(report),
        waits(report),
        told(report),
        drift(report),
        returned(report),
        cases(report),
        waiting(report),
    ]
}

fn orders(report: &ReportFigures) -> FigureTable {
    let mut table = FigureTable::new("Orders", &["Status", "Orders", "Total"], "No order moved.");
    for moved in &report.orders {
        table.row(&moved.line, &[&moved.orders, &moved.total], None);
    }
    table
}

fn gateways(report: &ReportFigures) -> FigureTable {
    let heads = ["Gateway", "Payments", "Received"];
    let mut table = FigureTable::new("Money by gateway", &heads, "No payment became paid.");
    for paid in &report.gateways {
        table.row(&paid.gateway, &[&paid.payments, &paid.received], None);
    }
    let (fee, surcharge) = (report.money.fee, report.money.surcharge);
    let fees =
        format!("Fees as gateways named them: {fee}; paid by customers on top: {surcharge}.");
    table.note = (fee > Rupiah::ZERO || surcharge > Rupiah::ZERO).then_some(fees);
    table
}

fn products(report: &ReportFigures) -> FigureTable {
    let heads = ["Product", "Units", "Amount"];
    let mut table = FigureTable::new("Sold products", &heads, "Nothing was sold.");
    for sold in &report.products {
        let name = if sold.name == sold.sku.as_str() {
            sold.name.clone()
        } else {
            format!("{} ({})", sold.name, sold.sku)
        };
        let bar = Some(sold.amount.as_i64().unsigned_abs());
        table.row(name, &[&sold.units, &sold.amount], bar);
    }
    let others = &report.other_products;
    if others.products > 0 {
        let name = format!("{} other products", others.products);
        table.row(name, &[&others.units, &others.amount], None);
    }
    table
}

fn waits(report: &ReportFigures) -> FigureTable {
    let heads = ["Time", "Payments"];
    let none = "No gateway reported money.";
    let mut table = FigureTable::new("From the payment to our books", &heads, none);
    let waits = &report.waits;
    if waits.payments == 0 {
        return table;
    }
    for (name, span) in SPAN_NAMES.iter().zip(&waits.spans) {
        table.row(name, &[&span.payments], Some(span.payments));
    }
    let said = |ms: Option<u64>| ago(std::time::Duration::from_millis(ms.unwrap_or_default()));
    let worst = waits.worst_order.as_ref();
    table.note = Some(format!(
        "Median {}, 95 % within {}, worst {} ({}).",
        said(waits.median_ms),
        said(waits.p95_ms),
        said(waits.worst_ms),
        worst.map_or("-", |order| order.as_str())
    ));
    table
}

fn told(report: &ReportFigures) -> FigureTable {
    let heads = ["Gateway", "Told first", "Told later", "Never told"];
    let mut table = FigureTable::new("Notifications of money", &heads, "No payment became paid.");
    for paid in &report.gateways {
        if paid.payments > paid.by_person {
            let cells: [&dyn Figure; 3] = [&paid.told_first, &paid.told_later, &paid.never_told];
            table.row(&paid.gateway, &cells, None);
        }
    }
    let by_person: u64 = report.gateways.iter().map(|paid| paid.by_person).sum();
    if by_person > 0 {
        table.note = Some(format!(
            "Booked by a person besides: {}.",
            grouped(by_person)
        ));
    }
    table
}

fn drift(report: &ReportFigures) -> FigureTable {
    let heads = ["Found by", "Payments"];
    let none = "No payment differed.";
    let mut table = FigureTable::new("Differences found and mended", &heads, none);
    for drift in &report.drift {
        let name = format!("{}: {}", drift.source, drift.became);
        table.row(name, &[&drift.payments], None);
    }
    table
}

fn returned(report: &ReportFigures) -> FigureTable {
    let heads = ["What", "Number", "Amount"];
    let none = "No late money and no refund.";
    let mut table = FigureTable::new("Late money and refunds", &heads, none);
    let late = &report.late;
    if late.orders > 0 {
        table.row(
            "orders revived by late money",
            &[&late.orders, &late.total],
            None,
        );
    }
    let due_first = |step: RefundStep| report.refunds.iter().filter(move |one| one.step == step);
    for refund in due_first(RefundStep::Due).chain(due_first(RefundStep::Done)) {
        let step = match refund.step {
            RefundStep::Due => "became due",
            RefundStep::Done => "gone back",
        };
        let name = format!("{step}: {}", refund.reason);
        table.row(name, &[&refund.refunds, &refund.amount], None);
    }
    table
}

fn cases(report: &ReportFigures) -> FigureTable {
    let heads = ["Kind", "Opened", "Still open"];
    let mut table = FigureTable::new("Questions asked", &heads, "No case was opened.");
    for case in &report.cases {
        table.row(case.kind, &[&case.opened, &case.still_open], None);
    }
    table
}

fn waiting(report: &ReportFigures) -> FigureTable {
    let heads = ["Now", "< 1 d", "< 3 d", "< 7 d", "longer"];
    let mut table = FigureTable::new("Waiting now, by age", &heads, "Nothing waits.");
    let mut row = |name: String, ages: WaitingAges| {
        let cells: [&dyn Figure; 4] = [
            &ages.under_1_day,
            &ages.under_3_days,
            &ages.under_7_days,
            &ages.longer,
        ];
        table.row(name, &cells, None);
    };
    for OpenCases { kind, ages, .. } in &report.now.cases {
        row(format!("case {kind}"), *ages);
    }
    for OpenRefunds {
        status,
        amount,
        ages,
        ..
    } in &report.now.refunds
    {
        row(format!("refund {status}, {amount}"), *ages);
    }
    let overdue = &report.now.overdue;
    if overdue.orders > 0 {
        row(format!("overdue orders, {}", overdue.total), overdue.ages);
    }
    table
}
