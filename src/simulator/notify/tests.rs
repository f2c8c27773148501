//! The content of notifications, who can verify them, and where they go.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use super::super::testing::{answer, fixture, midtrans, midtrans_act, send as ask, shape, start};
use super::super::{MIDTRANS, Simulator};
use super::*;
use crate::simulator::testing::KEY;

fn notified(simulator: &Simulator, word: Option<&str>, sender: Sender) -> serde_json::Value {
    let handle = simulator.handle();
    let notification = handle.notification(MIDTRANS, "INV-2026-0002", word, sender);
    serde_json::from_str(&notification.unwrap().body).unwrap()
}

#[test]
fn the_body_is_documented_and_signed() {
    let simulator = start();
    let handle = simulator.handle();
    handle
        .set(MIDTRANS, "INV-2026-0002", answer("settlement", 25_000))
        .unwrap();
    midtrans(&simulator, "INV-2026-0002");
    let body = notified(&simulator, None, Sender::Gateway);
    let recorded = fixture("midtrans/notification-settlement-qris.json");
    assert_eq!(shape(&body), recorded);
    let signature = "a3533c429bcfeadec49ffe57832ba573d9005ad931f9b38fe3c679a479982ce1\
                     6744a9876a1e6f16f9de52becd5f6d646c575166418fe48b35937bef1fae9d46";
    assert_eq!(body["signature_key"], signature);
    assert_eq!(body["status_message"], "midtrans payment notification");
    let forged = notified(&simulator, None, Sender::Forger);
    assert_ne!(forged["signature_key"], signature);
    handle.accept_keys(MIDTRANS, &["another"]);
    assert_ne!(
        notified(&simulator, None, Sender::Gateway)["signature_key"],
        signature
    );
    handle.accept_keys(MIDTRANS, &[KEY]);
    assert_eq!(
        notified(&simulator, None, Sender::Gateway)["signature_key"],
        signature
    );
    for (word, code) in [
        ("pending", "201"),
        ("expire", "202"),
        ("cancel", "202"),
        ("deny", "202"),
    ] {
        let body = notified(&simulator, Some(word), Sender::Gateway);
        assert_eq!(
            (&body["transaction_status"], &body["status_code"]),
            (&word.into(), &code.into())
        );
    }
    assert_eq!(
        midtrans(&simulator, "INV-2026-0002").says("/transaction_status"),
        "settlement"
    );
}

#[test]
fn a_customer_picks_pays_and_retries_on_page() {
    let simulator = start();
    let page = r#"{"transaction_details":{"order_id":"INV-1","gross_amount":25000}}"#;
    midtrans_act(&simulator, "/snap/v1/transactions", page);
    let told = "/pretend/notification?kind=midtrans&reference=INV-1";
    assert_eq!(ask(&simulator, "GET", told, "").status, 404);
    let pay = "/pretend/pay?kind=midtrans&reference=INV-1";
    assert_eq!(ask(&simulator, "POST", pay, "").status, 409);
    let choose = |method: &str| {
        let path = format!("/pretend/choose?reference=INV-1&method={method}");
        assert_eq!(ask(&simulator, "POST", &path, "").status, 200);
    };
    choose("bca_va");
    let first = midtrans(&simulator, "INV-1").says("/transaction_id");
    choose("qris");
    let second = midtrans(&simulator, "INV-1").says("/transaction_id");
    assert_ne!(first, second);
    assert_eq!(ask(&simulator, "POST", pay, "").status, 200);
    assert_eq!(
        midtrans(&simulator, &first).says("/transaction_status"),
        "pending"
    );
    assert_eq!(
        ask(&simulator, "GET", told, "").says("/transaction_id"),
        second
    );
    assert_eq!(ask(&simulator, "POST", pay, "").status, 409);
    let nothing = "/pretend/choose?reference=INV-9&method=qris";
    assert_eq!(ask(&simulator, "POST", nothing, "").status, 409);
}

#[test]
fn pakasirs_notification_is_unsigned_but_names_the_project() {
    let simulator = start();
    let body = r#"{"project":"tokocontoh","order_id":"VPN-1","amount":50000,"api_key":"dummy"}"#;
    ask(&simulator, "POST", "/api/transactioncreate/qris", body);
    ask(
        &simulator,
        "POST",
        "/pretend/pay?kind=pakasir&reference=VPN-1",
        "",
    );
    let path = "/pretend/notification?kind=pakasir&reference=VPN-1";
    let observed = ask(&simulator, "GET", path, "");
    assert_eq!(
        shape(&observed.json()),
        fixture("pakasir/webhook-completed.json")
    );
    assert_eq!(
        (observed.says("/project"), observed.says("/amount")),
        ("tokocontoh".into(), "50000".into())
    );
    let forged = ask(&simulator, "GET", &format!("{path}&forged=yes"), "");
    assert_eq!(forged.says("/amount"), "100000");
}

/// A shop that answers 200 to this many requests, and returns their bodies.
fn shop(times: usize) -> (u16, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        let hear = |_| {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(told) = line.strip_prefix("Content-Length: ") {
                    length = told.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
            String::from_utf8(body).unwrap()
        };
        (0..times).map(hear).collect()
    });
    (port, serving)
}

#[test]
fn notifications_repeat_and_go_to_localhost_only() {
    let simulator = start();
    let handle = simulator.handle();
    handle
        .set(MIDTRANS, "INV-1", answer("settlement", 25_000))
        .unwrap();
    midtrans(&simulator, "INV-1");
    let (port, serving) = shop(3);
    let order = format!(
        r#"{{"kind":"midtrans","reference":"INV-1","url":"http://127.0.0.1:{port}/notification/midtrans","times":3}}"#
    );
    let observed = ask(&simulator, "POST", "/pretend/notifications", &order);
    assert_eq!(observed.says("/answers"), "[200,200,200]");
    let bodies = serving.join().unwrap();
    assert!(
        bodies
            .iter()
            .all(|body| *body == bodies[0] && body.contains("signature_key"))
    );
    let gone = order.replace(":3}", ":1}");
    let observed = ask(&simulator, "POST", "/pretend/notifications", &gone);
    assert_eq!(observed.says("/answers"), "[0]");
    for url in [
        "http://example.com:80/",
        "https://127.0.0.1:1/",
        "http://127.0.0.1/",
        "x",
        "http://127.0.0.1.example:80/",
    ] {
        let order = format!(r#"{{"kind":"midtrans","reference":"INV-1","url":"{url}"}}"#);
        assert_eq!(
            ask(&simulator, "POST", "/pretend/notifications", &order).status,
            409,
            "{url}"
        );
    }
    assert_eq!(
        ask(&simulator, "POST", "/pretend/notifications", "{}").status,
        400
    );
}
