//! Every link between the documents leads to a file and a heading that are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// README and its like, and all of docs.
fn documents() -> Vec<PathBuf> {
    fn add(folder: &Path, all: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                add(&path, all);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                all.push(path);
            }
        }
    }
    let mut all = Vec::new();
    add(&root().join("docs"), &mut all);
    let beside = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    all.extend(beside.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    all
}

/// The text without what stands in code blocks and code font.
fn prose(text: &str) -> String {
    let mut is_code = false;
    let mut prose = String::new();
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            prose.extend(line.split('`').step_by(2));
            prose.push('\n');
        }
    }
    prose
}

/// What stands in the round brackets of `[words](target)`, if it is no address of the web.
fn targets(text: &str) -> Vec<String> {
    let prose = prose(text);
    let found = prose.split("](").skip(1);
    let targets = found.filter_map(|rest| rest.split_once(')'));
    let targets = targets.map(|(target, _)| target.to_owned());
    targets.filter(|target| !target.contains("://")).collect()
}

/// The names that a document can be entered by: its headings as GitHub names them, and its own anchors.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let named = headings.map(|heading| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        kept.map(|letter| if letter == ' ' { '-' } else { letter })
            .collect()
    });
    let own = text.split("<a id=\"").skip(1);
    let own = own.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
    named.chain(own).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for target in targets(&text) {
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let there = if file.is_empty() {
                path.clone()
            } else {
                path.parent().unwrap().join(file)
            };
            let is_good = there.exists()
                && (anchor.is_empty()
                    || anchors(&fs::read_to_string(&there).unwrap()).contains(anchor));
            if !is_good {
                let from = path.strip_prefix(root()).unwrap().display();
                broken.push(format!("{from}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
