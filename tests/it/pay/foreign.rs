//! References the account knew before the opening: of another shop, another database, another year.

use payctl::domain::{Instant, Rupiah};
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, MIDTRANS, PAKASIR, SimulatedGateway};

use super::summary;
use crate::books::{books, difference};
use crate::notification;
use crate::world::Shop;

/// A shop with a new order whose number already has a payment at this gateway.
fn shop(kind: SimulatedGateway, status: &str) -> Shop {
    let shop = Shop::new();
    let earlier = Instant::parse_rfc3339("2026-03-01T04:00:00Z");
    let answer = AttemptTruth {
        opened_at: earlier,
        paid_at: earlier,
        ..AttemptTruth::new(status, Rupiah::new(25_000).unwrap())
    };
    let world = shop.simulator.handle();
    world.set(kind, "INV-1", answer).unwrap();
    shop.run("order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z")
        .ended(Exit::Clean);
    shop
}

#[track_caller]
fn check(shop: &Shop, order: &str, payments: &str) {
    let shown = shop.order("INV-1");
    let payments_now: Vec<&str> = shown["payments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|payment| payment["status"].as_str().unwrap())
        .collect();
    assert_eq!(payments_now.join(" "), payments, "{shown}");
    assert_eq!(shown["status"], order, "{shown}");
    assert_eq!(shown["cases"].as_array().unwrap().len(), 1, "{shown}");
    assert_eq!(shown["cases"][0]["kind"], "gateway_contradiction");
}

#[test]
fn an_earlier_payment_does_not_pay_the_order() {
    for (kind, status, closed) in [
        (MIDTRANS, "settlement", "failed expired"),
        (PAKASIR, "completed", "failed cancelled"),
    ] {
        let shop = shop(kind, status);
        let pay = format!("pay INV-1 --gateway {} --method qris -o json", kind.name());
        let visit = shop.run(&pay).ended(Exit::Attention);
        assert_eq!(summary(&visit), "opened pending INV-1-2");
        assert!(visit.stdout.contains("case list"), "{}", visit.stdout);
        check(&shop, "pending", "failed pending");
        let again = shop.run(&pay).ended(Exit::Clean);
        assert_eq!(summary(&again), "alive pending INV-1-2");
        // Nobody has read the output of the visit.
        shop.run("check-all --fix").ended(Exit::Attention);
        shop.run("check-all --fix").ended(Exit::Clean);
        shop.run("check-status INV-1 --fix").ended(Exit::Clean);
        check(&shop, "pending", "failed pending");
        shop.at("05:10");
        shop.run("expire").ended(Exit::Clean);
        check(&shop, "expired", closed);
        let before = books(&shop.database());
        shop.run("expire").ended(Exit::Clean);
        shop.run("check-status INV-1 --fix").ended(Exit::Clean);
        let changed = difference(&before, &books(&shop.database()));
        assert!(!changed.contains("paid"), "{changed}");
        shop.run("verify").ended(Exit::Clean);
    }
}

const KINDS: [(SimulatedGateway, &str); 2] = [(MIDTRANS, "settlement"), (PAKASIR, "completed")];

/// The first opening fails, then the gateway recovers, and the commands in `between` find out that the money
/// is another order's.
#[track_caller]
fn check_after(fault: &Fault, first: Exit, between: &[&str]) {
    for (kind, status) in KINDS {
        let shop = shop(kind, status);
        let (world, all) = (shop.simulator.handle(), FaultTarget::all(kind));
        world.fault(all.clone(), fault.clone()).unwrap();
        let pay = format!("pay INV-1 --gateway {} --method qris -o json", kind.name());
        shop.run(&pay).ended(first);
        world.clear(&all);
        shop.at("04:30");
        for words in between {
            shop.run(words);
            check(&shop, "pending", "failed");
        }
        let visit = shop.run(&pay);
        assert_eq!(summary(&visit), "opened pending INV-1-2");
        check(&shop, "pending", "failed pending");
        let again = shop.run(&pay).ended(Exit::Clean);
        assert_eq!(summary(&again), "alive pending INV-1-2");
        shop.run("check-all --fix");
        shop.run("check-all --fix").ended(Exit::Clean);
        check(&shop, "pending", "failed pending");
        shop.run("verify").ended(Exit::Clean);
    }
}

const REFUSED_KEY: Fault = Fault::Status {
    code: 401,
    retry_after: None,
};

#[test]
fn a_refused_key_does_not_make_it_ours() {
    check_after(&REFUSED_KEY, Exit::Config, &[]);
}

#[test]
fn a_round_between_visits_does_not_either() {
    check_after(&REFUSED_KEY, Exit::Config, &["check-all --fix"; 2]);
    check_after(&REFUSED_KEY, Exit::Config, &["check-status INV-1 --fix"; 2]);
}

#[test]
fn a_refused_opening_does_not_make_it_ours() {
    let rounds = ["check-status INV-1 --fix"; 2];
    check_after(&Fault::OpenRefused, Exit::Failed, &rounds);
}

#[test]
fn an_unanswered_opening_does_not_make_it_ours() {
    let away = Fault::Status {
        code: 503,
        retry_after: None,
    };
    for (kind, status) in KINDS {
        let shop = shop(kind, status);
        let (world, all) = (shop.simulator.handle(), FaultTarget::all(kind));
        world.fault_times(all, away.clone(), 1).unwrap();
        let pay = format!("pay INV-1 --gateway {} --method qris -o json", kind.name());
        let visit = shop.run(&pay).ended(Exit::Attention);
        assert_eq!(summary(&visit), "opened pending INV-1-2");
        check(&shop, "pending", "failed pending");
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn a_foreign_pending_payment_is_not_ours() {
    let shop = shop(MIDTRANS, "pending");
    let (world, all) = (shop.simulator.handle(), FaultTarget::all(MIDTRANS));
    world.fault(all.clone(), REFUSED_KEY).unwrap();
    let pay = "pay INV-1 --gateway midtrans --method qris -o json";
    shop.run(pay).ended(Exit::Config);
    world.clear(&all);
    let visit = shop.run(pay).ended(Exit::Attention);
    assert_eq!(summary(&visit), "opened pending INV-1-2");
    check(&shop, "pending", "failed pending");
    world.pay(MIDTRANS, "INV-1").unwrap();
    shop.run("check-all --fix").ended(Exit::Attention);
    shop.run("check-all --fix").ended(Exit::Clean);
    check(&shop, "pending", "failed pending");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_order_with_a_refused_opening_expires() {
    for (kind, status) in KINDS {
        let shop = shop(kind, status);
        let (world, all) = (shop.simulator.handle(), FaultTarget::all(kind));
        world.fault(all.clone(), Fault::OpenRefused).unwrap();
        shop.run(&format!(
            "pay INV-1 --gateway {} --method qris",
            kind.name()
        ))
        .ended(Exit::Failed);
        world.clear(&all);
        shop.at("05:10");
        for _ in 0..2 {
            shop.run("expire");
            check(&shop, "expired", "failed");
        }
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn a_notification_does_not_make_it_ours() {
    let shop = shop(MIDTRANS, "settlement");
    let (world, all) = (shop.simulator.handle(), FaultTarget::all(MIDTRANS));
    world.fault(all.clone(), REFUSED_KEY).unwrap();
    shop.run("pay INV-1 --gateway midtrans --method qris")
        .ended(Exit::Config);
    world.clear(&all);
    shop.at("04:30");
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    for _ in 0..2 {
        shop.run_words(&["webhook", "midtrans"], &body);
        check(&shop, "pending", "failed");
    }
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_foreign_notification_matches_no_payment() {
    let shop = shop(MIDTRANS, "settlement");
    shop.run("pay INV-1 --gateway midtrans --method qris")
        .ended(Exit::Attention);
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    let heard = shop.run_words(&["webhook", "midtrans"], &body);
    let unknown = "its order is not known here";
    assert!(heard.all().contains(unknown), "{}", heard.all());
    check(&shop, "pending", "failed pending");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_order_with_only_foreign_payments_expires() {
    let shop = shop(MIDTRANS, "settlement");
    let (world, all) = (shop.simulator.handle(), FaultTarget::all(MIDTRANS));
    world.fault(all.clone(), Fault::OpenTaken).unwrap();
    let visit = shop
        .run("pay INV-1 --gateway midtrans --method qris")
        .ended(Exit::Failed);
    assert!(
        visit.stderr.contains("this shop's account"),
        "{}",
        visit.stderr
    );
    world.clear(&all);
    shop.at("05:10");
    for exit in [Exit::Attention, Exit::Clean] {
        shop.run("expire").ended(exit);
        let order = shop.order("INV-1");
        assert_eq!(order["status"], "expired", "{order}");
        assert_eq!(order["cover"], 0);
    }
    let case = shop.order("INV-1")["cases"][0]["case"].clone();
    let dismiss = format!("case resolve {case} --dismiss --reason ours");
    shop.run(&dismiss).ended(Exit::Clean);
    shop.run("verify").ended(Exit::Clean);
}
