//! Real colours on a real terminal, and none in a pipe.

use payctl::exit::Exit;

use crate::terminal::Terminal;
use crate::world::Shop;

const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";
const GREEN: &str = "\u{1b}[32m";

/// A fulfilled order with a ticket and an hour of access, and one that waits.
fn shop() -> (Shop, String) {
    let shop = Shop::in_real_time();
    for line in [
        "product set gala --price 25000 --capacity 5 --tickets --access 9h",
        "order create --number INV-1 --line gala:1 --customer-email rina@example.com",
        "order create --number INV-2 --line gala:1",
        "approve INV-1 --bank-ref FT1 --reason seen --yes",
    ] {
        shop.exec(line).ended(Exit::Clean);
    }
    let listed = shop.run("ticket list --order INV-1 -o json").json();
    let code = listed["rows"][0]["ticket"].as_str().unwrap().to_owned();
    (shop, code)
}

/// Whether these words stand on the screen in bold or not, in this colour.
fn has(screen: &str, colour: &str, words: &str) -> bool {
    let plain = format!("{colour}{words}");
    let bold = plain.replacen("\u{1b}[", "\u{1b}[1;", 1);
    let apart = format!("\u{1b}[1m{plain}");
    [plain, bold, apart]
        .iter()
        .any(|shown| screen.contains(shown))
}

#[test]
fn a_terminal_shows_colours_and_a_pipe_none() {
    let (shop, code) = shop();
    let Some(terminal) = Terminal::open(&shop, (80, 24)) else {
        return;
    };
    let redeem = format!("payctl ticket redeem {code}");
    for (line, exit, colour, words) in [
        ("payctl order list", 0, GREEN, "fulfilled"),
        ("payctl order list", 0, YELLOW, "pending"),
        (&*redeem, 0, GREEN, "YES"),
        (&*redeem, 3, RED, "NO"),
        (
            "payctl access check --product gala --user rina@example.com",
            0,
            GREEN,
            "YES",
        ),
        (
            "payctl access check --product gala --user budi@example.com",
            3,
            RED,
            "NO",
        ),
        ("payctl order show INV-9", 1, RED, "payctl:"),
        ("payctl order shw", 2, RED, "payctl:"),
        (
            "payctl --color always order shw 2>&1 | cat",
            0,
            RED,
            "payctl:",
        ),
    ] {
        terminal.ends(line, exit);
        let screen = terminal.colours();
        assert!(has(&screen, colour, words), "{line}:\n{screen:?}");
    }
    for line in [
        "payctl order list | cat",
        "payctl order show INV-9 2>&1 | cat",
        "payctl order shw 2>&1 | cat",
        "NO_COLOR=1 payctl order shw; true",
        "payctl --color never order shw; true",
        "NO_COLOR=1 payctl order list",
        "NO_COLOR=1 payctl order show INV-9; true",
    ] {
        terminal.ends(line, 0);
        let screen = terminal.colours();
        assert!(!screen.contains('\u{1b}'), "{line}:\n{screen:?}");
    }
}
