//! A customer is waiting: `pay` ends in time whatever the gateway does, and the next run continues.

use std::time::{Duration, Instant};

use payctl::exit::Exit;

use super::ended_orders::patient_shop;
use super::summary;
use super::till::{Held, QR, Till};
use crate::world::{CommandOutput, Shop};

const PAY: &str = "pay INV-1 --gateway midtrans --method qris -o json";

/// Runs a visit of half a second and allows for a busy machine; the gateway's own timeout is 20 s or more.
#[track_caller]
fn in_time(shop: &Shop, line: &str) -> CommandOutput {
    let started = Instant::now();
    let output = shop.run(&format!("{line} --max-time 500ms"));
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "{line}: {took:?}");
    output
}

#[test]
fn an_opening_that_hangs_ends_in_time() {
    // The second visit finds the payment that the gateway has opened by then.
    for (held, visits) in [(Held::Answers, 1), (Held::Openings, 2)] {
        let till = Till::start([]);
        let shop = patient_shop(&till);
        let gate = till.hold_all(held);
        for _ in 0..visits {
            let visit = in_time(&shop, PAY).ended(Exit::Partial);
            assert_eq!(summary(&visit), "unsettled created INV-1");
            assert!(visit.stdout.contains("run the command again"));
        }
        drop(gate);
        shop.pass(Duration::from_secs(96));
        let visit = shop.run(PAY);
        assert!(
            summary(&visit).ends_with("pending INV-1"),
            "{}",
            visit.all()
        );
        assert_eq!(shop.order("INV-1")["payments"].as_array().unwrap().len(), 1);
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn an_open_payment_is_shown_in_time() {
    let till = Till::start([]);
    let shop = patient_shop(&till);
    shop.run(PAY).ended(Exit::Clean);
    shop.pass(Duration::from_secs(1));
    let gate = till.hold_all(Held::Reads);
    let visit = in_time(&shop, PAY).ended(Exit::Clean);
    assert_eq!(summary(&visit), "alive pending INV-1");
    assert!(visit.stdout.contains("has not confirmed it yet"));
    assert_eq!(visit.json()["qr_text"], QR);
    let visit = in_time(&shop, &format!("{PAY} --new")).ended(Exit::Partial);
    assert!(visit.stderr.contains("try again"), "{}", visit.stderr);
    drop(gate);
    shop.pass(Duration::from_secs(1));
    let visit = shop.run(&format!("{PAY} --new")).ended(Exit::Clean);
    assert_eq!(summary(&visit), "opened pending INV-1-2");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_wait_has_its_own_time() {
    let till = Till::start([]);
    let shop = patient_shop(&till);
    let gate = till.hold_all(Held::Reads);
    let wait = format!("{PAY} --wait --interval 100ms --timeout 300ms");
    let waited = in_time(&shop, &wait).ended(Exit::Partial).json();
    assert_eq!(waited["waited"]["because"], "out_of_time");
    assert!(waited["waited"]["unanswered"].is_string(), "{waited}");
    drop(gate);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn other_interactive_commands_end_in_time() {
    let till = Till::start([]);
    let shop = patient_shop(&till);
    shop.run(PAY).ended(Exit::Clean);
    let gate = till.hold_all(Held::Reads);
    for line in [
        "check-status INV-1",
        "check-status INV-1 --fix",
        "order cancel INV-1 --reason unwanted",
    ] {
        let output = in_time(&shop, line).ended(Exit::Partial);
        assert!(
            output.stderr.contains("try again"),
            "{line}: {}",
            output.stderr
        );
    }
    drop(gate);
    assert_eq!(shop.order("INV-1")["status"], "pending");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_visit_lasts_at_most_twenty_seconds() {
    let shop = Shop::new();
    let help = shop.run("pay --help").ended(Exit::Clean).stdout;
    let (_, about) = help.split_once("--max-time").unwrap();
    assert!(about.contains("[default: 20s]"), "{help}");
}

#[test]
#[cfg(unix)]
fn an_unread_picture_pipe_delays_nobody() {
    let till = Till::start([]);
    let shop = till.shop();
    let pipe = shop.folder.path().join("pipe.png");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let output = in_time(&shop, &format!("{PAY} --png pipe.png")).ended(Exit::Partial);
    assert!(
        output.stderr.contains("could not write"),
        "{}",
        output.stderr
    );
    assert!(output.stderr.contains("try again"), "{}", output.stderr);
    // Releases a writer that still waits.
    std::fs::read(&pipe).unwrap();
}
