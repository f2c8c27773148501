//! Backups: made while everything goes on, verified, rotated, and never over anything else.

use std::fs;
use std::path::{Path, PathBuf};

use payctl::exit::Exit;
use payctl::simulator::MIDTRANS;
use rusqlite::Connection;

use crate::effects::{hooked, lines};
use crate::program::hear;
use crate::world::Shop;

fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("product set seat --price 1000 --capacity 500")
        .ended(Exit::Clean);
    shop
}

fn order(shop: &Shop, number: &str) {
    let line = format!("order create --number {number} --line seat:1 --expires-in 1h");
    shop.run(&line).ended(Exit::Clean);
}

fn orders(file: &Path) -> i64 {
    let connection = Connection::open(file).unwrap();
    let count = "SELECT count(*) FROM orders";
    connection.query_row(count, [], |row| row.get(0)).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("copy"))
        .collect();
    names.sort();
    names
}

fn copy(shop: &Shop) -> PathBuf {
    shop.folder.path().join("copy.db")
}

#[test]
fn the_wanted_backups_stay_newest_first() {
    let shop = shop();
    for nth in 1..=4 {
        order(&shop, &format!("INV-{nth}"));
        shop.run("backup copy.db --keep 3").ended(Exit::Clean);
    }
    let folder = shop.folder.path();
    assert_eq!(names(folder), ["copy.db", "copy.db.1", "copy.db.2"]);
    let counts = names(folder).map_orders(folder);
    assert_eq!(counts, [4, 3, 2]);
    // A smaller number removes the others at once, and a file of another program never.
    fs::write(folder.join("copy.db.3"), "mine").unwrap();
    let made = shop
        .run("backup copy.db --keep 1 -o json")
        .ended(Exit::Clean);
    assert_eq!(made.json()["removed"].as_array().unwrap().len(), 2);
    assert_eq!(names(folder), ["copy.db", "copy.db.3"]);
}

trait MapOrders {
    fn map_orders(&self, folder: &Path) -> Vec<i64>;
}

impl MapOrders for Vec<String> {
    fn map_orders(&self, folder: &Path) -> Vec<i64> {
        self.iter().map(|name| orders(&folder.join(name))).collect()
    }
}

#[test]
fn a_backup_is_private_and_one_file() {
    let shop = shop();
    shop.run("backup copy.db").ended(Exit::Clean);
    assert_eq!(names(shop.folder.path()), ["copy.db"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(copy(&shop)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // An open log would be a second part of it.
    let journal: String = Connection::open(copy(&shop))
        .unwrap()
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    assert_eq!(journal, "delete");
}

#[test]
fn nothing_but_a_backup_is_replaced() {
    let shop = shop();
    order(&shop, "INV-1");
    let folder = shop.folder.path();
    fs::write(folder.join("notes"), "mine").unwrap();
    fs::create_dir(folder.join("dir")).unwrap();
    fs::hard_link(shop.database(), folder.join("other-name.db")).unwrap();
    shop.run("--db second.db product set seat --price 1")
        .ended(Exit::Clean);
    for (file, why) in [
        ("shop.db", "belongs to the database itself"),
        ("./shop.db", "belongs to the database itself"),
        ("shop.db-wal", "belongs to the database itself"),
        ("shop.db-shm", "belongs to the database itself"),
        ("shop.db-journal", "belongs to the database itself"),
        ("notes", "is no backup of payctl"),
        ("payctl.toml", "is no backup of payctl"),
        // Also another shop's database in use.
        ("second.db", "is no backup of payctl"),
        ("dir", "is a folder"),
        ("no/such/copy.db", "does not exist"),
        #[cfg(unix)]
        ("other-name.db", "belongs to the database itself"),
    ] {
        let told = shop.run(&format!("backup {file}")).ended(Exit::Usage);
        assert!(told.stderr.contains(why), "{file}: {}", told.stderr);
    }
    assert_eq!(shop.file("notes").as_deref(), Some("mine"));
    assert_eq!(orders(&shop.database()), 1);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_damaged_database_replaces_no_backup() {
    let shop = shop();
    order(&shop, "INV-1");
    shop.run("backup copy.db").ended(Exit::Clean);
    let good = fs::read(copy(&shop)).unwrap();
    let file = Connection::open(shop.database()).unwrap();
    let root: i64 = file
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'payments_by_order'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(file);
    let mut bytes = fs::read(shop.database()).unwrap();
    let start = usize::try_from((root - 1) * 4096).unwrap();
    bytes[start..start + 64].fill(0xee);
    fs::write(shop.database(), bytes).unwrap();
    let told = shop.run("backup copy.db --keep 2").ended(Exit::Failed);
    assert!(told.stderr.contains("damaged"), "{}", told.stderr);
    assert_eq!(names(shop.folder.path()), ["copy.db"]);
    assert!(fs::read(copy(&shop)).unwrap() == good);
}

#[test]
fn wrong_books_remove_no_older_backup() {
    let shop = shop();
    order(&shop, "INV-1");
    shop.run("backup copy.db").ended(Exit::Clean);
    let file = Connection::open(shop.database()).unwrap();
    file.execute_batch("UPDATE products SET held = held + 1")
        .unwrap();
    let told = shop.run("backup copy.db -o json").ended(Exit::Attention);
    assert_eq!(told.json()["violations"], 1);
    assert_eq!(names(shop.folder.path()), ["copy.db", "copy.db.1"]);
    file.execute_batch("UPDATE products SET held = held - 1")
        .unwrap();
    shop.run("backup copy.db").ended(Exit::Clean);
    assert_eq!(names(shop.folder.path()), ["copy.db"]);
}

#[test]
fn each_backup_is_a_recorded_run() {
    let shop = shop();
    shop.run("backup copy.db --dry-run").ended(Exit::Clean);
    assert_eq!(names(shop.folder.path()), [""; 0]);
    let runs = "SELECT count(*) FROM runs WHERE job = 'backup' AND exit = 0";
    assert_eq!(shop.count(runs), 0);
    let quiet = shop.run("backup copy.db --quiet").ended(Exit::Clean);
    assert_eq!(quiet.all(), "");
    assert_eq!(shop.count(runs), 1);
    // What a killed backup has left is written over.
    fs::write(shop.folder.path().join("copy.db.part"), "half").unwrap();
    shop.run("backup copy.db").ended(Exit::Clean);
    assert_eq!(shop.count(runs), 2);
    assert_eq!(names(shop.folder.path()), ["copy.db"]);
}

#[test]
fn backups_under_load_are_sound() {
    let shop = shop();
    let count = |writer: usize, nth: usize| format!("INV-{writer}-{nth}");
    let create = |number: String| {
        shop.start(&format!(
            "order create --number {number} --line seat:1 --expires-in 1h"
        ))
    };
    for nth in 1..=3 {
        let writers: Vec<_> = (1..=6).map(|writer| create(count(writer, nth))).collect();
        let backup = shop.start("backup copy.db --keep 9");
        for writer in writers {
            hear(writer).ended(Exit::Clean);
        }
        hear(backup).ended(Exit::Clean);
    }
    assert_eq!(orders(&shop.database()), 18);
    for name in names(shop.folder.path()) {
        shop.exec(&format!("--db {name} verify")).ended(Exit::Clean);
    }
    // Each shows what was there when it began, and perhaps more.
    let counts = names(shop.folder.path()).map_orders(shop.folder.path());
    let least = [12, 6, 0];
    let is_whole = counts
        .iter()
        .zip(least)
        .all(|(count, least)| *count >= least);
    assert!(is_whole, "{counts:?}");
    assert!(
        counts.is_sorted_by(|later, earlier| later >= earlier),
        "{counts:?}"
    );
}

/// Everything at once, while a backup is made: money arrives, orders are handed out, others come in.
#[test]
fn a_backup_under_load_does_nothing_twice() {
    const ORDERS: usize = 12;
    let hook = "cat > /dev/null; echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";
    let shop = hooked(Shop::in_real_time(), hook, "");
    shop.exec("product set seat --price 1000 --capacity 50")
        .ended(Exit::Clean);
    for nth in 1..=ORDERS {
        shop.exec(&format!(
            "order create --number INV-{nth} --line seat:1 --expires-in 1h"
        ))
        .ended(Exit::Clean);
        let line = format!("pay INV-{nth} --gateway midtrans --method qris -o json");
        let opened = shop.exec(&line).ended(Exit::Clean).json();
        let reference = opened["reference"].as_str().unwrap();
        shop.simulator.handle().pay(MIDTRANS, reference).unwrap();
    }
    let jobs = ["check-all --fix", "fulfil", "backup copy.db", "fulfil"];
    let running: Vec<_> = jobs.into_iter().map(|line| shop.start(line)).collect();
    let since: Vec<_> = (1..=4)
        .map(|nth| shop.start(&format!("order create --number LATER-{nth} --line seat:1")))
        .collect();
    for job in running {
        let exit = hear(job).exit;
        assert!(
            [Exit::Clean, Exit::Busy, Exit::Partial].contains(&exit),
            "{exit:?}"
        );
    }
    for order in since {
        hear(order).ended(Exit::Clean);
    }
    shop.exec("check-all --fix").ended(Exit::Clean);
    shop.exec("fulfil").ended(Exit::Clean);
    let done = lines(&shop, "keys");
    assert_eq!(done.len(), ORDERS, "{done:?}");

    shop.exec("restore copy.db --yes").ended(Exit::Clean);
    shop.exec("verify").ended(Exit::Clean);
    shop.exec("fulfil").ended(Exit::Config);
    let released = shop.exec("restore --release --yes");
    let is_told = [Exit::Clean, Exit::Attention].contains(&released.exit);
    assert!(is_told, "{}", released.all());
    for line in ["check-all --fix", "fulfil", "verify"] {
        shop.exec(line).ended(Exit::Clean);
    }
    assert_eq!(
        lines(&shop, "keys"),
        done,
        "an effect was carried out twice"
    );
    let left = "SELECT count(*) FROM orders WHERE number LIKE 'INV-%' AND status = 'fulfilled'";
    assert_eq!(shop.count(left), i64::try_from(ORDERS).unwrap());
}
