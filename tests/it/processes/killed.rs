//! Every writing command is killed at arbitrary moments.

use std::process::Stdio;

use super::commands::{CUSTOMERS, JOBS, OPERATORS, WritingCommand};
use super::dice::{Dice, number};
use super::repeat::Undisturbed;
use super::stage::Stage;

const ROUNDS: u64 = 5;

/// Kills the command once and types it again; `false` if it had ended before.
fn kill_once(
    stage: &Stage,
    command: &WritingCommand,
    undisturbed: &Undisturbed,
    seed: u64,
) -> bool {
    let mut dice = Dice::of_line(seed, command.line);
    let moment = undisturbed.extent.moment(&mut dice);
    let line = stage.line(command);
    let what = format!("PAYCTL_KILL_SEED={seed}: {line}, killed at {moment:?}");
    stage.put_back();
    let mut program = stage.program(command);
    program.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = program.spawn().unwrap();
    let is_in_time = moment.wait(stage, &mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    undisturbed.check_repeated(stage, command, &what);
    is_in_time
}

fn check(commands: &[WritingCommand]) {
    let first = number("PAYCTL_KILL_SEED", 1);
    let rounds = number("PAYCTL_KILL_ROUNDS", ROUNDS);
    let mut killed = 0;
    for command in commands {
        let stage = Stage::new(command.setting);
        let undisturbed = Undisturbed::of(&stage, command);
        let seeds = first..first + rounds;
        let in_time = seeds.filter(|seed| kill_once(&stage, command, &undisturbed, *seed));
        let in_time = in_time.count();
        eprintln!("{}: {in_time} of {rounds} killed at work", command.line);
        killed += in_time;
    }
    assert!(killed > 0, "every process had ended before it was killed");
}

#[test]
fn a_customers_killed_command_can_be_repeated() {
    check(&CUSTOMERS);
}

#[test]
fn an_operators_killed_command_can_be_repeated() {
    check(&OPERATORS);
}

#[test]
fn a_killed_job_can_be_repeated() {
    check(&JOBS);
}
