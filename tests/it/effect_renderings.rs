//! `effect test`: an operator sees what an effect would hand over, and nobody else does.

use std::fs;

use payctl::exit::Exit;
use serde_json::Value;

use crate::books::fingerprint;
use crate::sink::Sink;
use crate::world::{CommandOutput, Shop, config};

const SECRET: &str = "partner-do-not-show-this";

/// A shop with one hook of each kind; nobody listens at the address of the partner.
fn shop(sink: &Sink) -> Shop {
    let shop = Shop::new();
    let url = shop.simulator.url();
    let port = sink.port;
    shop.configure(&format!(
        "{}
[[effects]]
on = \"paid\"
name = \"receipt\"
mail = {{ to = \"{{{{ customer.email }}}}\", template = \"paid.txt\", tickets = \"png\" }}
[[effects]]
on = \"paid\"
name = \"partner\"
products = [\"vpn\"]
http = {{ url = \"http://127.0.0.1:9/hook?token=path-secret\", secret = \"file:partner.key\" }}
[[effects]]
on = \"refund_due\"
name = \"tell\"
exec = [\"hooks/tell\", \"by mail\"]
[smtp]
host = \"127.0.0.1\"
tls = \"none\"
port = {port}
from = \"Toko <toko@example.com>\"
",
        config(&url, &url)
    ));
    fs::write(shop.folder.path().join("partner.key"), SECRET).unwrap();
    template(
        &shop,
        "Subject: Tiket {{ order.number }}\n\nHalo {{ customer.name }},\n{{ order.total|indonesian }}\n",
    );
    shop.run("product set seat --price 25000 --tickets")
        .ended(Exit::Clean);
    shop.run(
        "order create --number INV-1 --line seat:1 --customer-name Rina --customer-email rina@example.com",
    )
    .ended(Exit::Clean);
    shop
}

fn template(shop: &Shop, text: &str) {
    fs::write(shop.folder.path().join("paid.txt"), text).unwrap();
}

fn test(shop: &Shop, hook: &str) -> Value {
    let line = format!("effect test {hook} --order INV-1 -o json");
    shop.run(&line).ended(Exit::Clean).json()
}

#[track_caller]
fn shows(output: &CommandOutput, lines: &[&str]) {
    for line in lines {
        assert!(output.all().contains(line), "{line}\n{}", output.all());
    }
}

#[test]
fn a_mail_is_shown_and_not_sent() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = shop(&sink);
    let before = fingerprint(&shop.database());
    let shown = shop
        .run("effect test receipt --order INV-1")
        .ended(Exit::Clean);
    shows(
        &shown,
        &[
            "Mail to:      rina@example.com\n",
            "From:         Toko <toko@example.com>\n",
            "Subject:      Tiket INV-1\n",
            "\nText\nHalo Rina,\nRp25.000\n",
        ],
    );
    let document = test(&shop, "receipt");
    assert_eq!(document["body"], "Halo Rina,\nRp25.000");
    assert_eq!(document["note"], Value::Null);
    assert_eq!(
        document["attachments"],
        serde_json::json!([]),
        "not paid yet"
    );
    assert_eq!(fingerprint(&shop.database()), before, "it writes nothing");
    assert_eq!(sink.received(), "", "the mail server is not called");

    shop.run("approve INV-1 --yes --reason cash");
    let sent = sink.mails().remove(0);
    let document = test(&shop, "receipt");
    assert_eq!(document["attachments"][0], "ticket-1.png");
    let headers = document["headers"].as_array().unwrap();
    let id = headers.iter().find(|one| one["name"] == "Message-ID");
    assert_eq!(id.unwrap()["value"], sent.header("Message-ID"));
    assert_eq!(sink.mails().len(), 1);
}

#[test]
fn a_call_is_shown_without_its_keys() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = shop(&sink);
    let line = "effect test partner --order INV-1";
    let shown = shop.run(line).ended(Exit::Clean);
    shows(
        &shown,
        &[
            "POST http://127.0.0.1:9/…\n",
            "Idempotency-Key:  e1-paid-partner-1\n",
            ",v1=…\n",
            "the order has none of its products",
            "\n    \"number\": \"INV-1\",\n",
        ],
    );
    for secret in [SECRET, "path-secret"] {
        assert!(!shown.all().contains(secret), "{}", shown.all());
    }
    let body: Value =
        serde_json::from_str(test(&shop, "partner")["body"].as_str().unwrap()).unwrap();
    assert_eq!(crate::schemas::fits("effect", &body), None);
}

#[test]
fn a_program_is_shown_with_its_input() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = shop(&sink);
    let document = test(&shop, "tell");
    let to = document["to"].as_str().unwrap();
    assert!(to.ends_with("tell \"by mail\""), "{to}");
    let body: Value = serde_json::from_str(document["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["refund"], Value::Null, "nothing is owed yet");

    shop.run("approve INV-1 --yes --reason cash");
    shop.run("order cancel INV-1 --yes --reason rain");
    let document = test(&shop, "tell");
    let body: Value = serde_json::from_str(document["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["refund"]["amount"], 25_000);
    let variables = document["headers"].to_string();
    assert!(variables.contains("PAYCTL_ORDER"), "{variables}");
}

#[test]
fn a_template_error_names_variable_and_line() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = shop(&sink);
    for (text, says) in [
        (
            "Subject: a\n\nHalo,\n{{ order.number }} {{ customer.phone }}",
            "paid.txt, line 4: customer.phone is not known of this order",
        ),
        (
            "Subject: a\n\n{% for one in order.seats %}x{% endfor %}",
            "paid.txt, line 3: order.seats is not known of this order",
        ),
        (
            "Subject: a\n\n{% for one in order.tickets %}{% endfor %}{{ \"a\" ~ customer.phone }}",
            "paid.txt, line 3: customer.phone is not known of this order",
        ),
        (
            "Subject: a\n\n{{ order.total|rupia }}",
            "paid.txt, line 3: unknown filter: filter rupia is unknown",
        ),
        ("Subject: a\n\n{% if %}", "paid.txt, line 3: syntax error: "),
        (
            "Subject: {{ order.nr }}\n\na",
            "subject, line 1: order.nr is not known of this order",
        ),
    ] {
        template(&shop, text);
        let output = shop
            .run("effect test receipt --order INV-1")
            .ended(Exit::Failed);
        shows(&output, &[says, "payctl effect test receipt --order INV-1"]);
    }
}

#[test]
fn an_unfit_name_or_order_is_refused() {
    let sink = Sink::start("250 ok", "250 taken");
    let shop = shop(&sink);
    for (line, says) in [
        (
            "effect test reciept --order INV-1",
            "no effect named reciept\n  did you mean receipt?",
        ),
        (
            "effect test else --order INV-1",
            "it has: receipt, partner, tell",
        ),
        (
            "effect test receipt --order INV-9",
            "no order is numbered INV-9",
        ),
    ] {
        let output = shop.run(line).ended(Exit::Failed);
        shows(&output, &[says]);
    }
    shop.run("order create --number INV-2 --line seat:1")
        .ended(Exit::Clean);
    let output = shop
        .run("effect test receipt --order INV-2")
        .ended(Exit::Failed);
    shows(&output, &["payctl order edit INV-2 --email"]);
}
