//! Every writing command is killed at arbitrary moments. Typed again, it ends as if nobody had disturbed it: as if it
//! had been typed once, or twice.

use std::process::Stdio;
use std::time::Duration;

use payctl::exit::Exit;

use super::aftermath::{aftermath, check_sound};
use super::commands::{CUSTOMERS, JOBS, OPERATORS, Setting, WritingCommand};
use super::dice::{Dice, number};
use super::moment::Extent;
use super::stage::Stage;
use crate::books::difference;
use crate::hooks::finish_surviving_hooks;
use crate::world::CommandOutput;

const ROUNDS: u64 = 5;

/// A command that nobody disturbs.
struct Undisturbed {
    extent: Extent,
    /// What the shop comes to when it is typed once, and when it is typed twice.
    aftermaths: [String; 2],
}

impl Undisturbed {
    fn of(stage: &Stage, command: &WritingCommand) -> Self {
        let line = stage.line(command);
        let (extent, first) = Extent::measure(stage, command);
        let is_written = extent.log_bytes > 0 || stage.setting != Setting::Shop;
        assert!(is_written, "{line} had nothing to do\n{}", first.all());
        let settled = |output: CommandOutput, exit| {
            assert_eq!(output.exit, exit, "{line}\n{}", output.all());
            deliver(stage);
            check_sound(stage, &line);
            aftermath(stage)
        };
        let [work, again] = command.ends;
        let once = settled(first, work);
        let twice = settled(stage.run(command), again);
        Self {
            extent,
            aftermaths: [once, twice],
        }
    }
}

/// Carries out the effects that are left.
fn deliver(stage: &Stage) {
    if stage.setting == Setting::Shop {
        finish_hooks(stage);
        let delivered = stage.shop.exec("fulfil");
        let expected = [Exit::Clean, Exit::Attention];
        assert!(expected.contains(&delivered.exit), "{}", delivered.all());
    }
}

/// Lets hooks that outlived their process finish.
fn finish_hooks(stage: &Stage) {
    if stage.setting == Setting::Shop
        && stage
            .shop
            .count("SELECT count(*) FROM effects WHERE status = 'running'")
            > 0
    {
        finish_surviving_hooks(&stage.shop);
    }
}

/// What `pay` says while the killed process might still open the payment at a gateway that takes no key.
const OPENING_UNDER_WAY: &str = "another process may still be waiting for the gateway's answer";

/// Types it once more when the killed process cannot be waiting any more.
fn continue_opening(stage: &Stage, waiting: CommandOutput, line: &str) -> CommandOutput {
    assert!(waiting.stdout.contains("run the command again to continue"));
    stage.shop.after_machine_time(Duration::from_secs(120));
    let again = stage.shop.run(line);
    stage.shop.run("fulfil").ended(Exit::Clean);
    stage.shop.run("verify").ended(Exit::Clean);
    again
}

/// Kills the command once and types it again.
fn kill_once(
    stage: &Stage,
    command: &WritingCommand,
    undisturbed: &Undisturbed,
    seed: u64,
) -> bool {
    let line = stage.line(command);
    let moment = undisturbed
        .extent
        .moment(&mut Dice::of_line(seed, command.line));
    let what = format!("PAYCTL_KILL_SEED={seed}: {line}, killed at {moment:?}");
    stage.put_back();
    let mut program = stage.program(command);
    program.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = program.spawn().unwrap();
    let is_in_time = moment.wait(stage, &mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    check_sound(stage, &what);
    finish_hooks(stage);
    let mut again = stage.run(command);
    if again.stdout.contains(OPENING_UNDER_WAY) {
        again = continue_opening(stage, again.ended(Exit::Partial), &line);
    } else {
        deliver(stage);
        check_sound(stage, &what);
    }
    let expected = command.ends.into_iter().chain(command.after_a_kill);
    let is_expected = expected.into_iter().any(|exit| exit == again.exit);
    assert!(is_expected, "{what}\n{}", again.all());
    let found = aftermath(stage);
    if !undisturbed.aftermaths.contains(&found) {
        let difference = difference(&undisturbed.aftermaths[0], &found);
        panic!("{what}\n{difference}\n{}", again.all());
    }
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
        eprintln!(
            "{}: {in_time} of {rounds} killed at work, {:?}",
            command.line, undisturbed.extent
        );
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
