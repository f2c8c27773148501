//! Alerts tell of what goes wrong for a while by the means of effects.

use std::fs;
use std::sync::{Arc, Mutex};

use payctl::exit::Exit;
use payctl::simulator::{Fault, FaultTarget, MIDTRANS};
use serde_json::Value;

use crate::server::Server;
use crate::sink::Sink;
use crate::world::{Shop, config};

const REFUSED: Fault = Fault::Status {
    code: 401,
    retry_after: None,
};

/// A shop with an alert that writes its payload into a file, and a payment.
fn alerted(on: &str, script: &str) -> Shop {
    let shop = Shop::new();
    fs::write(shop.folder.path().join("alert.sh"), script).unwrap();
    let url = shop.simulator.url();
    let exec = crate::effects::exec_line("alert.sh");
    let alert = format!("[[effects]]\non = \"{on}\"\n{exec}");
    shop.configure(&format!("{}\n{alert}", config(&url, &url)));
    let line = "order create --number INV-1 --total 25000 --expires-at 2026-03-03T04:00:00Z --gateway midtrans --method qris";
    shop.run(line).ended(Exit::Clean);
    shop
}

const KEEPS: &str = "cat >> payloads; echo >> payloads\n";

fn fault(shop: &Shop, fault: Fault) {
    let all = FaultTarget::all(MIDTRANS);
    shop.simulator.handle().fault(all, fault).unwrap();
}

/// Each minute what cron does.
fn minutes(shop: &Shop, minutes: impl Iterator<Item = u32>) {
    for minute in minutes {
        shop.at(&format!("{:02}:{:02}", 4 + minute / 60, minute % 60));
        shop.run("check-all --fix --due --quiet");
        shop.run("fulfil --quiet");
    }
}

fn payloads(shop: &Shop) -> Vec<Value> {
    let text = shop.file("payloads").unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn states(shop: &Shop) -> Vec<String> {
    let payloads = payloads(shop);
    let states = payloads
        .iter()
        .map(|payload| payload["state"].as_str().unwrap().to_owned());
    states.collect()
}

#[test]
fn an_alert_begins_goes_on_and_ends() {
    let shop = alerted("key_refused", KEEPS);
    fault(&shop, REFUSED);
    minutes(&shop, 0..90);
    assert_eq!(states(&shop), ["begun", "goes_on"]);
    shop.simulator.handle().clear_all();
    minutes(&shop, 90..240);
    assert_eq!(states(&shop), ["begun", "goes_on", "over"]);
    let told = payloads(&shop);
    assert_eq!(told[0]["occasion"], "key_refused");
    assert_eq!(told[0]["incident"]["subject"], "midtrans");
    assert_eq!(
        told[2]["incident"]["began_at"],
        told[0]["incident"]["began_at"]
    );
    let keys: Vec<&Value> = told.iter().map(|payload| &payload["key"]).collect();
    assert!(keys[0] != keys[1] && keys[1] != keys[2], "{keys:?}");
}

#[test]
fn an_alert_is_only_about_its_kind() {
    let shop = alerted("gateway_silent", KEEPS);
    fault(&shop, REFUSED);
    minutes(&shop, 0..40);
    assert_eq!(states(&shop), Vec::<String>::new());
}

#[test]
fn a_failed_alert_is_sent_again() {
    let shop = alerted(
        "key_refused",
        "test -f works || exit 1\ncat >> payloads; echo >> payloads\n",
    );
    fault(&shop, REFUSED);
    minutes(&shop, 0..3);
    assert_eq!(states(&shop), Vec::<String>::new());
    fs::write(shop.folder.path().join("works"), "").unwrap();
    minutes(&shop, 3..10);
    assert_eq!(states(&shop), ["begun"]);
}

#[test]
fn a_job_that_fails_is_an_alert() {
    let shop = alerted("job_failed", KEEPS);
    // The failure is recorded, and fulfil goes on.
    shop.run("check-all --fix --quiet --gateway nobody")
        .ended(Exit::Config);
    shop.run("fulfil --quiet");
    assert_eq!(states(&shop), ["begun"]);
    shop.run("check-all --fix --quiet");
    shop.run("fulfil --quiet");
    assert_eq!(states(&shop), ["begun", "over"]);
}

#[test]
fn alerts_have_names_of_their_own() {
    let shop = alerted("key_refused", KEEPS);
    let text = shop.file("payctl.toml").unwrap();
    let twice = "[[effects]]\non = \"key_refused\"\nexec = [\"other\"]\n";
    shop.configure(&format!("{text}\n{twice}"));
    let refused = shop.run("expire").ended(Exit::Config);
    assert!(
        refused
            .stderr
            .contains("two effects are named key_refused-exec"),
        "{}",
        refused.all()
    );
}

#[test]
fn alerts_reach_a_server_and_a_mailbox() {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let keeps = bodies.clone();
    let server = Server::of_bodies(move |_, body| {
        keeps.lock().unwrap().push(body.to_owned());
        (200, "{}".to_owned())
    });
    let sink = Sink::start("250 ok", "250 ok");
    let shop = Shop::new().with("ALERTS", "partner-do-not-show-this");
    let template = "Subject: payctl: {{ state }}\n\n{{ incident.text }}\n";
    fs::write(shop.folder.path().join("alert.txt"), template).unwrap();
    let (url, port) = (shop.simulator.url(), sink.port);
    shop.configure(&format!(
        "{}\n[[effects]]\non = \"key_refused\"\nname = \"call\"\n\
         http = {{ url = \"{}/alert\", secret = \"env:ALERTS\" }}\n\
         [[effects]]\non = \"key_refused\"\nname = \"mail\"\n\
         mail = {{ to = \"rina@example.com\", template = \"alert.txt\" }}\n\
         [smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {port}\nfrom = \"toko@example.com\"\n",
        config(&url, &url),
        server.url()
    ));
    let line = "order create --number INV-1 --total 25000 --expires-at 2026-03-03T04:00:00Z --gateway midtrans --method qris";
    shop.run(line).ended(Exit::Clean);
    fault(&shop, REFUSED);
    minutes(&shop, 0..3);
    shop.simulator.handle().clear_all();
    minutes(&shop, 30..33);
    let told: Vec<Value> = bodies
        .lock()
        .unwrap()
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect();
    let states: Vec<&str> = told
        .iter()
        .map(|body| body["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["begun", "over"], "{told:#?}");
    let mails = sink.mails();
    let subjects: Vec<bool> = ["begun", "over"]
        .iter()
        .zip(&mails)
        .map(|(state, mail)| mail.text.contains(&format!("payctl: {state}")))
        .collect();
    assert_eq!((mails.len(), subjects), (2, vec![true, true]));
}
