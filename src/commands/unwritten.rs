//! A file that a person asked for and that could not be written: why, and what to type next.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::commands::CommandError;

/// The refusal. It names the file that was asked for, also where another one could not be written beside it.
pub(super) fn unwritten(path: &Path, error: &io::Error) -> CommandError {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.display().to_string(),
        Some(_) | None => "its folder".to_owned(),
    };
    let (why, next) = reason(error);
    let next = next.replace("FOLDER", &folder);
    CommandError::failed(format!("could not write {}: {why}", path.display())).hint(next)
}

/// The refusal of a path at which a folder stands.
pub(super) fn is_a_folder(what: &str, path: &Path) -> CommandError {
    CommandError::failed(format!("{what} {} is a folder", path.display()))
        .hint("name a file in it, or move the folder away")
}

/// Why, and what helps.
pub(super) fn reason(error: &io::Error) -> (String, &'static str) {
    let error = innermost(error);
    match REASONS.iter().find(|(kind, ..)| *kind == error.kind()) {
        Some((_, why, next)) => ((*why).to_owned(), next),
        None => (error.to_string(), "correct the path, or name another file"),
    }
}

const REASONS: [(ErrorKind, &str, &str); 6] = [
    (
        ErrorKind::NotFound,
        "its folder does not exist",
        "make the folder FOLDER, or name another file",
    ),
    (
        ErrorKind::PermissionDenied,
        "no permission to write there",
        "give the user that runs payctl write access to FOLDER, or name another file",
    ),
    (
        ErrorKind::ReadOnlyFilesystem,
        "its disk can only be read",
        "make FOLDER writable, or name another file",
    ),
    (
        ErrorKind::StorageFull,
        "the disk is full",
        "free some space, or name another file",
    ),
    (
        ErrorKind::IsADirectory,
        "it is a folder",
        "name a file in it",
    ),
    (
        ErrorKind::NotADirectory,
        "a part of its path is a file",
        "correct the path, or name another file",
    ),
];

/// The system's own error: what stands around it names temporary files.
fn innermost(error: &io::Error) -> &io::Error {
    let mut inner: Option<&(dyn Error + 'static)> = error.get_ref().map(|around| {
        let around: &(dyn Error + 'static) = around;
        around
    });
    let mut found = error;
    while let Some(cause) = inner {
        if let Some(system) = cause.downcast_ref::<io::Error>() {
            found = system;
        }
        inner = cause.source();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::failure;
    use crate::output::{ColorMode, Format};

    #[track_caller]
    fn check(error: &io::Error, told: &str) {
        let refusal = unwritten(Path::new("/shop/payctl.toml"), error).into();
        let mut shown = Vec::new();
        failure::print(&refusal, (Format::Table, ColorMode::Plain), &mut shown);
        assert_eq!(String::from_utf8(shown).unwrap(), told);
    }

    #[test]
    fn each_refusal_names_the_file_and_what_helps() {
        for (kind, why, next) in [
            (
                ErrorKind::NotFound,
                "its folder does not exist",
                "make the folder /shop, or name another file",
            ),
            (
                ErrorKind::PermissionDenied,
                "no permission to write there",
                "give the user that runs payctl write access to /shop, or name another file",
            ),
            (
                ErrorKind::ReadOnlyFilesystem,
                "its disk can only be read",
                "make /shop writable, or name another file",
            ),
            (
                ErrorKind::StorageFull,
                "the disk is full",
                "free some space, or name another file",
            ),
            (
                ErrorKind::IsADirectory,
                "it is a folder",
                "name a file in it",
            ),
        ] {
            let told = format!("payctl: could not write /shop/payctl.toml: {why}\n  {next}\n");
            check(&kind.into(), &told);
        }
    }

    #[test]
    fn a_temporary_files_name_is_not_told() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let error = tempfile::NamedTempFile::new_in(missing).unwrap_err();
        assert!(error.to_string().contains(".tmp"), "{error}");
        check(
            &error,
            "payctl: could not write /shop/payctl.toml: its folder does not exist\n  \
             make the folder /shop, or name another file\n",
        );
    }
}
