//! CSV: adjacent rows with the same number are one order; if they are not adjacent, the order is refused.
//!
//! The order's own columns are read from its first row; its further rows leave them empty or repeat them. A row with
//! line columns adds a line, a row with payment columns adds a payment, and a row may do both. An unreadable row
//! makes its whole order fail: half an order must not be imported.

use std::io::{self, BufRead};

use super::amounts::AmountReader;
use super::columns::{ImportColumn, ImportRow, RowSplitter};
use super::lines::{self, LineReader, TextLine};
use super::places::ReferenceIndex;
use super::times::TimeReader;
use super::{ImportEntry, ImportProblem, fields};
use crate::domain::payment::FIRST_API;
use crate::domain::values::encoding::WINDOWS_1252;
use crate::domain::{
    Customer, ImportLine, ImportPayment, ImportRecord, Instant, Meta, Notation, OrderNotes, Rupiah,
    SeparatorEvidence, Zone,
};

/// Most rows of one order, so that no file fills the memory.
const MAX_ROWS: u32 = 1_000;

#[derive(Debug)]
pub(super) struct CsvOrders {
    cutter: RowSplitter,
    notation: Notation,
    zone: Option<Zone>,
    places: ReferenceIndex,
    group: Option<OrderRows>,
}

/// The rows of one order so far.
#[derive(Debug)]
struct OrderRows {
    line: u64,
    /// None: it could not be read, so it may belong to the order before or after it.
    number: Option<String>,
    /// The order's own columns, from its first row.
    told: [Option<String>; ImportColumn::ORDER.len()],
    record: Result<ImportRecord, ImportProblem>,
    amounts: AmountReader,
    times: TimeReader,
    rows: u32,
}

impl CsvOrders {
    pub(super) fn new(cutter: RowSplitter, notation: Notation, zone: Option<Zone>) -> Self {
        Self {
            cutter,
            notation,
            zone,
            places: ReferenceIndex::default(),
            group: None,
        }
    }

    /// Reads the file to its end: where its orders begin, and how its amounts use dots and commas. All amount columns count
    /// together, because one program has written them.
    pub(super) fn survey<R: BufRead>(&mut self, lines: &mut LineReader<R>) -> io::Result<()> {
        let mut signs = SeparatorEvidence::default();
        while let Some((place, line)) = lines.next_line()? {
            let TextLine::Text(row) = line else {
                self.places.add(place, None);
                continue;
            };
            let (cells, problem) = self.cutter.cut(row);
            if problem.is_none() && is_blank(&cells) {
                continue;
            }
            self.places.add(place, cells.get(ImportColumn::Number));
            for text in ImportColumn::AMOUNTS
                .iter()
                .filter_map(|column| cells.get(*column))
            {
                signs.observe(text);
            }
        }
        if let Notation::Among(_) = self.notation {
            self.notation = Notation::Among(signs);
        }
        Ok(())
    }

    /// Reads until an order is complete, which is when the next one begins.
    pub(super) fn next_entry<R: BufRead>(
        &mut self,
        lines: &mut LineReader<R>,
    ) -> io::Result<Option<ImportEntry>> {
        while let Some((line, text)) = lines.next_line()? {
            let complete = match text {
                TextLine::Text(row) => self.take_row(line, row),
                TextLine::TooLong => self.begin(OrderRows::unreadable(
                    line,
                    lines::too_long(),
                    self.notation,
                )),
            };
            if complete.is_some() {
                return Ok(complete);
            }
        }
        Ok(self.group.take().map(OrderRows::finish))
    }

    fn take_row(&mut self, line: u64, row: &[u8]) -> Option<ImportEntry> {
        let (cells, problem) = self.cutter.cut(row);
        if problem.is_none() && is_blank(&cells) {
            return None;
        }
        let problem =
            problem.or_else(|| (!cells.are_text()).then(|| ImportProblem::new(WINDOWS_1252)));
        let Some(number) = cells.get(ImportColumn::Number) else {
            let problem = problem.unwrap_or_else(|| fields::missing("number"));
            return self.begin(OrderRows::unreadable(line, problem, self.notation));
        };
        if let Some(group) = &mut self.group
            && group.number.as_deref() == Some(number)
        {
            group.add_row(line, &cells, problem);
            return None;
        }
        let problem = problem.or_else(|| self.places.doubt(number));
        let times = TimeReader::in_zone(self.zone);
        let next = OrderRows::of(line, number, &cells, problem, (self.notation, times));
        self.begin(next)
    }

    fn begin(&mut self, mut next: OrderRows) -> Option<ImportEntry> {
        let mut before = self.group.take();
        if let Some(before) = &mut before {
            if next.number.is_none() {
                before.refuse(doubt(next.line));
            }
            if before.number.is_none() {
                next.refuse(doubt(before.line));
            }
        }
        self.group = Some(next);
        before.map(OrderRows::finish)
    }
}

fn is_blank(cells: &ImportRow<'_>) -> bool {
    !cells.has_any(ImportColumn::ALL) && cells.meta().next().is_none()
}

fn doubt(line: u64) -> ImportProblem {
    ImportProblem::new(format_args!(
        "line {line} next to it could not be read and may belong to it"
    ))
}

impl OrderRows {
    fn unreadable(line: u64, reason: ImportProblem, notation: Notation) -> Self {
        Self {
            line,
            number: None,
            told: Default::default(),
            record: Err(reason),
            amounts: AmountReader::of_line(line, notation),
            times: TimeReader::in_zone(None),
            rows: 1,
        }
    }

    fn of(
        line: u64,
        number: &str,
        cells: &ImportRow<'_>,
        problem: Option<ImportProblem>,
        (notation, mut times): (Notation, TimeReader),
    ) -> Self {
        let mut amounts = AmountReader::of_line(line, notation);
        let mut group = Self {
            line,
            number: Some(number.to_owned()),
            told: ImportColumn::ORDER.map(|column| cells.get(column).map(str::to_owned)),
            record: order(number, cells, &mut amounts, &mut times),
            amounts,
            times,
            rows: 0,
        };
        group.add_parts(line, cells, problem);
        group
    }

    fn add_row(&mut self, line: u64, cells: &ImportRow<'_>, problem: Option<ImportProblem>) {
        if problem.is_some() {
            self.add_parts(line, cells, problem);
            return;
        }
        for (column, told) in ImportColumn::ORDER.into_iter().zip(&self.told) {
            let here = cells.get(column);
            if here.is_some() && here != told.as_deref() {
                self.refuse(ImportProblem::new(format_args!(
                    "line {line}: {column} differs from line {}",
                    self.line
                )));
                return;
            }
        }
        for (key, here) in cells.meta() {
            let differs =
                |record: &ImportRecord| !record.notes.meta.iter().any(|told| told == (key, here));
            if self.record.as_ref().is_ok_and(differs) {
                self.refuse(ImportProblem::new(format_args!(
                    "line {line}: meta.{key} differs from line {}",
                    self.line
                )));
                return;
            }
        }
        if !cells.has_any(&ImportColumn::LINE) && !cells.has_any(&ImportColumn::PAYMENT) {
            self.refuse(ImportProblem::new(format_args!(
                "line {line} adds neither a line nor a payment"
            )));
        }
        self.add_parts(line, cells, None);
    }

    fn add_parts(&mut self, line: u64, cells: &ImportRow<'_>, problem: Option<ImportProblem>) {
        self.rows = self.rows.saturating_add(1);
        let Ok(record) = &mut self.record else { return };
        self.amounts.line = line;
        let added = match problem {
            Some(problem) => Err(problem),
            None if self.rows > MAX_ROWS => Err(ImportProblem::new(format_args!(
                "has more than {MAX_ROWS} rows"
            ))),
            None => add(record, cells, &mut self.amounts, &mut self.times),
        };
        if let Err(reason) = added {
            let place = if line == self.line {
                String::new()
            } else {
                format!("line {line}: ")
            };
            self.refuse(reason.within(place));
        }
    }

    /// The first reason counts.
    fn refuse(&mut self, reason: ImportProblem) {
        if self.record.is_ok() {
            self.record = Err(reason);
        }
    }

    fn finish(self) -> ImportEntry {
        ImportEntry {
            line: self.line,
            record: self.record,
            interpreted: self.amounts.interpreted,
            has_local_time: self.times.has_local,
        }
    }
}

fn order(
    number: &str,
    cells: &ImportRow<'_>,
    amounts: &mut AmountReader,
    times: &mut TimeReader,
) -> Result<ImportRecord, ImportProblem> {
    Ok(ImportRecord {
        number: fields::name("number", number)?,
        total: amount(cells, ImportColumn::Total, amounts)?,
        lines: Vec::new(),
        customer: Customer {
            name: optional(cells, ImportColumn::CustomerName, fields::personal)?,
            email: optional(cells, ImportColumn::CustomerEmail, fields::personal)?,
            phone: optional(cells, ImportColumn::CustomerPhone, fields::personal)?,
        },
        notes: OrderNotes {
            note: optional(cells, ImportColumn::Note, fields::note)?,
            meta: meta(cells)?,
        },
        created_at: time(cells, ImportColumn::CreatedAt, times)?,
        expires_at: time(cells, ImportColumn::ExpiresAt, times)?,
        payments: Vec::new(),
    })
}

fn meta(cells: &ImportRow<'_>) -> Result<Meta, ImportProblem> {
    let mut meta = Meta::default();
    for (key, text) in cells.meta() {
        fields::note_value(&mut meta, key.as_str(), text)?;
    }
    Ok(meta)
}

fn add(
    record: &mut ImportRecord,
    cells: &ImportRow<'_>,
    amounts: &mut AmountReader,
    times: &mut TimeReader,
) -> Result<(), ImportProblem> {
    if cells.has_any(&ImportColumn::LINE) {
        let line = line(cells, amounts)?;
        let is_repeated =
            |known: &ImportLine| known.sku == line.sku && known.unit_price == line.unit_price;
        // A joined table repeats its lines for each payment; read literally, it would sell them twice.
        if record.lines.iter().any(is_repeated) {
            return Err(ImportProblem::new(format_args!(
                "repeats the line of {}; leave sku, quantity and unit_price empty on a row that only adds a payment",
                line.sku
            )));
        }
        record.lines.push(line);
    }
    if cells.has_any(&ImportColumn::PAYMENT) {
        record.payments.push(payment(cells, amounts, times)?);
    }
    Ok(())
}

fn line(cells: &ImportRow<'_>, amounts: &mut AmountReader) -> Result<ImportLine, ImportProblem> {
    Ok(ImportLine {
        sku: required(cells, ImportColumn::Sku, fields::name)?,
        quantity: required(cells, ImportColumn::Quantity, fields::quantity)?,
        unit_price: amount(cells, ImportColumn::UnitPrice, amounts)?,
    })
}

fn payment(
    cells: &ImportRow<'_>,
    amounts: &mut AmountReader,
    times: &mut TimeReader,
) -> Result<ImportPayment, ImportProblem> {
    Ok(ImportPayment {
        gateway: required(cells, ImportColumn::Gateway, fields::name)?,
        reference: optional(cells, ImportColumn::Reference, fields::name)?,
        transaction_id: optional(cells, ImportColumn::TransactionId, fields::name)?,
        api_version: FIRST_API,
        amount: amount(cells, ImportColumn::Amount, amounts)?,
        payable: amount(cells, ImportColumn::Payable, amounts)?,
        fee: amount(cells, ImportColumn::Fee, amounts)?,
        method: optional(cells, ImportColumn::Method, fields::opaque)?,
        on_page: false,
        token: optional(cells, ImportColumn::Token, fields::opaque)?,
        expires_at: time(cells, ImportColumn::PaymentExpiresAt, times)?,
        status: optional(cells, ImportColumn::PaymentStatus, fields::status)?,
    })
}

fn amount(
    cells: &ImportRow<'_>,
    column: ImportColumn,
    amounts: &mut AmountReader,
) -> Result<Option<Rupiah>, ImportProblem> {
    optional(cells, column, |field, text| amounts.text(field, text))
}

fn time(
    cells: &ImportRow<'_>,
    column: ImportColumn,
    times: &mut TimeReader,
) -> Result<Option<Instant>, ImportProblem> {
    optional(cells, column, |field, text| times.read(field, text))
}

fn required<T>(
    cells: &ImportRow<'_>,
    column: ImportColumn,
    read: impl FnOnce(&str, &str) -> Result<T, ImportProblem>,
) -> Result<T, ImportProblem> {
    optional(cells, column, read)?.ok_or_else(|| fields::missing(column.word()))
}

fn optional<T>(
    cells: &ImportRow<'_>,
    column: ImportColumn,
    read: impl FnOnce(&str, &str) -> Result<T, ImportProblem>,
) -> Result<Option<T>, ImportProblem> {
    cells
        .get(column)
        .map(|text| read(column.word(), text))
        .transpose()
}
