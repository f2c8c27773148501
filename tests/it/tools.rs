//! Programs of others that some tests need: found, or the test is left out and says why.

use std::path::{Path, PathBuf};

/// Set to `1` where every program is there, as in the gate: what is missing is then a failure.
const ALL: &str = "PAYCTL_TEST_ALL";

/// Where a program stands, or nothing, after saying what is left out.
///
/// # Panics
///
/// When it is missing although all are said to be there.
#[track_caller]
pub(crate) fn need(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Servers stand where only root looks.
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    let found = find(program, places);
    if found.is_some() {
        return found;
    }
    let whole = std::env::var(ALL).is_ok_and(|value| value == "1");
    assert!(!whole, "{program} is not installed, and {ALL} is 1");
    let test = std::thread::current();
    eprintln!(
        "left out: {} needs {program}, which is not installed",
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
