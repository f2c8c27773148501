//! Migrating keeps a copy of the old file beside the database.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use payctl::exit::Exit;
use rusqlite::Connection;

use crate::program::hear;
use crate::world::Shop;

const NAME: &str = "shop.db.v1";

/// A file of the first version with one customer.
fn old_shop() -> Shop {
    let shop = Shop::new();
    shop.run("product set seat --price 1000").ended(Exit::Clean);
    make_old(&shop.database());
    shop
}

fn make_old(database: &Path) {
    let application: i64 = value(database, "PRAGMA application_id");
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(beside(database, end));
    }
    let old = Connection::open(database).unwrap();
    old.execute_batch(include_str!("../../sql/migrations/0001_schema.sql"))
        .unwrap();
    old.execute_batch("INSERT INTO customers (email) VALUES ('sari@example.com')")
        .unwrap();
    old.pragma_update(None, "application_id", application)
        .unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
}

fn beside(database: &Path, end: &str) -> PathBuf {
    let mut name = database.to_owned().into_os_string();
    name.push(end);
    name.into()
}

fn value(database: &Path, query: &str) -> i64 {
    let connection = Connection::open(database).unwrap();
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}

fn names(shop: &Shop) -> Vec<String> {
    let entries = fs::read_dir(shop.folder.path()).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".v"))
        .collect();
    names.sort();
    names
}

#[test]
fn the_old_file_is_kept_beside_the_new() {
    let shop = old_shop();
    // Rows still in the write-ahead log belong to it.
    let open = Connection::open(shop.database()).unwrap();
    open.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
        .unwrap();
    open.execute_batch("INSERT INTO customers (email) VALUES ('late@example.com')")
        .unwrap();

    let would = shop.run("migrate --dry-run").ended(Exit::Clean);
    assert!(would.stdout.contains(NAME), "{}", would.stdout);
    assert_eq!(names(&shop), [""; 0]);
    let output = shop.run("migrate -o json").ended(Exit::Clean).json();
    assert!(output["kept"].as_str().unwrap().ends_with(NAME), "{output}");

    assert_eq!(names(&shop), [NAME]);
    let kept = shop.folder.path().join(NAME);
    assert_eq!(value(&kept, "PRAGMA user_version"), 1);
    assert_eq!(value(&kept, "SELECT count(*) FROM customers"), 2);
    let again = shop.run("migrate -o json").ended(Exit::Clean).json();
    assert!(again["kept"].is_null(), "{again}");
}

#[test]
fn the_first_writer_keeps_the_old_file() {
    let shop = old_shop();
    let line = "product set seat --price 2000";
    let output = shop.exec(line).ended(Exit::Clean);
    assert!(output.stderr.contains(NAME), "{}", output.stderr);
    assert_eq!(names(&shop), [NAME]);
    assert_eq!(shop.exec(line).ended(Exit::Clean).stderr, "");
    let shop = old_shop();
    let output = shop.exec("expire --quiet").ended(Exit::Clean);
    assert_eq!(output.all(), "");
    assert_eq!(names(&shop), [NAME]);
}

#[test]
fn only_the_last_old_file_stays() {
    let shop = old_shop();
    let earlier = shop.folder.path().join("shop.db.v3");
    fs::copy(shop.database(), &earlier).unwrap();
    Connection::open(&earlier)
        .unwrap()
        .pragma_update(None, "user_version", 3)
        .unwrap();
    // A foreign file with such a name.
    fs::write(shop.folder.path().join("shop.db.v2"), "notes").unwrap();
    shop.run("migrate").ended(Exit::Clean);
    assert_eq!(names(&shop), [NAME, "shop.db.v2"]);
}

#[test]
fn a_file_that_cannot_be_kept_stays_unmigrated() {
    let shop = old_shop();
    fs::write(shop.folder.path().join(NAME), "notes").unwrap();
    for line in ["migrate", "expire --quiet", "check-all --fix --quiet"] {
        let refused = shop.run(line).ended(Exit::Failed);
        assert!(refused.stderr.contains(NAME), "{}", refused.stderr);
        assert!(
            refused.stderr.contains("nothing was migrated")
                && refused.stderr.contains("run: payctl migrate"),
            "{}",
            refused.stderr
        );
    }
    assert_eq!(value(&shop.database(), "PRAGMA user_version"), 1);
    let notes = fs::read_to_string(shop.folder.path().join(NAME)).unwrap();
    assert_eq!(notes, "notes");
    assert_eq!(names(&shop), [NAME]);
}

#[test]
fn without_a_writable_copy_nothing_is_migrated() {
    let shop = old_shop();
    let part = shop.folder.path().join(format!("{NAME}.part"));
    fs::create_dir(&part).unwrap();
    shop.run("migrate").ended(Exit::Failed);
    assert_eq!(value(&shop.database(), "PRAGMA user_version"), 1);
    fs::remove_dir(&part).unwrap();
    // The rest of an interrupted copy is no obstacle.
    fs::write(&part, "half a file").unwrap();
    shop.run("migrate").ended(Exit::Clean);
    assert_eq!(names(&shop), [NAME]);
}

#[cfg(unix)]
#[test]
fn the_copy_has_the_databases_rights() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    for mode in [0o600, 0o640, 0o664] {
        let shop = old_shop();
        fs::set_permissions(shop.database(), fs::Permissions::from_mode(mode)).unwrap();
        shop.run("migrate").ended(Exit::Clean);
        let (kept, now) = (
            fs::metadata(shop.folder.path().join(NAME)).unwrap(),
            fs::metadata(shop.database()).unwrap(),
        );
        assert_eq!(kept.permissions().mode() & 0o777, mode);
        assert_eq!((kept.uid(), kept.gid()), (now.uid(), now.gid()));
    }
}

#[test]
fn of_many_programs_one_migrates() {
    let shop = Shop::in_real_time();
    hear(shop.start("product set seat --price 1000")).ended(Exit::Clean);
    make_old(&shop.database());
    thread::scope(|scope| {
        for line in [
            "migrate",
            "expire",
            "cleanup",
            "product set seat --price 2000",
        ] {
            let shop = &shop;
            scope.spawn(move || hear(shop.start(line)).ended(Exit::Clean));
        }
    });
    assert_eq!(names(&shop), [NAME]);
    let kept = shop.folder.path().join(NAME);
    assert_eq!(value(&kept, "PRAGMA user_version"), 1);
    assert_eq!(value(&kept, "SELECT count(*) FROM products"), 0);
    hear(shop.start("verify")).ended(Exit::Clean);
}

#[test]
fn erasing_a_customer_deletes_the_old_file() {
    let shop = old_shop();
    shop.run("migrate").ended(Exit::Clean);
    shop.run("cleanup --erase nobody@example.com --yes")
        .ended(Exit::Failed);
    assert_eq!(names(&shop), [NAME]);
    let kept = |line: &str| {
        let output = shop.run(line).ended(Exit::Clean).json();
        let rows = output["rows"].as_array().unwrap().clone();
        let row = rows.into_iter().find(|row| row["what"] == "kept_files");
        row.unwrap()["count"].clone()
    };
    let line = "cleanup --erase sari@example.com --yes";
    assert_eq!(kept(&format!("{line} --dry-run -o json")), 1);
    assert_eq!(names(&shop), [NAME]);
    assert_eq!(kept(&format!("{line} -o json")), 1);
    assert_eq!(names(&shop), [""; 0]);
}

#[test]
fn cleanup_deletes_an_old_copy() {
    let shop = old_shop();
    shop.run("migrate").ended(Exit::Clean);
    shop.run("cleanup").ended(Exit::Clean);
    assert_eq!(names(&shop), [NAME], "the copy is recent");
    let kept = shop.folder.path().join(NAME);
    let file = fs::File::options().write(true).open(&kept).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    drop(file);
    shop.run("cleanup").ended(Exit::Clean);
    assert_eq!(names(&shop), [""; 0]);
    shop.run("cleanup").ended(Exit::Clean);
}
