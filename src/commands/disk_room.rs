//! The disk of the database. Without room on it no run can be recorded, and what is recorded looks better than it is.

use std::path::Path;

const MIB: u64 = 1024 * 1024;

/// With less than this, nothing more is written.
const NOTHING: u64 = MIB;

/// The folder of a file; it must be named to be looked at.
pub(super) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Whether the disk of a database is full; `false` where the system does not tell.
pub(super) fn is_full(database: &Path) -> bool {
    free_bytes(folder_of(database)).is_some_and(|free| free < NOTHING)
}

pub(super) fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes / MIB)
}

/// What a user may still write there; none where the system does not tell.
#[cfg(unix)]
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    let known = rustix::fs::statvfs(folder).ok()?;
    Some(known.f_bavail.saturating_mul(known.f_frsize))
}

#[cfg(not(unix))]
pub(super) fn free_bytes(_: &Path) -> Option<u64> {
    None
}

/// Whether a disk belongs to this machine.
pub(super) enum DiskKind {
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only Linux tells")
    )]
    Local,
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only Linux tells")
    )]
    Network(&'static str),
    Unknown,
}

/// By the numbers that Linux gives to file systems (statfs(2)).
#[cfg(target_os = "linux")]
pub(super) fn disk_kind(folder: &Path) -> DiskKind {
    const NETWORK: [(u64, &str); 7] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xfe53_4d42, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0x0102_1997, "9p"),
        (0x00c3_6400, "Ceph"),
        (0x5346_414f, "AFS"),
    ];
    let Ok(known) = rustix::fs::statfs(folder) else {
        return DiskKind::Unknown;
    };
    // The type of the number differs between machines; its low 32 bits do not.
    let kind = u64::try_from(i128::from(known.f_type) & 0xffff_ffff).unwrap_or_default();
    let network = NETWORK.iter().find(|(number, _)| *number == kind);
    network.map_or(DiskKind::Local, |(_, name)| DiskKind::Network(name))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn disk_kind(_: &Path) -> DiskKind {
    DiskKind::Unknown
}
