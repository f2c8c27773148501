//! The file, open for reading, and the three ways to run a statement that reads.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags, Transaction};
use tempfile::TempDir;

use super::connection::{connect, require_current_schema, require_existing, undone_first};
use super::file_rights;
use super::row::{Places, StoredRow};
use super::values::ToSql;
use crate::domain::Hook;
use crate::store::error::StoreError;

/// The file, open for reading. A [`Store`](crate::store::Store) offers the same through its `read`.
#[derive(Debug)]
pub struct Reader {
    pub(super) connection: Connection,
    /// Set when this reads a copy and not the shop's own file. Declared after the connection, which must close first.
    copy: Option<MigratedCopy>,
    /// The effects that the shop has configured, by trigger.
    hooks: Arc<[Hook]>,
}

impl Reader {
    /// Opens a file for reading only; the file does not change by a byte.
    ///
    /// # Errors
    /// `Missing`, `Foreign`, `Older`, `Newer`, `Corrupt`, `Denied`, `Busy`.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        require_existing(path)?;
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        undone_first(path, || require_current_schema(path, &connection))?;
        file_rights::lend_companions(path);
        Ok(Self::of(connection))
    }

    pub(super) fn of(connection: Connection) -> Self {
        Self {
            connection,
            copy: None,
            hooks: Arc::default(),
        }
    }

    /// A second connection to the same file.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn again(&self) -> Result<Self, StoreError> {
        let path = self.path().unwrap_or_default();
        Ok(Self::open(&path)?.with_hooks(Arc::clone(&self.hooks)))
    }

    /// Sets the hooks that previews use when orders move.
    #[must_use]
    pub fn with_hooks(self, hooks: Arc<[Hook]>) -> Self {
        Self { hooks, ..self }
    }

    pub(super) fn keeping(self, copy: MigratedCopy) -> Self {
        Self {
            copy: Some(copy),
            ..self
        }
    }

    pub(super) fn close(self) -> Result<(), StoreError> {
        Ok(self.connection.close().map_err(|(_, error)| error)?)
    }

    /// The copy that this reads, if the shop's file is older than this program.
    #[must_use]
    pub fn copy(&self) -> Option<&Path> {
        self.copy.as_ref().map(MigratedCopy::file)
    }

    /// The path of the file; `None` for a database in memory.
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        let path = self.connection.path().filter(|path| !path.is_empty());
        path.map(PathBuf::from)
    }

    pub(in crate::store) fn hooks(&self) -> &Arc<[Hook]> {
        &self.hooks
    }

    /// While this lives, all reads see the file as it was at one moment. Within a transaction they do so anyway.
    pub(in crate::store) fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        let is_outside = self.connection.is_autocommit();
        let moment = is_outside.then(|| self.connection.unchecked_transaction());
        Ok(Snapshot(moment.transpose()?))
    }

    /// Calls `read` with each row of a statement.
    pub(in crate::store) fn each(
        &self,
        sql: &'static str,
        parameters: &[&dyn ToSql],
        mut read: impl FnMut(&StoredRow<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        let places = Places::default();
        while let Some(row) = rows.next()? {
            read(&StoredRow::new(row, &places))?;
        }
        Ok(())
    }

    /// Every row of a statement.
    pub(in crate::store) fn all<T>(
        &self,
        sql: &'static str,
        parameters: &[&dyn ToSql],
        read: impl Fn(&StoredRow<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.each(sql, parameters, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The first row of a statement, if there is any.
    pub(in crate::store) fn one<T>(
        &self,
        sql: &'static str,
        parameters: &[&dyn ToSql],
        read: impl Fn(&StoredRow<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        let places = Places::default();
        let row = rows.next()?;
        row.map(|row| read(&StoredRow::new(row, &places)))
            .transpose()
    }

    /// The row of a statement that always has one.
    pub(in crate::store) fn only<T>(
        &self,
        sql: &'static str,
        parameters: &[&dyn ToSql],
        read: impl Fn(&StoredRow<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let found = self.one(sql, parameters, read)?;
        found.ok_or_else(|| rusqlite::Error::QueryReturnedNoRows.into())
    }

    /// Whether a statement has any row.
    pub(in crate::store) fn exists(
        &self,
        sql: &'static str,
        parameters: &[&dyn ToSql],
    ) -> Result<bool, StoreError> {
        Ok(self.one(sql, parameters, |_| Ok(()))?.is_some())
    }
}

/// A private copy of an older file, migrated to this program's schema. Dropping it deletes it.
#[derive(Debug)]
pub(super) struct MigratedCopy {
    file: PathBuf,
    #[expect(dead_code, reason = "dropping it deletes the folder")]
    folder: TempDir,
}

impl MigratedCopy {
    pub(super) fn new(file: PathBuf, folder: TempDir) -> Self {
        Self { file, folder }
    }

    fn file(&self) -> &Path {
        &self.file
    }
}

#[cfg(test)]
impl Reader {
    /// For tests that look at rows which no method shows.
    pub(in crate::store) fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// One moment of the file.
pub(in crate::store) struct Snapshot<'a>(
    #[expect(dead_code, reason = "dropping it ends the moment")] Option<Transaction<'a>>,
);
