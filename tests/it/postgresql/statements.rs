//! Every statement of `sql/queries/` is one text for both engines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::new_shop;
use super::schema::{files, on_sqlite};
use super::server::rows;

/// Statements about SQLite's own file, which no other engine is asked, and why.
const SQLITES_ALONE: [(&str, &str); 4] = [
    ("count_tables", "tells an empty file from another program's"),
    ("quick_check", "SQLite's check of its file"),
    (
        "verify_foreign_keys",
        "SQLite's check of its file; elsewhere no row can refer to a missing one",
    ),
    ("verify_integrity", "SQLite's check of its file"),
];

/// The name of a statement and its text, for all that both engines are asked.
pub(super) fn shared() -> Vec<(String, String)> {
    let all = files("queries").into_iter();
    let named = all.map(|path| (name(&path), std::fs::read_to_string(path).unwrap()));
    named.filter(|(name, _)| !is_sqlites(name)).collect()
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn is_sqlites(name: &str) -> bool {
    SQLITES_ALONE.iter().any(|(own, _)| *own == name)
}

/// The lines of a `psql` script that prepares a statement, and prints its name and the error if it fails.
pub(super) fn prepare(name: &str, text: &str) -> String {
    format!(
        "PREPARE \"{name}\" AS\n{text};\n\\if :ERROR\n\\echo {name}: :LAST_ERROR_MESSAGE\n\\endif\n"
    )
}

#[test]
fn postgresql_prepares_every_statement() {
    let Some(postgresql) = new_shop() else {
        return;
    };
    let script: String = shared()
        .iter()
        .map(|(name, text)| prepare(name, text))
        .collect();
    let failed = postgresql.runs(&script);
    assert!(
        failed.is_empty(),
        "not for PostgreSQL in sql/queries/:\n{failed}"
    );
}

#[test]
fn statements_of_sqlites_alone_are_no_others() {
    let Some(postgresql) = new_shop() else {
        return;
    };
    for (name, why) in SQLITES_ALONE {
        let path = files("queries")
            .into_iter()
            .find(|path| self::name(path) == name);
        let text = std::fs::read_to_string(path.expect(name)).unwrap();
        let failed = postgresql.runs(&prepare(name, &text));
        assert!(
            failed.starts_with(name),
            "{name} ({why}) works on PostgreSQL, too"
        );
    }
}

/// Whole numbers and texts are all that the store gives.
#[test]
fn parameters_are_bigints_or_texts() {
    let Some(postgresql) = new_shop() else {
        return;
    };
    let sqlite = on_sqlite();
    let mut script: String = shared()
        .iter()
        .map(|(name, text)| prepare(name, text))
        .collect();
    script += "SELECT name, array_to_string(parameter_types, ' ') FROM pg_prepared_statements;";
    let listed = rows(&postgresql.takes(&script));
    let types: BTreeMap<&str, &str> = listed
        .iter()
        .map(|row| (row[0].as_str(), row[1].as_str()))
        .collect();
    let mut broken = Vec::new();
    for (name, text) in shared() {
        let types: Vec<&str> = types[name.as_str()].split_whitespace().collect();
        let count = sqlite.prepare(&text).unwrap().parameter_count();
        if types.len() != count || types.iter().any(|kind| !["bigint", "text"].contains(kind)) {
            broken.push(format!("{name}: {types:?}, and {count} on SQLite"));
        }
    }
    assert!(
        broken.is_empty(),
        "write CAST($1 AS BIGINT):\n{}",
        broken.join("\n")
    );
}

/// A sum of whole numbers is numeric on PostgreSQL, and a column without a name has another on each engine.
#[test]
fn columns_have_the_same_names_and_types() {
    const TYPES: [&str; 4] = ["bigint", "integer", "text", "boolean"];
    let Some(postgresql) = new_shop() else {
        return;
    };
    let sqlite = on_sqlite();
    let mut broken = Vec::new();
    let mut script = String::new();
    for (name, text) in shared() {
        // A statement that returns nothing is told in words, and on a line of its own.
        write!(script, "\\echo\n\\echo = {name}\n{text}\\gdesc\n").unwrap();
    }
    let printed = postgresql.takes(&script);
    let described = printed
        .split("\n= ")
        .skip(1)
        .map(|part| part.split_once('\n').unwrap());
    let described: BTreeMap<&str, &str> = described.collect();
    for (name, text) in shared() {
        let described = format!("{}\n", described[name.as_str()].trim());
        let columns = rows(&described);
        let columns: Vec<_> = columns.iter().filter(|row| row.len() == 2).collect();
        let names: Vec<&str> = columns.iter().map(|row| row[0].as_str()).collect();
        let statement = sqlite.prepare(&text).unwrap();
        let expected: Vec<&str> = statement.column_names().collect();
        if names != expected {
            broken.push(format!("{name}: {names:?}, and {expected:?} on SQLite"));
        }
        let others = columns
            .iter()
            .filter(|row| !TYPES.contains(&row[1].as_str()));
        broken.extend(others.map(|row| format!("{name}: {} is {}", row[0], row[1])));
    }
    assert!(
        broken.is_empty(),
        "write AS name, or CAST(… AS BIGINT):\n{}",
        broken.join("\n")
    );
}
