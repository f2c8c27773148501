//! PostgreSQL takes the same statements as SQLite, and has the same tables.

mod parameters;
mod results;
mod sample;
mod schema;
mod server;
mod statements;

use std::path::Path;

use rusqlite::Connection;

use server::{Database, Server};

/// Set to `1` to write `sql/postgresql/schema.sql` anew, after a migration was added.
const REWRITE: &str = "PAYCTL_WRITE_SQL";
const WRITTEN: &str = "sql/postgresql/schema.sql";

/// A database on PostgreSQL with the tables that a shop begins with; `None` where PostgreSQL is not installed.
fn new_shop() -> Option<Database> {
    let database = Server::shared()?.database();
    database.takes(&schema::for_postgresql(&schema::on_sqlite()));
    Some(database)
}

#[test]
fn the_schema_is_what_the_migrations_give() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(WRITTEN);
    let given = schema::for_postgresql(&schema::on_sqlite());
    if std::env::var(REWRITE).is_ok_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &given).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == given,
        "{WRITTEN} is not what sql/migrations/ gives: type {REWRITE}=1 cargo test --test it postgresql"
    );
}

#[test]
fn both_engines_have_the_same_columns() {
    let Some(postgresql) = new_shop() else {
        return;
    };
    let mut found = postgresql.rows(
        "SELECT
            tables.relname, columns.attname, format_type(columns.atttypid, -1),
            CASE WHEN columns.attnotnull THEN 1 ELSE 0 END,
            COALESCE(array_position(keys.indkey::int[], columns.attnum::int) + 1, 0)
        FROM pg_class AS tables
        JOIN pg_attribute AS columns ON columns.attrelid = tables.oid AND columns.attnum > 0
        LEFT JOIN pg_index AS keys ON keys.indrelid = tables.oid AND keys.indisprimary
        WHERE tables.relnamespace = 'public'::regnamespace AND tables.relkind = 'r'
        ORDER BY tables.relname COLLATE \"C\", columns.attnum",
    );
    let sqlite = schema::on_sqlite();
    let mut expected = Vec::new();
    for (table, _) in schema::tables(&sqlite) {
        expected.extend(columns(&sqlite, &table));
    }
    // Each table's columns stay in their order.
    expected.sort_by(|one, other| one[0].cmp(&other[0]));
    assert!(expected.len() > 300, "{}", expected.len());
    for row in &mut found {
        row[2] = row[2].replace("bigint", "INTEGER").replace("text", "TEXT");
    }
    let missing: Vec<_> = expected.iter().filter(|row| !found.contains(row)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(found, expected);
}

/// The columns of a table: its name, theirs, type, whether a value must be there, and the place in the key.
fn columns(sqlite: &Connection, table: &str) -> Vec<Vec<String>> {
    let listed =
        "SELECT name, type, \"notnull\" OR pk > 0, pk FROM pragma_table_info($1) ORDER BY cid";
    let mut listed = sqlite.prepare(listed).unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        let (name, kind): (String, String) = (row.get(0)?, row.get(1)?);
        let (required, key): (i64, i64) = (row.get(2)?, row.get(3)?);
        Ok(vec![
            table.to_owned(),
            name,
            kind,
            required.to_string(),
            key.to_string(),
        ])
    };
    let rows = listed.query_map([table], row).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn both_engines_have_the_same_views_and_indexes() {
    let Some(postgresql) = new_shop() else {
        return;
    };
    let sqlite = schema::on_sqlite();
    for (kind, listed) in [
        ("index", "SELECT indexname FROM pg_indexes"),
        ("view", "SELECT viewname FROM pg_views"),
    ] {
        let names = format!("{listed} WHERE schemaname = 'public'");
        let found = postgresql.rows(&names).concat();
        let made = schema::made(&sqlite, kind);
        let missing: Vec<_> = made
            .iter()
            .filter(|(name, _)| !found.contains(name))
            .collect();
        assert!(!made.is_empty() && missing.is_empty(), "{missing:?}");
    }
    for (view, _) in schema::made(&sqlite, "view") {
        let of_sqlite = sqlite.prepare(&format!("SELECT * FROM {view}")).unwrap();
        let columns = format!(
            "SELECT attname FROM pg_attribute WHERE attrelid = '{view}'::regclass ORDER BY attnum"
        );
        let found = postgresql.rows(&columns).concat();
        assert!(of_sqlite.column_names().eq(&found), "{view}: {found:?}");
    }
}
