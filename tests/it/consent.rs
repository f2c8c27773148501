//! Before what cannot be undone, a person at a terminal is asked; where nobody can be asked, the line must say enough.

use payctl::exit::Exit;

use crate::terminal::Terminal;
use crate::world::Shop;

/// A paid order of two seats, and a cancelled one whose refund is due.
fn sold() -> Shop {
    let shop = Shop::new();
    for line in [
        "product set seat --price 25000 --capacity 5 --tickets",
        "order create --number INV-1 --line seat:2 --customer-email rina@example.com",
        "order create --number INV-2 --line seat:1",
        "approve INV-1 --bank-ref FT1 --reason seen --yes",
        "approve INV-2 --bank-ref FT2 --reason seen --yes",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    shop.run("order cancel INV-2 --reason rain --yes")
        .ended(Exit::Attention);
    shop
}

#[test]
fn a_terminal_asks_before_a_sale_ends() {
    let shop = sold();
    let Some(terminal) = Terminal::open(&shop, (80, 24)) else {
        return;
    };
    let line = "payctl order cancel INV-1 --reason rain";
    terminal.types(line);
    let screen = terminal.shows("Cancel INV-1? [y/N]");
    for told in [
        "INV-1 is fulfilled.",
        "Rp 50,000 becomes due back",
        "2 tickets revoked",
    ] {
        assert!(screen.replace('\n', " ").contains(told), "{told}: {screen}");
    }
    terminal.presses("Enter");
    let screen = terminal.ended(1);
    assert!(screen.contains("nothing was cancelled"), "{screen}");
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");

    terminal.types(line);
    terminal.shows("Cancel INV-1? [y/N]");
    terminal.presses("C-c");
    terminal.shows("]$");
    assert!(terminal.has_cursor());
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");

    terminal.types(line);
    terminal.shows("Cancel INV-1? [y/N]");
    terminal.presses("y");
    terminal.ended(3);
    assert_eq!(shop.order("INV-1")["status"], "cancelled");
}

#[test]
fn every_final_act_is_asked_about() {
    let shop = sold();
    let Some(terminal) = Terminal::open(&shop, (120, 40)) else {
        return;
    };
    let listed = shop.run("ticket list --order INV-1 -o json").json();
    let ticket = listed["rows"][0]["ticket"].as_str().unwrap();
    for (line, question, otherwise) in [
        (
            &*format!("ticket revoke {ticket} --reason ill --refund 25000"),
            &*format!("Revoke ticket {ticket}?"),
            "the ticket was not revoked",
        ),
        (
            "refund approve 1",
            "Approve 1 refund, Rp 25,000?",
            "nothing was changed",
        ),
        (
            "refund reject 1 --reason fraud",
            "Reject 1 refund, Rp 25,000?",
            "nothing was changed",
        ),
        (
            "cleanup --erase rina@example.com",
            "Erase this customer?",
            "nobody was erased",
        ),
    ] {
        terminal.types(&format!("payctl {line}"));
        terminal.shows(&format!("{question} [y/N]"));
        terminal.presses("n");
        let screen = terminal.ended(1);
        assert!(screen.contains(otherwise), "{screen}");
        terminal.ends(
            &format!("payctl {line} --no-input --dry-run > told; tail -1 told"),
            0,
        );
    }
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_script_confirms_the_end_of_a_sale() {
    let shop = sold();
    let refused = shop
        .run("order cancel INV-1 --reason rain")
        .ended(Exit::Usage);
    for told in ["INV-1 is fulfilled", "Rp 50,000 becomes due back", "--yes"] {
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
    }
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    shop.run("order cancel INV-1 --reason rain --dry-run")
        .ended(Exit::Attention);
    let refused = shop.run("cleanup --erase rina@example.com");
    let refused = refused.ended(Exit::Usage);
    assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("rina"), "{}", refused.stderr);
    // These lines name who decides, and go on as ever.
    shop.run("refund approve 1").ended(Exit::Clean);
    shop.run("refund reject 1 --reason kept").ended(Exit::Clean);
}

/// Orders of people with long names, more of them than a screen has lines.
fn crowded() -> Shop {
    let shop = Shop::new();
    let line = |nth: u32| {
        format!(
            r#"{{"number":"KELAS-DESEMBER-{nth:04}","lines":[{{"sku":"class","quantity":1}}],"expires_at":"2026-12-31T00:00:00Z","customer":{{"name":"Raden Ajeng Kusumawardhani Prameswari Notonegoro {nth}"}}}}"#
        )
    };
    shop.run("product set class --price 125000")
        .ended(Exit::Clean);
    let lines: Vec<String> = (1..=60).map(line).collect();
    shop.import(&lines.join("\n")).ended(Exit::Clean);
    shop
}

#[test]
fn typing_finds_the_order_to_approve() {
    let shop = crowded();
    let Some(terminal) = Terminal::open(&shop, (80, 24)) else {
        return;
    };
    terminal.types("payctl approve --reason transfer");
    terminal.shows("Which orders are paid?");
    terminal.await_screen("one line an order", |screen| {
        let listed = screen.lines().filter(|line| line.contains("] KELAS-"));
        screen.contains("60 of 60 match, 0 selected") && listed.count() >= 20
    });
    assert!(!terminal.has_cursor());

    terminal.presses("0");
    terminal.presses("4");
    terminal.presses("2");
    terminal.shows("1 of 60 match, 0 selected; filter: 042");
    terminal.presses("Space");
    terminal.shows("> [x] KELAS-DESEMBER-0042  Rp 125,000");
    terminal.presses("Enter");
    let screen = terminal.shows("Approve 1 order, Rp 125,000? [y/N]");
    let named = "  KELAS-DESEMBER-0042  Rp 125,000  Raden Ajeng Kusumawardhani Prameswari";
    assert!(screen.contains(named), "{screen}");
    assert!(terminal.has_cursor());
    terminal.presses("y");
    terminal.ended(0);
    assert_eq!(shop.order("KELAS-DESEMBER-0042")["status"], "fulfilled");

    terminal.types("payctl approve --reason transfer");
    terminal.shows("59 of 59 match");
    terminal.presses("C-c");
    let screen = terminal.ended(1);
    assert!(screen.contains("nothing was approved"), "{screen}");
    assert!(terminal.has_cursor());
}
