//! Who may read the files beside the database: whoever may read the database, and nobody else.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// The mode and the group of a file, where the system knows such a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRights {
    mode: u32,
    /// None: whatever group the system gives.
    group: Option<u32>,
}

/// The files that SQLite keeps beside a database. It gives them the database's mode, and not its group.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What SQLite has just made beside the database is for whoever may use the database.
pub(super) fn lend_companions(database: &Path) {
    let Some(rights) = FileRights::of(database) else {
        return;
    };
    for end in COMPANIONS {
        let mut name = database.to_owned().into_os_string();
        name.push(end);
        rights.lend(name.as_ref());
    }
}

impl FileRights {
    /// For whoever makes the file, and for nobody else.
    pub const PRIVATE: Self = Self {
        mode: 0o600,
        group: None,
    };

    /// For whoever makes the file, and for one group.
    #[must_use]
    pub fn shared_with(group: u32) -> Self {
        Self {
            mode: 0o660,
            group: Some(group),
        }
    }

    /// Whether somebody may read it who is neither its owner nor of its group.
    #[must_use]
    pub fn is_for_everybody(&self) -> bool {
        self.mode & 0o004 != 0
    }

    /// A database that is about to be made is its owner's alone. One that is there stays as it is.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn make_private(database: &Path) -> io::Result<()> {
        match Self::create_new(database, Some(&Self::PRIVATE)) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::os::unix::fs::{
        MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, chown, fchown,
    };

    use super::{File, FileRights, OpenOptions, Path, io};

    /// Reading and writing, of everybody. Nothing that is written beside a database is a program.
    const RIGHTS: u32 = 0o666;
    const OF_GROUP: u32 = 0o060;

    impl FileRights {
        /// None: there is no such file.
        #[must_use]
        pub fn of(path: &Path) -> Option<Self> {
            let known = std::fs::metadata(path).ok()?;
            Some(Self {
                mode: known.mode() & RIGHTS,
                group: Some(known.gid()),
            })
        }

        /// A new file with these rights; without any, with those that the system gives. It is nobody else's before it
        /// has them.
        ///
        /// # Errors
        /// Something is there already, or it cannot be made.
        pub fn create_new(path: &Path, rights: Option<&Self>) -> io::Result<File> {
            let mut options = OpenOptions::new();
            let options = options.write(true).create_new(true);
            let Some(rights) = rights else {
                return options.open(path);
            };
            let file = options.mode(Self::PRIVATE.mode).open(path)?;
            rights.give(&file)?;
            Ok(file)
        }

        /// The group goes with the mode: where it cannot be given, the group of whoever runs this gets nothing.
        fn give(&self, file: &File) -> io::Result<()> {
            let known = file.metadata()?;
            let is_theirs = match self.group {
                Some(group) => known.gid() == group || fchown(file, None, Some(group)).is_ok(),
                None => false,
            };
            let mode = if is_theirs {
                self.mode
            } else {
                self.mode & !OF_GROUP
            };
            if known.mode() & 0o7777 == mode {
                return Ok(());
            }
            file.set_permissions(Permissions::from_mode(mode))
        }

        /// Lets whoever may use the database use a file beside it that another program has just made. Who may not
        /// change it leaves it.
        pub(super) fn lend(&self, path: &Path) {
            let Ok(known) = std::fs::symlink_metadata(path) else {
                return;
            };
            if known.is_file() && Some(known.gid()) != self.group {
                let _ = chown(path, None, self.group);
            }
        }
    }
}

#[cfg(not(unix))]
impl FileRights {
    /// Here a file has the rights of its folder.
    #[must_use]
    pub fn of(_: &Path) -> Option<Self> {
        None
    }

    /// # Errors
    /// Something is there already, or it cannot be made.
    pub fn create_new(path: &Path, _: Option<&Self>) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    #[expect(clippy::unused_self, reason = "there is nothing to lend here")]
    fn lend(&self, _: &Path) {}
}
