//! A database full of made-up rows: whatever its tables allow, with the words that statements look for.

use std::collections::BTreeMap;

use fastrand::Rng;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::schema::{on_sqlite, rows, tables};
use super::statements::shared;

/// How many rows each table gets, if its checks and keys allow.
const ROWS: i64 = 24;
/// How often a row is thrown again that they do not allow.
const THROWS: u32 = 60;

/// The instant around which the rows' instants lie, hours apart.
const NOW: i64 = 1_772_424_000_000;
const HOUR: i64 = 3_600_000;

/// Texts whose order or case an engine might see differently.
const TEXTS: [&str; 10] = ["", "a", "B", "b", "é", "Ω", "10", "9", "x y", "it's"];

/// A column, as its table declares it.
struct Column {
    name: String,
    is_text: bool,
    is_required: bool,
    /// The table and column that it refers to.
    refers_to: Option<(String, String)>,
}

/// Words that statements compare columns with, by the column.
type Words = BTreeMap<String, Vec<String>>;

/// A SQLite database with rows in every table. What comes by chance comes from the seed.
pub(super) fn filled(seed: u64) -> Connection {
    let sqlite = on_sqlite();
    let mut chance = Rng::with_seed(seed);
    let words = words();
    for (table, _) in tables(&sqlite) {
        let columns = columns(&sqlite, &table);
        let count = || rows(&sqlite, &table).1.len();
        // Words have their rows already.
        if columns.len() > 1 || count() == 0 {
            for row in 1..=ROWS {
                let mut throws = 0..THROWS;
                throws.any(|_| insert(&sqlite, &table, &columns, row, &words, &mut chance));
            }
        }
        assert!(count() > 0, "{table} has no row");
    }
    sqlite
}

fn columns(sqlite: &Connection, table: &str) -> Vec<Column> {
    let listed = "SELECT columns.name, columns.type = 'TEXT', columns.\"notnull\" OR columns.pk > 0, keys.\"table\", keys.\"to\"
        FROM pragma_table_info($1) AS columns
        LEFT JOIN pragma_foreign_key_list($1) AS keys ON keys.\"from\" = columns.name
        ORDER BY columns.cid";
    let mut listed = sqlite.prepare(listed).unwrap();
    let column = |row: &rusqlite::Row<'_>| {
        Ok(Column {
            name: row.get(0)?,
            is_text: row.get(1)?,
            is_required: row.get(2)?,
            refers_to: row.get::<_, Option<String>>(3)?.zip(row.get(4)?),
        })
    };
    let columns = listed.query_map([table], column).unwrap();
    columns.map(Result::unwrap).collect()
}

/// Whether the table took a row of chance.
fn insert(
    sqlite: &Connection,
    table: &str,
    columns: &[Column],
    row: i64,
    words: &Words,
    chance: &mut Rng,
) -> bool {
    let values = columns.iter().map(|column| match &column.refers_to {
        _ if column.name == "id" => Value::Integer(row),
        _ if !column.is_required && chance.u8(..3) == 0 => Value::Null,
        Some((table, other)) => existing(sqlite, table, other, chance),
        None if column.is_text => text(&column.name, words, chance),
        None => number(&column.name, chance),
    });
    let values: Vec<Value> = values.collect();
    let places: Vec<String> = (1..=values.len())
        .map(|place| format!("?{place}"))
        .collect();
    let insert = format!("INSERT INTO {table} VALUES ({})", places.join(", "));
    let mut insert = sqlite.prepare_cached(&insert).unwrap();
    insert.execute(rusqlite::params_from_iter(values)).is_ok()
}

fn existing(sqlite: &Connection, table: &str, column: &str, chance: &mut Rng) -> Value {
    let values = format!("SELECT {column} FROM {table} ORDER BY 1");
    let mut values = sqlite.prepare_cached(&values).unwrap();
    let values = values.query_map([], |row| row.get(0)).unwrap();
    let values: Vec<Value> = values.map(Result::unwrap).collect();
    chance.choice(values).unwrap_or(Value::Null)
}

fn text(column: &str, words: &Words, chance: &mut Rng) -> Value {
    let of_statements = words.get(column).filter(|_| chance.u8(..4) > 0);
    let word = of_statements.and_then(|words| chance.choice(words));
    Value::Text(match word {
        Some(word) => word.clone(),
        None => chance.choice(TEXTS).unwrap().to_owned() + &chance.u8(..9).to_string(),
    })
}

fn number(column: &str, chance: &mut Rng) -> Value {
    let is_instant = column == "at"
        || ["_at", "_since", "_until", "_after"]
            .iter()
            .any(|end| column.ends_with(end));
    Value::Integer(if is_instant {
        NOW + (chance.i64(0..48) - 24) * HOUR
    } else {
        chance.choice([0, 1, 1, 2, 3, 40, 25_000]).unwrap()
    })
}

/// A table with the values of one of its columns, by row.
type OfTable = (String, Vec<Value>);

/// What the columns of a database hold, by their names and whether they are texts.
pub(super) struct Held(BTreeMap<(String, bool), Vec<OfTable>>);

impl Held {
    pub(super) fn by(sqlite: &Connection) -> Self {
        let mut held = BTreeMap::<_, Vec<_>>::new();
        for (table, _) in tables(sqlite) {
            let rows = rows(sqlite, &table).1;
            for (place, column) in columns(sqlite, &table).into_iter().enumerate() {
                let values: Vec<Value> = rows.iter().map(|row| row[place].clone()).collect();
                let key = (column.name, column.is_text);
                held.entry(key).or_default().push((table.clone(), values));
            }
        }
        Self(held)
    }

    /// A value that is in a column of this name, or might be: mostly that of one row of a table.
    pub(super) fn value(
        &self,
        (column, is_text): (&str, bool),
        (table, row): (&str, usize),
        chance: &mut Rng,
    ) -> Value {
        let key = (column.to_owned(), is_text);
        let held = self.0.get(&key).map(Vec::as_slice).unwrap_or_default();
        let own = held.iter().find(|(name, _)| name == table);
        match (chance.u8(..16), own.or(chance.choice(held))) {
            (0, _) => Value::Null,
            (1..10, Some((_, values))) => values[row % values.len()].clone(),
            (10..14, Some((_, values))) => chance.choice(values).unwrap().clone(),
            _ if is_text => text(column, &Words::new(), chance),
            _ if chance.bool() => number("at", chance),
            _ => number(column, chance),
        }
    }
}

/// What the statements compare columns with, and what begins as they say. What they write themselves has spaces.
fn words() -> Words {
    let mut words = Words::new();
    for (_, text) in shared() {
        for (column, word) in quoted(&text) {
            let known = words.entry(column).or_default();
            let word = word.replace('%', "1");
            if !known.contains(&word) && !word.contains(' ') {
                known.push(word);
            }
        }
    }
    words
}

/// The words in quotes, each with the last column before it.
fn quoted(statement: &str) -> Vec<(String, String)> {
    let lines = statement
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    let text = lines.collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    let mut column = String::new();
    for (place, part) in text.split('\'').enumerate() {
        if place % 2 == 1 {
            found.push((column.clone(), part.to_owned()));
        } else if let Some(last) = last_column(part) {
            column = last.to_owned();
        }
    }
    found
}

/// The last name in a piece of SQL that is not a keyword.
pub(super) fn last_column(sql: &str) -> Option<&str> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let names = sql.split(|letter| !is_letter(letter));
    let mut names = names.filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase()));
    names.next_back()
}
