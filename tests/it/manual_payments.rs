//! Manual payments: by the shop's own QRIS, or as the configuration says.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};

use payctl::domain::{Rupiah, StaticQris};
use payctl::exit::Exit;

use crate::books::{books, fingerprint};
use crate::program::hear;
use crate::qr_scanner;
use crate::world::{STATIC_QRIS, Shop, config};

const PAY: &str = "pay INV-1 --gateway manual";

fn shop() -> Shop {
    let shop = Shop::new();
    order(&shop, "INV-1");
    shop
}

fn order(shop: &Shop, number: &str) {
    let line = format!("order create --number {number} --total 25000");
    shop.run(&line).ended(Exit::Clean);
    shop.wait_for_processes(number);
}

fn code(amount: i64) -> String {
    let code: StaticQris = STATIC_QRIS.parse().unwrap();
    code.asking_for(Rupiah::new(amount).unwrap())
}

#[test]
fn the_static_code_asks_without_writing() {
    let shop = shop();
    let before = books(&shop.database());
    let output = shop
        .run(&format!("{PAY} -o json"))
        .ended(Exit::Clean)
        .json();
    assert_eq!(output["action"], "asked");
    assert_eq!(output["qr_text"], code(25_000));
    assert_eq!(
        (&output["amount"], &output["payable"]),
        (&25_000.into(), &25_000.into())
    );
    assert_eq!(output["expires_at"], "2099-01-01T00:00:00Z");
    assert_eq!(books(&shop.database()), before);
    let table = shop.run(PAY).ended(Exit::Clean).stdout;
    assert!(
        table.contains("payctl approve INV-1 --amount 25000"),
        "{table}"
    );
}

#[test]
fn a_scanner_reads_the_code_with_its_amount() {
    let shop = shop();
    let folder = shop.folder.path();
    let pay = format!("{PAY} --unique");
    shop.run(&format!("{pay} --svg code.svg"))
        .ended(Exit::Clean);
    shop.run(&format!("{pay} --png code.png"))
        .ended(Exit::Clean);
    let table = shop.run(&format!("{pay} --qr")).ended(Exit::Clean).stdout;
    std::fs::write(folder.join("terminal.png"), qr_scanner::photograph(&table)).unwrap();
    let drawn = std::fs::read_to_string(folder.join("code.svg")).unwrap();
    std::fs::write(folder.join("drawn.png"), qr_scanner::print(&drawn)).unwrap();
    for picture in ["terminal.png", "code.png", "drawn.png"] {
        qr_scanner::check(&folder.join(picture), &code(25_001));
    }
}

#[test]
fn a_dry_run_shows_the_amount_without_writing() {
    let shop = shop();
    let before = fingerprint(&shop.database());
    let output = shop.run(&format!("{PAY} --unique --dry-run -o json"));
    let json = output.ended(Exit::Clean).json();
    assert_eq!(
        (&json["action"], &json["payable"]),
        (&"would_ask".into(), &25_001.into())
    );
    assert_eq!(fingerprint(&shop.database()), before);
}

#[test]
fn concurrent_requests_get_different_unique_amounts() {
    let shop = Shop::new();
    let numbers: Vec<String> = (1..=6).map(|nth| format!("INV-{nth}")).collect();
    for number in &numbers {
        order(&shop, number);
    }
    // Twice each: concurrent requests for one order get the same amount.
    let lines = numbers.iter().chain(&numbers);
    let visits: Vec<_> = lines
        .map(|number| shop.start(&format!("pay {number} --gateway manual --unique -o json")))
        .collect();
    for visit in visits {
        hear(visit).ended(Exit::Clean);
    }
    let asked: BTreeSet<i64> = numbers
        .iter()
        .map(|number| shop.order(number)["asked"].as_i64().unwrap())
        .collect();
    assert_eq!(asked, (25_001..=25_006).collect());
    assert_eq!(
        shop.count("SELECT count(*) FROM events WHERE rule = 'P22'"),
        6
    );
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn running_out_of_unique_amounts_is_reported() {
    let shop = shop();
    let file = rusqlite::Connection::open(shop.database()).unwrap();
    file.execute_batch(
        "WITH RECURSIVE nth (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM nth WHERE n < 999)
         INSERT INTO orders (id, number, status, total, created_at, expires_at, moved_at, session_token)
         SELECT 1000 + n, 'WAITS-' || n, 'pending', 25000, 1, 4000000000000, 1, 'token-' || n FROM nth;
         INSERT INTO asked_amounts (order_id, price, amount, is_open, asked_at)
         SELECT id, 25000, 25000 + id - 1000, 1, 1 FROM orders WHERE id > 1000;",
    )
    .unwrap();
    let output = shop.run(&format!("{PAY} --unique")).ended(Exit::Failed);
    assert!(
        output.stderr.contains("all 999 unique amounts"),
        "{}",
        output.stderr
    );
    file.execute_batch("UPDATE orders SET status = 'expired' WHERE number = 'WAITS-500'")
        .unwrap();
    shop.run(&format!("{PAY} --unique")).ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["asked"], 25_500);
    assert_eq!(shop.order("WAITS-500")["asked"], 25_500);
}

#[test]
fn an_approval_ends_the_wait() {
    let shop = Shop::in_real_time();
    order(&shop, "INV-1");
    let line = format!("{PAY} --unique --wait --interval 100ms --timeout 60s -o jsonl");
    let mut wait = shop.start(&line);
    let mut output = BufReader::new(wait.stdout.take().unwrap());
    output.read_line(&mut String::new()).unwrap();
    shop.exec("approve INV-1 --yes --reason statement")
        .ended(Exit::Clean);
    let last = output.lines().map(Result::unwrap).last().unwrap();
    assert!(last.contains("\"because\":\"paid\""), "{last}");
    assert!(wait.wait().unwrap().success());
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn bad_manual_requests_are_refused_with_a_hint() {
    let shop = shop();
    for (line, exit, hint) in [
        (
            "pay INV-1 --gateway midtrans --unique",
            Exit::Usage,
            "--gateway manual",
        ),
        (
            "pay INV-1 --gateway manual --method bca_va",
            Exit::Usage,
            "leave out --method",
        ),
    ] {
        let output = shop.run(line).ended(exit);
        assert!(output.stderr.contains(hint), "{}", output.stderr);
    }
    let url = shop.simulator.url();
    let text = config(&url, &url);
    let (bare, _) = text.split_once("[manual]").unwrap();
    shop.configure(bare);
    let output = shop.run(PAY).ended(Exit::Config);
    assert!(output.stderr.contains("add [manual]"), "{}", output.stderr);

    shop.configure("database = 'shop.db'\n[manual]\npay_to = 'BCA 0123456789, Toko Contoh'");
    let output = shop.run("pay INV-1 -o json").ended(Exit::Clean).json();
    assert_eq!(output["pay_to"], "BCA 0123456789, Toko Contoh");
    assert_eq!(output["qr_text"], serde_json::Value::Null);
    shop.run("pay INV-1 --svg code.svg").ended(Exit::Failed);
}
