//! The request that opens a payment at Midtrans, field by field.

use proptest::prelude::*;

use super::*;
use crate::domain::Payment;
use crate::gateway::Gateway;
use crate::gateway::midtrans::tests::{KEY, midtrans};
use crate::gateway::testing::{TestOpening, UUID, at, fixture, noon, payment};
use crate::http::message::Idempotency;

fn opening(method: &str) -> TestOpening {
    TestOpening::new(method, payment("INV-1"))
}

fn sent(opening: &TestOpening) -> Value {
    let request = midtrans().open(&opening.opening()).unwrap();
    serde_json::from_str(request.expose_body().unwrap()).unwrap()
}

fn item(sku: &str, price: i64, quantity: u32) -> OpenItem {
    OpenItem {
        sku: sku.parse().unwrap(),
        name: format!("The {sku}"),
        unit_price: Rupiah::from_db(price),
        quantity,
    }
}

const DETAILS: &str = r#""transaction_details":{"gross_amount":25000,"order_id":"INV-1"}}"#;

#[track_caller]
fn check(method: &str, url: &str, before: &str) {
    let opening = opening(method);
    let request = midtrans().open(&opening.opening()).unwrap();
    assert_eq!(request.expose_url(), url, "{method}");
    assert_eq!(request.expose_body().unwrap(), format!("{before}{DETAILS}"));
    assert_eq!(request.intent, Idempotency::Change);
    assert_eq!(request.patience, PATIENCE);
    let headers: Vec<_> = request.expose_headers().collect();
    assert!(headers.contains(&("Idempotency-Key", UUID)));
    assert!(headers.contains(&("Content-Type", "application/json")));
    let text = format!("{request:?}");
    assert!(!text.contains(KEY) && !text.contains("INV-1"), "{text}");
}

#[test]
fn every_method_has_its_own_request() {
    let expiry = r#"{"custom_expiry":{"expiry_duration":3600,"order_time":"2026-03-02 19:00:00 +0700","unit":"second"},"#;
    let charge = "https://api.example/v2/charge";
    for bank in ["bca", "bni", "bri", "cimb", "permata"] {
        let means = format!(
            r#"{{"bank_transfer":{{"bank":"{bank}"}},{}"payment_type":"bank_transfer","#,
            &expiry[1..]
        );
        check(&format!("{bank}_va"), charge, &means);
    }
    for store in ["indomaret", "alfamart"] {
        let means = format!(
            r#"{{"cstore":{{"store":"{store}"}},{}"payment_type":"cstore","#,
            &expiry[1..]
        );
        check(store, charge, &means);
    }
    let qris = r#""payment_type":"qris","qris":{"acquirer":"gopay"},"#;
    check("qris", charge, &format!("{expiry}{qris}"));
    let bill =
        r#""echannel":{"bill_info1":"Order","bill_info2":"INV-7"},"payment_type":"echannel","#;
    check("mandiri_bill", charge, &format!("{expiry}{bill}"));
    check(
        "snap",
        "https://app.example/snap/v1/transactions",
        r#"{"expiry":{"duration":60,"start_time":"2026-03-02 19:00:00 +0700","unit":"minutes"},"page_expiry":{"duration":60,"unit":"minutes"},"#,
    );
    assert_eq!(midtrans().methods().len(), 10);
    for method in midtrans().methods() {
        assert!(midtrans().open(&opening(method).opening()).is_some());
    }
    assert!(midtrans().open(&opening("moon").opening()).is_none());
}

#[test]
fn recorded_requests_have_the_same_fields() {
    for (method, file) in [
        ("qris", "charge-qris-request"),
        ("bca_va", "charge-bank-transfer-bca-request"),
        ("snap", "snap-create-request"),
    ] {
        let recorded: Value = serde_json::from_str(&fixture("midtrans", file)).unwrap();
        let sent = sent(&opening(method));
        for (name, part) in sent.as_object().unwrap() {
            if name == "custom_expiry" && recorded.get(name).is_none() {
                continue;
            }
            let names = |value: &Value| -> Option<Vec<String>> {
                Some(value.as_object()?.keys().cloned().collect())
            };
            assert_eq!(names(part), names(&recorded[name]), "{file}, {name}");
        }
    }
}

#[test]
fn items_are_sent_only_if_they_add_up() {
    let mut opening = opening("snap");
    opening.items = vec![item("seat", 10_000, 2), item("fee", 5_000, 1)];
    let told = sent(&opening)["item_details"].clone();
    let first = json!({"id": "seat", "name": "The seat", "price": 10_000, "quantity": 2});
    assert_eq!((told.as_array().unwrap().len(), &told[0]), (2, &first));
    opening.items[1].unit_price = Rupiah::from_db(4_999);
    assert_eq!(sent(&opening).get("item_details"), None);
    opening.items = vec![item("moon", 1_000_000_000_000, u32::MAX)];
    assert_eq!(sent(&opening).get("item_details"), None);
    opening.items = (0..500).map(|_| item("stone", 50, 1)).collect();
    assert_eq!(sent(&opening).get("item_details"), None, "too long");
}

#[test]
fn known_customer_fields_are_sent() {
    let mut opening = opening("qris");
    opening.buyer = Some(Customer::default());
    assert_eq!(sent(&opening).get("customer_details"), None);
    opening.buyer = Some(Customer {
        name: Some("Sari \"$(x)\"\n".to_owned()),
        email: None,
        phone: Some("+62812".to_owned()),
    });
    let told = json!({"first_name": "Sari \"$(x)\"\n", "phone": "+62812"});
    assert_eq!(sent(&opening)["customer_details"], told);
}

#[track_caller]
fn lives(method: &str, deadline: &str, told: &[i64], until: &str) {
    let payment = Payment {
        deadline: at(deadline),
        ..payment("INV-1")
    };
    let opening = TestOpening::new(method, payment);
    let body = sent(&opening);
    let spans: Vec<i64> = ["/custom_expiry/expiry_duration", "/expiry/duration"]
        .into_iter()
        .chain(["/page_expiry/duration"])
        .filter_map(|place| body.pointer(place)?.as_i64())
        .collect();
    assert_eq!(spans, told, "{method}, {deadline}");
    assert_eq!(
        runs_out(&opening.opening()),
        at(until),
        "{method}, {deadline}"
    );
}

#[test]
fn the_expiry_stays_within_midtrans_limits() {
    let exact = "2026-03-02T12:10:59Z";
    lives("bca_va", exact, &[659], exact);
    lives("snap", exact, &[10, 10], "2026-03-02T12:10:00Z");
    let soon = "2026-03-02T12:00:07Z";
    lives("qris", soon, &[20], "2026-03-02T12:00:20Z");
    lives("snap", soon, &[1, 5], "2026-03-02T12:05:00Z");
    let late = "2027-03-02T12:00:00Z";
    lives("qris", late, &[7 * 86_400], "2026-03-09T12:00:00Z");
    lives("bni_va", late, &[180 * 86_400], "2026-08-29T12:00:00Z");
    lives("snap", late, &[10_080, 10_080], "2026-03-09T12:00:00Z");
}

#[test]
fn an_unsuitable_id_is_refused_before_sending() {
    let long = "x".repeat(51);
    for bad in ["INV/1", "INV#1", "a:b", &long] {
        let why = midtrans().accepts_reference(&bad.parse().unwrap());
        assert!(why.unwrap_err().contains(bad), "{bad}");
        assert!(
            midtrans()
                .open(&TestOpening::new("qris", payment(bad)).opening())
                .is_none()
        );
    }
    for good in ["INV-1_2.3~4", &long[..50]] {
        assert_eq!(midtrans().accepts_reference(&good.parse().unwrap()), Ok(()));
    }
}

proptest! {
    #[test]
    fn no_customer_or_product_escapes_its_value(name in ".{0,80}", email in ".{0,80}") {
        let mut opening = opening("snap");
        opening.items = vec![OpenItem { name: name.clone(), ..item("seat", 25_000, 1) }];
        opening.buyer = Some(Customer { name: Some(name.clone()), email: Some(email.clone()), phone: None });
        let body = sent(&opening);
        prop_assert_eq!(body["customer_details"]["email"].as_str().unwrap(), email.as_str());
        prop_assert_eq!(body["transaction_details"]["gross_amount"].as_i64(), Some(25_000));
        prop_assert_eq!(body["item_details"].as_array().unwrap().len(), 1);
        prop_assert_eq!(noon(), opening.opening().now);
    }
}
