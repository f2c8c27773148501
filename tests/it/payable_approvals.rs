//! Approving an order that has a payable payment: payctl closes and queries that payment first.

use std::time::{Duration, Instant};

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, MIDTRANS, PAKASIR, SIMULATED};
use serde_json::Value;

use crate::books::{books, difference};
use crate::world::{CommandOutput, Shop};

const APPROVE: &str = "approve INV-1 --by rina --reason statement --bank-ref FT-1 --yes";

/// A shop with an order that has a payable payment.
fn shop(gateway: &str, method: &str) -> Shop {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --expires-in 1h")
        .ended(Exit::Clean);
    shop.run(&format!("pay INV-1 --gateway {gateway} --method {method}"))
        .ended(Exit::Clean);
    shop.pass(Duration::from_secs(1));
    shop
}

/// The JSON row of the one approval.
fn row(output: &CommandOutput) -> Value {
    output.json()["rows"][0].clone()
}

/// Repeats the command: it ends the same way or reports that it is done, and changes nothing.
#[track_caller]
fn repeat(shop: &Shop, line: &str, exit: Exit) -> CommandOutput {
    let before = books(&shop.database());
    shop.pass(Duration::from_secs(1));
    let output = shop.run(line).ended(exit);
    assert_eq!(difference(&before, &books(&shop.database())), "", "{line}");
    shop.run("verify").ended(Exit::Clean);
    output
}

#[test]
fn an_approval_closes_payable_payments_first() {
    for (gateway, method) in [
        ("midtrans", "qris"),
        ("midtrans", "bca_va"),
        ("midtrans", "snap"),
        ("pakasir", "qris"),
    ] {
        let shop = shop(gateway, method);
        let output = shop.run(&format!("{APPROVE} -o json")).ended(Exit::Clean);
        let row = row(&output);
        assert_eq!(row["action"], "approved", "{row}");
        let reason = row["reason"].as_str().unwrap();
        assert!(reason.contains("payment 1 at"), "{reason}");
        assert!(reason.contains("can no longer be paid"), "{reason}");
        let order = shop.order("INV-1");
        assert_eq!(order["status"], "fulfilled");
        assert!(order["events"].to_string().contains("\"P27\""), "{order}");
        let kind = SIMULATED.into_iter().find(|kind| kind.name() == gateway);
        let paid = shop.simulator.handle().pay(kind.unwrap(), "INV-1");
        assert!(paid.is_err(), "{gateway} {method} is still payable");
        repeat(&shop, APPROVE, Exit::Failed);
    }
}

#[test]
fn money_at_the_gateway_is_not_approved_again() {
    for (gateway, kind) in [("midtrans", MIDTRANS), ("pakasir", PAKASIR)] {
        for line in [
            APPROVE,
            "approve INV-1 --by rina --reason cash --yes",
            "approve INV-1 --amount 25000 --by rina --reason x --bank-ref FT-2 --yes",
        ] {
            let shop = shop(gateway, "qris");
            shop.simulator.handle().pay(kind, "INV-1").unwrap();
            let output = shop.run(&format!("{line} -o json")).ended(Exit::Attention);
            let row = row(&output);
            assert_eq!(row["action"], "found_paid", "{row}");
            assert_eq!(row["status_after"], "fulfilled", "{row}");
            let order = shop.order("INV-1");
            assert_eq!(order["status"], "fulfilled");
            assert_eq!(order["payments"].as_array().unwrap().len(), 1, "{order}");
            let exit = if line.contains("--amount") {
                Exit::Attention
            } else {
                Exit::Failed
            };
            repeat(&shop, line, exit);
            assert_eq!(shop.order("INV-1")["refunds"].as_array().unwrap().len(), 0);
        }
    }
}

#[test]
fn a_second_approval_books_money_paid_twice() {
    let shop = shop("midtrans", "qris");
    shop.simulator.handle().pay(MIDTRANS, "INV-1").unwrap();
    let line = "approve INV-1 --amount 25000 --by rina --reason x --bank-ref FT-2 --yes";
    let output = shop.run(line).ended(Exit::Attention);
    assert!(
        output.stdout.contains("--even-if-payable"),
        "{}",
        output.stdout
    );
    let line = format!("{line} --even-if-payable");
    shop.run(&line).ended(Exit::Attention);
    let order = shop.order("INV-1");
    assert_eq!(order["refunds"][0]["amount"], 25_000, "{order}");
    repeat(&shop, &line, Exit::Failed);
}

#[test]
fn a_different_amount_at_the_gateway_blocks_approval() {
    let shop = shop("midtrans", "qris");
    let wrong = AttemptTruth::new("settlement", Rupiah::from_db(20_000));
    shop.simulator
        .handle()
        .set(MIDTRANS, "INV-1", wrong)
        .unwrap();
    let output = shop.run(APPROVE).ended(Exit::Attention);
    assert!(output.stdout.contains("Rp 20,000"), "{}", output.stdout);
    assert_eq!(shop.order("INV-1")["status"], "pending");
    repeat(&shop, APPROVE, Exit::Attention);
}

/// A close that fails blocks the approval until a person passes `--even-if-payable`.
#[track_caller]
fn check(gateway: &str, fault: Fault, exit: Exit, why: &str) {
    let shop = shop(gateway, "qris");
    let kind = SIMULATED.into_iter().find(|kind| kind.name() == gateway);
    let all = FaultTarget::all(kind.unwrap());
    shop.simulator.handle().fault(all, fault).unwrap();
    for _ in 0..2 {
        let output = shop.run(APPROVE).ended(exit);
        assert!(output.stdout.contains(why), "{}", output.stdout);
        assert!(
            output.stdout.contains("--even-if-payable"),
            "{}",
            output.stdout
        );
        let order = shop.order("INV-1");
        assert_eq!(order["status"], "pending", "{order}");
        assert_eq!(order["payments"].as_array().unwrap().len(), 1, "{order}");
        shop.pass(Duration::from_secs(1));
    }
    let line = format!("{APPROVE} --even-if-payable");
    let output = shop.run(&line);
    // Three answered closes that left the payment open become a case.
    let booked = [Exit::Clean, Exit::Attention];
    assert!(booked.contains(&output.exit), "{}", output.all());
    assert!(
        output.stdout.contains("may still be paid at"),
        "{}",
        output.stdout
    );
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    repeat(&shop, &line, Exit::Failed);
}

#[test]
fn silence_and_refusals_block_an_approval() {
    for gateway in ["midtrans", "pakasir"] {
        for (fault, exit) in [
            (Fault::Silent, Exit::Partial),
            (Fault::Hang, Exit::Partial),
            // Only web pages: the API is not at this address.
            (Fault::Html, Exit::Config),
        ] {
            check(gateway, fault, exit, "payment 1 may still be paid at");
        }
        let refused = "payment 1 can still be paid at";
        check(gateway, Fault::CloseRefused, Exit::Partial, refused);
        check(gateway, Fault::CloseIgnored, Exit::Partial, refused);
    }
    let code = Fault::Status {
        code: 401,
        retry_after: None,
    };
    check("midtrans", code, Exit::Config, "refusing the key");
}

#[test]
fn a_missing_key_blocks_an_approval() {
    for lacks in ["key", "section"] {
        let mut shop = shop("midtrans", "qris");
        if lacks == "key" {
            shop.environment.retain(|(name, _)| name != "MIDTRANS_KEY");
        } else {
            shop.configure("database = 'shop.db'");
        }
        for dry in ["", " --dry-run"] {
            let output = repeat(&shop, &format!("{APPROVE}{dry}"), Exit::Config);
            assert!(
                output.stdout.contains("--even-if-payable"),
                "{}",
                output.stdout
            );
        }
        let line = format!("{APPROVE} --even-if-payable");
        shop.run(&line).ended(Exit::Clean);
        repeat(&shop, &line, Exit::Failed);
    }
}

#[test]
fn an_order_without_payments_needs_no_query() {
    let mut shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000")
        .ended(Exit::Clean);
    shop.environment
        .retain(|(name, _)| name == "PAYCTL_OPERATOR");
    let output = shop.run(&format!("{APPROVE} -o json")).ended(Exit::Clean);
    assert_eq!(row(&output)["reason"], "approved by an operator");
    assert_eq!(shop.simulator.handle().asked_total(), 0);
    repeat(&shop, APPROVE, Exit::Failed);
}

#[test]
fn a_dry_run_names_payments_without_a_query() {
    let shop = shop("midtrans", "qris");
    let asked = shop.simulator.handle().asked_total();
    let line = format!("{APPROVE} --dry-run");
    let output = repeat(&shop, &line, Exit::Clean);
    assert!(output.stdout.contains("would_approve"), "{}", output.stdout);
    assert!(
        output
            .stdout
            .contains("can still be paid at midtrans until"),
        "{}",
        output.stdout
    );
    assert_eq!(shop.simulator.handle().asked_total(), asked);
}

#[test]
fn a_blocked_order_does_not_block_others() {
    let shop = shop("midtrans", "qris");
    for number in ["INV-2", "INV-3"] {
        shop.run(&format!("order create --number {number} --total 25000"))
            .ended(Exit::Clean);
    }
    shop.run("pay INV-2 --gateway pakasir --method qris")
        .ended(Exit::Clean);
    let silent = FaultTarget::all(MIDTRANS);
    shop.simulator
        .handle()
        .fault(silent, Fault::Silent)
        .unwrap();
    let line = "approve INV-1 INV-2 INV-3 --by rina --reason cash --yes";
    shop.run(line).ended(Exit::Partial);
    let status = |number: &str| shop.order(number)["status"].as_str().unwrap().to_owned();
    assert_eq!(status("INV-1"), "pending");
    assert_eq!(
        [status("INV-2"), status("INV-3")],
        ["fulfilled", "fulfilled"]
    );
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn hanging_gateways_share_thirty_seconds() {
    let shop = Shop::new();
    let numbers: Vec<String> = (1..=20).map(|nth| format!("INV-{nth}")).collect();
    for number in &numbers {
        shop.run(&format!("order create --number {number} --total 25000"))
            .ended(Exit::Clean);
        shop.run(&format!("pay {number} --gateway pakasir --method qris"))
            .ended(Exit::Clean);
    }
    let path = shop.folder.path().join("payctl.toml");
    let text = std::fs::read_to_string(path).unwrap();
    shop.configure(&text.replace("200ms", "4m"));
    let all = FaultTarget::all(PAKASIR);
    shop.simulator.handle().fault(all, Fault::Hang).unwrap();
    let started = Instant::now();
    let line = format!(
        "approve {} --by rina --reason cash --yes",
        numbers.join(" ")
    );
    shop.run(&line).ended(Exit::Partial);
    assert!(started.elapsed() < Duration::from_secs(50));
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn waiving_a_shortage_warns_of_payable_payments() {
    let shop = shop("midtrans", "qris");
    shop.run("approve INV-1 --amount 20000 --by rina --reason part --yes --even-if-payable")
        .ended(Exit::Attention);
    shop.pass(Duration::from_secs(1));
    shop.run("pay INV-1 --gateway midtrans --method qris");
    let case = shop.order("INV-1")["cases"][0]["case"].clone();
    let line = format!("case resolve {case} --accept --by rina --reason enough -o json");
    let output = shop.run(&line).json();
    let left = output["still_payable"].to_string();
    assert!(left.contains("can still be paid at midtrans"), "{output}");
}
