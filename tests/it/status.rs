//! `status` tells on one screen whether the jobs run, the gateways answer, and what waits for a person.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::host::Host;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, MIDTRANS};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::notification;
use crate::world::{CommandOutput, Console, Shop};

fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("product set seat --price 25000 --capacity 50")
        .ended(Exit::Clean);
    shop
}

fn order(shop: &Shop, number: &str, until: &str) {
    let line = format!(
        "order create --number {number} --line seat:1 --expires-at 2026-03-0{until}:00Z --gateway midtrans --method qris"
    );
    shop.run(&line).ended(Exit::Clean);
    answer(shop, number, "pending", 25_000);
}

fn answer(shop: &Shop, number: &str, status: &str, amount: i64) {
    let truth = AttemptTruth::new(status, Rupiah::new(amount).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, number, truth).unwrap();
}

fn pay(shop: &Shop, number: &str) {
    answer(shop, number, "settlement", 25_000);
}

fn jobs(shop: &Shop) {
    for line in [
        "check-all --fix --due --quiet",
        "expire --quiet",
        "fulfil --quiet",
    ] {
        shop.run(line);
    }
}

fn json(shop: &Shop) -> Value {
    shop.run("status -o json").json()
}

/// The needs, as `need name`.
fn needs(status: &Value) -> Vec<String> {
    let needs = status["attention"].as_array().unwrap().iter();
    needs
        .map(|need| {
            let name = need["name"].as_str().unwrap_or("-");
            format!("{} {name}", need["need"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn a_new_shop_waits_for_its_first_runs() {
    let shop = shop();
    let output = shop.run("status").ended(Exit::Clean);
    assert!(
        output
            .stdout
            .starts_with("All is well; nothing waits for you\n"),
        "{}",
        output.all()
    );
    assert_eq!(shop.run("status --quiet").ended(Exit::Clean).all(), "");
    // Nobody has made a schedule in ten minutes.
    shop.at("04:11");
    let status = shop.run("status -o json").ended(Exit::Attention).json();
    assert_eq!(needs(&status), ["job check-all", "job expire"]);
    assert_eq!(status["jobs"][0]["state"], "never_ran");
    // It runs once a day.
    assert_eq!(status["jobs"][3]["state"], "waits");
}

#[test]
fn a_job_that_stops_is_told() {
    let shop = shop();
    jobs(&shop);
    shop.run("cleanup --quiet").ended(Exit::Clean);
    shop.at("04:09");
    assert_eq!(needs(&json(&shop)), [""; 0]);
    shop.at("04:11");
    let all = ["job check-all", "job expire", "job fulfil"];
    assert_eq!(needs(&json(&shop)), all);
    let output = shop.run("status").ended(Exit::Attention);
    for part in ["overdue; last good run 11m ago", "payctl expire  "] {
        assert!(output.stdout.contains(part), "{}", output.all());
    }
    jobs(&shop);
    shop.at("04:12");
    jobs(&shop);
    // One that was killed has no end and holds no lock.
    let file = Connection::open(shop.database()).unwrap();
    file.execute(
        "UPDATE runs SET ended_at = NULL, exit = NULL WHERE id = (SELECT max(id) FROM runs WHERE job = 'expire')",
        [],
    )
    .unwrap();
    let status = json(&shop);
    assert_eq!(needs(&status), ["job expire"]);
    assert_eq!(status["jobs"][1]["state"], "died");
    file.execute(
        "UPDATE runs SET exit = 78 WHERE id = (SELECT max(id) FROM runs WHERE job = 'fulfil')",
        [],
    )
    .unwrap();
    let status = json(&shop);
    assert_eq!(needs(&status), ["job expire", "job fulfil"]);
    assert_eq!(status["jobs"][2]["last_exit"], 78);
}

#[test]
fn lost_notifications_are_counted() {
    let shop = shop();
    for number in ["TOLD", "LATER", "LOST", "CASH"] {
        order(&shop, number, "2T12:00");
    }
    for number in ["TOLD", "LATER", "LOST"] {
        pay(&shop, number);
    }
    let webhook = |number: &str| {
        let body = notification::midtrans(number, "settlement", 25_000);
        shop.run_words(&["webhook", "midtrans", "--quiet"], &body)
            .ended(Exit::Clean);
    };
    shop.at("04:01");
    webhook("TOLD");
    shop.at("04:20");
    shop.run("check-all --fix").ended(Exit::Clean);
    let share = |told_first: u64, told_later: u64, lost: u64| {
        let payments = told_first + told_later + lost;
        json!([{
            "gateway": "midtrans", "since": "2026-02-23T04:20:00Z", "payments": payments,
            "told_first": told_first, "told_later": told_later, "lost": lost,
        }])
    };
    assert_eq!(json(&shop)["notifications"], share(1, 0, 2));
    shop.pass(std::time::Duration::from_secs(60));
    webhook("LATER");
    shop.run("approve CASH --yes --reason cash --even-if-payable");
    let status = json(&shop);
    let mut told = status["notifications"].clone();
    told[0]["since"] = json!("2026-02-23T04:20:00Z");
    assert_eq!(told, share(1, 1, 1));
    assert_eq!(status["today"]["payments"], 4);
    assert_eq!(status["today"]["received"], 100_000);
    assert_eq!(status["today"]["orders_placed"], 4);
    let output = shop.run("status");
    let words = "midtrans: 1 of 3 lost (34 %)";
    assert!(output.stdout.contains(words), "{}", output.all());
}

#[test]
fn a_silent_gateway_is_told_after_minutes() {
    let shop = shop();
    order(&shop, "INV-1", "2T12:00");
    let world = shop.simulator.handle();
    let one = FaultTarget::one(MIDTRANS, "INV-1");
    world.fault(one, Fault::Silent).unwrap();
    shop.at("04:05");
    jobs(&shop);
    let status = json(&shop);
    assert_eq!(status["gateways"][0]["state"], "silent");
    assert_eq!(needs(&status), [""; 0]);
    shop.at("04:14");
    jobs(&shop);
    shop.at("04:20");
    jobs(&shop);
    let status = json(&shop);
    assert_eq!(needs(&status), ["gateway midtrans"]);
    let output = shop.run("status --quiet").ended(Exit::Attention);
    let line = "look   silent for 15m";
    assert!(output.stdout.contains(line), "{}", output.all());
    assert!(!output.stdout.contains("check-all"), "{}", output.all());
    assert_eq!(
        status["gateways"][0]["silent_since"],
        "2026-03-02T04:05:00Z"
    );
}

#[test]
fn a_refused_key_or_wrong_clock_is_told() {
    let refused = Fault::Status {
        code: 401,
        retry_after: None,
    };
    for (fault, need, next) in [
        (
            refused,
            "incident midtrans",
            "payctl config set-key midtrans",
        ),
        (Fault::WrongDate(-600), "incident ", "payctl doctor"),
    ] {
        let shop = shop();
        order(&shop, "INV-1", "3T04:00");
        jobs(&shop);
        assert_eq!(needs(&json(&shop)), [""; 0]);
        let all = FaultTarget::all(MIDTRANS);
        shop.simulator.handle().fault(all, fault).unwrap();
        shop.at("04:05");
        jobs(&shop);
        let told = json(&shop);
        assert!(needs(&told).contains(&need.to_owned()), "{told:#}");
        assert_eq!(told["incidents"][0]["next"], next, "{told:#}");
        shop.simulator.handle().clear_all();
        shop.at("04:10");
        jobs(&shop);
        let told = json(&shop);
        assert_eq!(told["incidents"], json!([]), "{told:#}");
        assert_eq!(needs(&told), [""; 0]);
    }
}

#[test]
fn a_round_that_is_not_finished_is_told() {
    let shop = shop();
    for number in ["INV-1", "INV-2", "INV-3"] {
        order(&shop, number, "2T12:00");
    }
    for minute in ["04:20", "04:21"] {
        shop.at(minute);
        shop.run("check-all --fix --due --limit 1 --quiet");
        shop.run("expire --quiet");
    }
    let status = json(&shop);
    assert_eq!(
        status["round"],
        json!({ "gets_round": false, "due_since": "2026-03-02T04:20:00Z", "left": 1 })
    );
    assert_eq!(needs(&status), ["round -"]);
    for minute in ["04:22", "04:23"] {
        shop.at(minute);
        shop.run("check-all --fix --due --quiet");
    }
    assert_eq!(json(&shop)["round"]["gets_round"], true);
}

/// The units that `product list` names as overdue, and `status` too.
fn overdue(shop: &Shop) -> [Value; 2] {
    let products = shop.run("product list -o json").json();
    let product = &products["rows"][0];
    assert_eq!(product["sku"], "seat");
    let status = json(shop);
    [
        product["overdue"].clone(),
        status["overdue"]["products"].clone(),
    ]
}

#[test]
fn undecided_overdue_orders_hold_stock() {
    let shop = shop();
    for number in ["INV-1", "INV-2"] {
        order(&shop, number, "2T04:30");
    }
    order(&shop, "INV-3", "2T12:00");
    assert_eq!(overdue(&shop), [json!(0), json!([])]);
    // Within the grace an order is not overdue.
    shop.at("04:32");
    assert_eq!(overdue(&shop), [json!(0), json!([])]);
    shop.at("04:34");
    let held = json!([{ "sku": "seat", "orders": 2, "units": 2 }]);
    assert_eq!(overdue(&shop), [json!(2), held]);
    let columns = shop.run("product list --format csv").stdout;
    let headings = columns.lines().next().unwrap();
    assert!(headings.ends_with(",late_money,overdue"), "{headings}");
    shop.run("expire --quiet").ended(Exit::Clean);
    assert_eq!(overdue(&shop), [json!(0), json!([])]);
}

/// A shop in which everything is wrong at once.
fn bad_day() -> Shop {
    let shop = shop();
    for number in 1..=6 {
        order(&shop, &format!("INV-{number}"), "2T04:30");
    }
    jobs(&shop);
    for (number, amount) in [("INV-1", 10_000), ("INV-2", 60_000), ("INV-3", 25_000)] {
        answer(&shop, number, "settlement", amount);
    }
    shop.at("04:10");
    jobs(&shop);
    shop.run("order cancel INV-3 --reason rain --yes");
    for number in 4..=6 {
        let world = shop.simulator.handle();
        let one = FaultTarget::one(MIDTRANS, format!("INV-{number}"));
        world.fault(one, Fault::Silent).unwrap();
    }
    shop.at("04:40");
    jobs(&shop);
    shop.at("53:00");
    shop.run("check-all --fix --due --limit 1 --quiet");
    shop
}

fn on_screen(shop: &Shop, line: &str) -> CommandOutput {
    let console = Console::default();
    let host = Host {
        width: Some(80),
        ..shop.host("", &console)
    };
    let words = std::iter::once("payctl").chain(line.split_whitespace());
    console.output(payctl::commands::run(words.map(Into::into), host))
}

#[test]
fn a_bad_day_fits_a_small_screen() {
    let shop = bad_day();
    let needs = needs(&json(&shop));
    for kind in ["job", "gateway", "cases", "refunds", "overdue"] {
        let is_told = needs.iter().any(|need| need.starts_with(kind));
        assert!(is_told, "{kind}: {needs:?}");
    }
    for line in ["status", "status --quiet"] {
        let output = on_screen(&shop, line).ended(Exit::Attention);
        let lines: Vec<&str> = output.stdout.lines().collect();
        assert!(lines.len() < 24, "{}", output.stdout);
        let widest = lines.iter().map(|line| line.chars().count()).max();
        assert!(widest <= Some(80), "{}", output.stdout);
        for next in ["\nNext ", "payctl gateway list"] {
            assert!(output.stdout.contains(next), "{}", output.stdout);
        }
    }
    let quiet = on_screen(&shop, "status --quiet").stdout;
    assert!(!quiet.contains(" well "), "{quiet}");
}

#[test]
fn every_format_has_the_status() {
    let shop = bad_day();
    let csv = shop
        .run("status --format csv")
        .ended(Exit::Attention)
        .stdout;
    for field in [
        "\nattention.0.need,job\n",
        "\nround.left,",
        "\ntoday.day,2026-03-04\n",
    ] {
        assert!(csv.contains(field), "{csv}");
    }
    let lines = shop.run("status --format jsonl").ended(Exit::Attention);
    assert_eq!(lines.json()["command"], "status");
}
