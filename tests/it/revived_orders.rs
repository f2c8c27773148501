//! A cancelled order that is paid again: its effects are done and undone in the right order.

use std::fs;
use std::time::Duration;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use crate::books::{books, difference};
use crate::effects::lines;
use crate::world::{Shop, config};

/// A hook that makes and removes accounts; removing fails while the file `shut` exists.
const HOOK: &str = "test \"$PAYCTL_OCCASION\" = paid || ! test -f shut || { echo shut >&2; exit 1; }\n\
    echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";

/// An approved, delivered and cancelled order with a QR that can still be paid. Its undo is queued, and the first
/// attempt has failed.
fn cancelled_shop() -> Shop {
    let shop = Shop::new();
    fs::write(shop.folder.path().join("hook.sh"), HOOK).unwrap();
    fs::write(shop.folder.path().join("shut"), "").unwrap();
    let url = shop.simulator.url();
    let mut text = config(&url, &url);
    let exec = crate::effects::exec_line("hook.sh");
    for (occasion, name) in [("paid", "vpn"), ("revoked", "gone")] {
        text.push_str(&format!(
            "\n[[effects]]\non = \"{occasion}\"\nname = \"{name}\"\n{exec}"
        ));
    }
    shop.configure(&text);
    for line in [
        "product set vpn --price 25000 --not-resaleable",
        "order create --number INV-1 --line vpn:1 --gateway midtrans --method qris",
        "approve INV-1 --bank-ref FT1 --reason seen --yes",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    assert_eq!(lines(&shop, "keys"), ["e1-paid-vpn-1"]);
    shop.run("order cancel INV-1 --reason gone --yes")
        .ended(Exit::Attention);
    shop.run("fulfil").ended(Exit::Partial);
    shop
}

/// The customer pays the QR after all, and a person accepts the money.
fn pay_again(shop: &Shop) {
    let paid = AttemptTruth::new("settlement", Rupiah::from_db(25_000));
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-1", paid).unwrap();
    shop.run("check-all --fix").ended(Exit::Attention);
    let cases = shop.run("case list --kind late_payment -o json").json();
    let case = cases["rows"][0]["case"].clone();
    shop.run(&format!("case resolve {case} --accept --reason good"))
        .ended(Exit::Clean);
}

fn statuses(shop: &Shop) -> Vec<(String, String)> {
    let listed = shop.run("fulfil list --all -o json").json();
    let rows = listed["rows"].as_array().unwrap().iter();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    rows.map(|row| (word(&row["key"]), word(&row["status"])))
        .collect()
}

fn keyed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(key, status): &(&str, &str)| ((*key).to_owned(), (*status).to_owned());
    pairs.iter().map(own).collect()
}

#[test]
fn an_order_paid_again_is_not_undone() {
    let shop = cancelled_shop();
    let undoing = |status| keyed(&[("e1-paid-vpn-1", "done"), ("e1-revoked-gone-1", status)]);
    assert_eq!(statuses(&shop), undoing("waiting"));
    pay_again(&shop);
    fs::remove_file(shop.folder.path().join("shut")).unwrap();
    shop.run("fulfil").ended(Exit::Clean);
    shop.pass(Duration::from_secs(3_600));
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(lines(&shop, "keys"), ["e1-paid-vpn-1", "e1-paid-vpn-2"]);
    let mut after = undoing("cancelled");
    after.extend(keyed(&[("e1-paid-vpn-2", "done")]));
    assert_eq!(statuses(&shop), after);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");

    let refused = shop
        .run("fulfil --replay 2 --reason again")
        .ended(Exit::Failed);
    let said = refused.all();
    assert!(
        said.contains("effects of a paid order are not undone"),
        "{said}"
    );
    let level = books(&shop.database());
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(difference(&level, &books(&shop.database())), "");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_order_that_ends_again_is_undone_again() {
    let shop = cancelled_shop();
    pay_again(&shop);
    fs::remove_file(shop.folder.path().join("shut")).unwrap();
    shop.run("fulfil").ended(Exit::Clean);
    shop.run("order cancel INV-1 --reason gone --yes")
        .ended(Exit::Attention);
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(
        lines(&shop, "keys"),
        ["e1-paid-vpn-1", "e1-paid-vpn-2", "e1-revoked-gone-2"]
    );
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_ticket_paid_again_admits_again() {
    let shop = Shop::new();
    for line in [
        "product set show --price 25000 --not-resaleable --tickets",
        "order create --number INV-1 --line show:1 --gateway midtrans --method qris",
        "approve INV-1 --bank-ref FT1 --reason seen --yes",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    let tickets = shop.run("ticket list -o json").json();
    let redeem = format!(
        "ticket redeem {} --by gate",
        tickets["rows"][0]["ticket"].as_str().unwrap()
    );
    shop.run(&redeem).ended(Exit::Clean);
    shop.run("order cancel INV-1 --reason gone --yes")
        .ended(Exit::Attention);
    shop.run("refund approve 1").ended(Exit::Clean);
    shop.run("refund done 1 --bank-ref OUT1").ended(Exit::Clean);
    shop.run(&redeem).ended(Exit::Attention);

    pay_again(&shop);
    shop.run(&redeem).ended(Exit::Clean);
    shop.run(&redeem).ended(Exit::Attention);
    shop.run("verify").ended(Exit::Clean);
}
