//! Tampering with a shop's file, as somebody with a database tool could. For tests.

use std::path::Path;

use rusqlite::Connection;

pub(crate) fn sql(path: &Path, text: &str) {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(text)
        .unwrap_or_else(|error| panic!("{error} in {text}"));
}

/// The one number that a query gives.
pub(crate) fn number(path: &Path, query: &str) -> i64 {
    let connection = Connection::open(path).unwrap();
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}
