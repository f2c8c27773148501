//! What the engine reports, by what the caller can do about it.

use std::error::Error;
use std::fmt;

use rusqlite::{ErrorCode, ffi};

use crate::store::error::StoreError;

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

/// Whether a reader was refused only because a writer that died has left something to be undone.
pub(super) fn is_left_undone(error: &StoreError) -> bool {
    let StoreError::Denied(cause) = error else {
        return false;
    };
    let engine = cause.downcast_ref::<EngineError>();
    let code = engine.and_then(|engine| engine.0.sqlite_error());
    code.is_some_and(|code| {
        [ffi::SQLITE_READONLY_ROLLBACK, ffi::SQLITE_READONLY_RECOVERY].contains(&code.extended_code)
    })
}

/// Shows what the engine said to `Debug` only; `Display` stays silent, because the outer error has its own sentence.
struct EngineError(rusqlite::Error);

fn quiet(error: rusqlite::Error) -> Box<dyn Error + Send + Sync> {
    Box::new(EngineError(error))
}

impl fmt::Display for EngineError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl fmt::Debug for EngineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Error for EngineError {}
