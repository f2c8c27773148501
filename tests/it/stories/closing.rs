//! Unused pages: they are closed when the gateway confirms it, not when payctl requests it.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};
use serde_json::Value;

use crate::story::check;
use crate::world::Shop;

/// A page for the last seat, open until 05:00.
const PAGE: &str = "
    04:00 payctl  product set seat --price 25000 --capacity 1 => clean
    04:00 payctl  order create --number INV-1 --line seat:1 --expires-at 2026-03-02T05:00:00Z => clean
    04:00 payctl  pay INV-1 --gateway midtrans --method snap => clean
";

#[test]
fn an_order_with_an_open_page_stays_uncancelled() {
    for (fault, said) in [
        ("close_refused", "has not closed its page"),
        ("unanswered", "could not be reached"),
        ("silent", "could not be reached"),
    ] {
        check(&format!(
            r#"
            {PAGE}
            04:10 gateway INV-1 {fault}
            04:11 once    order cancel INV-1 --reason changed-their-mind => partial
            04:11 says    "1 kept"
            04:11 says    "{said}"
            04:11 look    INV-1 pending
            04:11 look    INV-1 payment created
            04:11 stock   seat 1 held 0 sold
            04:20 gateway INV-1 healthy
            04:21 payctl  order cancel INV-1 --reason changed-their-mind => clean
            04:21 look    INV-1 cancelled
            04:21 stock   seat 0 held 0 sold
            "#
        ));
    }
}

/// The same with an order that ends before its page: a page lives at least five minutes.
const SHORT: &str = "
    04:00 payctl  product set seat --price 25000 --capacity 1 => clean
    04:00 payctl  order create --number INV-1 --line seat:1 --expires-at 2026-03-02T04:00:30Z => clean
    04:00 payctl  pay INV-1 --gateway midtrans --method snap => clean
    04:00 gateway INV-1 close_refused
    04:04 once    expire => partial
    04:04 says    has not closed its page, which stays usable until 2026-03-02 04:05:00 UTC
    04:04 look    INV-1 pending
    04:04 stock   seat 1 held 0 sold
";

#[test]
fn a_payment_on_an_open_page_is_found() {
    check(&format!(
        "
        {SHORT}
        04:04 gateway INV-1 chooses qris
        04:04 gateway INV-1 pays
        04:06 payctl  expire => clean
        04:06 look    INV-1 fulfilled
        04:06 stock   seat 0 held 1 sold
        "
    ));
}

#[test]
fn an_unclosed_page_ends_after_its_deadline() {
    check(&format!(
        "
        {SHORT}
        04:05 once    expire => partial
        04:05 cases   INV-1 none
        04:06 once    expire => attention
        04:06 cases   INV-1 cannot_close
        04:09 payctl  expire => clean
        04:09 look    INV-1 expired
        04:09 cases   INV-1 none
        04:09 stock   seat 0 held 0 sold
        "
    ));
}

#[test]
fn no_payment_opens_beside_an_open_page() {
    for fault in ["close_refused", "unanswered"] {
        check(&format!(
            "
            {PAGE}
            04:10 gateway INV-1 {fault}
            04:11 payctl  pay INV-1 --gateway midtrans --method qris --new => partial
            04:11 says    payment 1 may be paid until 2026-03-02 05:00:00 UTC
            04:11 look    INV-1 payment created
            04:12 gateway INV-1 healthy
            04:13 payctl  pay INV-1 --gateway midtrans --method qris --new => clean
            04:13 look    INV-1 payment cancelled pending
            "
        ));
    }
}

#[test]
fn an_uncloseable_shop_page_blocks_a_second_payment() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let waits = AttemptTruth::new("pending", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-1", waits).unwrap();
    shop.run("check-all --fix").ended(Exit::Clean);
    let record = r#"{"number":"SHOP-1","total":25000,"payments":[{"gateway":"midtrans","reference":"SHOP-1"}]}"#;
    shop.import(record).ended(Exit::Clean);
    let pay = "pay SHOP-1 --gateway midtrans --method qris --new";
    for _ in 0..2 {
        let output = shop.run(pay).ended(Exit::Partial);
        assert!(
            output
                .stderr
                .contains("payment 2 may be paid until 2026-03-03 04:00:00 UTC")
                && output
                    .stderr
                    .contains("close it where it was opened, or wait"),
            "{}",
            output.stderr
        );
    }
    assert_eq!(statuses(&shop.order("SHOP-1")["payments"]), ["created"]);
    assert_eq!(world.closes_of(MIDTRANS, "SHOP-1"), 0);
    assert_eq!(
        shop.count("SELECT count(*) FROM events WHERE what = 'close'"),
        0
    );
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_dead_orders_uncloseable_page_is_only_watched() {
    let shop = Shop::new();
    let record = r#"{"number":"SHOP-1","total":25000,"payments":[{"gateway":"midtrans","reference":"SHOP-1"}]}"#;
    shop.import(record).ended(Exit::Clean);
    shop.run("order cancel SHOP-1 --unproven --reason called")
        .ended(Exit::Clean);
    let tried = "SELECT count(*) FROM payments WHERE close_tried_at IS NOT NULL";
    assert_eq!(shop.count(tried), 0);
    for _ in 0..2 {
        shop.run("check-all --fix");
        assert_eq!(shop.count(tried), 1);
    }
    assert_eq!(
        shop.count("SELECT count(*) FROM events WHERE what = 'close'"),
        0
    );
}

fn statuses(payments: &Value) -> Vec<&str> {
    let payments = payments.as_array().into_iter().flatten();
    payments
        .filter_map(|payment| payment["status"].as_str())
        .collect()
}

#[test]
fn an_unanswered_close_of_a_dead_order_shows() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 pending as qris
        04:11 payctl  check-all --fix => clean
        04:12 once    order cancel INV-1 --reason asked --unproven => clean
        04:20 gateway INV-1 silent
        04:20 once    expire => partial
        04:30 gateway INV-1 healthy
        04:30 payctl  expire => clean
        04:30 look    INV-1 payment expired
        ",
    );
}
