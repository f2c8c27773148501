//! Pakasir answers one query per transaction in 4 s: all commands share the limit through the database.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, PAKASIR, SimulatorRule, transaction_id};

use crate::program::hear;
use crate::world::{Shop, config, on_second};

#[test]
fn twenty_watchers_share_each_query() {
    let shop = Shop::in_real_time();
    let url = shop.simulator.url();
    let text = on_second(&config(&url, &url)).replace("200ms", "20s");
    shop.configure(&text);
    let world = shop.simulator.handle();
    world.rule(SimulatorRule::FourSeconds(true));
    let pending = AttemptTruth::new("pending", Rupiah::new(25_000).unwrap());
    world.set(PAKASIR, "VPN-1", pending).unwrap();
    let id = transaction_id("VPN-1", 1);
    let line = format!(
        "order create --number VPN-1 --total 25000 --gateway pakasir --method qris --transaction-id {id}"
    );
    shop.exec(&line).ended(Exit::Clean);
    let watchers: Vec<_> = (0..20)
        .map(|_| shop.start("watch VPN-1 --interval 1s --timeout 60s"))
        .collect();
    shop.await_query();
    world.pay(PAKASIR, "VPN-1").unwrap();
    for watcher in watchers {
        hear(watcher).ended(Exit::Clean);
    }
    assert_eq!(world.read_too_soon(), 0);
    let asked = world.asked_about(PAKASIR, "VPN-1");
    assert!((1..=3).contains(&asked), "{asked}");
    assert_eq!(shop.order("VPN-1")["status"], "fulfilled");
}

#[test]
fn a_postponed_query_is_no_error() {
    let shop = Shop::on_second();
    let world = shop.simulator.handle();
    let pending = AttemptTruth::new("pending", Rupiah::new(25_000).unwrap());
    world.set(PAKASIR, "VPN-1", pending).unwrap();
    let id = transaction_id("VPN-1", 1);
    let line = format!(
        "order create --number VPN-1 --total 25000 --gateway pakasir --method qris --transaction-id {id}"
    );
    shop.run(&line).ended(Exit::Clean);
    shop.run("check-all --fix").ended(Exit::Clean);
    // The clock of this test stands still, so the next query comes too soon for the gateway.
    world.rule(SimulatorRule::FourSeconds(true));
    let output = shop.run("check-status VPN-1").ended(Exit::Partial).all();
    assert!(
        output.contains("it was asked about this payment a moment ago"),
        "{output}"
    );
    assert!(!output.contains("left alone"), "{output}");
    shop.at("05:00");
    shop.run("check-status VPN-1 --fix").ended(Exit::Clean);
}
