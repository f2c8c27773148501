//! Orders imported while the keys belong to another account: its "not found" proves nothing.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{ANY, AttemptTruth, MIDTRANS};
use serde_json::Value;

use crate::books::{books, difference};
use crate::world::Shop;

/// Twenty imported orders, two days old; their deadlines have passed.
fn shop(status: &str) -> Shop {
    let shop = Shop::new();
    let line = |number| {
        format!(
            r#"{{"number":"INV-{number}","total":25000,"created_at":"2026-02-28T04:00:00Z","payments":[{{"gateway":"midtrans","method":"qris","status":"{status}"}}]}}"#
        )
    };
    let lines: Vec<String> = (1..=20).map(line).collect();
    shop.import(&lines.join("\n")).ended(Exit::Clean);
    shop
}

/// Switches to the right account, which knows all of them.
fn use_right_account(shop: &Shop) {
    let paid = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, ANY, paid).unwrap();
}

fn statuses(shop: &Shop) -> Vec<(Value, Value)> {
    let orders = (1..=20).map(|number| shop.order(&format!("INV-{number}")));
    orders
        .map(|order| {
            (
                order["status"].clone(),
                order["payments"][0]["status"].clone(),
            )
        })
        .collect()
}

#[track_caller]
fn check_all_paid(shop: &Shop) {
    shop.run("check-all --fix").ended(Exit::Clean);
    assert_eq!(
        statuses(shop),
        vec![("fulfilled".into(), "paid".into()); 20]
    );
    let output = shop.run("check-all -o json").json();
    assert_eq!(output["summary"]["cases_open"], 0, "{}", output["summary"]);
}

#[test]
fn an_unproven_account_closes_no_unseen_payment() {
    let shop = shop("created");
    let before = statuses(&shop);
    let output = shop.run("check-all --fix -o json").ended(Exit::Attention);
    assert_eq!(
        output.json()["summary"]["cases_opened"],
        1,
        "{}",
        output.stdout
    );
    assert_eq!(statuses(&shop), before);
    let level = books(&shop.database());

    // Their orders are overdue and wait for a person; each run reports them as kept.
    shop.at("04:05");
    let output = shop.run("check-all --fix -o json").ended(Exit::Attention);
    assert_eq!(
        output.json()["summary"]["cases_open"],
        1,
        "{}",
        output.stdout
    );
    assert_eq!(difference(&level, &books(&shop.database())), "");

    use_right_account(&shop);
    shop.at("04:10");
    check_all_paid(&shop);
}

#[test]
fn a_seen_payment_is_not_believed_gone() {
    let shop = shop("pending");
    let before = statuses(&shop);
    // An import is not an answer of the gateway, so its "not found" only shows that the account is unproven.
    for (time, exit) in [("04:01", Exit::Attention), ("04:02", Exit::Attention)] {
        shop.at(time);
        let output = shop.run("check-all --fix -o json").ended(exit);
        assert_eq!(
            output.json()["summary"]["cases_open"],
            1,
            "{}",
            output.stdout
        );
        assert_eq!(statuses(&shop), before);
    }
    use_right_account(&shop);
    shop.at("04:10");
    check_all_paid(&shop);
}

#[test]
fn a_proven_account_may_report_unused_pages() {
    let shop = shop("created");
    let line = "order create --number INV-21 --total 25000 --gateway midtrans";
    shop.run(line).ended(Exit::Clean);
    let paid = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-21", paid).unwrap();
    shop.at("04:01");
    shop.run("check-all --fix");
    shop.at("04:02");
    shop.run("check-all --fix").ended(Exit::Clean);
    assert_eq!(
        statuses(&shop),
        vec![("pending".into(), "expired".into()); 20]
    );
}

/// What was said before the account had proved anything is asked about once it has.
#[test]
fn early_denials_become_cases_once_proven() {
    for (status, kind) in [
        ("paid", "gateway_contradiction"),
        ("pending", "forgotten_by_gateway"),
    ] {
        let shop = shop(status);
        shop.run("check-all --fix").ended(Exit::Attention);
        let line = "order create --number INV-21 --total 25000 --gateway midtrans";
        shop.run(line).ended(Exit::Clean);
        let paid = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
        let world = shop.simulator.handle();
        world.set(MIDTRANS, "INV-21", paid).unwrap();
        shop.at("04:01");
        shop.run("check-status INV-21 --fix").ended(Exit::Clean);
        shop.at("04:02");
        shop.run("check-all --fix").ended(Exit::Attention);
        // The same answer once more opens no second case.
        shop.at("04:10");
        let output = shop.run("check-all --fix -o json").json();
        assert_eq!(output["summary"]["cases_open"], 20, "{status}: {output}");
        let cases = shop.run("case list -o json").json();
        let kinds: Vec<&str> = cases["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| case["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, [kind; 20]);
        shop.run("verify").ended(Exit::Clean);
    }
}
