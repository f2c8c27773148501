//! Checks how many files this process may still open, so that a run does not break off in the middle of its work.

use std::io;

/// Checks that as many more files can be opened as a run needs. The error is the system's.
///
/// # Errors
/// If they cannot.
#[cfg(unix)]
pub(super) fn ensure_enough() -> io::Result<()> {
    use std::fs::File;

    /// What a run needs at least: the database and its log, a lock, signals, and two gateways.
    const NEEDED: usize = 24;

    let mut opened = Vec::with_capacity(NEEDED);
    for _ in 0..NEEDED {
        match File::open("/dev/null") {
            Ok(file) => opened.push(file),
            // Without /dev/fd there is nothing to check.
            Err(error) if is_absent(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(unix)]
fn is_absent(error: &io::Error) -> bool {
    use std::io::ErrorKind::{NotFound, PermissionDenied};

    matches!(error.kind(), NotFound | PermissionDenied)
}

/// Windows sets no limit that a run comes near.
#[cfg(not(unix))]
pub(super) fn ensure_enough() -> io::Result<()> {
    Ok(())
}
