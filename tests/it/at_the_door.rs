//! At the door: codes as a scanner types them, one clear answer each, and a way back from a mistake.

use payctl::exit::Exit;
use serde_json::Value;

use crate::books::{books, difference};
use crate::terminal::Terminal;
use crate::world::{CommandOutput, Shop};

/// A shop with two paid orders, of two seats and of one.
fn sold() -> Shop {
    let shop = Shop::new();
    for line in [
        "product set seat --price 25000 --capacity 5 --tickets",
        "order create --number INV-1 --line seat:2",
        "order create --number INV-2 --line seat:1",
        "approve INV-1 INV-2 --reason seen --yes",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    shop
}

fn code(shop: &Shop, order: &str, place: usize) -> String {
    let listed = shop.run(&format!("ticket list --order {order} -o json"));
    let code = &listed.json()["rows"][place]["ticket"];
    code.as_str().unwrap().to_owned()
}

fn scan(shop: &Shop, more: &str, typed: &str) -> CommandOutput {
    let line = format!("ticket scan {more}");
    let words: Vec<&str> = line.split_whitespace().collect();
    shop.run_words(&words, typed)
}

#[test]
fn each_scanned_code_is_answered() {
    let shop = sold();
    let (one, two) = (code(&shop, "INV-1", 0), code(&shop, "INV-2", 0));
    let typed = format!(
        "{one}\r\n\n{}\nSEAT-1\n{one}\n3V7Q2M9K4D8WZ1X5RB6TNC0HJE",
        two.to_lowercase()
    );
    let before = books(&shop.database());
    let foreseen = scan(&shop, "--dry-run", &typed).ended(Exit::Attention);
    assert_eq!(difference(&before, &books(&shop.database())), "");
    assert!(
        foreseen.stdout.starts_with("YES  INV-1  seat 1\n"),
        "{}",
        foreseen.stdout
    );

    let scanned = scan(&shop, "", &typed).ended(Exit::Attention).stdout;
    let lines: Vec<&str> = scanned.lines().collect();
    assert_eq!(
        lines,
        [
            "YES  INV-1  seat 1",
            "YES  INV-2  seat 1",
            "NO   SEAT-1  is not a ticket code",
            "NO   INV-1  seat 1  was already redeemed at 2026-03-02 04:00:00 by rina",
            "NO   3V7Q2M9K4D8WZ1X5RB6TNC0HJE  no ticket has this code",
            "2 admitted, 3 refused",
        ]
    );
    let other = code(&shop, "INV-1", 1);
    let rows = scan(&shop, "-o json", &other).ended(Exit::Clean).json();
    assert_eq!(rows["rows"][0]["admitted"], true);
    assert_eq!(rows["summary"]["admitted"], 1);
    let nothing = scan(&shop, "", "").ended(Exit::Clean).stdout;
    assert_eq!(nothing, "no code was read\n");
}

#[test]
fn a_mistaken_redemption_is_taken_back() {
    let shop = sold();
    let code = code(&shop, "INV-2", 0);
    let undo = format!("ticket unredeem {code} --reason twice");
    let refused = shop.run(&undo).ended(Exit::Failed);
    assert!(
        refused.stderr.contains("it is not redeemed"),
        "{}",
        refused.stderr
    );

    let redeemed = shop.run(&format!("ticket redeem {code}")).stdout;
    assert!(redeemed.starts_with("YES  redeemed\n"), "{redeemed}");
    assert!(
        redeemed.contains(&format!("payctl ticket unredeem {code} --reason TEXT")),
        "{redeemed}"
    );
    let again = shop
        .run(&format!("ticket redeem {code}"))
        .ended(Exit::Attention);
    assert!(again.stdout.starts_with("NO "), "{}", again.stdout);

    let before = books(&shop.database());
    shop.run(&format!("{undo} --dry-run")).ended(Exit::Clean);
    assert_eq!(difference(&before, &books(&shop.database())), "");
    let undone = shop.run(&format!("{undo} -o json")).ended(Exit::Clean);
    assert_eq!(undone.json()["ticket"]["status"], "good");
    shop.run(&format!("ticket redeem {code}"))
        .ended(Exit::Clean);
    let told = shop.run("why INV-2").stdout;
    assert!(
        told.contains("ticket 1 of seat is good again: twice"),
        "{told}"
    );
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn no_dead_order_gets_a_ticket_back() {
    let shop = sold();
    let code = code(&shop, "INV-2", 0);
    shop.run(&format!("ticket redeem {code}"))
        .ended(Exit::Clean);
    shop.run("order cancel INV-2 --reason rain --yes")
        .ended(Exit::Attention);
    let refused = shop
        .run(&format!("ticket unredeem {code} --reason twice -o json"))
        .ended(Exit::Failed);
    let refused: Value = serde_json::from_str(&refused.stderr).unwrap();
    assert_eq!(refused["code"], "ticket_no_longer_sold");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_door_sees_green_and_red() {
    let shop = sold();
    let code = code(&shop, "INV-2", 0);
    let painted = |line: &str| shop.run(&format!("{line} --color always")).stdout;
    let yes = painted(&format!("ticket redeem {code}"));
    assert!(yes.starts_with("\u{1b}[1;32mYES  "), "{yes:?}");
    let no = painted(&format!("ticket redeem {code}"));
    assert!(no.starts_with("\u{1b}[1;31mNO   "), "{no:?}");
    let no = painted("access check --product seat --order INV-2");
    assert!(no.starts_with("\u{1b}[1;31mNO   seat"), "{no:?}");
}

#[test]
fn a_scanner_types_like_a_keyboard() {
    let shop = sold();
    let code = code(&shop, "INV-1", 0);
    let Some(terminal) = Terminal::open(&shop, (80, 24)) else {
        return;
    };
    terminal.types("payctl ticket scan");
    terminal.keys(&code);
    terminal.presses("Enter");
    terminal.shows("YES  INV-1  seat 1");
    terminal.keys(&code);
    terminal.presses("Enter");
    terminal.shows("NO   INV-1  seat 1  was already redeemed");
    terminal.presses("C-d");
    let screen = terminal.ended(3);
    assert!(screen.contains("1 admitted, 1 refused"), "{screen}");
}
