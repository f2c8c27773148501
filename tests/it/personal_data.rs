//! Personal data: all of it is exported on request, and all of it is erased.

use payctl::exit::Exit;

use crate::world::{Shop, config};

const SARI: &str = "Sari Dewi";

/// A paid order with Sari's name in every free text, and an order of somebody else.
fn shop() -> Shop {
    let shop = Shop::new();
    let url = shop.simulator.url();
    let mail = "[[effects]]\non = \"paid\"\nname = \"thanks\"\nmail = { to = \"{{ customer.email }}\", template = \"thanks.txt\" }\n\
        [smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\nfrom = \"shop@example.com\"\n";
    shop.configure(&format!("{}\n{mail}", config(&url, &url)));
    std::fs::write(
        shop.folder.path().join("thanks.txt"),
        "Subject: Thanks\n\nThanks.\n",
    )
    .unwrap();
    for (number, email) in [
        ("INV-1", "Sari@Example.com"),
        ("INV-2", "sari@example.com"),
        ("INV-3", "budi@example.com"),
    ] {
        let words = [
            "order",
            "create",
            "--number",
            number,
            "--total",
            "25000",
            "--customer-email",
            email,
            "--customer-name",
            SARI,
        ];
        shop.run_words(&words, "").ended(Exit::Clean);
    }
    let reason = format!("{SARI} has paid at the counter");
    let approve = [
        "approve", "INV-1", "--yes", "--reason", &reason, "--amount", "30000",
    ];
    shop.run_words(&approve, "");
    let reason = format!("{SARI} wants it back");
    shop.run_words(
        &["refund", "reject", "1", "--reason", &reason, "--by", "rina"],
        "",
    )
    .ended(Exit::Clean);
    let reason = format!("{SARI} has ordered twice");
    shop.run_words(&["order", "cancel", "INV-2", "--reason", &reason], "")
        .ended(Exit::Clean);
    shop
}

/// The places in the file that contain her name or address.
fn traces(shop: &Shop) -> Vec<String> {
    let connection = rusqlite::Connection::open(shop.database()).unwrap();
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut found = Vec::new();
    for table in tables {
        let mut rows = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let Ok(text) = row.get::<_, String>(column) else {
                    continue;
                };
                let text = text.to_lowercase();
                if text.contains("sari") {
                    found.push(format!("{table}: {text}"));
                }
            }
        }
    }
    found
}

#[test]
fn all_data_about_a_customer_is_exported() {
    let shop = shop();
    for person in ["sari@example.com", "SARI@EXAMPLE.COM"] {
        let exported = shop
            .run(&format!("customer export {person}"))
            .ended(Exit::Clean)
            .json();
        let numbers: Vec<&str> = exported["orders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|order| order["order"].as_str().unwrap())
            .collect();
        assert_eq!(numbers, ["INV-1", "INV-2"]);
        assert!(
            exported["customers"]
                .as_array()
                .unwrap()
                .iter()
                .all(|row| row["name"] == SARI)
        );
        let text = exported.to_string();
        for held in ["at the counter", "wants it back", "ordered twice", "thanks"] {
            assert!(text.contains(held), "{held}: {text}");
        }
        assert!(!text.contains("budi"), "{text}");
    }
    shop.run("customer export nobody@example.com")
        .ended(Exit::Failed);
    shop.run("customer export nobody").ended(Exit::Usage);
}

#[test]
fn typed_texts_are_deleted_with_the_customer() {
    let shop = shop();
    assert!(traces(&shop).len() > 5);
    let mail = "1 mail to this customer not sent yet";
    let output = shop
        .run("cleanup --erase sari@example.com --dry-run")
        .ended(Exit::Clean);
    assert!(output.stderr.contains(mail), "{}", output.all());
    let output = shop
        .run("cleanup --erase sari@example.com --yes -o json")
        .ended(Exit::Clean);
    assert!(output.stderr.contains(mail), "{}", output.all());
    assert_eq!(
        output.json()["summary"]["unsent_mails"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let left: Vec<String> = traces(&shop)
        .into_iter()
        // Another customer of that name, whom no address tells apart.
        .filter(|trace| !trace.contains("sari dewi") || !trace.starts_with("customer"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
    // The decisions and the other customer stay.
    let why = shop.run("why INV-1 --all").ended(Exit::Clean).stdout;
    assert!(why.contains("forgotten with the customer"), "{why}");
    shop.run("customer export budi@example.com")
        .ended(Exit::Clean);
    shop.run("cleanup --erase sari@example.com --yes")
        .ended(Exit::Failed);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn the_revocation_reason_is_deleted_with_the_customer() {
    let shop = shop();
    shop.run("product set stream --price 1 --access 1h")
        .ended(Exit::Clean);
    shop.run("order create --number INV-4 --line stream:1 --customer-email sari@example.com")
        .ended(Exit::Clean);
    shop.run("approve INV-4 --yes --reason cash");
    let reason = format!("{SARI} has shared it");
    let revoke = [
        "access",
        "revoke",
        "INV-4",
        "--product",
        "stream",
        "--reason",
        &reason,
    ];
    shop.run_words(&revoke, "").ended(Exit::Clean);
    let is_held = |trace: &String| trace.contains("has shared it");
    assert!(traces(&shop).iter().any(is_held));
    shop.run("cleanup --erase sari@example.com --yes")
        .ended(Exit::Clean);
    assert!(!traces(&shop).iter().any(is_held));
    shop.run("verify").ended(Exit::Clean);
}
