//! A person at a terminal sees how far long work is; a pipe, a file and a quiet run see nothing of it.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::Command;
use std::sync::{Mutex, mpsc};

use payctl::exit::Exit;
use payctl::store::JobLock;
use rusqlite::Connection;

use crate::migrating::make_old;
use crate::server::Server;
use crate::terminal::Terminal;
use crate::world::{Shop, config};

fn shop() -> Shop {
    let shop = Shop::in_real_time();
    shop.run("product set seat --price 1000").ended(Exit::Clean);
    shop
}

/// Nobody else reads or writes the shop's file until this is dropped.
fn hold(shop: &Shop) -> Connection {
    let file = Connection::open(shop.database()).unwrap();
    let alone =
        "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE products SET price = price;";
    file.execute_batch(alone).unwrap();
    file
}

/// Ends the command that waits, and looks at what it leaves on the screen.
#[track_caller]
fn leaves_nothing(terminal: &Terminal, words: &str, result: &str) {
    let screen = terminal.ended(0);
    assert!(screen.contains(result), "{screen}");
    assert!(!screen.contains(words), "the bar is still there:\n{screen}");
}

#[test]
fn whoever_waits_for_a_check_sees_it() {
    let shop = shop();
    let Some(terminal) = Terminal::open(&shop, (80, 24)) else {
        return;
    };
    let held = hold(&shop);
    // The others begin first: once the last one shows its bar, theirs would be there.
    terminal.types(
        "payctl verify 2> told > out & payctl verify -q & payctl verify -v > out & payctl verify",
    );
    let screen = terminal.shows(" checks  0/min  0 found");
    assert_eq!(screen.matches("found").count(), 1, "{screen}");
    held.close().unwrap();
    leaves_nothing(&terminal, "0/min", " checks passed");
    assert_eq!(shop.file("told").as_deref(), Some(""));
}

#[test]
fn a_cleanup_shows_how_far_it_is() {
    let shop = shop();
    let Some(terminal) = Terminal::open(&shop, (120, 40)) else {
        return;
    };
    let held = hold(&shop);
    terminal.types("payctl cleanup");
    terminal.shows("0 looked at  0/min  0 deleted");
    held.close().unwrap();
    leaves_nothing(&terminal, "looked at", "nothing to remove");
}

#[test]
fn a_migration_shows_its_steps() {
    let shop = shop();
    let Some(terminal) = Terminal::open(&shop, (80, 24)) else {
        return;
    };
    make_old(&shop.database());
    let held = JobLock::take(&shop.database(), "migrate").unwrap().unwrap();
    terminal.types("payctl migrate");
    terminal.shows(" steps  0/min");
    drop(held);
    leaves_nothing(&terminal, " steps ", "migrated");
}

#[test]
fn an_import_shows_its_lines() {
    let shop = shop();
    let Some(terminal) = Terminal::open(&shop, (80, 24)) else {
        return;
    };
    let pipe = shop.folder.path().join("orders");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    terminal.types("cat orders | payctl order import -");
    let mut orders = OpenOptions::new().write(true).open(&pipe).unwrap();
    for number in [1, 2] {
        writeln!(orders, "{{\"number\":\"INV-{number}\",\"total\":1000}}").unwrap();
    }
    terminal.shows("2 lines  ");
    // The bar gives way to what is told, and comes back under it.
    writeln!(orders, "{{\"number\":\"INV-3\",\"total\":-5}}").unwrap();
    let screen = terminal.shows("3 lines  ");
    assert!(screen.contains("\nline 3: "), "{screen}");
    drop(orders);
    let screen = terminal.ended(4);
    assert!(
        screen.contains("\nline 3: ") && screen.contains("Imported"),
        "{screen}"
    );
    assert!(!screen.contains(" lines "), "{screen}");
}

#[test]
fn a_long_check_shows_what_differs() {
    let shop = shop();
    let Some(terminal) = Terminal::open(&shop, (80, 24)) else {
        return;
    };
    let (answer, answered) = mpsc::channel::<()>();
    let answered = Mutex::new(answered);
    let gateway = Server::start(move |target| {
        let number = target.split('/').rev().nth(1).unwrap_or_default();
        if number == "INV-2" {
            let _released = answered.lock().unwrap().recv();
        }
        let told = format!(
            r#"{{"status_code":"200","transaction_status":"settlement","fraud_status":"accept","order_id":"{number}","gross_amount":"1000.00","currency":"IDR","payment_type":"qris","transaction_id":"t-{number}"}}"#
        );
        (200, told)
    });
    let text = config(&gateway.url(), &gateway.url()).replace("200ms", "20s");
    shop.configure(&text);
    for number in ["INV-1", "INV-2"] {
        let line = format!("order create --number {number} --line seat:1 --gateway midtrans");
        shop.run(&line).ended(Exit::Clean);
    }
    terminal.types("payctl check-all --fix");
    let screen = terminal.shows("1/2 asked");
    assert!(screen.contains("  1 different"), "{screen}");
    answer.send(()).unwrap();
    leaves_nothing(&terminal, "/2 asked", "2 fixed");
}
