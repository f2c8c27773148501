//! One transaction, and the statements that write.

use std::ops::Deref;

use rusqlite::types::FromSql;
use rusqlite::{Transaction, TransactionBehavior};

use super::identity::Identity;
use super::reader::Reader;
use super::row::first;
use super::values::ToSql;
use crate::faults::{crash_point, has_crashed};
use crate::store::error::StoreError;

/// A transaction that holds the write lock from the start; dropping it undoes everything. It reads as a [`Reader`]
/// does, and sees what it has written.
pub(in crate::store) struct Tx<'a> {
    reader: &'a Reader,
    open: Transaction<'a>,
    identity: Option<&'a Identity>,
}

impl Deref for Tx<'_> {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        self.reader
    }
}

impl<'a> Tx<'a> {
    pub(super) fn begin(
        reader: &'a Reader,
        identity: Option<&'a Identity>,
    ) -> Result<Self, StoreError> {
        let behavior = TransactionBehavior::Immediate;
        Ok(Self {
            open: Transaction::new_unchecked(&reader.connection, behavior)?,
            reader,
            identity,
        })
    }

    pub(in crate::store) fn commit(self) -> Result<(), StoreError> {
        crash_point!("before a commit");
        if has_crashed!() {
            return Err(StoreError::Engine("the process was killed".into()));
        }
        self.open.commit()?;
        crash_point!("after a commit");
        // If the file was replaced, nobody will find what was written to it.
        self.identity.map_or(Ok(()), Identity::require_same_file)
    }

    /// A part of the transaction that is undone as a whole unless it is kept.
    pub(in crate::store) fn part(&self) -> Result<Savepoint<'_>, StoreError> {
        self.reader.connection.execute_batch("SAVEPOINT part")?;
        Ok(Savepoint {
            reader: self.reader,
            is_kept: false,
        })
    }

    /// Runs a statement and returns how many rows it has changed.
    pub(in crate::store) fn exec(
        &self,
        sql: &'static str,
        parameters: &[&dyn ToSql],
    ) -> Result<usize, StoreError> {
        let mut statement = self.reader.connection.prepare_cached(sql)?;
        Ok(statement.execute(parameters)?)
    }

    /// Runs a statement that must change exactly one row. A row read in this transaction cannot have changed since; if
    /// it did not match, the plan must not be written.
    pub(in crate::store) fn change(
        &self,
        sql: &'static str,
        parameters: &[&dyn ToSql],
    ) -> Result<(), StoreError> {
        if self.exec(sql, parameters)? == 1 {
            return Ok(());
        }
        Err(StoreError::Refused(
            "a row has changed since it was read".into(),
        ))
    }

    /// Inserts a row and returns its id.
    pub(in crate::store) fn insert<T: FromSql>(
        &self,
        sql: &'static str,
        parameters: &[&dyn ToSql],
    ) -> Result<T, StoreError> {
        self.only(sql, parameters, first)
    }
}

/// See [`Tx::part`].
pub(in crate::store) struct Savepoint<'a> {
    reader: &'a Reader,
    is_kept: bool,
}

impl Savepoint<'_> {
    pub(in crate::store) fn keep(mut self) -> Result<(), StoreError> {
        self.reader.connection.execute_batch("RELEASE part")?;
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            // It only fails if the whole transaction was undone already.
            let undo = "ROLLBACK TO part; RELEASE part";
            let _ = self.reader.connection.execute_batch(undo);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{first, sql};
    use crate::store::{Store, StoreError, WritePermit, WriteReason};

    #[test]
    fn a_write_within_a_write_is_refused() {
        let store = Store::dry_run_copy("no such file".as_ref()).unwrap();
        let permit = WritePermit::granted_by(WriteReason::NotDryRun);
        let add = |name: &'static str| {
            move |tx: &super::Tx<'_>| tx.exec(sql!("add_gateway"), &[&name]).map(|_| ())
        };
        let written = store.transact(&permit, |tx| {
            add("outer")(tx)?;
            let inner = store.transact(&permit, add("inner"));
            assert!(matches!(inner, Err(StoreError::Nested)), "{inner:?}");
            let inner = store.write_relaxed(&permit, add("inner"));
            assert!(matches!(inner, Err(StoreError::Nested)), "{inner:?}");
            Ok(())
        });
        written.unwrap();
        store.write_relaxed(&permit, add("later")).unwrap();
        let names = store
            .read()
            .all(sql!("check_gateways"), &[&None::<String>], first::<String>);
        assert_eq!(names.unwrap(), ["later", "outer"]);
    }

    #[test]
    fn a_part_that_is_not_kept_leaves_nothing() {
        let store = Store::dry_run_copy("no such file".as_ref()).unwrap();
        let permit = WritePermit::granted_by(WriteReason::NotDryRun);
        let written = store.transact(&permit, |tx| {
            let add = |name: &str| tx.exec(sql!("add_gateway"), &[&name]);
            let outer = tx.part()?;
            add("kept")?;
            let inner = tx.part()?;
            add("dropped")?;
            drop(inner);
            outer.keep()?;
            let part = tx.part()?;
            add("dropped too")?;
            drop(part);
            add("last")?;
            tx.all(sql!("check_gateways"), &[&None::<String>], first::<String>)
        });
        assert_eq!(written.unwrap(), ["kept", "last"]);
        let after = store
            .read()
            .all(sql!("check_gateways"), &[&None::<String>], first::<String>);
        assert_eq!(after.unwrap(), ["kept", "last"]);
    }
}
