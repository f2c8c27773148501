//! Opening payments: recorded first, sent once, and shown as often as requested.

mod concurrent;
mod ended_orders;
mod foreign;
mod in_time;
mod till;

use payctl::exit::Exit;
use payctl::simulator::{Fault, FaultTarget, MIDTRANS};
use serde_json::Value;

use crate::qr_scanner;
use crate::world::{CommandOutput, Shop};
use till::{Charge, QR, Till};

const PAY: &str = "pay INV-1 --gateway midtrans --method qris -o json";

/// Action, payment status and reference as one text.
fn summary(output: &CommandOutput) -> String {
    let json = output.json();
    let word = |field: &str| json[field].as_str().unwrap_or("-").to_owned();
    [word("action"), word("payment_status"), word("reference")].join(" ")
}

#[track_caller]
fn check(next: &[Charge], visits: &[(Exit, &str)], calls: &str, order: &str) {
    let till = Till::start(next.iter().copied());
    let shop = till.shop();
    for (exit, wanted) in visits {
        let visit = shop.run(PAY).ended(*exit);
        assert_eq!(summary(&visit), *wanted);
        shop.pass(std::time::Duration::from_secs(1));
    }
    assert_eq!(till.calls(), calls);
    assert_eq!(shop.order("INV-1")["status"], order);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_second_visit_shows_the_first_payment() {
    let visits = [
        (Exit::Clean, "opened pending INV-1"),
        (Exit::Clean, "alive pending INV-1"),
    ];
    check(&[], &visits, "INV-1", "pending");
}

#[test]
fn an_unanswered_but_paid_opening_is_found() {
    let visits = [(Exit::Clean, "paid paid INV-1")];
    check(&[Charge::LostAndPaid], &visits, "INV-1", "fulfilled");
}

#[test]
fn a_paid_payment_is_not_shown_for_paying() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000")
        .ended(Exit::Clean);
    let first = shop.run(PAY).ended(Exit::Clean).json();
    assert!(first["qr_text"].is_string(), "{first}");
    let world = shop.simulator.handle();
    world.pay(MIDTRANS, "INV-1").unwrap();
    shop.pass(std::time::Duration::from_secs(10));
    let visit = shop.run(PAY).ended(Exit::Clean);
    assert_eq!(summary(&visit), "paid paid INV-1");
    for way in ["qr_text", "number", "page_url"] {
        assert_eq!(visit.json()[way], Value::Null, "{way}");
    }
}

#[test]
fn a_payment_without_known_instructions_says_so() {
    let visits = [
        (Exit::Attention, "unknown pending INV-1"),
        (Exit::Attention, "unknown pending INV-1"),
    ];
    check(&[Charge::Lost], &visits, "INV-1", "pending");
}

#[test]
fn an_unknown_payment_is_sent_again_unchanged() {
    let till = Till::start([Charge::Nothing]);
    let shop = till.shop();
    let visit = shop.run(PAY).ended(Exit::Clean);
    assert_eq!(summary(&visit), "opened pending INV-1");
    assert_eq!(till.calls(), "INV-1 INV-1");
    let keys = till.keys();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn the_next_visit_continues_an_unanswered_opening() {
    let till = Till::start([Charge::Nothing, Charge::Nothing]);
    let shop = till.shop();
    let visit = shop.run(PAY).ended(Exit::Partial);
    assert_eq!(summary(&visit), "unsettled created INV-1");
    let visit = shop.run(PAY).ended(Exit::Clean);
    assert_eq!(summary(&visit), "opened pending INV-1");
    let keys = till.keys();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(shop.order("INV-1")["payments"].as_array().unwrap().len(), 1);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_refusal_is_quoted_and_needs_another_reference() {
    let till = Till::start([Charge::Refused]);
    let shop = till.shop();
    let visit = shop.run(PAY).ended(Exit::Failed);
    assert!(visit.stderr.contains("no access to this payment type"));
    assert_eq!(shop.order("INV-1")["payments"][0]["status"], "failed");
    let visit = shop.run(PAY).ended(Exit::Clean);
    assert_eq!(summary(&visit), "opened pending INV-1-2");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_refused_key_is_a_configuration_error() {
    for code in [401, 410] {
        let shop = Shop::new();
        shop.run("order create --number INV-1 --total 25000")
            .ended(Exit::Clean);
        let all = FaultTarget::all(MIDTRANS);
        let refused = Fault::Status {
            code,
            retry_after: None,
        };
        shop.simulator
            .handle()
            .fault(all.clone(), refused.clone())
            .unwrap();
        // The first call is refused, then the query with which the next visit begins.
        for _ in 0..2 {
            let visit = shop.run(PAY).ended(Exit::Config);
            let refused = format!("answered {code}");
            assert!(visit.stderr.contains(&refused), "{}", visit.stderr);
            assert!(
                visit.stderr.contains("check the gateway's key"),
                "{}",
                visit.stderr
            );
            shop.pass(std::time::Duration::from_secs(1));
        }
        assert_eq!(shop.order("INV-1")["payments"][0]["status"], "created");
        shop.simulator.handle().clear(&all);
        let visit = shop.run(PAY).ended(Exit::Clean);
        assert_eq!(summary(&visit), "opened pending INV-1");
        shop.pass(std::time::Duration::from_secs(1));

        shop.simulator.handle().fault(all, refused).unwrap();
        let visit = shop.run(&format!("{PAY} --new")).ended(Exit::Config);
        assert!(visit.stderr.contains("rejects the key"), "{}", visit.stderr);
        assert_eq!(shop.order("INV-1")["payments"][0]["status"], "pending");
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn without_a_key_an_opening_waits() {
    let till = Till::start([Charge::Nothing, Charge::Nothing]);
    let mut shop = till.shop();
    shop.run(PAY).ended(Exit::Partial);
    let keys = std::mem::take(&mut shop.environment);
    let visit = shop.run(PAY).ended(Exit::Config);
    assert!(visit.stderr.contains("MIDTRANS_KEY"), "{}", visit.stderr);
    shop.environment = keys;
    let visit = shop.run(PAY).ended(Exit::Clean);
    assert_eq!(summary(&visit), "opened pending INV-1");
}

#[test]
fn without_a_key_the_open_payment_is_shown() {
    let till = Till::start([]);
    let mut shop = till.shop();
    shop.run(PAY).ended(Exit::Clean);
    shop.environment.clear();
    let visit = shop.run("pay INV-1 -o json").ended(Exit::Config);
    assert_eq!(summary(&visit), "alive pending INV-1");
    assert!(visit.stdout.contains("MIDTRANS_KEY"), "{}", visit.stdout);
    assert_eq!(visit.json()["qr_text"], QR);
}

#[test]
fn a_used_reference_moves_to_the_next() {
    let visits = [(Exit::Attention, "opened pending INV-1-2")];
    check(&[Charge::Taken], &visits, "INV-1 INV-1-2", "pending");
}

#[test]
fn a_new_payment_closes_the_old_one_first() {
    for method in ["qris", "snap"] {
        let till = Till::start([]);
        let shop = till.shop();
        let pay = format!("pay INV-1 --gateway midtrans --method {method} -o json");
        shop.run(&pay).ended(Exit::Clean);
        shop.pass(std::time::Duration::from_secs(1));
        let visit = shop.run(&format!("{pay} --new")).ended(Exit::Clean);
        assert_eq!(visit.json()["reference"], "INV-1-2", "{method}");
        let order = shop.order("INV-1");
        let statuses: Vec<&Value> = order["payments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|payment| &payment["status"])
            .collect();
        let closed = if method == "qris" {
            "expired"
        } else {
            "cancelled"
        };
        assert_eq!(statuses[0], closed, "{method}");
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn a_dry_run_queries_and_writes_nothing() {
    let till = Till::start([]);
    let shop = till.shop();
    let before = std::fs::read(shop.database()).unwrap();
    let visit = shop.run(&format!("{PAY} --dry-run")).ended(Exit::Clean);
    assert_eq!(summary(&visit), "would_open - -");
    assert_eq!(till.calls(), "");
    assert_eq!(std::fs::read(shop.database()).unwrap(), before);
}

#[test]
fn an_unpayable_order_is_refused_with_a_hint() {
    let till = Till::start([]);
    let shop = till.shop();
    let several = shop.run("pay INV-1").ended(Exit::Usage);
    assert!(
        several.stderr.contains("midtrans, pakasir"),
        "{}",
        several.stderr
    );
    let method = shop
        .run("pay INV-1 --gateway midtrans --method gold")
        .ended(Exit::Usage);
    assert!(method.stderr.contains("snap"), "{}", method.stderr);
    shop.at("05:00");
    let late = shop.run(PAY).ended(Exit::Failed);
    assert!(
        late.stderr.contains("order extend INV-1"),
        "{}",
        late.stderr
    );
    shop.run("approve INV-1 --by rina --reason cash --yes")
        .ended(Exit::Clean);
    let paid = shop.run(PAY).ended(Exit::Failed);
    assert!(
        paid.stderr.contains("only a pending one"),
        "{}",
        paid.stderr
    );
    assert_eq!(till.calls(), "");
}

#[test]
fn the_configuration_names_gateway_and_method() {
    let till = Till::start([]);
    let shop = till.shop();
    let usual = |lines: &str| {
        let text = std::fs::read_to_string(shop.folder.path().join("payctl.toml")).unwrap();
        let (text, _) = text.split_once("[pay]").unwrap_or((&text, ""));
        shop.configure(&format!("{text}[pay]\n{lines}"));
    };
    usual("gateway = 'midtrans'\nmethod = 'gold'");
    let gold = shop.run("pay INV-1").ended(Exit::Config);
    assert!(gold.stderr.contains("no method gold"), "{}", gold.stderr);
    shop.run("pay INV-1 --gateway pakasir --dry-run")
        .ended(Exit::Clean);
    usual("gateway = 'manual'");
    let by_hand = shop.run("pay INV-1 -o json").ended(Exit::Clean).json();
    assert_eq!(by_hand["gateway"], "manual");
    usual("gateway = 'midtrans'\nmethod = 'qris'");
    let opened = shop.run("pay INV-1 -o json").ended(Exit::Clean).json();
    assert_eq!(opened["gateway"], "midtrans");
    assert_eq!(opened["method"], "qris");
}

#[test]
fn every_format_shows_how_to_pay() {
    let till = Till::start([]);
    let shop = till.shop();
    let pay = "pay INV-1 --gateway midtrans --method qris";
    let json = shop.run(PAY).ended(Exit::Clean).json();
    assert_eq!(json["qr_text"], QR);
    assert_eq!(json["payable"], 25_000);
    let table = shop.run(&format!("{pay} --qr")).ended(Exit::Clean).stdout;
    assert!(table.contains("25,000") && table.contains('▀'), "{table}");
    let csv = shop.run(&format!("{pay} -o csv")).ended(Exit::Clean).stdout;
    assert!(csv.contains("reference,INV-1"), "{csv}");
}

#[test]
fn a_scanner_reads_the_code_from_every_picture() {
    let till = Till::start([]);
    let shop = till.shop();
    let pay = "pay INV-1 --gateway midtrans --method qris";
    let folder = shop.folder.path();
    shop.run(&format!("{pay} --svg code.svg"))
        .ended(Exit::Clean);
    shop.run(&format!("{pay} --png code.png"))
        .ended(Exit::Clean);
    let table = shop.run(&format!("{pay} --qr")).ended(Exit::Clean).stdout;
    std::fs::write(folder.join("terminal.png"), qr_scanner::photograph(&table)).unwrap();
    let drawn = std::fs::read_to_string(folder.join("code.svg")).unwrap();
    std::fs::write(folder.join("drawn.png"), qr_scanner::print(&drawn)).unwrap();
    for picture in ["terminal.png", "code.png", "drawn.png"] {
        qr_scanner::check(&folder.join(picture), QR);
    }
}
