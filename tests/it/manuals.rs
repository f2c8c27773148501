//! Every document: its command blocks parse, the files it names exist, and the two that must stay short do.

use std::fs;
use std::path::{Path, PathBuf};

use payctl::commands::understands;
use payctl::config::Config;
use payctl::exit::Exit;

use crate::documents::shell_lines;
use crate::world::Shop;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Each document for people, by its path from the root.
fn manuals() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        .map(|name| root().join(name))
        .into();
    paths.push(root().join("examples/web/README.md"));
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(root()).unwrap();
        let text = fs::read_to_string(path).unwrap();
        (name.to_str().unwrap().replace('\\', "/"), text)
    };
    paths.iter().map(read).collect()
}

#[track_caller]
fn manual(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[track_caller]
fn check(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

/// The texts between ```language and ```.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<(bool, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(word), None) => open = Some((word == language, String::new())),
            (Some(_), Some((is_wanted, block))) => {
                if *is_wanted {
                    found.push(std::mem::take(block));
                }
                open = None;
            }
            (None, Some((_, block))) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

#[test]
fn every_command_of_every_document_is_understood() {
    let mut broken = Vec::new();
    let mut count = 0;
    for (name, text) in manuals() {
        for line in shell_lines(&text) {
            count += 1;
            let words: Vec<&str> = line.split_whitespace().collect();
            // Help and version are answers, which the parser gives as refusals.
            let is_answered = |word: &&str| ["--help", "--version"].contains(word);
            if words.iter().any(is_answered) {
                continue;
            }
            if let Err(refusal) = understands(&words) {
                broken.push(format!("{name}: {line}\n{refusal}"));
            }
        }
    }
    check("commands", &broken);
    assert!(count > 60, "{count} commands");
}

#[test]
fn every_json_block_is_json() {
    let mut broken = Vec::new();
    for (name, text) in manuals() {
        for block in blocks(&text, "json") {
            let values = serde_json::Deserializer::from_str(&block);
            for value in values.into_iter::<serde_json::Value>() {
                broken.extend(value.err().map(|error| format!("{name}: {error}: {block}")));
            }
        }
    }
    check("JSON", &broken);
}

#[test]
fn every_toml_block_is_a_configuration() {
    let mut broken = Vec::new();
    for (name, text) in manuals() {
        for block in blocks(&text, "toml") {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("payctl.toml"), &block).unwrap();
            for file in ["hooks/create-account", "mail/paid.txt"] {
                let file = folder.path().join(file);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, "Subject: Paid\n\nThank you.\n").unwrap();
            }
            let nothing: [(&str, &str); 0] = [];
            let read = Config::load(None, nothing.into_iter().collect(), folder.path());
            broken.extend(read.err().map(|error| format!("{name}: {error}\n{block}")));
        }
    }
    check("configurations", &broken);
}

#[test]
fn every_source_file_that_is_named_exists() {
    let mut broken = Vec::new();
    for (name, text) in manuals() {
        if name == "CHANGELOG.md" {
            continue;
        }
        for code in text.split('`').skip(1).step_by(2) {
            let is_path = code
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/_.-".contains(&byte));
            let is_source = code.ends_with(".rs") && code.contains('/') && !code.contains("NAME");
            if !is_path || !is_source {
                continue;
            }
            let exists = root().join(code).exists() || root().join("src").join(code).exists();
            if !exists {
                broken.push(format!("{name}: {code}"));
            }
        }
    }
    check("files that documents name", &broken);
}

#[test]
fn the_two_maps_stay_short() {
    for name in ["README.md", "docs/architecture.md"] {
        let lines = manual(name).lines().count();
        assert!(lines <= 150, "{name} has {lines} lines");
    }
}

/// A section from its heading to the next of the same depth.
#[track_caller]
fn section(text: &str, heading: &str) -> String {
    let (_, rest) = text.split_once(&format!("\n{heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap().to_owned()
}

#[test]
fn ten_recipes_are_understood() {
    let section = section(&manual("README.md"), "## Ten recipes of the day");
    let rows = section.lines().filter(|line| line.contains("`payctl "));
    let lines: Vec<&str> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
    assert_eq!(lines.len(), 10);
    let block = lines.join("\n");
    for line in shell_lines(&format!("```sh\n{block}\n```")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let Err(refusal) = understands(&words) {
            panic!("{line}\n{refusal}");
        }
    }
}

#[test]
fn the_table_of_commands_is_complete() {
    let help = Shop::new().run("--help").ended(Exit::Clean).stdout;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands = commands.split("\n\n").next().unwrap();
    let is_name = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let names = commands.lines().filter(is_name);
    let names: Vec<&str> = names
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() > 20, "{names:?}");
    let table = section(&manual("README.md"), "## Commands");
    for name in names.into_iter().filter(|name| *name != "help") {
        let is_there = [format!("`{name}`"), format!("`{name} ")];
        assert!(is_there.iter().any(|text| table.contains(text)), "{name}");
    }
}
