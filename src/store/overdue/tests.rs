use std::time::Duration;

use super::*;
use crate::domain::{ImportPayment, OrderId, OrderStatus, Reservation};
use crate::store::testing::{HOUR, NOW, Shop, order};
use crate::store::{NewOrder, OrderFilter};

const AFTER: Instant = Instant::from_millis(NOW.as_millis() + 2 * 60 * 60 * 1000);

fn by() -> Actor<'static> {
    Actor {
        actor: "deadline",
        now: AFTER,
    }
}

fn at_a_gateway(number: &str) -> NewOrder {
    NewOrder {
        payment: Some(ImportPayment::at("midtrans".parse().unwrap())),
        ..order(number, &[("seat", 1)])
    }
}

/// Expires everything in steps of `limit`, and returns the order numbers in the sequence of expiry.
fn expire_all(shop: &mut Shop, cutoff: Instant, limit: u32) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut after = Some(OverdueCursor::START);
    while let Some(cursor) = after {
        let (expired, next) = shop
            .store
            .expire_by_clock(&shop.permit, cutoff, cursor, limit, by())
            .unwrap();
        numbers.extend(expired.iter().map(|order| order.number.to_string()));
        after = next;
    }
    numbers
}

fn shop() -> Shop {
    let mut shop = Shop::new();
    shop.sell("seat", 500, Some(100));
    shop.sell("tea", 100, None);
    shop
}

#[test]
fn orders_without_a_gateway_expire_by_clock() {
    let mut shop = shop();
    for number in ["A", "B", "C", "D", "E"] {
        shop.place(&order(number, &[("seat", 2), ("tea", 1), ("seat", 1)]))
            .unwrap();
    }
    shop.place(&at_a_gateway("G")).unwrap();
    shop.place(&NewOrder {
        expires_at: NOW.saturating_add(9 * HOUR),
        ..order("LATER", &[("seat", 1)])
    })
    .unwrap();

    assert_eq!(expire_all(&mut shop, AFTER, 2), ["A", "B", "C", "D", "E"]);

    let of = |status| OrderFilter {
        status: Some(status),
        ..OrderFilter::default()
    };
    assert_eq!(shop.numbers(&of(OrderStatus::Pending)), ["LATER", "G"]);
    assert_eq!(shop.product("seat").held, 2);
    assert_eq!(shop.product("tea").held, 0);
    shop.check_counters();
    let details = shop.details("C");
    assert!(
        details
            .dossier
            .lines
            .iter()
            .all(|line| line.reservation == Reservation::Released)
    );
    let last = details.trail.last().unwrap();
    assert_eq!(
        (last.actor.as_str(), last.to.as_deref()),
        ("deadline", Some("expired"))
    );
    assert_eq!(last.rule.map(crate::domain::Rule::word), Some("O7"));

    assert!(
        expire_all(&mut shop, AFTER, 2).is_empty(),
        "twice changes nothing"
    );
}

#[test]
fn an_order_exactly_at_deadline_is_not_overdue() {
    let mut shop = shop();
    shop.place(&order("A", &[("seat", 1)])).unwrap();
    assert!(expire_all(&mut shop, NOW.saturating_add(HOUR), 10).is_empty());
    assert_eq!(
        expire_all(
            &mut shop,
            NOW.saturating_add(HOUR + Duration::from_millis(1)),
            10
        ),
        ["A"]
    );
}

#[test]
fn gateway_orders_are_listed_least_recently_tried_first() {
    let mut shop = shop();
    let ids: Vec<OrderId> = ["A", "B", "C"]
        .iter()
        .map(|number| shop.place(&at_a_gateway(number)).unwrap().id)
        .collect();
    shop.place(&order("CLOCK", &[("seat", 1)])).unwrap();
    let listed = |shop: &Shop, now: Instant| {
        shop.store
            .read()
            .overdue_at_gateways(AFTER, now, 10)
            .unwrap()
    };
    assert_eq!(listed(&shop, AFTER), ids);
    shop.store
        .record_tried(&shop.permit, &ids[..1], AFTER)
        .unwrap();
    assert_eq!(listed(&shop, AFTER), ids[1..], "not twice in one run");
    assert_eq!(
        listed(&shop, AFTER.saturating_add(HOUR)),
        [ids[1], ids[2], ids[0]]
    );
}
