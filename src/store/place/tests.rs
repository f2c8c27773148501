use super::super::Store;
use super::*;
use crate::domain::{PaymentStatus, Phase};
use crate::store::testing::{HOUR, NOW, Shop, order};
use crate::store::{OrderFilter, sql};

fn at_midtrans() -> ImportPayment {
    ImportPayment::at("midtrans".parse().unwrap())
}

#[track_caller]
fn check_refused(shop: &mut Shop, new: &NewOrder, reason: &str) {
    let tables = [
        "orders",
        "order_lines",
        "payments",
        "events",
        "customers",
        "gateways",
    ];
    let before = tables.map(|table| shop.count(table));
    let stock = shop.product("seat");
    assert_eq!(shop.place(new).unwrap_err().to_string(), reason);
    assert_eq!(tables.map(|table| shop.count(table)), before);
    assert_eq!(shop.product("seat"), stock);
    shop.check_counters();
}

#[test]
fn an_order_holds_stock_at_todays_prices() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, Some(3));
    shop.sell("bag", 10_000, None);
    let placed = shop
        .place(&order("INV-1", &[("seat", 2), ("bag", 1)]))
        .unwrap();
    assert_eq!(placed.status, OrderStatus::Pending);
    assert_eq!(placed.total, Rupiah::from_db(110_000));

    shop.sell("seat", 70_000, Some(3));
    let details = shop.details("INV-1");
    let line = &details.dossier.lines[0];
    assert_eq!(
        (line.unit_price, line.quantity),
        (Rupiah::from_db(50_000), 2)
    );
    assert_eq!(line.reservation, crate::domain::Reservation::Held);
    let seat = shop.product("seat");
    assert_eq!((seat.held, seat.sold, seat.left()), (2, 0, Some(1)));
    assert_eq!(details.trail[0].rule, Some(Rule::O1));
    assert_eq!(details.trail[0].actor, "operator:rina");
    shop.check_counters();
}

#[test]
fn the_last_unit_goes_to_one_of_two() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, Some(1));
    let other = shop.second_store();
    shop.place(&order("INV-1", &[("seat", 1)])).unwrap();
    let refused = other
        .place_order(&shop.permit, &order("INV-2", &[("seat", 1)]), NOW)
        .unwrap_err();
    assert_eq!(refused.to_string(), "seat: 1 wanted, 0 left");
    let seat = shop.product("seat");
    assert_eq!((seat.held, seat.sold), (1, 0));
    shop.check_counters();
}

#[test]
fn concurrent_orders_never_exceed_the_stock() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, Some(5));
    let stores: Vec<Store> = (0..4).map(|_| shop.second_store()).collect();
    let permit = &shop.permit;
    let placed: usize = std::thread::scope(|scope| {
        let hands: Vec<_> = stores
            .into_iter()
            .enumerate()
            .map(|(by, store)| {
                scope.spawn(move || {
                    let one = |turn: u32| order(&format!("INV-{by}-{turn}"), &[("seat", 1)]);
                    (0..4)
                        .filter(|turn| store.place_order(permit, &one(*turn), NOW).is_ok())
                        .count()
                })
            })
            .collect();
        hands.into_iter().map(|by| by.join().unwrap()).sum()
    });
    assert_eq!(placed, 5);
    assert_eq!(shop.product("seat").held, 5);
    shop.check_counters();
}

#[test]
fn all_lines_are_held_or_none() {
    let mut shop = Shop::new();
    shop.sell("bag", 10_000, None);
    shop.sell("seat", 50_000, Some(3));
    let too_many = order("INV-1", &[("bag", 2), ("seat", 2), ("seat", 2)]);
    check_refused(&mut shop, &too_many, "seat: 4 wanted, 3 left");
    assert_eq!(shop.product("bag").held, 0);
    let unknown = order("INV-1", &[("seat", 1), ("hat", 1)]);
    check_refused(
        &mut shop,
        &unknown,
        "no product has the sku hat; make it first",
    );
    shop.place(&order("INV-1", &[("bag", 2), ("seat", 2), ("seat", 1)]))
        .unwrap();
    shop.check_counters();
}

#[test]
fn a_number_is_used_once() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, None);
    let new = order("INV-1", &[("seat", 1)]);
    let placed = shop.place(&new).unwrap();
    let again = shop.place(&new).unwrap();
    assert_eq!((again.id, again.is_new), (placed.id, false));
    check_refused(
        &mut shop,
        &order("INV-1", &[("seat", 2)]),
        "the number INV-1 is taken by an order with other content",
    );
    assert_eq!(shop.product("seat").held, 1);
}

#[test]
fn the_shops_payment_is_due_at_once() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, None);
    let new = NewOrder {
        total: Some(Rupiah::from_db(60_000)),
        payment: Some(at_midtrans()),
        ..order("INV-1", &[("seat", 1)])
    };
    shop.place(&new).unwrap();
    let payment = &shop.details("INV-1").dossier.payments[0];
    assert_eq!(payment.reference.as_str(), "INV-1");
    assert_eq!(payment.status, PaymentStatus::Created);
    assert_eq!(
        (payment.amount, payment.payable),
        (Rupiah::from_db(60_000), Rupiah::from_db(60_000))
    );
    assert_eq!(payment.deadline, NOW.saturating_add(24 * HOUR));
    assert!(payment.on_page && !payment.seen);
    assert_eq!(payment.schedule.phase, Phase::Open);
    assert_eq!(payment.schedule.next_check_at, Some(NOW));
    assert_eq!(payment.schedule.last_asked_at, None);
}

#[test]
fn a_reference_belongs_to_one_order() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, None);
    let paid_at = |number, reference: &str| NewOrder {
        payment: Some(ImportPayment {
            reference: Some(reference.parse().unwrap()),
            ..at_midtrans()
        }),
        ..order(number, &[("seat", 1)])
    };
    shop.place(&paid_at("INV-1", "R-1")).unwrap();
    let connection = shop.store.read().connection();
    connection
        .execute("UPDATE payments SET transaction_id = 'a-try'", [])
        .unwrap();
    check_refused(
        &mut shop,
        &paid_at("INV-2", "R-1"),
        "midtrans already knows the reference R-1 as a payment of INV-1",
    );
    shop.place(&paid_at("INV-2", "R-2")).unwrap();
}

#[test]
fn a_manual_payment_cannot_be_registered() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, None);
    let manual = NewOrder {
        payment: Some(ImportPayment::at("manual".parse().unwrap())),
        ..order("INV-1", &[("seat", 1)])
    };
    check_refused(
        &mut shop,
        &manual,
        "gateway manual is for approvals; a payment cannot be registered there",
    );
}

#[test]
fn a_free_order_is_fulfilled_at_once() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, Some(3));
    let free = NewOrder {
        total: Some(Rupiah::ZERO),
        ..order("INV-1", &[("seat", 2)])
    };
    assert_eq!(shop.place(&free).unwrap().status, OrderStatus::Fulfilled);
    let details = shop.details("INV-1");
    assert_eq!(details.dossier.order.status, OrderStatus::Fulfilled);
    let rules: Vec<Rule> = details.trail.iter().filter_map(|line| line.rule).collect();
    assert_eq!(rules, [Rule::O1, Rule::O2, Rule::O12]);
    let seat = shop.product("seat");
    assert_eq!((seat.held, seat.sold), (0, 2));
    shop.check_counters();
}

#[test]
fn a_customer_is_recognised_by_contact() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, None);
    let mut place = |number: &str, name: &str, email: Option<&str>, phone: Option<&str>| {
        let new = NewOrder {
            customer: Customer {
                name: Some(name.to_owned()),
                email: email.map(str::to_owned),
                phone: phone.map(str::to_owned),
            },
            ..order(number, &[("seat", 1)])
        };
        shop.place(&new).unwrap();
        shop.count("customers")
    };
    assert_eq!(place("INV-1", "Rina", Some("rina@example.com"), None), 1);
    assert_eq!(place("INV-2", "Rina", Some("rina@example.com"), None), 1);
    assert_eq!(
        place("INV-3", "Rina", Some("rina@example.com"), Some("0812")),
        2
    );
    assert_eq!(place("INV-4", "Rina", None, Some("0812")), 3);
    assert_eq!(place("INV-5", "Rina", None, Some("0812")), 3);
    assert_eq!(place("INV-6", "Rina", None, None), 4);
    assert_eq!(place("INV-7", "Rina", None, None), 5);
    assert_eq!(
        shop.details("INV-2").customer.email.as_deref(),
        Some("rina@example.com")
    );
    assert_eq!(shop.details("INV-6").customer.phone, None);
}

#[test]
fn every_order_has_its_own_token() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, None);
    for number in ["INV-1", "INV-2"] {
        shop.place(&order(number, &[("seat", 1)])).unwrap();
    }
    let connection = shop.store.read().connection();
    let mut statement = connection
        .prepare("SELECT session_token FROM orders")
        .unwrap();
    let tokens: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_ne!(tokens[0], tokens[1]);
    for token in tokens {
        assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}

#[test]
fn a_list_is_filtered_newest_first_by_page() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, None);
    for number in ["INV-1", "INV-2", "INV-3"] {
        shop.place(&order(number, &[("seat", 1)])).unwrap();
    }
    let free = NewOrder {
        total: Some(Rupiah::ZERO),
        payment: Some(at_midtrans()),
        ..order("INV-4", &[("seat", 2), ("seat", 3)])
    };
    shop.store
        .place_order(&shop.permit, &free, NOW.saturating_add(HOUR))
        .unwrap();

    let all = OrderFilter::default();
    assert_eq!(shop.numbers(&all), ["INV-4", "INV-3", "INV-2", "INV-1"]);
    let fulfilled = OrderFilter {
        status: Some(OrderStatus::Fulfilled),
        ..all.clone()
    };
    assert_eq!(shop.numbers(&fulfilled), ["INV-4"]);
    let at_midtrans = OrderFilter {
        gateway: Some("midtrans".parse().unwrap()),
        ..all.clone()
    };
    assert_eq!(shop.numbers(&at_midtrans), ["INV-4"]);
    let older = OrderFilter {
        older_than: Some(NOW.saturating_add(HOUR)),
        ..all.clone()
    };
    assert_eq!(shop.numbers(&older), ["INV-3", "INV-2", "INV-1"]);
    let newer = OrderFilter {
        newer_than: Some(NOW.saturating_add(HOUR)),
        ..all.clone()
    };
    assert_eq!(shop.numbers(&newer), ["INV-4"]);

    let reader = shop.store.read();
    let first = reader.orders_page(&all, None, 2).unwrap();
    assert_eq!((first[0].units, first[0].payments), (5, 1));
    let second = reader
        .orders_page(&all, Some(first[1].order.id), 2)
        .unwrap();
    assert_eq!(second[0].order.number.as_str(), "INV-2");
    assert_eq!(second.len(), 2);
}

#[test]
fn an_order_shows_its_latest_events() {
    let mut shop = Shop::new();
    shop.sell("seat", 50_000, None);
    let free = NewOrder {
        total: Some(Rupiah::ZERO),
        ..order("INV-1", &[("seat", 1)])
    };
    let placed = shop.place(&free).unwrap();
    let reader = shop.store.read();
    let number = "INV-1".parse().unwrap();
    assert_eq!(
        reader.order_by_number(&number).unwrap().unwrap().id,
        placed.id
    );
    let details = reader.order_details(&number, 1).unwrap().unwrap();
    assert_eq!(details.trail[0].to.as_deref(), Some("fulfilled"));
    assert!(details.has_earlier && !details.is_late);
    assert!(
        !reader
            .order_details(&number, 100)
            .unwrap()
            .unwrap()
            .has_earlier
    );
    let missing = "INV-9".parse().unwrap();
    assert_eq!(reader.order_details(&missing, 1).unwrap(), None);
}

#[test]
fn frequent_queries_have_an_index() {
    let shop = Shop::new();
    for (sql, index) in [
        (sql!("find_customer"), "customers_by_contact"),
        (sql!("reference_owner"), "payments_by_try"),
        (sql!("order_events"), "events_by_order"),
        (sql!("order_origin"), "sqlite_autoindex_orders"),
        (sql!("product_for_order"), "sqlite_autoindex_products"),
    ] {
        let connection = shop.store.read().connection();
        let mut statement = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let count = statement.parameter_count();
        let plan: Vec<String> = statement
            .query_map(rusqlite::params_from_iter(vec![1; count]), |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert!(
            plan[0].contains("SEARCH") && plan[0].contains(index),
            "{plan:?}"
        );
    }
}
