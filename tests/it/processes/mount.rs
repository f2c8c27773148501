//! A small disk of its own in a shop's folder, where this machine allows a test to mount one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Unmounted when it is dropped.
pub(super) struct Mount(PathBuf);

impl Mount {
    /// A file system in memory of this size, such as `2m`, at the folder. None, with a message: it is not allowed.
    pub(super) fn tmpfs(folder: &Path, size: &str) -> Option<Self> {
        let options = format!("size={size},mode=0755");
        if mount(&["-t", "tmpfs", "-o", &options, "tmpfs"], folder) {
            return Some(Self(folder.to_owned()));
        }
        eprintln!("skipped: this user may not mount a file system");
        None
    }

    /// A program that another test is just starting has every open file of this process for a moment, and keeps the
    /// file system busy.
    pub(super) fn remount(&self, how: &str) {
        let options = format!("remount,{how}");
        let patience = Instant::now() + Duration::from_secs(20);
        while !mount(&["-o", &options], &self.0) {
            assert!(Instant::now() < patience, "{options}");
            std::thread::yield_now();
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|ended| ended.success()), "umount");
    }
}

fn mount(arguments: &[&str], folder: &Path) -> bool {
    let mut command = Command::new("mount");
    command.args(arguments).arg(folder).stderr(Stdio::null());
    command.status().is_ok_and(|ended| ended.success())
}
