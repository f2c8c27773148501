//! Files that appear complete, or not at all. They replace no other file unless they are meant to.

use std::fs::Permissions;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::faults::crash_point;

/// A file that is written but not yet at its place. Dropping it deletes it.
pub(super) struct AtomicFile {
    file: NamedTempFile,
    path: PathBuf,
}

/// Who may read a file, on systems with permissions.
#[derive(Debug, Clone, Copy)]
pub(super) enum FileMode {
    Everyone,
    OwnerOnly,
    /// The owner and the group with this ID.
    Group(
        #[cfg_attr(
            not(unix),
            expect(dead_code, reason = "without Unix there are no groups")
        )]
        u32,
    ),
}

/// The result of publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Published {
    Created,
    /// A file of that name existed already and was left as it is.
    WasThere,
}

impl AtomicFile {
    /// Writes the text next to its final place.
    pub(super) fn write(path: &Path, text: &str, readers: FileMode) -> io::Result<Self> {
        Self::write_bytes(path, text.as_bytes(), readers)
    }

    /// The same for what is no UTF-8.
    pub(super) fn write_bytes(path: &Path, bytes: &[u8], readers: FileMode) -> io::Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = open(folder, readers)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Moves the file to its place, also where another one is.
    pub(super) fn replace(self) -> io::Result<()> {
        self.file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Moves the file to its place, unless one exists there.
    pub(super) fn publish(self) -> io::Result<Published> {
        crash_point!("before a file is published");
        match self.file.persist_noclobber(&self.path) {
            Ok(_) => Ok(Published::Created),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(Published::WasThere),
            Err(error) => Err(error.error),
        }
    }

    /// As [`AtomicFile::replace`]; with these rights, if they are given.
    pub(super) fn replace_with_rights(self, rights: Option<Permissions>) -> io::Result<()> {
        if let Some(rights) = rights {
            self.file.as_file().set_permissions(rights)?;
        }
        self.replace()
    }
}

#[cfg(unix)]
fn open(folder: &Path, readers: FileMode) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::{PermissionsExt, fchown};

    let mode = match readers {
        // As for the user's other files, the umask decides the rest.
        FileMode::Everyone => 0o666,
        FileMode::OwnerOnly | FileMode::Group(_) => 0o600,
    };
    let file = tempfile::Builder::new()
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)?;
    if let FileMode::Group(group) = readers {
        fchown(file.as_file(), None, Some(group))?;
        let rights = Permissions::from_mode(0o640);
        file.as_file().set_permissions(rights)?;
    }
    Ok(file)
}

/// On this system a file inherits the rights of its folder.
#[cfg(not(unix))]
fn open(folder: &Path, _: FileMode) -> io::Result<NamedTempFile> {
    NamedTempFile::new_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_draft_replaces_only_what_it_should() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let draft = |text| AtomicFile::write(&path, text, FileMode::Everyone).unwrap();
        let (first, second) = (draft("first"), draft("second"));
        assert!(!path.exists());
        assert_eq!(first.publish().unwrap(), Published::Created);
        assert_eq!(second.publish().unwrap(), Published::WasThere);
        drop(draft("third"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first");
        draft("fourth").replace().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "fourth");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_with_keys_is_private() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str, readers| {
            let path = folder.path().join(name);
            AtomicFile::write(&path, "", readers)
                .unwrap()
                .publish()
                .unwrap();
            std::fs::metadata(path).unwrap().permissions().mode() & 0o777
        };
        std::fs::write(folder.path().join("usual"), "").unwrap();
        let usual = std::fs::metadata(folder.path().join("usual")).unwrap();
        assert_eq!(mode("keys", FileMode::OwnerOnly), 0o600);
        assert_eq!(
            mode("settings", FileMode::Everyone),
            usual.permissions().mode() & 0o777
        );
    }
}
