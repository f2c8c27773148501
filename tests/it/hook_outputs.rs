//! What hooks say when they are done, and whom it reaches.

use std::fs;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};
use serde_json::{Value, json};

use crate::effects::hooked;
use crate::schemas;
use crate::sink::Sink;
use crate::world::{Shop, config};

fn printing(script: &str) -> Shop {
    hooked(Shop::new(), &format!("cat > /dev/null\n{script}\n"), "")
}

fn paid(shop: &Shop) {
    shop.run("order create --number INV-1 --total 25000")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash");
}

fn output(shop: &Shop) -> Value {
    let order = shop.order("INV-1");
    assert_eq!(schemas::fits("order-show", &order), None);
    order["effects"][0]["output"].clone()
}

/// Nothing that was said stands in the audit log, in the list of effects, or in what commands print besides.
fn check_kept_quiet(shop: &Shop, said: &str) {
    let quoting =
        format!("SELECT count(*) FROM events WHERE why LIKE '%{said}%' OR params LIKE '%{said}%'");
    assert_eq!(shop.count(&quoting), 0);
    for line in [
        "why INV-1",
        "why INV-1 -o json",
        "fulfil list --all -o json",
    ] {
        let told = shop.run(line).ended(Exit::Clean).all();
        assert!(!told.contains(said), "{told}");
    }
}

#[test]
fn an_account_reaches_its_buyer() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = Shop::new();
    let text = "Subject: {{ order.number }}\n\nuser {{ effects.vpn_account.output.user }}, password {{ effects.vpn_account.output.password }}\n";
    fs::write(shop.folder.path().join("paid.txt"), text).unwrap();
    let account = r#"{"user": "rina", "password": "s3cret", "days": 30}"#;
    fs::write(
        shop.folder.path().join("hook.sh"),
        format!("cat > \"$PAYCTL_OCCASION\"\necho '{account}'\n"),
    )
    .unwrap();
    let (url, port) = (shop.simulator.url(), sink.port);
    let exec = crate::effects::exec_line("hook.sh");
    // The mail stands first, and waits for the account all the same.
    shop.configure(&format!(
        "{}\n[[effects]]\non = \"paid\"\nmail = {{ to = \"{{{{ customer.email }}}}\", template = \"paid.txt\" }}\n\
         [[effects]]\non = \"paid\"\nname = \"vpn-account\"\n{exec}\
         [[effects]]\non = \"revoked\"\nname = \"vpn-end\"\n{exec}\
         [smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {port}\nfrom = \"Toko <toko@example.com>\"\n",
        config(&url, &url)
    ));
    shop.run("order create --number INV-1 --total 25000 --customer-email rina@example.com")
        .ended(Exit::Clean);
    let approved = shop.run("approve INV-1 --yes --reason cash");
    let approved = approved.ended(Exit::Clean).all();
    assert!(!approved.contains("s3cret"), "{approved}");
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0].text;
    assert!(mail.contains("user rina, password s3cret"), "{mail}");
    let order = shop.order("INV-1");
    assert_eq!(order["status"], "fulfilled");
    assert_eq!(order["effects"][0]["output"], Value::Null);
    let account: Value = serde_json::from_str(account).unwrap();
    assert_eq!(order["effects"][1]["output"], account);
    let shown = shop.run("order show INV-1").ended(Exit::Clean).stdout;
    assert!(shown.contains("s3cret"), "{shown}");
    check_kept_quiet(&shop, "s3cret");

    // Whatever ends the account knows which one it is.
    shop.run("order cancel INV-1 --reason test --yes")
        .ended(Exit::Attention);
    shop.run("fulfil").ended(Exit::Clean);
    let document = fs::read(shop.folder.path().join("revoked")).unwrap();
    let document: Value = serde_json::from_slice(&document).unwrap();
    assert_eq!(schemas::fits("effect", &document), None);
    assert_eq!(document["effects"]["vpn-account"]["output"], account);
    shop.run("verify").ended(Exit::Clean);
}

/// A shop whose hook prints just this.
fn saying(said: &[u8]) -> Shop {
    let shop = printing("cat said");
    fs::write(shop.folder.path().join("said"), said).unwrap();
    shop
}

#[test]
fn any_output_of_a_hook_is_harmless() {
    let much = "x".repeat(5000);
    let long = format!("{{\"a\": \"{much}\"}}\n");
    let said: [(&[u8], Value); 9] = [
        (b"", Value::Null),
        (b"\n", Value::Null),
        (
            b"{\"link\": \"https://a.example\"}\n",
            json!({"link": "https://a.example"}),
        ),
        (b"[1, 2]\n", json!("[1, 2]")),
        (b"a\nb\r\n", json!("a\nb")),
        (b"\xff\x1b[2Jred\0", json!("\u{fffd}[2Jred")),
        (b"{\"a\": \"\\u001b[2Jx\"}", json!({"a": "[2Jx"})),
        (much.as_bytes(), json!("x".repeat(4096))),
        (
            long.as_bytes(),
            json!(format!("{{\"a\": \"{}", "x".repeat(4089))),
        ),
    ];
    for (said, kept) in said {
        let shop = saying(said);
        paid(&shop);
        assert_eq!(output(&shop), kept, "{said:?}");
        let shown = shop.run("order show INV-1").ended(Exit::Clean).stdout;
        let is_control = |letter: char| letter.is_control() && letter != '\n';
        assert!(!shown.contains(is_control), "{shown:?}");
        assert!(!shown.contains(&"x".repeat(201)), "{shown}");
    }
}

#[test]
fn a_cut_output_says_so_everywhere() {
    let (whole, cut) = (r#"{"a": 1}"#, "(cut after 4 KiB)");
    for (blanks, is_cut) in [(4000, false), (5000, true)] {
        let shop = saying(format!("{whole}{}", " ".repeat(blanks)).as_bytes());
        shop.run("order create --number INV-1 --total 25000 --method qris --gateway midtrans")
            .ended(Exit::Clean);
        let settled = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
        let world = shop.simulator.handle();
        world.set(MIDTRANS, "INV-1", settled).unwrap();
        let done = shop.run("watch INV-1 -o json").ended(Exit::Clean).json();
        assert_eq!(schemas::fits("watch", &done), None);
        // What was cut is no object, even if its beginning looks like one.
        let kept = if is_cut {
            json!(whole)
        } else {
            json!({"a": 1})
        };
        let said = json!({"vpn": {"output": kept, "output_cut": is_cut}});
        assert_eq!(done["effects"], said);
        assert_eq!(output(&shop), kept);
        assert_eq!(shop.order("INV-1")["effects"][0]["output_cut"], is_cut);
        for line in ["order show INV-1", "watch INV-1"] {
            let shown = shop.run(line).ended(Exit::Clean).stdout;
            assert_eq!(shown.contains(cut), is_cut, "{shown}");
        }
        // Later effects of the order are told, too.
        let test = shop.run("effect test vpn --order INV-1 -o json");
        let body = test.ended(Exit::Clean).json()["body"].clone();
        let document: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
        assert_eq!(document["effects"], said);
        assert_eq!(schemas::fits("effect", &document), None);
        let customer = shop.order("INV-1")["customer"]["id"].clone();
        shop.run(&format!("cleanup --erase {customer} --yes"))
            .ended(Exit::Clean);
        assert_eq!(shop.order("INV-1")["effects"][0]["output_cut"], false);
    }
}

#[test]
fn the_last_success_counts() {
    let shop = printing(
        "test -f tried && { echo '{\"s3cret\": 2}'; exit 0; }\necho > tried; echo '{\"s3cret\": 1}'; exit 1",
    );
    paid(&shop);
    assert_eq!(output(&shop), Value::Null, "it has failed");
    let failed = shop.run("fulfil list -o json").ended(Exit::Clean).json();
    assert_eq!(failed["rows"][0]["reason"], "exited with 1");
    shop.run("fulfil --replay 1 --reason again")
        .ended(Exit::Clean);
    assert_eq!(output(&shop), json!({"s3cret": 2}));
    check_kept_quiet(&shop, "s3cret");
}

#[test]
fn a_watch_tells_what_hooks_said() {
    for format in ["json", "jsonl"] {
        let shop = printing("echo '{\"password\": \"s3cret\"}'");
        shop.run("order create --number INV-1 --total 25000 --method qris --gateway midtrans")
            .ended(Exit::Clean);
        let settled = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
        let world = shop.simulator.handle();
        world.set(MIDTRANS, "INV-1", settled).unwrap();
        let told = shop
            .run(&format!("watch INV-1 -o {format}"))
            .ended(Exit::Clean);
        let last = told.stdout.lines().last().unwrap();
        let done: Value = serde_json::from_str(last).unwrap();
        let said = json!({"vpn": {"output": {"password": "s3cret"}, "output_cut": false}});
        assert_eq!(done["effects"], said);
        assert!(!told.stderr.contains("s3cret"), "{}", told.stderr);
        let shown = shop.run("watch INV-1").ended(Exit::Clean).stdout;
        assert!(shown.contains("s3cret"), "{shown}");
    }
}

#[test]
fn outputs_go_with_their_customer() {
    let shop = printing("echo 'password of Rina'");
    paid(&shop);
    assert_eq!(output(&shop), "password of Rina");
    let customer = shop.order("INV-1")["customer"]["id"].clone();
    shop.run(&format!("cleanup --erase {customer} --yes"))
        .ended(Exit::Clean);
    assert_eq!(output(&shop), Value::Null);
    let file = fs::read(shop.database()).unwrap();
    assert!(!file.windows(4).any(|bytes| bytes == b"Rina"));
}
