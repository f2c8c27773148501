//! Decisions that nobody can take back: what a person at a terminal is told and asked, and who is not asked.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use crate::books::fingerprint;
use crate::terminal::Terminal;
use crate::world::Shop;

/// An order with access, an approved refund and a case: 1 each.
fn shop() -> Shop {
    let shop = Shop::in_real_time();
    let wrong = AttemptTruth::new("settlement", Rupiah::new(2_500).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-3", wrong).unwrap();
    for (line, exit) in [
        ("product set class --price 25000 --access 9h", Exit::Clean),
        ("order create --number INV-1 --line class:1", Exit::Clean),
        ("order create --number INV-2 --line class:1", Exit::Clean),
        (
            "order create --number INV-3 --line class:1 --gateway midtrans --method qris",
            Exit::Clean,
        ),
        (
            "approve INV-1 --bank-ref FT1 --reason seen --yes",
            Exit::Clean,
        ),
        (
            "approve INV-2 --bank-ref FT2 --reason seen --yes",
            Exit::Clean,
        ),
        ("order cancel INV-2 --reason rain --yes", Exit::Attention),
        ("refund approve 1 --yes", Exit::Clean),
        ("check-all --fix", Exit::Attention),
    ] {
        shop.exec(line).ended(exit);
    }
    shop
}

struct Asked {
    line: &'static str,
    /// What it says will happen.
    told: &'static [&'static str],
    question: &'static str,
    otherwise: &'static str,
    /// How a line of a read shows that it was done.
    done: (&'static str, &'static str),
}

const ASKED: [Asked; 3] = [
    Asked {
        line: "case resolve 1 --refund --reason wrong",
        told: &[
            "Case 1 (amount_mismatch) about INV-3: midtrans says",
            "--refund: closes the case; Rp 2,500 due back. This cannot be undone.",
        ],
        question: "Resolve case 1 with --refund?",
        otherwise: "the case stays open",
        done: ("case show 1", "\nResolution: "),
    },
    Asked {
        line: "access revoke INV-1 --product class --reason fraud",
        told: &["INV-1 then gives no access to class; its money stays. This cannot be undone."],
        question: "Revoke its access to class?",
        otherwise: "no access was revoked",
        done: ("access list", "0 running"),
    },
    Asked {
        line: "refund done 1 --bank-ref FT9",
        told: &["refund 1 of INV-2, Rp 25,000, now approved: will be done"],
        question: "Record as sent: 1 refund, Rp 25,000?",
        otherwise: "nothing was changed",
        done: ("refund list --all", "done"),
    },
];

#[test]
fn no_is_what_enter_says_to_every_question() {
    let shop = shop();
    let Some(terminal) = Terminal::open(&shop, (80, 24)) else {
        return;
    };
    for asked in &ASKED {
        let line = format!("payctl {}", asked.line);
        let before = fingerprint(&shop.database());
        for key in ["Enter", "n", "Escape", "C-c"] {
            terminal.types(&line);
            let screen = terminal.shows(&format!("{} [y/N]", asked.question));
            let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
            for told in asked.told {
                assert!(words.contains(told), "{told}:\n{screen}");
            }
            terminal.presses(key);
            let screen = terminal.ended(1);
            assert!(screen.contains(asked.otherwise), "{key}:\n{screen}");
        }
        terminal.types(&format!("{line} --dry-run > told 2>&1; grep -c y/N told"));
        let screen = terminal.ended(1);
        assert!(screen.contains("\n0\n"), "{screen}");
        assert_eq!(fingerprint(&shop.database()), before, "{}", asked.line);
        let (reads, word) = asked.done;
        let shown = shop.exec(reads).ended(Exit::Clean).stdout;
        assert!(!shown.contains(word), "{reads}: {shown}");
    }
}

#[test]
fn whoever_says_yes_is_asked_once_at_most() {
    for is_typed in [false, true] {
        let shop = shop();
        let Some(terminal) = Terminal::open(&shop, (120, 40)) else {
            return;
        };
        for asked in &ASKED {
            let line = format!("payctl {}", asked.line);
            if is_typed {
                terminal.types(&format!("{line}; true"));
                terminal.shows(&format!("{} [y/N]", asked.question));
                terminal.presses("y");
                terminal.ended(0);
            } else {
                let screen = terminal.ends(&format!("{line} --yes; true"), 0);
                assert!(!screen.contains("[y/N]"), "{screen}");
            }
            let (reads, word) = asked.done;
            let shown = shop.exec(reads).ended(Exit::Clean).stdout;
            assert!(shown.contains(word), "{reads}: {shown}");
        }
        shop.exec("verify").ended(Exit::Clean);
    }
}
