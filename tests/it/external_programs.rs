//! External programs that some tests need; without them a test is skipped and says why.

use std::path::{Path, PathBuf};

/// Set to `1` where every program must be installed: a missing one is then a failure.
const ALL: &str = "PAYCTL_TEST_ALL";

/// The path of a program, or `None` after saying which check is skipped.
///
/// # Panics
///
/// If it is missing although every program must be installed.
#[track_caller]
pub(crate) fn need(program: &str) -> Option<PathBuf> {
    need_in(program, std::iter::empty())
}

/// As [`need`], for a program that may be in a folder of its own.
#[track_caller]
pub(crate) fn need_in(program: &str, folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Servers are installed in root's folders.
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    let found = find(program, folders.chain(places));
    if found.is_some() {
        return found;
    }
    let whole = std::env::var(ALL).is_ok_and(|value| value == "1");
    assert!(!whole, "{program} is not installed, and {ALL} is 1");
    let test = std::thread::current();
    eprintln!(
        "skipped: {} needs {program}, which is not installed",
        test.name().unwrap_or("this test")
    );
    None
}

fn find(program: &str, places: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    places
        .map(|folder| folder.join(&name))
        .find(|path| Path::is_file(path))
}

#[test]
fn a_program_is_found_in_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let places = || [PathBuf::from("/nowhere"), folder.path().to_owned()].into_iter();
    assert_eq!(find("zbarimg", places()), None);

    let path = folder
        .path()
        .join(format!("zbarimg{}", std::env::consts::EXE_SUFFIX));
    std::fs::write(&path, "").unwrap();
    assert_eq!(find("zbarimg", places()), Some(path));
}
