//! A process is stopped while it holds a lock. Others answer within their patience, and once it goes on it ends without
//! harm.

use std::fs::{self, File};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use payctl::exit::Exit;
use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};

use super::aftermath::check_sound;
use super::commands::{Setting, WritingCommand, a_third_a_round};
use super::dice::Dice;
use super::moment::spin;
use super::repeat::{Undisturbed, deliver};
use super::stage::Stage;
use crate::program::hear;

/// How long a command waits for the database (docs/operations.md), and how long this machine may take to start it.
const PATIENCE: Duration = Duration::from_secs(10);
const START: Duration = Duration::from_secs(20);

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// Stops a process; `false` if it has ended.
fn stop(child: &mut Child) -> bool {
    send_if_alive(child, Signal::STOP);
    let state = format!("/proc/{}/stat", child.id());
    loop {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        let text = fs::read_to_string(&state).unwrap_or_default();
        let (_, after_name) = text.rsplit_once(") ").unwrap_or_default();
        if after_name.starts_with('T') {
            return true;
        }
        thread::yield_now();
    }
}

/// Whether somebody is writing to the database.
fn is_being_written(stage: &Stage) -> bool {
    let file = Connection::open(stage.shop.database()).unwrap();
    file.busy_timeout(Duration::ZERO).unwrap();
    file.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err()
}

/// Whether a process has recorded that it runs.
fn is_recorded(stage: &Stage, child: &Child) -> bool {
    let file = Connection::open(stage.shop.database()).unwrap();
    let statement = "SELECT count(*) FROM runs WHERE pid = ?1 AND ended_at IS NULL";
    let count: i64 = file
        .query_row(statement, [child.id()], |row| row.get(0))
        .unwrap();
    count > 0
}

/// Stops the command at an arbitrary moment and types it beside the stopped one.
fn stop_once(stage: &Stage, command: &WritingCommand, undisturbed: &Undisturbed, seed: u64) {
    let mut dice = Dice::of_line(seed, command.line);
    let moment = undisturbed.extent.moment(&mut dice);
    let line = stage.line(command);
    let what = format!("PAYCTL_KILL_SEED={seed}: {line}, stopped at {moment:?}");
    stage.put_back();
    let mut first = stage.program(command).spawn().unwrap();
    moment.wait(stage, &mut first);
    // Whoever waits for a stopped writer waits for ten seconds; that has a test of its own.
    if stop(&mut first) && !is_being_written(stage) {
        stage.shop.exec("order list").ended(Exit::Clean);
        check_sound(stage, &what);
        let second = stage.run(command);
        let is_expected =
            command.may_end(second.exit) || matches!(second.exit, Exit::Busy | Exit::Partial);
        assert!(is_expected, "{what}, beside it\n{}", second.all());
    }
    send_if_alive(&mut first, Signal::CONT);
    let first = hear(first);
    // If it was stopped between a gateway's time and its own, it trusts neither and leaves the rest to the next run.
    let has_doubts = first.all().contains("no deadline can be trusted");
    if has_doubts {
        stage.run(command);
    }
    let is_expected = has_doubts
        || command.may_end(first.exit)
        || matches!(first.exit, Exit::Busy | Exit::Partial);
    assert!(is_expected, "{what}\n{}", first.all());
    deliver(stage);
    check_sound(stage, &what);
    undisturbed.compare(stage, &format!("{what}\n{}", first.all()));
}

fn send_if_alive(child: &mut Child, signal: Signal) {
    if child.try_wait().unwrap().is_none() {
        send(child, signal);
    }
}

#[test]
fn a_stopped_command_ends_without_harm() {
    for (seed, command) in a_third_a_round() {
        let stage = Stage::new(command.setting);
        let undisturbed = Undisturbed::of(&stage, &command);
        stop_once(&stage, &command, &undisturbed, seed);
    }
}

#[test]
fn a_stopped_jobs_lock_turns_others_away() {
    let stage = Stage::new(Setting::Shop);
    for job in ["check-all --fix", "expire", "fulfil", "cleanup"] {
        let name = job.split(' ').next().unwrap();
        stage.put_back();
        let lock = File::create(
            stage
                .shop
                .folder
                .path()
                .join(format!("shop.db.{name}.lock")),
        )
        .unwrap();
        let mut first = stage.shop.start(job);
        let patience = Instant::now() + START;
        loop {
            if lock.try_lock().is_err() && stop(&mut first) {
                break;
            }
            lock.unlock().unwrap();
            let has_ended = first.try_wait().unwrap().is_some();
            if has_ended {
                first = stage.shop.start(job);
            }
            assert!(Instant::now() < patience, "{job} was never stopped at work");
            spin(Duration::from_micros(200));
        }
        if !is_being_written(&stage) {
            let started = Instant::now();
            let second = stage.shop.exec(job).ended(Exit::Busy);
            assert!(started.elapsed() < START);
            let who = format!("process {}", first.id());
            // It may have been stopped between taking the lock and saying who has it.
            assert_eq!(
                second.stderr.contains(&who),
                is_recorded(&stage, &first),
                "{}",
                second.all()
            );
            stage
                .shop
                .exec("order create --number NEW-1 --line show:1")
                .ended(Exit::Clean);
            stage
                .shop
                .exec("approve NEW-1 --yes --reason cash")
                .ended(Exit::Clean);
        }
        send(&first, Signal::CONT);
        hear(first).ended(Exit::Clean);
        deliver(&stage);
        check_sound(&stage, job);
    }
}

/// Starts an import and stops it in the middle of a transaction.
fn stopped_writer(stage: &Stage) -> Child {
    let orders =
        (0..2_000).map(|number| format!("{{\"number\":\"BULK-{number}\",\"total\":1000}}\n"));
    let file = stage.shop.folder.path().join("bulk.jsonl");
    for round in 1..50 {
        stage.put_back();
        fs::write(&file, orders.clone().collect::<String>()).unwrap();
        let mut import = stage.shop.start("order import bulk.jsonl");
        spin(Duration::from_millis(10 * round));
        if stop(&mut import) && is_being_written(stage) {
            return import;
        }
        import.kill().unwrap();
        import.wait().unwrap();
    }
    panic!("no import was stopped while it wrote");
}

#[test]
fn a_stopped_writer_makes_others_wait_briefly() {
    let stage = Stage::new(Setting::Shop);
    let import = stopped_writer(&stage);
    let started = Instant::now();
    let waiting = [
        "order create --number NEW-1 --line show:1",
        "approve BARE-1 --yes --reason cash",
        "check-all --fix",
        "expire",
        "fulfil",
        "cleanup",
    ];
    let waiting = waiting.map(|line| (line, stage.shop.start(line)));
    // Whoever only reads does not wait.
    for line in ["order list", "why PAID-1", "check-all", "verify"] {
        let output = stage.shop.exec(line);
        let expected = [Exit::Clean, Exit::Attention];
        assert!(expected.contains(&output.exit), "{line}\n{}", output.all());
    }
    assert!(
        started.elapsed() < PATIENCE,
        "a reader waited for the writer"
    );
    for (line, child) in waiting {
        let output = hear(child).ended(Exit::Failed);
        let says = ["another program has locked the database", "try again"];
        for part in says {
            assert!(output.stderr.contains(part), "{line}\n{}", output.all());
        }
    }
    assert!(started.elapsed() < PATIENCE + START);
    send(&import, Signal::CONT);
    hear(import).ended(Exit::Clean);
    stage.shop.exec("check-all --fix").ended(Exit::Clean);
    stage.shop.exec("fulfil").ended(Exit::Clean);
    check_sound(&stage, "after the stopped writer");
}
