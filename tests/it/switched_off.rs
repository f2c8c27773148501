//! A switched-off API and payments that never get an answer: nothing moves, and no other payment waits for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use payctl::exit::Exit;

use crate::books::{books, difference};
use crate::server::Server;
use crate::world::{Shop, config};

/// Answers at the address of a switched-off API.
const DEAD_ANSWERS: [(u16, &str); 9] = [
    (404, r#"{"message":"Not Found","statusCode":404}"#),
    (
        404,
        r#"{"message":"Cannot GET /api/transactiondetail","error":"Not Found","statusCode":404}"#,
    ),
    (404, r#"{"status_code":404,"status_message":"Not Found"}"#),
    (404, "{}"),
    (404, "<html>404</html>"),
    (410, r#"{"message":"This API version is gone"}"#),
    (301, ""),
    (308, r#"{"message":"Transaction not found"}"#),
    (200, "<!doctype html><title>Welcome</title>"),
];

struct Scene {
    shop: Shop,
    _server: Server,
    is_off: Arc<AtomicBool>,
}

/// An API that knows only the order PAID-1, until it is switched off.
fn scene(kind: &str, (status, body): (u16, &'static str)) -> Scene {
    let is_off = Arc::new(AtomicBool::new(false));
    let off = is_off.clone();
    let server = Server::start(move |target| {
        if off.load(Ordering::SeqCst) {
            return (status, body.to_owned());
        }
        if target.contains("INV%2F1") {
            return (404, r#"{"message":"Not Found"}"#.to_owned());
        }
        let is_paid = target.contains("PAID-1") || target.contains("/t-1/");
        match (is_paid, target.starts_with("/v2/")) {
            (true, true) => (200, r#"{"status_code":"200","transaction_status":"settlement","order_id":"PAID-1","transaction_id":"t-1","gross_amount":"25000.00","payment_type":"qris"}"#.to_owned()),
            (true, false) => (200, r#"{"transaction":{"amount":25000,"order_id":"PAID-1","project":"tokocontoh","status":"completed","payment_method":"qris"}}"#.to_owned()),
            (false, true) => (200, r#"{"status_code":"404","status_message":"Transaction doesn't exist."}"#.to_owned()),
            (false, false) => (404, r#"{"message":"Transaction not found"}"#.to_owned()),
        }
    });
    let shop = Shop::new();
    shop.configure(&config(&server.url(), &server.url()));
    shop.run("product set seat --price 25000 --capacity 10")
        .ended(Exit::Clean);
    for number in ["PAID-1", "OPEN-1", "OPEN-2"] {
        order(&shop, number, kind);
    }
    shop.at("04:05");
    shop.run("check-all --fix").ended(Exit::Clean);
    Scene {
        shop,
        _server: server,
        is_off,
    }
}

fn order(shop: &Shop, number: &str, kind: &str) {
    let line = format!(
        "order create --number {number} --line seat:1 --gateway {kind} --method qris --expires-at 2026-03-02T04:30:00Z"
    );
    shop.run(&line).ended(Exit::Clean);
}

#[test]
fn a_switched_off_api_moves_nothing() {
    for kind in ["pakasir", "midtrans"] {
        for gone in DEAD_ANSWERS {
            check_switched_off(kind, gone);
        }
    }
}

#[track_caller]
fn check_switched_off(kind: &str, gone: (u16, &'static str)) {
    let Scene { shop, is_off, .. } = &scene(kind, gone);
    is_off.store(true, Ordering::SeqCst);
    let before = books(&shop.database());
    for (time, line) in [
        ("04:10", "check-status OPEN-1 --fix"),
        ("04:40", "expire"),
        ("04:40:30", "expire --limit 1"),
        ("04:41", "expire --quiet"),
        ("04:42", "check-all --fix"),
        ("04:50", "check-all --fix --due"),
        ("05:00", "check-all"),
        ("05:10", "order cancel OPEN-1 --reason x"),
        ("05:20", "expire"),
        ("28:40", "expire"),
    ] {
        shop.at(time);
        let output = shop.run(line).ended(Exit::Config);
        let all = output.all();
        // Under --quiet it was told a minute ago, and is told again after an hour.
        assert_eq!(
            all.contains("nothing was changed"),
            !line.contains("--quiet"),
            "{gone:?} {line}: {all}"
        );
    }
    let moved = difference(&before, &books(&shop.database()));
    assert_eq!(moved, "", "{kind} {gone:?}");

    is_off.store(false, Ordering::SeqCst);
    shop.at("28:50");
    shop.run("expire").ended(Exit::Clean);
    assert_eq!(shop.order("OPEN-1")["status"], "expired");
}

#[test]
fn one_odd_name_stops_no_other() {
    let Scene { shop, .. } = &scene("midtrans", (500, ""));
    let line = "order create --number ODD-1 --total 25000 --gateway midtrans --reference INV/1 --method qris --expires-at 2026-03-02T04:30:00Z";
    shop.run(line).ended(Exit::Clean);
    shop.at("04:40");
    let output = shop.run("check-status ODD-1 --fix").ended(Exit::Partial);
    assert!(output.all().contains("answered 404"), "{}", output.all());
    shop.at("04:41");
    shop.run("check-all --fix").ended(Exit::Partial);
    shop.at("04:42");
    shop.run("expire").ended(Exit::Partial);
    assert_eq!(shop.order("ODD-1")["status"], "pending");
    assert_eq!(shop.order("OPEN-1")["status"], "expired");
}

#[test]
fn an_opening_at_a_dead_address_fails() {
    for kind in ["pakasir", "midtrans"] {
        for (status, body) in DEAD_ANSWERS {
            let server = Server::start(move |_| (status, body.to_owned()));
            let shop = Shop::new();
            shop.configure(&config(&server.url(), &server.url()));
            shop.run("order create --number INV-1 --total 25000")
                .ended(Exit::Clean);
            for _ in 0..2 {
                let line = format!("pay INV-1 --gateway {kind} --method qris");
                shop.run(&line).ended(Exit::Config);
            }
            let order = shop.order("INV-1");
            assert_eq!(order["payments"].as_array().unwrap().len(), 1, "{order}");
            assert_eq!(order["payments"][0]["status"], "created", "{order}");
        }
    }
}

/// Payments whose queries always get 5xx, queried before the others.
fn shop_with_silent_block(block: u64, others: u64) -> (Shop, Server, Arc<AtomicU64>) {
    let in_vain = Arc::new(AtomicU64::new(0));
    let counted = in_vain.clone();
    let server = Server::start(move |target| {
        if target.contains("DEAD-") {
            counted.fetch_add(1, Ordering::SeqCst);
            return (503, "{}".to_owned());
        }
        let reference = target
            .trim_start_matches("/v2/")
            .trim_start_matches("t-")
            .split('/')
            .next()
            .unwrap_or_default();
        (
            200,
            format!(
                r#"{{"status_code":"407","transaction_status":"expire","order_id":"{reference}","transaction_id":"t-{reference}","gross_amount":"25000.00","payment_type":"qris"}}"#
            ),
        )
    });
    let shop = Shop::new();
    let patient = config(&server.url(), &server.url()).replace("200ms", "20s");
    shop.configure(&patient);
    let record = |number: String| {
        format!(
            "{{\"number\":\"{number}\",\"total\":25000,\"expires_at\":\"2026-03-02T04:30:00Z\",\"payments\":[{{\"gateway\":\"midtrans\",\"method\":\"qris\"}}]}}\n"
        )
    };
    let dead = (0..block).map(|nth| record(format!("DEAD-{nth}")));
    let alive = (0..others).map(|nth| record(format!("GOOD-{nth}")));
    shop.import(&dead.chain(alive).collect::<String>())
        .ended(Exit::Clean);
    (shop, server, in_vain)
}

fn expired(shop: &Shop) -> usize {
    let listed = shop
        .run("order list --status expired --limit 1000 -o json")
        .json();
    listed["rows"].as_array().unwrap().len()
}

#[test]
fn silent_orders_do_not_block_later_ones() {
    let (shop, _server, in_vain) = shop_with_silent_block(14, 8);
    shop.at("04:40");
    shop.run("expire --max-time 5m").ended(Exit::Partial);
    assert_eq!(expired(&shop), 8);
    let first = in_vain.swap(0, Ordering::SeqCst);
    assert!(first <= 3 * 14, "{first} attempts, three per query");
}

#[test]
fn the_next_run_starts_with_other_payments() {
    let (shop, server, _) = shop_with_silent_block(6, 3);
    shop.at("04:20");
    for _ in 0..2 {
        shop.run("check-all --fix --max-in-flight 1")
            .ended(Exit::Partial);
        server.forget();
        shop.pass(std::time::Duration::from_secs(3600));
    }
    shop.run("check-all --fix --max-in-flight 1")
        .ended(Exit::Partial);
    let heads = server.heads();
    assert!(
        heads.first().is_some_and(|head| head.contains("GOOD-")),
        "{heads:?}"
    );
}
