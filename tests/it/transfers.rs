//! A bank transfer is booked once, however its reference is typed, for all orders it pays.

use payctl::exit::Exit;

use crate::books::books;
use crate::old_files;
use crate::world::{CommandOutput, Shop};

/// A shop with four waiting orders of Rp 25,000.
fn shop() -> Shop {
    let shop = Shop::new();
    for number in 1..5 {
        let line = format!("order create --number INV-{number} --total 25000 --expires-in 9h");
        shop.run(&line).ended(Exit::Clean);
    }
    shop
}

fn approve(shop: &Shop, words: &[&str]) -> CommandOutput {
    let rest = ["--reason", "statement", "--yes"];
    shop.run_words(&[&["approve"], words, &rest].concat(), "")
}

/// Approves one order with the first spelling, then another order with the second.
#[track_caller]
fn check_second(first: &[&str], second: &[&str], exit: Exit) -> CommandOutput {
    let shop = shop();
    approve(&shop, &[&["INV-1", "--bank-ref"], first].concat()).ended(Exit::Clean);
    let before = books(&shop.database());
    let output = approve(&shop, &[&["INV-2", "--bank-ref"], second].concat()).ended(exit);
    if exit != Exit::Clean {
        assert_eq!(books(&shop.database()), before);
    }
    shop.run("verify").ended(Exit::Clean);
    output
}

#[test]
fn another_spelling_is_the_same_transfer() {
    for spelling in [
        "BCA-991",
        "bca-991",
        " Bca-991 ",
        "BCA–991",
        "BCA—991",
        "BCA\u{2212}991",
        "BCA\u{2011}991",
        "ＢＣＡ－９９１",
    ] {
        let output = check_second(&["BCA-991"], &[spelling], Exit::Failed);
        assert!(
            output
                .stderr
                .contains("was already booked, as payment 1 of INV-1"),
            "{}",
            output.stderr
        );
    }
    check_second(&["FT 25 07"], &["ft  25\u{a0}07"], Exit::Failed);
    check_second(&["Café-1"], &["CAFE\u{301}-1"], Exit::Failed);
}

#[test]
fn another_character_is_another_transfer() {
    for other in [
        "BCA991", "BCA 991", "BCA--991", "BCA-0991", "BCA_991", "BCA-991-", "BCÁ-991",
    ] {
        check_second(&["BCA-991"], &[other], Exit::Clean);
    }
}

#[test]
fn two_banks_may_give_the_same_reference() {
    let mandiri = ["991", "--bank-ref-of", "Mandiri"];
    let output = check_second(&["991"], &mandiri, Exit::Clean);
    assert!(
        output.stderr.contains("was booked as payment 1 of INV-1"),
        "{}",
        output.stderr
    );
    let bca = ["991", "--bank-ref-of", "BCA"];
    check_second(&bca, &mandiri, Exit::Clean);
    check_second(&bca, &["991", "--bank-ref-of", "bca"], Exit::Failed);
    // The transfer without a bank could be Mandiri's.
    check_second(&mandiri, &["991"], Exit::Failed);
}

#[test]
fn an_approval_typed_twice_is_reported_as_booked() {
    let shop = shop();
    for (words, orders) in [
        (vec!["INV-1", "--bank-ref", "BCA-991"], 1),
        (vec!["INV-2", "INV-3", "--bank-ref", "BCA-992"], 2),
        (
            vec!["INV-4", "--bank-ref", "BCA-993", "--amount", "5.000"],
            1,
        ),
    ] {
        assert_ne!(approve(&shop, &words).exit, Exit::Failed);
        let before = books(&shop.database());
        let again = approve(&shop, &words).ended(Exit::Failed);
        assert!(
            again
                .stderr
                .contains("this is the same approval, so nothing was written"),
            "{}",
            again.stderr
        );
        assert_eq!(
            again.stderr.matches("payment").count(),
            orders,
            "{}",
            again.stderr
        );
        assert_eq!(books(&shop.database()), before);
    }
    let other = approve(
        &shop,
        &["INV-4", "--bank-ref", "BCA-993", "--amount", "6.000"],
    );
    assert!(!other.ended(Exit::Failed).stderr.contains("just this"));
}

#[test]
fn one_transfer_pays_both_missing_amounts() {
    let shop = shop();
    approve(&shop, &["INV-1", "--amount", "5.000"]).ended(Exit::Attention);
    let output = approve(
        &shop,
        &["INV-1", "INV-2", "--bank-ref", "BCA-991", "-ojson"],
    );
    let json = output.ended(Exit::Clean).json();
    let amounts: Vec<_> = json["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["amount"].clone())
        .collect();
    assert_eq!(amounts, [20_000, 25_000]);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    assert_eq!(shop.order("INV-2")["status"], "fulfilled");
    shop.run("verify").ended(Exit::Clean);
    let third = approve(&shop, &["INV-3", "--bank-ref", "bca-991"]).ended(Exit::Failed);
    assert!(
        third.stderr.contains("payment 2 of INV-1"),
        "{}",
        third.stderr
    );
    assert!(
        third.stderr.contains("and payment 3 of INV-2"),
        "{}",
        third.stderr
    );
}

#[test]
fn each_order_may_have_its_own_amount() {
    let shop = shop();
    let words = ["INV-1", "INV-2", "--bank-ref", "BCA-991"];
    let amounts = ["--amount", "INV-2=5.000", "--amount", "INV-1=25000"];
    let output = approve(&shop, &[words.as_slice(), &amounts].concat()).ended(Exit::Attention);
    assert!(
        output
            .stderr
            .contains("--amount INV-2 \"5.000\" is read as Rp 5,000"),
        "{}",
        output.stderr
    );
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    assert_eq!(shop.order("INV-2")["status"], "pending");
    shop.run("verify").ended(Exit::Clean);
    for bad in [
        vec!["--amount", "5000"],
        vec!["--amount", "INV-1=1", "--amount", "INV-1=2"],
        vec!["--amount", "INV-3=1"],
        vec!["--amount", "INV-1="],
        vec!["--amount", "=5000"],
        vec!["--amount", "INV-1=150.00"],
    ] {
        let before = books(&shop.database());
        let words = ["INV-1", "INV-2", "--bank-ref", "BCA-992"];
        approve(&shop, &[words.as_slice(), &bad].concat()).ended(Exit::Usage);
        assert_eq!(books(&shop.database()), before);
    }
}

#[test]
fn a_transfer_is_booked_for_all_or_none() {
    let shop = shop();
    shop.run("order cancel INV-3 --reason gone --yes")
        .ended(Exit::Clean);
    let before = books(&shop.database());
    for other in ["INV-3", "INV-9"] {
        let words = ["INV-1", other, "--bank-ref", "BCA-991"];
        let output = approve(&shop, &words).ended(Exit::Failed);
        assert!(
            output.stdout.contains("the transfer is for several orders"),
            "{}",
            output.stdout
        );
        assert_eq!(books(&shop.database()), before);
    }
    let rehearsed = ["INV-1", "INV-2", "--bank-ref", "BCA-991", "--dry-run"];
    approve(&shop, &rehearsed).ended(Exit::Clean);
    assert_eq!(books(&shop.database()), before);
}

#[test]
fn stock_for_one_order_revives_neither() {
    let shop = Shop::new();
    shop.run("product set seat --price 25000 --capacity 2")
        .ended(Exit::Clean);
    for number in ["INV-1", "INV-2"] {
        let line = format!("order create --number {number} --line seat --expires-in 1m");
        shop.run(&line).ended(Exit::Clean);
    }
    shop.at("05:00");
    shop.run("expire").ended(Exit::Clean);
    shop.run("product set seat --capacity 1").ended(Exit::Clean);
    let before = books(&shop.database());
    let output = approve(&shop, &["INV-1", "INV-2", "--bank-ref", "BCA-991"]).ended(Exit::Failed);
    assert!(
        output.stdout.contains("stock is no longer free"),
        "{}",
        output.stdout
    );
    assert_eq!(books(&shop.database()), before);
    approve(&shop, &["INV-1", "--bank-ref", "BCA-991"]).ended(Exit::Clean);
}

#[test]
fn withdrawing_names_both_orders() {
    let shop = shop();
    approve(&shop, &["INV-1", "INV-2", "--bank-ref", "BCA-991"]).ended(Exit::Clean);
    let withdraw = |payment: &str| {
        let line = format!("approve --withdraw {payment} --reason wrong --yes -o json");
        shop.run(&line).ended(Exit::Attention).json()
    };
    let output = withdraw("1");
    assert_eq!(output["bank_reference"], "BCA-991");
    assert_eq!(output["also_paid"][0]["order"], "INV-2");
    assert_eq!(output["also_paid"][0]["payment"], 2);
    approve(&shop, &["INV-3", "--bank-ref", "BCA-991"]).ended(Exit::Failed);
    let output = withdraw("2");
    assert_eq!(output["also_paid"].as_array().unwrap().len(), 0);
    approve(&shop, &["INV-3", "--bank-ref", "bca-991"]).ended(Exit::Clean);
    shop.run("verify").ended(Exit::Clean);
    let table = shop.run("order show INV-3").stdout;
    assert!(table.contains("bca-991"), "{table}");
}

#[test]
fn a_refund_needs_its_own_transfer() {
    let shop = shop();
    for number in ["1", "2", "3"] {
        approve(&shop, &[&format!("INV-{number}")]).ended(Exit::Clean);
        shop.run(&format!("order cancel INV-{number} --reason back --yes"))
            .ended(Exit::Attention);
    }
    shop.run("refund approve 1 2 3").ended(Exit::Clean);
    let done = |refund: &str, words: &[&str]| {
        shop.run_words(
            &[&["refund", "done", refund, "--bank-ref"], words].concat(),
            "",
        )
    };
    done("1", &["OUT – 1"]).ended(Exit::Clean);
    let output = done("2", &["out -  1"]).ended(Exit::Failed);
    assert!(
        output
            .stderr
            .contains("already recorded as OUT – 1, for refund 1 of INV-1"),
        "{}",
        output.stderr
    );
    done("2", &["OUT-1"]).ended(Exit::Clean);
    done("3", &["out-1", "--bank-ref-of", "Mandiri"]).ended(Exit::Clean);
    let list = shop.run("refund list --all -o json").json();
    assert_eq!(list["rows"][0]["bank_reference"], "OUT – 1");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_old_double_booking_is_found() {
    let shop = Shop::new();
    old_files::make(&shop.database(), "one-transfer-twice.sql");
    shop.run("migrate").ended(Exit::Clean);
    // The file was written under the real clock, so verify runs under it too.
    let broken = shop.exec("verify -o json").ended(Exit::Attention).json();
    let what: Vec<_> = broken["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["what"].clone())
        .collect();
    assert_eq!(
        what,
        [
            "the bank reference bca-991 was used before, as BCA-991",
            "the bank reference out-1 was used before, as OUT-1",
        ]
    );
    let cases = shop.run("case list -o json").json();
    assert_eq!(cases["rows"][0]["kind"], "same_transfer");
    assert_eq!(cases["rows"][0]["order"], "INV-2");
    let shown = shop.run("case show 1").ended(Exit::Clean).stdout;
    assert!(
        shown.contains("bca-991 looks like the transfer BCA-991 of payment 1 of INV-1"),
        "{shown}"
    );
    // BCA991 and BCA-992 are different references. Booked money stays booked.
    assert_eq!(cases["rows"].as_array().unwrap().len(), 2);
    shop.run("order create --number INV-5 --total 25000")
        .ended(Exit::Clean);
    approve(&shop, &["INV-5", "--bank-ref", "Bca-991"]).ended(Exit::Failed);
    shop.run("approve --withdraw 2 --reason twice --yes")
        .ended(Exit::Attention);
    shop.run("case resolve 2 --accept --reason two")
        .ended(Exit::Clean);
    shop.exec("verify").ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
}
