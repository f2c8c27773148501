//! Returned money that an older version booked silently: `verify` finds it, and the next answers open its cases.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use crate::old_files::shop_with;
use crate::world::Shop;

/// A file of version 13, with what its gateway still answers.
fn damaged_shop() -> Shop {
    let shop = shop_with("gone_back.sql");
    shop.run("migrate").ended(Exit::Clean);
    for (reference, word) in [
        ("TWICE", "refund"),
        ("BACK", "settlement"),
        ("WON", "settlement"),
        ("FINE", "refund"),
    ] {
        let answer = AttemptTruth::new(word, Rupiah::from_db(25_000));
        let world = shop.simulator.handle();
        world.set(MIDTRANS, reference, answer).unwrap();
    }
    shop
}

/// The check and order of each violation.
fn violations(shop: &Shop) -> Vec<String> {
    let output = shop.run("verify -o json").json();
    let rows = output["rows"].as_array().unwrap().iter();
    rows.map(|row| format!("{} {}", row["check"], row["order"]).replace('"', ""))
        .collect()
}

#[test]
fn verify_finds_money_silently_refunded_twice() {
    let shop = damaged_shop();
    let found = ["gone_twice TWICE", "taken_back BACK", "taken_back WON"];
    assert_eq!(violations(&shop), found);
    shop.run("verify").ended(Exit::Attention);
}

#[test]
fn the_next_answers_open_the_missing_cases() {
    let shop = damaged_shop();
    let shown = shop.run("check-all").ended(Exit::Attention);
    assert!(
        shown.stdout.contains("case refunded_twice"),
        "{}",
        shown.stdout
    );
    shop.run("check-all --fix").ended(Exit::Attention);
    shop.run("check-all --fix").ended(Exit::Clean);
    assert!(violations(&shop).is_empty());

    shop.at("04:12");
    let second = shop.run("check-all --fix").ended(Exit::Attention);
    assert!(
        second.stdout.contains("case refund_taken_back"),
        "{}",
        second.stdout
    );
    shop.at("04:14");
    shop.run("check-all --fix").ended(Exit::Clean);
    let kinds = |order: &str| -> Vec<String> {
        let cases = shop.order(order)["cases"].as_array().unwrap().clone();
        cases.iter().map(|case| case["kind"].to_string()).collect()
    };
    assert_eq!(kinds("TWICE"), [r#""refunded_twice""#]);
    assert_eq!(kinds("BACK"), [r#""refund_taken_back""#]);
    assert!(kinds("WON").is_empty() && kinds("FINE").is_empty());
    assert_eq!(shop.order("WON")["payments"][0]["charged_back"], 0);
    shop.run("verify").ended(Exit::Clean);
}
