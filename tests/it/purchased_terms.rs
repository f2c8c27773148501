//! An order keeps the terms it was bought under: editing the product changes no earlier order.

use payctl::exit::Exit;
use serde_json::Value;

use crate::books::{books, difference};
use crate::old_files::shop_with;
use crate::world::Shop;

/// Checks the number of tickets and the remaining seconds of access.
#[track_caller]
fn check(shop: &Shop, order: &str, tickets: usize, seconds: Option<u64>) {
    let shown = shop.order(order);
    assert_eq!(
        shown["tickets"].as_array().unwrap().len(),
        tickets,
        "{shown}"
    );
    let output = shop.run(&format!(
        "access check --product stream --order {order} -o json"
    ));
    let left = output.json()["remaining_seconds"].as_u64();
    assert_eq!(left.filter(|left| *left > 0), seconds, "{}", output.stdout);
    shop.run("verify").ended(Exit::Clean);
}

fn pay(shop: &Shop, order: &str) {
    shop.run(&format!("approve {order} --yes --reason cash"))
        .ended(Exit::Clean);
}

fn shop(terms: &str) -> Shop {
    let shop = Shop::new();
    shop.run(&format!("product set stream --price 500 {terms}"))
        .ended(Exit::Clean);
    shop
}

#[test]
fn editing_a_product_changes_no_waiting_order() {
    for (before, edit, tickets, seconds) in [
        ("--access 2h", "--access 1h", 0, Some(7_200)),
        ("--access 1h", "--access 2h", 0, Some(3_600)),
        (
            "--access 2h --tickets",
            "--access none --no-tickets",
            1,
            Some(7_200),
        ),
        ("", "--access 2h --tickets", 0, None),
        (
            "--access 2h --access-from payment",
            "--access-from first_use",
            0,
            Some(7_200),
        ),
    ] {
        let shop = shop(before);
        shop.run("order create --number MADE --line stream:1")
            .ended(Exit::Clean);
        let line = r#"{"number":"TAKEN-OVER","lines":[{"sku":"stream","quantity":1}]}"#;
        shop.import(line).ended(Exit::Clean);
        for _ in 0..2 {
            shop.run(&format!("product set stream {edit}"))
                .ended(Exit::Clean);
        }
        for order in ["MADE", "TAKEN-OVER"] {
            pay(&shop, order);
            check(&shop, order, tickets, seconds);
        }
        let level = books(&shop.database());
        shop.run("check-all --fix");
        assert_eq!(difference(&level, &books(&shop.database())), "");
    }
}

#[test]
fn access_from_first_use_still_starts_then() {
    let shop = shop("--access 2h --access-from first_use");
    shop.run("order create --number INV-1 --line stream:1")
        .ended(Exit::Clean);
    shop.run("product set stream --access 1h --access-from payment")
        .ended(Exit::Clean);
    pay(&shop, "INV-1");
    shop.at("12:00");
    check(&shop, "INV-1", 0, Some(7_200));
}

#[test]
fn a_revived_order_keeps_its_purchased_terms() {
    let shop = shop("--access 2h --tickets --late accept");
    shop.run("order create --number INV-1 --line stream:1 --expires-in 10m")
        .ended(Exit::Clean);
    shop.at("05:00");
    shop.run("expire").ended(Exit::Clean);
    shop.run("product set stream --access 1h --no-tickets")
        .ended(Exit::Clean);
    pay(&shop, "INV-1");
    check(&shop, "INV-1", 1, Some(7_200));
}

#[test]
fn a_product_may_gain_tickets_despite_large_orders() {
    let shop = shop("");
    shop.run("order create --number LARGE --line stream:5000")
        .ended(Exit::Clean);
    shop.run("product set stream --tickets").ended(Exit::Clean);
    pay(&shop, "LARGE");
    check(&shop, "LARGE", 0, None);
    shop.run("order create --number NEXT --line stream:5000")
        .ended(Exit::Failed);
}

#[test]
fn lines_of_old_files_take_todays_terms() {
    let shop = shop_with("terms.sql");
    shop.run("migrate").ended(Exit::Clean);
    let line = |order: &str| -> Value { shop.order(order)["lines"][0].clone() };
    let waits = line("WAITS");
    assert_eq!(waits["access_seconds"], 3_600);
    assert_eq!(waits["issues_tickets"], false);
    assert_eq!(waits["terms_of_migration"], true);
    // Tickets and access that were already issued are known.
    let given = line("GIVEN");
    assert_eq!(given["access_seconds"], 7_200);
    assert_eq!(given["issues_tickets"], true);
    assert_eq!(given["terms_of_migration"], false);
    shop.run("order create --number NEW --line stream:1")
        .ended(Exit::Clean);
    assert_eq!(line("NEW")["terms_of_migration"], false);
    shop.run("verify").ended(Exit::Clean);
}
