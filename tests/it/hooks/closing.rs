//! Hooks that close all inherited files, as sudo and daemons do.

use payctl::exit::Exit;

use super::{PATIENT, await_started, finish_surviving_hooks, release, statuses, summary};
use crate::effects::{lines, queued};

/// Closes every file by its number, which only bash can do.
const CLOSING: &str = "test -n \"$BASH_VERSION\" || exec bash \"$0\"\n\
    for file in /proc/self/fd/*; do n=${file##*/}; test $n -gt 2 && eval \"exec $n>&-\"; done\n";

/// The same, but continues in a background process after the first process has ended.
const IN_THE_BACKGROUND: &str = "test -n \"$BASH_VERSION\" || exec bash \"$0\"\n\
    for file in /proc/self/fd/*; do n=${file##*/}; test $n -gt 2 && eval \"exec $n>&-\"; done\n\
    ( ";

#[test]
fn a_detached_hook_is_not_started_again() {
    let background = PATIENT.trim_end();
    for script in [
        format!("{CLOSING}{PATIENT}"),
        // The first process of the group is gone, but the group lives.
        format!("{IN_THE_BACKGROUND}{background}\n) & exit 0\n"),
    ] {
        let shop = queued(1, &script, "timeout = \"60s\"\n");
        let mut child = shop.start("fulfil");
        await_started(&shop, 1);
        child.kill().unwrap();
        child.wait().unwrap();
        if statuses(&shop) == ["done"] {
            // The hook had ended before; its children do not matter.
            release(&shop, "go");
            continue;
        }
        for _ in 0..2 {
            let output = shop.exec("fulfil -o json").ended(Exit::Clean);
            assert_eq!(summary(&output, "under_way"), 1, "{script}");
        }
        assert_eq!(lines(&shop, "begun").len(), 1);
        release(&shop, "go");
        finish_surviving_hooks(&shop);
        shop.exec("fulfil").ended(Exit::Clean);
        assert_eq!(statuses(&shop), ["done"]);
        assert_eq!(lines(&shop, "begun"), vec!["e1-paid-vpn-1"; 2]);
        shop.exec("verify").ended(Exit::Clean);
    }
}
