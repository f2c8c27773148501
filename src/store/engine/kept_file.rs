//! The old file, kept beside the database before its schema changes: `payctl.db.v13`.
//!
//! It appears as a whole or not at all, before the migration's transaction begins, and only the last one stays. It
//! holds everything that the database held, including personal data.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::connection::{BUSY_TIMEOUT, connect};
use super::lock::unusable;
use super::schema::{APPLICATION_ID, newest_schema};
use crate::domain::values::instant;
use crate::store::error::StoreError;

/// Pages per step: all at once, so that the copy is one snapshot.
const ALL_PAGES: i32 = -1;

const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// Copies the database including its log to the place of the old file, and replaces an earlier copy of the same
/// version.
///
/// # Errors
/// `NotKept`: the disk is full, the folder cannot be written, or another file has that name.
pub(super) fn keep(
    database: &Path,
    connection: &Connection,
    version: i64,
) -> Result<PathBuf, StoreError> {
    let kept = place(database, version);
    let part = with_end(&kept, ".part");
    let copied = require_free(&kept, version)
        .and_then(|()| copy(database, connection, &part))
        .and_then(|()| publish(&part, &kept).map_err(unusable));
    if let Err(error) = copied {
        remove_with_companions(&part);
        return Err(StoreError::NotKept {
            path: kept,
            why: Box::new(error),
        });
    }
    Ok(kept)
}

/// Removes the kept files of other versions.
pub(super) fn remove_other_versions(database: &Path, version: i64) {
    for old in KeptFile::all(database) {
        if old.version != version {
            // The migration has succeeded; a leftover old file is no reason to report failure.
            let _ = old.remove();
        }
    }
}

/// An old file that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    pub path: PathBuf,
    /// The schema version of the file.
    pub version: i64,
    /// When it was written, if the system knows.
    pub written_at: Option<instant::Instant>,
}

impl KeptFile {
    /// The path where the old file would be kept.
    #[must_use]
    pub fn place(database: &Path, version: i64) -> PathBuf {
        place(database, version)
    }

    /// The old files kept beside a database. Other files that merely have such a name are left out.
    #[must_use]
    pub fn all(database: &Path) -> Vec<Self> {
        // Looks for the names instead of listing the folder, which not every user may do.
        let versions = 1..newest_schema();
        let found = versions.filter_map(|version| {
            let path = place(database, version);
            (version_in_header(&path) == Some(version)).then(|| Self {
                written_at: fs::metadata(&path).ok().as_ref().and_then(written_at),
                path,
                version,
            })
        });
        found.collect()
    }

    /// Removes the file and anything that SQLite may have left beside it. A missing file is not an error.
    ///
    /// # Errors
    /// `Denied`, `Engine`.
    pub fn remove(&self) -> Result<(), StoreError> {
        for end in BESIDE {
            match fs::remove_file(with_end(&self.path, end)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(unusable(error)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}

/// The file itself, and what SQLite puts beside a database.
const BESIDE: [&str; 4] = ["", "-journal", "-wal", "-shm"];

/// `<database>.v<version>`, with all symbolic links in the path resolved.
fn place(database: &Path, version: i64) -> PathBuf {
    with_end(&absolute(database), &format!(".v{version}"))
}

fn absolute(database: &Path) -> PathBuf {
    database
        .canonicalize()
        .unwrap_or_else(|_| database.to_owned())
}

pub(super) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(end);
    name.into()
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

fn written_at(file: &Metadata) -> Option<instant::Instant> {
    let since = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let millis = i64::try_from(since.as_millis()).ok()?;
    Some(instant::Instant::from_millis(millis))
}

/// Reads the header of a payctl database without SQLite, which would create files beside it.
fn version_in_header(path: &Path) -> Option<i64> {
    let mut header = [0; 72];
    let is_file = fs::symlink_metadata(path).is_ok_and(|file| file.is_file());
    if !is_file {
        return None;
    }
    File::open(path).ok()?.read_exact(&mut header).ok()?;
    let number = |at: usize| -> Option<i64> {
        let bytes = header.get(at..at + 4)?.try_into().ok()?;
        Some(i64::from(i32::from_be_bytes(bytes)))
    };
    (number(68)? == APPLICATION_ID)
        .then(|| number(60))
        .flatten()
}

/// Never overwrites a foreign file of that name.
fn require_free(kept: &Path, version: i64) -> Result<(), StoreError> {
    match fs::symlink_metadata(kept) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unusable(error)),
        Ok(_) if version_in_header(kept) == Some(version) => Ok(()),
        Ok(_) => Err(unusable(io::Error::new(
            ErrorKind::AlreadyExists,
            "another file has that name; move it away",
        ))),
    }
}

/// The same under any name that no file has, whole or not at all.
pub(super) fn copy_with_rights(
    database: &Path,
    connection: &Connection,
    to: &Path,
) -> Result<(), StoreError> {
    let part = with_end(to, ".part");
    let copied =
        copy(database, connection, &part).and_then(|()| publish(&part, to).map_err(unusable));
    if copied.is_err() {
        remove_with_companions(&part);
    }
    copied
}

fn copy(database: &Path, connection: &Connection, part: &Path) -> Result<(), StoreError> {
    remove_with_companions(part);
    let original = fs::metadata(database).map_err(unusable)?;
    // Readable by its owner alone until the copy is complete.
    drop(private(part).map_err(unusable)?);
    let mut copy = connect(part, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    backup(connection, &mut copy)?;
    copy.close().map_err(|(_, error)| error)?;
    let file = File::options().write(true).open(part).map_err(unusable)?;
    give_rights_of(part, &original).map_err(unusable)?;
    file.sync_all().map_err(unusable)
}

fn backup(from: &Connection, to: &mut Connection) -> Result<(), StoreError> {
    let give_up_at = Instant::now() + BUSY_TIMEOUT;
    let backup = Backup::new(from, to)?;
    loop {
        if backup.step(ALL_PAGES)? == StepResult::Done {
            return Ok(());
        }
        if Instant::now() >= give_up_at {
            let why = io::Error::new(ErrorKind::TimedOut, "the database was in use for too long");
            return Err(StoreError::Busy(why.into()));
        }
        thread::sleep(BUSY_PAUSE);
    }
}

/// Renames the file once its content is on the disk; when this returns, the name is on the disk, too.
pub(super) fn publish(part: &Path, kept: &Path) -> io::Result<()> {
    fs::rename(part, kept)?;
    sync_folder(folder_of(kept))
}

/// Removes an incomplete copy, with what the engine may have left beside it.
pub(super) fn remove_with_companions(part: &Path) {
    for end in BESIDE {
        // The file may not exist.
        let _ = fs::remove_file(with_end(part, end));
    }
}

#[cfg(unix)]
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(unix)]
pub(super) fn give_rights_of(part: &Path, original: &Metadata) -> io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    let mut mode = original.permissions().mode() & 0o7777;
    // Only root may give a file away; a member of its group may keep the group.
    let is_given = chown(part, Some(original.uid()), Some(original.gid())).is_ok()
        || chown(part, None, Some(original.gid())).is_ok();
    if !is_given {
        // Rights meant for one group must not go to another.
        mode &= 0o707;
    }
    fs::set_permissions(part, Permissions::from_mode(mode))
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn private(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

/// On this system a file has the rights of its folder.
#[cfg(not(unix))]
pub(super) fn give_rights_of(_: &Path, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// On this system no call is needed to store a folder's names.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
