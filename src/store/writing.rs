//! The file, open for writing: every method of the store that writes is one transaction.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Arc;

use super::engine::{Database, Durability, OnStep, Reader, Tx};
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::clock::record_latest;
use super::statements::hooks::{HookSource, record_hooks, remember_source};
use super::statements::runs::RunId;
use super::statements::search_terms::compute_terms;
use super::statements::transfers::compute_keys;
use super::statements::unreported::LatestRows;
use crate::domain::{Hook, Instant};

/// The file, open for writing.
#[derive(Debug)]
pub struct Store {
    database: Database,
    unrecorded: RefCell<Unrecorded>,
    /// Cases and refunds opened from now on belong to this run.
    run: Cell<Option<RunId>>,
}

/// Computes what SQL cannot, for a file of an older version.
pub(super) fn compute_missing(tx: &Tx<'_>) -> Result<(), StoreError> {
    compute_keys(tx)?;
    compute_terms(tx)
}

/// What the next write must also record.
#[derive(Debug, Clone, Default)]
struct Unrecorded {
    /// The hooks of this program.
    has_new_hooks: bool,
    /// The configuration that they come from.
    source: Option<HookSource>,
    /// When this program began.
    began_at: Option<Instant>,
}

impl Store {
    /// Opens the file, creates it if it is missing, and migrates its schema to this program's version.
    ///
    /// # Errors
    /// `Foreign`, `Newer`, `Corrupt`, `Denied`, `Full`, `Busy`.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::of(Database::create(path, compute_missing)?))
    }

    /// Opens an existing file and migrates its schema to this program's version.
    ///
    /// # Errors
    /// `Missing` if there is no file or an empty one; otherwise as [`Store::create`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::of(Database::open(path, compute_missing)?))
    }

    /// As [`Store::open`]; `tell` is told of each step of a migration.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn migrate(path: &Path, tell: OnStep<'_>) -> Result<Self, StoreError> {
        let database = Database::open_telling(path, compute_missing, tell)?;
        Ok(Self::of(database))
    }

    /// A private copy of the file, or an empty database if there is no file. Dropping it deletes it; the file itself
    /// is only read.
    ///
    /// # Errors
    /// As [`Reader::open`], except `Missing`; `Full` if there is no room for the copy.
    pub fn dry_run_copy(path: &Path) -> Result<Self, StoreError> {
        let copy = Database::dry_run_copy(path, compute_missing)?;
        Ok(Self::of(copy))
    }

    fn of(database: Database) -> Self {
        Self {
            database,
            unrecorded: RefCell::default(),
            run: Cell::default(),
        }
    }

    /// A second connection to the same file, which writes as this one does.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn again(&self) -> Result<Self, StoreError> {
        Ok(Self {
            database: self.database.again()?,
            unrecorded: self.unrecorded.clone(),
            run: self.run.clone(),
        })
    }

    /// Sets the hooks to run when orders move; the first write records their names.
    #[must_use]
    pub fn with_hooks(mut self, hooks: Arc<[Hook]>) -> Self {
        self.unrecorded.get_mut().has_new_hooks = true;
        Self {
            database: self.database.with_hooks(hooks),
            ..self
        }
    }

    /// Sets the configuration in use; the first write records it if it is new.
    #[must_use]
    pub fn used_with(mut self, source: Option<HookSource>) -> Self {
        self.unrecorded.get_mut().source = source;
        self
    }

    /// Sets the time at which this program began, by its own clock; the first write records it.
    #[must_use]
    pub fn began_at(mut self, began_at: Instant) -> Self {
        self.unrecorded.get_mut().began_at = Some(began_at);
        self
    }

    /// The same file, for reading.
    #[must_use]
    pub fn read(&self) -> &Reader {
        self.database.read()
    }

    /// Where the old file was kept, if opening migrated the schema.
    #[must_use]
    pub fn kept_file(&self) -> Option<&Path> {
        self.database.kept_file()
    }

    /// Runs `work` in one transaction that holds the write lock from the start; on an error nothing of it stays. Within
    /// `work` another write is refused as `Nested`.
    pub(super) fn transact<T>(
        &self,
        permit: &WritePermit,
        work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let tx = self.database.begin(permit)?;
        self.unrecorded.borrow().record(&tx)?;
        let before = match self.run() {
            Some(run) => Some((run, LatestRows::of(&tx)?)),
            None => None,
        };
        let result = work(&tx)?;
        if let Some((run, newest)) = before {
            newest.claim(&tx, run)?;
        }
        tx.commit()?;
        self.unrecorded.take();
        Ok(result)
    }

    /// Like [`Store::transact`], but does not wait for the disk: a power loss may undo the transaction as a whole,
    /// unless a later `transact` has succeeded. For records that no decision depends on.
    pub(super) fn write_relaxed<T>(
        &self,
        permit: &WritePermit,
        work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.database.set_durability(Durability::Relaxed)?;
        let result = self.transact(permit, work);
        self.database.set_durability(Durability::Full)?;
        result
    }

    /// Makes this store overwrite what it deletes, so that nobody can read it back from the file.
    pub(super) fn enable_secure_delete(&self) -> Result<(), StoreError> {
        self.database.enable_secure_delete()
    }

    /// Returns unused space to the disk, step by step while `go_on` returns true. Returns the number of bytes by which
    /// the file shrank. While others use the file, the work is left to the next run.
    ///
    /// # Errors
    /// `Full`, `Denied`, `Corrupt`, `Engine`.
    pub fn compact(
        &self,
        _permit: &WritePermit,
        go_on: impl FnMut() -> bool,
    ) -> Result<u64, StoreError> {
        self.database.compact(go_on)
    }

    /// From now on, writes belong to this run.
    pub(super) fn go_on_as(&self, run: RunId) {
        self.run.set(Some(run));
    }

    pub(super) fn run(&self) -> Option<RunId> {
        self.run.get()
    }
}

impl Unrecorded {
    fn record(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        if self.has_new_hooks {
            record_hooks(tx)?;
        }
        if let Some(source) = &self.source {
            remember_source(tx, source)?;
        }
        self.began_at
            .map_or(Ok(()), |began_at| record_latest(tx, began_at))
    }
}

impl Reader {
    /// Opens a file for reading only. If the file is older, opens a migrated copy instead; the file itself stays
    /// unchanged.
    ///
    /// # Errors
    /// As [`Reader::open`], except `Older`; `Full` if there is no room for the copy.
    pub fn open_as_migrated(path: &Path) -> Result<Self, StoreError> {
        Self::open_copy_if_older(path, compute_missing)
    }
}
