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
    let document_text = document("crontab.example");
    let is_setting = |line: &str| {
        let name = line.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| {
            name.bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        })
    };
    let lines: Vec<String> = document_text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !is_setting(line))
        .map(command_of)
        .collect();
    check("crontab.example", &lines);
}

/// The command after the five time fields.
#[track_caller]
fn command_of(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (times, command) = words.split_at(5.min(words.len()));
    let is_time = |word: &&str| word.bytes().all(|byte| b"0123456789*/,-".contains(&byte));
    assert!(times.iter().all(is_time), "{line}");
    assert_eq!(command.first(), Some(&"payctl"), "{line}");
    command.join(" ")
}

/// The text between two marks of a task file, which is UTF-16 as Windows writes it.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(start).unwrap();
    rest.split_once(end).unwrap().0
}

fn task(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/windows");
    let bytes = fs::read(path.join(name)).unwrap();
    let pairs = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    String::from_utf16(&pairs.collect::<Vec<_>>()).unwrap()
}

#[test]
fn every_windows_task_runs_a_valid_command() {
    let operations = document("docs/operations.md");
    let names = operations
        .lines()
        .filter(|line| line.starts_with("schtasks "))
        .map(|line| line.split_once("/XML ").unwrap().1);
    let tasks: Vec<String> = names.map(task).collect();
    assert_eq!(
        tasks.len(),
        crontab_jobs(),
        "one task for each line of the crontab"
    );
    let lines: Vec<String> = tasks
        .iter()
        .map(|task| {
            format!(
                "payctl {}",
                between(task, "<Arguments>", "</Arguments>").replace('"', "")
            )
        })
        .collect();
    check("examples/windows", &lines);
}

#[test]
fn no_windows_task_has_needless_rights() {
    for name in ["check-all.xml", "expire.xml", "fulfil.xml", "cleanup.xml"] {
        let task = task(name);
        assert_eq!(
            between(&task, "<UserId>", "</UserId>"),
            "S-1-5-19",
            "{name}"
        );
        assert_eq!(
            between(&task, "<RunLevel>", "</RunLevel>"),
            "LeastPrivilege"
        );
        let program = between(&task, "<Command>", "</Command>");
        assert!(program.starts_with("C:\\Program Files\\"), "{program}");
        assert!(between(&task, "<Arguments>", "</Arguments>").contains("C:\\ProgramData\\"));
    }
    let operations = document("docs/operations.md");
    assert!(!operations.contains("/RU SYSTEM"));
    assert!(operations.contains("icacls C:\\ProgramData\\payctl /inheritance:r"));
}

fn crontab_jobs() -> usize {
    let is_job = |line: &&str| !line.starts_with('#') && line.contains(" payctl ");
    document("crontab.example").lines().filter(is_job).count()
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
