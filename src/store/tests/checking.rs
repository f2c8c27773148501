use std::collections::BTreeSet;

use super::{Shop, minute, says};
use crate::domain::Reported;
use crate::store::{CheckFilter, CheckScope, DuePayment, PollCursor};

/// When the runs begin.
const START: i64 = 5_000;

/// Payments alternating between two gateways; the first were queried least recently, and none is due.
fn shop_of(count: i64) -> Shop {
    shop_due(count, START + 1)
}

/// The same, but the first is due at `first` and each further one a minute after the one before.
fn shop_due(count: i64, first: i64) -> Shop {
    let shop = Shop::with_gateways();
    for index in 0..count {
        let number = format!("INV-{index}");
        let gateway = ["midtrans", "pakasir"][usize::from(index % 2 == 1)];
        let id = shop.payment(shop.add_order(&number), gateway, &number);
        shop.sql(
            "UPDATE payments SET last_asked_at = $1, next_check_at = $2 WHERE id = $3",
            rusqlite::params![minute(-1_000 + index), minute(first + index), id],
        );
    }
    shop
}

/// All payments that a run would query, gateway by gateway; `between` runs after every page.
fn walk(
    shop: &mut Shop,
    filter: &CheckFilter,
    size: u32,
    between: fn(&mut Shop, &[DuePayment]),
) -> Vec<String> {
    let mut met = Vec::new();
    for queue in shop.store.read().queues(filter, minute(START)).unwrap() {
        let before = met.len();
        let mut cursor = Some(PollCursor::START);
        while let Some(after) = cursor {
            let (page, next) = shop.store.read().page(&queue, after, size).unwrap();
            met.extend(page.iter().map(|asked| asked.order_number.to_string()));
            between(shop, &page);
            cursor = next;
        }
        assert_eq!(met.len() - before, usize::try_from(queue.to_ask).unwrap());
    }
    met
}

fn nothing(_: &mut Shop, _: &[DuePayment]) {}

fn book(shop: &mut Shop, page: &[DuePayment]) {
    for asked in page {
        shop.book(shop.observed(asked.payment.id, says(Reported::Pending, minute(START + 1))));
    }
}

fn limited(limit: u64) -> CheckFilter {
    CheckFilter {
        limit: Some(limit),
        ..CheckFilter::default()
    }
}

#[test]
fn every_payment_comes_once_despite_writes_between_pages() {
    for size in [1, 3, 7, 100] {
        let mut shop = shop_of(20);
        let met = walk(&mut shop, &CheckFilter::default(), size, book);
        assert_eq!(met.len(), 20);
        assert_eq!(met.iter().collect::<BTreeSet<_>>().len(), 20);
        assert_eq!(
            walk(&mut shop, &CheckFilter::default(), size, nothing),
            [""; 0]
        );
    }
}

#[test]
fn the_least_recently_queried_payment_comes_first() {
    let mut shop = shop_of(6);
    let met = walk(&mut shop, &CheckFilter::default(), 2, nothing);
    assert_eq!(met, ["INV-0", "INV-2", "INV-4", "INV-1", "INV-3", "INV-5"]);
    let met = walk(
        &mut shop,
        &CheckFilter {
            gateway: Some("pakasir".parse().unwrap()),
            ..CheckFilter::default()
        },
        2,
        nothing,
    );
    assert_eq!(met, ["INV-1", "INV-3", "INV-5"]);
}

fn due() -> CheckFilter {
    CheckFilter {
        scope: CheckScope::Due,
        ..CheckFilter::default()
    }
}

/// Six payments: those that were queried last became due first, and two are not due.
fn some_due() -> Shop {
    let shop = shop_of(6);
    for (reference, minutes) in [("INV-4", -3), ("INV-5", -2), ("INV-3", -1), ("INV-2", 0)] {
        shop.sql(
            "UPDATE payments SET next_check_at = $1 WHERE reference = $2",
            rusqlite::params![minute(START + minutes), reference],
        );
    }
    shop
}

#[test]
fn only_due_payments_come_longest_due_first() {
    for size in [1, 2, 100] {
        let mut shop = some_due();
        let all = ["INV-4", "INV-2", "INV-5", "INV-3"];
        assert_eq!(walk(&mut shop, &due(), size, nothing), all);
        let two = CheckFilter {
            limit: Some(2),
            ..due()
        };
        assert_eq!(walk(&mut shop, &two, size, nothing), ["INV-4", "INV-5"]);
        assert_eq!(walk(&mut shop, &due(), size, book), all);
        assert_eq!(walk(&mut shop, &due(), size, nothing), [""; 0]);
    }
}

#[test]
fn due_payments_come_before_all_others() {
    let all = ["INV-4", "INV-2", "INV-0", "INV-5", "INV-3", "INV-1"];
    for size in [1, 2, 3, 100] {
        // Each payment comes once, whether or not its answer is booked.
        for between in [nothing, book] {
            let met = walk(&mut some_due(), &CheckFilter::default(), size, between);
            assert_eq!(met, all, "{size}");
        }
        for (limit, wanted) in [
            (3, vec!["INV-4", "INV-5", "INV-3"]),
            (5, vec!["INV-4", "INV-2", "INV-0", "INV-5", "INV-3"]),
            (6, all.to_vec()),
        ] {
            let met = walk(&mut some_due(), &limited(limit), size, book);
            assert_eq!(met, wanted, "{size}");
        }
    }
}

#[test]
fn a_limit_takes_the_least_recently_queried() {
    for (limit, met) in [
        (0, vec![]),
        (1, vec!["INV-0"]),
        (3, vec!["INV-0", "INV-2", "INV-1"]),
        (
            6,
            vec!["INV-0", "INV-2", "INV-4", "INV-1", "INV-3", "INV-5"],
        ),
        (
            u64::MAX,
            vec!["INV-0", "INV-2", "INV-4", "INV-1", "INV-3", "INV-5"],
        ),
    ] {
        let mut shop = shop_of(6);
        assert_eq!(walk(&mut shop, &limited(limit), 2, nothing), met);
        assert_eq!(walk(&mut shop, &limited(limit), 2, book), met);
    }
    let mut shop = shop_of(6);
    shop.sql("UPDATE payments SET last_asked_at = 0", []);
    // None was ever queried, so they come in the order in which they were opened.
    assert_eq!(
        walk(&mut shop, &limited(3), 2, nothing),
        ["INV-0", "INV-2", "INV-1"]
    );
}

#[test]
fn a_payment_without_next_check_is_not_queried() {
    let mut shop = shop_of(3);
    shop.sql(
        "UPDATE payments SET next_check_at = NULL WHERE reference = 'INV-0'",
        [],
    );
    assert_eq!(
        walk(&mut shop, &CheckFilter::default(), 10, nothing),
        ["INV-2", "INV-1"]
    );
}

#[test]
fn a_clock_once_ahead_hides_no_payment() {
    let mut shop = shop_of(4);
    shop.sql(
        "UPDATE payments SET last_asked_at = $1 WHERE reference = 'INV-0'",
        [minute(500_000)],
    );
    for filter in [CheckFilter::default(), limited(100)] {
        let met = walk(&mut shop, &filter, 1, nothing);
        assert_eq!(met, ["INV-2", "INV-0", "INV-1", "INV-3"]);
    }
    assert_eq!(walk(&mut shop, &CheckFilter::default(), 1, book).len(), 4);
    assert_eq!(
        walk(&mut shop, &CheckFilter::default(), 1, nothing),
        [""; 0]
    );
}

#[test]
fn each_gateways_queue_counts_its_payments() {
    let shop = shop_of(5);
    let counts = |filter: &CheckFilter| -> Vec<(String, u64)> {
        let queues = shop.store.read().queues(filter, minute(START)).unwrap();
        queues
            .into_iter()
            .map(|queue| (queue.gateway.to_string(), queue.to_ask))
            .collect()
    };
    let two = |midtrans, pakasir| {
        vec![
            ("midtrans".to_owned(), midtrans),
            ("pakasir".to_owned(), pakasir),
        ]
    };
    assert_eq!(counts(&CheckFilter::default()), two(3, 2));
    assert_eq!(counts(&limited(3)), two(2, 1));
    assert_eq!(counts(&due()), []);
}
