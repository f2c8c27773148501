//! Files damaged by an old version, and how the next run repairs them.

use std::path::Path;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};
use rusqlite::Connection;

use crate::world::Shop;

/// A shop with the file of this dump, a moment after its last use.
pub(crate) fn shop_with(dump: &str) -> Shop {
    let shop = Shop::new();
    make(&shop.database(), dump);
    shop.at("04:11");
    shop
}

/// Makes the file of an old version: its schema and the rows of the dump.
pub(crate) fn make(database: &Path, dump: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/old");
    let connection = Connection::open(database).unwrap();
    for part in ["schema_13.sql", dump] {
        let part = std::fs::read_to_string(folder.join(part)).unwrap();
        connection.execute_batch(&part).unwrap();
    }
}

fn says(shop: &Shop, reference: &str, id: &str, answer: AttemptTruth) {
    let answer = AttemptTruth {
        transaction_id: Some(id.to_owned()),
        ..answer
    };
    let world = shop.simulator.handle();
    world.set(MIDTRANS, reference, answer).unwrap();
}

fn answer(status: &str, method: &str) -> AttemptTruth {
    AttemptTruth {
        method: Some(method.to_owned()),
        ..AttemptTruth::new(status, Rupiah::new(25_000).unwrap())
    }
}

fn shop_with_gateway_truth() -> Shop {
    let shop = shop_with("named_tries.sql");
    let known = "64b240e9-d860-42c5-88ef-e7140809f5bb";
    says(&shop, "KNOWN-1", known, answer("settlement", "qris"));
    for (number, latest) in [("NAMED-1", "pending"), ("NAMED-2", "expire")] {
        let (first, second) = (format!("{number}-a"), format!("{number}-b"));
        says(&shop, number, &first, answer("settlement", "bca_va"));
        says(&shop, number, &second, answer(latest, "qris"));
    }
    says(&shop, "HIDDEN-1", "HIDDEN-1-a", answer("deny", "qris"));
    says(
        &shop,
        "HIDDEN-1",
        "HIDDEN-1-b",
        answer("settlement", "qris"),
    );
    let dana = AttemptTruth {
        order_id: Some("DANA-1-a".to_owned()),
        ..answer("settlement", "dana")
    };
    says(&shop, "DANA-X", "DANA-1-a", dana);
    shop
}

#[test]
fn a_payment_never_queried_is_found() {
    let shop = shop_with_gateway_truth();
    shop.run("migrate").ended(Exit::Clean);
    let found = shop.run("verify").ended(Exit::Attention);
    for number in ["NAMED-1", "NAMED-2", "DANA-1"] {
        assert!(found.stdout.contains(number), "{}", found.all());
    }
    assert!(
        found.stdout.contains("was never queried"),
        "{}",
        found.all()
    );
}

#[test]
fn the_next_run_repairs_missed_payments() {
    let shop = shop_with_gateway_truth();
    shop.run("migrate").ended(Exit::Clean);
    let shown = shop.run("check-all").ended(Exit::Attention);
    assert!(shown.stdout.contains("would_fix"), "{}", shown.all());
    let healed = shop.run("check-all --fix");
    for number in ["NAMED-1", "NAMED-2", "HIDDEN-1", "DANA-1"] {
        let status = shop.order(number)["status"].clone();
        assert_eq!(status, "fulfilled", "{number}: {}", healed.all());
    }
    shop.run("verify").ended(Exit::Clean);
    shop.run("check-all --fix").ended(Exit::Clean);
}

#[test]
fn wrong_amounts_without_cases_get_them() {
    let shop = shop_with("mismatches.sql");
    shop.run("migrate").ended(Exit::Clean);
    for (number, status) in [("OLD-1", "partial_refund"), ("NEW-1", "partial_chargeback")] {
        let went_back = AttemptTruth {
            refunded: Some(Rupiah::new(5_000).unwrap()),
            ..AttemptTruth::new(status, Rupiah::new(20_000).unwrap())
        };
        says(&shop, number, &format!("{number}-a"), went_back);
    }
    let verified = shop.run("verify").ended(Exit::Attention);
    for found in [
        "mismatch_cases  OLD-1",
        "mismatch_cases  NEW-1",
        "overdue_orders  OLD-1",
    ] {
        assert!(
            verified.stdout.contains(found),
            "{found}: {}",
            verified.all()
        );
    }
    let kept = shop.run("expire --dry-run").ended(Exit::Attention);
    assert!(kept.stdout.contains("2 kept"), "{}", kept.all());
    let foreseen = shop.run("check-all").ended(Exit::Attention);
    assert!(
        foreseen.stdout.contains("case amount_mismatch"),
        "{}",
        foreseen.all()
    );
    let healed = shop.run("check-all --fix --quiet").ended(Exit::Attention);
    for case in [
        "chargeback, NEW-1",
        "amount_mismatch, OLD-1",
        "amount_mismatch, NEW-1",
    ] {
        assert!(healed.stdout.contains(case), "{case}: {}", healed.all());
    }
    shop.run("verify").ended(Exit::Clean);
    shop.run("case resolve 2 --refund --by rina --reason wrong")
        .ended(Exit::Attention);
    shop.run("case resolve 3 --refund --by rina --reason wrong")
        .ended(Exit::Attention);
    shop.at("04:12");
    shop.run("expire --quiet").ended(Exit::Clean);
    let output = shop.run("check-all --fix --quiet").ended(Exit::Clean);
    assert_eq!(output.all(), "");
}

#[test]
fn an_expiry_by_a_forgetful_account_is_found() {
    let shop = shop_with("forgotten.sql");
    shop.run("migrate").ended(Exit::Clean);
    let output = shop.run("verify").ended(Exit::Attention);
    assert!(output.stdout.contains("LOST-1"), "{}", output.all());
    assert!(
        output
            .stdout
            .contains("which at that time did not know payments"),
        "{}",
        output.all()
    );
    let seen = |number: &str| {
        let connection = Connection::open(shop.database()).unwrap();
        let sql = "SELECT seen FROM payments WHERE reference = $1";
        connection
            .query_row(sql, [number], |row| row.get::<_, bool>(0))
            .unwrap()
    };
    // A payment that only an import called paid was never seen at the gateway.
    assert_eq!(
        [seen("PAID-1"), seen("LOST-1"), seen("OLD-1")],
        [true, false, false]
    );
    let listed = shop.run("gateway list -o json").json();
    let row = listed["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["gateway"] == "pakasir")
        .unwrap();
    assert_eq!(row["known"], 1, "{listed}");
}
