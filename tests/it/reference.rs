//! The reference documents name what the program knows, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use payctl::config::{Config, Environment};
use payctl::exit::Exit;

use crate::world::Shop;

fn document(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The first cells in code font of the table rows behind a line, until the next line of that kind.
fn keys(text: &str, start: &str, ends: &[&str]) -> BTreeSet<String> {
    let (_, rest) = text
        .split_once(&format!("\n{start}\n"))
        .unwrap_or_else(|| panic!("no line {start:?}"));
    let is_end = |line: &&str| ends.iter().any(|end| line.starts_with(end));
    let rows = rest.lines().take_while(|line| !is_end(line));
    rows.filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(key, _)| key.to_owned())
        .collect()
}

/// What the reader of the configuration calls the settings of a section: its message for a misspelt one names them.
fn settings(text: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payctl.toml");
    fs::write(&path, text).unwrap();
    let loaded = Config::load(Some(&path), Environment::default(), folder.path());
    let hint = loaded.unwrap_err().hint();
    let (_, names) = hint
        .split_once("settings here are: ")
        .unwrap_or_else(|| panic!("{hint} for {text}"));
    names.split(", ").map(str::to_owned).collect()
}

#[test]
fn every_setting_is_documented() {
    let text = document("configuration.md");
    let ends = ["## ", "Of `"];
    let sections = [
        ("## Top level", "x = 1"),
        ("## [expiry]", "[expiry]\nx = 1"),
        ("## [pay]", "[pay]\nx = 1"),
        ("## [manual]", "[manual]\nx = 1"),
        ("## [cgi]", "[cgi]\nx = 1"),
        ("## [smtp]", "[smtp]\nx = 1"),
        ("## [[effects]]", "[[effects]]\nx = 1"),
        ("Of `http`:", "[[effects]]\non = \"paid\"\nhttp = { x = 1 }"),
        ("Of `mail`:", "[[effects]]\non = \"paid\"\nmail = { x = 1 }"),
    ];
    for (start, misspelt) in sections {
        let mut known = settings(misspelt);
        if start == "## Top level" {
            known.retain(|key| !text.contains(&format!("[{key}")));
        }
        assert_eq!(keys(&text, start, &ends), known, "{start}");
    }
    for kind in ["midtrans", "pakasir"] {
        let known = settings(&format!("[gateways.a]\nkind = \"{kind}\"\nx = 1"));
        let mut documented = keys(&text, "## [gateways.NAME]", &ends);
        documented.extend(keys(&text, &format!("Of `kind = \"{kind}\"`:"), &ends));
        assert_eq!(documented, known, "{kind}");
    }
}

/// The columns of a reason as a value. One paragraph explains them for all tables.
const REASONS: [&str; 4] = ["code", "params", "reason_code", "reason_params"];

/// The tables and views of a new database with their columns, but for those that only list words, and the views that are
/// payctl's own.
fn tables(shop: &Shop) -> (BTreeMap<String, Vec<String>>, BTreeSet<String>) {
    let connection = rusqlite::Connection::open(shop.database()).unwrap();
    let columns = "SELECT tables.name, columns.name FROM sqlite_schema AS tables \
        JOIN pragma_table_info(tables.name) AS columns \
        WHERE tables.type IN ('table', 'view') AND tables.name NOT LIKE 'sqlite%' \
            AND tables.name NOT GLOB '*_rows' \
        ORDER BY columns.cid";
    let mut statement = connection.prepare(columns).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in rows.unwrap().map(Result::unwrap) {
        tables.entry(table).or_default().push(column);
    }
    let is_words = |columns: &[String]| columns == ["word"];
    let words = tables.iter().filter(|(_, columns)| is_words(columns));
    let words = words.map(|(name, _)| name.clone()).collect();
    tables.retain(|_, columns| !is_words(columns));
    (tables, words)
}

#[test]
fn every_table_and_column_is_documented() {
    let shop = Shop::new();
    shop.run("product set seat --price 1000").ended(Exit::Clean);
    let (tables, words) = tables(&shop);
    let text = document("database.md");
    let documented: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .collect();
    let known: BTreeSet<&str> = tables.keys().map(String::as_str).collect();
    assert_eq!(documented, known);
    for (table, columns) in &tables {
        let is_own = |column: &String| !REASONS.contains(&column.as_str());
        let mut known: BTreeSet<String> = columns.iter().cloned().collect();
        let mut documented = keys(&text, &format!("### {table}"), &["#"]);
        known.retain(is_own);
        documented.retain(is_own);
        assert_eq!(documented, known, "{table}");
    }
    assert_eq!(keys(&text, "## Words", &["#"]), words);
}

#[test]
fn every_exit_code_is_explained() {
    let text = document("exit-codes.md");
    for exit in Exit::ALL {
        let row = format!("\n| {} | {} | ", exit.code(), exit.name());
        assert!(text.contains(&row), "{exit:?} is not in the table");
    }
}

#[test]
fn every_import_column_is_documented() {
    let text = document("import.md");
    let (_, table) = text.split_once("\n## Fields\n").unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let columns: Vec<&str> = rows.map(|line| line.split('`').nth(3).unwrap()).collect();
    let shop = Shop::new();
    let header = columns.join(",");
    let told = shop.run_words(
        &["order", "import", "-", "--as", "csv", "--allow-empty"],
        &format!("{header}\n"),
    );
    told.ended(Exit::Clean);
    let told = shop
        .run_words(
            &["order", "import", "-", "--as", "csv"],
            &format!("{header},x\n"),
        )
        .all();
    let (_, known) = told
        .split_once(" is none of ")
        .unwrap_or_else(|| panic!("{told}"));
    let named = known
        .split([',', ' ', '\n'])
        .filter(|word| !word.is_empty());
    let named: Vec<&str> = named.take(columns.len()).collect();
    assert_eq!(named, columns, "{told}");
}
