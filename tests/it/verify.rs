//! `verify` prints one line when all is well, and rows with advice otherwise. Every story ends with it, too.

use payctl::domain::Invariant;
use payctl::exit::Exit;
use rusqlite::Connection;

use crate::books::fingerprint;
use crate::world::Shop;

fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 500")
        .ended(Exit::Clean);
    shop
}

fn tamper(shop: &Shop, sql: &str) {
    Connection::open(shop.database())
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}

#[test]
fn valid_books_pass_without_a_byte_changed() {
    let shop = shop();
    let before = fingerprint(&shop.database());
    let output = shop.run("verify").ended(Exit::Clean);
    assert_eq!(
        output.all(),
        format!("{} checks passed\n", Invariant::ALL.len())
    );
    assert_eq!(shop.run("verify --quiet").ended(Exit::Clean).all(), "");
    assert_eq!(fingerprint(&shop.database()), before);
}

#[test]
fn a_violation_names_its_row_and_advice() {
    let shop = shop();
    tamper(&shop, "UPDATE orders SET status = 'paid'");
    let output = shop.run("verify").ended(Exit::Attention);
    assert_eq!(
        output.stdout,
        format!(
            "Check         Order  Payment  What\n\
         order_cover   INV-1  -        the order is paid, with 0 of 500 covered\n\
         order_events  INV-1  -        the order is paid, but its last event says pending\n\
         \n\
         {} checks passed, 2 failed: 2 rows\n",
            Invariant::ALL.len() - 2
        )
    );
    assert!(
        output
            .stderr
            .contains("order_cover: expected: A paid order is fully paid"),
        "{}",
        output.stderr
    );
}

#[test]
fn programs_see_the_same_rows() {
    let shop = shop();
    tamper(&shop, "UPDATE orders SET status = 'paid'");
    let document = shop.run("verify -o json").ended(Exit::Attention).json();
    assert_eq!(document["exit"], 3);
    assert_eq!(document["rows"][0]["check"], "order_cover");
    assert_eq!(document["rows"][0]["order"], "INV-1");
    assert_eq!(document["summary"]["broken"], 2);
    assert_eq!(document["summary"]["more"], serde_json::json!([]));
    let csv = shop.run("verify -o csv").ended(Exit::Attention).stdout;
    assert!(
        csv.starts_with("check,order,payment,what,promise,advice\norder_cover,INV-1,,"),
        "{csv}"
    );
}

#[test]
fn verifying_a_missing_file_is_a_configuration_error() {
    let shop = Shop::new();
    shop.run("verify").ended(Exit::Config);
}
