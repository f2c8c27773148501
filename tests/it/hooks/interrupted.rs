//! A run with hooks that a person interrupts.

use std::process::{Child, Command};

use payctl::exit::Exit;

use super::{PATIENT, await_started, release, statuses, summary};
use crate::effects::{lines, queued};
use crate::program::hear;

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([name, &id]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn an_interrupt_starts_nothing_and_retries_unfinished_work() {
    let shop = queued(6, PATIENT, "");
    let child = shop.start("fulfil -o json");
    await_started(&shop, 4);
    signal(&child, "-INT");
    for number in 1..=3 {
        release(&shop, &format!("go-INV-{number}"));
    }
    let output = hear(child).ended(Exit::Partial);
    assert_eq!(summary(&output, "ended"), "interrupted");
    assert_eq!(summary(&output, "done"), 3);
    assert_eq!(output.json()["exit"], 4);
    assert_eq!(lines(&shop, "begun").len(), 4);
    let after = ["done", "done", "done", "running", "queued", "queued"];
    assert_eq!(statuses(&shop), after);

    release(&shop, "go");
    let output = shop.exec("fulfil -o json").ended(Exit::Clean);
    assert_eq!(summary(&output, "done"), 3);
    let mut keys = lines(&shop, "keys");
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 6);
    shop.exec("verify").ended(Exit::Clean);
}
