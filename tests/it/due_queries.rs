//! `check-all --due` from cron: which payments it queries, how often, and which ones it reports as left over.

use std::time::Duration;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use crate::world::Shop;

const MINUTE: Duration = Duration::from_secs(60);

fn shop() -> Shop {
    shop_of(20)
}

/// A shop with this many orders at 04:00.
fn shop_of(orders: i64) -> Shop {
    let shop = Shop::new();
    for index in 0..orders {
        let line = format!(
            "order create --number INV-{index} --total 25000 --expires-in 1h --gateway midtrans --method qris"
        );
        shop.run(&line).ended(Exit::Clean);
        says(&shop, index, "pending");
    }
    shop
}

fn says(shop: &Shop, index: i64, word: &str) {
    let answer = AttemptTruth::new(word, Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    let reference = format!("INV-{index}");
    world.set(MIDTRANS, &reference, answer).unwrap();
}

/// Two hours of cron with eight orders; four are paid at minute 4, and every webhook is lost. Returns the number of
/// queries and the minutes until each payment was known.
fn two_hours(line: &str, every: usize) -> (u64, Vec<usize>) {
    let shop = shop_of(8);
    let paid = "SELECT count(*) FROM orders WHERE status = 'fulfilled'";
    let (mut known, mut known_before) = (Vec::new(), 0);
    for minute in 1..=120 {
        shop.pass(MINUTE);
        match minute {
            4 => (0..4).for_each(|index| says(&shop, index, "settlement")),
            61 => (4..8).for_each(|index| says(&shop, index, "expire")),
            _ => {}
        }
        if minute % every == 0 {
            assert_eq!(shop.run(line).exit, Exit::Clean);
        }
        if minute % 70 == 0 {
            shop.run("expire").ended(Exit::Clean);
        }
        let now = usize::try_from(shop.count(paid)).unwrap();
        known.extend(std::iter::repeat_n(
            minute.saturating_sub(4),
            now - known_before,
        ));
        known_before = now;
    }
    assert_eq!(known.len(), 4);
    let ended = "SELECT count(*) FROM orders WHERE status = 'expired'";
    assert_eq!(shop.count(ended), 4);
    (shop.simulator.handle().asked_total(), known)
}

#[test]
fn scheduled_queries_find_more_with_fewer_requests() {
    let (asked, known) = two_hours("check-all --fix --due --quiet", 1);
    let (asked_before, known_before) = two_hours("check-all --fix --quiet", 5);
    assert!(asked * 2 < asked_before, "{asked} {asked_before}");
    let sum = |known: &[usize]| known.iter().sum::<usize>();
    assert!(
        sum(&known) <= sum(&known_before),
        "{known:?} {known_before:?}"
    );
    assert!(known.iter().all(|minutes| *minutes <= 5), "{known:?}");
    assert!(asked <= 8 * 12, "{asked}");
}

#[test]
fn late_money_is_found_soon_after_closing() {
    let shop = shop();
    for (at, word) in [("05:01", "expire"), ("05:22", "settlement")] {
        shop.at(at);
        (0..20).for_each(|index| says(&shop, index, word));
        shop.run("check-all --fix --due").ended(Exit::Clean);
    }
    let paid = "SELECT count(*) FROM payments WHERE status = 'paid'";
    assert_eq!(shop.count(paid), 20);
}

#[test]
fn due_payments_come_before_others() {
    let shop = shop();
    shop.pass(MINUTE);
    shop.run("check-all --fix").ended(Exit::Clean);
    // Queried last of all, and due first of all.
    let bring = "UPDATE payments SET last_asked_at = last_asked_at + 1, next_check_at = 1 WHERE reference = 'INV-7'";
    let connection = rusqlite::Connection::open(shop.database()).unwrap();
    assert_eq!(connection.execute(bring, []).unwrap(), 1);
    shop.pass(Duration::from_secs(5));
    says(&shop, 7, "settlement");
    let output = shop
        .run("check-all --fix --limit 1 -o json")
        .ended(Exit::Clean)
        .json();
    assert_eq!(output["rows"][0]["order"], "INV-7", "{output}");
    assert_eq!(output["summary"]["not_reached"], 19);
    assert_eq!(output["summary"]["left_twice"], 0);
}

#[test]
fn payments_missed_by_two_runs_are_reported_daily() {
    let shop = shop();
    let line = "check-all --fix --due --quiet --limit 2 -o json";
    let first = shop.run(line).ended(Exit::Clean);
    assert_eq!(first.all(), "");
    shop.pass(MINUTE);
    // The limit was chosen, but the run still reports that it is too low.
    let second = shop.run(line).ended(Exit::Clean);
    assert!(
        second.stderr.contains("midtrans: 16 payments not checked"),
        "{}",
        second.all()
    );
    assert_eq!(second.json()["summary"]["left_twice"], 16);
    shop.pass(MINUTE);
    assert_eq!(shop.run(line).ended(Exit::Clean).all(), "");
    shop.pass(MINUTE * 60 * 24);
    let next_day = shop.run(line).ended(Exit::Clean);
    assert!(
        next_day.stderr.contains("not checked, although due"),
        "{}",
        next_day.all()
    );

    // A run without --fix reports nothing of this.
    let look = shop.run("check-all --due --limit 2 -o json");
    assert_eq!(look.json()["summary"]["left_twice"], 0);
}

/// `expire` asks a gateway for its time, and hears that money is gone which nobody would ask about for days.
#[test]
fn news_heard_out_of_turn_is_asked_about() {
    let shop = shop_of(1);
    says(&shop, 0, "settlement");
    shop.run("check-all --fix").ended(Exit::Clean);
    shop.pass(MINUTE * 60 * 24 * 9);
    shop.run("check-all --fix --due").ended(Exit::Clean);
    shop.run("order create --number CASH --total 25000 --expires-in 5m")
        .ended(Exit::Clean);
    shop.pass(MINUTE * 30);
    says(&shop, 0, "cancel");
    shop.run("expire").ended(Exit::Clean);
    let checked = shop
        .run("check-all --fix --due -o json")
        .ended(Exit::Attention);
    assert_eq!(checked.json()["summary"]["asked"], 1, "{}", checked.stdout);
}

/// Whose turn never comes under a limit is reported as well.
#[test]
fn a_gateway_beyond_the_limit_is_reported() {
    let shop = shop_of(6);
    let line =
        "order create --number P-1 --total 25000 --expires-in 1h --gateway pakasir --method qris";
    shop.run(line).ended(Exit::Clean);
    let line = "check-all --fix --due --quiet --limit 2 -o json";
    shop.run(line).ended(Exit::Clean);
    shop.pass(MINUTE);
    let second = shop.run(line).ended(Exit::Clean);
    assert!(
        second.stderr.contains("pakasir: 1 payment not checked"),
        "{}",
        second.all()
    );
    assert_eq!(second.json()["summary"]["left_twice"], 3);
}

#[test]
fn a_silent_gateway_leaves_nothing_behind() {
    let shop = shop();
    let all = payctl::simulator::FaultTarget::all(MIDTRANS);
    shop.simulator
        .handle()
        .fault(all, payctl::simulator::Fault::Silent)
        .unwrap();
    for _ in 0..3 {
        shop.pass(MINUTE);
        let output = shop
            .run("check-all --fix --due --quiet")
            .ended(Exit::Partial);
        assert_eq!(output.all(), "");
    }
}
