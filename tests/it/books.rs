//! The content of a database as text to compare: all of it, or all except the counters of queries.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

/// Columns that change with every query, whatever the answer.
const COUNTERS: [&str; 15] = [
    "read_again_at",
    "check_phase",
    "check_step",
    "next_check_at",
    "last_asked_at",
    "last_answered_at",
    "silent_since",
    "checks",
    "last_tried_at",
    "close_tried_at",
    "times",
    "named_at",
    "tried_at",
    "absent_at",
    "settled_at",
];

/// What runs record of themselves, and what they have seen of accounts, clocks and jobs, and when they told of it.
const SHOWN: [&str; 5] = ["runs", "gateways", "clock", "incidents", "last_mail"];

/// Every row without its counters, except runs and what accounts and clocks have shown.
pub(crate) fn books(database: &Path) -> String {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let connection = connection.unwrap();
    let mut names = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .unwrap();
    let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let mut text = String::new();
    for name in names.map(Result::unwrap) {
        if !SHOWN.contains(&name.as_str()) && !name.starts_with("sqlite_") {
            add_table(&connection, &name, &mut text);
        }
    }
    text
}

fn add_table(connection: &Connection, name: &str, text: &mut String) {
    let mut rows = connection
        .prepare(&format!("SELECT * FROM {name} ORDER BY 1"))
        .unwrap();
    let columns: Vec<String> = rows.column_names().map(str::to_owned).collect();
    let mut rows = rows.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        text.push_str(name);
        for (index, column) in columns.iter().enumerate() {
            if !COUNTERS.contains(&column.as_str()) {
                let value: Value = row.get(index).unwrap();
                text.push_str(&format!(" {column}={value:?}"));
            }
        }
        text.push('\n');
    }
}

/// The rows that were added and the rows that were removed.
pub(crate) fn difference(before: &str, after: &str) -> String {
    let missing = |text: &str, other: &str, mark: char| -> String {
        let gone = text.lines().filter(|line| !other.contains(line));
        gone.map(|line| format!("{mark} {line}\n")).collect()
    };
    missing(before, after, '-') + &missing(after, before, '+')
}

/// The bytes of the database file and of its write-ahead log.
pub(crate) fn fingerprint(database: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    std::fs::read(database).unwrap().hash(&mut hasher);
    let waiting = std::fs::read(database.with_extension("db-wal"));
    waiting.unwrap_or_default().hash(&mut hasher);
    hasher.finish()
}
