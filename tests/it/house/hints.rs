//! The lower rooms know no command: what to type next is said above them.

use super::check;
use super::source::sources;

/// What can stand behind `payctl` on a command line.
const COMMANDS: [&str; 22] = [
    "access",
    "approve",
    "case",
    "cgi",
    "check-all",
    "check-status",
    "cleanup",
    "customer",
    "demo",
    "doctor",
    "expire",
    "fulfil",
    "gateway",
    "init",
    "migrate",
    "order",
    "pay",
    "product",
    "refund",
    "ticket",
    "verify",
    "why",
];

fn names_a_flag(text: &str) -> bool {
    text.match_indices("--").any(|(at, found)| {
        let rest = text.get(at + found.len()..).unwrap_or_default();
        rest.starts_with(|letter: char| letter.is_ascii_lowercase())
    })
}

fn names_a_command(text: &str) -> bool {
    text.match_indices("payctl ").any(|(at, found)| {
        let rest = text.get(at + found.len()..).unwrap_or_default();
        let word: String = rest
            .chars()
            .take_while(|letter| letter.is_ascii_lowercase() || *letter == '-')
            .collect();
        COMMANDS.contains(&word.as_str())
    })
}

#[test]
fn lower_rooms_name_no_command_or_flag() {
    let mut broken = Vec::new();
    for source in sources("src") {
        if !["domain", "store", "reconciler"].contains(&source.room.as_str()) {
            continue;
        }
        let lines = source.product.lines();
        let named = lines.filter(|line| names_a_flag(line) || names_a_command(line));
        broken.extend(named.map(|line| format!("{}: {}", source.path, line.trim())));
    }
    check("hints stand in output/messages, or in commands", broken);
}
