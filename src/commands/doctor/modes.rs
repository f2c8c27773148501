//! Who may read the files of the shop.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Findings;
use super::folder_rights::{OthersRights, others_rights, saved_rights};
use crate::commands::Context;
use crate::store::{FileRights, files_of};

const CHECK: &str = "file modes";

pub(super) fn check(fix: bool, context: &Context<'_>, found: &mut Findings) {
    let mut files = files_of(context.database());
    files.push(context.config.folder.join(".env"));
    let known: Vec<PathBuf> = files.into_iter().filter(|file| file.exists()).collect();
    let is_open =
        |file: &PathBuf| FileRights::of(file).is_some_and(|rights| rights.is_world_readable());
    let open: Vec<&PathBuf> = known.iter().filter(|file| is_open(file)).collect();
    if known.iter().all(|file| FileRights::of(file).is_none()) {
        check_folders(context, found);
        return;
    }
    if open.is_empty() {
        found.ok(
            CHECK,
            None,
            "not every user of this machine can read database and keys",
        );
    }
    for file in open {
        let about = file.display().to_string();
        let what = "every user of this machine can read it";
        if !fix {
            let next = format!("payctl doctor --fix, or: chmod o-rwx {about}");
            found.problem(CHECK, Some(&about), what, next);
            continue;
        }
        match close(file) {
            Ok(()) => found.ok(CHECK, Some(&about), "other users could read it; mended"),
            Err(error) => found.problem(
                CHECK,
                Some(&about),
                format!("{what}, and its rights cannot be changed: {error}"),
                format!("as its owner: chmod o-rwx {about}"),
            ),
        }
    }
}

/// On Windows files have the rights of their folder.
fn check_folders(context: &Context<'_>, found: &mut Findings) {
    let shop = &context.config.folder;
    let of_database = context.database().parent().unwrap_or(shop);
    let of_program = context.host.program.parent().unwrap_or(shop);
    for folder in BTreeSet::from([shop.as_path(), of_database, of_program]) {
        let about = folder.display().to_string();
        let is_program = folder != shop && folder != of_database;
        match rights_of(folder, context) {
            None => found.unknown(CHECK, Some(&about), "icacls does not tell its rights"),
            Some(OthersRights::Change) => {
                let what = "every user of this machine may change it, and with it what payctl runs";
                found.problem(CHECK, Some(&about), what, closing(folder, is_program));
            }
            Some(OthersRights::Read) if !is_program => {
                let what = "every user of this machine can read database and keys";
                found.problem(CHECK, Some(&about), what, closing(folder, is_program));
            }
            Some(OthersRights::Read) => {
                found.ok(
                    CHECK,
                    Some(&about),
                    "not every user of this machine may change it",
                );
            }
            Some(OthersRights::Nothing) => {
                found.ok(
                    CHECK,
                    Some(&about),
                    "no other user of this machine can read it",
                );
            }
        }
    }
}

/// What an administrator types.
fn closing(folder: &Path, is_program: bool) -> String {
    let folder = folder.display();
    let begin = format!(
        r#"as administrator: icacls "{folder}" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F""#
    );
    if is_program {
        return format!(r#"{begin} "*S-1-5-32-545:(OI)(CI)RX""#);
    }
    format!(
        r#"{begin} "*S-1-5-19:(OI)(CI)M" (S-1-5-19 is LOCAL SERVICE, which runs the tasks; with --user NAME write NAME there)"#
    )
}

/// `None`: this machine does not tell.
fn rights_of(folder: &Path, context: &Context<'_>) -> Option<OthersRights> {
    let system = context.host.environment.get("SystemRoot")?;
    let icacls = Path::new(system).join("System32").join("icacls.exe");
    let place = tempfile::tempdir().ok()?;
    let saved = place.path().join("rights");
    let mut command = Command::new(icacls);
    command.arg(folder).arg("/save").arg(&saved).arg("/q");
    command.stdin(Stdio::null()).output().ok()?;
    others_rights(&saved_rights(&std::fs::read(saved).ok()?)?)
}

/// Takes all rights from users who are neither the owner nor in the group.
#[cfg(unix)]
fn close(file: &Path) -> io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    let mode = std::fs::metadata(file)?.permissions().mode();
    std::fs::set_permissions(file, Permissions::from_mode(mode & 0o7770))
}

#[cfg(not(unix))]
fn close(_: &Path) -> io::Result<()> {
    Ok(())
}
