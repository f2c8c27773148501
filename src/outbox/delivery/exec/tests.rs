use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::super::shell::shell;
use super::super::testing::{HOSTILE, errand, wait};
use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

struct Workshop(TempDir);

impl Workshop {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn program(&self, script: &str) -> Executable {
        Executable {
            program: shell().into(),
            arguments: vec!["-c".to_owned(), script.to_owned()],
            folder: self.0.path().to_owned(),
            environment: vec![
                ("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned()),
                ("LANG".to_owned(), "C".to_owned()),
            ],
        }
    }

    fn run(&self, script: &str) -> AttemptResult {
        wait(run(&self.program(script), &errand("Rina"), PATIENCE))
    }

    fn write(&self, file: &str, content: &[u8]) {
        std::fs::write(self.0.path().join(file), content).unwrap();
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.0.path().join(file)).unwrap()
    }
}

#[track_caller]
fn check(script: &str, delivery: AttemptResult) {
    assert_eq!(Workshop::new().run(script), delivery, "{script}");
}

fn again(why: &str) -> AttemptResult {
    AttemptResult::Again(why.to_owned())
}

fn unknown(why: &str) -> AttemptResult {
    AttemptResult::Unknown(why.to_owned())
}

#[test]
fn the_exit_code_decides_the_outcome() {
    check("exit 0", AttemptResult::Done(None));
    check("cat > /dev/null", AttemptResult::Done(None));
    check("exit 75", again("asked for a retry"));
    check("echo full >&2; exit 75", again("asked for a retry: full"));
    check(
        "echo chatter; echo no room >&2; exit 3",
        again("exited with 3: no room"),
    );
    check("echo chatter; exit 1", again("exited with 1: chatter"));
    let killed = if cfg!(windows) {
        "crashed with 0xc0000005"
    } else {
        "was killed by signal 9"
    };
    check("kill -9 $$", unknown(killed));
    check(
        "echo half >&2; kill -9 $$",
        unknown(&format!("{killed}: half")),
    );
}

#[test]
fn what_a_program_prints_is_kept() {
    let said = |text: &str| AttemptResult::Done(HookOutput::read(text.as_bytes()));
    check("echo rina; echo not this >&2", said("rina"));
    let workshop = Workshop::new();
    let numbers: String = (0..3000).map(|nth| format!("{nth} ")).collect();
    workshop.write("numbers", numbers.as_bytes());
    assert_eq!(workshop.run("cat numbers"), said(&numbers));
    workshop.write("odd", b"\xff\x1b[2J");
    assert_eq!(workshop.run("cat odd"), said("\u{fffd}[2J"));
}

#[test]
fn an_answer_is_not_quoted_as_an_error() {
    check(
        "echo '{\"password\": \"s3cret\"}'; exit 1",
        again("exited with 1"),
    );
    check(
        "echo ' {\"password\":'; echo no room >&2; exit 1",
        again("exited with 1: no room"),
    );
}

#[test]
fn a_program_that_cannot_start_is_retried() {
    let mut program = Workshop::new().program("");
    program.program = "/no/such/program".into();
    let AttemptResult::Again(why) = wait(run(&program, &errand(""), PATIENCE)) else {
        panic!("not again");
    };
    assert!(
        why.starts_with("could not start /no/such/program: "),
        "{why}"
    );
}

#[test]
fn hostile_orders_arrive_as_data() {
    for hostile in HOSTILE {
        let workshop = Workshop::new();
        let program = workshop.program("cat > document; env > environment");
        let delivery = wait(run(&program, &errand(hostile), PATIENCE));
        assert_eq!(delivery, AttemptResult::Done(None), "{hostile:?}");
        let document: Value = serde_json::from_str(&workshop.read("document")).unwrap();
        assert_eq!(document["customer"]["name"], hostile);
        let files = std::fs::read_dir(workshop.0.path()).unwrap().count();
        assert_eq!(files, 2, "{hostile:?} did something");
    }
}

#[test]
fn the_program_gets_a_clean_environment() {
    let workshop = Workshop::new();
    workshop.run("env > environment");
    let text = workshop.read("environment");
    let mut names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        // Set by the shell itself, and by Windows and Wine for every process.
        .filter(|name| !["PWD", "SHLVL", "_", "OLDPWD"].contains(name))
        .filter(|name| !["SystemDrive", "SystemRoot"].contains(name))
        .filter(|name| !name.starts_with("WINE"))
        .collect();
    names.sort_unstable();
    let expected = [
        "LANG",
        "PATH",
        "PAYCTL_EFFECT_KEY",
        "PAYCTL_HOOK",
        "PAYCTL_OCCASION",
        "PAYCTL_ORDER",
    ];
    assert_eq!(names, expected);
    assert!(text.contains("PAYCTL_EFFECT_KEY=e7-paid-vpn-1\n"), "{text}");
    assert!(text.contains("PAYCTL_OCCASION=paid\n"), "{text}");
}

#[test]
fn a_timeout_ends_the_program_and_its_children() {
    let workshop = Workshop::new();
    let program = workshop.program(&format!("echo began; ({STAYS}; true) & sleep 600"));
    let delivery = wait(run(&program, &errand(""), Duration::from_millis(500)));
    assert_eq!(delivery, unknown("timed out after 500 ms: began"));
    check_nobody_in(workshop.0.path());
}

#[test]
fn a_dropped_program_leaves_no_process_behind() {
    let workshop = Workshop::new();
    let program = workshop.program(&format!("{STAYS} & echo > begun; sleep 600"));
    let begun = workshop.0.path().join("begun");
    wait(async {
        let errand = errand("");
        let mut run = pin!(run(&program, &errand, PATIENCE));
        let is_begun = async {
            while !begun.exists() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        assert!(matches!(
            select(&mut run, pin!(is_begun)).await,
            Either::Right(_)
        ));
    });
    check_nobody_in(workshop.0.path());
}

/// Stays for long. Where there is no /proc, it can be found by the file that it locks.
const STAYS: &str = if cfg!(windows) {
    "flock held sleep 600"
} else {
    "sleep 600"
};

/// Checks that no process works in this folder any more. With neither /proc nor a locked file nothing can be checked.
#[track_caller]
fn check_nobody_in(folder: &Path) {
    let patience = std::time::Instant::now() + PATIENCE;
    let folder = folder.canonicalize().unwrap();
    let is_there = || {
        if let Ok(held) = std::fs::File::open(folder.join("held")) {
            return held.try_lock_shared().is_err();
        }
        let Ok(processes) = std::fs::read_dir("/proc") else {
            return false;
        };
        processes.flatten().any(|process| {
            std::fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == folder)
        })
    };
    while is_there() {
        assert!(std::time::Instant::now() < patience, "somebody is left");
        std::thread::yield_now();
    }
}

#[test]
fn a_lingering_child_does_not_delay_the_run() {
    let begun = std::time::Instant::now();
    check("sleep 30 & exit 0", AttemptResult::Done(None));
    assert!(begun.elapsed() < Duration::from_secs(15));
}

#[test]
fn the_programs_output_is_bounded_and_harmless() {
    let workshop = Workshop::new();
    workshop.write("much", &[b'x'; 300_000]);
    workshop.write("end", b"\x1b[2Jend\n");
    let AttemptResult::Again(why) = workshop.run("cat much >&2; cat end >&2; exit 1") else {
        panic!("not again");
    };
    assert!(why.chars().count() < 600, "{}", why.len());
    assert!(why.ends_with("x [2Jend"), "{why}");
    assert!(!why.chars().any(char::is_control));
}

#[test]
fn a_slow_reader_gets_the_whole_document() {
    let workshop = Workshop::new();
    let long = "x".repeat(1_000_000);
    let program = workshop.program("echo started; cat > copy");
    let delivery = wait(run(&program, &errand(&long), PATIENCE));
    let started = HookOutput::read(b"started");
    assert_eq!(delivery, AttemptResult::Done(started));
    assert!(workshop.read("copy").len() > 1_000_000);
}
