//! Opens the file: for writing, which migrates it, or for reading only, which leaves it unchanged.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::dry_run_copy::MigratedCopy;
use super::error::StoreError;
use super::file_rights::{self, FileRights};
use super::hooks::HookSource;
use super::identity::Identity;
use super::lock::unusable;
use super::migrate::{self, FileKind};
use super::permit::WritePermit;
use super::runs::RunId;
use super::unreported::LatestRows;
use super::{clock, hooks};
use crate::domain;
use crate::domain::Hook;

/// How long a writer waits for another writer. Transactions are short, but waiting is not fair.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// A batch of 1,000 scattered orders touches thousands of pages; a checkpoint after each batch would write the same
/// pages again and again. The log grows to 32 MiB at most.
const CHECKPOINT_PAGES: i64 = 8_000;

/// Larger than the number of statements.
const MAX_STATEMENTS: usize = 128;

/// The file, open for writing.
#[derive(Debug)]
pub struct Store {
    reader: Reader,
    /// The next write must record the hooks of this program.
    has_new_hooks: bool,
    /// The next write must also record the configuration that they come from.
    source: Option<HookSource>,
    kept: Option<PathBuf>,
    /// Which file this is; `None` for a copy that nobody else can see.
    identity: Option<Identity>,
    /// Cases and refunds opened from now on belong to this run.
    run: Option<RunId>,
    /// When this program began, recorded with its first write.
    began_at: Option<domain::Instant>,
}

/// The file, open for reading. A [`Store`] offers the same through [`Store::read`].
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    /// Set when this reads a copy and not the shop's own file. Declared after the connection, which must close first.
    copy: Option<MigratedCopy>,
    /// The effects that the shop has configured, by trigger.
    hooks: Arc<[Hook]>,
}

impl Store {
    /// Opens the file, creates it if it is missing, and migrates its schema to this program's version.
    ///
    /// # Errors
    /// `Foreign`, `Newer`, `Corrupt`, `Denied`, `Full`, `Busy`.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        require_regular_file(path)?;
        FileRights::make_private(path).map_err(unusable)?;
        let mut connection = connect(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )?;
        check_kind(path, &connection)?;
        // Only takes effect before the first table exists; `cleanup` needs it to return space.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        prepare(&connection)?;
        let kept = migrate::migrate_and_keep(path, &mut connection)?;
        Self::checked(path, connection, kept)
    }

    /// Opens an existing file and migrates its schema to this program's version.
    ///
    /// # Errors
    /// `Missing` if there is no file or an empty one; otherwise as [`Store::create`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        require_existing(path)?;
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if check_kind(path, &connection)? == FileKind::Empty {
            return Err(StoreError::Missing { path: path.into() });
        }
        prepare(&connection)?;
        let kept = migrate::migrate_and_keep(path, &mut connection)?;
        Self::checked(path, connection, kept)
    }

    /// Sets the hooks to run when orders move; the first write records their names.
    #[must_use]
    pub fn with_hooks(self, hooks: Arc<[Hook]>) -> Self {
        Self {
            reader: self.reader.with_hooks(hooks),
            has_new_hooks: true,
            ..self
        }
    }

    /// Sets the configuration in use; the first write records it if it is new.
    #[must_use]
    pub fn used_with(self, source: Option<HookSource>) -> Self {
        Self { source, ..self }
    }

    /// Sets the time at which this program began, by its own clock; the first write records it.
    #[must_use]
    pub fn began_at(self, began_at: domain::Instant) -> Self {
        Self {
            began_at: Some(began_at),
            ..self
        }
    }

    /// The same file, for reading.
    #[must_use]
    pub fn read(&self) -> &Reader {
        &self.reader
    }

    /// Runs `work` in one transaction that holds the write lock from the start; on an error nothing of it stays.
    pub(super) fn transact<T>(
        &mut self,
        _permit: &WritePermit,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.require_same_file()?;
        let Reader {
            connection, hooks, ..
        } = &mut self.reader;
        let mut transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if self.has_new_hooks {
            hooks::record_hooks(&transaction, hooks)?;
        }
        if let Some(source) = &self.source {
            hooks::remember_source(&transaction, source)?;
        }
        let before = match self.run {
            Some(run) => Some((run, LatestRows::of(&transaction)?)),
            None => None,
        };
        if let Some(began_at) = self.began_at {
            clock::record_latest(&transaction, began_at)?;
        }
        let result = work(&mut transaction)?;
        if let Some((run, newest)) = before {
            newest.claim(&transaction, run)?;
        }
        transaction.commit()?;
        // If the file was replaced, nobody will find what was written to it.
        self.require_same_file()?;
        self.has_new_hooks = false;
        self.source = None;
        self.began_at = None;
        Ok(result)
    }

    fn require_same_file(&self) -> Result<(), StoreError> {
        self.identity
            .as_ref()
            .map_or(Ok(()), Identity::require_same_file)
    }

    /// Like [`Store::transact`], but does not wait for the disk: a power loss may undo the transaction as a whole,
    /// unless a later `transact` has succeeded. For records that no decision depends on.
    pub(super) fn write_relaxed<T>(
        &mut self,
        permit: &WritePermit,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        synchronise(&self.reader.connection, "NORMAL")?;
        let result = self.transact(permit, work);
        synchronise(&self.reader.connection, "FULL")?;
        result
    }

    /// From now on, writes belong to this run.
    pub(super) fn go_on_as(&mut self, run: RunId) {
        self.run = Some(run);
    }

    pub(super) fn run(&self) -> Option<RunId> {
        self.run
    }

    /// Where the old file was kept, if opening migrated the schema.
    #[must_use]
    pub fn kept_file(&self) -> Option<&Path> {
        self.kept.as_deref()
    }

    fn checked(
        path: &Path,
        connection: Connection,
        kept: Option<PathBuf>,
    ) -> Result<Self, StoreError> {
        require_current_schema(path, &connection)?;
        file_rights::lend_companions(path);
        Ok(Self {
            kept,
            identity: Identity::of(path),
            ..Self::of(connection)
        })
    }

    /// Wraps a connection to a file that has this program's schema.
    pub(super) fn of(connection: Connection) -> Self {
        Self {
            reader: Reader::of(connection),
            has_new_hooks: false,
            source: None,
            kept: None,
            identity: None,
            run: None,
            began_at: None,
        }
    }
}

impl Reader {
    /// Opens a file for reading only; the file does not change by a byte.
    ///
    /// # Errors
    /// `Missing`, `Foreign`, `Older`, `Newer`, `Corrupt`, `Denied`, `Busy`.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        require_existing(path)?;
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        require_current_schema(path, &connection)?;
        file_rights::lend_companions(path);
        Ok(Self::of(connection))
    }

    fn of(connection: Connection) -> Self {
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

    /// The copy that this reads, if the shop's file is older than this program.
    #[must_use]
    pub fn copy(&self) -> Option<&Path> {
        self.copy.as_ref().map(MigratedCopy::file)
    }

    pub(super) fn hooks(&self) -> &Arc<[Hook]> {
        &self.hooks
    }

    /// While this lives, all reads see the file as it was at one moment.
    pub(super) fn snapshot(&self) -> Result<Transaction<'_>, StoreError> {
        Ok(self.connection.unchecked_transaction()?)
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// Opens an older payctl file for reading only.
pub(super) fn read_older(path: &Path) -> Result<Connection, StoreError> {
    require_existing(path)?;
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    check_kind(path, &connection)?;
    Ok(connection)
}

/// Opening a pipe would block until somebody writes to it, and a device is never a database.
fn require_regular_file(path: &Path) -> Result<(), StoreError> {
    let known = std::fs::metadata(path);
    if known.is_ok_and(|known| !known.is_file() && !known.is_dir()) {
        return Err(StoreError::Foreign { path: path.into() });
    }
    Ok(())
}

fn require_existing(path: &Path) -> Result<(), StoreError> {
    require_regular_file(path)?;
    match path.try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::Missing { path: path.into() }),
        Err(error) => Err(StoreError::Denied(error.into())),
    }
}

pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(MAX_STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)?;
    // Statement journals are small; the default would write each to a file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // Query plans do not depend on parameter values, so that SQLite does not replan statements for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Settings of a writing connection.
fn prepare(connection: &Connection) -> Result<(), StoreError> {
    switch_to_wal(connection)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    // Where a page is written anyway, no old copy of a row stays in its free space: what is erased later is gone.
    connection.pragma_update_and_check(None, "secure_delete", "FAST", |_| Ok(()))?;
    synchronise(connection, "FULL")
}

fn synchronise(connection: &Connection, how: &str) -> Result<(), StoreError> {
    Ok(connection.pragma_update(None, "synchronous", how)?)
}

/// Two programs that create the same file at once collide here, and SQLite does not wait by itself.
fn switch_to_wal(connection: &Connection) -> Result<(), StoreError> {
    let give_up_at = Instant::now() + BUSY_TIMEOUT;
    loop {
        let switched = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
            .map_err(StoreError::from);
        match switched {
            Err(StoreError::Busy(_)) if Instant::now() < give_up_at => thread::sleep(BUSY_PAUSE),
            other => return other,
        }
    }
}

/// Refuses a foreign file before anything is written to it.
fn check_kind(path: &Path, connection: &Connection) -> Result<FileKind, StoreError> {
    // Reads the whole header in one snapshot: another program may be creating the file right now, and half of its
    // work would look like a foreign file.
    let moment = connection.unchecked_transaction()?;
    let kind = match migrate::kind(&moment) {
        Err(StoreError::Corrupt(error)) if is_no_database(&*error) => FileKind::Foreign,
        other => other?,
    };
    match kind {
        FileKind::Foreign => Err(StoreError::Foreign { path: path.into() }),
        FileKind::Ours { version } if version > migrate::newest_schema() => {
            Err(StoreError::Newer {
                found: version,
                known: migrate::newest_schema(),
            })
        }
        FileKind::Empty | FileKind::Ours { .. } => Ok(kind),
    }
}

fn is_no_database(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    error
        .downcast_ref::<rusqlite::Error>()
        .and_then(rusqlite::Error::sqlite_error_code)
        == Some(rusqlite::ErrorCode::NotADatabase)
}

fn require_current_schema(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    match check_kind(path, connection)? {
        FileKind::Ours { version } if version < migrate::newest_schema() => {
            Err(StoreError::Older {
                found: version,
                known: migrate::newest_schema(),
            })
        }
        FileKind::Ours { .. } => Ok(()),
        FileKind::Empty | FileKind::Foreign => Err(StoreError::Missing { path: path.into() }),
    }
}
