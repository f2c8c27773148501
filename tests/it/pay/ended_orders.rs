//! Orders that end while their payment is opened or queried: `pay` does not show how to pay them.

use std::thread;
use std::time::Duration;

use payctl::exit::Exit;

use super::summary;
use super::till::{Charge, Held, QR, Till};
use crate::books::{books, difference};
use crate::world::{CommandOutput, Shop};

const PAY: &str = "pay INV-1 --gateway midtrans --method qris";
const CANCEL: &str = "order cancel INV-1 --unproven --reason unwanted";
const APPROVE: &str = "approve INV-1 --by rina --reason cash --yes --even-if-payable";

/// A shop with a timeout long enough to run another command meanwhile.
pub(super) fn patient_shop(till: &Till) -> Shop {
    let shop = till.shop();
    let path = shop.folder.path().join("payctl.toml");
    let text = std::fs::read_to_string(path).unwrap();
    shop.configure(&text.replace("200ms", "20s"));
    // Commands with this configuration send no query.
    let bare = shop.folder.path().join("bare.toml");
    std::fs::write(bare, "database = 'shop.db'").unwrap();
    shop
}

/// Runs `pay` and, while it waits for the gateway, another command.
fn pay_meanwhile(
    till: &Till,
    shop: &Shop,
    held: Held,
    line: &str,
    meanwhile: &str,
) -> (CommandOutput, CommandOutput) {
    thread::scope(|scope| {
        let held = till.hold_all(held);
        let pay_meanwhile = scope.spawn(|| shop.run(line));
        till.await_call();
        let other = shop.run(meanwhile);
        drop(held);
        (pay_meanwhile.join().unwrap(), other)
    })
}

/// A shop with a proven account, whose "not found" is an answer.
fn proven(till: &Till) -> Shop {
    let shop = till.shop();
    shop.run("order create --number INV-9 --total 25000")
        .ended(Exit::Clean);
    shop.run("pay INV-9 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    shop
}

/// Checks that `pay` shows and draws nothing, leaves nothing payable, and changes nothing when repeated.
#[track_caller]
fn check(shop: &Shop, line: &str, output: &CommandOutput, why: &str) {
    assert_eq!(output.exit, Exit::Failed, "{line}: {}", output.all());
    assert!(output.stderr.contains(why), "{line}: {}", output.stderr);
    assert_eq!(output.stdout, "", "{line}");
    for picture in ["code.png", "code.svg"] {
        assert!(!shop.folder.path().join(picture).exists(), "{line}");
    }
    let payment = shop.order("INV-1")["payments"][0].clone();
    assert_eq!(payment["status"], "expired", "{line}: {payment}");
    let before = books(&shop.database());
    let again = shop.run(line).ended(Exit::Failed);
    assert!(!again.all().contains(QR), "{line}");
    assert_eq!(difference(&before, &books(&shop.database())), "", "{line}");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_payment_ended_during_opening_is_not_shown() {
    for door in [
        "",
        "--qr",
        "-o json",
        "-o jsonl",
        "--png code.png",
        "--svg code.svg --qr",
        "--wait --timeout 1s",
        "-o json --wait --timeout 1s --png code.png",
    ] {
        for (act, why) in [(CANCEL, "now cancelled"), (APPROVE, "already paid")] {
            let till = Till::start([]);
            let shop = till.shop();
            let line = format!("{PAY} {door}");
            let (output, other) = pay_meanwhile(&till, &shop, Held::Answers, &line, act);
            other.ended(Exit::Clean);
            check(&shop, &line, &output, why);
        }
    }
}

#[test]
fn a_payment_ended_during_reading_is_not_shown() {
    for door in ["", "-o json", "--png code.png", "--wait --timeout 1s"] {
        for (act, why) in [(CANCEL, "now cancelled"), (APPROVE, "already paid")] {
            let till = Till::start([]);
            let shop = patient_shop(&till);
            shop.run(PAY).ended(Exit::Clean);
            shop.pass(Duration::from_secs(1));
            let line = format!("{PAY} {door}");
            let act = format!("{act} --config bare.toml");
            let (output, other) = pay_meanwhile(&till, &shop, Held::Reads, &line, &act);
            other.ended(Exit::Clean);
            check(&shop, &line, &output, why);
        }
    }
}

#[test]
fn money_paid_while_the_order_ended_is_reported() {
    let till = Till::start([Charge::LostAndPaid]);
    let shop = till.shop();
    let (output, _) = pay_meanwhile(&till, &shop, Held::Answers, PAY, CANCEL);
    let output = output.ended(Exit::Failed);
    assert!(output.stderr.contains("now cancelled"), "{}", output.stderr);
    assert!(output.stderr.contains("case list"), "{}", output.stderr);
    let order = shop.order("INV-1");
    assert_eq!(order["cases"][0]["kind"], "late_payment", "{order}");
    assert_eq!(order["refunds"].as_array().unwrap().len(), 1, "{order}");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn not_found_cancels_nothing_during_an_opening() {
    for method in ["qris", "snap"] {
        let till = Till::start([]);
        let shop = proven(&till);
        let pay = format!("pay INV-1 --gateway midtrans --method {method} -o json");
        let cancel = "order cancel INV-1 --reason unwanted";
        let (opened, kept) = pay_meanwhile(&till, &shop, Held::Openings, &pay, cancel);
        let kept = kept.ended(Exit::Partial);
        assert!(
            kept.stdout.contains("may still be opening"),
            "{}",
            kept.stdout
        );
        assert_eq!(opened.ended(Exit::Clean).json()["action"], "opened");
        assert_eq!(shop.order("INV-1")["status"], "pending");
        shop.run(cancel).ended(Exit::Clean);
        assert_eq!(shop.order("INV-1")["status"], "cancelled");
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn a_silent_opening_is_disproved_after_its_time() {
    let till = Till::start([Charge::Answered, Charge::Nothing, Charge::Nothing]);
    let shop = proven(&till);
    let pay_meanwhile = shop.run(&format!("{PAY} -o json")).ended(Exit::Partial);
    assert_eq!(summary(&pay_meanwhile), "unsettled created INV-1");
    let cancel = "order cancel INV-1 --reason unwanted";
    for _ in 0..2 {
        shop.run(cancel).ended(Exit::Partial);
        assert_eq!(shop.order("INV-1")["status"], "pending");
    }
    shop.pass(Duration::from_secs(96));
    let output = shop.run(cancel).ended(Exit::Clean);
    assert!(output.stdout.contains("cancelled"), "{}", output.stdout);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_earlier_call_not_shown_prevents_another() {
    let till = Till::start([Charge::Nothing, Charge::Taken]);
    let shop = till.shop();
    let pay = format!("{PAY} -o json");
    let pay_meanwhile = shop.run(&pay).ended(Exit::Partial);
    assert_eq!(summary(&pay_meanwhile), "unsettled created INV-1");
    assert!(
        pay_meanwhile
            .stdout
            .contains("does not show its payment yet"),
        "{}",
        pay_meanwhile.stdout
    );
    assert_eq!(till.calls(), "INV-1 INV-1");
    shop.pass(Duration::from_secs(96));
    let pay_meanwhile = shop.run(&pay).ended(Exit::Clean);
    assert_eq!(summary(&pay_meanwhile), "opened pending INV-1");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn nothing_is_sent_again_for_an_ended_order() {
    let till = Till::start([Charge::Nothing, Charge::Nothing]);
    let shop = patient_shop(&till);
    shop.run(PAY).ended(Exit::Partial);
    let (output, other) = pay_meanwhile(&till, &shop, Held::Reads, PAY, CANCEL);
    other.ended(Exit::Clean);
    let output = output.ended(Exit::Failed);
    assert!(output.stderr.contains("now cancelled"), "{}", output.stderr);
    assert_eq!(till.calls(), "INV-1 INV-1");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_opening_in_progress_blocks_an_approval() {
    let approve = "approve INV-1 --by rina --reason cash --yes";
    let till = Till::start([]);
    let shop = till.shop();
    let (opened, kept) = pay_meanwhile(&till, &shop, Held::Openings, PAY, approve);
    let kept = kept.ended(Exit::Partial);
    assert!(
        kept.stdout.contains("may still be opening"),
        "{}",
        kept.stdout
    );
    opened.ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "pending");
    shop.run(approve).ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["payments"][0]["status"], "expired");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_approval_closes_an_opened_payment() {
    let approve = "approve INV-1 --by rina --reason cash --yes";
    let till = Till::start([]);
    let shop = till.shop();
    let (output, booked) = pay_meanwhile(&till, &shop, Held::Answers, PAY, approve);
    booked.ended(Exit::Clean);
    check(&shop, PAY, &output, "already paid");
}
