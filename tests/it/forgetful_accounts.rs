//! An account that answers "not found" for every payment proves nothing, even about unseen payments.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use payctl::exit::Exit;

use crate::books::{books, difference};
use crate::server::Server;
use crate::world::{Shop, config};

/// Midtrans's answers by reference or transaction id: a status word or an HTTP code; otherwise "not found".
struct Scene {
    shop: Shop,
    server: Server,
    truth: Arc<Mutex<HashMap<String, String>>>,
}

impl Scene {
    fn new() -> Self {
        let truth: Arc<Mutex<HashMap<String, String>>> = Arc::default();
        let known = truth.clone();
        let server = Server::start(move |target| {
            let id = target.trim_start_matches("/v2/").split('/').next();
            let reference = id.unwrap_or_default().trim_start_matches("t-").to_owned();
            let said = known.lock().unwrap().get(&reference).cloned();
            let unknown = r#"{"status_code":"404","status_message":"Transaction doesn't exist."}"#;
            match said {
                None => (200, unknown.to_owned()),
                Some(code) if code.parse::<u16>().is_ok() => (code.parse().unwrap(), String::new()),
                Some(word) => (
                    200,
                    format!(
                        r#"{{"status_code":"200","transaction_status":"{word}","order_id":"{reference}","transaction_id":"t-{reference}","gross_amount":"25000.00","payment_type":"qris"}}"#
                    ),
                ),
            }
        });
        let shop = Shop::new();
        let url = server.url();
        shop.configure(&config(&url, &url).replace("200ms", "20s"));
        Self {
            shop,
            server,
            truth,
        }
    }

    fn says(&self, reference: &str, word: &str) {
        let mut truth = self.truth.lock().unwrap();
        truth.insert(reference.to_owned(), word.to_owned());
    }

    fn forget_all(&self) {
        self.truth.lock().unwrap().clear();
    }

    fn order(&self, number: &str) {
        let line = format!(
            "order create --number {number} --total 25000 --gateway midtrans --method qris --expires-at 2026-03-02T04:30:00Z"
        );
        self.shop.run(&line).ended(Exit::Clean);
    }

    fn status(&self, number: &str) -> String {
        self.shop.order(number)["status"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn queries_of(&self, reference: &str) -> usize {
        let about = |head: &&String| {
            head.contains(&format!("/{reference}/")) || head.contains(&format!("/t-{reference}/"))
        };
        self.server.heads().iter().filter(about).count()
    }
}

/// Two payments are paid, so the account is proven; nobody has begun two others.
fn proven_scene() -> Scene {
    let scene = Scene::new();
    for number in ["PAID-1", "PAID-2", "OPEN-1", "OPEN-2"] {
        scene.order(number);
    }
    scene.says("PAID-1", "settlement");
    scene.says("PAID-2", "settlement");
    scene.shop.at("04:05");
    scene.shop.run("check-all --fix").ended(Exit::Clean);
    scene
}

#[test]
fn an_account_without_known_payments_ends_nothing() {
    for days in [0, 1, 40, 400] {
        let scene = proven_scene();
        scene.forget_all();
        let before = books(&scene.shop.database());
        for (minute, line) in [
            (40, "expire --limit 1"),
            (41, "expire"),
            (42, "check-status OPEN-1 --fix"),
            (43, "expire --dry-run"),
            (44, "order cancel OPEN-1 --reason x"),
            (45, "check-all --fix"),
            (46, "check-all"),
            (47, "expire --quiet"),
        ] {
            scene.shop.at(&format!("{}:{minute}", 4 + 24 * days));
            let output = scene.shop.run(line).ended(Exit::Config);
            // Under --quiet it was told a few minutes ago, and is told again after an hour.
            assert_eq!(
                output.stderr.contains("accept-unknown midtrans"),
                !line.contains("--quiet"),
                "{line}: {}",
                output.all()
            );
            let moved = difference(&before, &books(&scene.shop.database()));
            assert_eq!(moved, "", "{days} days, {line}: {}", output.all());
        }
    }
}

#[test]
fn a_forgotten_and_an_unseen_payment_prove_nothing() {
    let scene = Scene::new();
    scene.order("SEEN-1");
    scene.order("OPEN-1");
    scene.says("SEEN-1", "pending");
    scene.shop.at("04:05");
    scene.shop.run("check-all --fix").ended(Exit::Clean);
    scene.forget_all();
    for time in ["04:40", "04:50", "05:00"] {
        scene.shop.at(time);
        scene.shop.run("check-all --fix").ended(Exit::Config);
        scene.shop.pass(std::time::Duration::from_secs(1));
        scene.shop.run("expire").ended(Exit::Config);
    }
    assert_eq!(scene.status("OPEN-1"), "pending");
    assert_eq!(scene.status("SEEN-1"), "pending");
}

#[test]
fn unused_payments_end_while_others_are_known() {
    let scene = proven_scene();
    scene.server.forget();
    scene.shop.at("04:40");
    scene.shop.run("expire").ended(Exit::Clean);
    assert_eq!(scene.status("OPEN-1"), "expired");
    assert_eq!(scene.status("OPEN-2"), "expired");
    let asked = scene.queries_of("PAID-1") + scene.queries_of("PAID-2");
    assert_eq!(asked, 1, "{:?}", scene.server.heads());
    assert_eq!(scene.shop.order("PAID-2")["payments"][0]["status"], "paid");
}

#[test]
fn one_forgotten_witness_does_not_stop_expiry() {
    let scene = proven_scene();
    scene.truth.lock().unwrap().remove("PAID-2");
    scene.shop.at("04:40");
    scene.shop.run("expire").ended(Exit::Clean);
    assert_eq!(scene.status("OPEN-1"), "expired");
}

#[test]
fn without_an_answering_witness_nothing_ends() {
    let scene = proven_scene();
    scene.says("PAID-1", "403");
    scene.says("PAID-2", "403");
    scene.shop.at("04:40");
    let output = scene.shop.run("expire").ended(Exit::Partial);
    assert!(
        output
            .stdout
            .contains("did not answer about payments that it once knew"),
        "{}",
        output.all()
    );
    assert_eq!(scene.status("OPEN-1"), "pending");
    scene.says("PAID-1", "settlement");
    scene.shop.at("04:41");
    scene.shop.run("expire").ended(Exit::Clean);
    assert_eq!(scene.status("OPEN-1"), "expired");
}

#[test]
fn a_person_accepts_payments_the_gateway_forgot() {
    let scene = proven_scene();
    let shop = &scene.shop;
    scene.forget_all();
    shop.at("04:40");
    shop.run("expire").ended(Exit::Config);
    let line = "gateway accept-unknown midtrans --by rina --reason cleared -o json";
    let output = shop
        .run(&format!("{line} --dry-run"))
        .ended(Exit::Clean)
        .json();
    assert_eq!(output["payments"], 2);
    let before = books(&shop.database());
    let output = shop.run(line).ended(Exit::Clean).json();
    assert_eq!(output["payments"], 2);
    let accepted = books(&shop.database());
    assert_ne!(difference(&before, &accepted), "");
    shop.at("04:41");
    let output = shop.run(line).ended(Exit::Clean).json();
    assert_eq!(output["payments"], 0);
    assert_eq!(difference(&accepted, &books(&shop.database())), "");

    shop.at("04:42");
    shop.run("expire").ended(Exit::Clean);
    assert_eq!(scene.status("OPEN-1"), "expired");
    let output = shop.run("check-all --fix").ended(Exit::Attention);
    assert!(
        output.stdout.contains("gateway_contradiction"),
        "{}",
        output.all()
    );
    let listed = shop.run("gateway list -o json").ended(Exit::Clean).json();
    let row = listed["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["gateway"] == "midtrans");
    assert_eq!(row.unwrap()["known"], 0, "{listed}");
    assert!(row.unwrap()["accepted_at"].is_string());

    // Payments it knows again count again.
    scene.says("PAID-1", "settlement");
    shop.at("05:42");
    shop.run("check-status PAID-1 --fix").ended(Exit::Clean);
    let line = "order create --number OPEN-3 --total 25000 --gateway midtrans --method qris --expires-at 2026-03-02T06:00:00Z";
    shop.run(line).ended(Exit::Clean);
    scene.forget_all();
    shop.at("06:42");
    shop.run("expire").ended(Exit::Config);
    assert_eq!(scene.status("OPEN-3"), "pending");
}

#[test]
fn only_a_known_gateway_can_be_accepted() {
    let scene = Scene::new();
    let line = "gateway accept-unknown midtrans --by rina --reason x";
    scene.order("INV-1");
    let output = scene.shop.run(line).ended(Exit::Clean);
    assert!(
        output.stdout.contains("nothing to accept"),
        "{}",
        output.all()
    );
    scene
        .shop
        .run("gateway accept-unknown moon --by rina --reason x")
        .ended(Exit::Failed);
}

#[test]
fn each_imported_unknown_payment_opens_a_case() {
    let scene = proven_scene();
    let record = |number: u32| {
        format!(
            "{{\"number\":\"OLD-{number}\",\"total\":25000,\"created_at\":\"2026-02-28T04:00:00Z\",\"payments\":[{{\"gateway\":\"midtrans\",\"method\":\"qris\",\"status\":\"paid\"}}]}}\n"
        )
    };
    let records: String = (1..=20).map(record).collect();
    scene.shop.import(&records).ended(Exit::Clean);
    scene.says("OPEN-1", "settlement");
    scene.shop.at("04:10");
    let output = scene
        .shop
        .run("check-all --fix -o json")
        .ended(Exit::Attention)
        .json();
    assert_eq!(
        output["summary"]["cases_opened"], 20,
        "{}",
        output["summary"]
    );
    assert_eq!(scene.status("OPEN-1"), "fulfilled");
    scene.shop.at("04:40");
    let output = scene.shop.run("check-all --fix").ended(Exit::Clean);
    assert!(!output.stderr.contains("once knew"), "{}", output.all());
    scene.shop.run("expire").ended(Exit::Clean);
    assert_eq!(scene.status("OPEN-2"), "expired");
}
