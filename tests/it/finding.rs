//! `order find`: whatever a customer or a statement says of an order leads to it.

use payctl::exit::Exit;
use rusqlite::Connection;
use serde_json::Value;

use crate::world::Shop;

/// One order of Siti, paid by transfer, with a ticket; one of Budi at a gateway; one of nobody.
fn shop() -> Shop {
    let shop = Shop::new();
    for line in [
        "product set seat --price 25000 --tickets",
        "product set pass --price 40000",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    let siti = [
        "order",
        "create",
        "--number",
        "INV-2026-00123",
        "--line",
        "seat:1",
        "--customer-name",
        "Siti Nur Haliza",
        "--customer-email",
        "s.nur@example.com",
        "--customer-phone",
        "+62 812-3456-7890",
    ];
    shop.run_words(&siti, "").ended(Exit::Clean);
    shop.run("approve INV-2026-00123 --bank-ref BCA-991 --reason seen --yes")
        .ended(Exit::Clean);
    let budi = "order create --number KURSUS7 --line pass:1 --customer-name Budi --customer-email budi@contoh.id \
                --gateway midtrans --method qris --reference PAY-77 --transaction-id 9af1-77";
    shop.run(budi).ended(Exit::Clean);
    shop.run("order create --number X_1 --line pass:2")
        .ended(Exit::Clean);
    shop
}

/// What was found by a text: the orders, and by what.
fn found(shop: &Shop, text: &str) -> Vec<String> {
    let output = shop.run_words(&["order", "find", text, "-o", "json"], "");
    let output = output.ended(Exit::Clean).json();
    let rows = output["rows"].as_array().unwrap();
    let told = |row: &Value| {
        let text = |field: &str| row[field].as_str().unwrap().to_owned();
        format!("{} {}", text("order"), text("found_by"))
    };
    rows.iter().map(told).collect()
}

#[test]
fn an_order_is_found_by_what_is_known() {
    let shop = shop();
    let ticket = shop.run("ticket list -o json").json();
    let ticket = ticket["rows"][0]["ticket"].as_str().unwrap().to_lowercase();
    for (text, expected) in [
        ("inv-2026-00123", &["INV-2026-00123 number"][..]),
        ("00123", &["INV-2026-00123 number"]),
        ("0123", &["INV-2026-00123 number"]),
        ("kursus", &["KURSUS7 number"]),
        ("siti", &["INV-2026-00123 name"]),
        ("haliza siti", &["INV-2026-00123 name"]),
        ("NUR hal", &["INV-2026-00123 name"]),
        ("S.Nur@Example.com", &["INV-2026-00123 email"]),
        ("budi", &["KURSUS7 name"]),
        ("budi@", &["KURSUS7 email"]),
        ("0812 3456", &["INV-2026-00123 phone"]),
        ("+6281234567890", &["INV-2026-00123 phone"]),
        ("7890", &["INV-2026-00123 phone"]),
        ("PAY-77", &["KURSUS7 reference"]),
        ("9AF1", &["KURSUS7 transaction_id"]),
        ("bca-991", &["INV-2026-00123 bank_reference"]),
        (ticket.as_str(), &["INV-2026-00123 ticket"]),
        ("Rp 25.000", &["INV-2026-00123 amount"]),
        ("80000", &["X_1 amount"]),
        ("haliza budi", &[]),
        ("example.com", &[]),
        ("%", &[]),
        ("zzz", &[]),
    ] {
        assert_eq!(found(&shop, text), expected, "{text}");
    }
}

#[test]
fn the_best_hit_comes_first() {
    let shop = shop();
    for (number, name) in [("SITI", "Budi Siti"), ("A-1", "Siti"), ("A-2", "Sitiwati")] {
        let line = [
            "order",
            "create",
            "--number",
            number,
            "--line",
            "pass:1",
            "--customer-name",
            name,
        ];
        shop.run_words(&line, "").ended(Exit::Clean);
    }
    let expected = ["SITI number", "A-1 name", "A-2 name", "INV-2026-00123 name"];
    assert_eq!(found(&shop, "siti"), expected);
    let few = shop.run("order find siti --limit 2").ended(Exit::Clean);
    let few = few.stdout;
    assert!(few.contains("2 orders; there are more"), "{few}");
}

#[test]
fn an_edited_customer_is_found_anew() {
    let shop = shop();
    shop.run("order edit KURSUS7 --name Bambang --phone 08115550001")
        .ended(Exit::Clean);
    assert_eq!(found(&shop, "bambang"), ["KURSUS7 name"]);
    assert_eq!(found(&shop, "0001"), ["KURSUS7 phone"]);
    assert_eq!(found(&shop, "budi"), ["KURSUS7 email"]);
}

#[test]
fn an_erased_customer_is_not_found() {
    let shop = shop();
    shop.run("cleanup --erase s.nur@example.com --yes")
        .ended(Exit::Clean);
    for text in ["siti", "haliza", "s.nur@example.com", "7890", "81234567890"] {
        assert_eq!(found(&shop, text), [""; 0], "{text}");
    }
    assert_eq!(found(&shop, "00123"), ["INV-2026-00123 number"]);
    let file = Connection::open(shop.database()).unwrap();
    let kept = file.query_row("SELECT count(*) FROM customer_terms", [], |row| {
        row.get::<_, i64>(0)
    });
    assert_eq!(kept, Ok(2), "Budi's name and address");
}

#[test]
fn a_search_for_nothing_is_refused() {
    let shop = shop();
    let refused = shop
        .run_words(&["order", "find", " "], "")
        .ended(Exit::Usage);
    assert!(
        refused.stderr.contains("nothing to look for"),
        "{}",
        refused.stderr
    );
    let nothing = shop.run("order find nobody").ended(Exit::Clean);
    assert!(
        nothing.stdout.contains("no order found"),
        "{}",
        nothing.stdout
    );
}
