//! Access rights of the files beside the database: the same users as for the database, and nobody else.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// The mode and the group of a file, on systems that have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRights {
    mode: u32,
    /// `None`: the group that the system assigns.
    group: Option<u32>,
}

/// The files that SQLite keeps beside a database. SQLite gives them the database's mode, but not its group.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Gives everybody who may use the database access to the files that SQLite has just created beside it.
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
    /// For the user who creates the file, and nobody else.
    pub const PRIVATE: Self = Self {
        mode: 0o600,
        group: None,
    };

    /// For the user who creates the file, and one group.
    #[must_use]
    pub fn shared_with(group: u32) -> Self {
        Self {
            mode: 0o660,
            group: Some(group),
        }
    }

    /// Whether users other than the owner and the group may read it.
    #[must_use]
    pub fn is_world_readable(&self) -> bool {
        self.mode & 0o004 != 0
    }

    /// Creates a new database for its owner alone. An existing file is left unchanged.
    ///
    /// # Errors
    /// The file cannot be created.
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

    /// Read and write, for everybody. No file beside a database is ever executable.
    const RIGHTS: u32 = 0o666;
    const OF_GROUP: u32 = 0o060;

    impl FileRights {
        /// `None`: there is no such file.
        #[must_use]
        pub fn of(path: &Path) -> Option<Self> {
            let known = std::fs::metadata(path).ok()?;
            Some(Self {
                mode: known.mode() & RIGHTS,
                group: Some(known.gid()),
            })
        }

        /// Creates a file with these rights, or with the system's default rights. Nobody else can open it before the
        /// rights are set.
        ///
        /// # Errors
        /// The file exists already, or it cannot be created.
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

        /// Sets the mode together with the group: if the group cannot be set, the group of the running user gets no
        /// rights.
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

        /// Lets everybody who may use the database use a file that another program has just created beside it. Does
        /// nothing if this user may not change the file.
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
    /// On this system a file has the rights of its folder.
    #[must_use]
    pub fn of(_: &Path) -> Option<Self> {
        None
    }

    /// # Errors
    /// The file exists already, or it cannot be created.
    pub fn create_new(path: &Path, _: Option<&Self>) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    #[expect(clippy::unused_self, reason = "this system has no file modes")]
    fn lend(&self, _: &Path) {}
}
