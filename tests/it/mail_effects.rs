//! Mail effects as the shop's mail server receives them.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payctl::exit::Exit;
use serde_json::Value;

use crate::qr_scanner;
use crate::sink::{Mail, Sink};
use crate::world::{Shop, config};

const TEXT: &str = "Subject: Your order {{ order.number }}\n\n\
                    Dear {{ customer.name }}, {{ attached }} tickets are here.\n\
                    {% if has_unattached %}More:{% for ticket in order.tickets %} {{ ticket.unit }}{% endfor %}\n{% endif %}";

/// A shop that mails its paying customers through this server.
fn shop(sink: &Sink, tickets: &str) -> Shop {
    let shop = Shop::new();
    fs::write(shop.folder.path().join("paid.txt"), TEXT).unwrap();
    let url = shop.simulator.url();
    let port = sink.port;
    shop.configure(&format!(
        "{}\n[[effects]]\non = \"paid\"\n\
         mail = {{ to = \"{{{{ customer.email }}}}\", template = \"paid.txt\", tickets = \"{tickets}\" }}\n\
         [smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {port}\nfrom = \"Toko <toko@example.com>\"\n",
        config(&url, &url)
    ));
    shop.run("product set seat --price 25000 --tickets")
        .ended(Exit::Clean);
    shop
}

/// Rina pays for this many seats.
fn paid(shop: &Shop, units: usize) {
    let create = format!(
        "order create --number INV-1 --line seat:{units} --customer-name Rina --customer-email rina@example.com"
    );
    shop.run(&create).ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Clean);
}

/// The attachments of a mail: name, type and bytes.
fn attachments(mail: &Mail) -> Vec<(String, String, Vec<u8>)> {
    let (_, boundary) = mail.text.split_once("boundary=\"").unwrap();
    let between = format!("--{}", boundary.split_once('"').unwrap().0);
    let files = mail.text.split(&between).filter_map(|part| {
        let (head, body) = part.split_once("\r\n\r\n")?;
        let head = &head.replace("\r\n ", " ");
        let (_, name) = head.split_once("filename=\"")?;
        let (_, media) = head.split_once("Content-Type: ").unwrap();
        Some((
            name.split_once('"').unwrap().0.to_owned(),
            media.lines().next().unwrap().to_owned(),
            decoded(head, body),
        ))
    });
    files.collect()
}

fn decoded(head: &str, body: &str) -> Vec<u8> {
    if head.contains("Content-Transfer-Encoding: base64") {
        let letters: String = body.split_whitespace().collect();
        return STANDARD.decode(letters).unwrap();
    }
    assert!(
        head.contains("Content-Transfer-Encoding: quoted-printable"),
        "{head}"
    );
    let whole = body.trim_end().replace("=\r\n", "");
    let mut parts = whole.split('=');
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let letter = u8::from_str_radix(&part[..2], 16).unwrap();
        text.push(char::from(letter));
        text.push_str(&part[2..]);
    }
    text.into_bytes()
}

fn codes(shop: &Shop) -> Vec<String> {
    let tickets = shop.order("INV-1")["tickets"].clone();
    let code = |ticket: &Value| ticket["ticket"].as_str().unwrap().to_owned();
    tickets.as_array().unwrap().iter().map(code).collect()
}

#[test]
fn each_mailed_ticket_picture_can_be_scanned() {
    for (tickets, media) in [("png", "image/png"), ("svg", "image/svg+xml")] {
        let sink = Sink::start("250 ok", "250 taken");
        let shop = shop(&sink, tickets);
        paid(&shop, 2);
        let mails = sink.mails();
        assert_eq!(mails.len(), 1, "{}", sink.received());
        assert_eq!(mails[0].recipients, ["rina@example.com"]);
        assert_eq!(mails[0].header("Subject"), "Your order INV-1");
        assert!(mails[0].text.contains("Dear Rina, 2 tickets are here."));
        let files = attachments(&mails[0]);
        assert_eq!(files.len(), 2);
        for (at, code) in codes(&shop).iter().enumerate() {
            let (name, kind, content) = &files[at];
            assert_eq!(*name, format!("ticket-{}.{tickets}", at + 1));
            assert_eq!(kind, media);
            let drawn = match tickets {
                "svg" => qr_scanner::print(std::str::from_utf8(content).unwrap()),
                _ => content.clone(),
            };
            let file = shop.folder.path().join("seen.png");
            fs::write(&file, drawn).unwrap();
            qr_scanner::check(&file, code);
        }
        shop.run("fulfil").ended(Exit::Clean);
        shop.run("fulfil").ended(Exit::Clean);
        assert_eq!(sink.mails().len(), 1, "the mail is sent once");
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn a_mail_attaches_fifty_tickets() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = shop(&sink, "png");
    paid(&shop, 51);
    let mail = sink.mails().remove(0);
    assert_eq!(attachments(&mail).len(), 50);
    assert!(mail.text.contains("Dear Rina, 50 tickets are here."));
    assert!(mail.text.contains(" 50 51"), "{}", mail.text);
}

#[test]
fn a_mail_without_recipient_asks_a_person() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = shop(&sink, "png");
    shop.run("order create --number INV-1 --line seat:1 --customer-name Rina")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Attention);
    let cases = shop.order("INV-1")["cases"].clone();
    assert_eq!(cases[0]["kind"], "not_fulfilled", "{cases}");
    let output = shop.run("fulfil list").ended(Exit::Clean);
    let why = "the order has no email address";
    assert!(output.stdout.contains(why), "{}", output.stdout);
    assert_eq!(sink.received(), "", "the mail server is not called");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn the_servers_answer_decides_about_a_retry() {
    for (recipient, data, exit, status) in [
        ("450 busy", "250 taken", Exit::Partial, "waiting"),
        ("250 ok", "451 later", Exit::Partial, "waiting"),
        ("550 unknown", "250 taken", Exit::Attention, "dead"),
        ("250 ok", "554 spam", Exit::Attention, "dead"),
    ] {
        let sink = Sink::start(recipient, data);
        let shop = shop(&sink, "svg");
        let create = "order create --number INV-1 --line seat:1 --customer-name Rina --customer-email rina@example.com";
        shop.run(create).ended(Exit::Clean);
        let output = shop.run("approve INV-1 --yes --reason cash").ended(exit);
        assert!(
            !output.all().contains("rina@example.com"),
            "{}",
            output.all()
        );
        let rows = shop.run("fulfil list --all -o json").json()["rows"].clone();
        assert_eq!(rows[0]["status"], status, "{rows}");
        shop.run("fulfil").ended(Exit::Clean);
        assert_eq!(sink.received().matches("MAIL FROM").count(), 1);
    }
}

#[test]
fn a_revoked_ticket_is_not_mailed() {
    let sink = Sink::start("250 ok", "450 later");
    let shop = shop(&sink, "png");
    let create = "order create --number INV-1 --line seat:2 --customer-name Rina --customer-email rina@example.com";
    shop.run(create).ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Partial);
    let codes = codes(&shop);
    shop.run(&format!("ticket redeem {} --by gate", codes[0]))
        .ended(Exit::Clean);
    let later = Sink::start("250 ok", "250 taken");
    let text = fs::read_to_string(shop.folder.path().join("payctl.toml")).unwrap();
    let (old, new) = (sink.port.to_string(), later.port.to_string());
    shop.configure(&text.replace(&format!("port = {old}"), &format!("port = {new}")));
    shop.pass(std::time::Duration::from_secs(61));
    shop.run("fulfil").ended(Exit::Clean);
    let files = attachments(&later.mails()[0]);
    let names: Vec<&str> = files.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["ticket-2.png"]);
    assert_eq!(
        later.mails()[0].header("Message-ID").split('.').next(),
        Some("<e1-paid-paid-mail-1")
    );
}

#[test]
fn a_mail_goes_when_its_address_comes() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = shop(&sink, "png");
    shop.run("order create --number INV-1 --line seat:1 --customer-name Rina")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Attention);
    assert_eq!(shop.order("INV-1")["cases"][0]["kind"], "not_fulfilled");
    let edit = "order edit INV-1 --email rina@example.com --by budi";
    let before = crate::books::books(&shop.database());
    let foreseen = shop
        .run(&format!("{edit} --dry-run -o json"))
        .ended(Exit::Clean);
    assert_eq!(
        crate::books::difference(&before, &crate::books::books(&shop.database())),
        ""
    );
    let done = shop
        .run(&format!("{edit} -o json"))
        .ended(Exit::Clean)
        .json();
    for told in [&foreseen.json(), &done] {
        assert_eq!(told["changed"], serde_json::json!(["email"]));
        assert_eq!(told["effects_queued"], serde_json::json!([1]));
    }
    shop.run("fulfil").ended(Exit::Clean);
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].text.contains("To: rina@example.com"),
        "{}",
        mails[0].text
    );
    assert!(
        shop.run("case list").stdout.contains("0 cases"),
        "the case is settled"
    );
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");

    let again = shop
        .run(&format!("{edit} -o json"))
        .ended(Exit::Clean)
        .json();
    assert_eq!(again["changed"], serde_json::json!([]));
    let why = shop.run("why INV-1").stdout;
    assert!(
        why.contains("operator:budi") && why.contains("corrected of the customer: email"),
        "{why}"
    );
    assert!(!why.contains("rina@"), "{why}");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_correction_stays_with_its_order() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = shop(&sink, "png");
    for number in ["INV-1", "INV-2"] {
        shop.run(&format!(
            "order create --number {number} --line seat:1 --customer-email old@example.com --customer-phone 0812"
        ))
        .ended(Exit::Clean);
    }
    shop.run_words(
        &[
            "order",
            "edit",
            "INV-1",
            "--email",
            "new@example.com",
            "--phone",
            "",
        ],
        "",
    )
    .ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["customer"]["email"], "new@example.com");
    assert_eq!(shop.order("INV-1")["customer"]["phone"], Value::Null);
    assert_eq!(shop.order("INV-2")["customer"]["email"], "old@example.com");
    shop.run("order edit INV-2 --email new@example.com --phone 0813")
        .ended(Exit::Clean);
    // Nobody else has the old address, so it is gone.
    assert_eq!(
        shop.count("SELECT count(*) FROM customers WHERE email = 'old@example.com'"),
        0
    );
    for (line, exit) in [
        ("order edit INV-1", Exit::Usage),
        ("order edit INV-1 --email nobody", Exit::Usage),
        ("order edit INV-9 --email a@b", Exit::Failed),
    ] {
        shop.run(line).ended(exit);
    }
}
