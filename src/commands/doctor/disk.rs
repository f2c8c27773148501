//! The disk of the database: room for it, its log, and whether it is on this machine.

use std::fs;
use std::path::Path;

use super::Findings;
use crate::commands::Context;
use crate::commands::disk_room::{DiskKind, disk_kind, folder_of, free_bytes, mib};
use crate::store::files_of;

const MIB: u64 = 1024 * 1024;

/// With less than this, writes may fail at any moment.
const LITTLE: u64 = 64 * MIB;

/// A log that checkpoints empty in time does not grow beyond 32 MiB.
const LONG_LOG: u64 = 128 * MIB;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let files = files_of(context.database());
    let size = |at: usize| {
        let file = files.get(at).and_then(|file| fs::metadata(file).ok());
        file.map_or(0, |known| known.len())
    };
    let (database, log) = (size(0), size(1));
    let folder = folder_of(context.database());
    room(folder, database, found);
    if log > LONG_LOG {
        found.warn(
            "log",
            Some(&format!("{}-wal", context.database().display())),
            format!(
                "it has {}: a program has read the database for a long time",
                mib(log)
            ),
            "find what holds the database open, and end it; the next run shortens the log",
        );
    } else {
        found.ok("log", None, mib(log));
    }
    match disk_kind(folder) {
        DiskKind::Local => found.ok("disk", None, "the database is on this machine"),
        DiskKind::Network(kind) => found.problem(
            "disk",
            Some(&folder.display().to_string()),
            format!(
                "the database is on a network disk ({kind}), where locks and its log do not hold"
            ),
            "move the database to a disk of this machine",
        ),
        DiskKind::Unknown => found.unknown(
            "disk",
            None,
            "not known on this system: it must be one of this machine",
        ),
    }
}

/// A migration and a backup beside the database need room for a copy.
fn room(folder: &Path, database: u64, found: &mut Findings) {
    let about = folder.display().to_string();
    let Some(free) = free_bytes(folder) else {
        found.unknown("free space", Some(&about), "not known on this system");
        return;
    };
    let what = format!("{} free", mib(free));
    if free < LITTLE {
        found.problem("free space", Some(&about), what, "make room on this disk");
    } else if free < database.saturating_mul(3) {
        let next = "make room for a copy of the database, which updates and backups need";
        found.warn("free space", Some(&about), what, next);
    } else {
        found.ok("free space", Some(&about), what);
    }
}
