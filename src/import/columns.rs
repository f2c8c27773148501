//! The columns of a CSV file, found by the names in its header, in any order.

use std::fmt;

use super::{ImportProblem, fields};
use crate::domain::values::encoding::WINDOWS_1252;
use crate::domain::{Meta, MetaKey, string_enum};

string_enum! {
    /// A column. Columns of the customer, the line and the payment are named as in JSON, with a prefix where the name would
    /// be unclear.
    pub(super) enum ImportColumn {
        Number = "number",
        Total = "total",
        CreatedAt = "created_at",
        ExpiresAt = "expires_at",
        CustomerName = "customer_name",
        CustomerEmail = "customer_email",
        CustomerPhone = "customer_phone",
        Note = "note",
        Sku = "sku",
        Quantity = "quantity",
        UnitPrice = "unit_price",
        Gateway = "gateway",
        Reference = "reference",
        TransactionId = "transaction_id",
        Amount = "amount",
        Payable = "payable",
        Fee = "fee",
        Method = "method",
        Token = "token",
        PaymentExpiresAt = "payment_expires_at",
        PaymentStatus = "payment_status",
    }
}

impl ImportColumn {
    /// The columns that an order has once.
    pub(super) const ORDER: [Self; 7] = [
        Self::Total,
        Self::CreatedAt,
        Self::ExpiresAt,
        Self::CustomerName,
        Self::CustomerEmail,
        Self::CustomerPhone,
        Self::Note,
    ];
    pub(super) const AMOUNTS: [Self; 5] = [
        Self::Total,
        Self::UnitPrice,
        Self::Amount,
        Self::Payable,
        Self::Fee,
    ];

    pub(super) const LINE: [Self; 3] = [Self::Sku, Self::Quantity, Self::UnitPrice];
    pub(super) const PAYMENT: [Self; 10] = [
        Self::Gateway,
        Self::Reference,
        Self::TransactionId,
        Self::Amount,
        Self::Payable,
        Self::Fee,
        Self::Method,
        Self::Token,
        Self::PaymentExpiresAt,
        Self::PaymentStatus,
    ];
}

/// What the cells of a column are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CellMeaning {
    Column(ImportColumn),
    /// The values of one of the shop's own keys: `meta.KEY`.
    Meta(MetaKey),
}

impl fmt::Display for CellMeaning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(column) => column.fmt(formatter),
            Self::Meta(key) => write!(formatter, "{META}{key}"),
        }
    }
}

/// How the columns of the shop's own values begin.
const META: &str = "meta.";

/// Most columns of a file.
const MAX_COLUMNS: usize = ImportColumn::ALL.len() + Meta::MAX_KEYS;

/// Splits rows into cells.
#[derive(Debug)]
pub(super) struct RowSplitter {
    reader: csv_core::Reader,
    /// The column of each cell.
    columns: Vec<CellMeaning>,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// The cells of one row.
#[derive(Debug, Clone, Copy)]
pub(super) struct ImportRow<'a> {
    columns: &'a [CellMeaning],
    text: &'a [u8],
    ends: &'a [usize],
}

impl RowSplitter {
    /// Reads the header. The delimiter is the one announced on a line before it (`sep=;`), else the one of `,`, `;` and
    /// tab that the header uses most.
    pub(super) fn with_header(header: &[u8], told: Option<u8>) -> Result<Self, ImportProblem> {
        let count = |delimiter: &u8| header.iter().filter(|byte| *byte == delimiter).count();
        let used_most = b",;\t"
            .iter()
            .rev()
            .max_by_key(|delimiter| count(delimiter))
            .unwrap_or(&b',');
        let delimiter = told.unwrap_or(*used_most);
        let mut cutter = Self {
            reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            columns: Vec::new(),
            text: Vec::new(),
            ends: vec![0; MAX_COLUMNS + 1],
        };
        let (cells, problem) = cutter.cut_any(header);
        if let Some(problem) = problem {
            return Err(problem);
        }
        cutter.columns = columns(cells)?;
        cutter.ends = vec![0; cutter.columns.len() + 1];
        Ok(cutter)
    }

    /// The cells of a row. If the row is malformed, what could be split is returned together with the reason.
    pub(super) fn cut(&mut self, row: &[u8]) -> (ImportRow<'_>, Option<ImportProblem>) {
        let expected = self.columns.len();
        let (cells, problem) = self.cut_any(row);
        let found = cells.ends.len();
        let problem = problem.or_else(|| {
            (found != expected).then(|| {
                ImportProblem::new(format_args!(
                    "has {found} cells, but the header has {expected}"
                ))
            })
        });
        (cells, problem)
    }

    fn cut_any(&mut self, row: &[u8]) -> (ImportRow<'_>, Option<ImportProblem>) {
        use csv_core::ReadRecordResult::{End, InputEmpty, OutputEndsFull, OutputFull, Record};

        self.reader.reset();
        // One byte more than can be needed, because an output that is exactly full counts as too small.
        self.text.resize(self.text.len().max(row.len() + 1), 0);
        let (first, read, written, ended) =
            self.reader.read_record(row, &mut self.text, &mut self.ends);
        let (result, more) = if matches!(first, InputEmpty) && read == row.len() {
            let text = self.text.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (result, _, _, more) = self.reader.read_record(b"\n", text, ends);
            (result, more)
        } else {
            (first, 0)
        };
        let problem = match result {
            Record if read == row.len() => None,
            Record => Some(ImportProblem::new(
                "contains a line break; a row must be on one line",
            )),
            OutputEndsFull => Some(ImportProblem::new("has more cells than the header")),
            InputEmpty | OutputFull | End => Some(ImportProblem::new(
                "has a quote that is not closed; a row must be on one line",
            )),
        };
        let cells = ImportRow {
            columns: &self.columns,
            text: &self.text,
            ends: self.ends.get(..ended + more).unwrap_or_default(),
        };
        (cells, problem)
    }
}

fn columns(header: ImportRow<'_>) -> Result<Vec<CellMeaning>, ImportProblem> {
    let mut columns = Vec::new();
    for index in 0..header.ends.len() {
        let name = header
            .at(index)
            .ok_or_else(|| ImportProblem::new(WINDOWS_1252))?;
        let column = meaning(name)?;
        if columns.contains(&column) {
            return Err(ImportProblem::new(format_args!(
                "column {column} occurs twice"
            )));
        }
        columns.push(column);
    }
    if !columns.contains(&CellMeaning::Column(ImportColumn::Number)) {
        return Err(ImportProblem::new("has no column number"));
    }
    Ok(columns)
}

/// A key is taken as it is written; of the other names only the letters count.
fn meaning(name: &str) -> Result<CellMeaning, ImportProblem> {
    let key = name.split_at_checked(META.len());
    if let Some((_, key)) = key.filter(|(start, _)| start.eq_ignore_ascii_case(META)) {
        return fields::meta_key(key).map(CellMeaning::Meta);
    }
    let column = plain(name).parse();
    column
        .map(CellMeaning::Column)
        .map_err(|error| ImportProblem::new(format_args!("column {error}, {META}KEY")))
}

/// `Customer Name` is read as `customer_name`: spreadsheets have capitals and spaces.
fn plain(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join("_").to_ascii_lowercase()
}

/// The delimiter that Excel announces on a line before the header: `sep=;`.
pub(super) fn told_delimiter(line: &[u8]) -> Option<u8> {
    let line = line.trim_ascii_start();
    let line = match line.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|byte| *byte == b'"').next()?,
        None => line,
    };
    let (name, value) = line.split_at_checked(4)?;
    match value {
        [delimiter, rest @ ..]
            if name.eq_ignore_ascii_case(b"sep=")
                && delimiter.is_ascii()
                && !delimiter.is_ascii_alphanumeric()
                && *delimiter != b'"'
                && rest.trim_ascii().is_empty() =>
        {
            Some(*delimiter)
        }
        _ => None,
    }
}

impl<'a> ImportRow<'a> {
    /// The content of a cell without surrounding spaces; none if it is empty.
    pub(super) fn get(&self, column: ImportColumn) -> Option<&'a str> {
        let is_it = |known: &CellMeaning| *known == CellMeaning::Column(column);
        let index = self.columns.iter().position(is_it)?;
        self.at(index).filter(|text| !text.is_empty())
    }

    /// The filled cells of the shop's own values, with their keys.
    pub(super) fn meta(&self) -> impl Iterator<Item = (&'a MetaKey, &'a str)> + use<'a> {
        let row = *self;
        let keys = row.columns.iter().enumerate();
        let keys = keys.filter_map(|(index, column)| match column {
            CellMeaning::Meta(key) => Some((index, key)),
            CellMeaning::Column(_) => None,
        });
        keys.filter_map(move |(index, key)| {
            let text = row.at(index).filter(|text| !text.is_empty())?;
            Some((key, text))
        })
    }

    pub(super) fn has_any(&self, columns: &[ImportColumn]) -> bool {
        columns.iter().any(|column| self.get(*column).is_some())
    }

    pub(super) fn are_text(&self) -> bool {
        (0..self.ends.len()).all(|index| self.at(index).is_some())
    }

    fn at(&self, index: usize) -> Option<&'a str> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        std::str::from_utf8(self.text.get(start..end)?)
            .ok()
            .map(str::trim)
    }
}
