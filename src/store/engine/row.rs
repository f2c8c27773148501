//! Rows, read by the names of their columns.

use std::cell::{Cell, RefCell};

use rusqlite::types::FromSql;

use crate::store::error::StoreError;

/// One row of a statement.
pub(in crate::store) struct StoredRow<'r> {
    row: &'r rusqlite::Row<'r>,
    places: &'r Places,
    /// How many columns of this row were read.
    read: Cell<usize>,
}

/// Where the columns of a statement stand. Readers ask for the same columns in the same order in every row, so that a
/// name is looked up in the first row only.
#[derive(Debug, Default)]
pub(super) struct Places(RefCell<Vec<(&'static str, usize)>>);

impl<'r> StoredRow<'r> {
    pub(super) fn new(row: &'r rusqlite::Row<'r>, places: &'r Places) -> Self {
        let read = Cell::new(0);
        Self { row, places, read }
    }

    /// The value of a column.
    pub(in crate::store) fn get<T: FromSql>(&self, name: &'static str) -> Result<T, StoreError> {
        Ok(self.row.get(self.place(name)?)?)
    }

    /// The value of a column that counts something.
    pub(in crate::store) fn count(&self, name: &'static str) -> Result<u64, StoreError> {
        self.get(name).map(i64::unsigned_abs)
    }

    fn place(&self, name: &'static str) -> Result<usize, StoreError> {
        let turn = self.read.replace(self.read.get() + 1);
        let mut places = self.places.0.borrow_mut();
        if let Some((known, place)) = places.get(turn)
            && std::ptr::eq(*known, name)
        {
            return Ok(*place);
        }
        // Statements list their columns in the order in which they are read.
        let next = turn.checked_sub(1).and_then(|last| places.get(last));
        let next = next.map_or(0, |(_, last)| last + 1);
        let statement: &rusqlite::Statement<'_> = self.row.as_ref();
        let place = match statement.column_name(next) {
            Ok(column) if column == name => next,
            _ => statement.column_index(name)?,
        };
        places.truncate(turn);
        places.push((name, place));
        Ok(place)
    }
}

/// Reads a value whose fields are named as their columns: `field`, `field: "column"`, or `field = expression`. The fields
/// stand in the order of the columns.
macro_rules! from_row {
    ($row:ident => $type:ident {
        $($field:ident $(: $column:literal)? $(= $value:expr)?),* $(,)?
    }) => {
        $type { $($field: $crate::store::engine::from_row!(@ $row $field $($column)? $(= $value)?)),* }
    };
    (@ $row:ident $field:ident) => { $row.get(stringify!($field))? };
    (@ $row:ident $field:ident $column:literal) => { $row.get($column)? };
    (@ $row:ident $field:ident = $value:expr) => { $value };
}
pub(in crate::store) use from_row;

/// Reads the first column of a row.
pub(in crate::store) fn first<T: FromSql>(row: &StoredRow<'_>) -> Result<T, StoreError> {
    Ok(row.row.get(0)?)
}
