//! The program understands every command in the documents, and their tables are complete.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use payctl::commands::understands;
use payctl::domain::{CaseKind, EffectStatus, OrderStatus, PaymentStatus, RefundStatus, Rule};

/// Numbers that no rule has, so that nobody searches for them.
const RETIRED_RULES: [&str; 1] = ["P9"];

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[track_caller]
fn check(document: &str, lines: &[String]) {
    assert!(!lines.is_empty(), "{document} has no commands");
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let Err(refusal) = understands(&words) {
            panic!("{document}: {line}\n{refusal}");
        }
    }
}

#[test]
fn every_line_of_the_crontab_is_understood() {
    let example = document("crontab.example");
    let lines = example.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let lines: Vec<String> = lines.map(command_of).collect();
    check("crontab.example", &lines);
}

/// The command behind the times, what it waits for, and its variables.
#[track_caller]
fn command_of(line: &str) -> String {
    let (_, command) = line
        .split_once("/usr/local/bin/payctl ")
        .unwrap_or_else(|| panic!("{line}"));
    format!("payctl {command}")
}

#[test]
fn no_document_gives_tasks_needless_rights() {
    let windows = document("docs/guide/windows.md");
    assert!(windows.contains("icacls C:\\ProgramData\\payctl /inheritance:r"));
    for name in [
        "docs/guide/windows.md",
        "docs/operations.md",
        "docs/guide/schedule.md",
        "README.md",
    ] {
        let text = document(name);
        assert!(!text.contains("/RU SYSTEM"), "{name}");
        assert!(!text.contains("schtasks /Create"), "{name}");
    }
}

/// The payctl commands inside ```sh, without the parts that belong to the shell: comments, variables in
/// front, pipes, lists and redirections. A backslash at the end continues a line.
pub(crate) fn shell_lines(text: &str) -> Vec<String> {
    let mut is_shell = false;
    let mut lines = Vec::new();
    for line in text.replace("\\\n", " ").lines() {
        if let Some(language) = line.strip_prefix("```") {
            is_shell = language == "sh";
        } else if is_shell {
            lines.extend(line.split(['|', ';', '&']).filter_map(call));
        }
    }
    lines
}

fn call(part: &str) -> Option<String> {
    let part = part.trim();
    let end = part.find(['#', '<', '>']).unwrap_or(part.len());
    let mut quoted = false;
    // Quoted words count as one word; their content does not matter here.
    let flat: String = part
        .get(..end)?
        .chars()
        .filter_map(|letter| {
            quoted ^= matches!(letter, '"' | '\'');
            match letter {
                '"' | '\'' => None,
                ' ' if quoted => Some('_'),
                other => Some(other),
            }
        })
        .collect();
    let words: Vec<&str> = flat
        .split_whitespace()
        .skip_while(|word| word.contains('=') && !word.starts_with('-'))
        .collect();
    (words.first() == Some(&"payctl")).then(|| words.join(" "))
}

/// The first cells of the tables that begin with a column `Rule`, without anchors and dashes.
fn documented_rules() -> BTreeSet<String> {
    let mut is_rules = false;
    let mut found = BTreeSet::new();
    for line in document("docs/rules.md").lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let first = cells.get(1).copied().unwrap_or_default();
        if first.is_empty() {
            is_rules = false;
        } else if first == "Rule" {
            is_rules = true;
        } else if is_rules && !first.starts_with('-') && first != "–" {
            let word = first.rsplit_once("</a>").map_or(first, |(_, word)| word);
            found.insert(word.to_owned());
        }
    }
    found
}

#[test]
fn rules_and_document_name_the_same() {
    let mut documented = documented_rules();
    for retired in RETIRED_RULES {
        assert!(documented.remove(retired), "{retired} is said to be unused");
    }
    let known: BTreeSet<String> = Rule::ALL
        .iter()
        .map(|rule| rule.word().to_owned())
        .collect();
    assert_eq!(documented, known);
}

#[test]
fn every_exit_code_is_explained() {
    let operations = document("docs/operations.md");
    for exit in payctl::exit::Exit::ALL {
        let row = format!("\n| {} | {} |", exit.code(), exit.name());
        assert!(operations.contains(&row), "{exit:?} is not in the table");
    }
}

#[test]
fn every_case_is_explained_first() {
    let rules = document("docs/rules.md");
    let (first_page, _) = rules.split_once("\n## 2. ").unwrap();
    for kind in CaseKind::ALL {
        let row = format!("\n| <a id=\"{kind}\"></a>`{kind}` | ");
        assert!(first_page.contains(&row), "{kind} is not explained");
        let mut rows = first_page.lines().filter(|line| line.starts_with("| `"));
        let name = format!("`{kind}`");
        let opened = rows.any(|line| line.starts_with(&format!("| {name} | ")));
        assert!(opened, "what opens {kind}?");
        let answered = rows.any(|line| line.contains(&name));
        assert!(answered, "what can be answered to {kind}?");
    }
}

/// That the glossary has a row for each word of a list.
fn check_glossary<'w>(thing: &str, words: impl IntoIterator<Item = &'w str>) {
    let glossary = document("docs/glossary.md");
    for word in words {
        let row = format!("\n| {thing} `{word}` | ");
        assert!(glossary.contains(&row), "no {thing} {word}");
    }
}

#[test]
fn the_glossary_has_every_status_and_case() {
    check_glossary("case", CaseKind::ALL.iter().map(|kind| kind.word()));
    check_glossary("order", OrderStatus::ALL.iter().map(|status| status.word()));
    check_glossary(
        "payment",
        PaymentStatus::ALL.iter().map(|status| status.word()),
    );
    check_glossary(
        "refund",
        RefundStatus::ALL.iter().map(|status| status.word()),
    );
    check_glossary(
        "effect",
        EffectStatus::ALL.iter().map(|status| status.word()),
    );
}
