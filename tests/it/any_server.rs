//! `check-all` against an independent web server that serves recorded answers.

use std::collections::HashMap;
use std::path::Path;

use payctl::exit::Exit;
use serde_json::Value;

use crate::books::{books, difference, fingerprint};
use crate::server::Server;
use crate::world::{CommandOutput, Shop, config};

/// A recorded answer, and the status it gives to a new payment and its order.
struct Recorded {
    file: &'static str,
    payment: &'static str,
    order: &'static str,
    /// The case it opens, if any.
    case: Option<&'static str>,
}

const fn recorded(file: &'static str, payment: &'static str, order: &'static str) -> Recorded {
    Recorded {
        file,
        payment,
        order,
        case: None,
    }
}

const fn asks(recorded: Recorded, case: &'static str) -> Recorded {
    Recorded {
        case: Some(case),
        ..recorded
    }
}

const MIDTRANS: [Recorded; 15] = [
    recorded("settlement-qris", "paid", "fulfilled"),
    recorded("settlement-bca-va", "paid", "fulfilled"),
    recorded("settlement-bni-va", "paid", "fulfilled"),
    recorded("settlement-permata", "paid", "fulfilled"),
    recorded("settlement-echannel", "paid", "fulfilled"),
    recorded("settlement-indomaret-no-fraud-status", "paid", "fulfilled"),
    recorded("settlement-bsi-va-foreign-order-id", "paid", "fulfilled"),
    recorded("capture-accept", "paid", "fulfilled"),
    asks(
        recorded("capture-challenge", "challenged", "pending"),
        "challenged",
    ),
    recorded("authorize-accept", "pending", "pending"),
    recorded("pending-dana-uppercase", "pending", "pending"),
    recorded("expire-qris", "expired", "pending"),
    recorded("cancel", "cancelled", "pending"),
    recorded("deny-card", "failed", "pending"),
    recorded("404", "created", "pending"),
];

const PAKASIR: [Recorded; 4] = [
    recorded("detail-completed", "paid", "fulfilled"),
    recorded("detail-canceled", "cancelled", "pending"),
    recorded("detail-expired", "expired", "pending"),
    recorded("error-message", "created", "pending"),
];

/// A shop with one new order for each recorded answer.
struct Scene {
    shop: Shop,
    server: Server,
    orders: Vec<(String, &'static Recorded)>,
}

fn scene() -> Scene {
    let mut answers = HashMap::new();
    let mut orders = Vec::new();
    let shop = Shop::new();
    for recorded in &MIDTRANS {
        let body = fixture(&format!("midtrans/status-{}", recorded.file));
        let said: Value = serde_json::from_str(&body).unwrap();
        let output = said["order_id"].as_str().filter(|id| id.starts_with("INV"));
        let number = output.map_or(format!("INV-{}", recorded.file), str::to_owned);
        let amount = said["gross_amount"].as_str().unwrap_or("25000.00");
        place(&shop, &number, "midtrans", amount.trim_end_matches(".00"));
        if let Some(id) = said["transaction_id"].as_str() {
            answers.insert(format!("/v2/{id}/status"), body.clone());
        }
        answers.insert(format!("/v2/{number}/status"), body);
        orders.push((number, recorded));
    }
    for recorded in &PAKASIR {
        let body = fixture(&format!("pakasir/{}", recorded.file));
        let said: Value = serde_json::from_str(&body).unwrap();
        let number = said["transaction"]["order_id"].as_str().unwrap_or("VPN-9");
        place(&shop, number, "pakasir", "50000");
        let target = format!(
            "/api/transactiondetail?project=tokocontoh&amount=50000&order_id={number}&api_key=pakasir-do-not-show-this"
        );
        answers.insert(target, body);
        orders.push((number.to_owned(), recorded));
    }
    let nothing = r#"{"status_code":"404","status_message":"Transaction doesn't exist."}"#;
    let server = Server::start(move |target| match answers.get(target) {
        Some(body) => (200, body.clone()),
        None => (404, nothing.to_owned()),
    });
    shop.configure(&config(&server.url(), &server.url()));
    shop.at("04:10");
    Scene {
        shop,
        server,
        orders,
    }
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap()
}

fn place(shop: &Shop, number: &str, gateway: &str, amount: &str) {
    let line = format!("order create --number {number} --total {amount} --gateway {gateway}");
    shop.run(&line).ended(Exit::Clean);
}

fn row<'a>(output: &'a Value, number: &str) -> &'a Value {
    let mut rows = output["rows"].as_array().unwrap().iter();
    rows.find(|row| row["order"] == number).unwrap()
}

#[test]
fn a_check_shows_drift_and_changes_no_byte() {
    let scene = scene();
    let before = fingerprint(&scene.shop.database());
    let output = scene.shop.run("check-all -o json").ended(Exit::Attention);
    assert_eq!(fingerprint(&scene.shop.database()), before);
    let json = output.json();
    for (number, recorded) in &scene.orders {
        let row = row(&json, number);
        let drifts = recorded.payment != "created";
        let action = if drifts { "would_fix" } else { "match" };
        assert_eq!(row["action"], action, "{row}");
        assert_eq!(row["payment_status"], "created", "{row}");
        assert_eq!(row["payment_status_after"], recorded.payment, "{row}");
        assert_eq!(row["order_status_after"], recorded.order, "{row}");
    }
    let folder = std::fs::read_dir(scene.shop.folder.path()).unwrap();
    let locks = folder.filter(|file| {
        let name = file.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".lock")
    });
    assert_eq!(locks.count(), 0, "a check without --fix takes no lock");
}

#[test]
fn fixing_corrects_every_order_once() {
    let scene = scene();
    let shop = &scene.shop;
    let output = shop.run("check-all --fix -o json").ended(Exit::Attention);
    for (number, recorded) in &scene.orders {
        let order = shop.order(number);
        let payments = order["payments"].as_array().unwrap();
        assert_eq!(payments.len(), 1, "{number} {order}");
        assert_eq!(payments[0]["status"], recorded.payment, "{number}");
        assert_eq!(order["status"], recorded.order, "{number}");
        let case = order["cases"][0]["kind"].as_str();
        assert_eq!(case, recorded.case, "{number}");
    }
    check_summary(&output);

    let level = books(&shop.database());
    shop.at("04:11");
    let again = shop.run("check-all --fix -o json").ended(Exit::Clean);
    assert_eq!(difference(&level, &books(&shop.database())), "");
    assert_eq!(again.json()["summary"]["fixed"], 0);
}

#[track_caller]
fn check_summary(output: &CommandOutput) {
    let summary = &output.json()["summary"];
    assert_eq!(summary["asked"], 19, "{summary}");
    assert_eq!(summary["fixed"], 17, "{summary}");
    assert_eq!(summary["match"], 2, "{summary}");
    assert_eq!(summary["cases_opened"], 1, "{summary}");
    assert_eq!(summary["not_reached"], 0, "{summary}");
}

#[test]
fn queries_are_authorised_reads() {
    let scene = scene();
    scene.shop.run("check-all").ended(Exit::Attention);
    let heads = scene.server.heads();
    assert_eq!(heads.len(), 19);
    for head in heads {
        assert!(head.starts_with("GET /"), "{head}");
        if head.starts_with("GET /v2/") {
            // The server key as user name with an empty password: `SB-Mid-server-do-not-show-this:`.
            let key = "Basic U0ItTWlkLXNlcnZlci1kby1ub3Qtc2hvdy10aGlzOg==";
            assert!(head.contains(key), "{head}");
        }
    }
}
