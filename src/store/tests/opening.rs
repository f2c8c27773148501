use std::path::Path;
use std::thread;

use rusqlite::Connection;
use tempfile::tempdir;

use super::super::engine::newest_schema;
use super::{Shop, minute};
use crate::store::{CheckFilter, PollCursor, Reader, Store, StoreError};

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[test]
fn an_empty_folder_becomes_a_shop() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("shop.db");
    drop(Store::create(&path).unwrap());
    drop(Store::create(&path).unwrap());
    drop(Store::open(&path).unwrap());
    drop(Reader::open(&path).unwrap());

    let sql = Connection::open(&path).unwrap();
    let pragma = |name: &str| -> String {
        sql.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            .map(|value| format!("{value:?}"))
            .unwrap()
    };
    assert_eq!(pragma("auto_vacuum"), "Integer(2)");
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    assert_eq!(
        pragma("user_version"),
        format!("Integer({})", newest_schema())
    );
    assert_eq!(pragma("application_id"), "Integer(1885436259)");
}

#[test]
fn a_writing_connection_is_durable_with_foreign_keys() {
    let shop = Shop::with_gateways();
    for store in [&shop.store, &shop.store.again().unwrap()] {
        let connection = store.read().connection();
        for (pragma, value) in [
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("busy_timeout", 10_000),
            ("secure_delete", 2),
            ("wal_autocheckpoint", 8_000),
        ] {
            let found: i64 = connection
                .pragma_query_value(None, pragma, |row| row.get(0))
                .unwrap();
            assert_eq!(found, value, "{pragma}");
        }
    }
}

#[test]
fn a_mistyped_path_creates_no_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("shpo.db");
    assert!(matches!(
        Store::open(&path),
        Err(StoreError::Missing { .. })
    ));
    assert!(matches!(
        Reader::open(&path),
        Err(StoreError::Missing { .. })
    ));
    assert!(!path.exists());

    std::fs::write(&path, "").unwrap();
    assert!(matches!(
        Store::open(&path),
        Err(StoreError::Missing { .. })
    ));
    assert!(matches!(
        Reader::open(&path),
        Err(StoreError::Missing { .. })
    ));
    assert_eq!(bytes(&path), b"");
}

#[test]
fn another_programs_file_is_refused_untouched() {
    let folder = tempdir().unwrap();
    let other = folder.path().join("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE notes (text TEXT)")
        .unwrap();
    let letter = folder.path().join("letter.txt");
    std::fs::write(&letter, "Dear customer, ".repeat(100)).unwrap();

    for path in [other, letter] {
        let before = bytes(&path);
        for result in [
            Store::create(&path).map(|_| ()),
            Store::open(&path).map(|_| ()),
            Reader::open(&path).map(|_| ()),
        ] {
            assert!(
                matches!(result, Err(StoreError::Foreign { .. })),
                "{result:?}"
            );
        }
        assert_eq!(bytes(&path), before);
    }
}

#[test]
fn a_damaged_file_is_called_damaged() {
    let shop = Shop::with_gateways();
    shop.waiting("INV-1");
    shop.file()
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    let damaged = shop.folder.path().join("damaged.db");
    let mut content = bytes(&shop.path());
    // All pages but the first, which has the header.
    content[4096..].fill(0x55);
    std::fs::write(&damaged, content).unwrap();
    let result =
        Reader::open(&damaged).and_then(|reader| reader.queues(&CheckFilter::default(), minute(1)));
    assert!(matches!(result, Err(StoreError::Corrupt(_))), "{result:?}");
}

#[test]
fn a_newer_schema_is_refused() {
    let shop = Shop::with_gateways();
    let path = shop.path();
    shop.file().pragma_update(None, "user_version", 99).unwrap();
    for result in [
        Store::create(&path).map(|_| ()),
        Store::open(&path).map(|_| ()),
        Reader::open(&path).map(|_| ()),
    ] {
        assert!(
            matches!(
                result,
                Err(StoreError::Newer {
                    found: 99,
                    known: newest
                }) if newest == newest_schema()
            ),
            "{result:?}"
        );
    }
    shop.file().pragma_update(None, "user_version", 0).unwrap();
    let older = Reader::open(&path);
    assert!(
        matches!(older, Err(StoreError::Older { found: 0, known: newest }) if newest == newest_schema()),
        "{older:?}"
    );
}

#[test]
fn many_may_create_the_same_file_at_once() {
    let folder = tempdir().unwrap();
    for round in 0..20 {
        let path = folder.path().join(format!("shop-{round}.db"));
        let results: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| Store::create(&path).map(|_| ())))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(results.iter().all(Result::is_ok), "{results:?}");
    }
}

#[test]
fn a_reader_leaves_the_file_unchanged() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    let path = shop.path();
    let wal = shop.folder.path().join("shop.db-wal");
    assert!(!bytes(&wal).is_empty());
    let read_all = |shop: &Shop| {
        let reader = Reader::open(&path).unwrap();
        let queues = reader.queues(&CheckFilter::default(), minute(1)).unwrap();
        let (page, _) = reader.page(&queues[0], PollCursor::START, 10).unwrap();
        assert_eq!(page[0].payment.id, id);
        reader
            .preview(
                &[shop.observed(id, super::says(super::paid(25_000), minute(5)))],
                &super::POLICY,
            )
            .unwrap();
    };

    let before = (bytes(&path), bytes(&wal));
    read_all(&shop);
    assert_eq!((bytes(&path), bytes(&wal)), before);

    // The same without a log beside it.
    shop.file()
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    let copy = shop.folder.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    let before = bytes(&copy);
    let reader = Reader::open(&copy).unwrap();
    assert_eq!(
        reader
            .queues(&CheckFilter::default(), minute(1))
            .unwrap()
            .len(),
        1
    );
    drop(reader);
    assert_eq!(bytes(&copy), before);
    shop.book_answer(id, super::paid(25_000), 6);
}

#[test]
fn a_reader_cannot_write() {
    let shop = Shop::with_gateways();
    let reader = Reader::open(&shop.path()).unwrap();
    let result = reader.connection().execute("DELETE FROM gateways", []);
    assert!(matches!(
        result.map_err(StoreError::from),
        Err(StoreError::Denied(_))
    ));
}
