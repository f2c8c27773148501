//! Every writing command on a disk that is full, or becomes full while it works.

use std::fs::File;
use std::io::Write;

use payctl::exit::Exit;

use super::commands::{Input, Setting, WritingCommand, a_third_a_round, writing};
use super::dice::Dice;
use super::mount::Mount;
use super::repeat::Undisturbed;
use super::stage::Stage;
use crate::world::CommandOutput;

/// Room for the shop and what each command writes.
const SIZE: &str = "4m";
const PAGE: u64 = 4096;

/// Fills the disk except for this many pages.
fn fill(stage: &Stage, left: u64) {
    let path = stage.shop.folder.path().join("filler");
    let mut filler = File::create(&path).unwrap();
    let page = [0; PAGE as usize];
    while filler.write_all(&page).is_ok() {}
    let length = filler.metadata().unwrap().len();
    filler
        .set_len(length.saturating_sub(left * PAGE) / PAGE * PAGE)
        .unwrap();
}

fn make_room(stage: &Stage) {
    std::fs::remove_file(stage.shop.folder.path().join("filler")).unwrap();
}

/// Whoever fails says that it was the disk, and what to do, in plain words.
#[track_caller]
fn check_message(command: &WritingCommand, output: &CommandOutput, what: &str) {
    let all = output.all();
    for word in ["panicked", "SqliteFailure", "disk I/O error"] {
        assert!(!all.contains(word), "{what}\n{all}");
    }
    let is_request = matches!(
        command.input,
        Input::PostedNotification | Input::ExpiryRequest
    );
    if is_request && !output.stdout.starts_with("Status: 200") {
        assert!(output.stdout.starts_with("Status: 50"), "{what}\n{all}");
        assert!(all.contains("disk"), "{what}\n{all}");
    } else if output.exit == Exit::Failed && !command.ends.contains(&Exit::Failed) {
        assert!(all.contains("disk"), "{what}\n{all}");
    }
    let is_known = command.may_end(output.exit)
        || matches!(output.exit, Exit::Failed | Exit::Partial | Exit::Attention);
    assert!(is_known, "{what}\n{all}");
}

/// Tries each command with this many pages left.
fn check(commands: impl Iterator<Item = (u64, WritingCommand)>) {
    let mut failed = 0;
    for (left, command) in commands {
        let stage = Stage::new(command.setting);
        let undisturbed = Undisturbed::of(&stage, &command);
        let Some(_mount) = Mount::tmpfs(stage.shop.folder.path(), SIZE) else {
            return;
        };
        stage.put_back();
        fill(&stage, left);
        let what = format!("{}, {left} pages left on the disk", stage.line(&command));
        let output = stage.run(&command);
        check_message(&command, &output, &what);
        failed += usize::from(output.all().contains("disk"));
        make_room(&stage);
        undisturbed.check_repeated(&stage, &command, &format!("{what}\n{}", output.all()));
    }
    eprintln!("{failed} commands failed");
    assert!(failed > 0, "no command noticed");
}

#[test]
fn a_full_disk_breaks_nothing() {
    check(writing().map(|command| (0, command)));
}

#[test]
fn a_disk_that_fills_breaks_nothing() {
    check(a_third_a_round().map(|(seed, command)| {
        let left = 8 + Dice::of_line(seed, command.line).below(60);
        (left, command)
    }));
}

/// What cannot be recorded would look well for as long as the last run that could be.
#[test]
fn readers_say_that_the_disk_is_full() {
    let stage = Stage::new(Setting::Shop);
    let Some(_mount) = Mount::tmpfs(stage.shop.folder.path(), SIZE) else {
        return;
    };
    stage.put_back();
    let said = |line: &str| {
        let output = stage.shop.exec(line);
        output.all().contains("disk is full")
    };
    for line in ["schedule list", "status"] {
        assert!(!said(line), "{line}");
        fill(&stage, 0);
        assert!(said(line), "{line}");
        stage.shop.exec(line).ended(Exit::Attention);
        make_room(&stage);
    }
}
