use super::*;
use crate::clock::testing::StoppedClock;

const NOW: crate::domain::Instant = crate::domain::Instant::from_millis(1_752_811_500_000);

fn log(folder: &Path, max_size: u64, keep: u8) -> LogFile {
    let path = folder.join("payctl.log");
    let place = LogFilePlace {
        path,
        max_size,
        keep,
    };
    LogFile::new(place, Arc::new(StoppedClock(NOW)), "expire", 7)
}

fn text(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn each_line_has_its_time_and_run() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path(), 1_000_000, 5);
    let mut shown = Vec::new();
    let mut stream = LoggedStream::new(&mut shown, Some(log.clone()));
    stream.write_all(b"\x1b[31mred\x1b[0m one\n\ntwo").unwrap();
    log.note("between");
    stream.write_all(b" and\x07 more\n\xff").unwrap();
    drop(stream);
    assert_eq!(shown, b"\x1b[31mred\x1b[0m one\n\ntwo and\x07 more\n\xff");
    let head = "2025-07-18T04:05:00Z expire[7]";
    let lines = ["red one", "between", "two and more", "\u{fffd}"];
    let lines: Vec<String> = lines
        .iter()
        .map(|line| format!("{head} {line}\n"))
        .collect();
    assert_eq!(text(folder.path(), "payctl.log"), lines.concat());
    assert_eq!(log.take_trouble(), None);
}

#[test]
fn a_full_log_is_rotated_and_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path(), 100, 2);
    for number in 1..=9 {
        log.note(&format!("line {number}"));
    }
    // Two lines fit into 100 bytes.
    for (name, lines) in [
        ("payctl.log", &["line 9"][..]),
        ("payctl.log.1", &["line 7", "line 8"]),
        ("payctl.log.2", &["line 5", "line 6"]),
    ] {
        let text = text(folder.path(), name);
        let read: Vec<&str> = text
            .lines()
            .map(|line| line.split_once("] ").unwrap().1)
            .collect();
        assert_eq!(read, lines, "{name}");
    }
    assert!(!folder.path().join("payctl.log.3").exists());
    let keeps_none = self::log(folder.path(), 100, 0);
    keeps_none.note("line 10");
    assert_eq!(text(folder.path(), "payctl.log").lines().count(), 2);
    keeps_none.note("line 11");
    assert_eq!(text(folder.path(), "payctl.log").lines().count(), 1);
}

#[test]
fn a_long_line_does_not_stay_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path(), 1_000_000, 5);
    let mut stream = LoggedStream::new(io::sink(), Some(log));
    for _ in 0..100 {
        stream.write_all(&[b'x'; 1024]).unwrap();
        assert!(stream.line.len() <= MAX_LINE);
    }
    drop(stream);
    let text = text(folder.path(), "payctl.log");
    assert_eq!(text.matches('x').count() - text.lines().count(), 100 * 1024);
}

#[test]
fn what_is_no_log_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payctl.log");
    for other in ["SQLite format 3\0and so on", "[gateways]\n"] {
        std::fs::write(&path, other).unwrap();
        let log = log(folder.path(), 100, 5);
        log.note("line");
        assert_eq!(text(folder.path(), "payctl.log"), other);
        let trouble = log.take_trouble().unwrap();
        assert!(trouble.contains("another kind of file"), "{trouble}");
        assert_eq!(log.take_trouble(), None);
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let trouble = log(folder.path(), 100, 5).take_trouble().unwrap();
    assert!(trouble.contains("not a file"), "{trouble}");
}

#[test]
fn a_lock_that_stays_held_stops_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path(), 1, 5);
    log.note("first");
    let lock = File::open(folder.path().join("payctl.log.lock")).unwrap();
    lock.lock().unwrap();
    log.note("second");
    log.note("third");
    assert_eq!(text(folder.path(), "payctl.log").lines().count(), 3);
    drop(lock);
    log.note("fourth");
    assert_eq!(text(folder.path(), "payctl.log").lines().count(), 1);
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_log() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path(), 1, 5);
    log.note("first");
    log.note("second");
    for name in ["payctl.log", "payctl.log.1", "payctl.log.lock"] {
        let known = std::fs::metadata(folder.path().join(name)).unwrap();
        assert_eq!(known.permissions().mode() & 0o777, 0o600, "{name}");
    }
}
