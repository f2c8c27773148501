//! Limits of the machine: a full disk, no file descriptors, pipes instead of files, an unwritable report.

use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use crate::program::{hear, seal};
use crate::world::{CommandOutput, Shop};

/// Runs a command line within limits set by the shell.
fn run_with_limits(limits: &str, shop: &Shop, line: &str) -> CommandOutput {
    let program = env!("CARGO_BIN_EXE_payctl");
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", &format!("{limits}; exec {program} {line}")])
        .current_dir(shop.folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // An instrumented binary would have to write its counts within the same limits.
    seal(&mut command)
        .envs(shop.environment.iter().cloned())
        .env("LLVM_PROFILE_FILE", "/dev/null");
    hear(command.spawn().unwrap())
}

fn shop() -> Shop {
    let shop = Shop::in_real_time();
    shop.exec("order create --number INV-1 --total 25000 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let paid = AttemptTruth::new("settlement", Rupiah::from_db(25_000));
    shop.simulator
        .handle()
        .set(MIDTRANS, "INV-1", paid)
        .unwrap();
    shop.use_machine_clock(true);
    shop
}

/// The message is plain: no words of the database engine, no panic.
#[track_caller]
fn check_plain_message(output: &CommandOutput, says: &str) {
    assert!(output.stderr.contains(says), "{}", output.all());
    for words in [
        "disk I/O",
        "database or disk is full",
        "unable to open",
        "panicked",
        "SqliteFailure",
    ] {
        assert!(!output.all().contains(words), "{}", output.all());
    }
}

#[test]
fn without_file_descriptors_nothing_begins() {
    let shop = shop();
    for line in [
        "check-all --fix",
        "order list",
        "expire",
        "fulfil",
        "webhook midtrans",
        "pay INV-1",
    ] {
        for most in [8, 10, 14] {
            let output =
                run_with_limits(&format!("ulimit -n {most}"), &shop, line).ended(Exit::Failed);
            check_plain_message(&output, "ulimit -n 1024");
        }
    }
    run_with_limits("ulimit -n 64", &shop, "check-all --fix").ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
}

#[test]
fn a_full_disk_is_reported_plainly() {
    let shop = shop();
    let orders: Vec<String> = (0..3_000)
        .map(|number| format!("{{\"number\":\"BULK-{number}\",\"total\":1000}}"))
        .collect();
    fs::write(shop.folder.path().join("orders.jsonl"), orders.join("\n")).unwrap();
    let full = "trap '' XFSZ; ulimit -f 600";
    let output = run_with_limits(full, &shop, "order import orders.jsonl").ended(Exit::Failed);
    check_plain_message(&output, "the disk");
    shop.exec("verify").ended(Exit::Clean);
    shop.exec("order import orders.jsonl").ended(Exit::Clean);
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn a_lost_report_does_not_stop_the_work() {
    for format in ["table", "json", "jsonl", "csv"] {
        let shop = shop();
        for job in ["check-all --fix", "expire", "fulfil"] {
            let full = File::options().write(true).open("/dev/full").unwrap();
            let mut program = shop.program(&format!("{job} -o {format}"));
            let output = hear(program.stdout(full).spawn().unwrap()).ended(Exit::Failed);
            assert!(
                output.stderr.contains("its report could not be written"),
                "{}",
                output.stderr
            );
        }
        assert_eq!(shop.order("INV-1")["status"], "fulfilled", "{format}");
        let open = "SELECT count(*) FROM runs WHERE ended_at IS NULL";
        assert_eq!(shop.count(open), 0, "{format}");
        shop.exec("verify").ended(Exit::Clean);
    }
}

#[test]
fn pipes_and_devices_are_refused_as_database() {
    let shop = shop();
    let folder = shop.folder.path();
    let pipe = folder.join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let started = Instant::now();
    for place in ["pipe", "/dev/null", "/dev/zero"] {
        for line in [
            "order list",
            "check-all --fix",
            "order create --number A --total 1",
            "migrate",
            "verify",
        ] {
            let output = shop
                .exec(&format!("{line} --db {place}"))
                .ended(Exit::Config);
            assert!(
                output.stderr.contains("is not a payctl database"),
                "{}",
                output.stderr
            );
        }
    }
    let children: Vec<_> = [
        ("order list --config pipe", Exit::Config),
        ("order import pipe", Exit::Failed),
        ("simulator run --script pipe", Exit::Failed),
    ]
    .map(|(line, exit)| (shop.start(line), exit))
    .into();
    for (child, exit) in children {
        let output = hear(child).ended(exit);
        assert!(
            output.stderr.contains("no program writes into it"),
            "{}",
            output.stderr
        );
    }
    assert!(started.elapsed() < Duration::from_secs(60));
    // A pipe with a writer works like a file.
    let reader = shop.start("order import pipe --as json");
    fs::write(&pipe, "{\"number\":\"INV-2\",\"total\":1000}\n").unwrap();
    hear(reader).ended(Exit::Clean);
    assert_eq!(shop.order("INV-2")["status"], "pending");
}
