//! One run of a job at a time: an operating-system lock on a file beside the database.
//!
//! It only saves work; correctness never depends on it, because every move checks the version it read.

use std::fs::{File, TryLockError};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use super::file_rights::FileRights;
use crate::store::error::StoreError;

/// The right to run a job on a database. It ends when it is dropped, or when its process ends in any way.
#[derive(Debug)]
pub struct JobLock(File);

impl JobLock {
    /// Takes the lock; `None` if another run has it. Does not wait.
    ///
    /// # Errors
    /// `Denied`, `Full`, `Engine`: the lock file could not be created.
    pub fn take(database: &Path, job: &str) -> Result<Option<Self>, StoreError> {
        let path = lock_path(database, job);
        let rights = FileRights::of(database);
        let file = match FileRights::create_new(&path, rights.as_ref()) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                File::options().write(true).open(path)
            }
            new => new,
        };
        let file = file.map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// Whether a run has the lock now. Creates nothing.
    ///
    /// # Errors
    /// `Denied`, `Engine`: the lock file could not be opened.
    pub fn is_held(database: &Path, job: &str) -> Result<bool, StoreError> {
        let file = match File::open(lock_path(database, job)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            opened => opened.map_err(unusable)?,
        };
        // A shared lock disturbs no other reader; it ends with the file.
        match file.try_lock_shared() {
            Ok(()) => {
                let _ends_with_the_file = file.unlock();
                Ok(false)
            }
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

impl Drop for JobLock {
    /// Closing the file is not enough: a program that is just being started has every open file for a moment.
    fn drop(&mut self) {
        let _ends_with_the_file = self.0.unlock();
    }
}

/// `<database>.<name>.lock`, with all symbolic links in the path resolved.
pub(super) fn lock_path(database: &Path, name_of_lock: &str) -> PathBuf {
    let mut name = database
        .canonicalize()
        .unwrap_or_else(|_| database.to_owned())
        .into_os_string();
    name.push(".");
    name.push(name_of_lock);
    name.push(".lock");
    name.into()
}

pub(super) fn unusable(error: Error) -> StoreError {
    let kind = error.kind();
    if kind == ErrorKind::StorageFull {
        return StoreError::Full(error.into());
    }
    let is_denied = matches!(
        kind,
        ErrorKind::PermissionDenied | ErrorKind::NotFound | ErrorKind::ReadOnlyFilesystem
    );
    if is_denied {
        StoreError::Denied(error.into())
    } else {
        StoreError::Engine(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_lock_is_free_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("shop.db");
        let take = || JobLock::take(&database, "check-all").unwrap();
        let is_held = || JobLock::is_held(&database, "check-all").unwrap();
        assert!(!is_held());
        let lock = take().unwrap();
        assert!(is_held());
        let inherited = lock.0.try_clone().unwrap();
        assert!(take().is_none());
        drop(lock);
        assert!(!is_held());
        assert!(take().is_some(), "a program being started still holds it");
        drop(inherited);
    }
}
