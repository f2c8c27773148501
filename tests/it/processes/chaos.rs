//! Processes of all kinds work on one file at once, by a seeded script.

use std::thread;

use payctl::exit::Exit;
use payctl::simulator::MIDTRANS;

use super::aftermath::{aftermath, check_sound};
use super::commands::{Setting, WritingCommand, writing};
use super::dice::{Dice, number};
use super::repeat::deliver;
use super::stage::Stage;
use crate::program::hear;
use crate::world::CommandOutput;

const ROUNDS: u64 = 2;
const HANDS: u64 = 8;
const COMMANDS: u64 = 6;

/// What only looks.
const LOOKS: [&str; 8] = [
    "verify",
    "order list -o json",
    "why PAID-1",
    "check-all",
    "case list",
    "refund list --all",
    "fulfil list --all",
    "expire --dry-run",
];

/// One command that may end in any documented way except that it was typed wrong.
#[track_caller]
fn check_end(line: &str, output: &CommandOutput) {
    let all = output.all();
    assert!(output.exit != Exit::Usage, "{line}\n{all}");
    for word in ["panicked", "locked", "SqliteFailure"] {
        assert!(!all.contains(word), "{line}\n{all}");
    }
    if line == "verify" {
        assert_eq!(output.exit, Exit::Clean, "{line}\n{all}");
    }
}

/// What one of them types, one after another.
fn work(stage: &Stage, commands: &[&WritingCommand], hand: u64, dice: &mut Dice) {
    for number in 0..COMMANDS {
        let line = match dice.below(10) {
            0..3 => dice.pick(&LOOKS).to_owned(),
            // More than there are.
            3 | 4 => {
                format!("order create --number C-{hand}-{number} --line book:2 --expires-in 1h")
            }
            5 => format!(
                "approve C-{hand}-{} --yes --reason cash",
                dice.below(COMMANDS)
            ),
            _ => {
                let command = dice.pick(commands);
                check_end(command.line, &stage.run(command));
                continue;
            }
        };
        check_end(&line, &hear(stage.shop.start(&line)));
    }
}

fn round(seed: u64) {
    eprintln!("PAYCTL_KILL_SEED={seed}");
    let stage = Stage::new(Setting::Shop);
    let commands: Vec<WritingCommand> = writing()
        .filter(|command| command.setting == Setting::Shop)
        .collect();
    let commands: Vec<&WritingCommand> = commands.iter().collect();
    thread::scope(|scope| {
        for hand in 0..HANDS {
            let (stage, commands) = (&stage, &commands);
            let mut dice = Dice::of(seed * HANDS + hand);
            scope.spawn(move || work(stage, commands, hand, &mut dice));
        }
    });
    let what = format!("PAYCTL_KILL_SEED={seed}");
    for line in ["check-all --fix", "expire"] {
        let output = stage.shop.exec(line);
        let expected = [Exit::Clean, Exit::Attention];
        assert!(expected.contains(&output.exit), "{what}\n{}", output.all());
    }
    deliver(&stage);
    check_sound(&stage, &what);
    check_once(&stage, &what);
}

/// No more was sold than there is, and the gateway did nothing twice.
fn check_once(stage: &Stage, what: &str) {
    let over = "SELECT count(*) FROM products WHERE held + sold > capacity";
    assert_eq!(stage.shop.count(over), 0, "{what}");
    let twice = "SELECT count(*) FROM (SELECT 1 FROM tickets GROUP BY order_line_id, unit HAVING count(*) > 1)";
    assert_eq!(stage.shop.count(twice), 0, "{what}");
    let done = aftermath(stage);
    let refunds = done
        .lines()
        .find(|line| line.contains("refunds of BACK-1"))
        .unwrap();
    assert!(refunds.starts_with(['0', '1']), "{what}: {refunds}");
    // Of the payments of one order that were opened here, one at most is open.
    let open = "SELECT count(*) FROM (SELECT 1 FROM payments WHERE status IN ('created', 'pending')
        AND reference <> 'ATT-1' AND gateway <> 'manual' GROUP BY order_id HAVING count(*) > 1)";
    assert_eq!(stage.shop.count(open), 0, "{what}\n{done}");
    assert!(
        stage
            .shop
            .simulator
            .handle()
            .asked_about(MIDTRANS, "PAID-1")
            > 0
            || !done.contains("PAID-1 paid")
    );
}

#[test]
fn processes_of_all_kinds_share_one_file() {
    let first = number("PAYCTL_KILL_SEED", 1);
    for seed in first..first + number("PAYCTL_KILL_ROUNDS", ROUNDS) {
        round(seed);
    }
}
