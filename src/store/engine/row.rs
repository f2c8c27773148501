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

#[cfg(test)]
mod tests {
    use super::first;
    use crate::store::{Store, StoreError};

    const ROWS: &str = "SELECT 1 AS one, 2 AS two UNION ALL SELECT 10, 20 ORDER BY 1";

    fn store() -> Store {
        Store::dry_run_copy("no such file".as_ref()).unwrap()
    }

    #[test]
    fn columns_are_read_by_name_in_any_order() {
        let store = store();
        let backwards = store.read().all(ROWS, &[], |row| {
            Ok((row.get::<i64>("two")?, row.get::<i64>("one")?))
        });
        assert_eq!(backwards.unwrap(), [(2, 1), (20, 10)]);
        // What one row does not ask for, the next may.
        let by_need = store.read().all(ROWS, &[], |row| {
            let one: i64 = row.get("one")?;
            let again: i64 = if one == 1 { one } else { row.get("two")? };
            Ok((again, row.get::<i64>("one")?))
        });
        assert_eq!(by_need.unwrap(), [(1, 1), (20, 10)]);
        let firsts = store.read().all(ROWS, &[], first::<i64>);
        assert_eq!(firsts.unwrap(), [1, 10]);
    }

    #[test]
    fn a_missing_column_or_row_is_an_error() {
        let store = store();
        let missing = store.read().one(ROWS, &[], |row| row.get::<i64>("three"));
        assert!(matches!(missing, Err(StoreError::Engine(_))), "{missing:?}");
        let none = "SELECT 1 AS one WHERE 0";
        assert_eq!(store.read().one(none, &[], first::<i64>).unwrap(), None);
        let missing = store.read().only(none, &[], first::<i64>);
        assert!(matches!(missing, Err(StoreError::Engine(_))), "{missing:?}");
    }
}
