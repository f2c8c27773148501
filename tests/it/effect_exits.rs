//! The exit code and document of a command include the effects it executes at its end.

use std::fs;
use std::time::Duration;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};
use serde_json::Value;

use crate::effects::{hooked, lines};
use crate::notification;
use crate::world::{CommandOutput, Shop};

const FAILS: &str = "echo try >> tries; exit 1\n";
const WORKS: &str = "echo try >> tries\n";

/// The exit in the document or in its last line.
fn document_exit(output: &CommandOutput) -> Value {
    let last = output.stdout.lines().last().unwrap();
    let line: Value = serde_json::from_str(last).unwrap_or_else(|_| output.json());
    line["exit"].clone()
}

/// Two waiting orders: INV-1 for the gateway's answer, INV-2 for an approval.
fn create_orders(shop: &Shop) {
    let place = "order create --total 25000 --number";
    shop.run(&format!("{place} INV-1 --gateway midtrans --method qris"))
        .ended(Exit::Clean);
    shop.run(&format!("{place} INV-2")).ended(Exit::Clean);
    let paid = AttemptTruth::new("settlement", Rupiah::from_db(25_000));
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-1", paid).unwrap();
}

const COMMANDS: [&str; 2] = ["check-all --fix", "approve INV-2 --yes --reason cash"];

#[test]
fn the_documents_exit_is_the_processs_exit() {
    for (script, exit) in [(WORKS, Exit::Clean), (FAILS, Exit::Partial)] {
        let shop = hooked(Shop::new(), script, "");
        create_orders(&shop);
        for (command, format) in COMMANDS.iter().zip(["json", "jsonl"]) {
            let output = shop.run(&format!("{command} -o {format}")).ended(exit);
            assert_eq!(document_exit(&output), exit.code(), "{}", output.all());
        }
        assert_eq!(lines(&shop, "tries").len(), 2);
        let last = "SELECT exit FROM runs WHERE job = 'check-all' ORDER BY id DESC LIMIT 1";
        assert_eq!(shop.count(last), i64::from(exit.code()));
    }
}

#[test]
fn a_webhooks_exit_counts_its_effects() {
    for (script, exit) in [(WORKS, Exit::Clean), (FAILS, Exit::Partial)] {
        let shop = hooked(Shop::new(), script, "");
        create_orders(&shop);
        let body = notification::midtrans("INV-1", "settlement", 25_000);
        let output = shop.run_words(&["webhook", "midtrans", "-o", "json"], &body);
        assert_eq!(document_exit(&output.ended(exit)), exit.code());
        assert_eq!(lines(&shop, "tries").len(), 1);
    }
}

#[test]
fn the_report_counts_cases_opened_by_effects() {
    let shop = hooked(Shop::new(), FAILS, "");
    create_orders(&shop);
    shop.run("approve INV-2 --yes --reason cash")
        .ended(Exit::Partial);
    for _ in 0..15 {
        shop.pass(Duration::from_secs(6 * 3600 + 1));
        shop.run("fulfil").ended(Exit::Partial);
    }
    shop.pass(Duration::from_secs(6 * 3600 + 1));
    let output = shop.run("check-all --fix -o json").ended(Exit::Attention);
    assert_eq!(
        output.json()["summary"]["cases_open"],
        1,
        "{}",
        output.all()
    );
    assert!(
        output.stderr.contains("will not be retried"),
        "{}",
        output.stderr
    );
}

#[test]
fn quiet_reports_a_dead_effect() {
    for command in ["fulfil --quiet", "check-all --fix --quiet"] {
        let shop = hooked(Shop::new(), FAILS, "");
        create_orders(&shop);
        shop.run("approve INV-2 --yes --reason cash")
            .ended(Exit::Partial);
        for tries in 2..17 {
            shop.pass(Duration::from_secs(6 * 3600 + 1));
            let output = shop.run("fulfil --quiet").ended(Exit::Partial);
            let is_told = output.all().contains("effect vpn has failed");
            assert_eq!(is_told, tries >= 3, "{tries}: {}", output.all());
            assert_eq!(output.all().is_empty(), tries < 3);
        }
        shop.pass(Duration::from_secs(6 * 3600 + 1));
        shop.run("order create --total 25000 --number INV-3")
            .ended(Exit::Clean);
        let lock = hold_lock(&shop);
        shop.run("approve INV-3 --yes --reason cash")
            .ended(Exit::Clean);
        drop(lock);
        // One effect dies, another fails for the first time.
        let output = shop.run(command).ended(Exit::Attention);
        assert!(output.all().contains("1 dead"), "{}", output.all());
    }
}

/// Holds the lock as another run of `fulfil` would.
fn hold_lock(shop: &Shop) -> fs::File {
    let lock = fs::File::create(shop.folder.path().join("shop.db.fulfil.lock")).unwrap();
    lock.lock().unwrap();
    lock
}

#[test]
fn quiet_does_not_report_retries() {
    let shop = hooked(Shop::new(), FAILS, "");
    create_orders(&shop);
    let output = shop.run("check-all --fix --quiet").ended(Exit::Partial);
    assert_eq!(output.all(), "");
}

#[test]
fn a_blocked_outbox_still_ends_the_document() {
    let shop = hooked(Shop::new(), WORKS, "");
    create_orders(&shop);
    // A folder is in the place of the lock file.
    fs::create_dir(shop.folder.path().join("shop.db.fulfil.lock")).unwrap();
    for command in COMMANDS {
        let output = shop.run(&format!("{command} -o json")).ended(Exit::Failed);
        assert_eq!(
            document_exit(&output),
            Exit::Failed.code(),
            "{}",
            output.all()
        );
        assert_eq!(output.json()["rows"].as_array().unwrap().len(), 1);
        assert!(output.stderr.contains("\"exit\":1"), "{}", output.stderr);
    }
    for number in ["INV-1", "INV-2"] {
        assert_eq!(shop.order(number)["status"], "paid");
    }
}

#[test]
#[cfg_attr(windows, ignore = "a signal by kill")]
fn a_stopped_run_starts_no_effects() {
    use payctl::simulator::{Fault, FaultTarget};

    use crate::program::hear;

    let shop = hooked(Shop::in_real_time(), WORKS, "");
    create_orders(&shop);
    let lock = hold_lock(&shop);
    shop.exec("approve INV-2 --yes --reason cash")
        .ended(Exit::Clean);
    drop(lock);
    let all = FaultTarget::all(MIDTRANS);
    shop.simulator.handle().fault(all, Fault::Hang).unwrap();
    let child = shop.start("check-all --fix -o json");
    shop.await_query();
    let kill = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let output = hear(child).ended(Exit::Partial);
    assert_eq!(output.json()["summary"]["ended"], "interrupted");
    assert_eq!(lines(&shop, "tries").len(), 0, "{}", output.all());
    shop.exec("fulfil").ended(Exit::Clean);
    assert_eq!(lines(&shop, "tries").len(), 1);
}
