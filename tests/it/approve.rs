//! What `approve` refuses, and what it prints, in a shop without a configuration.

use payctl::exit::Exit;

use crate::world::Shop;

const NAMED: &str = "--by rina --reason till --yes";

/// A shop with a pending order of 25,000.
fn shop() -> Shop {
    let shop = Shop::bare();
    let placed = shop.run("order create --number INV-1 --total 25000 --db shop.db");
    placed.ended(Exit::Clean);
    shop
}

#[track_caller]
fn check_refused(line: &str, exit: Exit, why: &str) {
    let shop = shop();
    let before = std::fs::read(shop.database()).unwrap();
    let told = shop.run(&format!("{line} --db shop.db")).ended(exit).all();
    assert!(told.contains(why), "{told}");
    let after = std::fs::read(shop.database()).unwrap();
    assert!(before == after, "{line} wrote");
}

#[test]
fn an_approval_needs_an_operator_name() {
    check_refused(
        "approve INV-1 --reason till --yes",
        Exit::Usage,
        "--by NAME",
    );
    let shop = shop().with("PAYCTL_OPERATOR", "rina");
    let ran = shop.run("approve INV-1 --reason till --yes --db shop.db");
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.stderr);
    let shown = shop.run("order show INV-1 --db shop.db");
    assert!(shown.stdout.contains("operator:rina"), "{}", shown.stdout);
}

#[test]
fn an_impossible_approval_is_refused_before_writing() {
    for (line, exit, why) in [
        ("approve", Exit::Usage, "stdin is not a terminal"),
        (
            "approve INV-1 --by rina --reason till",
            Exit::Usage,
            "pass --yes to confirm",
        ),
        (
            "approve INV-1 INV-2 --amount 5 --by rina --reason till --yes",
            Exit::Usage,
            "each --amount must name its order",
        ),
        (
            "approve INV-1 --product seat --by rina --reason till --yes",
            Exit::Usage,
            "--product",
        ),
        (
            "approve INV-1 --withdraw 1 --by rina --reason till --yes",
            Exit::Usage,
            "--withdraw",
        ),
        (
            "approve INV-1 --by rina --reason till --yes --dry-run",
            Exit::Clean,
            "would_approve",
        ),
        (
            "approve --withdraw 7 --by rina --reason till --yes",
            Exit::Failed,
            "no payment has the ID 7",
        ),
        (
            "order extend INV-1 --by 30m --dry-run",
            Exit::Clean,
            "would be extended",
        ),
    ] {
        check_refused(line, exit, why);
    }
}

#[test]
fn a_mistyped_path_creates_no_shop() {
    let shop = Shop::bare();
    for line in [
        "approve INV-1",
        "approve INV-1 --dry-run",
        "order extend INV-1 --by",
    ] {
        let named = if line.ends_with("--by") { "5m" } else { NAMED };
        let ran = shop.run(&format!("{line} {named} --db none.db"));
        assert_eq!(ran.exit, Exit::Config, "{}", ran.stderr);
    }
    assert!(!shop.folder.path().join("none.db").exists());
}

#[test]
fn an_order_named_twice_is_approved_once() {
    let shop = shop();
    let line = format!("approve INV-1 INV-1 {NAMED} --db shop.db --format json");
    let ran = shop.run(&line);
    let told = ran.json();
    assert_eq!(
        told["rows"],
        serde_json::json!([{
            "order": "INV-1",
            "status": "pending",
            "status_after": "fulfilled",
            "payment": 1,
            "amount": 25_000,
            "action": "approved",
            "reason": "approved by an operator",
        }])
    );
    assert_eq!(
        told["summary"],
        serde_json::json!({"approved": 1, "would_approve": 0, "refused": 0, "found_paid": 0, "amount": 25_000})
    );
}

#[test]
fn every_format_has_its_fields() {
    let shop = shop();
    let ran = shop.run(&format!("approve INV-1 {NAMED} --db shop.db --format csv"));
    assert_eq!(
        ran.stdout,
        "order,status,status_after,payment,amount,action,reason\n\
         INV-1,pending,fulfilled,1,25000,approved,approved by an operator\n"
    );
}

/// A shop with pending orders of two products: two of 25,000 and one of 40,000 for seats.
fn seats() -> Shop {
    let shop = Shop::bare()
        .with("PAYCTL_OPERATOR", "rina")
        .with("PAYCTL_DB", "shop.db");
    for line in [
        "product set seat --price 25000",
        "product set book --price 25000",
        "order create --number INV-1 --line seat:1",
        "order create --number INV-2 --line seat:1",
        "order create --number INV-3 --line seat:1 --line book:1 --total 40000",
        "order create --number INV-4 --line book:1",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    shop
}

#[test]
fn an_order_is_found_by_product_and_amount() {
    let shop = seats();
    let by = |more: &str| shop.run(&format!("approve --reason till --yes {more}"));
    let several = by("--product seat --amount 25.000").ended(Exit::Failed);
    for told in [
        "2 pending orders of seat wait for Rp 25,000",
        "INV-1",
        "INV-2",
    ] {
        assert!(several.stderr.contains(told), "{}", several.stderr);
    }
    let none = by("--product seat --amount 26000").ended(Exit::Failed);
    assert!(
        none.stderr
            .contains("no pending order of seat waits for Rp 26,000"),
        "{}",
        none.stderr
    );
    let unknown = by("--product seats --amount 25000").ended(Exit::Failed);
    assert!(
        unknown.stderr.contains("no product has the sku seats"),
        "{}",
        unknown.stderr
    );
    assert_eq!(
        shop.count("SELECT count(*) FROM orders WHERE status <> 'pending'"),
        0
    );

    let foreseen = by("--product seat --amount 40000 --dry-run").ended(Exit::Clean);
    assert!(foreseen.stdout.contains("INV-3"), "{}", foreseen.stdout);
    by("--product seat --amount 40000").ended(Exit::Clean);
    assert_eq!(shop.order("INV-3")["status"], "fulfilled");
    let approved = by("--product book --amount 25000").ended(Exit::Clean);
    assert!(approved.stdout.contains("INV-4"), "{}", approved.stdout);
    let undo = "next: payctl approve --withdraw 2 (to undo)";
    assert!(approved.stdout.contains(undo), "{}", approved.stdout);
}
