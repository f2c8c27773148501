//! How many files this process may still open: a run that has none left must not break off in the middle of its work.

use std::fs::File;
use std::io;

/// The database and its log, a lock, the system's signals, two gateways: what a run needs to begin.
const NEEDED: usize = 24;

/// Whether there is room for so many. What the system says about one more is the error.
///
/// # Errors
/// There is not.
#[cfg(unix)]
pub(super) fn ensure_enough() -> io::Result<()> {
    let mut opened = Vec::with_capacity(NEEDED);
    for _ in 0..NEEDED {
        match File::open("/dev/null") {
            Ok(file) => opened.push(file),
            // In a place without it there is nothing to count by.
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

#[cfg(not(unix))]
pub(super) fn must_suffice() -> io::Result<()> {
    Ok(())
}
