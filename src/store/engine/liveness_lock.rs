//! Whether an attempt is still running after its worker was killed: the operating system knows.
//!
//! A program outlives the worker that started it. While an attempt is running, it locks a file beside the database,
//! and the program inherits the lock; the lock ends when the worker and everything the program has started are gone.
//! Some programs close the files they inherit (sudo, many daemons); they are recognised by their process group, which
//! the file names. On Windows no program inherits a lock; there the system ends the program with its worker, once the
//! file says so.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file_rights::FileRights;
use super::lock::{lock_path, unusable};
#[cfg(unix)]
use super::process_group::lives;
use crate::domain::EffectId;
use crate::faults::has_crashed;
use crate::store::error::StoreError;

/// Marks an attempt as running. Dropping it means that the attempt has ended; it removes the file.
#[derive(Debug)]
pub struct LivenessLock {
    file: Arc<File>,
    path: PathBuf,
}

impl LivenessLock {
    /// Marks an attempt that is about to begin. A file that still exists belongs to an abandoned attempt.
    ///
    /// # Errors
    /// `Denied`, `Full`, `Engine`: the file could not be created.
    pub(in crate::store) fn of(database: &Path, effect: EffectId) -> Result<Self, StoreError> {
        stop(database, effect);
        let path = place(database, effect);
        let rights = FileRights::of(database);
        let file = FileRights::create_new(&path, rights.as_ref()).map_err(unusable)?;
        file.lock().map_err(unusable)?;
        Ok(Self {
            file: Arc::new(file),
            path,
        })
    }

    /// The locked file, for the program that must hold it, too.
    #[must_use]
    pub fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }
}

impl Drop for LivenessLock {
    fn drop(&mut self) {
        if has_crashed!() {
            return;
        }
        let _gone = fs::remove_file(&self.path);
    }
}

/// Whether the attempt of an effect claimed on this host has certainly ended.
pub(in crate::store) fn has_ended(database: &Path, effect: EffectId) -> bool {
    match File::open(place(database, effect)) {
        Ok(file) => file.try_lock_shared().is_ok() && !goes_on(&file),
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// The process is named in at most this many bytes.
const MAX_NOTED: u64 = 4096;

/// A program may run on without the lock. What cannot be read says nothing; then the end of the claim counts.
fn goes_on(file: &File) -> bool {
    let mut noted = String::new();
    let read = file.take(MAX_NOTED).read_to_string(&mut noted);
    read.is_err() || lives(&noted)
}

/// A program was about to be started if the file names an effect, and has ended with its worker if there is a second line.
#[cfg(not(unix))]
fn lives(noted: &str) -> bool {
    noted.lines().count() == 1
}

/// Drops the mark of an abandoned attempt, even if some process still holds its file. On Windows its name is free only
/// once nobody has it open, be it a virus scanner; so it gets another name first.
pub(in crate::store) fn stop(database: &Path, effect: EffectId) {
    let path = place(database, effect);
    if cfg!(windows) {
        let aside = path.with_extension(format!("{}.gone", std::process::id()));
        if fs::rename(&path, &aside).is_ok() {
            let _gone = fs::remove_file(aside);
            return;
        }
    }
    let _gone = fs::remove_file(path);
}

fn place(database: &Path, effect: EffectId) -> PathBuf {
    lock_path(database, &format!("effect-{effect}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: EffectId = EffectId(7);

    /// Asks as another worker would that finds the effect claimed.
    fn has_ended(database: &Path) -> bool {
        super::has_ended(database, CALL)
    }

    #[test]
    fn an_attempt_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("shop.db");
        assert!(has_ended(&database), "no attempt has begun");
        let liveness = LivenessLock::of(&database, CALL).unwrap();
        assert!(!has_ended(&database));
        drop(liveness);
        assert!(has_ended(&database));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_attempt_lasts_while_its_file_is_held() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("shop.db");
        let killed = File::create(place(&database, CALL)).unwrap();
        killed.lock().unwrap();
        let inherited = killed.try_clone().unwrap();
        drop(killed);
        assert!(!has_ended(&database));
        drop(inherited);
        assert!(has_ended(&database));
    }

    #[test]
    fn an_unreadable_note_is_no_end() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("shop.db");
        for (noted, is_over) in [(b"".as_slice(), true), (b"\xff\xfe", false)] {
            fs::write(place(&database, CALL), noted).unwrap();
            assert_eq!(has_ended(&database), is_over, "{noted:?}");
        }
    }

    #[test]
    fn an_abandoned_attempt_does_not_block_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("shop.db");
        let old = File::create(place(&database, CALL)).unwrap();
        old.lock().unwrap();
        let new = LivenessLock::of(&database, CALL).unwrap();
        drop(old);
        assert!(!has_ended(&database));
        drop(new);
        assert!(has_ended(&database));
    }
}
