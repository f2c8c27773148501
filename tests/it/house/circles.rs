//! No file needs a file that needs it in turn, beyond a module and its own children.
//!
//! Names are followed through imports and re-exports to the file that declares them: children see what their module imports.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, sources};

/// A path as its parts: `crate`, `domain`, `Rupiah`.
type Parts = Vec<String>;

/// A file as others name it, and what it takes from them.
struct Module {
    path: Parts,
    /// What it imports, with the name that it has here. A module and a function may have the same.
    imports: Vec<(String, Parts)>,
    /// Its code without the imports.
    body: String,
}

fn parts(path: &str) -> Parts {
    path.split("::")
        .map(|part| part.trim().to_owned())
        .collect()
}

/// `store/orders/read.rs` is `crate::store::orders::read`.
fn module_path(file: &str) -> Parts {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    let path = path.replace('/', "::");
    match path.as_str() {
        "lib" | "main" => parts("crate"),
        path => parts(&format!("crate::{path}")),
    }
}

/// The leaves of an import tree: `a::{b, c::{self, D}}` names `a::b`, `a::c` and `a::c::D`.
fn leaves(tree: &str, prefix: &str, found: &mut Vec<(String, Parts)>) {
    let tree = tree.trim();
    if let Some((head, inner)) = tree.split_once('{') {
        let prefix = format!("{prefix}{}", head.trim());
        for branch in branches(inner.trim_end_matches('}')) {
            leaves(&branch, &prefix, found);
        }
        return;
    }
    let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
    let path = format!("{prefix}{path}");
    let path = parts(path.trim_end_matches("::self"));
    let name = if alias.is_empty() {
        path.last().unwrap()
    } else {
        alias
    };
    found.push((name.to_owned(), path));
}

/// The branches between the outermost commas.
fn branches(inner: &str) -> Vec<String> {
    let mut depth = 0;
    let mut found = vec![String::new()];
    for letter in inner.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        found.last_mut().unwrap().push(letter);
    }
    found.retain(|branch| !branch.trim().is_empty());
    found
}

fn module(source: &Source) -> Module {
    let (mut imports, mut body) = (Vec::new(), String::new());
    let mut rest = source.product.lines();
    while let Some(line) = rest.next() {
        let trimmed = line.trim_start();
        let Some((visibility, tree)) = trimmed.split_once("use ") else {
            body.push_str(line);
            body.push('\n');
            continue;
        };
        if !(visibility.is_empty() || visibility.starts_with("pub")) {
            body.push_str(line);
            body.push('\n');
            continue;
        }
        let mut tree = tree.to_owned();
        while !tree.contains(';') {
            tree.push_str(rest.next().unwrap().trim());
        }
        let mut found = Vec::new();
        leaves(tree.trim_end_matches(';'), "", &mut found);
        imports.extend(found);
    }
    Module {
        path: module_path(&source.path),
        imports,
        body,
    }
}

/// A chain of imports is no longer.
const MAX_IMPORTS: u32 = 8;

struct House {
    modules: BTreeMap<Parts, Module>,
}

impl House {
    /// A path as it is written in a module, from the crate on.
    fn absolute(&self, base: &Parts, path: &[String]) -> Option<Parts> {
        let (first, rest) = path.split_first()?;
        let mut up = base.clone();
        match first.as_str() {
            "crate" => return Some(path.to_vec()),
            "self" => {}
            "super" => {
                up.pop();
                let mut rest = rest;
                while let Some(("super", later)) = rest.split_first().map(|(p, l)| (p.as_str(), l))
                {
                    up.pop();
                    rest = later;
                }
                return Some([up, rest.to_vec()].concat());
            }
            _ => {
                up.push(first.clone());
                self.modules.get(&up)?;
            }
        }
        Some([up, rest.to_vec()].concat())
    }

    /// The file that declares what a path names, at most so many imports away: a function may be imported under the
    /// name of its module.
    fn declared_in(&self, path: &[String], most: u32) -> Option<Parts> {
        let length = (1..=path.len()).rev().find(|length| {
            let module = path.get(..*length).unwrap().to_vec();
            self.modules.contains_key(&module)
        })?;
        let (module, rest) = path.split_at(length);
        let imported = rest.first().filter(|_| most > 0).and_then(|name| {
            let imports = &self.modules.get(module)?.imports;
            let (_, target) = imports.iter().find(|(import, _)| import == name)?;
            let path = self.absolute(&module.to_vec(), target)?;
            let rest = rest.get(1..).unwrap_or_default();
            self.declared_in(&[path, rest.to_vec()].concat(), most - 1)
        });
        Some(imported.unwrap_or_else(|| module.to_vec()))
    }

    /// The files that a file needs, with what it takes from each.
    fn needs(&self, module: &Module) -> BTreeMap<Parts, BTreeSet<String>> {
        let mut named: Vec<Parts> = module
            .imports
            .iter()
            .map(|(_, path)| path.clone())
            .collect();
        for path in paths(&module.body) {
            let first = path.first().unwrap();
            let import = module.imports.iter().find(|(name, _)| name == first);
            match import {
                Some((_, import)) => {
                    named.push([import.clone(), path.get(1..).unwrap().to_vec()].concat());
                }
                None => named.push(path),
            }
        }
        let mut needs: BTreeMap<Parts, BTreeSet<String>> = BTreeMap::new();
        for path in named {
            let declared = self.absolute(&module.path, &path);
            let Some(other) = declared.and_then(|path| self.declared_in(&path, MAX_IMPORTS)) else {
                continue;
            };
            let is_family = other.starts_with(&module.path) || module.path.starts_with(&other);
            if !is_family {
                let taken = path.last().unwrap().clone();
                needs.entry(other).or_default().insert(taken);
            }
        }
        needs
    }
}

/// The paths in code: two names or more, joined by `::`.
fn paths(body: &str) -> Vec<Parts> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let words = body.split(|c: char| !is_path(c));
    let paths = words.map(|word| word.trim_matches(':')).filter(|word| {
        word.contains("::") && !word.contains(":::") && word.starts_with(|c: char| c.is_lowercase())
    });
    paths.map(parts).collect()
}

/// What is left when all files are taken away that need nothing, or that nothing needs, of what is left.
fn circles(sources: &[Source]) -> Vec<String> {
    let shipped = sources.iter().filter(|source| !source.product.is_empty());
    let modules = shipped.map(|source| {
        let module = module(source);
        (module.path.clone(), module)
    });
    let house = House {
        modules: modules.collect(),
    };
    let needs = house.modules.values();
    let mut needs: BTreeMap<Parts, BTreeMap<Parts, BTreeSet<String>>> = needs
        .map(|module| (module.path.clone(), house.needs(module)))
        .collect();
    loop {
        let left: BTreeSet<Parts> = needs.keys().cloned().collect();
        let needed: BTreeSet<Parts> = needs
            .values()
            .flat_map(|other| other.keys().cloned())
            .collect();
        for others in needs.values_mut() {
            others.retain(|other, _| left.contains(other));
        }
        needs.retain(|module, others| !others.is_empty() && needed.contains(module));
        if needs.len() == left.len() {
            break;
        }
    }
    let arrows = needs.into_iter().flat_map(|(module, others)| {
        others.into_iter().map(move |(other, names)| {
            let names: Vec<String> = names.into_iter().collect();
            let (module, other) = (module.join("::"), other.join("::"));
            format!("{module} needs {other}: {}", names.join(", "))
        })
    });
    arrows.collect()
}

#[test]
fn no_files_need_each_other() {
    super::check("circles of files", circles(&sources("src")));
}

#[test]
fn the_reader_follows_names_to_their_files() {
    let source = |path: &str, product: &str| Source {
        path: path.to_owned(),
        room: String::new(),
        text: String::new(),
        product: product.to_owned(),
        comments: Vec::new(),
    };
    let files = [
        source("lib.rs", "pub mod a;\npub mod b;"),
        source(
            "a/mod.rs",
            "mod one;\npub use self::one::{One, Two as Twice};",
        ),
        source(
            "a/one.rs",
            "use crate::b;\nfn f() { b::two(super::helper()) }",
        ),
        source("b.rs", "use crate::a::{\n    Twice,\n};"),
        source("c.rs", "use crate::a::Twice;"),
    ];
    assert_eq!(
        circles(&files),
        [
            "crate::a::one needs crate::b: b, two",
            "crate::b needs crate::a::one: Twice"
        ]
    );
}
