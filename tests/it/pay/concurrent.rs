//! Concurrent and killed `pay` commands: one call to the gateway at a time.

use std::thread;

use payctl::exit::Exit;

use super::summary;
use super::till::{Charge, QR, Till};
use crate::program::hear;
use crate::world::Shop;

fn order_for_processes(shop: &Shop) -> &'static str {
    shop.run("order create --number INV-2 --total 25000")
        .ended(Exit::Clean);
    shop.wait_for_processes("INV-2");
    "pay INV-2 --gateway midtrans --method qris -o json"
}

#[test]
fn concurrent_visits_open_one_payment() {
    let till = Till::start([]);
    let shop = till.shop();
    let pay = order_for_processes(&shop);
    let both: Vec<_> = (0..4).map(|_| shop.start(pay)).collect();
    for one in both {
        let output = hear(one);
        let known = [Exit::Clean, Exit::Partial, Exit::Attention];
        assert!(known.contains(&output.exit), "{}", output.all());
    }
    let order = shop.order("INV-2");
    assert_eq!(order["payments"].as_array().unwrap().len(), 1, "{order}");
    assert_eq!(till.calls(), "INV-2");
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn a_visit_during_the_opening_call_sends_nothing() {
    for method in ["qris", "snap"] {
        let till = Till::start([]);
        let shop = till.shop();
        let pay = format!("pay INV-1 --gateway midtrans --method {method} -o json");
        let first = thread::scope(|scope| {
            let held = till.hold();
            let first = scope.spawn(|| shop.run(&pay));
            till.await_call();
            for _ in 0..2 {
                let second = shop.run(&pay).ended(Exit::Partial);
                assert_eq!(summary(&second), "unsettled created INV-1", "{method}");
                assert!(
                    second.stdout.contains("another process"),
                    "{}",
                    second.stdout
                );
            }
            drop(held);
            first.join().unwrap()
        });
        assert_eq!(first.ended(Exit::Clean).json()["action"], "opened");
        assert_eq!(till.calls(), "INV-1", "{method}");
        let again = shop.run(&pay).ended(Exit::Clean).json();
        assert_eq!(again["action"], "alive", "{method}");
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn the_next_visit_continues_after_a_kill() {
    let till = Till::start([]);
    let shop = till.shop();
    let pay = order_for_processes(&shop);
    let held = till.hold();
    let mut killed = shop.start(pay);
    till.await_call();
    killed.kill().unwrap();
    killed.wait().unwrap();
    drop(held);
    let soon = hear(shop.start(pay)).ended(Exit::Partial);
    assert_eq!(summary(&soon), "unsettled created INV-2");
    let database = rusqlite::Connection::open(shop.database()).unwrap();
    let earlier = "UPDATE events SET at = at - 120000";
    database.execute(earlier, []).unwrap();
    drop(database);
    let later = hear(shop.start(pay)).ended(Exit::Attention);
    assert_eq!(summary(&later), "unknown pending INV-2");
    assert_eq!(till.calls(), "INV-2");
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn a_finished_visit_leaves_nobody_waiting() {
    let till = Till::start([Charge::Nothing, Charge::Nothing]);
    let shop = till.shop();
    let pay = "pay INV-1 --gateway midtrans --method qris -o json";
    shop.run(pay).ended(Exit::Partial);
    let next = shop.run(pay).ended(Exit::Clean);
    assert_eq!(next.json()["qr_text"], QR);
    assert_eq!(till.calls(), "INV-1 INV-1 INV-1");
    let events = shop.order("INV-1")["events"].to_string();
    assert_eq!(events.matches("the request to open it failed").count(), 2);
    shop.run("verify").ended(Exit::Clean);
}
