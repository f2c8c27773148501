//! A copy of the whole file under another name, and the way back: a copy in the place of the file.
//!
//! Both go through the engine's own backup. A copy is one moment of the file and keeps nobody from writing; a file is
//! overwritten in one transaction, so that whoever has it open finds either the old content or the new.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::connection::{BUSY_TIMEOUT, check_kind, connect, prepare, read_older, require_existing};
use super::file_rights::FileRights;
use super::kept_file::{copy_with_rights, give_rights_of, remove_with_companions, with_end};
use super::lock::unusable;
use super::migrate::{Finish, migrate};
use super::reader::Reader;
use super::tx::Tx;
use crate::store::error::StoreError;

/// Pages between two reports: 8 MiB.
const PAGES: i32 = 2_000;

/// Everything that is left.
const ALL_PAGES: i32 = -1;

const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// Is told how many pages are copied, and how many there are.
pub type OnPages<'a> = &'a mut dyn FnMut(u64, u64);

impl Reader {
    /// Opens a file of this program's schema or an older one, for reading only.
    ///
    /// # Errors
    /// `Missing`, `Foreign`, `Newer`, `Corrupt`, `Denied`, `Busy`.
    pub fn open_older(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::of(read_older(path)?))
    }

    /// Copies the file as it is now to a new file that only its owner can read. Others write meanwhile.
    pub(in crate::store) fn copy_to(
        &self,
        path: &Path,
        tell: OnPages<'_>,
    ) -> Result<(), StoreError> {
        remove_with_companions(path);
        let copied = self.copied(path, tell);
        if copied.is_err() {
            remove_with_companions(path);
        }
        copied
    }

    fn copied(&self, path: &Path, tell: OnPages<'_>) -> Result<(), StoreError> {
        let private = FileRights::PRIVATE;
        drop(FileRights::create_new(path, Some(&private)).map_err(unusable)?);
        let mut copy = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // While others write, the engine would begin anew with every step that sees another moment.
        let _one_moment = self.snapshot()?;
        let _first_read: i64 =
            self.connection
                .pragma_query_value(None, "schema_version", |row| row.get(0))?;
        {
            let backup = Backup::new(&self.connection, &mut copy)?;
            while !step(&backup, PAGES)? {
                let at = backup.progress();
                let (left, total) = (i64::from(at.remaining), i64::from(at.pagecount));
                tell(
                    total.saturating_sub(left).unsigned_abs(),
                    total.unsigned_abs(),
                );
            }
        }
        Ok(copy.close().map_err(|(_, error)| error)?)
    }
}

/// Brings a private copy to this program's schema, writes `mark` into it, and puts all of it on the disk as one file
/// without a log beside it.
pub(in crate::store) fn finish_copy(
    path: &Path,
    finish: Finish,
    mark: impl FnOnce(&Tx<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    check_kind(path, &connection)?;
    let reader = Reader::of(connection);
    migrate(&reader, finish)?;
    let tx = Tx::begin(&reader, None)?;
    mark(&tx)?;
    tx.commit()?;
    reader
        .connection
        .pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    reader.close()?;
    let file = File::options().write(true).open(path).map_err(unusable)?;
    file.sync_all().map_err(unusable)
}

/// Overwrites the content of a database with that of another file in one transaction, and keeps the old content under
/// another name first. From before the copy until the end nobody else can write to it.
pub(in crate::store) fn replace_content(
    database: &Path,
    with: &Path,
    kept: &Path,
) -> Result<(), StoreError> {
    require_existing(database)?;
    let source = connect(with, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut live = connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    check_kind(database, &live)?;
    prepare(&live)?;
    let before = connect(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    {
        let backup = Backup::new(&source, &mut live)?;
        // The first page takes the write lock, and readers go on seeing the old content.
        step(&backup, 1)?;
        copy_with_rights(database, &before, kept)?;
        drop(before);
        while !step(&backup, ALL_PAGES)? {}
    }
    Ok(live.close().map_err(|(_, error)| error)?)
}

/// Puts a file in the place of a database that is missing or that the engine cannot open, and moves what is there away
/// under another name, with what belongs to it.
pub(in crate::store) fn replace_file(
    database: &Path,
    with: &Path,
    kept: &Path,
) -> Result<(), StoreError> {
    let rights = fs::metadata(database).ok();
    for end in ["-wal", "-shm", "-journal", ""] {
        let (from, to) = (with_end(database, end), with_end(kept, end));
        match fs::rename(from, to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(unusable(error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    if let Some(rights) = rights {
        give_rights_of(with, &rights).map_err(unusable)?;
    }
    publish_file(with, database)
}

/// Moves a file that is on the disk to its place, and returns once the name is on the disk, too.
///
/// # Errors
/// `Denied`, `Full`, `Engine`.
pub fn publish_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    super::kept_file::publish(from, to).map_err(unusable)
}

/// Removes a file and what the engine may have left beside it.
pub fn remove_copy(path: &Path) {
    remove_with_companions(path);
}

/// The database itself and what the engine keeps beside it, with all symbolic links resolved.
#[must_use]
pub fn files_of(database: &Path) -> Vec<PathBuf> {
    let ends = ["", "-wal", "-shm", "-journal"];
    ends.iter().map(|end| with_end(database, end)).collect()
}

/// Whether that was the last page. Waits while another program has locked one of the files.
fn step(backup: &Backup<'_, '_>, pages: i32) -> Result<bool, StoreError> {
    let give_up_at = Instant::now() + BUSY_TIMEOUT;
    loop {
        let step = backup.step(pages)?;
        if step == StepResult::Done || step == StepResult::More {
            return Ok(step == StepResult::Done);
        }
        wait_until(give_up_at)?;
    }
}

fn wait_until(give_up_at: Instant) -> Result<(), StoreError> {
    if Instant::now() >= give_up_at {
        let why = std::io::Error::new(
            std::io::ErrorKind::TimedOut,
            "the database was in use for too long",
        );
        return Err(StoreError::Busy(why.into()));
    }
    thread::sleep(BUSY_PAUSE);
    Ok(())
}

/// A connection that is only asked whether the engine can open the file.
pub(in crate::store) fn can_open(database: &Path) -> Result<(), StoreError> {
    require_existing(database)?;
    let connection: Connection = connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    check_kind(database, &connection).map(|_| ())
}
