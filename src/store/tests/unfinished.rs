//! What a writer that died has left unfinished is undone, also for those who only read.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::{Reader, Store};

/// The files as a power cut leaves them, in the middle of a transaction of a database without a log of its own.
fn cut_off(folder: &Path) -> PathBuf {
    let whole = folder.join("whole.db");
    drop(Store::create(&whole).unwrap());
    let file = Connection::open(&whole).unwrap();
    file.execute_batch(
        "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN IMMEDIATE;
         CREATE TABLE unfinished (body BLOB);
         INSERT INTO unfinished SELECT zeroblob(3000) FROM sqlite_schema, sqlite_schema LIMIT 500;
         UPDATE products SET name = 'half'",
    )
    .unwrap();
    let copy = folder.join("shop.db");
    std::fs::copy(&whole, &copy).unwrap();
    let journal = |path: &Path| PathBuf::from(format!("{}-journal", path.display()));
    std::fs::copy(journal(&whole), journal(&copy)).unwrap();
    copy
}

#[test]
fn a_reader_sees_what_was_finished() {
    let folder = tempfile::tempdir().unwrap();
    let copy = cut_off(folder.path());
    let reader = Reader::open(&copy).unwrap();
    assert_eq!(reader.verify().unwrap().breaches, []);
    let file = Connection::open(&copy).unwrap();
    let left = "SELECT count(*) FROM sqlite_schema WHERE name = 'unfinished'";
    let count: i64 = file.query_row(left, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 0);
}
