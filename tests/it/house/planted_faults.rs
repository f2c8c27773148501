//! Faults on purpose: each stands in the product and is shown in a test, and none is in the binary.

use super::check;
use super::source::{Source, sources};

/// The variants with their words.
fn faults(all: &[Source]) -> Vec<(String, String)> {
    let file = all.iter().find(|source| source.path == "faults/plant.rs");
    let (_, list) = file.unwrap().text.split_once("pub enum Planted {").unwrap();
    let (list, _) = list.split_once("\n    }").unwrap();
    let lines = list.lines().filter_map(|line| line.split_once(" = \""));
    let faults = lines.map(|(name, word)| {
        let word = word.trim_end_matches("\",");
        (name.trim().to_owned(), word.to_owned())
    });
    let faults: Vec<(String, String)> = faults.collect();
    assert!(faults.len() > 5, "no faults found");
    faults
}

#[test]
fn each_fault_is_planted_and_shown() {
    let all = sources("src");
    let is_shown = |text: &str| {
        let others = all
            .iter()
            .filter(|source| !source.path.starts_with("faults"));
        let mut tests = others.filter(|source| !source.product.contains(text));
        tests.any(|source| source.text.contains(text))
    };
    let mut broken = Vec::new();
    for (name, word) in faults(&all) {
        let planted = format!("planted!({name})");
        if !all.iter().any(|source| source.product.contains(&planted)) {
            broken.push(format!("{word} is planted nowhere"));
        }
        if !is_shown(&format!("Planted::{name}")) {
            broken.push(format!("no test shows {word}"));
        }
    }
    check("planted faults", broken);
}

#[test]
fn the_binary_holds_no_planted_fault() {
    if cfg!(feature = "worlds") {
        return;
    }
    let binary = std::fs::read(env!("CARGO_BIN_EXE_payctl")).unwrap();
    let text = hyphenated(&String::from_utf8_lossy(&binary));
    let has = |word: &str| text.contains(word);
    assert!(has("dry-run"));
    let faults = faults(&sources("src")).into_iter();
    let found = faults.map(|(_, word)| word).filter(|word| has(word));
    check("the binary", found);
}

/// All runs of small letters with hyphens in them: little of a binary, and quickly searched.
fn hyphenated(text: &str) -> String {
    let is_outside = |letter: char| letter != '-' && !letter.is_ascii_lowercase();
    let mut runs = String::new();
    let mut rest = text;
    while let Some(hyphen) = rest.find('-') {
        let (before, after) = rest.split_at(hyphen);
        let start = before.rfind(is_outside).map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        });
        let end = after.find(is_outside).unwrap_or(after.len());
        runs.push_str(&before[start..]);
        runs.push_str(&after[..end]);
        runs.push(' ');
        rest = &after[end..];
    }
    runs
}

#[test]
fn hyphenated_words_are_found_anywhere() {
    let found = hyphenated("\u{fffd}A dry-runexpire-by-the-clock\0x --é-");
    assert_eq!(found, "dry-runexpire-by-the-clock -- - ");
}
