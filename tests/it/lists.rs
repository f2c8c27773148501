//! A filtered list shows the matching rows of the whole list in the same order, page by page.

use payctl::exit::Exit;
use serde_json::Value;

use crate::schemas;
use crate::world::Shop;

fn rows(shop: &Shop, line: &str) -> Vec<Value> {
    let output = shop.run(&format!("{line} -o json")).ended(Exit::Clean);
    output.json()["rows"].as_array().unwrap().clone()
}

/// Checks that the filtered list equals the rows of the whole list with this word in the field.
#[track_caller]
fn check(shop: &Shop, list: &str, filter: &str, field: &str, word: &str) {
    let mut all = rows(shop, list);
    all.retain(|row| row[field] == word);
    assert!(!all.is_empty(), "no rows to compare: {list} {filter}");
    assert_eq!(rows(shop, &format!("{list} {filter}")), all);
}

/// Three orders of every status in turn; each has two tickets and an hour of access.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("product set gala --price 500 --tickets --access 1h")
        .ended(Exit::Clean);
    shop.run("product set soup --price 500").ended(Exit::Clean);
    for number in 1..=3 {
        for kind in ["PENDING", "FULFILLED", "CANCELLED", "EXPIRED"] {
            let ends = if kind == "EXPIRED" { "1m" } else { "5h" };
            let sku = if number == 2 { "soup" } else { "gala" };
            shop.run(&format!(
                "order create --number {kind}-{number} --line {sku}:2 --expires-in {ends} --customer-email {kind}@example.com"
            ))
            .ended(Exit::Clean);
        }
        shop.run(&format!("approve FULFILLED-{number} --yes --reason cash"))
            .ended(Exit::Clean);
        shop.run(&format!(
            "order cancel CANCELLED-{number} --reason gone --yes"
        ))
        .ended(Exit::Clean);
    }
    shop.at("04:30");
    shop.run("expire").ended(Exit::Clean);
    shop
}

#[test]
fn orders_filtered_by_status_match_the_whole_list() {
    let shop = shop();
    for status in ["pending", "fulfilled", "cancelled", "expired"] {
        let filter = format!("--status {status}");
        check(&shop, "order list", &filter, "status", status);
        let list = format!("order list {filter} --limit 2 -o json");
        let output = shop.run(&list).ended(Exit::Clean).json();
        let numbers: Vec<&Value> = output["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["order"])
            .collect();
        let word = status.to_uppercase();
        assert_eq!(numbers, [&format!("{word}-3"), &format!("{word}-2")]);
        assert_eq!(output["summary"]["more"], true);
    }
    assert_eq!(rows(&shop, "order list --status paid"), [Value::Null; 0]);
    let young = "order list --status pending --newer-than 10m";
    assert_eq!(rows(&shop, young), [Value::Null; 0]);
    let old = "order list --status pending --older-than 10m --gateway manual";
    assert_eq!(rows(&shop, old), [Value::Null; 0]);
}

#[test]
fn filtered_tickets_and_access_match_the_whole_list() {
    let shop = shop();
    check(
        &shop,
        "ticket list",
        "--order FULFILLED-3",
        "order",
        "FULFILLED-3",
    );
    check(&shop, "ticket list", "--product gala", "product", "gala");
    assert_eq!(rows(&shop, "ticket list").len(), 4);
    let none = "ticket list --order FULFILLED-1 --product soup";
    assert_eq!(rows(&shop, none), [Value::Null; 0]);
    let user = "fulfilled@EXAMPLE.com";
    check(
        &shop,
        "access list",
        &format!("--user {user}"),
        "user",
        "FULFILLED@example.com",
    );
    check(&shop, "access list", "--product gala", "product", "gala");
    let none = format!("access list --user {user} --product soup");
    assert_eq!(rows(&shop, &none), [Value::Null; 0]);
}

#[test]
fn open_effects_are_found_among_finished_ones() {
    let shop = Shop::new();
    let url = shop.simulator.url();
    let hooks = "[[effects]]\non = \"paid\"\nname = \"no\"\nexec = [\"./is-not-there\"]\n\
                 [[effects]]\non = \"cancelled\"\nname = \"later\"\nexec = [\"./is-not-there\"]\n";
    shop.configure(&format!("{}\n{hooks}", crate::world::config(&url, &url)));
    for number in ["INV-1", "INV-2"] {
        shop.run(&format!("order create --number {number} --total 500"))
            .ended(Exit::Clean);
        shop.run(&format!("approve {number} --yes --reason cash"));
    }
    shop.run("order cancel INV-1 --reason gone --yes");
    let statuses = |line: &str| -> Vec<String> {
        let rows = rows(&shop, line);
        let of = |row: &Value| format!("{} {}", row["order"], row["status"]).replace('"', "");
        rows.iter().map(of).collect()
    };
    let open = ["INV-2 waiting", "INV-1 queued"];
    let cancelled = "INV-1 cancelled";
    assert_eq!(statuses("fulfil list"), open);
    assert_eq!(statuses("fulfil list --all"), [cancelled, open[0], open[1]]);
    assert_eq!(statuses("fulfil list --status cancelled"), [cancelled]);
    assert_eq!(statuses("fulfil list --status waiting"), [open[0]]);
    assert_eq!(statuses("fulfil list --order INV-1"), [open[1]]);
    assert_eq!(
        statuses("fulfil list --order INV-1 --all"),
        [cancelled, open[1]]
    );
    let closed = "fulfil list --order INV-1 --status cancelled";
    assert_eq!(statuses(closed), [cancelled]);
}

#[test]
fn orders_are_filtered_by_product_and_day() {
    let shop = shop();
    let numbers = |filter: &str| -> Vec<String> {
        let rows = rows(&shop, &format!("order list {filter}"));
        let number = |row: &Value| row["order"].as_str().unwrap().to_owned();
        rows.iter().map(number).collect()
    };
    let all = numbers("");
    assert_eq!(all.len(), 12);
    let of_soup: Vec<&String> = all.iter().filter(|number| number.ends_with("-2")).collect();
    assert_eq!(
        numbers("--product soup").iter().collect::<Vec<_>>(),
        of_soup
    );
    let mixed = numbers("--status pending,expired");
    let expected = all
        .iter()
        .filter(|number| number.starts_with("PENDING") || number.starts_with("EXPIRED"));
    assert_eq!(
        mixed.iter().collect::<Vec<_>>(),
        expected.collect::<Vec<_>>()
    );
    for (filter, count) in [
        ("--since 2026-03-02", 12),
        ("--until 2026-03-02", 12),
        ("--since 2026-03-03", 0),
        ("--until 2026-03-01", 0),
        (
            "--since 2026-03-02T04:00:00Z --until 2026-03-02T04:00:01Z",
            12,
        ),
        ("--until 2026-03-02T04:00:00Z", 0),
    ] {
        assert_eq!(numbers(filter).len(), count, "{filter}");
    }
    let refused = shop.run("order list --since yesterday").ended(Exit::Usage);
    assert!(
        refused.stderr.contains("--since yesterday"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_list_says_where_to_go_on() {
    let shop = shop();
    let whole: Vec<Value> = rows(&shop, "order list");
    for filter in [
        "",
        "--status pending,expired",
        "--status pending",
        "--status cancelled",
        "--product gala",
    ] {
        let unsorted = rows(&shop, &format!("order list {filter}"));
        for (sort, field) in [
            ("", ""),
            ("--sort created", ""),
            ("--sort number", "order"),
            ("--sort deadline", "expires_at"),
        ] {
            let list = format!("order list {filter} {sort}");
            let wanted = rows(&shop, &list);
            let key = |row: &Value| row[field].to_string();
            assert!(field.is_empty() || wanted.is_sorted_by_key(key), "{list}");
            assert!(!field.is_empty() || wanted == unsorted, "{list}");
            assert_eq!(wanted.len(), unsorted.len(), "{list}");
            assert_eq!(paged(&shop, &list), wanted, "{list}");
        }
    }
    assert_eq!(whole.len(), 12);
}

/// The rows of a list, two at a time, each time with what the last line says.
fn paged(shop: &Shop, list: &str) -> Vec<Value> {
    let (mut got, mut after) = (Vec::new(), String::new());
    loop {
        let line = format!("{list} --limit 2 {after}");
        got.extend(rows(shop, &line));
        let told = shop.run(&line).stdout;
        let Some((_, next)) = told.split_once("shown with ") else {
            return got;
        };
        after = next.split(';').next().unwrap().trim().to_owned();
    }
}

#[test]
fn access_that_waits_stands_behind_the_granted() {
    let shop = shop();
    shop.run("order create --number MORE-1 --line gala:1 --line soup:1 --line gala:3 --total 100 --customer-email ani@example.com")
        .ended(Exit::Clean);
    let whole = shop.run("access list -o json").ended(Exit::Clean).json();
    assert_eq!(schemas::fits("access-list", &whole), None);
    let rows_of = |line: &str| -> Vec<String> {
        let told = |row: &Value| {
            let (access, status) = (row["access"].is_null(), &row["status"]);
            let issued = row["issued_at"].is_null();
            assert_eq!((access, issued), (status == "pending", status == "pending"));
            let words = ["order", "status", "seconds", "remaining_seconds", "amount"];
            words
                .map(|word| row[word].to_string())
                .join(" ")
                .replace('"', "")
        };
        rows(&shop, line).iter().map(told).collect()
    };
    let granted = [
        "FULFILLED-1 running 7200 5400 1000",
        "FULFILLED-3 running 7200 7200 1000",
    ];
    let waiting = [
        "PENDING-1 pending 7200 0 1000",
        "PENDING-3 pending 7200 0 1000",
        "MORE-1 pending 3600 0 500",
        "MORE-1 pending 10800 0 1500",
    ];
    let all = [&granted[..], &waiting].concat();
    for (filter, wanted) in [
        ("", &all[..]),
        ("--status pending", &waiting),
        ("--status running,unused", &granted),
        ("--status running,pending --since 2026-03-02", &all),
        ("--until 2026-03-01", &[]),
        ("--since 2026-03-02T04:30:00Z", &waiting[2..]),
        ("--user ANI@example.com", &waiting[2..]),
        ("--product soup", &[]),
        ("--gateway manual", &granted),
    ] {
        assert_eq!(
            rows_of(&format!("access list {filter}")),
            wanted,
            "{filter}"
        );
    }
    assert_eq!(paged(&shop, "access list"), rows(&shop, "access list"));
    let told = shop.run("access list").ended(Exit::Clean).stdout;
    assert!(
        told.contains("2 grants, 2 running, 0 unused, 4 pending"),
        "{told}"
    );
    shop.run("access list --after pending-x").ended(Exit::Usage);

    // What is paid or over does not wait any more.
    shop.run("approve MORE-1 --yes --reason cash")
        .ended(Exit::Clean);
    shop.run("order cancel PENDING-1 --reason gone")
        .ended(Exit::Clean);
    assert_eq!(rows_of("access list --status pending"), waiting[1..2]);
    assert_eq!(rows_of("access list --user ani@example.com").len(), 2);
}

#[test]
fn lists_are_limited_to_a_gateway() {
    let shop = shop();
    shop.run("order create --number MORE-1 --line gala:1 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    shop.run("approve MORE-1 --yes --reason cash --even-if-payable")
        .ended(Exit::Clean);
    for (list, whole) in [("ticket list", 5), ("access list --status running", 3)] {
        assert_eq!(rows(&shop, list).len(), whole);
        assert_eq!(
            rows(&shop, &format!("{list} --gateway manual")).len(),
            whole
        );
        let of_one = rows(&shop, &format!("{list} --gateway midtrans"));
        let orders: Vec<&Value> = of_one.iter().map(|row| &row["order"]).collect();
        assert_eq!(orders, ["MORE-1"]);
        let refused = shop.run(&format!("{list} --gateway midtrens"));
        let refused = refused.ended(Exit::Failed).stderr;
        assert!(refused.contains("did you mean midtrans?"), "{refused}");
    }
    let of_order = "ticket list --order FULFILLED-1 --gateway midtrans";
    assert_eq!(rows(&shop, of_order), [Value::Null; 0]);
    let of_user = "access list --user fulfilled@example.com --gateway midtrans";
    assert_eq!(rows(&shop, of_user), [Value::Null; 0]);
}

#[test]
fn effects_are_listed_by_their_days() {
    let shop = Shop::new();
    let url = shop.simulator.url();
    let hook = "[[effects]]\non = \"paid\"\nname = \"no\"\nexec = [\"./is-not-there\"]\n";
    shop.configure(&format!("{}\n{hook}", crate::world::config(&url, &url)));
    for (number, at) in [("INV-1", "04:00"), ("INV-2", "05:00"), ("INV-3", "06:00")] {
        shop.at(at);
        shop.run(&format!("order create --number {number} --total 500"))
            .ended(Exit::Clean);
        shop.run(&format!("approve {number} --yes --reason cash"));
    }
    let numbers = |filter: &str| -> Vec<String> {
        let listed = shop.run(&format!("fulfil list {filter} -o json"));
        let listed = listed.ended(Exit::Clean).json();
        assert_eq!(schemas::fits("fulfil-list", &listed), None);
        let listed = listed["rows"].as_array().unwrap().clone();
        let order = |row: &Value| row["order"].as_str().unwrap().to_owned();
        listed.iter().map(order).collect()
    };
    // It is the time at which an effect was queued that counts, not that of its last try.
    shop.at("07:00");
    shop.run("fulfil").ended(Exit::Partial);
    for (filter, wanted) in [
        ("", &["INV-1", "INV-2", "INV-3"][..]),
        ("--since 2026-03-02", &["INV-1", "INV-2", "INV-3"]),
        ("--until 2026-03-01 --all", &[]),
        ("--since 2026-03-02T05:00:00Z", &["INV-2", "INV-3"]),
        ("--until 2026-03-02T05:00:00Z --all", &["INV-1"]),
        ("--order INV-1 --since 2026-03-02T05:00:00Z", &[]),
        ("--order INV-2 --since 2026-03-02T05:00:00Z", &["INV-2"]),
        ("--status waiting --limit 1 --after 1", &["INV-2"]),
    ] {
        assert_eq!(numbers(filter), wanted, "{filter}");
    }
    assert_eq!(
        rows(&shop, "fulfil list")[1]["queued_at"],
        "2026-03-02T05:00:00Z"
    );
    assert_eq!(paged(&shop, "fulfil list"), rows(&shop, "fulfil list"));
}
