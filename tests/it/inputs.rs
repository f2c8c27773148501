//! Input by people and files: an error names its place, and the rest of the input is kept.

use payctl::exit::Exit;

use crate::books::{books, difference, fingerprint};
use crate::world::Shop;

/// A shop with three seats at 12,500.
fn shop() -> Shop {
    let shop = Shop::new();
    let line = "product set seat --price 12500 --capacity 3";
    shop.run(line).ended(Exit::Clean);
    shop
}

/// Checks that a command line is refused, that its message contains all parts, and that no row changes.
#[track_caller]
fn check_refused(line: &str, exit: Exit, parts: &[&str]) {
    let shop = shop();
    let line_before = "order create --number INV-1 --line seat:2";
    shop.run(line_before).ended(Exit::Clean);
    let before = books(&shop.database());
    let output = shop.run(line).ended(exit);
    assert_eq!(output.stdout, "", "{line}");
    for part in parts {
        assert!(
            output.stderr.contains(part),
            "{part:?} of {line}: {}",
            output.stderr
        );
    }
    assert_eq!(difference(&before, &books(&shop.database())), "", "{line}");
}

#[test]
fn an_impossible_order_is_refused_with_a_hint() {
    use Exit::{Config, Failed, Usage};

    for (rest, exit, parts) in [
        ("INV-2 --line seat:2", Failed, &["seat", "2", "1"][..]),
        ("INV-2 --line seat:1 --line seat:1", Failed, &["seat"]),
        ("INV-2 --line chair:1", Failed, &["chair"]),
        ("INV-1 --line seat:1", Failed, &["INV-1"]),
        ("INV-2", Failed, &["INV-2", "--total"]),
        ("INV-2 --line seat:0", Usage, &["seat:0"]),
        ("INV-2 --line seat:1000001", Usage, &["1,000,000"]),
        ("INV-2 --line seat:-1", Usage, &["seat:-1"]),
        ("INV-2 --line seat:many", Usage, &["seat:many"]),
        ("INV-2 --total 12.50", Usage, &["12.50"]),
        ("INV-2 --total=-1", Usage, &["-1"]),
        ("INV-2 --total 1 --expires-in 0s", Usage, &["--expires-in"]),
        (
            "INV-2 --total 1 --expires-at tomorrow",
            Usage,
            &["2026-03-02T10:00:00+07:00"],
        ),
        (
            "INV-2 --total 1 --expires-at 2026-03-02T05:00:00Z --expires-in 1h",
            Usage,
            &["--expires-in"],
        ),
        (
            "INV-2 --total 1 --expires-at 2026-03-01T05:00:00Z",
            Failed,
            &["INV-2"],
        ),
        ("INV-2 --total 1 --gateway xendit", Config, &["xendit"]),
        ("INV-2 --total 1 --gateway manual", Usage, &["in advance"]),
        ("INV-2 --total 1 --reference R-1", Usage, &["--gateway"]),
        ("INV/2 --total 1", Usage, &["INV/2"]),
    ] {
        check_refused(&format!("order create --number {rest}"), exit, parts);
    }
}

#[test]
fn impossible_product_terms_are_refused() {
    use Exit::{Failed, Usage};

    for (rest, exit, parts) in [
        ("chair", Failed, &["price"][..]),
        ("seat --capacity 1", Failed, &["2"]),
        ("seat --capacity=-1", Usage, &["--capacity"]),
        ("seat --price 1.5", Usage, &["--price"]),
        ("seat --access 90ms", Usage, &["seconds"]),
        ("seat --late perhaps", Usage, &["accept", "refund"]),
    ] {
        check_refused(&format!("product set {rest}"), exit, parts);
    }
}

/// Checks that an import refuses this line with its place and reason, and imports the lines around it.
#[track_caller]
fn check_line(line: &str, parts: &[&str]) {
    let shop = shop();
    let text =
        format!("{{\"number\":\"A\",\"total\":1}}\n{line}\n{{\"number\":\"Z\",\"total\":1}}\n");
    let output = shop.run_words(&["order", "import", "-", "-o", "json"], &text);
    let output = output.ended(Exit::Partial);
    assert!(output.stderr.starts_with("line 2: "), "{}", output.stderr);
    for part in parts {
        assert!(
            output.stderr.contains(part),
            "{part:?} of {line}: {}",
            output.stderr
        );
    }
    let counts = output.json();
    assert_eq!(counts["imported"], 2, "{line}: {counts}");
    assert_eq!(counts["refused"], 1, "{line}: {counts}");
    assert_eq!(counts["exit"], 4);
    let listed = shop.run("order list -o json").json();
    assert_eq!(listed["summary"]["orders"], 2, "{line}");
}

#[test]
fn a_bad_line_is_located_and_harms_none() {
    let order = |rest: &str| format!(r#"{{"number":"INV-1",{rest}}}"#);
    check_line("{", &[]);
    check_line("[1]", &[]);
    check_line(r#"{"total":1}"#, &["number"]);
    check_line(r#"{"number":"","total":1}"#, &["number"]);
    check_line(r#"{"number":"INV 1","total":1}"#, &["number", "INV 1"]);
    check_line(&order(r#""customer":{}"#), &["INV-1", "total"]);
    check_line(&order(r#""total":1.5"#), &["total", "1.5"]);
    check_line(&order(r#""total":-1"#), &["total", "-1"]);
    check_line(&order(r#""totla":1"#), &["totla"]);
    check_line(
        &order(r#""total":1,"expires_at":"2026-03-02 05:00""#),
        &["expires_at", "zone"],
    );
    check_line(
        &order(r#""lines":[{"sku":"chair","quantity":1}]"#),
        &["INV-1", "chair"],
    );
    check_line(
        &order(r#""lines":[{"sku":"seat","quantity":4}]"#),
        &["INV-1", "seat", "4", "3"],
    );
    check_line(
        &order(r#""lines":[{"sku":"seat","quantity":0}]"#),
        &["quantity"],
    );
    let at = |rest: &str| order(&format!(r#""total":1,"payments":[{{{rest}}}]"#));
    check_line(&at(""), &["gateway"]);
    check_line(&at(r#""gateway":"manual""#), &["INV-1", "manual"]);
    check_line(
        &at(r#""gateway":"midtrans","status":"done""#),
        &["status", "done"],
    );
    check_line(
        &at(r#""gateway":"midtrans","status":"reversed""#),
        &["INV-1", "reversed"],
    );
    check_line(
        &at(r#""gateway":"midtrans","reference":"a b""#),
        &["reference", "a b"],
    );
    check_line(r#"{"number":"A","total":2}"#, &["A"]);
}

#[test]
fn a_reason_repeats_no_personal_data() {
    let shop = shop();
    let line = r#"{"number":"INV-1","total":1,"customer":{"name":"Siti\nNurhaliza"}}"#;
    let output = shop.import(line).ended(Exit::Partial);
    assert!(output.stderr.contains("customer.name"), "{}", output.stderr);
    assert!(!output.stderr.contains("Nurhaliza"), "{}", output.stderr);
}

#[test]
fn files_that_are_no_import_are_refused_whole() {
    let shop = shop();
    for (text, part) in [
        ("[{\"number\":\"INV-1\"}]", "one order per line"),
        ("number,totla\nINV-1,1\n", "totla"),
        ("total\n1\n", "number"),
    ] {
        let output = shop.import(text).ended(Exit::Failed);
        assert!(output.stderr.contains(part), "{}", output.stderr);
    }
    let output = shop.run("order import nowhere.csv").ended(Exit::Failed);
    assert!(output.stderr.contains("nowhere.csv"), "{}", output.stderr);
}

const JSON: &str = r#"{"number":"INV-1","created_at":"2026-03-02T03:00:00Z","expires_at":"2026-03-02T05:00:00+00:00","total":27500,"customer":{"name":"Siti","email":"siti@example.com"},"lines":[{"sku":"seat","quantity":2}],"payments":[{"gateway":"midtrans","reference":"INV-1","method":"qris","status":"pending"}]}
{"number":"INV-2","created_at":"2026-03-02T03:00:00Z","expires_at":"2026-03-02T05:00:00Z","total":1}
"#;

const CSV: &str = "\
number,created_at,expires_at,total,customer_name,customer_email,sku,quantity,gateway,reference,method,payment_status
INV-1,2026-03-02T03:00:00Z,2026-03-02T10:00:00+05:00,27500,Siti,siti@example.com,seat,2,midtrans,INV-1,qris,pending
INV-2,2026-03-02T03:00:00Z,2026-03-02T05:00:00Z,1,,,,,,,,
";

#[test]
fn json_and_csv_mean_the_same() {
    let (one, other) = (shop(), shop());
    one.import(JSON).ended(Exit::Clean);
    let path = other.folder.path().join("orders.csv");
    std::fs::write(path, CSV).unwrap();
    other.run("order import orders.csv").ended(Exit::Clean);
    for number in ["INV-1", "INV-2"] {
        let sides = [&one, &other].map(|shop| {
            let mut order = shop.order(number);
            order["started_at"].take();
            assert!(order["session_token"].take().is_string());
            order.to_string()
        });
        assert_eq!(sides[0], sides[1]);
    }
    let output = one.run_words(&["order", "import", "-", "-o", "json"], CSV);
    assert_eq!(output.ended(Exit::Clean).json()["unchanged"], 2);
}

#[test]
fn a_repeated_line_changes_nothing() {
    let shop = shop();
    shop.import(&[JSON, JSON].concat()).ended(Exit::Clean);
    let before = books(&shop.database());
    shop.at("06:00");
    let output = shop.import(JSON).ended(Exit::Clean);
    assert!(output.stdout.contains("Unchanged: 2"), "{}", output.stdout);
    assert_eq!(difference(&before, &books(&shop.database())), "");
    let output = shop
        .import(&JSON.replace("27500", "27501"))
        .ended(Exit::Partial);
    assert!(
        output.stderr.starts_with("line 1: INV-1: "),
        "{}",
        output.stderr
    );
    assert_eq!(difference(&before, &books(&shop.database())), "");
}

#[test]
fn a_dry_run_shows_the_result_without_writing() {
    let shop = shop();
    let before = fingerprint(&shop.database());
    for (line, part) in [
        (
            "product set seat --price 20000 --dry-run",
            "would be changed",
        ),
        (
            "product set chair --price 20000 --dry-run",
            "would be created",
        ),
        (
            "order create --number INV-1 --line seat:3 --dry-run",
            "would be created",
        ),
        ("order import - --dry-run", "Imported:  2"),
    ] {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = shop.run_words(&words, JSON).ended(Exit::Clean);
        assert!(output.stdout.contains(part), "{line}: {}", output.stdout);
        assert_eq!(fingerprint(&shop.database()), before, "{line}");
    }
    let refused = "order create --number INV-1 --line seat:4 --dry-run";
    shop.run(refused).ended(Exit::Failed);
    assert_eq!(fingerprint(&shop.database()), before);
    let output = shop.run("order list -o json").json();
    assert_eq!(output["summary"]["orders"], 0);
}

#[test]
fn a_dry_run_without_a_shop_makes_none() {
    let shop = Shop::new();
    for line in [
        "product set seat --price 20000 --dry-run",
        "order create --number INV-1 --total 1 --dry-run",
        "order import - --allow-empty --dry-run",
    ] {
        shop.run(line).ended(Exit::Clean);
        assert!(!shop.database().exists(), "{line}");
    }
}

#[test]
fn typed_control_characters_reach_no_terminal() {
    let shop = shop();
    let words = [
        "order",
        "create",
        "--number",
        "INV-1",
        "--total",
        "1",
        "--customer-name",
    ];
    let evil = "Siti\u{1b}[2J\u{202e}'; DROP TABLE orders; --";
    let output = shop.run_words(&[&words[..], &[evil]].concat(), "");
    let shown = shop.run("order list").all() + &shop.run("order show INV-1").all() + &output.all();
    assert!(
        !shown.contains('\u{1b}') && !shown.contains('\u{202e}'),
        "{shown:?}"
    );
    shop.run("order create --number INV-2 --total 1")
        .ended(Exit::Clean);
}
