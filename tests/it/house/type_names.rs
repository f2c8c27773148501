//! One word names one thing: a type's name is unique in the crate.

use std::collections::BTreeMap;

use super::source::{sources, words};

/// The conventional names of a module's own; the module says whose they are.
const CONVENTIONAL: [&str; 3] = ["Args", "Error", "Kind"];

/// What introduces a type.
const KEYWORDS: [&str; 4] = ["struct", "enum", "trait", "union"];

/// The type that a line of the source declares, if it declares one. An alias counts where other modules can name it:
/// without `pub` it may be the associated type of a trait.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let (is_visible, rest) = match line.strip_prefix("pub") {
        Some(rest) => match rest.strip_prefix('(') {
            Some(scoped) => (true, scoped.split_once(") ")?.1),
            None => (true, rest.trim_start()),
        },
        None => (false, line),
    };
    let (keyword, rest) = rest.split_once(' ')?;
    let is_type = KEYWORDS.contains(&keyword) || (keyword == "type" && is_visible);
    // The name in a macro is not a name yet.
    let is_named = !rest.starts_with('$');
    words(rest).next().filter(|_| is_type && is_named)
}

#[test]
fn a_types_name_is_unique() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources("src") {
        for name in source.product.lines().filter_map(declared) {
            places
                .entry(name.to_owned())
                .or_default()
                .push(source.path.clone());
        }
    }
    assert!(places.len() > 400, "the types of the crate were not found");
    let shared: Vec<String> = places
        .into_iter()
        .filter(|(name, paths)| paths.len() > 1 && !CONVENTIONAL.contains(&name.as_str()))
        .map(|(name, paths)| format!("{name}: {}", paths.join(", ")))
        .collect();
    assert!(
        shared.is_empty(),
        "one name, two types:\n{}",
        shared.join("\n")
    );
}

#[test]
fn a_declaration_is_recognised() {
    assert_eq!(declared("pub struct Order {"), Some("Order"));
    assert_eq!(
        declared("    pub(in crate::store) enum Kind<'a> {"),
        Some("Kind")
    );
    assert_eq!(declared("pub(super) type Rows = Vec<Row>;"), Some("Rows"));
    assert_eq!(declared("pub fn of(kind: type_of) {"), None);
    assert_eq!(declared("struct Private;"), Some("Private"));
    assert_eq!(declared("    type Err = UnknownWord;"), None);
}
