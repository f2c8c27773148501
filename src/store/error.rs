//! What can go wrong with the file, by what the caller can do about it.

use std::error::Error;
use std::path::PathBuf;

/// Why the store failed. The error of the engine is its source.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no payctl database at {}", path.display())]
    Missing { path: PathBuf },
    /// The file belongs to another program or is not a database.
    #[error("{} is not a payctl database", path.display())]
    Foreign { path: PathBuf },
    #[error("the database file is damaged")]
    Corrupt(#[source] Box<dyn Error + Send + Sync>),
    #[error("another program has locked the database")]
    Busy(#[source] Box<dyn Error + Send + Sync>),
    #[error("the disk is full")]
    Full(#[source] Box<dyn Error + Send + Sync>),
    /// Opened for reading only, which never migrates.
    #[error("the database has schema {found}, this program needs {known}")]
    Older { found: i64, known: i64 },
    #[error(
        "the database has schema {found}, this program knows {known} and older; use the newer payctl"
    )]
    Newer { found: i64, known: i64 },
    /// The old file must be kept beside the new one before a migration starts.
    #[error("could not keep the old file as {}; nothing was migrated", path.display())]
    NotKept {
        path: PathBuf,
        #[source]
        why: Box<StoreError>,
    },
    #[error("no permission to open or write the file or its folder")]
    Denied(#[source] Box<dyn Error + Send + Sync>),
    /// The disk under the file fails to read or write: it may be full or broken.
    #[error("the disk could not read or write the database; it may be full or failing")]
    Disk(#[source] Box<dyn Error + Send + Sync>),
    /// The path now leads to another file, or to none.
    #[error(
        "{} was removed or replaced while this ran; the changes went into the old file",
        path.display()
    )]
    Replaced { path: PathBuf },
    /// A constraint of the schema forbids it; nothing was written.
    #[error("the database rejected the change")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    /// A mistake of this program; nothing of the inner write was written.
    #[error("a write began within another write; please report this")]
    Nested,
    #[error("the database failed")]
    Engine(#[source] Box<dyn Error + Send + Sync>),
}
