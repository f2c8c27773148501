//! A file of an older version: which commands read it, and how it is migrated.

use std::fs;
use std::path::Path;

use payctl::exit::Exit;
use rusqlite::Connection;

use crate::world::Shop;

/// Turns the file into one of the first version.
pub(crate) fn make_old(database: &Path) {
    let application: i64 = {
        let now = Connection::open(database).unwrap();
        let read = |row: &rusqlite::Row<'_>| row.get(0);
        now.query_row("PRAGMA application_id", [], read).unwrap()
    };
    fs::remove_file(database).unwrap();
    let old = Connection::open(database).unwrap();
    old.execute_batch(include_str!("../../sql/migrations/0001_schema.sql"))
        .unwrap();
    old.pragma_update(None, "application_id", application)
        .unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
}

#[test]
fn a_reader_refuses_an_old_file_with_hint() {
    let shop = Shop::new();
    shop.run("product set seat --price 1000").ended(Exit::Clean);
    make_old(&shop.database());
    let refused = shop.run("order list").ended(Exit::Failed);
    assert!(
        refused.stderr.contains("run: payctl migrate"),
        "{}",
        refused.stderr
    );

    let foreseen = shop.run("migrate --dry-run").ended(Exit::Clean);
    assert!(
        foreseen.stdout.contains("would be migrated"),
        "{}",
        foreseen.stdout
    );
    shop.run("order list").ended(Exit::Failed);

    let json = shop.run("migrate -o json").ended(Exit::Clean).json();
    assert_eq!(json["schema_before"], 1);
    assert_eq!(json["schema"], "payctl/1");
    assert!(json["schema_after"].as_i64().unwrap() > 1, "{json}");
    shop.run("order list").ended(Exit::Clean);
    let again = shop.run("migrate").ended(Exit::Clean);
    assert!(again.stdout.contains("nothing to do"), "{}", again.stdout);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_old_file_gets_its_search_words() {
    let shop = Shop::new();
    shop.run("product set seat --price 1000").ended(Exit::Clean);
    make_old(&shop.database());
    let old = Connection::open(shop.database()).unwrap();
    old.execute_batch(
        "INSERT INTO customers (name) VALUES ('Siti Nur');
         INSERT INTO orders (number, customer_id, status, total, created_at, expires_at, moved_at, session_token)
         VALUES ('INV-7', 1, 'expired', 1, 1, 1, 1, 'x')",
    )
    .unwrap();
    drop(old);
    // What is verified is the file as it would be migrated.
    let found = shop.run("verify").ended(Exit::Attention).stdout;
    assert!(!found.contains("search_words"), "{found}");
    for line in ["migrate --search-words --dry-run", "migrate --search-words"] {
        let told = shop
            .run(&format!("{line} -o json"))
            .ended(Exit::Clean)
            .json();
        assert_eq!(told["search_words_mended"], 0, "the migration writes them");
        assert_eq!(told["schema_before"], 1);
    }
    for typed in ["inv-7", "nur"] {
        let found = shop.run(&format!("order find {typed}")).ended(Exit::Clean);
        assert!(found.stdout.contains("INV-7"), "{}", found.stdout);
    }
}

#[test]
fn migrating_a_missing_file_creates_nothing() {
    let shop = Shop::new();
    shop.run("migrate").ended(Exit::Config);
    assert!(!shop.database().exists());
}
