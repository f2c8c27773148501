//! Paths, notifications and keys as intermediate programs pass them on, and which requests are refused.

use payctl::exit::Exit;
use payctl::store::JobLock;
use serde_json::{Value, json};
use sha2::{Digest, Sha512};

use super::{TOKEN, WITH_TOKEN, shop};
use crate::notification;
use crate::world::{MIDTRANS_KEY, Shop};

fn paid() -> String {
    notification::midtrans("INV-1", "settlement", 25_000)
}

/// The same notification as intermediate programs may wrap it.
fn wrapped(body: &str) -> [String; 6] {
    let quoted = Value::from(body).to_string();
    [
        body.to_owned(),
        format!("\u{feff}{body}"),
        format!("\r\n {body}\r\n"),
        quoted.clone(),
        format!("\u{feff}{}\n", Value::from(quoted)),
        Value::from(format!("\u{feff}{body}")).to_string(),
    ]
}

#[test]
fn one_notification_is_accepted_at_many_paths() {
    let mut shop = shop("");
    let doors = [
        "/notification/midtrans",
        "/notification/midtrans/",
        "//notification//midtrans",
        "/Notification/Midtrans",
        "/NOTIFICATION/MIDTRANS//",
    ];
    for door in doors {
        for body in wrapped(&paid()) {
            shop.check(&format!("POST {door}"), &[], &body, 200);
        }
    }
    assert_eq!(shop.order_status(), "fulfilled");
    assert_eq!(shop.count("SELECT count(*) FROM notifications"), 1);
    for nowhere in [
        "/notification",
        "/notification/",
        "/notification/midtrans/INV-1",
        "/x/notification/midtrans",
    ] {
        shop.check(&format!("POST {nowhere}"), &[], &paid(), 404);
    }
    shop.check("GET /notification/midtrans/", &[], "", 405);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn the_webhook_command_accepts_wrapped_notifications() {
    let shop = shop("");
    for body in wrapped(&paid()) {
        shop.run_words(&["webhook", "midtrans"], &body)
            .ended(Exit::Clean);
    }
    assert_eq!(shop.order_status(), "fulfilled");
    assert_eq!(shop.count("SELECT count(*) FROM notifications"), 1);
    let pakasir = notification::pakasir("VPN-1", 50_000);
    for body in wrapped(&pakasir) {
        let output = shop.run_words(&["webhook", "pakasir"], &body);
        assert!(output.all().contains("not known here"), "{}", output.all());
    }
    assert_eq!(shop.count("SELECT count(*) FROM notifications"), 2);
}

#[test]
fn a_wrapped_forgery_is_a_forgery() {
    let mut shop = shop("");
    for body in wrapped(&notification::forged("INV-1", "settlement", 25_000)) {
        shop.check("POST /notification/midtrans/", &[], &body, 403);
    }
    for nothing in [
        "\"",
        "\"\"",
        "\"no json\"",
        "[]",
        "\u{feff}",
        "{}",
        "\"{}\"",
    ] {
        shop.check("POST /notification/midtrans/", &[], nothing, 400);
    }
    assert_eq!(shop.order_status(), "pending");
}

#[test]
fn other_messages_are_kept_without_guessing() {
    let mut shop = shop("");
    let others = [
        json!({"event": "account.linked", "account_id": "a-1", "phone": "0812"}),
        json!({"account_id": "a-1", "account_status": "ENABLED", "status_code": "200"}),
        json!({"event_name": "subscription.charged", "data": {"order_id": "INV-1"}}),
        json!({"id": "s-1", "name": "monthly", "status": "inactive", "amount": "25000"}),
        json!({"reference_no": "p-1", "amount": "25000.00", "status": "completed"}),
        json!({"originalPartnerReferenceNo": "INV-1", "latestTransactionStatus": "00",
            "amount": {"value": "25000.00", "currency": "IDR"}}),
    ];
    for body in &others {
        shop.check("POST /notification/midtrans", &[], &body.to_string(), 200);
        let output = shop.run_words(&["webhook", "midtrans"], &body.to_string());
        let output = output.ended(Exit::Clean).all();
        assert!(output.contains("it is not about a payment"), "{output}");
    }
    assert_eq!(shop.order_status(), "pending");
    let kept = "SELECT count(*) FROM notifications WHERE verdict = 'no_payment' AND times = 2 AND claims_money = 0";
    assert_eq!(shop.count(kept), 6);
    let personal =
        "SELECT count(*) FROM notifications WHERE body LIKE '%0812%' OR body LIKE '%a-1%'";
    assert_eq!(shop.count(personal), 0);
    // A body that names an order without a status is not a notification.
    for odd in [
        json!({"order_id": "INV-1"}),
        json!({"transaction_status": "settlement"}),
    ] {
        shop.check("POST /notification/midtrans", &[], &odd.to_string(), 400);
    }
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_flood_of_other_messages_takes_little_space() {
    let mut shop = shop("");
    let connection = rusqlite::Connection::open(shop.database()).unwrap();
    let fill = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
        INSERT INTO notifications (gateway, received_at, digest, verdict, body) SELECT 'midtrans', 0, 'd' || n, 'no_payment', '{}' FROM n";
    connection.execute(fill, []).unwrap();
    for event in 0..5 {
        let body = json!({ "event": "account.linked", "n": event }).to_string();
        shop.check("POST /notification/midtrans", &[], &body, 200);
    }
    assert_eq!(shop.count("SELECT count(*) FROM notifications"), 1_001);
}

const BEFORE: &str = "SB-Mid-server-payctl-before";

fn signed_by(key: &str) -> String {
    let mut body: Value = serde_json::from_str(&paid()).unwrap();
    let hash = Sha512::digest(format!("INV-120025000.00{key}"));
    let signature: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    body["signature_key"] = signature.into();
    body.to_string()
}

/// A shop whose account still accepts its previous key.
fn rolled_over(is_told: bool) -> Shop {
    let mut shop = shop("");
    let config = std::fs::read_to_string(shop.folder.path().join("payctl.toml")).unwrap();
    let key = config
        .lines()
        .find(|line| line.starts_with("server_key"))
        .unwrap();
    let both = format!("{key}\nserver_key_previous = \"env:KEY_BEFORE\"");
    shop.configure(&config.replacen(key, &both, 1));
    if is_told {
        shop.environment
            .push(("KEY_BEFORE".to_owned(), BEFORE.to_owned()));
    }
    shop
}

#[test]
fn a_rotated_key_still_verifies() {
    let path = "POST /notification/midtrans";
    let mut shop = rolled_over(true);
    shop.check(path, &[], &signed_by("SB-Mid-server-somebody-else"), 403);
    shop.check(path, &[], &signed_by(BEFORE), 200);
    assert_eq!(shop.order_status(), "fulfilled");
    shop.check(path, &[], &signed_by(MIDTRANS_KEY), 200);
    let output = shop.run("check-all -vv").all();
    assert!(!output.contains(BEFORE), "{output}");
    // Without the previous key the account still works and reports the refusal.
    let mut shop = rolled_over(false);
    shop.check(path, &[], &signed_by(BEFORE), 403);
    shop.check(path, &[], &signed_by(MIDTRANS_KEY), 200);
    shop.at("06:00");
    let output = shop.run("check-all").ended(Exit::Clean);
    assert!(
        output.stderr.contains("env:KEY_BEFORE is not set"),
        "{}",
        output.all()
    );
}

#[test]
fn a_guessable_token_opens_nothing() {
    let mut shop = shop(WITH_TOKEN);
    let session = shop.session("INV-1");
    let theirs = format!("GET /status?order=INV-1&session={session}");
    let trigger =
        |token: &'static str| [("PAYCTL_CGI_TOKEN", token), ("HTTP_X_PAYCTL_TOKEN", token)];
    for short in ["a", "123456789012345"] {
        shop.check("POST /check-expired", &trigger(short), "", 503);
        // Customers use their own session tokens.
        shop.check(&theirs, &trigger(short), "", 200);
        let (_, known) = shop.request("GET /status?order=INV-1", &trigger(short), "");
        let unknown = shop.request("GET /status?order=INV-9", &trigger(short), "");
        assert_eq!((503, known), unknown);
    }
    shop.check("POST /check-expired", &trigger("1234567890123456"), "", 200);
    shop.check(
        "POST /check-expired",
        &[("HTTP_X_PAYCTL_TOKEN", TOKEN)],
        "",
        200,
    );
}

#[test]
fn more_than_32_concurrent_requests_may_retry() {
    let mut shop = shop(WITH_TOKEN);
    let taken: Vec<_> = (1..=32)
        .map(|place| JobLock::take(&shop.database(), &format!("cgi-{place}")).unwrap())
        .collect();
    for line in [
        "POST /notification/midtrans",
        "GET /status?order=INV-1",
        "POST /check-expired",
    ] {
        let (status, output) = shop.request(line, &[], &paid());
        assert_eq!(status, 503, "{output}");
        assert!(output.contains("\r\nRetry-After: 5\r\n"), "{output}");
    }
    assert_eq!(shop.count("SELECT count(*) FROM notifications"), 0);
    drop(taken);
    shop.check("POST /notification/midtrans", &[], &paid(), 200);
    assert_eq!(shop.order_status(), "fulfilled");
}

#[test]
fn a_request_leaves_its_address() {
    let mut shop = shop(WITH_TOKEN);
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    let variables = [
        ("REMOTE_ADDR", "203.0.113.9"),
        ("HTTP_USER_AGENT", "Veritrans"),
        ("HTTP_X_SECRET", TOKEN),
        ("HTTP_COOKIE", TOKEN),
    ];
    shop.check("POST /notification/midtrans", &variables, &body, 200);
    let listed = shop.run("webhook list -o json").ended(Exit::Clean);
    assert!(!listed.stdout.contains(TOKEN), "{}", listed.stdout);
    let row = &listed.json()["rows"][0];
    assert_eq!(row["remote_address"], "203.0.113.9");
    let headers = serde_json::json!({ "user-agent": "Veritrans", "x-secret": "present" });
    assert_eq!(row["headers"], headers);
}
