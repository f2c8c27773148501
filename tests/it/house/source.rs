//! The source as text, split into product, comments and tests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One file.
pub(super) struct Source {
    /// Relative to the requested folder, with slashes: `store/import.rs`.
    pub(super) path: String,
    /// The first part of the path: `store`.
    pub(super) room: String,
    pub(super) text: String,
    /// Without tests and comments.
    pub(super) product: String,
    /// The comment lines of the product.
    pub(super) comments: Vec<String>,
}

impl Source {
    /// Whether the product names this outside crate.
    pub(super) fn uses(&self, name: &str) -> bool {
        let places = self.product.match_indices(name);
        let mut paths = places.filter(|(at, _)| {
            let before = self.product.get(..*at).unwrap_or_default();
            let after = self.product.get(at + name.len()..).unwrap_or_default();
            let begins = before
                .strip_suffix("::")
                .unwrap_or(before)
                .chars()
                .next_back();
            let is_path = before.ends_with("::");
            let is_free = begins.is_none_or(|c| c.is_whitespace() || "(<&{[!,".contains(c));
            // `::csv::` is the crate where a module has the same name.
            let has_module = ["csv"].contains(&name);
            after.starts_with("::") && is_free && (is_path || !has_module)
        });
        paths.next().is_some()
    }
}

/// All Rust files below a folder of the project.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    let root = root().join(folder);
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    let texts: Vec<(PathBuf, String)> = paths
        .iter()
        .map(|path| (path.clone(), read(path)))
        .collect();
    let for_tests: BTreeSet<PathBuf> = texts
        .iter()
        .flat_map(|(path, text)| test_modules(path, text))
        .collect();
    let is_test = |path: &Path| {
        for_tests
            .iter()
            .any(|test| path.starts_with(test) || path == test.with_extension("rs"))
    };
    let files = texts.into_iter().map(|(path, text)| {
        let shipped = if is_test(&path) {
            ""
        } else {
            without_tests(&text)
        };
        let is_comment = |line: &&str| line.trim_start().starts_with("//");
        let (comments, code): (Vec<&str>, Vec<&str>) = shipped.lines().partition(is_comment);
        let path = path
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        let room = path
            .split('/')
            .next()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        Source {
            product: code.join("\n"),
            comments: comments.into_iter().map(str::to_owned).collect(),
            path,
            room,
            text,
        }
    });
    let files: Vec<Source> = files.collect();
    assert!(files.len() > 10, "no source found");
    files
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    paths.sort();
}

/// The paths, without extension, of the modules that a file declares for tests only.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let is_root = ["mod.rs", "lib.rs", "main.rs"].map(std::ffi::OsStr::new);
    let folder = if is_root.contains(&path.file_name().unwrap()) {
        path.parent().unwrap().to_owned()
    } else {
        path.with_extension("")
    };
    let after = text.split("#[cfg(test)]\n").skip(1);
    let declared = after.filter_map(|rest| {
        let line = rest.lines().next()?.trim().strip_suffix(';')?;
        let (_, name) = line.rsplit_once("mod ")?;
        Some(folder.join(name))
    });
    declared.collect()
}

/// Tests stand last in a file.
fn without_tests(text: &str) -> &str {
    let begin = text.find("#[cfg(test)]\nmod tests {");
    begin.and_then(|at| text.get(..at)).unwrap_or(text)
}

/// Names and numbers, in their order.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty())
}

/// The functions of a file formatted by rustfmt, with their number of lines.
pub(super) fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
        let is_end = |later: &&str| {
            let Some(rest) = later.strip_prefix(&indent) else {
                return false;
            };
            rest == "}" || (!rest.starts_with(' ') && (rest.ends_with(';') || rest.ends_with('}')))
        };
        let length = lines.iter().skip(at).position(is_end);
        found.push((name.to_owned(), length.map_or(1, |length| length + 1)));
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let mut qualifiers = before.split_whitespace();
    let is_declared = qualifiers
        .all(|word| word.starts_with("pub") || ["const", "async", "crate)"].contains(&word));
    is_declared.then(|| words(after).next().unwrap_or_default())
}

/// The names of the product's dependencies as code spells them.
pub(super) fn dependencies() -> BTreeSet<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let everywhere = manifest["dependencies"].as_table().unwrap().keys();
    // Dependencies of one operating system.
    let targets = manifest["target"].as_table().unwrap().values();
    let here = targets.flat_map(|target| target["dependencies"].as_table().unwrap().keys());
    let named = everywhere.chain(here);
    named.map(|name| name.replace('-', "_")).collect()
}

#[test]
fn the_source_reader_sees_functions_and_crates() {
    let text = "pub(crate) fn one() {\n    let x = 1;\n}\n\ntrait T {\n    fn two(&self);\n    fn three() {}\n}\n";
    let lengths = functions(text);
    let lengths: Vec<_> = lengths
        .iter()
        .map(|(name, lines)| (name.as_str(), *lines))
        .collect();
    assert_eq!(lengths, [("one", 3), ("two", 1), ("three", 1)]);

    let all = sources("src");
    let file = |path: &str| all.iter().find(|source| source.path == path).unwrap();
    assert!(file("http/client.rs").uses("reqwest"));
    assert!(!file("http/client.rs").uses("rusqlite"));
    assert!(!file("import/mod.rs").uses("csv"), "its own module");
    assert!(
        file("simulator/testing.rs").product.is_empty(),
        "tests only"
    );
    assert!(file("store/tests/mod.rs").product.is_empty(), "tests only");
    assert!(!file("exit.rs").product.contains("#[test]"));
    assert!(file("store/book.rs").product.len() > 1000);
}
