//! Amounts as people write them, in every option and file.

use payctl::exit::Exit;

use crate::world::{CommandOutput, Shop};

const APPROVE: [&str; 6] = ["--by", "rina", "--reason", "till", "--yes", "-ojson"];

fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("product set seat --price 25000")
        .ended(Exit::Clean);
    shop
}

/// Each option that takes an amount, with the amount it read.
fn amounts_read(amount: &str) -> Vec<(&'static str, CommandOutput, Option<i64>)> {
    let shop = shop();
    let read = |output: &CommandOutput, statement: &str| {
        (output.exit == Exit::Clean).then(|| shop.count(statement))
    };
    let set = shop.run_words(&["product", "set", "seat", "--price", amount], "");
    let price = read(&set, "SELECT price FROM products");
    let create = ["order", "create", "--number", "INV-1", "--total", amount];
    let create = shop.run_words(&create, "");
    let total = read(&create, "SELECT total FROM orders");
    shop.run("order create --number INV-2 --total 900000000")
        .ended(Exit::Clean);
    let words = ["approve", "INV-2", "--amount", amount];
    let approve = shop.run_words(&[words.as_slice(), &APPROVE].concat(), "");
    let count = "SELECT received FROM payments WHERE order_id = (SELECT id FROM orders WHERE number = 'INV-2')";
    let booked = shop.count("SELECT count(*) FROM payments") > 0;
    let received = booked.then(|| shop.count(count));
    let asked = shop.run_words(&["order", "list", "--asked", amount], "");
    let is_read = asked.exit == Exit::Clean;
    vec![
        ("--price", set, price),
        ("--total", create, total),
        ("--amount", approve, received),
        ("--asked", asked.clone(), is_read.then_some(price).flatten()),
    ]
}

#[test]
fn every_option_reads_thousands_and_says_so() {
    for text in [
        "150.000",
        "150,000",
        "Rp 150.000",
        "Rp.150.000,-",
        "150\u{a0}000",
        "150.000,00",
    ] {
        for (door, output, amount) in amounts_read(text) {
            assert_eq!(amount, Some(150_000), "{door} {text:?}: {}", output.all());
            let said = format!("{door} {text:?} is read as Rp 150,000\n");
            assert!(output.stderr.starts_with(&said), "{}", output.stderr);
        }
    }
}

#[test]
fn every_option_takes_plain_digits_silently() {
    for text in ["150000", "150000.00", "Rp 150000"] {
        for (door, output, amount) in amounts_read(text) {
            assert_eq!(amount, Some(150_000), "{door} {text:?}");
            assert!(!output.stderr.contains("is read as"), "{}", output.stderr);
        }
    }
}

#[test]
fn every_option_refuses_an_unclear_amount() {
    for (text, write) in [
        ("150.00", "write 150"),
        ("150,5", "write 150 or 150500"),
        ("0.500", "write 500"),
        ("1.50.000", "write 150000"),
        ("150rb", "write 150000"),
        ("12.5", "write 12 or 12500"),
        ("１５０", "write it in digits"),
        ("", "write it in digits"),
    ] {
        for (door, output, _) in amounts_read(text) {
            assert_eq!(
                output.exit,
                Exit::Usage,
                "{door} {text:?}: {}",
                output.all()
            );
            assert!(output.stderr.contains(write), "{door}: {}", output.stderr);
        }
    }
}

#[test]
fn a_dry_run_says_how_it_read_amounts() {
    let shop = shop();
    let output = shop
        .run("product set seat --price 150.000 --dry-run -o json")
        .ended(Exit::Clean);
    assert_eq!(output.json()["product"]["price"], 150_000);
    assert!(
        output.stderr.contains("is read as Rp 150,000"),
        "{}",
        output.stderr
    );
    assert_eq!(shop.count("SELECT price FROM products"), 25_000);
}

#[test]
fn a_printed_amount_can_be_typed_back() {
    let shop = shop();
    shop.run("product set seat --price 1.234.567")
        .ended(Exit::Clean);
    let table = shop.run("product show seat").ended(Exit::Clean).stdout;
    let (_, price) = table
        .lines()
        .find(|line| line.contains("Rp"))
        .unwrap()
        .split_once("Rp")
        .unwrap();
    let price = format!("Rp{}", price.trim_end());
    let again = shop.run_words(&["product", "set", "seat", "--price", &price, "-ojson"], "");
    assert_eq!(again.ended(Exit::Clean).json()["result"], "unchanged");
}

const HEADER: &str = "number;total;gateway;amount;payable;fee\n";

#[track_caller]
fn check_import(file: &str, words: &[&str], totals: &[(&str, i64)], refused: i64) -> CommandOutput {
    let shop = shop();
    let line = [&["order", "import", "-", "-ojson"], words].concat();
    let rehearsed = shop.run_words(&[line.as_slice(), &["--dry-run"]].concat(), file);
    let output = shop.run_words(&line, file);
    assert_eq!(rehearsed.stderr, output.stderr);
    assert_eq!(output.json()["refused"], refused, "{}", output.all());
    for (number, total) in totals {
        let statement =
            format!("SELECT coalesce(max(total), -1) FROM orders WHERE number = '{number}'");
        assert_eq!(shop.count(&statement), *total, "{number}: {}", output.all());
    }
    let again = shop.run_words(&line, file).json();
    assert_eq!(again["unchanged"], output.json()["imported"]);
    assert_eq!(again["imported"], 0);
    output
}

#[test]
fn a_csv_file_of_thousands_is_explained() {
    let file = format!("{HEADER}A;150.000;;;;\nB;Rp 300.000;midtrans;300.000;301.500;1.500\n");
    let output = check_import(&file, &[], &[("A", 150_000), ("B", 300_000)], 0);
    assert!(
        output
            .stderr
            .starts_with("line 2: total \"150.000\" is read as Rp 150,000\n"),
        "{}",
        output.stderr
    );
    assert!(
        output
            .stderr
            .contains("line 3: fee \"1.500\" is read as Rp 1,500\n"),
        "{}",
        output.stderr
    );
    assert_eq!(output.json()["interpreted_amounts"], 5);
}

#[test]
fn one_decimal_dot_decides_the_whole_file() {
    // The decimal dot is in another column of the last row, whose order is refused.
    let file = format!("{HEADER}A;150.000;;;;\nB;150000;;;;\nC;;;;;150000.500\n");
    let output = check_import(&file, &[], &[("A", -1), ("B", 150_000)], 2);
    assert!(
        output
            .stderr
            .contains("line 2: total \"150.000\" groups by '.'"),
        "{}",
        output.stderr
    );
    assert!(
        output.stderr.contains(
            "write 150 or 150000, or name the decimal point of the whole file with --decimal-point"
        ),
        "{}",
        output.stderr
    );
    let file = format!("{HEADER}A;150.000;;;;\nB;150000.000;;;;\n");
    check_import(&file, &[], &[("A", -1), ("B", 150_000)], 1);
}

#[test]
fn an_export_has_a_decimal_point() {
    let file =
        format!("{HEADER}A;150.000;;;;\nB;150000.000;midtrans;150000.0000;;0.000\nC;1.500;;;;\n");
    let output = check_import(
        &file,
        &["--decimal-point"],
        &[("A", 150), ("B", 150_000), ("C", -1)],
        1,
    );
    assert!(
        output
            .stderr
            .contains("total \"150.000\" is read as Rp 150\n"),
        "{}",
        output.stderr
    );
    check_import(
        "{\"number\":\"A\",\"total\":150.000}",
        &["--decimal-point"],
        &[("A", 150)],
        0,
    );
}

#[test]
fn json_texts_allow_thousands_but_numbers_do_not() {
    for (total, read) in [
        ("\"150.000\"", 150_000),
        ("\"Rp 150.000,-\"", 150_000),
        ("\"25000.00\"", 25_000),
        ("150000.000", 150_000),
        ("150.00", 150),
        ("150.000", -1),
        ("\"150.00\"", -1),
        ("\"150000.000\"", -1),
        ("1.5e5", -1),
    ] {
        let file = format!("{{\"number\":\"A\",\"total\":{total}}}");
        check_import(&file, &[], &[("A", read)], i64::from(read == -1));
    }
    let file = "{\"number\":\"A\",\"lines\":[{\"sku\":\"seat\",\"quantity\":1,\"unit_price\":\"1.500\"}],\
        \"payments\":[{\"gateway\":\"midtrans\",\"fee\":\"150rb\"}]}";
    let output = check_import(file, &[], &[("A", -1)], 1);
    assert!(
        output
            .stderr
            .contains("fee \"150rb\" is no clear amount in rupiah; write 150000"),
        "{}",
        output.stderr
    );
}

#[test]
fn many_interpreted_amounts_are_counted() {
    let rows: String = (0..250).map(|row| format!("A-{row};1.500;;;;\n")).collect();
    let output = check_import(&format!("{HEADER}{rows}"), &[], &[("A-249", 1_500)], 0);
    assert_eq!(output.stderr.matches("is read as").count(), 100);
    assert!(
        output
            .stderr
            .ends_with("150 more amounts were read in the same way\n")
    );
}
