//! Every statement does the same on both engines: the same rows come out in the same order, and the same rows change.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use fastrand::Rng;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::new_shop;
use super::parameters::parameters;
use super::sample::{Held, filled};
use super::schema::{literal, made, rows as rows_of, tables};
use super::server::{Database, rows};
use super::statements::{prepare, shared};

/// Shops made up by chance, and how often each statement is run in one.
const SHOPS: u64 = 3;
const RUNS: usize = 8;

/// Stands before what came of each run; no value has it.
const MARK: char = '\u{1d}';
/// Stands before how many rows were written.
const WRITTEN: char = '\u{1c}';
const NULL: &str = "\u{2205}";

/// A statement with the values of its parameters.
struct Run {
    name: String,
    text: String,
    values: Vec<Value>,
    /// The table that it writes.
    writes: Option<String>,
}

/// What came of a run: rows, and then those of the table that it wrote. Or the engine refused it.
type Outcome = Option<Vec<Vec<String>>>;

#[test]
fn statements_do_the_same_on_both_engines() {
    let mut idle: BTreeSet<String> = shared().into_iter().map(|(name, _)| name).collect();
    for seed in 1..=SHOPS {
        let Some(postgresql) = new_shop() else {
            return;
        };
        let sqlite = filled(seed);
        copy(&sqlite, &postgresql);
        let runs = runs(&sqlite, &postgresql, &mut Rng::with_seed(seed));
        let script: String = runs.iter().map(script).collect();
        let prepared: String = shared()
            .iter()
            .map(|(name, text)| prepare(name, text))
            .collect();
        let printed = postgresql.runs(&format!("\\pset null {NULL}\n{prepared}{script}"));
        let outcomes: Vec<&str> = printed.split(MARK).skip(1).collect();
        assert_eq!(outcomes.len(), runs.len());
        let mut differences = Vec::new();
        let mut refused = 0;
        for (run, outcome) in runs.iter().zip(outcomes) {
            let found = on_postgresql(run, outcome.split_once('\n').unwrap().1);
            let expected = on_sqlite(&sqlite, run);
            refused += usize::from(expected.is_none());
            if is_something(run, &expected) {
                idle.remove(&run.name);
            }
            if found != expected {
                differences.push(difference(run, &found, &expected));
            }
        }
        assert!(refused < runs.len() / 4, "{refused} of {}", runs.len());
        let most = differences.len().min(30);
        assert!(
            differences.is_empty(),
            "seed {seed}, {}:\n{}",
            differences.len(),
            differences[..most].join("\n")
        );
    }
    // What rows of chance rarely fit is told by no difference; most statements must find something.
    assert!(idle.len() < shared().len() / 5, "{idle:?}");
}

#[test]
fn views_show_the_same_on_both_engines() {
    let Some(postgresql) = new_shop() else {
        return;
    };
    let sqlite = filled(1);
    copy(&sqlite, &postgresql);
    for (view, _) in made(&sqlite, "view") {
        let run = Run {
            text: format!("SELECT * FROM {view}"),
            name: view,
            values: Vec::new(),
            writes: None,
        };
        let printed = postgresql.takes(&format!("\\pset null {NULL}\n{};", run.text));
        let (found, expected) = (on_postgresql(&run, &printed), on_sqlite(&sqlite, &run));
        assert!(expected.as_ref().is_some_and(|rows| !rows.is_empty()));
        assert!(found == expected, "{}", difference(&run, &found, &expected));
    }
}

/// Whether rows came out or changed.
fn is_something(run: &Run, outcome: &Outcome) -> bool {
    let rows = outcome.as_deref().unwrap_or_default();
    match run.writes {
        Some(_) => rows.iter().any(|row| row.len() == 1 && row[0] != "0"),
        None => rows
            .iter()
            .flatten()
            .any(|value| !["0", NULL].contains(&value.as_str())),
    }
}

/// The rows that only one engine has, or both if they come in another order.
fn difference(run: &Run, found: &Outcome, expected: &Outcome) -> String {
    let only = |mine: &Outcome, other: &Outcome| match (mine, other) {
        (Some(mine), Some(other)) => {
            let only = mine.iter().filter(|row| !other.contains(row));
            format!("{:?} of {}", only.collect::<Vec<_>>(), mine.len())
        }
        (Some(mine), None) => format!("{} rows", mine.len()),
        (None, _) => "refused".to_owned(),
    };
    format!(
        "{} {:?}\n  PostgreSQL: {}\n  SQLite: {}",
        run.name,
        run.values,
        only(found, expected),
        only(expected, found)
    )
}

/// Puts all rows of a SQLite database into PostgreSQL.
fn copy(sqlite: &Connection, postgresql: &Database) {
    let mut script = String::new();
    let tables = tables(sqlite);
    let names: Vec<&str> = tables.iter().map(|(name, _)| name.as_str()).collect();
    writeln!(script, "TRUNCATE {};", names.join(", ")).unwrap();
    for table in names {
        for row in rows_of(sqlite, table).1 {
            let values: Vec<String> = row.iter().map(literal).collect();
            writeln!(
                script,
                "INSERT INTO {table} VALUES ({});",
                values.join(", ")
            )
            .unwrap();
        }
    }
    postgresql.takes(&script);
}

fn runs(sqlite: &Connection, postgresql: &Database, chance: &mut Rng) -> Vec<Run> {
    let mut script: String = shared()
        .iter()
        .map(|(name, text)| prepare(name, text))
        .collect();
    script += "SELECT name, array_to_string(parameter_types, ' ') FROM pg_prepared_statements;";
    let types: BTreeMap<String, String> = rows(&postgresql.takes(&script))
        .into_iter()
        .map(|mut row| (row.remove(0), row.remove(0)))
        .collect();
    let held = Held::by(sqlite);
    let mut runs = Vec::new();
    for (name, text) in shared() {
        let parameters = parameters(&text);
        let types: Vec<&str> = types[&name].split_whitespace().collect();
        assert_eq!(parameters.len(), types.len(), "{name}");
        for _ in 0..RUNS {
            let row = chance.usize(0..1_000);
            let values = parameters.iter().zip(&types).map(|(parameter, kind)| {
                parameter.value(*kind == "text", (&table(&text), row), &held, chance)
            });
            runs.push(Run {
                name: name.clone(),
                values: values.collect(),
                writes: written(&text),
                text: text.clone(),
            });
        }
    }
    runs
}

/// The table that a statement writes, if it writes.
fn written(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.starts_with("--"));
    let first = lines.next().unwrap();
    let table = ["UPDATE ", "INSERT INTO ", "DELETE FROM "]
        .iter()
        .find_map(|verb| first.strip_prefix(verb))?;
    Some(table.split([' ', '(']).next().unwrap().to_owned())
}

/// The table that a statement is mostly about.
fn table(text: &str) -> String {
    let read = || text.split_once("FROM ").map(|(_, from)| from);
    let table = written(text).or_else(|| Some(read()?.split([' ', '\n']).next()?.to_owned()));
    let table = table.unwrap_or_default();
    match table.strip_suffix("_rows") {
        Some(view) => format!("{}s", view.trim_start_matches("due_")),
        None => table,
    }
}

/// The lines of a `psql` script for a run, after which the database is as before.
fn script(run: &Run) -> String {
    let values: Vec<String> = run.values.iter().map(literal).collect();
    let values = match values.is_empty() {
        true => String::new(),
        false => format!("({})", values.join(", ")),
    };
    let mut script = String::from("BEGIN;\n");
    if let Some(table) = &run.writes {
        let next = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} \\g /dev/null"
        );
        let has_id = format!(
            "SELECT count(*) > 0 AS counts FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attidentity <> '' \\gset\n"
        );
        write!(script, "{has_id}\\if :counts\n{next}\n\\endif\n").unwrap();
    }
    write!(
        script,
        "\\echo {MARK}\nEXECUTE \"{}\"{values};\n\\if :ERROR\n\\echo refused\n",
        run.name
    )
    .unwrap();
    if let Some(table) = &run.writes {
        write!(
            script,
            "\\else\n\\echo {WRITTEN} :ROW_COUNT\nSELECT * FROM {table};\n"
        )
        .unwrap();
    }
    script + "\\endif\nROLLBACK;\n"
}

fn on_postgresql(run: &Run, printed: &str) -> Outcome {
    if printed == "refused\n" {
        return None;
    }
    let (returned, written) = printed.split_once(WRITTEN).unwrap_or((printed, ""));
    let (count, table) = written.split_once('\n').unwrap_or_default();
    let count = (!count.is_empty()).then(|| vec![count.trim().to_owned()]);
    let all = rows(returned).into_iter().chain(count).chain(rows(table));
    let all = all.map(|mut row| {
        for value in &mut row {
            match value.as_str() {
                "t" => *value = "1".to_owned(),
                "f" => *value = "0".to_owned(),
                _ => {}
            }
        }
        row
    });
    Some(sorted(run, all.collect()))
}

fn on_sqlite(sqlite: &Connection, run: &Run) -> Outcome {
    sqlite.execute_batch("BEGIN").unwrap();
    let outcome = executed(sqlite, run).ok();
    sqlite.execute_batch("ROLLBACK").unwrap();
    outcome.map(|rows| sorted(run, rows))
}

fn executed(sqlite: &Connection, run: &Run) -> rusqlite::Result<Vec<Vec<String>>> {
    let text = |value: Value| match value {
        Value::Null => NULL.to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Real(_) | Value::Blob(_) => panic!("{} returns {value:?}", run.name),
    };
    let mut statement = sqlite.prepare_cached(&run.text)?;
    let columns = statement.column_count();
    let mut found = Vec::new();
    let mut rows = statement.query(rusqlite::params_from_iter(run.values.iter()))?;
    while let Some(row) = rows.next()? {
        let row = (0..columns).map(|place| row.get(place).map(text));
        found.push(row.collect::<rusqlite::Result<_>>()?);
    }
    if let Some(table) = &run.writes {
        found.push(vec![sqlite.changes().to_string()]);
        let rows = rows_of(sqlite, table).1.into_iter();
        found.extend(rows.map(|row| row.into_iter().map(text).collect()));
    }
    Ok(found)
}

/// Statements that leave the order of some rows open, and why that is harmless.
const ANY_ORDER: [(&str, &str); 1] = [(
    "transfers_without_key",
    "each transfer's rows come together, and only older files have any",
)];

/// Rows as they came, if the statement says in which order.
fn sorted(run: &Run, mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let is_open = ANY_ORDER.iter().any(|(name, _)| *name == run.name);
    if is_open || run.writes.is_some() || !run.text.contains("\nORDER BY ") {
        rows.sort();
    }
    rows
}
