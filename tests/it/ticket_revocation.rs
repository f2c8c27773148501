//! Revoking one ticket returns its unit and its part of the money, and nothing else.

use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};
use serde_json::Value;

use crate::books::{books, difference};
use crate::world::Shop;

/// A shop with a paid order of three seats at 25,000.
fn sold(terms: &str) -> Shop {
    sold_at(terms, "")
}

fn sold_at(terms: &str, way: &str) -> Shop {
    let shop = Shop::new();
    for line in [
        &format!("product set seat --price 25000 --capacity 3 --tickets {terms}"),
        &format!(
            "order create --number INV-1 --line seat:3 --customer-email rina@example.com{way}"
        ),
        "approve INV-1 --bank-ref FT1 --reason seen --yes --even-if-payable",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    shop
}

fn code(shop: &Shop, place: usize) -> String {
    let listed = shop.run("ticket list --order INV-1 -o json").json();
    let code = listed["rows"][place]["ticket"].as_str();
    code.unwrap().to_owned()
}

#[track_caller]
fn check(shop: &Shop, sold: i64, tickets: &[&str]) {
    let products = shop.run("product list -o json").json();
    assert_eq!(products["rows"][0]["sold"], sold, "{products}");
    assert_eq!(products["rows"][0]["held"], 0, "{products}");
    let order = shop.order("INV-1");
    let statuses: Vec<&Value> = order["tickets"].as_array().unwrap().iter().collect();
    let statuses: Vec<&str> = statuses
        .iter()
        .map(|ticket| ticket["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, tickets);
    shop.run("verify").ended(Exit::Clean);
}

/// Revokes in a dry run, then for real, then again: only the second run changes anything.
#[track_caller]
fn revoke(shop: &Shop, place: usize, more: &str, exit: Exit) -> Value {
    let code = code(shop, place);
    let line = format!("ticket revoke {code} --reason ill {more} -o json");
    let before = books(&shop.database());
    let foreseen = shop.run(&format!("{line} --dry-run")).ended(exit).json();
    assert_eq!(difference(&before, &books(&shop.database())), "");
    let mut done = shop.run(&line).ended(exit).json();
    let after = books(&shop.database());
    let again = shop.run(&line).ended(Exit::Failed);
    assert!(again.all().contains("already revoked"), "{}", again.all());
    assert_eq!(difference(&after, &books(&shop.database())), "");
    done["dry_run"] = true.into();
    assert_eq!(done, foreseen);
    let redeemed = format!("ticket redeem {code} --by gate");
    shop.run(&redeemed).ended(Exit::Attention);
    done
}

#[track_caller]
fn refused(shop: &Shop, place: usize, more: &str, why: &str) {
    let before = books(&shop.database());
    let line = format!("ticket revoke {} --reason ill {more}", code(shop, place));
    for line in [format!("{line} --dry-run"), line] {
        let output = shop.run(&line).ended(Exit::Failed);
        assert!(output.all().contains(why), "{}", output.all());
    }
    assert_eq!(difference(&before, &books(&shop.database())), "");
}

#[test]
fn a_revoked_tickets_unit_is_sold_again() {
    let shop = sold("");
    let done = revoke(&shop, 1, "", Exit::Clean);
    assert_eq!(done["unit_is_free"], true);
    assert_eq!(done["refund_due"], 0);
    assert_eq!(done["order_status"], "fulfilled");
    check(&shop, 2, &["good", "revoked", "good"]);

    shop.run("order create --number INV-2 --line seat:1 --total 0")
        .ended(Exit::Clean);
    shop.run("order create --number INV-3 --line seat:1")
        .ended(Exit::Failed);
    check(&shop, 3, &["good", "revoked", "good"]);
    // Only its remaining units become free.
    shop.run("order cancel INV-1 --reason rain --yes")
        .ended(Exit::Attention);
    check(&shop, 1, &["revoked", "revoked", "revoked"]);
}

#[test]
fn an_unresaleable_unit_stays_sold() {
    let shop = sold("--not-resaleable");
    let done = revoke(&shop, 0, "", Exit::Clean);
    assert_eq!(done["unit_is_free"], false);
    check(&shop, 3, &["revoked", "good", "good"]);
    shop.run("product set seat --resaleable").ended(Exit::Clean);
    assert_eq!(revoke(&shop, 1, "", Exit::Clean)["unit_is_free"], true);
    check(&shop, 2, &["revoked", "revoked", "good"]);
    shop.run("product set seat --not-resaleable")
        .ended(Exit::Clean);
    shop.run("order cancel INV-1 --reason rain --yes")
        .ended(Exit::Attention);
    check(&shop, 2, &["revoked", "revoked", "revoked"]);
}

#[test]
fn a_ticket_refund_never_exceeds_the_money() {
    let shop = sold("");
    refused(&shop, 0, "--refund 75001", "cannot go back");
    refused(&shop, 0, "--refund 0", "a refund must be greater than zero");
    let done = revoke(&shop, 0, "--refund 25.000 --by sari", Exit::Attention);
    assert_eq!(done["refund_due"], 25_000);
    refused(&shop, 1, "--refund 50.001", "cannot go back");
    let refund = shop.order("INV-1")["refunds"][0].clone();
    assert_eq!(refund["status"], "due");
    assert_eq!(refund["reason"], "person");
    assert_eq!(refund["amount"], 25_000);
    // The command itself has reported it.
    let output = shop.run("expire").all();
    assert!(!output.contains("told to nobody"), "{output}");

    shop.run("refund approve 1").ended(Exit::Clean);
    shop.run("refund done 1 --bank-ref OUT1").ended(Exit::Clean);
    refused(&shop, 1, "--refund 50001", "cannot go back");
    check(&shop, 2, &["revoked", "good", "good"]);
    shop.run("order cancel INV-1 --reason rain --yes")
        .ended(Exit::Attention);
    assert_eq!(shop.order("INV-1")["refunds"][1]["amount"], 50_000);
    check(&shop, 0, &["revoked", "revoked", "revoked"]);
}

#[test]
fn used_and_last_tickets_are_not_revoked() {
    let shop = sold("");
    let used = code(&shop, 0);
    shop.run(&format!("ticket redeem {used} --by gate"))
        .ended(Exit::Clean);
    refused(&shop, 0, "", "was redeemed at");
    revoke(&shop, 1, "", Exit::Clean);
    refused(&shop, 2, "", "payctl order cancel INV-1");
    check(&shop, 2, &["redeemed", "revoked", "good"]);
    shop.run("ticket revoke 00000000000000000000000000 --reason ill")
        .ended(Exit::Failed);
    shop.run(&format!("ticket revoke {used}"))
        .ended(Exit::Usage);
}

#[test]
fn moving_money_restores_no_revoked_ticket() {
    let shop = sold("");
    revoke(&shop, 0, "", Exit::Clean);
    let payments = shop.order("INV-1")["payments"].clone();
    let manual = payments.as_array().unwrap().iter();
    let manual = manual.clone().find(|one| one["gateway"] == "manual");
    let withdraw = format!(
        "approve --withdraw {} --reason slip --yes",
        manual.unwrap()["payment"]
    );
    shop.run(&withdraw).ended(Exit::Attention);
    check(&shop, 2, &["revoked", "suspended", "suspended"]);
    refused(&shop, 1, "", "is suspended");
    shop.run("approve INV-1 --bank-ref FT2 --reason seen --yes --even-if-payable")
        .ended(Exit::Clean);
    check(&shop, 2, &["revoked", "good", "good"]);
}

#[test]
fn reviving_an_order_restores_no_revoked_ticket() {
    let shop = sold_at("--not-resaleable", " --gateway midtrans --method qris");
    revoke(&shop, 0, "--refund 25000", Exit::Attention);
    shop.run("order cancel INV-1 --reason rain --yes")
        .ended(Exit::Attention);
    check(&shop, 3, &["revoked", "revoked", "revoked"]);
    let paid = AttemptTruth::new("settlement", payctl::domain::Rupiah::from_db(75_000));
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-1", paid).unwrap();
    shop.run("check-all --fix").ended(Exit::Attention);
    let cases = shop.run("case list --kind late_payment -o json").json();
    let case = cases["rows"][0]["case"].clone();
    shop.run(&format!("case resolve {case} --accept --reason good"))
        .ended(Exit::Clean);
    check(&shop, 3, &["revoked", "good", "good"]);
}

#[test]
fn the_reason_is_deleted_with_the_customer() {
    let shop = sold("");
    shop.run("ticket revoke X --reason ill").ended(Exit::Usage);
    revoke(&shop, 0, "", Exit::Clean);
    let events = shop.order("INV-1")["events"].to_string();
    assert!(
        events.contains("ticket 1 of seat is revoked: ill"),
        "{events}"
    );
    assert!(events.contains("O18"), "{events}");
    let output = shop.run("why INV-1").ended(Exit::Clean).all();
    assert!(output.contains("ticket 1 of seat"), "{output}");
    shop.run("cleanup --erase rina@example.com --yes")
        .ended(Exit::Clean);
    let events = shop.order("INV-1")["events"].to_string();
    assert!(!events.contains("is revoked: ill"), "{events}");
    assert!(events.contains("ticket 1 of seat"), "{events}");
    check(&shop, 2, &["revoked", "good", "good"]);
}
