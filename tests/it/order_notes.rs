//! What a shop notes with an order, as commands, hooks and mails see it.

use std::fs;

use payctl::exit::Exit;
use serde_json::{Value, json};

use crate::books::{books, difference};
use crate::schemas;
use crate::sink::Sink;
use crate::world::{Shop, config};

fn ordered(more: &[&str]) -> Shop {
    let shop = Shop::new();
    let create = ["order", "create", "--number", "INV-1", "--total", "25000"];
    shop.run_words(&[&create, more].concat(), "")
        .ended(Exit::Clean);
    shop
}

fn edit(shop: &Shop, words: &[&str]) -> Value {
    let edit = ["order", "edit", "INV-1", "-o", "json", "--by", "budi"];
    let told = shop.run_words(&[&edit, words].concat(), "");
    told.ended(Exit::Clean).json()
}

#[test]
fn an_order_carries_the_shops_values() {
    let shop = ordered(&["--meta", "vpn_user=dewi", "--meta", "empty="]);
    assert_eq!(shop.order("INV-1")["meta"], json!({"vpn_user": "dewi"}));
    // Typed again, it is the same order; with another value it is not.
    let again = "order create --number INV-1 --total 25000 --meta vpn_user=dewi";
    shop.run(again).ended(Exit::Clean);
    shop.run(&format!("{again}2")).ended(Exit::Failed);

    let changes = [
        "--meta",
        "vpn_user=",
        "--meta",
        "server=sg1",
        "--note",
        "calls\nback",
    ];
    let before = books(&shop.database());
    let foreseen = edit(&shop, &[&changes[..], &["--dry-run"]].concat());
    assert_eq!(difference(&before, &books(&shop.database())), "");
    let done = edit(&shop, &changes);
    for told in [&foreseen, &done] {
        let changed = json!(["note", "meta.vpn_user", "meta.server"]);
        assert_eq!(told["changed"], changed);
        assert_eq!(schemas::fits("order-edit", told), None);
    }
    assert_eq!(edit(&shop, &changes)["changed"], json!([]));
    let order = shop.order("INV-1");
    assert_eq!(schemas::fits("order-show", &order), None);
    assert_eq!(order["meta"], json!({"server": "sg1"}));
    assert_eq!(order["note"], "calls\nback");
    let shown = shop.run("order show INV-1").ended(Exit::Clean).stdout;
    assert!(
        shown.contains("calls back") && shown.contains("sg1"),
        "{shown}"
    );
    let why = shop.run("why INV-1").ended(Exit::Clean).stdout;
    let noted = "changed of the order: note, meta.vpn_user, meta.server";
    assert!(
        why.contains("operator:budi") && why.contains(noted),
        "{why}"
    );
    for personal in ["calls", "sg1", "dewi"] {
        assert!(!why.contains(personal), "{why}");
        let events = format!(
            "SELECT count(*) FROM events WHERE why || coalesce(params, '') LIKE '%{personal}%'"
        );
        assert_eq!(shop.count(&events), 0);
    }
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn unfit_notes_are_refused_with_advice() {
    let shop = ordered(&[]);
    let long = format!("k={}", "x".repeat(1025));
    let long_note = "x".repeat(4097);
    for (words, told) in [
        (
            &["--meta", "vpn_user"][..],
            "write it as --meta vpn_user=rina",
        ),
        (&["--meta", "vpn user=rina"], "letters, digits, - _ ."),
        (&["--meta", "a=1", "--meta", "a=2"], "give each key once"),
        (&["--meta", &long], "longer than 1 KiB"),
        (&["--meta", "k=\u{1b}[2J"], "control character"),
        (&["--note", &long_note], "longer than 4 KiB"),
        (&["--note", "a\u{7}"], "control character"),
    ] {
        let line = [&["order", "edit", "INV-1"], words].concat();
        let refused = shop.run_words(&line, "").ended(Exit::Usage);
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
        assert!(!refused.stderr.contains("xxx"), "{}", refused.stderr);
    }
    let full: Vec<String> = (0..32).map(|nth| format!("--meta=k{nth}=x")).collect();
    let full: Vec<&str> = full.iter().map(String::as_str).collect();
    edit(&shop, &full);
    let refused = shop
        .run("order edit INV-1 --meta more=x")
        .ended(Exit::Usage);
    let next = "payctl order edit INV-1 --meta KEY=";
    assert!(refused.stderr.contains(next), "{}", refused.stderr);
    assert_eq!(shop.order("INV-1")["meta"].as_object().unwrap().len(), 32);
}

#[test]
fn a_new_order_brings_its_note() {
    let shop = ordered(&["--note", " pays on\r\nFriday "]);
    assert_eq!(shop.order("INV-1")["note"], "pays on\nFriday");
    let again = [
        "order", "create", "--number", "INV-1", "--total", "25000", "--note",
    ];
    for (note, exit) in [
        ("pays on\nFriday", Exit::Clean),
        ("pays on Monday", Exit::Failed),
        (&"x".repeat(4097), Exit::Usage),
    ] {
        shop.run_words(&[&again[..], &[note]].concat(), "")
            .ended(exit);
    }
    // What the shop notes later does not make it another order.
    edit(&shop, &["--note", "paid"]);
    shop.run_words(&[&again[..], &["pays on\nFriday"]].concat(), "")
        .ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["note"], "paid");
    let foreseen = "order create --number INV-2 --total 25000 --note x --dry-run";
    shop.run(foreseen).ended(Exit::Clean);
    shop.run("order show INV-2").ended(Exit::Failed);

    let long = "x".repeat(4097);
    let jsonl = [
        r#"{"number":"J-1","total":25000,"note":"two\nlines"}"#.to_owned(),
        r#"{"number":"J-2","total":25000,"note":" "}"#.to_owned(),
        format!(r#"{{"number":"J-3","total":25000,"note":"{long}"}}"#),
        r#"{"number":"J-4","total":25000,"note":7}"#.to_owned(),
    ];
    let sheet =
        "number,total,sku,quantity,Note\nC-1,,a,1,gift\nC-1,,b,1,\nC-2,,a,1,gift\nC-2,,b,1,other\n";
    for sku in ["a", "b"] {
        shop.run(&format!("product set {sku} --price 25000"))
            .ended(Exit::Clean);
    }
    for (name, text, told) in [
        (
            "orders.jsonl",
            jsonl.join("\n"),
            &["note: the note is longer than 4 KiB", "note must be a text"][..],
        ),
        (
            "orders.csv",
            sheet.to_owned(),
            &["note differs from line 4"],
        ),
    ] {
        fs::write(shop.folder.path().join(name), text).unwrap();
        for _ in 0..2 {
            let refused = shop.run(&format!("order import {name}"));
            let refused = refused.ended(Exit::Partial).stderr;
            assert!(told.iter().all(|why| refused.contains(why)), "{refused}");
        }
    }
    let note = |number: &str| shop.order(number)["note"].clone();
    assert_eq!(note("J-1"), "two\nlines");
    assert_eq!((note("J-2"), note("C-1")), (Value::Null, json!("gift")));
    // It goes with the customer, whom nobody has named.
    let customer = shop.order("J-1")["customer"]["id"].clone();
    shop.run("order cancel J-1 --reason test")
        .ended(Exit::Clean);
    shop.run(&format!("cleanup --erase {customer} --yes"))
        .ended(Exit::Clean);
    assert_eq!(note("J-1"), Value::Null);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_mail_goes_once_meta_names_somebody() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = Shop::new();
    fs::write(
        shop.folder.path().join("paid.txt"),
        "Subject: paid\n\nthanks\n",
    )
    .unwrap();
    let (url, port) = (shop.simulator.url(), sink.port);
    let mail = |name: &str, to: &str| {
        format!(
            "[[effects]]\non = \"paid\"\nname = \"{name}\"\nmail = {{ to = \"{to}\", template = \"paid.txt\" }}\n"
        )
    };
    shop.configure(&format!(
        "{}\n{}{}[smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {port}\nfrom = \"toko@example.com\"\n",
        config(&url, &url),
        mail("parent", "{{ order.meta.parent_mail }}"),
        mail("buyer", "{{ customer.email }}"),
    ));
    shop.run("order create --number INV-1 --total 25000 --meta parent-mail=soon")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Attention);
    let refused = shop
        .run("effect test parent --order INV-1")
        .ended(Exit::Failed);
    let next = "payctl order edit INV-1 --meta parent_mail=ADDRESS";
    assert!(refused.stderr.contains(next), "{}", refused.stderr);
    // Neither mail has an address yet.
    for words in [["--name", "Rina"], ["--meta", "server=sg1"]] {
        assert_eq!(edit(&shop, &words)["effects_queued"], json!([]));
    }
    let address = ["--meta", "parent-mail=ibu@example.com"];
    let foreseen = edit(&shop, &[&address[..], &["--dry-run"]].concat());
    let done = edit(&shop, &address);
    for told in [&foreseen, &done] {
        assert_eq!(told["effects_queued"], json!([1]), "only the parent's mail");
    }
    assert_eq!(edit(&shop, &address)["effects_queued"], json!([]));
    shop.run("fulfil").ended(Exit::Clean);
    let queued = edit(&shop, &["--email", "rina@example.com"])["effects_queued"].clone();
    assert_eq!(queued, json!([2]));
    shop.run("fulfil").ended(Exit::Clean);
    let to: Vec<String> = (sink.mails().iter())
        .map(|mail| mail.header("To").to_owned())
        .collect();
    assert_eq!(to, ["ibu@example.com", "rina@example.com"]);
    assert_eq!(shop.order("INV-1")["cases"], json!([]));
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn imports_bring_the_shops_values() {
    let shop = Shop::new();
    let jsonl = [
        r#"{"number":"J-1","total":25000,"meta":{"user":"rina","chat":88123,"amount":"150.00","new":true,"gone":null,"none":""}}"#,
        r#"{"number":"J-2","total":25000,"meta":{"user":["rina"]}}"#,
        r#"{"number":"J-3","total":25000,"meta":{"vpn user":"rina"}}"#,
        r#"{"number":"J-4","total":25000,"meta":"rina"}"#,
    ];
    let sheet = [
        "Number;Total;Meta.vpnUser;meta.chat",
        "C-1;25000;rina;",
        "C-2;25000;;88123",
        "C-1;25000;other;",
    ];
    let one_order_twice = [
        "number,total,sku,quantity,meta.user",
        "C-3,50000,a,1,rina",
        "C-3,,b,1,sari",
        "C-4,50000,a,1,rina",
        "C-4,,b,1,rina",
    ];
    for sku in ["a", "b"] {
        shop.run(&format!("product set {sku} --price 25000"))
            .ended(Exit::Clean);
    }
    for (name, text, told) in [
        (
            "orders.jsonl",
            &jsonl[..],
            "meta.user must be a text, a number, true or false",
        ),
        ("orders.csv", &sheet, "C-1"),
        (
            "twice.csv",
            &one_order_twice,
            "meta.user differs from line 2",
        ),
    ] {
        fs::write(shop.folder.path().join(name), text.join("\n")).unwrap();
        let line = format!("order import {name}");
        let first = shop.run(&line).ended(Exit::Partial).stderr;
        assert!(first.contains(told), "{first}");
        let again = shop.run(&line).ended(Exit::Partial).stdout;
        assert!(!again.contains("Imported:   1"), "{again}");
    }
    let meta = |number: &str| shop.order(number)["meta"].clone();
    let told = json!({"user": "rina", "chat": "88123", "amount": "150.00", "new": "true"});
    assert_eq!(meta("J-1"), told);
    assert_eq!(meta("C-2"), json!({"chat": "88123"}));
    assert_eq!(meta("C-4"), json!({"user": "rina"}));
    for refused in ["J-2", "J-3", "J-4", "C-1", "C-3"] {
        shop.run(&format!("order show {refused}"))
            .ended(Exit::Failed);
    }
    let header = "number,total,meta.vpn user\nC-9,1,x\n";
    fs::write(shop.folder.path().join("bad.csv"), header).unwrap();
    let refused = shop.run("order import bad.csv").ended(Exit::Failed).stderr;
    assert!(refused.contains("letters, digits, - _ ."), "{refused}");
}

#[test]
fn programs_and_mails_are_told_the_notes() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = Shop::new();
    let text = "Subject: {{ order.number }}\n\n{{ order.meta.vpn_user }} on {{ order.meta[\"the-server\"] }}: {{ order.note }}\n";
    fs::write(shop.folder.path().join("paid.txt"), text).unwrap();
    fs::write(shop.folder.path().join("hook.sh"), "cat > document\n").unwrap();
    let (url, port) = (shop.simulator.url(), sink.port);
    let exec = crate::effects::exec_line("hook.sh");
    shop.configure(&format!(
        "{}\n[[effects]]\non = \"paid\"\n{exec}\
         [[effects]]\non = \"paid\"\nmail = {{ to = \"{{{{ customer.email }}}}\", template = \"paid.txt\" }}\n\
         [smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {port}\nfrom = \"Toko <toko@example.com>\"\n",
        config(&url, &url)
    ));
    shop.run("order create --number INV-1 --total 25000 --customer-email rina@example.com --meta vpn_user=rina --meta the-server=sg1")
        .ended(Exit::Clean);
    edit(&shop, &["--note", "by phone"]);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Clean);
    let document = fs::read(shop.folder.path().join("document")).unwrap();
    let document: Value = serde_json::from_slice(&document).unwrap();
    assert_eq!(schemas::fits("effect", &document), None);
    let meta = json!({"vpn_user": "rina", "the-server": "sg1"});
    assert_eq!(document["order"]["meta"], meta);
    assert_eq!(document["order"]["note"], "by phone");
    let mails = sink.mails();
    let mail = &mails[0].text;
    assert!(mail.contains("rina on sg1: by phone"), "{mail}");
}

#[test]
fn notes_go_with_their_customer() {
    let shop = ordered(&["--meta", "vpn_user=Rina-88"]);
    // Nobody is named, and there is somebody to erase all the same.
    let customer = shop.order("INV-1")["customer"]["id"].clone();
    assert!(customer.is_i64(), "{customer}");
    edit(&shop, &["--name", "Rina", "--note", "Rina calls"]);
    let customer = shop.order("INV-1")["customer"]["id"].clone();
    let exported = shop.run(&format!("customer export {customer}"));
    let exported = exported.ended(Exit::Clean).json();
    assert_eq!(
        exported["orders"][0]["meta"],
        json!({"vpn_user": "Rina-88"})
    );
    shop.run("order cancel INV-1 --reason test")
        .ended(Exit::Clean);
    let erase = format!("cleanup --erase {customer} --yes");
    shop.run(&erase).ended(Exit::Clean);
    let order = shop.order("INV-1");
    assert_eq!((&order["note"], &order["meta"]), (&Value::Null, &json!({})));
    let file = fs::read(shop.database()).unwrap();
    assert!(!file.windows(4).any(|bytes| bytes == b"Rina"));
    // What is noted afterwards can be erased, too.
    edit(&shop, &["--note", "again"]);
    shop.run(&erase).ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["note"], Value::Null);
    shop.run(&erase).ended(Exit::Failed);
}
