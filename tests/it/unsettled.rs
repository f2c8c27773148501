//! No payment is queried for ever: the queries end, or a case asks a person.

use std::time::Duration;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, MIDTRANS, PAKASIR};

use crate::world::Shop;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs `check-all --due` through this many hours.
fn hours(shop: &Shop, hours: u32) {
    for _ in 0..hours {
        shop.pass(HOUR);
        shop.run("check-all --fix --due --quiet");
    }
}

fn kinds(shop: &Shop) -> Vec<String> {
    let output = shop.run("case list -o json").json();
    let rows = output["rows"].as_array().unwrap().iter();
    rows.map(|row| row["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn an_unanswered_opening_ends_and_is_cleaned() {
    let shop = Shop::new();
    shop.run("order create --number INV-0 --total 25000 --expires-in 1h")
        .ended(Exit::Clean);
    shop.run("order create --number INV-1 --total 25000 --expires-in 1h")
        .ended(Exit::Clean);
    let world = shop.simulator.handle();
    // The account has known a payment, so it is proven.
    let known = AttemptTruth::new("pending", Rupiah::new(25_000).unwrap());
    world.set(PAKASIR, "INV-0", known).unwrap();
    shop.run("order create --number INV-2 --total 25000 --gateway pakasir --reference INV-0")
        .ended(Exit::Clean);
    shop.run("check-all --fix").ended(Exit::Clean);
    world
        .fault(FaultTarget::all(PAKASIR), Fault::Silent)
        .unwrap();
    shop.run("pay INV-1 --gateway pakasir").ended(Exit::Partial);
    world.clear(&FaultTarget::all(PAKASIR));
    world.forget(PAKASIR, "INV-1");

    shop.at("05:10");
    shop.run("check-all --fix --due").ended(Exit::Clean);
    shop.run("expire --quiet");
    let status = "SELECT count(*) FROM orders WHERE number = 'INV-1' AND status = 'expired'";
    assert_eq!(shop.count(status), 1);
    hours(&shop, 30);
    let asked =
        "SELECT count(*) FROM payments WHERE reference = 'INV-1' AND next_check_at IS NOT NULL";
    assert_eq!(shop.count(asked), 0);
    assert_eq!(kinds(&shop), [""; 0]);
    shop.pass(DAY * 91);
    shop.run("cleanup").ended(Exit::Clean);
    let left = "SELECT count(*) FROM orders WHERE number = 'INV-1'";
    assert_eq!(shop.count(left), 0);
}

/// A shop with two payments; queries about one of them are answered.
fn shop() -> Shop {
    let shop = Shop::new();
    for number in ["INV-1", "INV-2"] {
        let line = format!(
            "order create --number {number} --total 25000 --expires-in 30d --gateway midtrans --method qris"
        );
        shop.run(&line).ended(Exit::Clean);
        let answer = AttemptTruth::new("pending", Rupiah::new(25_000).unwrap());
        shop.simulator
            .handle()
            .set(MIDTRANS, number, answer)
            .unwrap();
    }
    shop.run("check-all --fix").ended(Exit::Clean);
    shop
}

#[test]
fn a_day_without_answer_opens_a_case() {
    let shop = shop();
    let one = FaultTarget::one(MIDTRANS, "INV-1");
    shop.simulator.handle().fault(one, Fault::Html).unwrap();
    hours(&shop, 23);
    assert_eq!(kinds(&shop), [""; 0]);

    shop.pass(HOUR * 3);
    let look = shop.run("check-all --due").ended(Exit::Attention);
    assert!(look.stdout.contains("case unanswered"), "{}", look.stdout);
    assert_eq!(kinds(&shop), [""; 0]);
    let output = shop
        .run("check-all --fix --due --quiet")
        .ended(Exit::Attention);
    assert!(
        output.stdout.contains("has not answered about INV-1"),
        "{}",
        output.all()
    );
    assert_eq!(kinds(&shop), ["unanswered"]);
    hours(&shop, 30);
    assert_eq!(kinds(&shop), ["unanswered"]);

    // A dismissed case is not opened again before the next answer.
    shop.run("case resolve 1 --dismiss --reason seen")
        .ended(Exit::Clean);
    hours(&shop, 30);
    assert_eq!(kinds(&shop), [""; 0]);
}

#[test]
fn the_first_answer_closes_the_case() {
    let shop = shop();
    let one = FaultTarget::one(MIDTRANS, "INV-1");
    shop.simulator
        .handle()
        .fault(one.clone(), Fault::Html)
        .unwrap();
    hours(&shop, 26);
    assert_eq!(kinds(&shop), ["unanswered"]);
    shop.simulator.handle().clear(&one);
    hours(&shop, 1);
    assert_eq!(kinds(&shop), [""; 0]);
}

/// Its gateway was silent for a day as well, and answers about others again in the very run that asks a person.
#[test]
fn who_has_just_answered_is_not_silent() {
    let shop = shop();
    let world = shop.simulator.handle();
    let (all, one) = (
        FaultTarget::all(MIDTRANS),
        FaultTarget::one(MIDTRANS, "INV-1"),
    );
    world.fault(all.clone(), Fault::Silent).unwrap();
    hours(&shop, 23);
    world.clear(&all);
    world.fault(one, Fault::Html).unwrap();
    shop.pass(HOUR * 3);
    let output = shop
        .run("check-all --fix --due --quiet")
        .ended(Exit::Attention);
    let said = "has not answered about INV-1";
    assert!(output.stdout.contains(said), "{}", output.all());
    assert_eq!(kinds(&shop), ["unanswered"]);
    hours(&shop, 3);
    assert_eq!(kinds(&shop), ["unanswered"]);
}

#[test]
fn a_silent_gateway_opens_one_case() {
    let shop = shop();
    let all = FaultTarget::all(MIDTRANS);
    shop.simulator
        .handle()
        .fault(all.clone(), Fault::Silent)
        .unwrap();
    hours(&shop, 30);
    assert_eq!(kinds(&shop), ["unanswered"]);
    let output = shop.run("case list").ended(Exit::Clean);
    assert!(output.stdout.contains("midtrans"), "{}", output.stdout);
    shop.simulator.handle().clear(&all);
    hours(&shop, 1);
    assert_eq!(kinds(&shop), [""; 0]);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_week_of_payability_opens_a_case() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --expires-in 1h --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let answer = AttemptTruth::new("pending", Rupiah::new(25_000).unwrap());
    shop.simulator
        .handle()
        .set(MIDTRANS, "INV-1", answer)
        .unwrap();
    shop.run("check-all --fix").ended(Exit::Clean);
    let payment = "UPDATE payments SET expires_at = created_at + 3600000";
    rusqlite::Connection::open(shop.database())
        .unwrap()
        .execute(payment, [])
        .unwrap();
    for _ in 0..7 {
        shop.pass(DAY);
        shop.run("check-all --fix --due --quiet").ended(Exit::Clean);
    }
    shop.pass(DAY);
    shop.run("check-all --fix --due --quiet")
        .ended(Exit::Attention);
    assert_eq!(kinds(&shop), ["cannot_close"]);
    shop.pass(DAY);
    shop.run("check-all --fix --due --quiet").ended(Exit::Clean);
}
