//! The table of rooms in docs/architecture.md is what the house keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{DIRECTIONS, HOST};

/// The words in backticks.
fn quoted(cell: &str) -> BTreeSet<String> {
    let words = cell.split('`').skip(1).step_by(2);
    words.map(str::to_owned).collect()
}

#[test]
fn the_table_of_rooms_is_kept() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, table) = text.split_once("| room |").unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [rooms, .., may_use] = cells.as_slice() else {
            panic!("{row}");
        };
        for room in quoted(rooms) {
            told.insert(room, quoted(may_use));
        }
    }
    let host: (&str, &[&str]) = ("host", &HOST);
    let kept = DIRECTIONS.iter().chain([&host]);
    let set = |rooms: &[&str]| rooms.iter().map(|&room| room.to_owned()).collect();
    let mut kept: BTreeMap<String, BTreeSet<String>> = kept
        .map(|(room, may_use)| ((*room).to_owned(), set(may_use)))
        .collect();
    for room in ["commands", "worlds"] {
        kept.insert(room.to_owned(), BTreeSet::new());
    }
    assert_eq!(told, kept);
}
