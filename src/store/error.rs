//! What can go wrong with the file, as decisions somebody takes.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use rusqlite::ErrorCode;

/// Why the store could not do it. What the engine said is the source.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no payctl database at {}", path.display())]
    Missing { path: PathBuf },
    /// A database of another program, or no database at all.
    #[error("{} is not a payctl database", path.display())]
    Foreign { path: PathBuf },
    #[error("the database is damaged")]
    Corrupt(#[source] Box<dyn Error + Send + Sync>),
    #[error("another program has locked the database")]
    Busy(#[source] Box<dyn Error + Send + Sync>),
    #[error("the disk is full")]
    Full(#[source] Box<dyn Error + Send + Sync>),
    /// Opened for reading only, which migrates nothing.
    #[error("the database has schema {found}, this program needs {known}; type: payctl migrate")]
    Older { found: i64, known: i64 },
    #[error(
        "the database has schema {found}, this program knows {known} and older; use the newer payctl"
    )]
    Newer { found: i64, known: i64 },
    /// What was there before a migration must be kept beside the file, or there is no migration.
    #[error("the old file could not be kept as {}, so nothing was migrated", path.display())]
    NotKept {
        path: PathBuf,
        #[source]
        why: Box<StoreError>,
    },
    #[error("the file or its folder may not be opened or written")]
    Denied(#[source] Box<dyn Error + Send + Sync>),
    /// The disk under the file does not do what it should: it may be full, or broken.
    #[error(
        "the disk under the database did not take or give what it should; it may be full, or failing"
    )]
    Disk(#[source] Box<dyn Error + Send + Sync>),
    /// The file was opened by its path, and now there is another one, or none.
    #[error(
        "{} was removed or replaced while this ran; what was written since is in the file that was there",
        path.display()
    )]
    Replaced { path: PathBuf },
    /// A rule of the schema forbids it: nothing of it was written.
    #[error("the database refuses it")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    #[error("the database could not do it")]
    Engine(#[source] Box<dyn Error + Send + Sync>),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let is_unreadable = matches!(
            error,
            rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..)
        );
        if is_unreadable {
            return Self::Corrupt(error.into());
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt(error.into())
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(quiet(error)),
            Some(ErrorCode::DiskFull) => Self::Full(quiet(error)),
            Some(ErrorCode::SystemIoFailure) => Self::Disk(quiet(error)),
            Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                Self::Denied(quiet(error))
            }
            Some(ErrorCode::ConstraintViolation) => Self::Refused(error.into()),
            _ => Self::Engine(error.into()),
        }
    }
}

/// What the engine said, for those who debug: the sentence for people is said already.
struct Quiet(rusqlite::Error);

fn quiet(error: rusqlite::Error) -> Box<dyn Error + Send + Sync> {
    Box::new(Quiet(error))
}

impl fmt::Display for Quiet {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl fmt::Debug for Quiet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Error for Quiet {}
