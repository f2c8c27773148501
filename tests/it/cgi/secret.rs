//! The webhook secret of Pakasir's second interface: only requests with the right header are accepted.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, PAKASIR};

use crate::notification;
use crate::world::{Shop, config, on_second};

const SECRET: &str = "webhook-do-not-show-this";
const PATH: &str = "POST /notification/pakasir";

/// A shop with VPN-1, pending here and paid at Pakasir.
fn shop(setting: &str) -> Shop {
    let mut shop = Shop::new();
    let url = shop.simulator.url();
    let text = on_second(&config(&url, &url));
    let version = "api_version = 2\n";
    shop.configure(&text.replacen(version, &format!("{version}{setting}"), 1));
    let secret = ("PAKASIR_WEBHOOK_SECRET".to_owned(), SECRET.to_owned());
    shop.environment.push(secret);
    let id = payctl::simulator::transaction_id("VPN-1", 1);
    shop.run(&format!(
        "order create --number VPN-1 --total 25000 --gateway pakasir --method qris --transaction-id {id}"
    ))
    .ended(Exit::Clean);
    let paid = AttemptTruth::new("completed", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(PAKASIR, "VPN-1", paid).unwrap();
    shop
}

const CONFIGURED: &str = "webhook_secret = \"env:PAKASIR_WEBHOOK_SECRET\"\n";

/// The order's status, the number of queries, and the number of notifications with this verdict.
fn found(shop: &Shop, verdict: &str) -> (String, u64, i64) {
    let standing = shop.order("VPN-1")["status"].as_str().unwrap().to_owned();
    let asked = shop.simulator.handle().asked_total();
    let judged = format!("SELECT count(*) FROM notifications WHERE verdict = '{verdict}'");
    (standing, asked, shop.count(&judged))
}

#[test]
fn the_right_secret_is_accepted() {
    let mut shop = shop(CONFIGURED);
    let body = notification::pakasir_second("VPN-1", 25_000);
    for _ in 0..2 {
        let (status, output) = shop.request(PATH, &[("HTTP_X_SECRET", SECRET)], &body);
        assert_eq!(status, 200, "{output}");
        assert!(!output.contains(SECRET), "{output}");
        assert_eq!(found(&shop, "verified"), ("fulfilled".to_owned(), 1, 1));
    }
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_wrong_secret_is_refused() {
    let mut shop = shop(CONFIGURED);
    let body = notification::pakasir_second("VPN-1", 25_000);
    let longer = format!("{SECRET}x");
    let shorter = SECRET.get(1..).unwrap();
    let louder = SECRET.to_uppercase();
    for wrong in ["wrong", "", &longer, shorter, &louder] {
        shop.check(PATH, &[("HTTP_X_SECRET", wrong)], &body, 403);
    }
    // The secret is not read from the query string either.
    let in_query = format!("{PATH}?X-Secret={SECRET}");
    shop.check(&in_query, &[], &body, 403);
    shop.check(PATH, &[("HTTP_SECRET", SECRET)], &body, 403);
    shop.check(PATH, &[], &body, 403);
    let (standing, asked, verified) = found(&shop, "verified");
    assert_eq!((standing.as_str(), asked, verified), ("pending", 0, 0));
    shop.check(PATH, &[("HTTP_X_SECRET", SECRET)], &body, 200);
    assert_eq!(found(&shop, "verified"), ("fulfilled".to_owned(), 1, 1));
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn without_a_secret_a_notification_causes_a_query() {
    for header in [None, Some(("HTTP_X_SECRET", "whatever"))] {
        let mut shop = shop("");
        let body = notification::pakasir_second("VPN-1", 25_000);
        let variables: Vec<_> = header.into_iter().collect();
        shop.check(PATH, &variables, &body, 200);
        assert_eq!(found(&shop, "unsigned"), ("fulfilled".to_owned(), 1, 1));
    }
}

#[test]
fn an_unavailable_secret_admits_nobody() {
    let mut shop = shop("webhook_secret = \"env:NOT_SET\"\n");
    let body = notification::pakasir_second("VPN-1", 25_000);
    for variables in [&[][..], &[("HTTP_X_SECRET", "")]] {
        let (status, output) = shop.request(PATH, variables, &body);
        assert!(status >= 400, "{output}");
    }
    assert_eq!(found(&shop, "verified"), ("pending".to_owned(), 0, 0));
}
