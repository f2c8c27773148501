//! `report` says of some days what the audit log says, on a terminal, for programs, as a page and as a mail.

mod browser;
mod events;
mod fold;
mod history;

use std::fs;

use payctl::exit::Exit;
use serde_json::{Value, json};

use self::history::random_shop;
use crate::file_modes::{mode, set_mode};
use crate::sink::Sink;
use crate::world::{Shop, config};

/// The figures that the events give again.
const FOLDED: [&str; 11] = [
    "money",
    "orders",
    "gateways",
    "products",
    "other_products",
    "drift",
    "waits",
    "slots",
    "late",
    "refunds",
    "cases",
];

const PERIODS: [(&str, &str); 3] = [
    ("2026-03-02", "2026-03-02"),
    ("2026-03-03", "2026-03-03"),
    ("2026-03-01", "2026-03-03"),
];

#[test]
fn every_figure_folds_from_the_events() {
    let mut seen = Vec::new();
    for seed in 1..=3 {
        let shop = random_shop(seed);
        for (from, to) in PERIODS {
            let line = format!("report --from {from} --to {to} -o json");
            let report = shop.run(&line).ended(Exit::Clean).json();
            let folded = fold::fold(&shop, from, to);
            for figure in FOLDED {
                let told = format!("{figure} of seed {seed}, {from} to {to}");
                assert_eq!(report[figure], folded[figure], "{told}");
                seen.push((figure, report[figure].clone()));
            }
        }
    }
    // The histories have something of everything.
    for (figure, path) in [
        ("money", "/gone_back"),
        ("gateways", "/1/told_first"),
        ("gateways", "/2/never_told"),
        ("gateways", "/0/by_person"),
        ("products", "/1/units"),
        ("drift", "/1/payments"),
        ("waits", "/worst_ms"),
        ("late", "/orders"),
        ("refunds", "/1/amount"),
        ("cases", "/0/opened"),
    ] {
        let is_some = |value: &Value| value.pointer(path).and_then(Value::as_u64) > Some(0);
        let found = seen
            .iter()
            .any(|(name, value)| *name == figure && is_some(value));
        assert!(found, "{figure}{path} is never more than nothing");
    }
}

#[test]
fn yesterday_in_the_shops_zone_is_the_default() {
    let shop = random_shop(1);
    let report = shop.run("report -o json").ended(Exit::Clean).json();
    let period = json!({
        "from": "2026-03-03", "to": "2026-03-03", "days": 1, "zone": "UTC",
        "since": "2026-03-03T00:00:00Z", "until": "2026-03-04T00:00:00Z",
    });
    assert_eq!(report["period"], period);
    let settings = shop.file("payctl.toml").unwrap();
    shop.configure(&settings.replace("\"UTC\"", "\"Asia/Jakarta\""));
    let report = shop.run("report --day 2026-03-02 -o json").json();
    assert_eq!(report["period"]["since"], "2026-03-01T17:00:00Z");
    assert_eq!(report["slots"][0]["slot"], "2026-03-02 00");
    for (line, words) in [
        ("report --day 2026-03-05", "has not begun yet"),
        ("report --day tomorrow", "this is not a day"),
        ("report --from 2026-03-02 --to 2026-03-01", "is before"),
        ("report --from 2020-01-01", "at most 366 days"),
        ("report --to 2026-03-01", "--from"),
    ] {
        let output = shop.run(line).ended(Exit::Usage);
        assert!(output.stderr.contains(words), "{line}: {}", output.all());
    }
}

#[test]
fn a_page_replaces_only_a_report() {
    let shop = random_shop(1);
    shop.run("report --html report.html --quiet")
        .ended(Exit::Clean);
    let first = shop.file("report.html").unwrap();
    assert!(first.starts_with("<!doctype html>\n<!-- payctl report -->\n"));
    let path = shop.folder.path().join("report.html");
    if let Some(mode) = mode(&path) {
        assert_eq!(mode, 0o600);
        set_mode(&path, 0o644);
    }
    let given = mode(&path);
    shop.run("report --html report.html --day 2026-03-02 --quiet")
        .ended(Exit::Clean);
    assert_ne!(shop.file("report.html").unwrap(), first);
    assert_eq!(mode(&path), given, "it keeps the rights that it was given");
    for name in ["payctl.toml", "shop.db"] {
        let before = fs::read(shop.folder.path().join(name)).unwrap();
        let output = shop
            .run(&format!("report --html {name}"))
            .ended(Exit::Failed);
        assert!(output.stderr.contains("is no report"), "{}", output.all());
        assert_eq!(fs::read(shop.folder.path().join(name)).unwrap(), before);
    }
    shop.run("report --html no/such/folder.html")
        .ended(Exit::Failed);
    let printed = shop.run("report --html -").ended(Exit::Clean).stdout;
    assert!(printed.ends_with("</html>\n") && printed.starts_with("<!doctype html>"));
    shop.run("report --html - -o json").ended(Exit::Usage);
}

/// How the runs of the job ended.
fn runs(shop: &Shop) -> Vec<i64> {
    let file = rusqlite::Connection::open(shop.database()).unwrap();
    let mut exits = file
        .prepare("SELECT exit FROM runs WHERE job = 'report' ORDER BY id")
        .unwrap();
    let exits = exits.query_map([], |row| row.get(0)).unwrap();
    exits.map(Result::unwrap).collect()
}

#[test]
fn only_a_report_that_stays_is_recorded() {
    let shop = random_shop(1);
    shop.run("report").ended(Exit::Clean);
    assert_eq!(runs(&shop), [0_i64; 0]);
    shop.run("report --html report.html").ended(Exit::Clean);
    shop.run("report --html no/such/folder.html")
        .ended(Exit::Failed);
    assert_eq!(runs(&shop), [0, 1]);
}

fn mailing(sink: &Sink) -> Shop {
    let shop = random_shop(1);
    let url = shop.simulator.url();
    let port = sink.port;
    shop.configure(&format!(
        "{}\n[smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {port}\nfrom = \"Toko <toko@example.com>\"\n\
         [report]\nto = \"Rina <rina@example.com>\"\n",
        config(&url, &url)
    ));
    shop
}

#[test]
fn the_report_comes_by_mail() {
    let sink = Sink::start("250 ok", "250 ok");
    let shop = mailing(&sink);
    let output = shop.run("report --mail --quiet").ended(Exit::Clean);
    assert_eq!(output.all(), "");
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.recipients, ["rina@example.com"]);
    let subject = mail.header("Subject");
    assert!(subject.starts_with("payctl 2026-03-03: "), "{subject}");
    for part in [
        "Content-Type: multipart/alternative",
        "Content-Type: text/plain",
        "Content-Type: text/html",
        "Sold products",
        "Content-Security-Policy",
    ] {
        assert!(mail.text.contains(part), "{part}: {}", mail.text);
    }
    assert_eq!(runs(&shop), [0]);
}

#[test]
fn a_report_that_is_not_mailed_fails() {
    let shop = random_shop(1);
    let output = shop.run("report --mail").ended(Exit::Config);
    assert!(
        output.stderr.contains("[report], with to ="),
        "{}",
        output.all()
    );
    let settings = shop.file("payctl.toml").unwrap();
    shop.configure(&format!(
        "{settings}\n[report]\nto = \"rina@example.com\"\n"
    ));
    let output = shop.run("report --mail").ended(Exit::Config);
    assert!(output.stderr.contains("has no [smtp]"), "{}", output.all());
    assert_eq!(runs(&shop), [0_i64; 0]);
    let sink = Sink::start("250 ok", "554 no");
    let shop = mailing(&sink);
    let output = shop.run("report --mail").ended(Exit::Failed);
    assert!(
        output.stderr.contains("was not mailed: "),
        "{}",
        output.all()
    );
    assert_eq!(runs(&shop), [1]);
}

#[test]
fn a_hostile_name_is_only_text() {
    let shop = random_shop(1);
    let name = history::HOSTILE_NAME;
    let page = shop.run("report --html - --from 2026-03-01").stdout;
    assert!(page.contains("&lt;script&gt;"), "{page}");
    for part in [
        "<script",
        "<img",
        "onerror=\"",
        "\u{202e}",
        "http://",
        "https://",
    ] {
        assert!(!page.contains(part), "{part}");
    }
    let text = shop.run("report --from 2026-03-01").stdout;
    // The first line is a sentence.
    let widest = text.lines().skip(1).map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{text}");
    let json = shop.run("report --from 2026-03-01 -o json").json();
    let products = json["products"].as_array().unwrap();
    assert!(products.iter().any(|sold| sold["name"] == name));
}
