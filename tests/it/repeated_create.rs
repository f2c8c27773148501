//! `order create` repeated by a script that lost the answer: nothing happens twice.

use payctl::exit::Exit;

use crate::books::{books, difference, fingerprint};
use crate::world::Shop;

const FULL: &str = "order create --number INV-1 --line seat:2 --line bag:1 --total 60000 --expires-in 2h \
                    --customer-name Sari --customer-email sari@example.com --gateway midtrans --method qris";

/// A shop whose one order holds the last seats.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("product set seat --price 25000 --capacity 2")
        .ended(Exit::Clean);
    shop.run("product set bag --price 10000").ended(Exit::Clean);
    let output = shop.run(&format!("{FULL} -o json")).ended(Exit::Clean);
    assert_eq!(output.json()["result"], "created");
    shop
}

#[track_caller]
fn check_unchanged(shop: &Shop, line: &str) -> serde_json::Value {
    let before = books(&shop.database());
    let output = shop.run(&format!("{line} -o json")).ended(Exit::Clean);
    assert_eq!(output.json()["result"], "unchanged", "{}", output.stdout);
    assert_eq!(difference(&before, &books(&shop.database())), "");
    output.json()
}

#[test]
fn the_same_order_again_is_unchanged() {
    let shop = shop();
    let first = check_unchanged(&shop, FULL);
    // By then the price, the configuration and the time may have changed.
    shop.run("product set seat --price 99000")
        .ended(Exit::Clean);
    shop.at("23:00");
    let again = check_unchanged(&shop, FULL);
    assert_eq!(first["expires_at"], again["expires_at"]);
    let other_order = FULL.replace("--line seat:2 --line bag:1", "--line bag:1 --line seat:2");
    check_unchanged(&shop, &other_order);
    check_unchanged(&shop, &format!("{FULL} --reference INV-1"));
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_repeated_order_shows_its_current_state() {
    let shop = shop();
    shop.run("order extend INV-1 --by 1h").ended(Exit::Clean);
    let shown = check_unchanged(&shop, FULL);
    assert_eq!(shown["expires_at"], "2026-03-02T07:00:00Z");
    shop.run("order cancel INV-1 --unproven --reason wrong")
        .ended(Exit::Clean);
    assert_eq!(check_unchanged(&shop, FULL)["status"], "cancelled");
}

#[test]
fn an_absolute_deadline_is_zone_independent() {
    let shop = Shop::new();
    let line = "order create --number INV-9 --total 500 --expires-at";
    shop.run(&format!("{line} 2026-03-02T10:00:00Z"))
        .ended(Exit::Clean);
    shop.at("23:00");
    check_unchanged(&shop, &format!("{line} 2026-03-02T17:00:00+07:00"));
    shop.run(&format!("{line} 2026-03-02T11:00:00Z"))
        .ended(Exit::Failed);
}

#[test]
fn other_content_under_a_number_is_refused() {
    let shop = shop();
    let before = books(&shop.database());
    for (was, is) in [
        ("seat:2", "seat:1"),
        (" --line bag:1", ""),
        ("--total 60000", "--total 60001"),
        (" --total 60000", ""),
        ("--expires-in 2h", "--expires-in 3h"),
        (" --expires-in 2h", ""),
        (" --expires-in 2h", " --expires-at 2026-03-02T06:00:00Z"),
        ("Sari", "Rina"),
        ("sari@example.com", "Sari@example.com"),
        ("midtrans", "pakasir"),
        (" --gateway midtrans --method qris", ""),
        ("--method qris", "--method qris --reference R-1"),
        ("--method qris", "--method bca_va"),
    ] {
        let output = shop.run(&FULL.replace(was, is)).ended(Exit::Failed);
        assert!(output.stderr.contains("other content"), "{}", output.stderr);
        assert!(output.stderr.contains("order show INV-1"));
    }
    assert_eq!(difference(&before, &books(&shop.database())), "");
}

#[test]
fn an_imported_order_is_not_created_again() {
    let shop = Shop::new();
    shop.import(r#"{"number":"INV-7","total":500}"#)
        .ended(Exit::Clean);
    let output = shop
        .run("order create --number INV-7 --total 500")
        .ended(Exit::Failed);
    assert!(output.stderr.contains("is taken"), "{}", output.stderr);
}

#[test]
fn a_repeated_dry_run_writes_nothing() {
    let shop = shop();
    let before = fingerprint(&shop.database());
    let output = shop.run(&format!("{FULL} --dry-run")).ended(Exit::Clean);
    assert!(output.stdout.contains("unchanged"), "{}", output.stdout);
    assert_eq!(fingerprint(&shop.database()), before);
}
