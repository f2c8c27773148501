//! The file of a backup and the older ones beside it: `shop.db`, `shop.db.1`, `shop.db.2`, the newest first.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::commands::CommandError;
use crate::store::{FileLife, Reader, files_of, publish_file};

/// Where a backup goes.
pub(super) struct BackupPlace {
    /// With all symbolic links in its folder resolved.
    pub(super) path: PathBuf,
    /// How many backups there are to be, with this one.
    keep: u32,
}

/// Older backups that are looked for behind the last one that is to be kept: a smaller `--keep` removes them at once.
const LOOKED_FOR: u32 = 1_000;

/// What became of the backups that were there.
#[derive(Debug, Default)]
pub(super) struct Rotated {
    /// The older ones that are there now, the newest first.
    pub(super) older: Vec<PathBuf>,
    pub(super) removed: Vec<PathBuf>,
}

impl BackupPlace {
    /// # Errors
    /// The file would go over the database, over something that is no backup, or into no folder.
    pub(super) fn of(file: &Path, keep: u32, database: &Path) -> Result<Self, CommandError> {
        let path = resolved(file)?;
        let database = database
            .canonicalize()
            .unwrap_or_else(|_| database.to_owned());
        let is_databases = files_of(&database).iter().any(|own| is_same(own, &path));
        if is_databases {
            let message = format!("{} belongs to the database itself", file.display());
            return Err(CommandError::usage(message).hint("name another file for the backup"));
        }
        if path.is_dir() {
            let message = format!("{} is a folder", file.display());
            let name = path.join("payctl.db");
            return Err(
                CommandError::usage(message).hint(format!("name a file in it: {}", name.display()))
            );
        }
        let place = Self { path, keep };
        for nth in 0..keep {
            require_backup_or_nothing(&place.nth(nth))?;
        }
        Ok(place)
    }

    /// Where it is written until it is whole.
    pub(super) fn part(&self) -> PathBuf {
        with_end(&self.path, ".part")
    }

    /// The n-th backup before the newest.
    fn nth(&self, nth: u32) -> PathBuf {
        match nth {
            0 => self.path.clone(),
            nth => with_end(&self.path, &format!(".{nth}")),
        }
    }

    /// Moves the older ones on by one, puts the new one in place, and then removes those that are too many; a kill leaves
    /// one too many, and the newest is there all the time. With `spare` nothing is removed.
    pub(super) fn publish(&self, part: &Path, spare: bool) -> anyhow::Result<Rotated> {
        for nth in (0..self.keep).rev() {
            let (from, to) = (self.nth(nth), self.nth(nth + 1));
            if from.exists() {
                move_on(&from, &to, nth)?;
            }
        }
        publish_file(part, &self.path)?;
        let mut rotated = Rotated::default();
        for nth in 1..=self.keep.saturating_add(LOOKED_FOR) {
            let old = self.nth(nth);
            let is_beyond = nth >= self.keep;
            if !old.exists() {
                if is_beyond {
                    break;
                }
            } else if !is_beyond || spare || life_of(&old).is_none() {
                rotated.older.push(old);
            } else {
                fs::remove_file(&old)?;
                rotated.removed.push(old);
            }
        }
        Ok(rotated)
    }
}

/// The newest keeps its name until the new one takes it, where the file system can give one file two names.
fn move_on(from: &Path, to: &Path, nth: u32) -> io::Result<()> {
    if nth > 0 {
        return fs::rename(from, to);
    }
    match fs::remove_file(to) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    fs::hard_link(from, to).or_else(|_| fs::rename(from, to))
}

/// What a backup says of itself; none: the file is no backup of payctl.
pub(in crate::commands) fn life_of(path: &Path) -> Option<FileLife> {
    let life = Reader::open_older(path).ok()?.file_life().ok()?;
    life.held_as_of.is_some().then_some(life)
}

/// Never replaces what somebody has put there for another purpose.
fn require_backup_or_nothing(path: &Path) -> Result<(), CommandError> {
    let Ok(known) = fs::metadata(path) else {
        return Ok(());
    };
    if known.len() == 0 || life_of(path).is_some() {
        return Ok(());
    }
    let message = format!("{} is there and is no backup of payctl", path.display());
    Err(CommandError::usage(message).hint("name another file, or move that one away"))
}

/// The file may be missing; its folder may not.
fn resolved(file: &Path) -> Result<PathBuf, CommandError> {
    if let Ok(path) = file.canonicalize() {
        return Ok(path);
    }
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let (Ok(real), Some(name)) = (folder.canonicalize(), file.file_name()) else {
        let message = format!("the folder {} does not exist", folder.display());
        return Err(CommandError::usage(message).hint("make the folder first"));
    };
    Ok(real.join(name))
}

/// Also where a file has two names.
#[cfg(unix)]
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let id = |path: &Path| fs::metadata(path).map(|known| (known.dev(), known.ino()));
    one == other || matches!((id(one), id(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(not(unix))]
fn is_same(one: &Path, other: &Path) -> bool {
    one == other
}

pub(in crate::commands) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(end);
    name.into()
}
