//! On Windows the system ends a hook, and all that it has started, with the run that started it.

use std::process::Stdio;

use payctl::exit::Exit;

use super::{await_started, release, shop_with_killed_run, statuses};
use crate::effects::{lines, queued};
use crate::program::hear;

#[test]
fn a_killed_run_takes_its_hook_along() {
    let shop = shop_with_killed_run("timeout = \"60s\"\n");
    let run = shop.start("fulfil");
    await_started(&shop, 2);
    release(&shop, "go");
    hear(run).ended(Exit::Clean);
    assert_eq!(lines(&shop, "keys").len(), 1);
    assert_eq!(statuses(&shop), ["done"]);
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn what_a_hook_leaves_behind_delays_nobody() {
    // It has the output of the hook open, too.
    let script = "flock held sleep 20 &\nuntil test -f held; do sleep 0.02; done\necho rina\n";
    let shop = queued(1, script, "");
    // Whoever reads the run through a pipe would wait for what has inherited that, too.
    let ran = shop
        .program("fulfil")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(ran.unwrap().success());
    assert_eq!(statuses(&shop), ["done"]);
    let held = std::fs::File::open(shop.folder.path().join("held")).unwrap();
    assert!(held.try_lock_shared().is_err(), "it lives on");
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn a_timeout_ends_what_a_hook_started() {
    let script = "flock held sleep 600 &\nuntil test -f held; do sleep 0.02; done\nsleep 600\n";
    let shop = queued(1, script, "timeout = \"2s\"\n");
    shop.exec("fulfil").ended(Exit::Partial);
    let held = std::fs::File::open(shop.folder.path().join("held")).unwrap();
    held.lock_shared().unwrap();
    assert_eq!(statuses(&shop), ["waiting"]);
}
