//! One run reads a wrong clock, by libfaketime: nothing ends by it, and the next runs put right what it left.

use std::path::Path;

use payctl::exit::Exit;

use super::aftermath::{aftermath, check_sound};
use super::commands::{Setting, WritingCommand, a_third_a_round, writing};
use super::dice::Dice;
use super::stage::Stage;
use crate::books::difference;
use crate::program::hear;
use crate::world::CommandOutput;

const LIBRARIES: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
];

/// Minutes, days and months, ahead and behind.
const OFFSETS: [&str; 6] = ["+10m", "-10m", "+2d", "-2d", "+70d", "-70d"];

/// What cron runs, and what queries gateways.
const JOBS: [&str; 3] = ["check-all --fix", "expire", "check-status PAID-1 --fix"];

fn library() -> Option<&'static str> {
    let found = LIBRARIES.into_iter().find(|path| Path::new(path).exists());
    if found.is_none() {
        eprintln!("skipped: libfaketime is not installed");
    }
    found
}

/// Runs the command under a clock that is off by this much.
fn run_at(stage: &Stage, command: &WritingCommand, library: &str, offset: &str) -> CommandOutput {
    let mut program = stage.program(command);
    program.envs([
        ("LD_PRELOAD", library),
        ("FAKETIME", offset),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ]);
    hear(program.spawn().unwrap())
}

/// What cron does afterwards, with the right clock, until it has nothing left to say.
fn settle(stage: &Stage, what: &str) -> String {
    for line in ["check-all --fix", "expire", "fulfil"] {
        let output = stage.shop.exec(line);
        let expected = [Exit::Clean, Exit::Attention];
        assert!(expected.contains(&output.exit), "{what}\n{}", output.all());
    }
    // A clock that was behind has made this effect due.
    stage.run(&replay());
    stage.shop.exec("check-all --fix").ended(Exit::Clean);
    check_sound(stage, what);
    aftermath(stage)
}

fn replay() -> WritingCommand {
    let mut replays = writing().filter(|command| command.line.starts_with("fulfil --replay"));
    replays.next().unwrap()
}

/// The orders that have ended, and the payments that payctl will not query again.
fn ended(stage: &Stage) -> [i64; 2] {
    [
        "SELECT count(*) FROM orders WHERE status IN ('expired', 'cancelled')",
        "SELECT count(*) FROM payments WHERE next_check_at IS NULL AND gateway <> 'manual'",
    ]
    .map(|sql| stage.shop.count(sql))
}

#[test]
fn a_wrong_clock_ends_nothing() {
    let Some(library) = library() else {
        return;
    };
    let stage = Stage::new(Setting::Shop);
    for command in writing().filter(|command| JOBS.contains(&command.line)) {
        stage.put_back();
        stage.run(&command);
        let right = settle(&stage, command.line);
        for offset in OFFSETS {
            stage.put_back();
            let before = ended(&stage);
            let what = format!("{}, clock {offset}", command.line);
            let output = run_at(&stage, &command, library, offset);
            assert_eq!(output.exit, Exit::Attention, "{what}\n{}", output.all());
            assert!(output.all().contains("clock"), "{what}\n{}", output.all());
            assert_eq!(ended(&stage), before, "{what}\n{}", output.all());
            let wrong = settle(&stage, &what);
            assert_eq!(difference(&right, &wrong), "", "{what}");
        }
    }
}

#[test]
fn every_command_survives_a_wrong_clock() {
    let Some(library) = library() else {
        return;
    };
    let stage = Stage::new(Setting::Shop);
    for (seed, command) in a_third_a_round() {
        let mut dice = Dice::of_line(seed, command.line);
        let offset = dice.pick(&OFFSETS);
        let what = format!("{}, clock {offset}", command.line);
        stage.put_back();
        let output = run_at(&stage, &command, library, offset);
        assert!(output.exit != Exit::Usage, "{what}\n{}", output.all());
        settle(&stage, &what);
    }
}
