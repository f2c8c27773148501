//! Failing gateways: nothing moves, the run reports it and ends in time, and a later run fixes everything.

use std::time::{Duration, Instant};

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, MIDTRANS, PAKASIR, SimulatedGateway};
use serde_json::Value;

use crate::books::{books, difference};
use crate::world::{CommandOutput, Shop, config};

/// A shop with an order at each gateway, paid there and pending here, and a third that nobody has begun to pay.
fn shop() -> Shop {
    let shop = Shop::new();
    for (order, gateway) in [
        ("INV-1", "midtrans"),
        ("INV-2", "midtrans"),
        ("VPN-1", "pakasir"),
    ] {
        create(&shop, order, gateway);
    }
    shop.say(MIDTRANS, "INV-1", "settlement");
    shop.say(MIDTRANS, "INV-2", "pending");
    shop.say(PAKASIR, "VPN-1", "completed");
    shop
}

fn create(shop: &Shop, order: &str, gateway: &str) {
    let line =
        format!("order create --number {order} --total 25000 --method qris --gateway {gateway}");
    shop.run(&line).ended(Exit::Clean);
}

impl Shop {
    fn say(&self, kind: SimulatedGateway, reference: &str, word: &str) {
        let answer = AttemptTruth::new(word, Rupiah::new(25_000).unwrap());
        self.simulator
            .handle()
            .set(kind, reference, answer)
            .unwrap();
    }

    fn fail(&self, kind: SimulatedGateway, fault: Fault) {
        let all = FaultTarget::all(kind);
        self.simulator.handle().fault(all, fault).unwrap();
    }

    /// Sets a long timeout, so that on a busy machine only a missing answer times out.
    fn use_long_timeout(&self) {
        let url = self.simulator.url();
        self.configure(&config(&url, &url).replace("200ms", "20s"));
    }

    /// Runs `check-all --fix` a minute later, so that it queries the same payments again.
    fn fix(&self) -> CommandOutput {
        self.pass(Duration::from_secs(60));
        self.run("check-all --fix -o json")
    }

    fn status(&self, order: &str) -> String {
        self.order(order)["status"].as_str().unwrap().to_owned()
    }
}

fn summary(output: &CommandOutput, field: &str) -> u64 {
    output.json()["summary"][field].as_u64().unwrap()
}

/// Makes both gateways fail and then recover.
#[track_caller]
fn check(fault: Fault, exit: Exit, part: &str) {
    let shop = shop();
    if !matches!(fault, Fault::Silent | Fault::Hang) {
        shop.use_long_timeout();
    }
    let before = books(&shop.database());
    shop.fail(MIDTRANS, fault.clone());
    shop.fail(PAKASIR, fault.clone());
    let started = Instant::now();
    let output = shop.fix().ended(exit);
    assert!(started.elapsed() < Duration::from_secs(5), "{fault:?}");
    assert!(output.all().contains(part), "{part:?} in {}", output.all());
    let moved = difference(&before, &books(&shop.database()));
    assert_eq!(moved, "", "{fault:?}");
    let json = output.json();
    for row in json["rows"].as_array().unwrap() {
        assert_eq!(row["action"], "unchecked", "{fault:?} {row}");
        assert_eq!(row["gateway_status"], Value::Null, "{fault:?} {row}");
    }

    shop.simulator.handle().clear_all();
    shop.use_long_timeout();
    shop.fix().ended(Exit::Clean);
    assert_eq!(shop.status("INV-1"), "fulfilled", "{fault:?}");
    assert_eq!(shop.status("INV-2"), "pending", "{fault:?}");
    assert_eq!(shop.status("VPN-1"), "fulfilled", "{fault:?}");
    let level = books(&shop.database());
    shop.fix().ended(Exit::Clean);
    let moved = difference(&level, &books(&shop.database()));
    assert_eq!(moved, "", "{fault:?}");
}

fn code(code: u16, retry_after: Option<u32>) -> Fault {
    Fault::Status { code, retry_after }
}

#[test]
fn a_failing_gateway_delays_without_deciding() {
    for (fault, part) in [
        (code(503, None), "503"),
        (code(500, None), "500"),
        (code(429, None), "429"),
        (code(429, Some(1)), "429"),
        (code(429, Some(3600)), "429"),
        (code(403, None), "403"),
        (Fault::CutOff, "midtrans"),
        (Fault::Garbage, "midtrans"),
        (Fault::Silent, "midtrans"),
        (Fault::Hang, "midtrans"),
        (Fault::TooLarge, "bytes"),
        (Fault::OtherOrder, "another"),
    ] {
        check(fault, Exit::Partial, part);
    }
}

#[test]
fn a_refused_key_is_a_configuration_error() {
    check(code(401, None), Exit::Config, "Check its key");
    check(code(410, None), Exit::Config, "Check its key");
}

#[test]
fn a_dead_address_is_a_configuration_error() {
    for (fault, part) in [
        (code(404, None), "answered 404, and not as it answers"),
        (code(405, None), "VPN-1"),
        (Fault::Html, "answered 200, and not as it answers"),
        (Fault::Redirect, "answered 302, and not as it answers"),
    ] {
        check(fault, Exit::Config, part);
    }
}

/// A shop with many orders at Midtrans.
fn shop_with_orders(orders: u32) -> Shop {
    let shop = Shop::new();
    let lines: String = (1..=orders)
        .map(|number| {
            format!(
                "{{\"number\":\"INV-{number}\",\"total\":25000,\"payments\":[{{\"gateway\":\"midtrans\"}}]}}\n"
            )
        })
        .collect();
    shop.import(&lines).ended(Exit::Clean);
    shop
}

#[test]
fn a_refused_key_ends_the_queries() {
    let shop = shop_with_orders(200);
    shop.fail(MIDTRANS, code(401, None));
    let output = shop.fix().ended(Exit::Config);
    let asked = shop.simulator.handle().asked_total();
    assert!(asked <= 2 * 8, "{asked} queries, 8 in flight");
    assert!(summary(&output, "not_reached") >= 200 - asked);
}

#[test]
fn a_dead_gateway_gets_few_queries() {
    for fault in [Fault::Silent, Fault::Hang, code(503, None)] {
        let shop = shop_with_orders(200);
        shop.fail(MIDTRANS, fault.clone());
        let output = shop.fix().ended(Exit::Partial);
        let asked = shop.simulator.handle().asked().len();
        assert!(
            asked <= 5 + 4 + 2 * 8,
            "{fault:?}: {asked} payments, 8 in flight"
        );
        assert!(summary(&output, "not_reached") >= 170);
        assert!(
            output.stderr.contains("not queried further"),
            "{}",
            output.stderr
        );
    }
}

#[test]
fn an_unreachable_gateway_gets_few_queries() {
    let shop = shop_with_orders(200);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    shop.configure(&config(&url, &url));
    let output = shop.fix().ended(Exit::Partial);
    assert!(summary(&output, "not_reached") >= 170);
}

#[test]
fn a_dead_gateway_does_not_block_the_other() {
    let shop = shop();
    shop.fail(MIDTRANS, Fault::Silent);
    shop.fix().ended(Exit::Partial);
    assert_eq!(shop.status("INV-1"), "pending");
    assert_eq!(shop.status("VPN-1"), "fulfilled");
}

#[test]
fn an_unconfigured_gateway_does_not_block_the_other() {
    let shop = shop();
    let url = shop.simulator.url();
    let text = config(&url, &url);
    let (midtrans_only, _) = text.split_once("[gateways.pakasir]").unwrap();
    shop.configure(midtrans_only);
    let output = shop.fix().ended(Exit::Config);
    assert!(output.stderr.contains("pakasir: 1 payment not checked"));
    assert_eq!(summary(&output, "not_reached"), 1);
    assert_eq!(shop.status("INV-1"), "fulfilled");
    assert_eq!(shop.status("VPN-1"), "pending");
    shop.configure(&text);
    shop.fix().ended(Exit::Clean);
    assert_eq!(shop.status("VPN-1"), "fulfilled");
}

#[test]
fn a_missing_key_does_not_block_the_other() {
    let mut shop = shop();
    let all = shop.environment.clone();
    shop.environment.retain(|(name, _)| name != "MIDTRANS_KEY");
    let output = shop.fix().ended(Exit::Config);
    assert!(output.stderr.contains("MIDTRANS_KEY"), "{}", output.stderr);
    assert_eq!(shop.status("INV-1"), "pending");
    assert_eq!(shop.status("VPN-1"), "fulfilled");
    shop.environment = all;
    shop.fix().ended(Exit::Clean);
    assert_eq!(shop.status("INV-1"), "fulfilled");
}

#[test]
fn the_schedule_honours_retry_after() {
    let shop = shop();
    shop.fail(MIDTRANS, code(429, Some(600)));
    shop.fix().ended(Exit::Partial);
    let next = &shop.order("INV-1")["payments"][0]["next_check_at"];
    assert_eq!(next, "2026-03-02T04:11:00Z");
}

/// A shop with a Midtrans order that is pending, and one at Pakasir; both deadlines pass at 05:00.
fn shop_with_a_qr_at_each_gateway() -> Shop {
    let shop = Shop::new();
    for (order, gateway) in [("INV-1", "midtrans"), ("VPN-1", "pakasir")] {
        shop.run(&format!(
            "order create --number {order} --total 25000 --expires-in 1h --method qris --gateway {gateway}"
        ))
        .ended(Exit::Clean);
    }
    shop.say(MIDTRANS, "INV-1", "pending");
    shop.say(PAKASIR, "VPN-1", "pending");
    shop.fix();
    shop
}

fn payment_status(shop: &Shop, order: &str) -> String {
    let payment = &shop.order(order)["payments"][0];
    payment["status"].as_str().unwrap().to_owned()
}

#[test]
fn a_hanging_gateway_leaves_time_to_close() {
    let shop = shop_with_a_qr_at_each_gateway();
    shop.fail(MIDTRANS, code(503, None));
    shop.run("order cancel INV-1 --reason asked --unproven --yes");
    assert_eq!(shop.status("INV-1"), "cancelled");
    assert_eq!(payment_status(&shop, "INV-1"), "pending");

    shop.simulator.handle().clear_all();
    shop.fail(PAKASIR, Fault::Hang);
    shop.use_long_timeout();
    shop.pass(Duration::from_secs(3600));
    let line = "check-all --fix --max-time 1s";
    shop.run(line).ended(Exit::Partial);
    assert_eq!(payment_status(&shop, "INV-1"), "expired");
}

#[test]
fn a_hanging_gateway_leaves_time_to_expire() {
    let shop = shop_with_a_qr_at_each_gateway();
    shop.fail(PAKASIR, Fault::Hang);
    shop.use_long_timeout();
    shop.pass(Duration::from_secs(2 * 3600));
    let line = "expire --max-time 1s";
    shop.run(line).ended(Exit::Partial);
    assert_eq!(shop.status("INV-1"), "expired");
    assert_eq!(shop.status("VPN-1"), "pending");
}
