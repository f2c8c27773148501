//! One line of a list, described once.

use super::{Column, Severity};
use crate::domain::Zone;

/// A row of a report, in every format; declared with [`row!`].
///
/// Serialised, a row is one flat struct without a field named `summary`, which marks the last line of JSON
/// lines.
pub trait Row: serde::Serialize {
    /// The columns of the table.
    fn columns() -> Vec<Column>;

    /// The names of the serialised fields, in order: the heading line of CSV, which is printed even without
    /// rows.
    fn fields() -> Vec<&'static str>;

    /// The row for people, one cell per column.
    fn cells(&self, zone: Zone) -> Vec<String>;

    /// Headings of columns that a narrow table leaves out, the first of them first.
    fn hides() -> &'static [&'static str] {
        &[]
    }

    fn severity(&self) -> Severity {
        Severity::Calm
    }
}

/// Declares a row: its fields, in the order of JSON and CSV, and which of them are columns of the table.
///
/// A field with `=> text("Heading")`, `prose` or `number` is a column too; `hides` names those that a narrow table leaves
/// out. A second argument writes its cell, given the row and the zone. A field with `=> taken_in` and `#[serde(flatten)]` is
/// another row, whose fields and columns stand in its place. The `last` column stands at the end, wherever its field does.
/// Without `severity` rows are calm.
macro_rules! row {
    (
        $(#[$meta:meta])*
        $vis:vis struct $row:ident $(<$life:lifetime>)? {
            $(
                $(#[$field_meta:meta])*
                $field_vis:vis $field:ident: $kind:ty $(=> $side:ident $(($heading:literal $(, $cell:expr)?))?)?
            ),+ $(,)?
        }
        $(last $last_side:ident($last:literal, $last_cell:expr);)?
        $(hides $($hidden:literal),+;)?
        $(severity $severity:expr;)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, serde::Serialize)]
        $vis struct $row $(<$life>)? { $($(#[$field_meta])* $field_vis $field: $kind),+ }

        impl $(<$life>)? $crate::output::Row for $row $(<$life>)? {
            fn columns() -> Vec<$crate::output::Column> {
                [
                    $($($crate::output::row::part!(columns $side $kind $(, $heading)?),)?)+
                    $(vec![$crate::output::Column::$last_side($last)])?
                ].concat()
            }

            fn fields() -> Vec<&'static str> { [$($crate::output::row::part!(fields $field $kind $(, $side)?)),+].concat() }

            fn cells(&self, zone: $crate::domain::Zone) -> Vec<String> {
                [
                    $($($crate::output::row::part!(cells $side self zone $field $($(, $cell)?)?),)?)+
                    $(vec![$crate::output::row::written(self, zone, $last_cell)])?
                ].concat()
            }

            $(fn hides() -> &'static [&'static str] { &[$($hidden),+] })?
            $(fn severity(&self) -> $crate::output::Severity { $crate::output::row::judged(self, $severity) })?
        }
    };
}

/// What one field gives to its row: columns, names or cells.
macro_rules! part {
    (columns taken_in $kind:ty) => {
        <$kind as $crate::output::Row>::columns()
    };
    (columns $side:ident $kind:ty, $heading:literal) => {
        vec![$crate::output::Column::$side($heading)]
    };
    (fields $field:ident $kind:ty, taken_in) => {
        <$kind as $crate::output::Row>::fields()
    };
    (fields $field:ident $kind:ty $(, $side:ident)?) => {
        vec![stringify!($field)]
    };
    (cells taken_in $row:ident $zone:ident $field:ident) => {
        $crate::output::Row::cells(&$row.$field, $zone)
    };
    (cells $side:ident $row:ident $zone:ident $field:ident) => {
        vec![$crate::output::Cell::cell(&$row.$field, $zone)]
    };
    (cells $side:ident $row:ident $zone:ident $field:ident, $cell:expr) => {
        vec![$crate::output::row::written($row, $zone, $cell)]
    };
}

pub(crate) use part;
pub(crate) use row;

/// One cell; gives a closure its types.
pub(crate) fn written<R>(row: &R, zone: Zone, cell: impl Fn(&R, Zone) -> String) -> String {
    cell(row, zone)
}

/// The same for how urgent a row is.
pub(crate) fn judged<R>(row: &R, severity: impl Fn(&R) -> Severity) -> Severity {
    severity(row)
}

#[cfg(test)]
mod tests {
    use crate::domain::{Instant, OrderNumber, Rupiah, Zone};
    use crate::output::{Column, Row as _, Severity};

    row! {
        struct OuterLine {
            #[serde(flatten)]
            line: SampleLine<'static> => taken_in,
            more: &'static str => text("More"),
        }
        hides "More";
    }

    row! {
        struct SampleLine<'a> {
            order: OrderNumber => text("Order"),
            words: &'a str,
            amount: Option<Rupiah> => number("Amount"),
            is_late: bool => text("Late"),
            at: Instant => text("When", |line, _| format!("at {}", line.at)),
        }
        last text("Words", |line, _| line.words.to_owned());
        severity |line| if line.is_late { Severity::Person } else { Severity::Calm };
    }

    fn line(is_late: bool) -> SampleLine<'static> {
        SampleLine {
            order: "INV-1".parse().unwrap(),
            words: "long",
            amount: None,
            is_late,
            at: Instant::from_millis(0),
        }
    }

    #[test]
    fn a_row_is_described_once() {
        let columns = ["Order", "Late", "When", "Words"].map(Column::text);
        let mut expected = columns.to_vec();
        expected.insert(1, Column::number("Amount"));
        assert_eq!(SampleLine::columns(), expected);
        let fields = ["order", "words", "amount", "is_late", "at"];
        assert_eq!(SampleLine::fields(), fields);
        let cells = line(true).cells(Zone::Machine);
        assert_eq!(
            cells,
            ["INV-1", "", "yes", "at 1970-01-01T00:00:00Z", "long"]
        );
        let json = r#"{"order":"INV-1","words":"long","amount":null,"is_late":true,"at":"1970-01-01T00:00:00Z"}"#;
        assert_eq!(serde_json::to_string(&line(true)).unwrap(), json);
    }

    #[test]
    fn a_row_takes_another_row_in() {
        let (columns, inner) = (OuterLine::columns(), SampleLine::columns());
        assert_eq!(
            columns.strip_prefix(inner.as_slice()),
            Some(&[Column::text("More")][..])
        );
        let fields = ["order", "words", "amount", "is_late", "at", "more"];
        assert_eq!(OuterLine::fields(), fields);
        let outer = OuterLine {
            line: line(false),
            more: "m",
        };
        let mut cells = line(false).cells(Zone::Machine);
        cells.push("m".to_owned());
        assert_eq!(outer.cells(Zone::Machine), cells);
        let json = serde_json::to_string(&outer).unwrap();
        let inner = serde_json::to_string(&line(false)).unwrap();
        assert_eq!(
            json,
            format!("{},\"more\":\"m\"}}", inner.trim_end_matches('}'))
        );
    }

    #[test]
    fn a_row_says_how_urgent_it_is() {
        assert_eq!(line(true).severity(), Severity::Person);
        assert_eq!(line(false).severity(), Severity::Calm);
    }
}
