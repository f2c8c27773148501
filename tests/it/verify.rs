//! `verify` prints one line when all is well, and rows with advice otherwise. Every story ends with it, too.

use payctl::domain::Invariant;
use payctl::exit::Exit;
use rusqlite::Connection;
use serde_json::Value;

use crate::books::{books, difference, fingerprint};
use crate::schemas;
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
fn lost_search_words_are_found_and_mended() {
    for (damage, order, what) in [
        (
            "DELETE FROM order_terms WHERE term = '1'",
            Some("INV-1"),
            "the order is found, 1 are missing and 0 are too many",
        ),
        (
            "DELETE FROM customer_terms WHERE term = 'nur'",
            None,
            "customer 1 is found, 1 are missing and 0 are too many",
        ),
        (
            "UPDATE customers SET name = 'Dewi Lestari'",
            None,
            "customer 1 is found, 2 are missing and 2 are too many",
        ),
        (
            "DELETE FROM order_terms; DELETE FROM customer_terms",
            None,
            "customer 1 is found, 4 are missing and 0 are too many",
        ),
    ] {
        let shop = shop();
        let named = ["--name", "Siti Nur", "--email", "s.nur@example.com"];
        shop.run_words(&[&["order", "edit", "INV-1"], &named[..]].concat(), "")
            .ended(Exit::Clean);
        let whole = books(&shop.database());
        shop.run("migrate --search-words").ended(Exit::Clean);
        assert_eq!(difference(&whole, &books(&shop.database())), "");

        tamper(&shop, damage);
        let found = shop.run("verify -o json").ended(Exit::Attention).json();
        assert_eq!(schemas::fits("verify", &found), None);
        let last = found["rows"].as_array().unwrap().last().unwrap();
        assert_eq!(last["check"], "search_words");
        assert_eq!(last["order"].as_str(), order);
        let (told, advice) = (last["what"].to_string(), last["advice"].to_string());
        assert!(told.contains(what), "{told}");
        assert!(advice.contains("payctl migrate --search-words"), "{advice}");
        assert!(
            !told.contains("nur"),
            "no word of a customer is told: {told}"
        );
        check_mended(&shop, &found["summary"]["rows"]);
        if !damage.starts_with("UPDATE") {
            assert_eq!(difference(&whole, &books(&shop.database())), "");
        }
    }
}

/// The words are written anew, of so many orders and customers.
#[track_caller]
fn check_mended(shop: &Shop, wanted: &Value) {
    let damaged = books(&shop.database());
    let foreseen = shop.run("migrate --search-words --dry-run -o json");
    let foreseen = foreseen.ended(Exit::Clean).json();
    assert_eq!(difference(&damaged, &books(&shop.database())), "");
    let done = shop.run("migrate --search-words -o json");
    for told in [foreseen, done.ended(Exit::Clean).json()] {
        assert_eq!(schemas::fits("migrate", &told), None);
        assert_eq!(&told["search_words_mended"], wanted);
    }
    shop.run("verify").ended(Exit::Clean);
    let again = shop.run("migrate --search-words").ended(Exit::Clean).stdout;
    assert!(again.contains("nothing to do"), "{again}");
}

#[test]
fn verifying_a_missing_file_is_a_configuration_error() {
    let shop = Shop::new();
    shop.run("verify").ended(Exit::Config);
}
