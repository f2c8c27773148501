//! `pay --wait` shows the payment, follows its order and executes the effects that become due.

mod hooked;

use std::thread;
use std::time::{Duration, Instant};

use payctl::exit::Exit;
use payctl::simulator::MIDTRANS;
use serde_json::Value;

use crate::world::{CommandOutput, Shop};

const CREATE: &str = "order create --number INV-1 --total 25000";
const PAY: &str = "pay INV-1 --gateway midtrans --method qris";

fn shop() -> Shop {
    let shop = Shop::new();
    shop.run(CREATE).ended(Exit::Clean);
    shop
}

impl Shop {
    /// The customer pays the open payment.
    fn is_paid(&self) {
        let world = self.simulator.handle();
        world.pay(MIDTRANS, "INV-1").unwrap();
    }
}

/// The payment in the first line, and the events after it.
fn lines(output: &CommandOutput) -> (Value, Vec<Value>) {
    let mut lines = output.stdout.lines().map(|line| -> Value {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))
    });
    (lines.next().unwrap(), lines.collect())
}

fn names(events: &[Value]) -> String {
    let names = events.iter().map(|event| event["event"].as_str().unwrap());
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_code_is_shown_until_it_is_paid() {
    let shop = shop();
    shop.run(PAY).ended(Exit::Clean);
    let wait = format!("{PAY} --wait --timeout 10h -o jsonl");
    let output = thread::scope(|scope| {
        let waits = scope.spawn(|| shop.run(&wait));
        // The opening, the query before it is shown again, and the first query of the watch.
        let patience = Instant::now() + Duration::from_secs(20);
        while shop.simulator.handle().asked_total() < 3 {
            assert!(Instant::now() < patience, "no query came");
            thread::sleep(Duration::from_millis(5));
        }
        shop.is_paid();
        waits.join().unwrap()
    });
    let (shown, events) = lines(&output.ended(Exit::Clean));
    assert_eq!(shown["action"], "alive");
    assert!(shown["qr_text"].is_string(), "{shown}");
    let names = names(&events);
    assert!(names.starts_with("status tick"), "{names}");
    assert!(names.ends_with("tick status done"), "{names}");
    assert_eq!(events.last().unwrap()["because"], "paid");
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_payment_after_the_wait_is_found_later() {
    let shop = shop();
    let pay = "pay INV-1 --gateway midtrans --method snap --wait --interval 5s --timeout 12s";
    let output = shop.run(&format!("{pay} -o jsonl")).ended(Exit::Attention);
    let (shown, events) = lines(&output);
    assert_eq!(shown["action"], "opened");
    assert!(shown["page_url"].is_string(), "{shown}");
    assert_eq!(events.last().unwrap()["because"], "out_of_time");
    assert_eq!(shop.order("INV-1")["status"], "pending");

    let world = shop.simulator.handle();
    world.choose("INV-1", "bca_va").unwrap();
    shop.is_paid();
    shop.pass(Duration::from_secs(1));
    let again = shop.run(pay).ended(Exit::Clean);
    assert!(
        again.stdout.contains("the order is paid"),
        "{}",
        again.stdout
    );
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn one_document_ends_the_wait() {
    let shop = shop();
    let output = shop.run(&format!("{PAY} --wait --timeout 5s -o json --svg code.svg"));
    let json = output.ended(Exit::Attention).json();
    assert_eq!(json["payment_status"], "pending");
    assert_eq!(json["waited"]["because"], "out_of_time");
    assert_eq!(json["exit"], 3);
    assert!(shop.folder.path().join("code.svg").exists());
    shop.is_paid();
    shop.pass(Duration::from_secs(1));
    let json = shop
        .run(&format!("{PAY} --wait -o json"))
        .ended(Exit::Clean)
        .json();
    assert_eq!(json["order_status"], "fulfilled");
    assert_eq!(json["payment_status"], "paid");
    assert_eq!(json["waited"]["paid"], true);
    let plain = shop.run(&format!("{PAY} --interval 5s"));
    plain.ended(Exit::Usage);
    shop.run(&format!("{PAY} --wait --dry-run"))
        .ended(Exit::Usage);
}
