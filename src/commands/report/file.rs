//! The file of a report. It replaces an older report, and nothing else.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::page::MARK;
use crate::commands::atomic_file::{AtomicFile, FileMode};
use crate::commands::unwritten::{is_a_folder, unwritten};
use crate::commands::{CommandError, Context};
use crate::config::is_disk;
use crate::output::Format;

/// Where the page goes, once it is known to be safe.
#[derive(Debug)]
pub(super) enum PageTarget {
    Stdout,
    File(PathBuf),
}

impl PageTarget {
    /// The destination given by `--html`: `-` is stdout.
    ///
    /// # Errors
    /// If the existing file is no report, or stdout is needed for something else.
    pub(super) fn named(context: &Context<'_>, name: &Path) -> Result<Self, CommandError> {
        if name == Path::new("-") {
            return match context.options.format {
                Format::Table => Ok(Self::Stdout),
                Format::Json | Format::Jsonl | Format::Csv => Err(CommandError::usage(
                    "stdout cannot carry both the page and the output for programs",
                )
                .hint("name a file for the page, or leave out --format")),
            };
        }
        let path = context.host.folder.join(name);
        require_report(&path)?;
        Ok(Self::File(path))
    }
}

/// Writes the page so that it appears complete, or not at all. It keeps the rights of the report that it replaces; a new
/// one is for its owner.
///
/// # Errors
/// If it could not be written, or the existing file is no report.
pub(super) fn write(path: &Path, page: &str) -> Result<(), CommandError> {
    require_report(path)?;
    let known = std::fs::metadata(path).ok();
    let written = match known {
        // A pipe or a terminal device holds no data to lose.
        Some(known) if !known.is_file() => File::options()
            .write(true)
            .open(path)
            .and_then(|mut pipe| pipe.write_all(page.as_bytes())),
        known => {
            // Where the name is a link, its target is replaced.
            let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            let rights = known.map(|known| known.permissions());
            AtomicFile::write(&real, page, FileMode::OwnerOnly)
                .and_then(|file| file.replace_with_rights(rights))
        }
    };
    written.map_err(|error| unwritten(path, &error))
}

/// What is there must be a report, or empty, or no file at all.
fn require_report(path: &Path) -> Result<(), CommandError> {
    let Ok(known) = std::fs::metadata(path) else {
        return Ok(());
    };
    if known.is_dir() || is_disk(&known) {
        return Err(is_a_folder("the report", path));
    }
    if !known.is_file() || known.len() == 0 {
        return Ok(());
    }
    match is_report(path) {
        Ok(true) => Ok(()),
        Ok(false) => {
            let message = format!(
                "{} is no report of payctl; it was left as it is",
                path.display()
            );
            Err(CommandError::failed(message).hint("name another file, or remove that one first"))
        }
        Err(error) => Err(unwritten(path, &error)),
    }
}

fn is_report(path: &Path) -> io::Result<bool> {
    let mut head = vec![0; MARK.len()];
    match File::open(path)?.read_exact(&mut head) {
        Ok(()) => Ok(head == MARK.as_bytes()),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
