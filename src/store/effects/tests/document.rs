//! The document handed to the program or partner that carries out an effect.

use serde_json::{Value, json};

use super::*;
use crate::store::EffectFilter;

/// The document of the only effect.
fn document(shop: &Shop, now: Instant) -> Value {
    let reader = shop.store.read();
    let effects = reader.effects(&EffectFilter::default(), None, 10).unwrap();
    let [ListedEffect { effect, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    let document = reader.effect_document(effect, now).unwrap();
    serde_json::to_value(&document).unwrap()
}

#[test]
fn the_payload_holds_issued_tickets_and_access() {
    let mut shop = free_shop(paid_hook());
    shop.offer(
        "show",
        ProductUpdate {
            name: Some("The show".to_owned()),
            issues_tickets: Some(true),
            access: Some(Some(Duration::from_secs(600))),
            ..ProductUpdate::default()
        },
    );
    shop.order_of("INV-1", "show", 2, 0);
    let order = document(&shop, minute(2))["order"].clone();
    let filter = crate::store::TicketFilter::default();
    let issued = shop.store.read().tickets_page(&filter, None, 9).unwrap();
    let ticket = |at: usize| {
        json!({
            "ticket": issued[at].code,
            "product": "show",
            "product_name": "The show",
            "unit": at + 1,
            "status": "good",
        })
    };
    assert_eq!(order["tickets"], json!([ticket(0), ticket(1)]));
    assert_eq!(order["has_more_tickets"], false);
    let access = json!([{
        "product": "show",
        "status": "running",
        "seconds": 1_200,
        "starts_at": minute(1),
        "ends_at": minute(21),
    }]);
    assert_eq!(order["access"], access);
    let later = document(&shop, minute(21));
    assert_eq!(later["order"]["access"][0]["status"], "ended");
}

#[test]
fn an_order_without_tickets_lists_none() {
    let mut shop = free_shop(paid_hook());
    shop.order("INV-1", "seat", 0);
    let order = document(&shop, minute(2))["order"].clone();
    assert_eq!(order["tickets"], json!([]));
    assert_eq!(order["access"], json!([]));
    assert_eq!(order["has_more_tickets"], false);
    assert_eq!(order["has_more_access"], false);
}

#[test]
fn the_payload_lists_the_first_thousand_tickets() {
    let mut shop = free_shop(paid_hook());
    let terms = ProductUpdate {
        issues_tickets: Some(true),
        ..ProductUpdate::default()
    };
    shop.offer("show", terms);
    shop.order_of("INV-1", "show", 1_001, 0);
    let order = document(&shop, minute(2))["order"].clone();
    let tickets = order["tickets"].as_array().unwrap();
    assert_eq!(tickets.len(), 1_000);
    assert_eq!(tickets[999]["unit"], 1_000);
    assert_eq!(order["has_more_tickets"], true);
}
