//! Who may read the files of the shop.

use std::io;
use std::path::{Path, PathBuf};

use super::Findings;
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
        found.unknown(
            CHECK,
            None,
            "on this system files have the rights of their folder",
        );
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
