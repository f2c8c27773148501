//! `cleanup` deletes old rows, keeps everything about money, and erases customers on time.

use std::thread;
use std::time::Duration;

use payctl::exit::Exit;
use rusqlite::Connection;

use crate::books::{books, fingerprint};
use crate::program::hear;
use crate::world::Shop;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// One order of each kind, all a hundred days old; half of them are Rina's.
fn shop() -> Shop {
    let shop = Shop::new();
    for line in [
        "product set seat --price 25000 --capacity 10",
        "order create --number LAPSED --line seat:1 --expires-in 30m --customer-email rina@example.com",
        "order create --number SECOND --line seat:1 --expires-in 30m --customer-email rina@example.com",
        "order create --number FREE --total 0 --customer-email budi@example.com",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    let paid = r#"{"number":"IMPORTED","total":25000,"payments":[{"gateway":"midtrans","status":"paid"}]}"#;
    shop.import(paid).ended(Exit::Clean);
    shop.at("05:00");
    shop.run("expire").ended(Exit::Clean);
    shop.at("05:01");
    shop.run("expire").ended(Exit::Clean);
    shop
}

fn number(shop: &Shop, query: &str) -> i64 {
    let connection = Connection::open(shop.database()).unwrap();
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}

/// The reported counts by category.
fn counts(document: &serde_json::Value) -> Vec<(String, u64)> {
    let rows = document["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let what = row["what"].as_str().unwrap().to_owned();
        (what, row["count"].as_u64().unwrap())
    })
    .filter(|(_, count)| *count > 0)
    .collect()
}

#[test]
fn a_dry_run_counts_the_same_without_writing() {
    let shop = shop();
    shop.pass(100 * DAY);
    let before = fingerprint(&shop.database());
    let would = shop.run("cleanup --dry-run -o json").ended(Exit::Clean);
    assert_eq!(fingerprint(&shop.database()), before);
    let would = would.json();
    assert_eq!(would["rows"][0]["action"], "would_remove");
    assert_eq!(would["summary"]["removed"], 0);

    let done = shop.run("cleanup -o json").ended(Exit::Clean).json();
    assert_eq!(counts(&would), counts(&done));
    let wanted = [
        ("runs", 1),
        ("orders", 2),
        ("order_lines", 2),
        ("events", 4),
        ("customers", 2),
    ];
    let wanted = wanted.map(|(what, count)| (what.to_owned(), count));
    assert_eq!(counts(&done), wanted);
    assert_eq!(done["summary"]["removed"], 9);
    assert_eq!(done["summary"]["anonymised"], 2);
    shop.run("verify").ended(Exit::Clean);
    shop.run("order show LAPSED").ended(Exit::Failed);
    shop.run("order show IMPORTED").ended(Exit::Clean);
    shop.run("order show FREE").ended(Exit::Clean);
}

#[test]
fn a_second_run_removes_nothing() {
    let shop = shop();
    shop.pass(100 * DAY);
    shop.run("cleanup").ended(Exit::Clean);
    let before = books(&shop.database());
    let again = shop.run("cleanup -o json").ended(Exit::Clean).json();
    assert_eq!(counts(&again), []);
    assert_eq!(books(&shop.database()), before);
    assert_eq!(shop.run("cleanup --quiet").ended(Exit::Clean).all(), "");
    assert_eq!(
        number(&shop, "SELECT count(*) FROM runs WHERE job = 'cleanup'"),
        3
    );
    assert_eq!(
        number(&shop, "SELECT count(*) FROM runs WHERE ended_at IS NULL"),
        0
    );
}

#[test]
fn recent_rows_stay() {
    let shop = shop();
    shop.pass(80 * DAY);
    let before = books(&shop.database());
    shop.run("cleanup").ended(Exit::Clean);
    assert_eq!(books(&shop.database()), before);
    let output = shop.run("cleanup --older-than 30d").ended(Exit::Clean);
    assert!(
        output.stdout.contains("orders         removed         2"),
        "{}",
        output.stdout
    );
}

#[test]
fn a_customer_is_erased_unless_an_order_waits() {
    let shop = shop();
    shop.run("order create --number NEW --total 500 --customer-email Rina@example.com")
        .ended(Exit::Clean);
    let before = books(&shop.database());
    let refused = shop
        .run("cleanup --erase RINA@example.com --yes")
        .ended(Exit::Failed);
    assert!(
        refused
            .stderr
            .contains("order NEW of this customer is still pending")
            && refused.stderr.contains("payctl order cancel NEW"),
        "{}",
        refused.stderr
    );
    assert_eq!(books(&shop.database()), before);

    shop.run("order cancel NEW --reason on-request --yes")
        .ended(Exit::Clean);
    let before = fingerprint(&shop.database());
    let would = shop
        .run("cleanup --erase rina@example.com --dry-run -o json")
        .ended(Exit::Clean);
    assert_eq!(counts(&would.json()), [("customers".to_owned(), 2)]);
    assert_eq!(fingerprint(&shop.database()), before);
    shop.run("cleanup --erase rina@example.com --yes")
        .ended(Exit::Clean);
    let left = "SELECT count(*) FROM customers WHERE email IS NOT NULL";
    assert_eq!(number(&shop, left), 1);
    assert_eq!(number(&shop, "SELECT count(*) FROM orders"), 5);

    let nobody = shop
        .run("cleanup --erase rina@example.com --yes")
        .ended(Exit::Failed);
    assert!(nobody.stderr.contains("no such customer"));
    assert!(!nobody.stderr.contains("rina@"), "{}", nobody.stderr);
    shop.run("cleanup --erase rina").ended(Exit::Usage);
}

#[test]
fn cleanup_leaves_the_rest_when_time_ends() {
    let shop = Shop::in_real_time();
    shop.run("order create --number OLD --total 500 --expires-in 1ms")
        .ended(Exit::Clean);
    let connection = Connection::open(shop.database()).unwrap();
    connection
        .execute_batch(
            "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 50000)
             INSERT INTO notifications (gateway, received_at, digest, verdict, body)
             SELECT 'midtrans', 1, n, 'verified', '' FROM counted",
        )
        .unwrap();
    let output = hear(shop.start("cleanup --max-time 1ms -o json"));
    assert_eq!(output.exit, Exit::Partial, "{}", output.all());
    assert_eq!(output.json()["summary"]["ended"], "out_of_time");
    let rest = hear(shop.start("cleanup -o json"));
    assert_eq!(rest.exit, Exit::Clean, "{}", rest.all());
    assert_eq!(number(&shop, "SELECT count(*) FROM notifications"), 0);
}

/// No command is locked out, no row is lost, and the sums hold.
#[test]
fn cleanup_runs_beside_everything_else() {
    let shop = Shop::in_real_time();
    hear(shop.start("product set seat --price 25000 --capacity 1000"));
    let connection = Connection::open(shop.database()).unwrap();
    connection
        .execute_batch(
            "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 5000)
             INSERT INTO orders (number, status, total, created_at, expires_at, moved_at, session_token)
             SELECT 'L-' || n, 'expired', 1, 1, 1, 1, n FROM counted;
             INSERT INTO order_terms (term, order_id)
             SELECT lower(number), id FROM orders UNION ALL SELECT substr(number, 3), id FROM orders;
             INSERT INTO events (order_id, at, actor, what, to_word, rule, why)
             SELECT id, 1, 'deadline', 'order', 'expired', 'O7', 'x' FROM orders",
        )
        .unwrap();
    let lines = [
        "cleanup",
        "order create --number NEW-1 --line seat:1 --expires-in 1ms",
        "expire",
        "check-all --fix",
        "order create --number NEW-2 --line seat:1 --gateway midtrans",
        "cleanup",
        "expire",
        "verify",
    ];
    thread::scope(|scope| {
        for line in lines {
            let shop = &shop;
            scope.spawn(move || {
                let output = hear(shop.start(line));
                let fine = [Exit::Clean, Exit::Attention, Exit::Partial, Exit::Busy];
                assert!(fine.contains(&output.exit), "{line}: {}", output.all());
                assert!(
                    line != "verify" || output.exit == Exit::Clean,
                    "{}",
                    output.all()
                );
                assert!(!output.all().contains("locked"), "{line}: {}", output.all());
            });
        }
    });
    hear(shop.start("cleanup"));
    assert_eq!(
        number(&shop, "SELECT count(*) FROM orders WHERE number LIKE 'L-%'"),
        0
    );
    assert_eq!(number(&shop, "SELECT count(*) FROM orders"), 2);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_customer_without_address_is_erased_by_id() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 0 --customer-name Sari --customer-phone 0812345")
        .ended(Exit::Clean);
    shop.run("order create --number INV-2 --total 0")
        .ended(Exit::Clean);
    let id = shop.order("INV-1")["customer"]["id"].clone();
    let output = shop.run("order show INV-1").ended(Exit::Clean);
    assert!(output.stdout.contains("Customer id:"), "{}", output.stdout);
    shop.run(&format!("cleanup --erase {id} --yes"))
        .ended(Exit::Clean);
    let forgotten = &shop.order("INV-1")["customer"];
    assert_eq!(
        (&forgotten["id"], forgotten["name"].as_str()),
        (&id, None),
        "{forgotten}"
    );
    assert!(shop.order("INV-2")["customer"]["id"].is_null());
}

/// A job has run well and idle each day; the last run is not one of those that did something.
#[test]
fn idle_runs_are_kept_for_a_week() {
    let shop = Shop::new();
    shop.run("product set seat --price 500").ended(Exit::Clean);
    for _day in 0..10 {
        shop.run("expire").ended(Exit::Clean);
        shop.run("check-all --fix --due").ended(Exit::Clean);
        shop.pass(DAY);
    }
    let runs = |job: &str| {
        let of = format!("SELECT count(*) FROM runs WHERE job = '{job}'");
        number(&shop, &of)
    };
    let file = Connection::open(shop.database()).unwrap();
    // One that did something, and one that failed: both are eight days old.
    let busy =
        "UPDATE runs SET idle = 0 WHERE id = (SELECT min(id) + 2 FROM runs WHERE job = 'expire')";
    assert_eq!(file.execute(busy, []).unwrap(), 1);
    let failing = "UPDATE runs SET exit = 78, idle = 0 WHERE job = 'check-all' AND id > (SELECT min(id) FROM runs WHERE job = 'check-all')";
    assert_eq!(file.execute(failing, []).unwrap(), 9);
    let would = shop
        .run("cleanup --dry-run -o json")
        .ended(Exit::Clean)
        .json();
    let done = shop.run("cleanup -o json").ended(Exit::Clean).json();
    assert_eq!(counts(&would), counts(&done));
    assert_eq!(counts(&done), [("runs".to_owned(), 2)]);
    assert_eq!(runs("expire"), 8);
    // The only success of a job that fails since is what tells how long it has failed.
    assert_eq!(runs("check-all"), 10);
    // The clock goes on evenly; the records are older.
    let clean_after = |days: i64| {
        let aged = "UPDATE runs SET started_at = started_at - ?1 * 86400000";
        file.execute(aged, [days]).unwrap();
        shop.run("cleanup").ended(Exit::Clean);
    };
    clean_after(30);
    let told = "the last, and the one that did something";
    assert_eq!(runs("expire"), 2, "{told}");
    clean_after(90);
    assert_eq!(runs("expire"), 1, "the last of each job stays");
}
