use crate::commands::testing::TestShop;
use crate::domain::Rupiah;
use crate::exit::Exit;

const NAMED: &str = "--by rina --reason till --yes";

/// A shop with a pending order of 25,000.
fn shop() -> TestShop {
    let shop = TestShop::new();
    let placed = shop.types("order create --number INV-1 --total 25000 --db shop.db");
    assert_eq!(placed.exit, Exit::Clean, "{}", placed.err);
    shop
}

#[track_caller]
fn check_refused(line: &str, exit: Exit, why: &str) {
    let shop = shop();
    let before = std::fs::read(shop.path().join("shop.db")).unwrap();
    let ran = shop.types(&format!("{line} --db shop.db"));
    assert_eq!(ran.exit, exit, "{}{}", ran.out, ran.err);
    let told = ran.out + &ran.err;
    assert!(told.contains(why), "{told}");
    let after = std::fs::read(shop.path().join("shop.db")).unwrap();
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
    let ran = shop.types("approve INV-1 --reason till --yes --db shop.db");
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let shown = shop.types("order show INV-1 --db shop.db");
    assert!(shown.out.contains("operator:rina"), "{}", shown.out);
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
    let shop = TestShop::new();
    for line in [
        "approve INV-1",
        "approve INV-1 --dry-run",
        "order extend INV-1 --by",
    ] {
        let named = if line.ends_with("--by") { "5m" } else { NAMED };
        let ran = shop.types(&format!("{line} {named} --db none.db"));
        assert_eq!(ran.exit, Exit::Config, "{}", ran.err);
    }
    assert!(!shop.path().join("none.db").exists());
}

#[test]
fn an_order_named_twice_is_approved_once() {
    let shop = shop();
    let line = format!("approve INV-1 INV-1 {NAMED} --db shop.db --format json");
    let ran = shop.types(&line);
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
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
fn the_question_names_count_and_sum() {
    let sums = [25_000, 50_000].map(Rupiah::from_db);
    assert_eq!(
        super::question(&sums),
        "Approve 2 orders, Rp 75,000 in all?"
    );
    assert_eq!(super::question(&sums[..1]), "Approve 1 order, Rp 25,000?");
}

#[test]
fn every_format_has_its_fields() {
    let shop = shop();
    let ran = shop.types(&format!("approve INV-1 {NAMED} --db shop.db --format csv"));
    assert_eq!(
        ran.out,
        "order,status,status_after,payment,amount,action,reason\n\
         INV-1,pending,fulfilled,1,25000,approved,approved by an operator\n"
    );
}
