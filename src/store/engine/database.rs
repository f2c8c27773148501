//! The file, open for writing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};

use super::connection::{
    check_kind, connect, prepare, require_current_schema, require_existing, require_regular_file,
    synchronise,
};
use super::file_rights::{self, FileRights};
use super::identity::Identity;
use super::lock::unusable;
use super::migrate::{Finish, OnStep, migrate_and_keep};
use super::reader::Reader;
use super::schema::FileKind;
use super::tx::Tx;
use crate::domain::Hook;
use crate::store::error::StoreError;
use crate::store::permit::WritePermit;

/// The file, open for writing.
#[derive(Debug)]
pub(in crate::store) struct Database {
    pub(super) reader: Reader,
    kept: Option<PathBuf>,
    /// Which file this is; `None` for a copy that nobody else can see.
    identity: Option<Identity>,
}

/// Whether a transaction waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Durability {
    /// What is committed survives a power loss.
    Full,
    /// A power loss may undo a transaction as a whole, unless a later one under `Full` has succeeded.
    Relaxed,
}

impl Database {
    /// Opens the file, creates it if it is missing, and migrates its schema to this program's version.
    pub(in crate::store) fn create(path: &Path, finish: Finish) -> Result<Self, StoreError> {
        require_regular_file(path)?;
        FileRights::make_private(path).map_err(unusable)?;
        let connection = connect(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )?;
        check_kind(path, &connection)?;
        // Only takes effect before the first table exists; `cleanup` needs it to return space.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        Self::migrated(path, connection, finish, &mut |_, _| {})
    }

    /// Opens an existing file and migrates its schema to this program's version.
    pub(in crate::store) fn open(path: &Path, finish: Finish) -> Result<Self, StoreError> {
        Self::open_telling(path, finish, &mut |_, _| {})
    }

    /// The same; `tell` is told of each step of a migration.
    pub(in crate::store) fn open_telling(
        path: &Path,
        finish: Finish,
        tell: OnStep<'_>,
    ) -> Result<Self, StoreError> {
        require_existing(path)?;
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if check_kind(path, &connection)? == FileKind::Empty {
            return Err(StoreError::Missing { path: path.into() });
        }
        Self::migrated(path, connection, finish, tell)
    }

    /// A second connection to the same file.
    pub(in crate::store) fn again(&self) -> Result<Self, StoreError> {
        let path = self.reader.path().unwrap_or_default();
        require_existing(&path)?;
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        prepare(&connection)?;
        require_current_schema(&path, &connection)?;
        Ok(Self {
            reader: Reader::of(connection).with_hooks(Arc::clone(self.reader.hooks())),
            kept: None,
            identity: self.identity.clone(),
        })
    }

    fn migrated(
        path: &Path,
        connection: Connection,
        finish: Finish,
        tell: OnStep<'_>,
    ) -> Result<Self, StoreError> {
        prepare(&connection)?;
        let reader = Reader::of(connection);
        let kept = migrate_and_keep(path, &reader, finish, tell)?;
        require_current_schema(path, &reader.connection)?;
        file_rights::lend_companions(path);
        Ok(Self {
            reader,
            kept,
            identity: Identity::of(path),
        })
    }

    /// A file that nobody else can see, with this program's schema.
    pub(super) fn private(reader: Reader) -> Self {
        Self {
            reader,
            kept: None,
            identity: None,
        }
    }

    pub(in crate::store) fn with_hooks(self, hooks: Arc<[Hook]>) -> Self {
        Self {
            reader: self.reader.with_hooks(hooks),
            ..self
        }
    }

    /// The same file, for reading.
    pub(in crate::store) fn read(&self) -> &Reader {
        &self.reader
    }

    /// Where the old file was kept, if opening migrated the schema.
    pub(in crate::store) fn kept_file(&self) -> Option<&Path> {
        self.kept.as_deref()
    }

    pub(in crate::store) fn begin(&self, _permit: &WritePermit) -> Result<Tx<'_>, StoreError> {
        self.require_no_write()?;
        let identity = self.identity.as_ref();
        identity.map_or(Ok(()), Identity::require_same_file)?;
        Tx::begin(&self.reader, identity)
    }

    /// A transaction is a whole: another one within it could neither stay nor be undone by itself.
    fn require_no_write(&self) -> Result<(), StoreError> {
        if self.reader.connection.is_autocommit() {
            return Ok(());
        }
        Err(StoreError::Nested)
    }

    pub(in crate::store) fn set_durability(&self, wanted: Durability) -> Result<(), StoreError> {
        self.require_no_write()?;
        let word = match wanted {
            Durability::Full => "FULL",
            Durability::Relaxed => "NORMAL",
        };
        synchronise(&self.reader.connection, word)
    }

    /// Makes this connection overwrite what it deletes, so that nobody can read it back from the file.
    pub(in crate::store) fn enable_secure_delete(&self) -> Result<(), StoreError> {
        let connection = &self.reader.connection;
        Ok(connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?)
    }
}
