//! Why a run was aborted.

use std::io;

use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    #[error("could not read or write the database")]
    Store(#[from] StoreError),
    #[error("could not print the report")]
    Report(#[from] io::Error),
    #[error("the database writer thread stopped unexpectedly")]
    WriterStopped,
}
