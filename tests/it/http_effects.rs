//! HTTP effects as a partner's server receives them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use payctl::clock::Clock as _;
use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};
use serde_json::Value;
use sha2::Sha256;

use crate::books::{books, difference};
use crate::schemas;
use crate::server::Server;
use crate::world::{Shop, config};

const SECRET: &str = "partner-do-not-show-this";

/// A partner that keeps every call and answers with the status set last.
struct Partner {
    server: Server,
    said: Arc<Mutex<u16>>,
    bodies: Arc<Mutex<Vec<String>>>,
}

/// One received call.
struct Call {
    head: String,
    body: String,
}

impl Partner {
    fn start() -> Self {
        let (said, bodies) = (Arc::new(Mutex::new(200)), Arc::new(Mutex::new(Vec::new())));
        let (answer_with, keeps): (Arc<Mutex<u16>>, Arc<Mutex<Vec<String>>>) =
            (said.clone(), bodies.clone());
        let server = Server::of_bodies(move |_, body| {
            keeps.lock().unwrap().push(body.to_owned());
            (*answer_with.lock().unwrap(), "{}".to_owned())
        });
        Self {
            server,
            said,
            bodies,
        }
    }

    fn answer_with(&self, status: u16) {
        *self.said.lock().unwrap() = status;
    }

    /// All calls so far, each on its own connection.
    fn calls(&self) -> Vec<Call> {
        let heads = self.server.heads();
        let bodies = self.bodies.lock().unwrap().clone();
        let calls = heads.into_iter().zip(bodies);
        calls.map(|(head, body)| Call { head, body }).collect()
    }

    fn clear(&self) {
        self.server.forget();
        self.bodies.lock().unwrap().clear();
    }

    /// The keys of all calls, sorted.
    fn keys(&self) -> Vec<String> {
        let calls = self.calls();
        let mut keys: Vec<String> = calls.iter().map(Call::key).collect();
        keys.sort();
        keys
    }
}

impl Call {
    fn header(&self, wanted: &str) -> String {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found
            .unwrap_or_else(|| panic!("no {wanted} in {}", self.head))
            .1
            .to_owned()
    }

    fn key(&self) -> String {
        self.header("Idempotency-Key")
    }

    fn json(&self) -> Value {
        let payload = serde_json::from_str(&self.body).unwrap();
        assert_eq!(schemas::fits("effect", &payload), None);
        payload
    }

    /// Verifies the signature as a partner would, and returns the signed time.
    #[track_caller]
    fn verified_time(&self) -> i64 {
        let header = self.header("PayCTL-Signature");
        let (seconds, digest) = header
            .strip_prefix("t=")
            .and_then(|rest| rest.split_once(",v1="))
            .unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{seconds}.{}", self.body).as_bytes());
        let good: String = mac
            .finalize()
            .into_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(digest, good, "{}", self.head);
        seconds.parse().unwrap()
    }
}

/// A shop that calls its partner on these triggers.
fn shop(partner: &Partner, occasions: &[&str]) -> Shop {
    let mut shop = Shop::new();
    let secret = ("PARTNER_SECRET".to_owned(), SECRET.to_owned());
    shop.environment.push(secret);
    let (url, hook) = (shop.simulator.url(), partner.server.url());
    let mut text = config(&url, &url);
    for occasion in occasions {
        text.push_str(&format!(
            "\n[[effects]]\non = \"{occasion}\"\nhttp = {{ url = \"{hook}/{occasion}\", secret = \"env:PARTNER_SECRET\" }}\n"
        ));
    }
    shop.configure(&text);
    shop
}

fn create(shop: &Shop, number: &str) {
    let line = format!("order create --number {number} --total 25000 --expires-in 1h");
    shop.run(&line).ended(Exit::Clean);
}

fn approve(shop: &Shop, number: &str) -> Exit {
    let line = format!("approve {number} --yes --reason cash");
    shop.run(&line).exit
}

fn row(shop: &Shop) -> Value {
    let listed = shop.run("fulfil list --all -o json").ended(Exit::Clean);
    listed.json()["rows"][0].clone()
}

#[test]
fn each_attempt_is_signed_under_one_key() {
    let partner = Partner::start();
    let shop = shop(&partner, &["paid"]);
    partner.answer_with(503);
    create(&shop, "INV-1");
    assert_eq!(approve(&shop, "INV-1"), Exit::Partial);
    for status in [408, 425, 429, 500, 200] {
        let before = row(&shop);
        assert_eq!(before["status"], "waiting", "{before}");
        shop.run("fulfil").ended(Exit::Clean);
        shop.pass(Duration::from_secs(601));
        partner.answer_with(status);
        let exit = if status == 200 {
            Exit::Clean
        } else {
            Exit::Partial
        };
        shop.run("fulfil").ended(exit);
        let at = shop.clock.now().as_millis() / 1000;
        assert_eq!(partner.calls().last().unwrap().verified_time(), at);
    }
    let calls = partner.calls();
    assert_eq!(calls.len(), 6, "no attempt comes before its time");
    for call in &calls {
        assert_eq!(call.key(), "e1-paid-paid-http-1");
        assert_eq!(call.json()["order"]["number"], "INV-1");
    }
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn missing_money_suspends_the_effects() {
    let partner = Partner::start();
    let shop = shop(&partner, &["paid"]);
    partner.answer_with(503);
    create(&shop, "INV-1");
    assert_eq!(approve(&shop, "INV-1"), Exit::Partial);
    shop.run("approve --withdraw 1 --yes --reason bounced")
        .ended(Exit::Attention);
    shop.pass(Duration::from_secs(61));
    partner.answer_with(200);
    let would =
        |line: &str| shop.run(line).ended(Exit::Clean).json()["summary"]["would_do"].clone();
    assert_eq!(would("fulfil --dry-run -o json"), 0);
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(partner.calls().len(), 1);

    let case = shop.order("INV-1")["cases"][0]["case"].clone();
    shop.run(&format!("case resolve {case} --accept --reason kulanz"))
        .ended(Exit::Clean);
    assert_eq!(would("fulfil --dry-run -o json"), 1);
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(partner.keys(), vec!["e1-paid-paid-http-1"; 2]);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_partners_final_refusal_needs_a_person() {
    for status in [400, 404, 410, 422, 301] {
        let partner = Partner::start();
        let shop = shop(&partner, &["paid"]);
        partner.answer_with(status);
        create(&shop, "INV-1");
        assert_eq!(approve(&shop, "INV-1"), Exit::Attention);
        let dead = row(&shop);
        assert_eq!(dead["status"], "dead", "{dead}");
        shop.pass(Duration::from_secs(24 * 3600));
        shop.run("fulfil").ended(Exit::Clean);
        assert_eq!(partner.calls().len(), 1);
        let cases = shop.order("INV-1")["cases"].clone();
        assert_eq!(cases[0]["kind"], "not_fulfilled", "{cases}");

        partner.answer_with(200);
        shop.run("fulfil --replay 1 --reason asked")
            .ended(Exit::Clean);
        assert_eq!(partner.keys(), vec!["e1-paid-paid-http-1"; 2]);
        assert_eq!(shop.order("INV-1")["cases"], serde_json::json!([]));
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn a_failed_delivery_can_be_refunded() {
    let partner = Partner::start();
    let shop = shop(&partner, &["paid", "revoked", "refund_due"]);
    partner.answer_with(422);
    create(&shop, "INV-1");
    assert_eq!(approve(&shop, "INV-1"), Exit::Attention);
    partner.answer_with(200);
    let case = shop.order("INV-1")["cases"][0]["case"].clone();
    let resolve = format!("case resolve {case} --refund --reason sold-out-at-the-partner");
    shop.run(&resolve).ended(Exit::Attention);
    for _ in 0..2 {
        shop.run("fulfil").ended(Exit::Clean);
    }
    assert_eq!(
        partner.keys(),
        [
            "e1-paid-paid-http-1",
            "e1-refund_due-refund_due-http-1",
            "e1-revoked-revoked-http-1",
        ]
    );
    let again = shop.run("fulfil --replay 1 --reason x").ended(Exit::Failed);
    assert!(again.stderr.contains("is cancelled"), "{}", again.stderr);
    shop.run("verify").ended(Exit::Clean);
}

/// Orders go through every status; `fulfil` runs twice after each step.
#[test]
fn each_trigger_is_sent_once() {
    let partner = Partner::start();
    let all = [
        "paid",
        "revoked",
        "expired",
        "cancelled",
        "refund_due",
        "case_opened",
    ];
    let shop = shop(&partner, &all);
    let check_calls = |keys: &[&str]| {
        shop.run("fulfil").ended(Exit::Clean);
        shop.run("fulfil").ended(Exit::Clean);
        let mut keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        keys.sort();
        assert_eq!(partner.keys(), keys);
        partner.clear();
    };
    for number in ["INV-1", "INV-2", "INV-3"] {
        create(&shop, number);
    }
    shop.run("order create --number INV-4 --total 25000 --expires-in 1h --gateway midtrans --method qris")
        .ended(Exit::Clean);

    shop.run("order cancel INV-2 --reason x --yes")
        .ended(Exit::Clean);
    check_calls(&["e2-cancelled-cancelled-http-1"]);

    approve(&shop, "INV-3");
    check_calls(&["e3-paid-paid-http-1"]);
    shop.run("order cancel INV-3 --reason x --yes")
        .ended(Exit::Attention);
    check_calls(&[
        "e3-revoked-revoked-http-1",
        "e3-cancelled-cancelled-http-1",
        "e3-refund_due-refund_due-http-1",
    ]);

    approve(&shop, "INV-4");
    let paid = AttemptTruth::new("settlement", Rupiah::from_db(25_000));
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-4", paid).unwrap();
    shop.pass(Duration::from_secs(60));
    shop.run("check-all --fix").ended(Exit::Attention);
    check_calls(&[
        "e4-paid-paid-http-1",
        "e4-refund_due-refund_due-http-1",
        "e4-case_opened-case_opened-http-1",
    ]);

    shop.pass(Duration::from_secs(2 * 3600));
    shop.run("expire").ended(Exit::Clean);
    check_calls(&["e1-expired-expired-http-1"]);
    let level = books(&shop.database());
    check_calls(&[]);
    assert_eq!(difference(&level, &books(&shop.database())), "");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_revocation_hook_hears_what_was_delivered() {
    let partner = Partner::start();
    let shop = shop(&partner, &["revoked"]);
    shop.run("product set seat --price 25000 --tickets --access 2h")
        .ended(Exit::Clean);
    shop.run("product set soup --price 25000")
        .ended(Exit::Clean);
    for (number, sku) in [("INV-1", "seat"), ("INV-2", "soup")] {
        shop.run(&format!("order create --number {number} --line {sku}:1"))
            .ended(Exit::Clean);
        approve(&shop, number);
        shop.run("fulfil").ended(Exit::Clean);
        assert_eq!(partner.keys(), Vec::<String>::new());
        shop.run(&format!("order cancel {number} --reason rain --yes"))
            .ended(Exit::Attention);
        for _ in 0..2 {
            shop.run("fulfil").ended(Exit::Clean);
        }
        let output = usize::from(sku == "seat");
        assert_eq!(partner.keys(), vec!["e1-revoked-revoked-http-1"; output]);
        if let Some(call) = partner.calls().first() {
            let order = &call.json()["order"];
            assert_eq!(order["status"], "cancelled");
            assert_eq!(order["tickets"][0]["status"], "revoked");
            assert_eq!(order["access"][0]["status"], "revoked");
        }
        partner.clear();
    }
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_call_names_its_refund_or_case() {
    let partner = Partner::start();
    let shop = shop(&partner, &["refund_due", "case_opened"]);
    create(&shop, "INV-1");
    shop.run("approve INV-1 --yes --reason cash --amount 20000")
        .ended(Exit::Attention);
    shop.run("fulfil").ended(Exit::Clean);
    let case = partner.calls()[0].json();
    assert_eq!(case["case"]["kind"], "underpaid", "{case}");
    assert_eq!(case["refund"], Value::Null);
    shop.run("approve INV-1 --yes --reason cash --amount 10000");
    shop.run("fulfil").ended(Exit::Clean);
    let refund = partner.calls().last().unwrap().json();
    assert_eq!(refund["refund"]["amount"], 5_000, "{refund}");
    assert_eq!(refund["refund"]["reason"], "excess");
    assert_eq!(refund["case"], Value::Null);
    assert_eq!(refund["order"]["status"], "fulfilled");
}
