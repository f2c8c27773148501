//! The store has two floors and a cellar: use cases, statements, and the engine.

use super::source::{Source, sources, words};
use super::{check, lines_with};

/// The files of the store that statements may look into besides each other.
const UNDER_STATEMENTS: [&str; 6] = [
    "digest",
    "engine",
    "error",
    "permit",
    "random",
    "statements",
];

fn store() -> Vec<Source> {
    let mut files = sources("src");
    files.retain(|source| source.room == "store");
    assert!(files.len() > 50, "the store has moved");
    files
}

fn floor<'a>(files: &'a [Source], folder: &'a str) -> impl Iterator<Item = &'a Source> {
    files
        .iter()
        .filter(move |source| source.path.starts_with(&format!("store/{folder}/")))
}

#[test]
fn use_cases_name_no_database_engine() {
    let files = store();
    let upper = files.iter().filter(|source| {
        !["engine", "statements"]
            .iter()
            .any(|folder| source.path.starts_with(&format!("store/{folder}/")))
    });
    let engine = [
        "rusqlite",
        "sqlite",
        "SQLITE",
        "PRAGMA",
        "sql!(",
        "StoredRow",
        "row.get(",
        ".exec(",
        "ToSql",
        "Connection",
    ];
    check(
        "use cases",
        upper.flat_map(|source| lines_with(source, &engine)),
    );
}

#[test]
fn statements_know_no_use_case() {
    let files = store();
    let mut broken = Vec::new();
    for source in floor(&files, "statements") {
        for (_, rest) in source
            .product
            .match_indices("crate::store::")
            .map(|(at, found)| {
                let rest = source.product.get(at + found.len()..);
                (at, rest.unwrap_or_default())
            })
        {
            let other = words(rest).next().unwrap_or_default();
            if !UNDER_STATEMENTS.contains(&other) {
                broken.push(format!("{} looks into {other}", source.path));
            }
        }
    }
    check("statements", broken);
}

#[test]
fn the_engine_knows_no_table() {
    let files = store();
    let mut broken = Vec::new();
    for source in floor(&files, "engine") {
        broken.extend(lines_with(source, &["store::statements"]));
        let own = ["sql!(\"count_tables\")"];
        let queries = lines_with(source, &["sql!(\""]);
        broken.extend(queries.filter(|line| !own.iter().any(|query| line.contains(query))));
    }
    check("engine", broken);
}
