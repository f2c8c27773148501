//! Under `--quiet`, the first case after a quiet day is named by the next run, and what follows within a day together.

use std::time::Duration;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, MIDTRANS};

use crate::notification;
use crate::world::{CommandOutput, Shop, config};

const MINUTE: Duration = Duration::from_secs(60);
const CHECK: &str = "check-all --fix --quiet";

/// Money of a wrong amount has come in for a new order, by a webhook.
fn open_case(shop: &Shop, number: &str) {
    let line = format!(
        "order create --number {number} --total 25000 --expires-in 5d --gateway midtrans --method qris"
    );
    shop.run(&line).ended(Exit::Clean);
    let money = AttemptTruth::new("settlement", Rupiah::from_db(10_000));
    let world = shop.simulator.handle();
    world.set(MIDTRANS, number, money).unwrap();
    let body = notification::midtrans(number, "settlement", 10_000);
    shop.run_words(&["webhook", "midtrans", "--quiet"], &body);
    assert_eq!(shop.order(number)["cases"][0]["kind"], "amount_mismatch");
}

/// The orders whose cases a report names.
fn named(output: &CommandOutput) -> Vec<&str> {
    let lines = output.stdout.lines().chain(output.stderr.lines());
    let cases = lines.filter_map(|line| line.trim().strip_prefix("case "));
    cases.filter_map(|line| line.split(", ").nth(2)).collect()
}

#[track_caller]
fn check_silent(output: &CommandOutput) {
    assert_eq!(output.all(), "");
}

/// A shop that was mailed of one case this very minute.
fn mailed_shop() -> Shop {
    let shop = Shop::new();
    open_case(&shop, "INV-1");
    let first = shop.run(CHECK).ended(Exit::Attention);
    assert_eq!(named(&first), ["INV-1"]);
    shop
}

#[test]
fn cases_of_one_day_share_a_mail() {
    let shop = mailed_shop();
    shop.pass(MINUTE * 10);
    open_case(&shop, "INV-2");
    open_case(&shop, "INV-3");
    for line in [CHECK, "expire --quiet", "fulfil --quiet"] {
        check_silent(&shop.run(line).ended(Exit::Clean));
    }
    shop.pass(MINUTE * 1_429);
    check_silent(&shop.run("fulfil --quiet").ended(Exit::Clean));
    shop.pass(MINUTE);
    let mail = shop.run("fulfil --quiet").ended(Exit::Attention);
    assert_eq!(named(&mail), ["INV-2", "INV-3"]);
    shop.pass(MINUTE);
    check_silent(&shop.run("fulfil --quiet").ended(Exit::Clean));
}

#[test]
fn who_opens_a_case_says_so_by_exit() {
    let shop = mailed_shop();
    shop.run("order create --number INV-2 --total 25000 --expires-in 5d --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let money = AttemptTruth::new("settlement", Rupiah::from_db(10_000));
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-2", money).unwrap();
    check_silent(&shop.run(CHECK).ended(Exit::Attention));
    check_silent(&shop.run(CHECK).ended(Exit::Clean));
    assert_eq!(shop.order("INV-2")["cases"][0]["kind"], "amount_mismatch");
}

/// Nobody names later what was only looked at.
#[test]
fn a_quiet_preview_shows_what_it_finds() {
    let shop = mailed_shop();
    shop.run("order create --number INV-2 --total 25000 --expires-in 5d --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let gateway = shop.simulator.handle();
    let says = |word| {
        let truth = AttemptTruth::new(word, Rupiah::from_db(25_000));
        gateway.set(MIDTRANS, "INV-2", truth).unwrap();
    };
    says("pending");
    shop.run(CHECK).ended(Exit::Clean);
    shop.pass(MINUTE);
    // Nothing would move: only a person would be asked.
    says("partial_moon");
    let shown = shop.run("check-all --quiet").ended(Exit::Attention);
    let words = "case unknown_status";
    assert!(shown.all().contains(words), "{}", shown.all());
    assert_eq!(shop.order("INV-2")["cases"], serde_json::json!([]));
}

#[test]
fn without_quiet_cases_wait_for_nobody() {
    let shop = mailed_shop();
    open_case(&shop, "INV-2");
    let shown = shop.run("fulfil").ended(Exit::Attention);
    assert_eq!(named(&shown), ["INV-2"]);
    // Nobody was mailed now: the day goes on.
    shop.pass(MINUTE * 1_440);
    open_case(&shop, "INV-3");
    let mail = shop.run("fulfil --quiet").ended(Exit::Attention);
    assert_eq!(named(&mail), ["INV-3"]);
}

#[test]
fn a_mail_takes_along_what_was_collected() {
    let shop = mailed_shop();
    open_case(&shop, "INV-2");
    let refused = Fault::Status {
        code: 401,
        retry_after: None,
    };
    let all = FaultTarget::all(MIDTRANS);
    shop.simulator.handle().fault(all, refused).unwrap();
    shop.pass(MINUTE);
    let mail = shop.run(CHECK).ended(Exit::Config);
    assert_eq!(named(&mail), ["INV-2"]);
    assert!(mail.all().contains("refused the key"), "{}", mail.all());
    // It was a mail like any other.
    shop.pass(MINUTE * 20);
    shop.simulator.handle().clear_all();
    open_case(&shop, "INV-3");
    shop.pass(MINUTE * 1_419);
    check_silent(&shop.run("fulfil --quiet").ended(Exit::Clean));
    shop.pass(MINUTE);
    let mail = shop.run("fulfil --quiet").ended(Exit::Attention);
    assert_eq!(named(&mail), ["INV-3"]);
}

#[test]
fn many_cases_wait_an_hour() {
    let shop = mailed_shop();
    for number in 2..=21 {
        open_case(&shop, &format!("INV-{number}"));
    }
    shop.pass(MINUTE * 59);
    check_silent(&shop.run("fulfil --quiet").ended(Exit::Clean));
    shop.pass(MINUTE);
    let mail = shop.run("fulfil --quiet").ended(Exit::Attention);
    assert!(mail.all().contains("20 open cases"), "{}", mail.all());
}

#[test]
fn a_shop_may_hear_of_each_at_once() {
    let shop = Shop::new();
    let url = shop.simulator.url();
    let settings = format!("{}\n[quiet]\ncollect = \"0s\"\n", config(&url, &url));
    shop.configure(&settings);
    for number in ["INV-1", "INV-2"] {
        open_case(&shop, number);
        let mail = shop.run(CHECK).ended(Exit::Attention);
        assert_eq!(named(&mail), [number]);
    }
    shop.configure(&settings.replace("0s", "8d"));
    let refused = shop.run(CHECK).ended(Exit::Config);
    let words = "must be at most 7d";
    assert!(refused.stderr.contains(words), "{}", refused.stderr);
}

/// What was mailed before a clock was set back would otherwise silence it for as long.
#[test]
fn a_clock_set_back_silences_no_case() {
    let shop = mailed_shop();
    shop.at("03:00");
    open_case(&shop, "INV-2");
    let mail = shop.run("fulfil --quiet").ended(Exit::Attention);
    assert_eq!(named(&mail), ["INV-2"]);
}
