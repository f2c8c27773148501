//! A gateway's own words stand in its own folders: everything else serves every gateway.

use super::check;
use super::source::{sources, words};

/// What only one gateway says. `qris` is not among them: it is the national payment standard, which a shop's own static
/// code and every gateway share.
const OWN: [&str; 3] = ["midtrans", "pakasir", "snap"];

/// Where a gateway is at home.
const HOMES: [&str; 4] = [
    "gateway/midtrans/",
    "gateway/pakasir/",
    "simulator/midtrans/",
    "simulator/pakasir/",
];

/// Files that name a gateway for a reason.
const NAMED: [(&str, &str); 10] = [
    ("gateway/mod.rs", "the folders"),
    ("gateway/registry.rs", "the list of them"),
    ("simulator/mod.rs", "the folders"),
    ("simulator/registry.rs", "the list of them"),
    (
        "commands/simulator/run.rs",
        "examples in a message and a hint",
    ),
    ("commands/examples.rs", "lines to copy"),
    ("commands/demo/", "a story of a shop with two accounts"),
    ("simulator/control.rs", "an example in a message"),
    ("simulator/notify.rs", "an example in a message"),
    ("worlds/", "a shop with two accounts, watched from outside"),
];

#[test]
fn a_gateways_words_stay_in_its_folders() {
    let is_named = |path: &str| NAMED.iter().any(|(place, _)| path.starts_with(place));
    let is_home = |path: &str| HOMES.iter().any(|home| path.starts_with(home));
    let mut broken = Vec::new();
    let mut seen = Vec::new();
    for source in sources("src") {
        let lines = source.product.lines();
        let own = lines.filter(|line| {
            words(line).any(|word| {
                let mut parts = word.split('_');
                parts.any(|part| OWN.iter().any(|own| part.to_lowercase().starts_with(own)))
                    && !word.to_lowercase().contains("snapshot")
            })
        });
        let own: Vec<String> = own
            .map(|line| format!("{}: {}", source.path, line.trim()))
            .collect();
        if !own.is_empty() {
            seen.push(source.path.clone());
        }
        if !is_home(&source.path) && !is_named(&source.path) {
            broken.extend(own);
        }
    }
    check("a gateway's words", broken);
    for (place, why) in NAMED {
        let is_used = seen.iter().any(|path| path.starts_with(place));
        assert!(is_used, "{place} names none any more ({why})");
    }
}
