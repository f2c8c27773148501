//! Texts of people and gateways are data everywhere: never a command, a header, a formula, markup, or a control
//! sequence.

mod doors;
#[cfg(unix)]
mod hooks;
mod shown;

use payctl::exit::Exit;

use crate::program::hear;
use crate::world::{CommandOutput, Shop};

/// One line hostile to a shell, a template, a page, a spreadsheet and a reader; a name may contain all of it.
const NAME: &str = "=cmd|' /C calc'!A0\"; touch owned; $(touch owned) `touch owned` && {{ 7*7 }} {% raw %} \
                    <script>alert(1)</script> %s %n ../../x \\n \\u0000 ;=1+1 \u{202e}evil\u{2066} 𝕏👩\u{200d}💻";

/// A hostile address with characters that are allowed before the @.
const EMAIL: &str = "=o'brien+`id`|{{7*7}}$x&y@example.com";

/// Texts that every entry refuses: line ends, NUL, and terminal controls.
const NOT_ONE_LINE: [&str; 6] = [
    "Rina\r\nBcc: thief@example.com",
    "Rina\nINV-2  paid",
    "Rina\0",
    "\u{1b}]0;title\u{7}Rina",
    "\u{9b}2JRina",
    "Rina\t=1+1",
];

/// Runs the binary with these words.
fn exec(shop: &Shop, words: &[&str]) -> CommandOutput {
    hear(shop.program("").args(words).spawn().unwrap())
}

/// Creates an order of the customer above.
fn order(shop: &Shop, number: &str) {
    let words = [
        "order",
        "create",
        "--number",
        number,
        "--line",
        "gala:2",
        "--customer-name",
        NAME,
        "--customer-email",
        EMAIL,
        "--customer-phone",
        "+62 812; '1",
    ];
    exec(shop, &words).ended(Exit::Clean);
}

fn tamper(shop: &Shop, sql: &str, words: &[&str]) {
    let connection = rusqlite::Connection::open(shop.database()).unwrap();
    let words = rusqlite::params_from_iter(words);
    connection.execute(sql, words).unwrap();
}

fn is_harmful(letter: char) -> bool {
    let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    letter != '\n' && (letter.is_control() || turns)
}

/// Fails on a terminal control, showing the text around it.
#[track_caller]
fn check_harmless(what: &str, text: &str) {
    let harmful = text.char_indices().find(|(_, letter)| is_harmful(*letter));
    if let Some((place, letter)) = harmful {
        let around: String = text[..place].chars().rev().take(80).collect();
        let around: String = around.chars().rev().collect();
        panic!("{what} prints {letter:?} behind {around:?}");
    }
}
