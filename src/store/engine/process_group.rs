//! Whether a process group on this machine is still alive, for a program whose worker is gone.

use std::fs;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process_group};

/// A process as recorded in the file of an attempt: its process group id, the machine's boot id, and the process's
/// `/proc` line. The last two are empty on systems without them.
struct NotedProcess<'a> {
    id: i32,
    boot: &'a str,
    stat: Option<ProcStat>,
}

/// The fields after the name in `/proc/PID/stat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ProcStat {
    group: i32,
    is_over: bool,
    /// In clock ticks since the machine booted.
    started: u64,
}

/// Whether a process that the text names may still be running. The first line is the effect's key; the process
/// follows, unless the worker was killed just after starting it. A text that names nothing yields `false`.
pub(super) fn lives(noted: &str) -> bool {
    let Some((key, process)) = noted.split_once('\n') else {
        return false;
    };
    let Some(noted) = read(process) else {
        return has_process_for(key);
    };
    // Smaller ids would mean all processes, or the caller's own group.
    let Some(id) = Some(noted.id).filter(|id| *id > 1).and_then(Pid::from_raw) else {
        return false;
    };
    // A group that we may not signal exists all the same.
    if test_kill_process_group(id) == Err(Errno::SRCH) {
        return false;
    }
    let Some(first) = noted.stat else {
        return true;
    };
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    if boot.trim() != noted.boot {
        return false;
    }
    match stat_of(noted.id) {
        // Another process has the id by now, so the group is gone.
        Some(leader) if leader.started != first.started => false,
        Some(leader) if !leader.is_over => true,
        Some(_) => has_members(noted.id),
        // The leader is gone, but others of the group remain; we may not be able to see them.
        None => true,
    }
}

/// Whether a process of this machine was started for an effect, according to its environment.
fn has_process_for(key: &str) -> bool {
    let told = format!("PAYCTL_EFFECT_KEY={key}");
    let Ok(all) = fs::read_dir("/proc") else {
        return false;
    };
    let mut environments = all.flatten().filter_map(|entry| {
        let id: i32 = entry.file_name().to_str()?.parse().ok()?;
        fs::read(format!("/proc/{id}/environ")).ok()
    });
    environments.any(|all| {
        all.split(|byte| *byte == 0)
            .any(|one| one == told.as_bytes())
    })
}

/// Zombies do not count.
fn has_members(group: i32) -> bool {
    let Ok(all) = fs::read_dir("/proc") else {
        return true;
    };
    let ids = all
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let mut all = ids.filter_map(stat_of);
    all.any(|stat| stat.group == group && !stat.is_over)
}

fn stat_of(id: i32) -> Option<ProcStat> {
    parse(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

fn read(noted: &str) -> Option<NotedProcess<'_>> {
    let mut lines = noted.splitn(3, '\n');
    Some(NotedProcess {
        id: lines.next()?.parse().ok()?,
        boot: lines.next()?,
        stat: parse(lines.next()?),
    })
}

/// The name in parentheses may contain anything, even parentheses and spaces.
fn parse(stat: &str) -> Option<ProcStat> {
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    Some(ProcStat {
        is_over: matches!(*fields.first()?, "Z" | "X" | "x"),
        group: fields.get(2)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proc_line_is_read_whatever_the_name() {
        let line = "7 (a) (b c) S 1 5 5 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 1 2";
        let stat = ProcStat {
            group: 5,
            is_over: false,
            started: 4711,
        };
        assert_eq!(parse(line), Some(stat));
        assert!(parse(&line.replace(" S ", " Z ")).unwrap().is_over);
        for odd in ["", "7", "7 (a", "7 (a) S 1", "7 (a) S x y z"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn an_invalid_process_note_means_not_alive() {
        for noted in [
            "",
            "7",
            "x\n\n",
            "0\n\n",
            "1\n\n",
            "-1\n\n",
            "-7\n\n",
            "2147483646\nboot\n",
        ] {
            let noted = format!("no-such-key\n{noted}");
            assert!(!lives(&noted), "{noted:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_reused_process_number_is_not_alive() {
        use std::os::unix::process::CommandExt as _;
        use std::process::{Command, Stdio};

        let mut child = Command::new("cat");
        child.env("PAYCTL_EFFECT_KEY", "e9-of-this-test");
        child.stdin(Stdio::piped()).process_group(0);
        let mut child = child.spawn().unwrap();
        let id = child.id();
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        let noted = |boot: &str, stat: &str| format!("k\n{id}\n{boot}\n{stat}");
        let started = parse(&stat).unwrap().started.to_string();
        assert!(lives(&noted(boot.trim(), &stat)));
        assert!(lives(&noted("", "")), "on a system without boot ids");
        let patience = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while !lives("e9-of-this-test\n") {
            assert!(
                std::time::Instant::now() < patience,
                "still found by its key"
            );
        }
        assert!(!lives("e9-of-this\n"));
        assert!(!lives(&noted(boot.trim(), &stat.replace(&started, "1"))));
        assert!(!lives(&noted("another-boot", &stat)));
        child.kill().unwrap();
        // A zombie: it has ended, and its parent has not waited for it yet.
        while lives(&noted(boot.trim(), &stat)) {
            assert!(std::time::Instant::now() < patience);
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(!lives(&noted(boot.trim(), &stat)));
    }
}
