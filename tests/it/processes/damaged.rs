//! Bytes of the file are wrong: every command ends in a documented way, and `verify` calls nothing sound that is not.

use std::fs;

use payctl::exit::Exit;
use rusqlite::Connection;

use super::commands::{Setting, WritingCommand, writing};
use super::dice::{Dice, number};
use super::stage::Stage;
use crate::program::hear;
use crate::world::CommandOutput;

const ROUNDS: u64 = 40;
const PAGE: u64 = 4096;

/// What only reads, beside `verify`.
const LOOKS: [&str; 6] = [
    "order list",
    "order show PAID-1",
    "why PAID-1",
    "check-all",
    "case list",
    "refund list --all",
];

/// The file with the work of one command still in its log.
fn leave_log(stage: &Stage, command: &WritingCommand) {
    let reader = stage.reader().unwrap();
    let read = reader.query_row("SELECT count(*) FROM orders", [], |_| Ok(()));
    read.unwrap();
    stage.run(command);
    let [file, log] = ["shop.db", "shop.db-wal"].map(|name| stage.shop.folder.path().join(name));
    let kept = [&file, &log].map(|path| fs::read(path).unwrap());
    drop(reader);
    fs::write(file, &kept[0]).unwrap();
    fs::write(log, &kept[1]).unwrap();
}

/// Makes some bytes wrong and says which.
fn damage(stage: &Stage, dice: &mut Dice) -> String {
    let path = stage.shop.database();
    let mut bytes = fs::read(&path).unwrap();
    let pages = bytes.len() as u64 / PAGE;
    let mut done = Vec::new();
    for _ in 0..=dice.below(3) {
        let page = dice.below(pages);
        let start = usize::try_from(page * PAGE).unwrap();
        let slice = &mut bytes[start..start + usize::try_from(PAGE).unwrap()];
        match dice.below(4) {
            0 => slice.fill(0),
            1 => slice.fill(u8::try_from(dice.below(256)).unwrap()),
            _ => {
                for _ in 0..=dice.below(40) {
                    let at = usize::try_from(dice.below(PAGE)).unwrap();
                    slice[at] ^= u8::try_from(1 + dice.below(255)).unwrap();
                }
            }
        }
        done.push(page + 1);
    }
    if dice.below(8) == 0 {
        let left = usize::try_from(dice.below(pages) * PAGE + dice.below(PAGE)).unwrap();
        bytes.truncate(left);
        done.push(0);
    }
    fs::write(path, bytes).unwrap();
    format!("pages {done:?} of {pages}")
}

/// What SQLite itself says.
fn is_sound_to_sqlite(stage: &Stage) -> bool {
    let check = || -> rusqlite::Result<bool> {
        let file = Connection::open(stage.shop.database())?;
        let word: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        let mut foreign = file.prepare("PRAGMA foreign_key_check")?;
        let is_foreign = foreign.query([])?.next()?.is_some();
        Ok(word == "ok" && !is_foreign)
    };
    check().unwrap_or(false)
}

#[track_caller]
fn check_end(stage: &Stage, line: &str, output: &CommandOutput, what: &str) {
    let all = output.all();
    assert!(output.exit != Exit::Usage, "{what}: {line}\n{all}");
    assert!(!all.contains("panicked"), "{what}: {line}\n{all}");
    // A row of several may fail alone.
    if output.stderr.contains("payctl: ") && output.stderr.contains("damaged") {
        let file = stage.shop.database();
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(all.contains(name), "{what}: {line}\n{all}");
        assert!(all.contains("backup"), "{what}: {line}\n{all}");
    }
}

fn check(seed: u64, commands: &[&WritingCommand], stage: &Stage) -> Exit {
    let mut dice = Dice::of(seed);
    stage.put_back();
    if dice.below(2) == 0 {
        leave_log(stage, dice.pick(commands));
    }
    let what = format!("PAYCTL_KILL_SEED={seed}: {}", damage(stage, &mut dice));
    let verified = stage.shop.exec("verify");
    check_end(stage, "verify", &verified, &what);
    if verified.exit == Exit::Clean {
        assert!(is_sound_to_sqlite(stage), "{what}\n{}", verified.all());
    }
    let look = dice.pick(&LOOKS);
    check_end(stage, look, &hear(stage.shop.start(look)), &what);
    for _ in 0..2 {
        let command = dice.pick(commands);
        check_end(stage, command.line, &stage.run(command), &what);
    }
    verified.exit
}

#[test]
fn damaged_pages_are_never_called_sound() {
    let first = number("PAYCTL_KILL_SEED", 1);
    let commands: Vec<WritingCommand> = writing()
        .filter(|command| command.setting == Setting::Shop)
        .collect();
    let commands: Vec<&WritingCommand> = commands.iter().collect();
    let stage = Stage::new(Setting::Shop);
    let seeds = first..first + number("PAYCTL_KILL_ROUNDS", ROUNDS);
    let exits: Vec<Exit> = seeds.map(|seed| check(seed, &commands, &stage)).collect();
    let found = exits.iter().filter(|exit| **exit != Exit::Clean).count();
    eprintln!("verify found {found} of {} damages", exits.len());
    assert!(
        found > exits.len() / 4,
        "the damage is too small to be found"
    );
}
