//! One line of a list, described once.

use super::{Column, Severity};
use crate::domain::Zone;

/// A row of a report, in every format; declared with [`row!`].
///
/// Serialised, a row is one flat struct without a field named `summary`, which marks the last line of JSON
/// lines.
pub trait Row: serde::Serialize {
    /// The columns of the table.
    fn columns() -> &'static [Column];

    /// The names of the serialised fields, in order: the heading line of CSV, which is printed even without
    /// rows.
    fn fields() -> &'static [&'static str];

    /// The row for people, one cell per column.
    fn cells(&self, zone: Zone) -> Vec<String>;

    fn severity(&self) -> Severity {
        Severity::Calm
    }
}

/// Declares a row: its fields, in the order of JSON and CSV, and which of them are columns of the table.
///
/// A field with `=> text("Heading")` or `=> number("Heading")` is a column too. A second argument writes its cell, given
/// the row and the zone. The `last` column stands at the end, wherever its field does. Without `severity` rows are calm.
macro_rules! row {
    (
        $(#[$meta:meta])*
        $vis:vis struct $row:ident $(<$life:lifetime>)? {
            $(
                $(#[$field_meta:meta])*
                $field_vis:vis $field:ident: $kind:ty $(=> $side:ident($heading:literal $(, $cell:expr)?))?
            ),+ $(,)?
        }
        $(last $last_side:ident($last:literal, $last_cell:expr);)?
        $(severity $severity:expr;)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, serde::Serialize)]
        $vis struct $row $(<$life>)? { $($(#[$field_meta])* $field_vis $field: $kind),+ }

        impl $(<$life>)? $crate::output::Row for $row $(<$life>)? {
            fn columns() -> &'static [$crate::output::Column] {
                use $crate::output::Column;
                const { &[$($(Column::$side($heading),)?)+ $(Column::$last_side($last))?] }
            }

            fn fields() -> &'static [&'static str] {
                &[$(stringify!($field)),+]
            }

            fn cells(&self, zone: $crate::domain::Zone) -> Vec<String> {
                use $crate::output::row::{row, written};
                vec![$($(written(self, zone, row!(@ $side $field $($cell)?)),)?)+ $(written(self, zone, $last_cell))?]
            }

            $(fn severity(&self) -> $crate::output::Severity { $crate::output::row::judged(self, $severity) })?
        }
    };
    (@ $side:ident $field:ident) => { |row, zone| $crate::output::Cell::cell(&row.$field, zone) };
    (@ $side:ident $field:ident $cell:expr) => { $cell };
}

pub(crate) use row;

/// One cell; gives a closure its types.
pub(crate) fn written<R>(row: &R, zone: Zone, cell: impl Fn(&R, Zone) -> String) -> String {
    cell(row, zone)
}

/// The same for how urgent a row is.
pub(crate) fn judged<R>(row: &R, severity: impl Fn(&R) -> Severity) -> Severity {
    severity(row)
}
