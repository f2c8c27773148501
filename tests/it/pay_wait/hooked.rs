//! Effects executed at the end of a wait, and waits of separate processes.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command};

use payctl::exit::Exit;
use serde_json::Value;

use super::{CREATE, PAY};
use crate::effects;
use crate::program::hear;
use crate::world::Shop;

/// A shop whose hook makes an account on payment, once per key.
fn hooked(shop: Shop) -> Shop {
    let shop = effects::hooked(shop, "echo \"$PAYCTL_EFFECT_KEY\" >> keys\n", "");
    shop.run(CREATE).ended(Exit::Clean);
    shop.wait_for_processes("INV-1");
    shop
}

fn accounts(shop: &Shop) -> usize {
    let keys = std::fs::read_to_string(shop.folder.path().join("keys"));
    keys.unwrap_or_default().lines().count()
}

#[test]
fn the_waiting_command_executes_due_effects() {
    for line in [&format!("{PAY} --wait"), "watch INV-1"] {
        let shop = hooked(Shop::new());
        shop.run(PAY).ended(Exit::Clean);
        shop.is_paid();
        let output = shop.run(line).ended(Exit::Clean);
        assert!(output.stderr.contains("effects: 1"), "{}", output.all());
        assert_eq!(accounts(&shop), 1, "{line}");
        assert_eq!(shop.order("INV-1")["status"], "fulfilled");
        shop.run("watch INV-1").ended(Exit::Clean);
        assert_eq!(accounts(&shop), 1, "{line}, and a second watch");
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn a_failed_effect_is_reported_and_retried_later() {
    let shop = effects::hooked(Shop::new(), "exit 1\n", "");
    shop.run(CREATE).ended(Exit::Clean);
    shop.run(PAY).ended(Exit::Clean);
    shop.is_paid();
    let output = shop
        .run(&format!("{PAY} --wait -o json"))
        .ended(Exit::Partial);
    assert_eq!(output.json()["order_status"], "paid");
    assert_eq!(output.json()["exit"], 4);
}

/// Starts a process that shows how to pay and then waits for the payment.
fn waiting(shop: &Shop) -> (Child, BufReader<ChildStdout>) {
    let line = format!("{PAY} --wait --interval 100ms --timeout 60s -o jsonl");
    let mut child = shop.start(&line);
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut shown = String::new();
    output.read_line(&mut shown).unwrap();
    assert!(shown.contains("\"opened\""), "{shown}");
    (child, output)
}

#[test]
fn a_waiting_program_learns_of_the_payment() {
    let shop = hooked(Shop::in_real_time());
    let (mut child, output) = waiting(&shop);
    shop.is_paid();
    let last = output.lines().map(Result::unwrap).last().unwrap();
    let done: Value = serde_json::from_str(&last).unwrap();
    assert_eq!(done["paid"], true);
    assert!(child.wait().unwrap().success());
    assert_eq!(accounts(&shop), 1);
}

#[test]
#[cfg_attr(windows, ignore = "a signal by kill")]
fn a_signal_ends_the_wait_without_changes() {
    let shop = Shop::in_real_time();
    shop.exec(CREATE).ended(Exit::Clean);
    let (child, output) = waiting(&shop);
    shop.await_query();
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let last = output.lines().map(Result::unwrap).last().unwrap();
    let done: Value = serde_json::from_str(&last).unwrap();
    assert_eq!(done["because"], "interrupted");
    hear(child).ended(Exit::Attention);
    assert_eq!(shop.order("INV-1")["status"], "pending");
    shop.exec("verify").ended(Exit::Clean);
}
