mod sink;

use std::sync::Arc;

use tempfile::TempDir;

use self::sink::Sink;
use super::super::DeliveryRequest;
use super::super::testing::{HOSTILE, errand, ticket, wait};
use super::*;
use crate::clock::MachineClock;

const PATIENCE: Duration = Duration::from_secs(20);

struct MailRoom {
    folder: TempDir,
    sink: Sink,
}

impl MailRoom {
    /// With a server that answers `RCPT TO` and the end of the data with these replies.
    fn new(recipient: &'static str, data: &'static str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            sink: Sink::start(recipient, data),
        }
    }

    fn letter(&self, template: &str, text: &str) -> MailTemplate {
        let path = self.folder.path().join(template);
        std::fs::write(&path, text).unwrap();
        let mailer = Mailer::new(MailerSettings {
            host: "127.0.0.1".to_owned(),
            port: self.sink.port,
            way: TlsMode::Plain,
            login: None,
            from: "Toko <toko@example.com>".to_owned(),
        });
        MailTemplate {
            to: "{{ customer.email }}".to_owned(),
            subject: None,
            template: path,
            draw_ticket: None,
            mailer: Arc::new(mailer.unwrap()),
            clock: Arc::new(MachineClock),
            zone: Zone::Machine,
        }
    }

    fn send(&self, letter: &MailTemplate, errand: &DeliveryRequest) -> AttemptResult {
        wait(send(letter, errand, PATIENCE))
    }
}

const TEXT: &str = "Subject: Order {{ order.number }}\n\nDear {{ customer.name }},\nthank you.\n";

#[test]
fn a_mail_is_rendered_and_sent() {
    let room = MailRoom::new("250 ok", "250 taken");
    let letter = room.letter("paid.txt", TEXT);
    assert_eq!(
        room.send(&letter, &errand("Rina")),
        AttemptResult::Done(None)
    );
    let mail = room.sink.mails().remove(0);
    assert_eq!(mail.recipients, ["rina@example.com"]);
    for line in [
        "From: Toko <toko@example.com>",
        "To: rina@example.com",
        "Subject: Order INV-1",
        "Content-Type: text/plain; charset=utf-8",
        "Dear Rina,",
        "thank you.",
    ] {
        assert!(
            mail.lines().any(|sent| sent == line),
            "{line}\n{}",
            mail.text
        );
    }
}

#[test]
fn a_repeated_mail_has_the_same_id() {
    let room = MailRoom::new("250 ok", "250 taken");
    let letter = room.letter("paid.txt", TEXT);
    let mut other = errand("Rina");
    other.order = Some("INV-2".parse().unwrap());
    for errand in [&errand("Rina"), &errand("Rina"), &other] {
        assert_eq!(room.send(&letter, errand), AttemptResult::Done(None));
    }
    let ids: Vec<String> = room
        .sink
        .mails()
        .iter()
        .map(|mail| mail.header("Message-ID"))
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2], "another shop's, or another order's");
    assert!(ids[0].starts_with("<e7-paid-vpn-1."), "{}", ids[0]);
    assert!(ids[0].ends_with("@example.com>"), "{}", ids[0]);
}

#[test]
fn a_mail_carries_its_tickets() {
    let room = MailRoom::new("250 ok", "250 taken");
    let letter = room.letter("paid.html", "<p>Dear {{ customer.name }}");
    let letter = MailTemplate {
        subject: Some("Tickets".to_owned()),
        ..letter
    };
    let mut errand = errand("<b>Rina</b>");
    errand.attachments.push(ticket());
    assert_eq!(room.send(&letter, &errand), AttemptResult::Done(None));
    let mail = room.sink.mails().remove(0);
    assert!(mail.header("Content-Type").starts_with("multipart/mixed"));
    assert!(mail.text.contains("Content-Type: text/html; charset=utf-8"));
    assert!(
        mail.text.contains("<p>Dear &lt;b&gt;Rina&lt;&#x2f;b&gt;"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("attachment; filename=\"ticket-1.svg\""));
    assert!(mail.text.contains("Content-Type: image/svg+xml"));
    assert!(mail.text.contains("<svg/>"), "{}", mail.text);
}

#[test]
fn a_mail_to_an_international_domain_is_sent() {
    let room = MailRoom::new("250 ok", "250 taken");
    let mut letter = room.letter("paid.txt", TEXT);
    for (to, reaches) in [
        ("rina@bücher.example", "rina@xn--bcher-kva.example"),
        ("Rina <rina@BÜCHER.example>", "rina@xn--bcher-kva.example"),
        ("rina@example.com", "rina@example.com"),
    ] {
        letter.to = to.to_owned();
        assert_eq!(
            room.send(&letter, &errand("Rina")),
            AttemptResult::Done(None),
            "{to}"
        );
        assert_eq!(room.sink.mails().pop().unwrap().recipients, [reaches]);
    }
    letter.to = "rina@-ü.example".to_owned();
    let nobody = room.send(&letter, &errand("Rina"));
    assert!(matches!(nobody, AttemptResult::Never(_)), "{nobody:?}");
}

#[test]
fn hostile_orders_add_no_header_or_recipient() {
    for hostile in HOSTILE {
        let room = MailRoom::new("250 ok", "250 taken");
        let text = "Subject: {{ customer.name }}\n\n{{ customer.name }}\n.\nQUIT\n";
        let letter = room.letter("paid.txt", text);
        assert_eq!(
            room.send(&letter, &errand(hostile)),
            AttemptResult::Done(None),
            "{hostile:?}"
        );
        let mails = room.sink.mails();
        assert_eq!(mails.len(), 1, "{hostile:?}");
        assert_eq!(mails[0].recipients, ["rina@example.com"]);
        let (head, _) = mails[0].text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .lines()
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').unwrap().0)
            .collect();
        let known = [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
        ];
        assert!(names.iter().all(|name| known.contains(name)), "{head}");
        assert_eq!(names.len(), known.len(), "{head}");
        assert!(!head.contains(['\0', '\u{1b}']), "{head}");
    }
}

#[test]
fn an_invalid_address_gets_no_mail() {
    for email in [
        "",
        "rina",
        "a@example.com, thief@example.com",
        "a@example.com\r\nBcc: thief@example.com",
        "a@example.com> SIZE=1\r\nRCPT TO:<thief@example.com",
    ] {
        let room = MailRoom::new("250 ok", "250 taken");
        let mut errand = errand("Rina");
        errand.payload["customer"]["email"] = email.into();
        let delivery = room.send(&room.letter("paid.txt", TEXT), &errand);
        let why = "the order has no email address".to_owned();
        assert_eq!(delivery, AttemptResult::Never(why), "{email:?}");
        assert!(room.sink.mails().is_empty());
    }
    let room = MailRoom::new("250 ok", "250 taken");
    let mut errand = errand("Rina");
    errand.payload["customer"]["email"] = Value::Null;
    let delivery = room.send(&room.letter("paid.txt", TEXT), &errand);
    assert!(matches!(delivery, AttemptResult::Never(_)), "{delivery:?}");
}

#[test]
fn the_servers_answer_decides_the_outcome() {
    let check = |recipient, data, expected: fn(String) -> AttemptResult, says: &str| {
        let room = MailRoom::new(recipient, data);
        let delivery = room.send(&room.letter("paid.txt", TEXT), &errand("Rina"));
        let Some(why) = delivery.trouble() else {
            panic!("{delivery:?}");
        };
        assert_eq!(delivery, expected(why.to_owned()));
        assert!(why.contains(says), "{why}");
        assert!(!why.contains("rina@example.com"), "{why}");
    };
    check(
        "450 <rina@example.com> is busy",
        "",
        AttemptResult::Again,
        "is busy",
    );
    check(
        "550 no such user rina@example.com",
        "",
        AttemptResult::Never,
        "no such user",
    );
    check("250 ok", "451 later", AttemptResult::Again, "later");
    check("250 ok", "554 spam", AttemptResult::Never, "spam");
    check(
        "250 ok",
        "closed",
        AttemptResult::Unknown,
        "the mail server",
    );
    check(
        "535 the password is wrong",
        "",
        AttemptResult::Again,
        "password",
    );
}

#[test]
fn silence_may_have_sent_the_mail() {
    let room = MailRoom::new("250 ok", "hang");
    let letter = room.letter("paid.txt", TEXT);
    let late = wait(send(&letter, &errand("Rina"), Duration::from_millis(300)));
    let why = "the mail server did not answer in time".to_owned();
    assert_eq!(late, AttemptResult::Unknown(why));

    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let mailer = Mailer::new(MailerSettings {
        host: "127.0.0.1".to_owned(),
        port,
        way: TlsMode::Plain,
        login: None,
        from: "toko@example.com".to_owned(),
    });
    let letter = MailTemplate {
        mailer: Arc::new(mailer.unwrap()),
        ..letter
    };
    let AttemptResult::Again(why) = room.send(&letter, &errand("Rina")) else {
        panic!("not again");
    };
    assert!(why.starts_with("the mail server: "), "{why}");
}

#[test]
fn a_server_without_tls_gets_no_mail() {
    let room = MailRoom::new("250 ok", "250 taken");
    let letter = room.letter("paid.txt", TEXT);
    let mailer = Mailer::new(MailerSettings {
        host: "127.0.0.1".to_owned(),
        port: room.sink.port,
        way: TlsMode::Starttls,
        login: Some(("toko".to_owned(), "sesame".to_owned().into())),
        from: "toko@example.com".to_owned(),
    });
    let letter = MailTemplate {
        mailer: Arc::new(mailer.unwrap()),
        ..letter
    };
    let delivery = room.send(&letter, &errand("Rina"));
    assert!(matches!(delivery, AttemptResult::Again(_)), "{delivery:?}");
    assert!(room.sink.mails().is_empty());
    assert!(!room.sink.received().contains("AUTH"));
}

#[test]
fn a_mail_waits_until_its_template_is_fixed() {
    let room = MailRoom::new("250 ok", "250 taken");
    for (text, says) in [
        (
            "Dear all",
            "the first line of the template must be Subject: …",
        ),
        (
            "Subject: a\n\n{{ nobody }}",
            "paid.txt, line 3: nobody is not known of this order",
        ),
        ("Subject: a\n\n{{", "paid.txt, line 3: syntax error"),
    ] {
        let delivery = room.send(&room.letter("paid.txt", text), &errand("Rina"));
        let AttemptResult::Again(why) = delivery else {
            panic!("{text}");
        };
        assert!(why.contains(says), "{why}");
    }
    let mut letter = room.letter("paid.txt", TEXT);
    letter.template = room.folder.path().join("gone.txt");
    let delivery = room.send(&letter, &errand("Rina"));
    assert!(matches!(delivery, AttemptResult::Again(_)), "{delivery:?}");
}
