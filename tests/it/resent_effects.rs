//! `fulfil --resend`: what is done is delivered once more, and its receiver can tell.

use std::fs;

use payctl::exit::Exit;
use serde_json::Value;

use crate::books::fingerprint;
use crate::effects::{hooked, lines};
use crate::schemas;
use crate::world::Shop;

const HOOK: &str = "echo \"$PAYCTL_EFFECT_KEY ${PAYCTL_REPETITION:-0}\" >> keys; cat > document\n";
const RESEND: &str = "fulfil --resend 1 --by rina --reason lost-by-the-customer";

/// A shop whose order INV-1 is paid and fulfilled.
fn shop() -> Shop {
    let shop = hooked(Shop::new(), HOOK, "");
    shop.run("product set seat --price 25000 --tickets")
        .ended(Exit::Clean);
    shop.run("order create --number INV-1 --line seat:2")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Clean);
    shop
}

fn effect(shop: &Shop) -> Value {
    shop.order("INV-1")["effects"][0].clone()
}

#[track_caller]
fn refused(shop: &Shop, line: &str, why: &str) {
    let before = fingerprint(&shop.database());
    for line in [line.to_owned(), format!("{line} --dry-run")] {
        let output = shop.run(&line).ended(Exit::Failed);
        assert!(output.stderr.contains(why), "{why}\n{}", output.all());
    }
    assert_eq!(fingerprint(&shop.database()), before, "nothing is written");
}

#[test]
fn a_done_effect_is_delivered_once_more() {
    let shop = shop();
    assert_eq!(lines(&shop, "keys"), ["e1-paid-vpn-1 0"]);
    let preview = shop
        .run(&format!("{RESEND} --dry-run -o json"))
        .ended(Exit::Clean);
    assert_eq!(preview.json()["rows"][0]["action"], "would_do");
    assert_eq!(lines(&shop, "keys").len(), 1);

    for times in 1..=2 {
        let output = shop.run(&format!("{RESEND} -o json")).ended(Exit::Clean);
        assert_eq!(output.json()["rows"][0]["repetition"], times);
        assert_eq!(output.json()["rows"][0]["action"], "done");
        let told = lines(&shop, "keys").pop().unwrap();
        assert_eq!(told, format!("e1-paid-vpn-1 {times}"));
        let document = fs::read_to_string(shop.folder.path().join("document")).unwrap();
        let document: Value = serde_json::from_str(&document).unwrap();
        assert_eq!(document["repetition"], times);
        assert_eq!(schemas::fits("effect", &document), None);
        assert_eq!(shop.order("INV-1")["status"], "fulfilled");
        shop.run("verify").ended(Exit::Clean);
    }
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(lines(&shop, "keys").len(), 3);
    assert_eq!(effect(&shop)["repetition"], 2);
}

#[test]
fn the_audit_log_says_who_and_why() {
    let shop = shop();
    shop.run(RESEND).ended(Exit::Clean);
    let shown = shop.order("INV-1");
    let events = shown["events"].as_array().unwrap();
    let mut resent = events.iter().filter(|event| event["rule"] == "E10");
    let event = resent.next().unwrap();
    assert_eq!(event["actor"], "operator:rina");
    let why = event["why"].as_str().unwrap();
    assert!(why.contains("exec vpn (paid, repetition 1)"), "{why}");
    assert!(why.contains("lost-by-the-customer"), "{why}");
    assert!(resent.next().is_none());
}

#[test]
fn what_is_not_done_is_not_repeated() {
    let shop = hooked(
        Shop::new(),
        "test -f open || { echo shut >&2; exit 1; }\n",
        "",
    );
    shop.run("order create --number INV-1 --total 25000")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash");
    refused(
        &shop,
        RESEND,
        "effect 1 is waiting; only one that is done can be delivered once more\n  retry it: payctl fulfil --replay 1",
    );
    refused(
        &shop,
        "fulfil --resend 9 --reason lost",
        "no effect has the ID 9",
    );
    for line in [
        "fulfil --resend 1",
        "fulfil --resend 1 --replay 1 --reason lost",
        "fulfil --reason lost",
    ] {
        shop.run(line).ended(Exit::Usage);
    }
}

#[test]
fn a_refunded_order_gets_nothing_again() {
    let shop = shop();
    shop.run("order cancel INV-1 --yes --reason rain")
        .ended(Exit::Attention);
    refused(&shop, RESEND, "nothing was sent: its order is cancelled");
    shop.run("refund approve 1").ended(Exit::Clean);
    shop.run("refund done 1 --bank-ref OUT-1")
        .ended(Exit::Clean);
    refused(&shop, RESEND, "nothing was sent: its order is");
    assert_eq!(lines(&shop, "keys").len(), 1);
}

#[test]
fn an_order_with_all_revoked_gets_nothing() {
    let shop = hooked(Shop::new(), HOOK, "");
    shop.run("product set vpn --price 25000 --access 30d")
        .ended(Exit::Clean);
    shop.run("order create --number INV-1 --line vpn:1")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Clean);
    shop.run("access revoke INV-1 --product vpn --reason abuse")
        .ended(Exit::Clean);
    let why = "all tickets and all access of its order were revoked";
    refused(&shop, RESEND, why);
}

#[test]
fn a_failed_repetition_is_retried_and_undone() {
    let shop = hooked(
        Shop::new(),
        "echo try >> tries; test ! -f shut || { echo shut >&2; exit 1; }\n",
        "",
    );
    shop.run("order create --number INV-1 --total 25000")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Clean);
    fs::write(shop.folder.path().join("shut"), "").unwrap();
    shop.run(RESEND).ended(Exit::Partial);
    assert_eq!(effect(&shop)["status"], "waiting");
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    shop.run("verify").ended(Exit::Clean);
    shop.run("order cancel INV-1 --yes --reason rain")
        .ended(Exit::Attention);
    assert_eq!(effect(&shop)["status"], "cancelled");
    shop.run("verify").ended(Exit::Clean);
}
