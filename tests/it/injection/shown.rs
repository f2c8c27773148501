//! Display: a terminal shows any stored text harmlessly, and a spreadsheet reads it as text.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::output::qr::Qr;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use super::{EMAIL, NAME, check_harmless, exec, order, tamper};
use crate::world::{CommandOutput, Shop};

/// A formula for every cell separator, and terminal controls.
const HOSTILE: &str =
    "=1+1\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\r\n+2;@x \t-3\n\"=4\u{0};\"\u{ff1d}5 ; +6\n-7|";

/// Every free-text column of the database, for a hostile text.
const FREE_TEXTS: [(&str, &[&str]); 9] = [
    ("customers", &["name", "email", "phone"]),
    ("products", &["name"]),
    ("events", &["why", "actor"]),
    ("cases", &["facts"]),
    ("effects", &["last_error"]),
    ("refunds", &["why"]),
    ("tickets", &["redeemed_by"]),
    (
        "payments",
        &["raw_status", "method", "page_url", "qr_text", "number"],
    ),
    ("observations", &["raw_status"]),
];

/// A shop with orders in every state: redeemed, waiting, cancelled with a refund due, with a case, and stuck.
fn shop() -> (Shop, String) {
    let shop = Shop::new();
    let product = [
        "product",
        "set",
        "gala",
        "--name",
        NAME,
        "--price",
        "500",
        "--tickets",
        "--access",
        "9h",
    ];
    shop.run_words(&product, "").ended(Exit::Clean);
    for number in ["INV-1", "INV-2", "INV-3"] {
        order(&shop, number);
    }
    // Separate processes created these orders under the real clock.
    tamper(&shop, "UPDATE orders SET expires_at = 9000000000000", &[]);
    for number in ["INV-1", "INV-2"] {
        shop.run(&format!("approve {number} --yes --reason cash"))
            .ended(Exit::Clean);
    }
    shop.run("order cancel INV-2 --reason gone --yes")
        .ended(Exit::Attention);
    let code = shop.order("INV-1")["tickets"][0]["ticket"]
        .as_str()
        .unwrap()
        .to_owned();
    shop.run(&format!("ticket redeem {code} --by gate"))
        .ended(Exit::Clean);
    let record = r#"{"number":"INV-4","total":500,"payments":[{"gateway":"midtrans"}]}"#;
    shop.import(record).ended(Exit::Clean);
    let world = shop.simulator.handle();
    let answer = AttemptTruth::new("moon\u{1b}[2J\u{202e}", Rupiah::from_db(500));
    world.set(MIDTRANS, "INV-4", answer).unwrap();
    let output = shop.run("check-all --fix");
    check_harmless("check-all --fix", &output.all());
    tamper(
        &shop,
        "INSERT INTO effects (key, order_id, occasion, hook, nth, kind, repeatable, status, tries, created_at, moved_at)
         SELECT 'k', id, 'paid', 'hook', 1, 'exec', 1, 'dead', 1, 1, 1 FROM orders WHERE number = 'INV-1'",
        &[],
    );
    for (table, columns) in FREE_TEXTS {
        for column in columns {
            tamper(
                &shop,
                &format!("UPDATE {table} SET {column} = ?1"),
                &[HOSTILE],
            );
        }
    }
    (shop, code)
}

/// Every command that prints stored texts.
fn lines(code: &str) -> Vec<String> {
    let mut lines: Vec<String> = [
        "order list",
        "product list",
        "product show gala",
        "ticket list",
        "access list",
        "access check --product gala --order INV-1",
        "case list --all",
        "case show 1",
        "refund list --all",
        "fulfil list --all",
        "fulfil --replay 1 --reason x --dry-run",
        "check-all",
        "check-status INV-4",
        "expire --dry-run",
        "approve INV-3 --reason x --dry-run",
        "cleanup --dry-run",
        "pay INV-4 --dry-run",
        "verify",
        "access revoke INV-1 --product gala --reason x --dry-run",
        "product set gala --price 501 --dry-run",
    ]
    .map(str::to_owned)
    .to_vec();
    for number in ["INV-1", "INV-2", "INV-3", "INV-4"] {
        lines.push(format!("order show {number}"));
        lines.push(format!("why {number} --all"));
    }
    lines.push(format!("ticket show {code}"));
    lines.push(format!("ticket redeem {code} --by gate"));
    lines
}

fn run_views(shop: &Shop, code: &str, format: &str, mut check: impl FnMut(&str, &CommandOutput)) {
    for line in lines(code) {
        let line = format!("{line} -o {format}");
        let output = shop.run(&line);
        assert_ne!(output.exit, Exit::Usage, "{line}: {}", output.stderr);
        check(&line, &output);
    }
}

#[test]
fn no_output_controls_a_terminal() {
    let (shop, code) = shop();
    for format in ["table", "json", "jsonl"] {
        let mut printed = 0;
        run_views(&shop, &code, format, |line, output| {
            check_harmless(line, &output.all());
            printed += usize::from(output.stdout.contains("=1+1"));
        });
        assert!(
            printed > 8,
            "the hostile text was printed only {printed} times in {format}"
        );
    }
    run_views(&shop, &code, "csv", |line, output| {
        let cells = output
            .stdout
            .replace("\r\n", "\n")
            .replace(['\t', '\r'], " ");
        check_harmless(line, &cells);
        check_harmless(line, &output.stderr);
    });
}

/// Fails on a formula behind any separator, with or without quotes.
#[track_caller]
fn check_no_formula(line: &str, sheet: &str) {
    for separator in [b',', b';', b'\t'] {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(sheet.as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap() {
                let begin = cell.trim_start_matches([' ', '"']);
                let is_formula =
                    begin.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
                let is_number = begin.parse::<i64>().is_ok();
                assert!(
                    !is_formula || is_number,
                    "{line} has the cell {cell:?} in {sheet}"
                );
            }
        }
    }
}

#[test]
fn no_csv_cell_is_a_formula() {
    let (shop, code) = shop();
    let mut printed = 0;
    run_views(&shop, &code, "csv", |line, output| {
        check_no_formula(line, &output.stdout);
        printed += usize::from(output.stdout.contains("=1+1"));
    });
    assert!(printed > 8, "{printed}");
}

#[test]
fn typed_text_is_repeated_harmless() {
    let shop = Shop::new();
    shop.run("product set gala --price 500").ended(Exit::Clean);
    let harm = HOSTILE.replace('\0', "");
    for words in [
        vec!["order", "show", &harm],
        vec!["order", "list", "--status", &harm],
        vec![&harm],
        vec!["order", "list", &harm],
        vec!["--config", &harm, "order", "list"],
        vec!["--db", &harm, "order", "list"],
        vec!["order", "import", &harm],
        vec!["ticket", "show", &harm],
        vec!["webhook", &harm],
        vec!["access", "check", "--product", "gala", "--session", &harm],
        vec!["access", "check", "--product", "gala", "--user", &harm],
        vec!["cleanup", "--erase", &harm],
        vec!["approve", "INV-1", "--reason", &harm],
        vec!["pay", "INV-1", "--svg", &harm],
    ] {
        for format in ["table", "json"] {
            let words = [words.as_slice(), &["-o", format]].concat();
            let output = exec(&shop, &words);
            assert_ne!(output.exit, Exit::Clean, "{words:?}");
            check_harmless(&format!("{words:?}"), &output.all());
        }
    }
    exec(&shop, &["order", "list", "--he\u{200b}lp"]).ended(Exit::Usage);
    let typed = ["order", "show", "INV-1\nerror: all is well"];
    let output = exec(&shop, &typed).ended(Exit::Usage);
    assert!(
        !output.stderr.contains("\nerror: all is well"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_watch_shows_the_gateways_word_harmless() {
    let (shop, _) = shop();
    let words = [
        "watch",
        "INV-4",
        "--timeout",
        "1s",
        "--interval",
        "1s",
        "-o",
        "jsonl",
    ];
    let output = exec(&shop, &words);
    assert!(
        output.stdout.contains("\"gateway_status\":"),
        "{}",
        output.all()
    );
    check_harmless("watch", &output.all());
}

#[test]
fn a_log_shows_gateway_words_harmless() {
    let (shop, _) = shop();
    let moon = AttemptTruth::new("moon\u{1b}[2J\u{9b}2J\u{202e}\n", Rupiah::from_db(500));
    shop.simulator
        .handle()
        .set(MIDTRANS, "INV-4", moon)
        .unwrap();
    for words in [
        vec!["check-all"],
        vec!["check-all", "--log-format", "json"],
        vec!["pay", "INV-3", "--gateway", "midtrans", "--method", "qris"],
        vec!["expire", "--dry-run"],
    ] {
        let output = exec(&shop, &[words.as_slice(), &["-vv"]].concat());
        assert!(
            output.stderr.contains("answered"),
            "{words:?}: {}",
            output.all()
        );
        check_harmless(&format!("{words:?}"), &output.all());
    }
}

#[test]
fn a_hostile_notification_is_shown_harmless() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 500")
        .ended(Exit::Clean);
    let fields = [
        "order_id",
        "transaction_status",
        "status_code",
        "gross_amount",
        "signature_key",
    ];
    let body: serde_json::Map<String, serde_json::Value> = fields
        .map(|field| (field.to_owned(), HOSTILE.into()))
        .into_iter()
        .collect();
    for gateway in ["midtrans", "pakasir"] {
        for format in ["table", "json", "csv"] {
            let words = ["webhook", gateway, "--header", HOSTILE, "-o", format];
            let output = shop.run_words(&words, &serde_json::Value::from(body.clone()).to_string());
            check_harmless(gateway, &output.all());
            let output = shop.run_words(&["webhook", gateway, "-o", format], HOSTILE);
            check_harmless(gateway, &output.all());
        }
    }
}

/// Checks that the SVG has only closed tags with quoted attributes.
#[track_caller]
fn check_picture(svg: &str) {
    let mut open = 0;
    for tag in svg.trim_end().split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap();
        assert_eq!(text, "", "no text in a picture");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap();
        assert!(["svg", "rect", "path"].contains(&name), "{tag}");
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (true, _) => open -= 1,
            (false, false) => open += 1,
            (false, true) => {}
        }
    }
    assert_eq!(open, 0);
    assert!(!svg.contains('&') && svg.is_ascii(), "{svg}");
}

#[test]
fn a_picture_contains_only_the_picture() {
    for text in [NAME, HOSTILE, EMAIL, "\"/><script>alert(1)</script>"] {
        check_picture(&Qr::new(text).unwrap().svg());
    }
    let (shop, code) = shop();
    shop.run(&format!("ticket show {code} --svg ticket.svg"))
        .ended(Exit::Clean);
    check_picture(&std::fs::read_to_string(shop.folder.path().join("ticket.svg")).unwrap());
    shop.run("order create --number INV-9 --line gala:1 --customer-name <script>")
        .ended(Exit::Clean);
    let pay = "pay INV-9 --gateway midtrans --method qris --svg pay.svg";
    let output = shop.run(pay).ended(Exit::Clean);
    check_harmless(pay, &output.all());
    check_picture(&std::fs::read_to_string(shop.folder.path().join("pay.svg")).unwrap());
}
