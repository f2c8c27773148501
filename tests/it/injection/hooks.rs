//! Output to programs, partners and people: exactly the stored data and nothing else.

use std::fs;
use std::sync::{Arc, Mutex};

use payctl::exit::Exit;
use serde_json::Value;

use super::{EMAIL, NAME, check_harmless, order, tamper};
use crate::server::Server;
use crate::sink::{Mail, Sink};
use crate::world::{Shop, config};

/// A text that no entry accepts; the test writes it into the database.
const MANY_LINES: &str =
    "Rina\r\nBcc: thief@example.com\r\n\r\n.\r\nMAIL FROM:<thief@example.com>\0\u{1b}[2J\u{9b}31m";

/// A shop in real time with one effect on payment.
fn shop(effect: &str) -> Shop {
    let mut shop = Shop::in_real_time();
    let url = shop.simulator.url();
    let settings = config(&url, &url).replace("200ms", "20s");
    shop.configure(&format!(
        "{settings}\n[[effects]]\non = \"paid\"\nname = \"told\"\n{effect}"
    ));
    shop.environment
        .push(("HOOK_SECRET".to_owned(), "hook-do-not-show-this".to_owned()));
    let product = [
        "product",
        "set",
        "gala",
        "--name",
        NAME,
        "--price",
        "500",
        "--tickets",
    ];
    shop.run_words(&product, "").ended(Exit::Clean);
    shop
}

/// Pays the order; the same process executes its effect.
fn pay(shop: &Shop, number: &str, exit: Exit) {
    let line = format!("approve {number} --yes --reason cash");
    let output = shop.exec(&line).ended(exit);
    check_harmless(&line, &output.all());
}

/// Creates an order, then makes its customer's name and address and the product's name hostile.
fn order_with_hostile_texts(shop: &Shop, number: &str, name: &str, email: &str) {
    order(shop, number);
    let sql = "UPDATE customers SET name = ?1, email = ?2
                WHERE id = (SELECT customer_id FROM orders WHERE number = ?3)";
    tamper(shop, sql, &[name, email, number]);
    tamper(shop, "UPDATE products SET name = ?1", &[name]);
    shop.exec("migrate --search-words").ended(Exit::Clean);
}

#[track_caller]
fn check_document(document: &str, number: &str, name: &str, email: &str) {
    let document: Value = serde_json::from_str(document).unwrap();
    assert_eq!(document["order"]["number"], number);
    for customer in [&document["customer"], &document["order"]["customer"]] {
        assert_eq!(customer["name"], name);
        assert_eq!(customer["email"], email);
        assert_eq!(customer["phone"], "+62 812; '1");
    }
    let tickets = document["order"]["tickets"].as_array().unwrap();
    assert_eq!(tickets.len(), 2);
    assert!(tickets.iter().all(|ticket| ticket["product_name"] == name));
}

#[test]
fn a_program_gets_exact_data_and_arguments() {
    const ARGUMENT: &str = "30 days; $(touch owned) `touch owned` '";
    let shop = shop(&format!(
        "exec = [\"/bin/sh\", \"hook.sh\", \"--plan\", \"{ARGUMENT}\"]\n"
    ));
    let script =
        "cat > \"$PAYCTL_ORDER.json\"; env > environment; printf '%s|' \"$#\" \"$@\" > arguments\n";
    fs::write(shop.folder.path().join("hook.sh"), script).unwrap();
    let read = |file: &str| fs::read_to_string(shop.folder.path().join(file)).unwrap();

    order(&shop, "INV-1");
    pay(&shop, "INV-1", Exit::Clean);
    check_document(&read("INV-1.json"), "INV-1", NAME, EMAIL);
    order_with_hostile_texts(&shop, "INV-2", MANY_LINES, MANY_LINES);
    pay(&shop, "INV-2", Exit::Clean);
    check_document(&read("INV-2.json"), "INV-2", MANY_LINES, MANY_LINES);

    assert_eq!(read("arguments"), format!("2|--plan|{ARGUMENT}|"));
    let environment = read("environment");
    for line in environment.lines() {
        let (name, value) = line.split_once('=').unwrap();
        let is_of_the_shell = ["PWD", "OLDPWD", "SHLVL", "_"].contains(&name);
        let is_ours = match name {
            "PAYCTL_EFFECT_KEY" => value == "e2-paid-told-1",
            "PAYCTL_OCCASION" => value == "paid",
            "PAYCTL_HOOK" => value == "told",
            "PAYCTL_ORDER" => value == "INV-2",
            _ => ["PATH", "HOME", "LANG", "LC_ALL", "TZ"].contains(&name),
        };
        assert!(is_of_the_shell || is_ours, "{line}");
    }
    assert!(!shop.folder.path().join("owned").exists());
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn a_programs_output_is_shown_harmless() {
    let shop = shop("exec = [\"/bin/sh\", \"hook.sh\"]\n");
    let script = "printf '\\342\\200\\256evil \\033[2J\\302\\2332J\\nINV-2  paid\\n' >&2; exit 1\n";
    fs::write(shop.folder.path().join("hook.sh"), script).unwrap();
    order(&shop, "INV-1");
    pay(&shop, "INV-1", Exit::Partial);
    let reason = shop.order("INV-1")["effects"][0]["reason"].clone();
    assert_eq!(reason, "exited with 1: \u{202e}evil [2J 2J INV-2 paid");
    for line in ["fulfil list", "order show INV-1", "why INV-1", "fulfil"] {
        let output = shop.run(line);
        check_harmless(line, &output.all());
    }
}

#[test]
fn a_partner_gets_exactly_the_document() {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&bodies);
    let partner = Server::of_bodies(move |_, body| {
        kept.lock().unwrap().push(body.to_owned());
        (200, String::new())
    });
    let shop = shop(&format!(
        "http = {{ url = \"{}/paid\", secret = \"env:HOOK_SECRET\" }}\n",
        partner.url()
    ));
    order(&shop, "INV-1");
    pay(&shop, "INV-1", Exit::Clean);
    order_with_hostile_texts(&shop, "INV-2", MANY_LINES, MANY_LINES);
    pay(&shop, "INV-2", Exit::Clean);

    let bodies = bodies.lock().unwrap().clone();
    assert_eq!(bodies.len(), 2);
    check_document(&bodies[0], "INV-1", NAME, EMAIL);
    check_document(&bodies[1], "INV-2", MANY_LINES, MANY_LINES);
    for head in partner.heads() {
        let mut names: Vec<String> = head
            .lines()
            .skip(1)
            .filter_map(|line| Some(line.split_once(':')?.0.to_ascii_lowercase()))
            .collect();
        names.sort();
        names.dedup();
        let ours = [
            "accept",
            "content-length",
            "content-type",
            "host",
            "idempotency-key",
            "payctl-signature",
            "user-agent",
        ];
        assert!(
            names.iter().all(|name| ours.contains(&name.as_str())),
            "{head}"
        );
        assert!(head.starts_with("POST /paid HTTP/1.1\r\n"), "{head}");
        check_harmless("a head", &head.replace("\r\n", "\n"));
    }
}

/// A shop with a mail effect, and its mail server.
fn shop_with_mail() -> (Shop, Sink) {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = shop(&format!(
        "mail = {{ to = \"{{{{ customer.email }}}}\", template = \"paid.txt\" }}\n\
         [smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {}\nfrom = \"Toko <toko@example.com>\"\n",
        sink.port
    ));
    let template = "Subject: {{ order.number }}: {{ customer.name }}\n\nHalo {{ customer.name }},\n{{ customer.phone }}\n";
    fs::write(shop.folder.path().join("paid.txt"), template).unwrap();
    (shop, sink)
}

/// The decoded text of a mail.
fn body(mail: &Mail) -> String {
    assert_eq!(mail.header("Content-Transfer-Encoding"), "quoted-printable");
    let (_, body) = mail.text.split_once("\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    let joined = body.replace("=\r\n", "");
    let mut rest = joined.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if *first == b'=' {
            let digits = std::str::from_utf8(&more[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &more[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_mail_has_one_recipient_and_exact_text() {
    let (shop, sink) = shop_with_mail();
    order(&shop, "INV-1");
    pay(&shop, "INV-1", Exit::Clean);
    order_with_hostile_texts(&shop, "INV-2", MANY_LINES, EMAIL);
    pay(&shop, "INV-2", Exit::Clean);

    let mails = sink.mails();
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        assert_eq!(mail.recipients, [EMAIL]);
        let (head, _) = mail.text.split_once("\r\n\r\n").unwrap();
        let begins: Vec<&str> = head
            .lines()
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').unwrap().0)
            .collect();
        let mut ours = [
            "Message-ID",
            "To",
            "From",
            "Subject",
            "Date",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
        ];
        let mut begins = begins;
        begins.sort_unstable();
        ours.sort_unstable();
        assert_eq!(begins, ours, "{head}");
        check_harmless("a head", &head.replace("\r\n", "\n"));
    }
    for (mail, name) in mails.iter().zip([NAME, MANY_LINES]) {
        let text = format!("Halo {name},\r\n+62 812; '1");
        assert_eq!(body(mail).trim_end(), text);
    }
    assert_eq!(sink.received().matches("RCPT TO:").count(), 2);
    assert_eq!(
        sink.received()
            .matches("MAIL FROM:<toko@example.com>")
            .count(),
        2
    );
}

#[test]
fn a_multiline_address_gets_no_mail() {
    let (shop, sink) = shop_with_mail();
    for (number, email) in [
        ("INV-1", MANY_LINES),
        ("INV-2", "a@example.com\r\nRCPT TO:<thief@example.com>"),
        ("INV-3", "a@example.com, thief@example.com"),
    ] {
        order_with_hostile_texts(&shop, number, "Rina", email);
        pay(&shop, number, Exit::Attention);
        let shown = shop.order(number);
        assert_eq!(shown["effects"][0]["status"], "dead");
        let why = "the order has no email address";
        assert_eq!(shown["effects"][0]["reason"], why);
    }
    assert!(sink.mails().is_empty());
    assert!(!sink.received().contains("thief"), "{}", sink.received());
}
