//! Which file a connection has opened: the path may lead to another file a moment later.

use crate::store::error::StoreError;
use std::path::{Path, PathBuf};

/// A file, by its path and by its id in the file system.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    path: PathBuf,
    id: Id,
}

#[cfg(unix)]
type Id = (u64, u64);

/// On this system an open file can be neither removed nor replaced.
#[cfg(not(unix))]
type Id = ();

impl Identity {
    /// `None`: the file's id is unknown.
    pub(super) fn of(path: &Path) -> Option<Self> {
        Some(Self {
            path: path.to_owned(),
            id: id(path)?,
        })
    }

    /// # Errors
    /// `Replaced`: the path now leads to another file, or to none.
    pub(super) fn require_same_file(&self) -> Result<(), StoreError> {
        if id(&self.path) == Some(self.id) {
            return Ok(());
        }
        Err(StoreError::Replaced {
            path: self.path.clone(),
        })
    }
}

#[cfg(unix)]
fn id(path: &Path) -> Option<Id> {
    use std::os::unix::fs::MetadataExt as _;

    let known = std::fs::metadata(path).ok()?;
    Some((known.dev(), known.ino()))
}

#[cfg(not(unix))]
fn id(_: &Path) -> Option<Id> {
    Some(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{HookSource, Store, WritePermit, WriteReason};

    #[test]
    fn a_replaced_database_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let (path, aside) = (
            folder.path().join("shop.db"),
            folder.path().join("aside.db"),
        );
        let permit = WritePermit::granted_by(WriteReason::NotDryRun);
        let store = Store::create(&path).unwrap();
        let write = || store.accept_source(&permit, &HookSource::new("a".to_owned(), "b"));
        write().unwrap();
        std::fs::rename(&path, &aside).unwrap();
        assert!(matches!(write(), Err(StoreError::Replaced { .. })));
        std::fs::write(&path, "another file").unwrap();
        let error = write().unwrap_err();
        assert!(error.to_string().contains("removed or replaced"), "{error}");
    }
}
