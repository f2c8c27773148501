//! What gateways have sent: listed, shown, and processed once more.

use std::time::Duration;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};
use serde_json::Value;

use crate::books::books;
use crate::notification;
use crate::world::{CommandOutput, Shop, config};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn rows(output: &CommandOutput) -> Vec<Value> {
    output.json()["rows"].as_array().unwrap().clone()
}

/// An order that waits for money, by a customer.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --expires-in 60d --gateway midtrans --method qris --customer-email rina@example.com")
        .ended(Exit::Clean);
    is(&shop, "pending");
    shop.run("check-status INV-1 --fix").ended(Exit::Clean);
    shop
}

fn is(shop: &Shop, status: &str) {
    let truth = AttemptTruth::new(status, Rupiah::new(25_000).unwrap());
    shop.simulator
        .handle()
        .set(MIDTRANS, "INV-1", truth)
        .unwrap();
}

fn post(shop: &Shop, gateway: &str, body: &str) -> CommandOutput {
    let words = [
        "webhook",
        gateway,
        "--remote-address",
        "203.0.113.7",
        "--header",
        "User-Agent: Veritrans",
        "--header",
        "X-Secret: do-not-show-this",
        "--header",
        "X-Forwarded-For: 198.51.100.2",
    ];
    shop.run_words(&words, body)
}

#[test]
fn notifications_are_listed_with_where_they_came_from() {
    let shop = shop();
    post(
        &shop,
        "midtrans",
        &notification::midtrans("INV-1", "pending", 25_000),
    )
    .ended(Exit::Clean);
    shop.at("04:10");
    post(
        &shop,
        "midtrans",
        &notification::midtrans("INV-9", "settlement", 500),
    )
    .ended(Exit::Attention);
    shop.at("04:20");
    post(
        &shop,
        "midtrans",
        &notification::forged("INV-1", "settlement", 25_000),
    )
    .ended(Exit::Attention);
    let all = rows(&shop.run("webhook list -o json").ended(Exit::Clean));
    let told: Vec<String> = all
        .iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row["verdict"], row["order"], row["remote_address"]
            )
            .replace('"', "")
        })
        .collect();
    assert_eq!(
        told,
        [
            "forged null 203.0.113.7",
            "unknown_order null 203.0.113.7",
            "verified INV-1 203.0.113.7",
        ]
    );
    assert_eq!(all[2]["headers"]["user-agent"], "Veritrans");
    assert_eq!(all[2]["headers"]["x-secret"], "present");
    let count = |line: &str| {
        rows(
            &shop
                .run(&format!("webhook list {line} -o json"))
                .ended(Exit::Clean),
        )
        .len()
    };
    assert_eq!(count("--order INV-1"), 1);
    assert_eq!(count("--verdict forged,unreadable"), 1);
    assert_eq!(count("--gateway midtrans"), 3);
    assert_eq!(count("--gateway pakasir"), 0);
    assert_eq!(count("--limit 2"), 2);
    assert_eq!(count("--limit 2 --after 2"), 1);
}

#[test]
fn a_notification_is_shown_without_secrets() {
    let shop = shop();
    for body in [
        notification::midtrans("INV-1", "pending", 25_000),
        notification::midtrans("INV-9", "settlement", 500),
        notification::forged("INV-1", "settlement", 25_000),
    ] {
        post(&shop, "midtrans", &body);
    }
    let shown = shop.run("webhook show 1").ended(Exit::Clean).stdout;
    for part in [
        "203.0.113.7 (for 198.51.100.2)",
        "user-agent: Veritrans",
        "\"order_id\": \"INV-1\"",
        "verified",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    for line in [
        "webhook show 1 -o json",
        "webhook list --wide",
        "webhook list -o csv",
        "webhook show 3",
    ] {
        let told = shop.run(line).ended(Exit::Clean).all();
        assert!(
            !told.contains("do-not-show-this") && !told.contains("signature_key"),
            "{told}"
        );
    }
    assert_eq!(
        shop.run("webhook show 3 -o json").json()["body"],
        serde_json::json!({})
    );
    shop.run("webhook show 99").ended(Exit::Failed);
}

#[test]
fn a_notification_is_processed_once_more() {
    let shop = shop();
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    // The gateway lags behind its own notification.
    post(&shop, "midtrans", &body).ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "pending");
    is(&shop, "settlement");
    let before = books(&shop.database());
    let would = shop
        .run("webhook replay 1 --dry-run")
        .ended(Exit::Attention)
        .stdout;
    assert!(would.contains("would fix"), "{would}");
    assert_eq!(books(&shop.database()), before);
    let done = shop
        .run("webhook replay 1 -o json")
        .ended(Exit::Clean)
        .json();
    assert_eq!(done["summary"]["fixed"], 1);
    assert_eq!(done["summary"]["notification"], "verified");
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    // Twice does no more than once, and nothing has come a second time.
    let events = shop.count("SELECT count(*) FROM events");
    shop.run("webhook replay 1").ended(Exit::Clean);
    assert_eq!(shop.count("SELECT count(*) FROM events"), events);
    assert_eq!(shop.count("SELECT sum(times) FROM notifications"), 1);
    shop.run("verify").ended(Exit::Clean);
    shop.run("webhook replay 99").ended(Exit::Failed);
}

#[test]
fn an_early_notification_finds_its_order_later() {
    let shop = Shop::new();
    shop.run("product set seat --price 500").ended(Exit::Clean);
    post(&shop, "pakasir", &notification::pakasir("INV-5", 500)).ended(Exit::Attention);
    shop.run("webhook replay 1").ended(Exit::Attention);
    shop.run("order create --number INV-5 --total 500 --gateway pakasir --method qris")
        .ended(Exit::Clean);
    let told = shop.run("webhook replay 1 -o json").json();
    assert_eq!(told["summary"]["order"], "INV-5");
    assert_eq!(told["summary"]["asked"], 1);
    let shown = rows(&shop.run("webhook list -o json"));
    assert_eq!(shown[0]["order"], "INV-5");
    assert_eq!(shown[0]["verdict"], "unsigned");
}

#[test]
fn a_refused_notification_is_not_processed_again() {
    let shop = shop();
    post(
        &shop,
        "midtrans",
        &notification::forged("INV-1", "settlement", 25_000),
    )
    .ended(Exit::Attention);
    let asked = shop.simulator.handle().asked_total();
    let refused = shop.run("webhook replay 1").ended(Exit::Failed);
    assert!(
        refused.stderr.contains("was refused, forged"),
        "{}",
        refused.stderr
    );
    assert_eq!(shop.simulator.handle().asked_total(), asked);
}

#[test]
fn origins_go_after_thirty_days() {
    let shop = shop();
    post(
        &shop,
        "midtrans",
        &notification::midtrans("INV-1", "pending", 25_000),
    )
    .ended(Exit::Clean);
    let kept = "SELECT count(*) FROM notifications WHERE headers IS NOT NULL OR remote_address IS NOT NULL";
    shop.pass(29 * DAY);
    shop.run("cleanup").ended(Exit::Clean);
    assert_eq!(shop.count(kept), 1);
    shop.pass(2 * DAY);
    let count = |line: &str| {
        let rows = rows(&shop.run(&format!("{line} -o json")).ended(Exit::Clean));
        rows.iter().find(|row| row["what"] == "origins").unwrap()["count"].clone()
    };
    assert_eq!(count("cleanup --dry-run"), 1);
    assert_eq!(count("cleanup"), 1);
    assert_eq!(shop.count(kept), 0);
    assert_eq!(shop.count("SELECT count(*) FROM notifications"), 1);
    assert_eq!(count("cleanup"), 0);
    let shown = shop.run("webhook show 1 -o json").ended(Exit::Clean).json();
    assert_eq!(
        (&shown["remote_address"], &shown["headers"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn origins_go_with_their_customer() {
    let shop = shop();
    post(
        &shop,
        "midtrans",
        &notification::midtrans("INV-1", "pending", 25_000),
    )
    .ended(Exit::Clean);
    post(
        &shop,
        "midtrans",
        &notification::midtrans("INV-9", "settlement", 500),
    )
    .ended(Exit::Attention);
    shop.run("order cancel INV-1 --reason gone --unproven")
        .all();
    shop.run("cleanup --erase rina@example.com --yes")
        .ended(Exit::Clean);
    assert_eq!(shop.count("SELECT count(*) FROM notifications WHERE headers IS NOT NULL AND payment_id IS NOT NULL"), 0);
    assert_eq!(
        shop.count("SELECT count(*) FROM notifications WHERE headers IS NOT NULL"),
        1
    );
    let file = std::fs::read(shop.database()).unwrap();
    let text = String::from_utf8_lossy(&file);
    assert_eq!(
        text.matches("198.51.100.2").count(),
        1,
        "an erased header is still in the file"
    );
}

#[test]
fn a_gateway_named_like_a_subcommand_is_reached() {
    let shop = shop();
    let url = shop.simulator.url();
    let text = config(&url, &url).replace("[gateways.pakasir]", "[gateways.list]");
    shop.configure(&text);
    let refused = shop.run("webhook list").ended(Exit::Usage);
    assert!(
        refused.stderr.contains("payctl webhook -- list"),
        "{}",
        refused.stderr
    );
    let words = ["webhook", "--", "list"];
    let taken = shop.run_words(&words, &notification::pakasir("INV-1", 1));
    assert!(taken.stdout.contains("notification"), "{}", taken.all());
    assert_eq!(
        shop.count("SELECT count(*) FROM notifications WHERE gateway = 'list'"),
        1
    );
    // The others are not touched by it.
    post(
        &shop,
        "midtrans",
        &notification::midtrans("INV-1", "pending", 25_000),
    )
    .ended(Exit::Clean);
}
