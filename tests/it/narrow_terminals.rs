//! Tables fit the terminal: less important columns give way, sentences lose their middle, and programs get everything.

use payctl::exit::Exit;
use payctl::host::Host;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use crate::terminal::Terminal;
use crate::world::{CommandOutput, Console, Shop};

const NUMBER: &str = "KELAS-DESEMBER-2026-0042";
const NAME: &str = "Raden Ajeng Kusumawardhani Prameswari Notonegoro";

/// A shop in which every list has rows, with names and sentences that are longer than a narrow line.
fn shop() -> Shop {
    let shop = Shop::new();
    let set = [
        "product",
        "set",
        "kelas-desember-malam",
        "--name",
        "Kelas malam bulan Desember, gedung timur lantai tiga",
    ];
    let terms = ["--price", "125000", "--tickets", "--access", "9h"];
    shop.run_words(&[&set[..], &terms[..]].concat(), "")
        .ended(Exit::Clean);
    let lines: Vec<String> = [NUMBER, "KELAS-DESEMBER-2026-0043", "KELAS-DESEMBER-2026-0044"]
        .iter()
        .map(|number| {
            format!(
                r#"{{"number":"{number}","lines":[{{"sku":"kelas-desember-malam","quantity":2}}],"customer":{{"name":"{NAME}","email":"raden.ajeng.kusumawardhani@contoh.example"}},"expires_at":"2026-03-03T04:00:00Z"{}}}"#,
                if number.ends_with("44") { r#","payments":[{"gateway":"midtrans"}]"# } else { "" }
            )
        })
        .collect();
    shop.import(&lines.join("\n")).ended(Exit::Clean);
    for number in [NUMBER, "KELAS-DESEMBER-2026-0043"] {
        shop.run(&format!("approve {number} --yes --reason cash"))
            .ended(Exit::Clean);
    }
    shop.run("order cancel KELAS-DESEMBER-2026-0043 --reason gone --yes")
        .ended(Exit::Attention);
    let answer = AttemptTruth::new(
        "a word that nobody knows",
        payctl::domain::Rupiah::from_db(250_000),
    );
    let world = shop.simulator.handle();
    world
        .set(MIDTRANS, "KELAS-DESEMBER-2026-0044", answer)
        .unwrap();
    shop.run("check-all --fix").ended(Exit::Attention);
    shop
}

/// Runs a command line as on a terminal of this width.
fn at_width(shop: &Shop, width: u16, line: &str) -> CommandOutput {
    let console = Console::default();
    let host = Host {
        width: Some(width),
        ..shop.host("", &console)
    };
    let words = std::iter::once("payctl").chain(line.split_whitespace());
    console.output(payctl::commands::run(words.map(Into::into), host))
}

const TABLES: [&str; 14] = [
    "order list",
    "order list --columns customer,order,expires",
    "order show KELAS-DESEMBER-2026-0042",
    "order show KELAS-DESEMBER-2026-0044",
    "case list",
    "case show 1",
    "refund list",
    "ticket list",
    "access list",
    "product list",
    "gateway list",
    "status",
    "check-all",
    "refund approve 1 --dry-run",
];

/// Details have long values beside their names; a table begins where a line begins with a heading.
fn is_of_table(line: &str) -> bool {
    !line.contains(": ")
}

#[test]
fn no_line_of_a_table_is_wider() {
    let shop = shop();
    for line in TABLES {
        for width in [120, 80, 60] {
            let shown = at_width(&shop, width, line);
            assert!(
                matches!(shown.exit, Exit::Clean | Exit::Attention),
                "{line}: {}",
                shown.all()
            );
            for printed in shown.stdout.lines().filter(|line| is_of_table(line)) {
                let cells = printed.chars().count();
                assert!(
                    cells <= usize::from(width),
                    "{line} at {width}: {printed:?}"
                );
            }
        }
    }
}

#[test]
fn a_narrow_list_keeps_what_matters() {
    let shop = shop();
    let shown = at_width(&shop, 80, "order list").stdout;
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].starts_with("Order "), "{shown}");
    for told in [NUMBER, "fulfilled", "Rp 250,000", "Raden"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert!(!shown.contains("Created"), "{shown}");
    let wide = at_width(&shop, 80, "order list --wide").stdout;
    assert_eq!(wide, shop.run("order list").stdout);
    assert!(wide.contains(NAME) && wide.contains("Created"), "{wide}");
}

#[test]
fn columns_are_chosen_by_name() {
    let shop = shop();
    let shown = shop.run("order list --columns customer,ORDER").stdout;
    let heading = shown.lines().next().unwrap();
    let words: Vec<&str> = heading.split_whitespace().collect();
    assert_eq!(words, ["Customer", "Order"]);
    let refused = shop
        .run("check-all --columns gateway-status,colour")
        .ended(Exit::Usage);
    for told in ["no column is named colour", "gateway_status"] {
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
    }
    let refused = shop
        .run("order list --columns order -o json")
        .ended(Exit::Usage);
    assert!(
        refused.all().contains("--columns applies to tables"),
        "{}",
        refused.all()
    );
}

#[test]
fn a_terminal_says_how_wide_it_is() {
    let shop = shop();
    for (columns, lines) in [(80, 24), (120, 40)] {
        let Some(terminal) = Terminal::open(&shop, (columns, lines)) else {
            return;
        };
        let screen = terminal.ends("payctl order list", 0);
        assert_eq!(screen.contains("Cases"), columns == 120, "{screen}");
        let piped = terminal.ends("payctl order list | head -1", 0);
        assert!(piped.replace('\n', "").contains("Created"), "{piped}");
    }
}
