//! How cases are shown and closed, in a shop without a configuration.

use payctl::exit::Exit;

use crate::world::Shop;

/// An order that is short of 15,000, and the case about it.
fn shop() -> Shop {
    let shop = Shop::bare();
    for (line, exit) in [
        ("order create --number INV-1 --total 25000", Exit::Clean),
        (
            "approve INV-1 --amount 10000 --by rina --reason till --yes",
            Exit::Attention,
        ),
    ] {
        shop.run(&format!("{line} --db shop.db")).ended(exit);
    }
    shop
}

#[test]
fn an_answer_needs_a_name() {
    let shop = shop();
    let ran = shop.run("case resolve 1 --accept --reason regular --db shop.db");
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.stderr.contains("--by NAME"), "{}", ran.stderr);
}

#[test]
fn json_shows_what_each_answer_would_do() {
    let shop = shop();
    let ran = shop.run("case show 1 --db shop.db --format json");
    let told = ran.json();
    assert_eq!(told["kind"], "underpaid");
    assert_eq!(told["order_cover"], 10_000);
    let answers = told["answers"].as_array().unwrap();
    let possible: Vec<_> = answers.iter().map(|row| &row["possible"]).collect();
    assert_eq!(possible, [true, true, false]);
    assert_eq!(
        answers[0]["outcome"],
        "closes the case; order: pending → fulfilled; Rp 15,000 waived"
    );
}

#[test]
fn a_closed_case_says_who_closed_it() {
    let shop = shop();
    let resolve = "case resolve 1 --accept --by rina --reason regular --db shop.db";
    let ran = shop.run(&format!("{resolve} --format json"));
    let told = ran.json();
    assert_eq!(
        (&told["resolution"], &told["waived"]),
        (&"accepted".into(), &15_000.into())
    );
    let again = shop.run(resolve);
    assert_eq!(again.exit, Exit::Failed);
    let said = "case 1 is closed: accepted by operator:rina at ";
    assert!(again.stderr.contains(said), "{}", again.stderr);
    assert!(again.stderr.contains(": regular"), "{}", again.stderr);
    let unknown = shop.run("case show 7 --db shop.db");
    assert!(unknown.stderr.contains("no case has the ID 7"));
}

#[test]
fn cases_are_listed_by_status() {
    let shop = shop();
    shop.run("case resolve 1 --accept --by rina --reason regular --db shop.db")
        .ended(Exit::Clean);
    for line in [
        "order create --number INV-2 --total 25000",
        "approve INV-2 --amount 10000 --by rina --reason till --yes",
    ] {
        shop.run(&format!("{line} --db shop.db"));
    }
    for (given, orders) in [
        ("", vec!["INV-2"]),
        ("--all", vec!["INV-1", "INV-2"]),
        ("--status open", vec!["INV-2"]),
        ("--status closed", vec!["INV-1"]),
        ("--status open,closed", vec!["INV-1", "INV-2"]),
        ("--status closed --order INV-2", vec![]),
    ] {
        let line = format!("case list {given} --db shop.db -o json");
        let told = shop.run(&line).ended(Exit::Clean).json();
        let rows = told["rows"].as_array().unwrap();
        let listed: Vec<&str> = rows
            .iter()
            .map(|case| case["order"].as_str().unwrap())
            .collect();
        assert_eq!(listed, orders, "{given}");
    }
    shop.run("case list --status opne --db shop.db")
        .ended(Exit::Usage);
}

#[test]
fn csv_has_its_fields() {
    let shop = shop();
    let ran = shop.run("case list --db shop.db --format csv");
    let mut lines = ran.stdout.lines();
    assert_eq!(
        lines.next(),
        Some(
            "case,kind,order,payment,gateway,facts,rule,opened_at,resolved_at,resolution,resolved_by,reason"
        )
    );
    assert!(lines.next().unwrap().starts_with("1,underpaid,INV-1,"));
}
