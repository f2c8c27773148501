//! A file from an old version, one run of which had a clock forty days ahead.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use payctl::clock::{Clock, Sleep};
use payctl::domain::{Instant, Rupiah};
use payctl::exit::Exit;
use payctl::host::Host;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use crate::books::fingerprint;
use crate::old_files::shop_with;
use crate::world::{Console, Shop, time};

/// At the gateway, EARLY-1 was paid although it had expired there.
fn damaged_shop() -> Shop {
    let shop = shop_with("clock_ahead.sql");
    for (reference, word, method) in [
        ("EARLY-1", "settlement", "qris"),
        ("OPEN-1", "pending", "bca_va"),
        ("PAID-1", "settlement", "bca_va"),
    ] {
        let answer = AttemptTruth {
            method: Some(method.to_owned()),
            ..AttemptTruth::new(word, Rupiah::new(25_000).unwrap())
        };
        let world = shop.simulator.handle();
        world.set(MIDTRANS, reference, answer).unwrap();
    }
    shop.run("migrate").ended(Exit::Clean);
    shop
}

#[test]
fn verify_finds_harm_by_a_clock_ahead() {
    let shop = damaged_shop();
    let found = shop.run("verify").ended(Exit::Attention);
    for part in [
        "clock_instants",
        "EARLY-1",
        "OPEN-1",
        "PAID-1",
        "LATE-1",
        "the order was created or tried in the future",
    ] {
        assert!(found.stdout.contains(part), "{part}: {}", found.all());
    }
}

#[test]
fn verify_finds_a_watch_that_ended_early() {
    let shop = damaged_shop();
    let file = rusqlite::Connection::open(shop.database()).unwrap();
    let sql = "UPDATE payments SET last_asked_at = moved_at, last_answered_at = moved_at;
               UPDATE payments SET next_check_at = NULL WHERE reference = 'EARLY-1'";
    file.execute_batch(sql).unwrap();
    drop(file);
    let found = shop.run("verify").ended(Exit::Attention);
    assert!(found.stdout.contains("watch_ends"), "{}", found.all());
    assert!(
        found.stdout.contains("although the rules still watch it"),
        "{}",
        found.all()
    );
}

#[test]
fn a_run_without_fix_shows_its_repairs() {
    let shop = damaged_shop();
    let before = fingerprint(&shop.database());
    let shown = shop.run("check-all").ended(Exit::Attention);
    let output =
        "postponed or dropped too early by a wrong clock, would be due with --fix: 3 payments";
    assert!(shown.stderr.contains(output), "{}", shown.all());
    assert_eq!(fingerprint(&shop.database()), before);
}

#[test]
fn the_next_run_repairs_and_reports_once() {
    for line in ["check-all --fix", "check-all --fix --due"] {
        let shop = damaged_shop();
        let healed = shop.run(line).ended(Exit::Attention);
        for output in [
            "postponed or dropped too early by a wrong clock, due now: 3 payments",
            "dated by a clock that was ahead, now counted from the current time: 1 order",
        ] {
            assert!(healed.stderr.contains(output), "{}", healed.all());
        }
        assert_eq!(shop.order("EARLY-1")["status"], "fulfilled", "{line}");
        assert_eq!(shop.order("LATE-1")["expires_at"], "2026-03-02T06:11:00Z");
        shop.run("verify").ended(Exit::Clean);
        shop.run(line).ended(Exit::Clean);
        shop.at("06:15");
        shop.run("expire").ended(Exit::Clean);
        assert_eq!(shop.order("LATE-1")["status"], "expired", "{line}");
    }
}

#[test]
fn quiet_runs_report_repairs_too() {
    let shop = damaged_shop();
    let output = shop.run("expire --quiet").ended(Exit::Attention);
    assert!(
        output.stderr.contains("due now: 3 payments"),
        "{}",
        output.all()
    );
    // By now a gateway has confirmed this machine's clock.
    let output = shop.run("check-all --fix --quiet").ended(Exit::Attention);
    assert!(
        output
            .stderr
            .contains("now counted from the current time: 1 order"),
        "{}",
        output.all()
    );
    assert!(!output.stderr.contains("payment"), "{}", output.all());
    let output = shop.run("check-all --fix --quiet").ended(Exit::Clean);
    assert_eq!(output.all(), "");
}

/// The clock of a process that was stopped for an hour after it had read the time once.
struct StoppedAtFive(AtomicBool);

impl Clock for StoppedAtFive {
    fn now(&self) -> Instant {
        let was_read = self.0.swap(true, Ordering::SeqCst);
        time(if was_read { "06:00" } else { "05:00" }).unwrap()
    }

    fn wait(&self, _: Duration) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn a_stopped_run_blames_no_clock() {
    for line in ["check-all --fix", "check-all", "expire"] {
        let shop = Shop::new();
        shop.run("order create --number INV-1 --total 25000 --expires-in 9h --gateway midtrans --method qris")
            .ended(Exit::Clean);
        let open = AttemptTruth::new("pending", Rupiah::new(25_000).unwrap());
        let gateway = shop.simulator.handle();
        gateway.set(MIDTRANS, "INV-1", open).unwrap();
        // While it stands, another process queries.
        shop.at("05:30");
        shop.run("check-all --fix").ended(Exit::Clean);
        shop.at("06:00");
        let console = Console::default();
        let host = Host {
            clock: Arc::new(StoppedAtFive(AtomicBool::new(false))),
            ..shop.host("", &console)
        };
        let words = ["payctl"].into_iter().chain(line.split(' '));
        let output = console.output(payctl::commands::run(words.map(Into::into), host));
        let output = output.ended(Exit::Clean);
        assert!(!output.all().contains("clock"), "{line}\n{}", output.all());
        shop.run("verify").ended(Exit::Clean);
    }
}
