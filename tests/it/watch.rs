//! `watch`: under the test's clock, as a process, and behind a bridge to WebSockets.

mod many;
mod socket;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, MIDTRANS};
use serde_json::Value;

use crate::books::books;
use crate::external_programs::need;
use crate::program::hear;
use crate::world::{CommandOutput, Shop};
use socket::{Bridge, Socket};

const CREATE: &str = "order create --number INV-1 --total 25000 --method qris --gateway midtrans";

fn shop() -> Shop {
    let shop = Shop::new();
    shop.run(CREATE).ended(Exit::Clean);
    shop.set_status("pending");
    shop
}

impl Shop {
    fn set_status(&self, word: &str) {
        let answer = AttemptTruth::new(word, Rupiah::new(25_000).unwrap());
        let world = self.simulator.handle();
        world.set(MIDTRANS, "INV-1", answer).unwrap();
    }

    fn asked(&self) -> u64 {
        self.simulator.handle().asked_total()
    }
}

/// The events of the printed JSON lines.
fn events(output: &CommandOutput) -> Vec<Value> {
    let lines = output.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn names(events: &[Value]) -> String {
    let names = events.iter().map(|event| event["event"].as_str().unwrap());
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_watch_ends_when_the_order_is_paid() {
    let shop = shop();
    shop.set_status("settlement");
    let output = shop.run("watch INV-1 -o jsonl").ended(Exit::Clean);
    let events = events(&output);
    assert_eq!(names(&events), "status status done");
    assert_eq!(events[0]["order_status"], "pending");
    assert_eq!(events[1]["payments"][0]["payment_status"], "paid");
    assert_eq!(events[2]["paid"], true);
    assert_eq!(events[2]["because"], "paid");

    let before = books(&shop.database());
    shop.run("watch INV-1").ended(Exit::Clean);
    assert_eq!(books(&shop.database()), before, "a second watch");
    assert_eq!(shop.asked(), 1, "a paid order needs no query");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_failing_gateway_does_not_mean_unpaid() {
    for (code, exit, says) in [
        (503, Exit::Partial, "503"),
        (401, Exit::Config, "check its key"),
    ] {
        let shop = shop();
        let fault = Fault::Status {
            code,
            retry_after: None,
        };
        let world = shop.simulator.handle();
        world.fault(FaultTarget::all(MIDTRANS), fault).unwrap();
        let output = shop
            .run("watch INV-1 --timeout 12s -o json")
            .ended(exit)
            .json();
        let unanswered = output["unanswered"].as_str().unwrap();
        assert!(unanswered.contains(says), "{output}");
        assert_eq!(output["because"], "out_of_time");
        assert_eq!(output["exit"], exit.code());
        // Within the interval the previous run's query would count for both.
        shop.pass(std::time::Duration::from_secs(5));
        let table = shop.run("watch INV-1 --timeout 12s").ended(exit);
        assert!(table.stdout.contains("Unanswered"), "{}", table.stdout);
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn a_missing_key_is_named() {
    let mut shop = shop();
    shop.environment.retain(|(name, _)| name != "MIDTRANS_KEY");
    let output = shop.run("watch INV-1 --timeout 12s").ended(Exit::Config);
    assert!(output.stdout.contains("MIDTRANS_KEY"), "{}", output.all());
    assert_eq!(shop.asked(), 0);
}

#[test]
fn the_order_still_waits_after_the_watch() {
    let shop = shop();
    let output = shop
        .run("watch INV-1 --interval 5s --timeout 12s -o jsonl")
        .ended(Exit::Attention);
    let events = events(&output);
    assert_eq!(names(&events), "status status tick tick tick done");
    assert_eq!(events[5]["because"], "out_of_time");
    assert_eq!(events[5]["asked"], 3, "one query per interval");
    assert_eq!(shop.order("INV-1")["status"], "pending");

    shop.set_status("settlement");
    shop.pass(std::time::Duration::from_secs(1));
    shop.run("check-all --fix").ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
}

#[test]
fn a_throttling_gateway_is_left_alone() {
    let shop = shop();
    let throttled = Fault::Status {
        code: 429,
        retry_after: Some(60),
    };
    let one = FaultTarget::one(MIDTRANS, "INV-1");
    shop.simulator.handle().fault(one, throttled).unwrap();
    let output = shop
        .run("watch INV-1 --timeout 60s -o jsonl")
        .ended(Exit::Partial);
    let events = events(&output);
    let ticks: Vec<&Value> = events
        .iter()
        .filter(|event| event["event"] == "tick")
        .collect();
    assert_eq!(ticks.len(), 12);
    for tick in ticks {
        assert!(tick["unanswered"].as_str().unwrap().contains("429"));
    }
    assert_eq!(events.last().unwrap()["asked"], 1);
}

#[test]
fn a_dry_watch_writes_nothing() {
    let shop = shop();
    shop.set_status("settlement");
    let before = std::fs::read(shop.database()).unwrap();
    let output = shop.run("watch INV-1 --dry-run --timeout 5s -o json");
    assert_eq!(
        output.ended(Exit::Attention).json()["order_status"],
        "pending"
    );
    assert_eq!(std::fs::read(shop.database()).unwrap(), before);
}

#[test]
fn every_format_shows_the_outcome() {
    let shop = shop();
    shop.set_status("settlement");
    shop.run("watch INV-1").ended(Exit::Clean);
    let table = shop.run("watch INV-1").ended(Exit::Clean).stdout;
    assert!(table.contains("the order is paid"), "{table}");
    let csv = shop.run("watch INV-1 -o csv").ended(Exit::Clean).stdout;
    assert!(csv.contains("because,paid"), "{csv}");
    let json = shop.run("watch INV-1 -o json").ended(Exit::Clean).json();
    assert_eq!(json["command"], "watch");
    let unknown = shop.run("watch INV-9").ended(Exit::Failed);
    assert!(unknown.stderr.contains("no order is numbered INV-9"));
    shop.run("watch INV-1 --interval 1ms").ended(Exit::Usage);
}

/// A shop in real time, whose order a separate process can watch.
fn real_shop() -> Shop {
    let shop = Shop::in_real_time();
    shop.exec(CREATE).ended(Exit::Clean);
    shop.set_status("pending");
    shop
}

const WATCH: &str = "watch INV-1 --interval 200ms --timeout 60s -o jsonl";

#[test]
fn a_booking_by_others_is_seen_at_once() {
    let shop = real_shop();
    let one = FaultTarget::one(MIDTRANS, "INV-1");
    let mut watch = shop.start(WATCH);
    shop.await_query();
    // From now on the watch gets no answer to its own queries.
    shop.simulator.handle().fault(one, Fault::Silent).unwrap();
    let approved = shop.exec("approve INV-1 --by rina --reason bank --yes --even-if-payable");
    approved.ended(Exit::Clean);
    let output = BufReader::new(watch.stdout.take().unwrap());
    let last = output.lines().map(Result::unwrap).last().unwrap();
    let done: Value = serde_json::from_str(&last).unwrap();
    assert_eq!(
        (&done["event"], &done["paid"]),
        (&"done".into(), &true.into())
    );
    assert!(watch.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_ends_the_watch_quietly() {
    let shop = real_shop();
    let mut watch = shop.start(WATCH);
    let mut output = BufReader::new(watch.stdout.take().unwrap());
    output.read_line(&mut String::new()).unwrap();
    drop(output);
    let end = hear(watch).ended(Exit::Clean);
    assert_eq!(end.stderr, "");
}

#[test]
#[cfg_attr(windows, ignore = "a signal by kill")]
fn a_signal_ends_the_watch_with_a_line() {
    let shop = real_shop();
    let watch = shop.start(WATCH);
    shop.await_query();
    let kill = std::process::Command::new("kill")
        .arg(watch.id().to_string())
        .status();
    assert!(kill.unwrap().success());
    let output = hear(watch).ended(Exit::Attention);
    assert_eq!(events(&output).last().unwrap()["because"], "interrupted");
    assert_eq!(shop.order("INV-1")["status"], "pending");
}

#[test]
fn a_bridge_sends_events_to_a_web_socket() {
    let Some(websocketd) = need("websocketd") else {
        return;
    };
    let shop = real_shop();
    let words: Vec<&str> = WATCH.split(' ').collect();
    let mut bridge = std::process::Command::new(websocketd);
    bridge
        .args([
            "--address=127.0.0.1",
            "--port=0",
            "--passenv=MIDTRANS_KEY,PAKASIR_KEY",
        ])
        .arg(env!("CARGO_BIN_EXE_payctl"))
        .args(&words)
        .current_dir(shop.folder.path())
        .envs(shop.environment.iter().cloned())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let bridge = Bridge::start(bridge);
    let mut socket = Socket::open(bridge.port());
    let mut seen: Vec<String> = Vec::new();
    loop {
        let event: Value = serde_json::from_str(&socket.text()).unwrap();
        let name = event["event"].as_str().unwrap().to_owned();
        if name == "tick" && !seen.contains(&name) {
            shop.set_status("settlement");
        }
        seen.push(name);
        if event["event"] == "done" {
            assert_eq!(event["paid"], true);
            break;
        }
    }
    for name in ["status", "tick", "done"] {
        assert!(seen.iter().any(|seen| seen == name), "{seen:?}");
    }
}
