//! Reads small files completely, up to a limit.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::error::ConfigError;
use crate::domain::values::encoding;

/// No configuration and no `.env` is larger; only a device or a log named by mistake is.
const TEXT_BYTES_MAX: usize = 1024 * 1024;

/// The text of a file; None if there is no such file.
pub(super) fn text(path: &Path) -> Result<Option<String>, ConfigError> {
    let unreadable = |reason: String| ConfigError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let bytes = match bytes(path, TEXT_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(_) if path.is_dir() => return Err(unreadable("it is a folder".to_owned())),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    if encoding::is_utf_16(&bytes) {
        return Err(unreadable(encoding::UTF_16.to_owned()));
    }
    String::from_utf8(bytes)
        .map(|text| Some(without_mark(&text).to_owned()))
        .map_err(|_| unreadable(encoding::WINDOWS_1252.to_owned()))
}

/// The bytes of a file; an error if there are more than `most`.
pub(super) fn bytes(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    open_in_time(path)?.take(bound).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(io::Error::other(format!("it is larger than {most} bytes")));
    }
    Ok(bytes)
}

/// How long to wait until somebody writes into a pipe.
const WAITED_FOR: Duration = Duration::from_secs(5);

/// Opens a file for reading. Refuses a pipe that nobody writes into, and a disk.
///
/// # Errors
/// If it cannot be opened, with the system's message or our own.
pub fn open_in_time(path: &Path) -> io::Result<File> {
    let known = std::fs::metadata(path)?;
    if known.is_file() || known.is_dir() {
        return File::open(path);
    }
    if is_disk(&known) {
        return Err(io::Error::other("it is a disk, not a file"));
    }
    let (end, opened) = mpsc::channel();
    let waited_for = path.to_owned();
    thread::spawn(move || end.send(File::open(waited_for)));
    match opened.recv_timeout(WAITED_FOR) {
        Ok(opened) => opened,
        Err(_) => Err(io::Error::new(
            ErrorKind::TimedOut,
            "it is a pipe, and no program writes into it",
        )),
    }
}

/// Whether the path is a disk device, which is never one of our files.
#[cfg(unix)]
pub(crate) fn is_disk(known: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;

    known.file_type().is_block_device()
}

/// Whether the path is a disk device, which is never one of our files.
#[cfg(not(unix))]
pub(crate) fn is_disk(_: &std::fs::Metadata) -> bool {
    false
}

/// A file where a folder is expected (`HOME=/dev/null`) counts as no file.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Windows editors put a byte order mark in front of UTF-8.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
