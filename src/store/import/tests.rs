mod bulk;

use std::time::Duration;

use super::super::OrderFilter;
use super::*;
use crate::domain::{
    CaseKind, Customer, ImportLine, ImportPayment, OrderNotes, OrderStatus, PaymentStatus, Phase,
    RefundReason, Reservation, Rupiah,
};
use crate::store::testing::{NOW, Shop, order};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const DEFAULTS: ImportTimes = ImportTimes {
    order_lifetime: Duration::from_secs(60 * 60),
    grace: Duration::from_secs(180),
};

/// An order of two seats at 500 each, placed a day ago.
fn record(number: &str, payments: &[(PaymentStatus, i64)]) -> ImportRecord {
    ImportRecord {
        number: number.parse().unwrap(),
        total: None,
        lines: vec![ImportLine {
            sku: "seat".parse().unwrap(),
            quantity: 2,
            unit_price: None,
        }],
        customer: Customer::default(),
        notes: OrderNotes::default(),
        created_at: Some(NOW.saturating_sub(DAY)),
        expires_at: None,
        payments: payments
            .iter()
            .zip(1..)
            .map(|((status, amount), try_number)| ImportPayment {
                reference: Some(format!("{number}-{try_number}").parse().unwrap()),
                amount: Some(Rupiah::from_db(*amount)),
                status: Some(*status),
                ..ImportPayment::at("midtrans".parse().unwrap())
            })
            .collect(),
    }
}

fn shop() -> Shop {
    let mut shop = Shop::new();
    shop.sell("seat", 500, None);
    shop
}

fn import(shop: &mut Shop, records: &[ImportRecord]) -> Vec<ImportOutcome> {
    shop.store
        .import_orders(&shop.permit, records, DEFAULTS, NOW)
        .unwrap()
}

#[track_caller]
fn check(
    payments: &[(PaymentStatus, i64)],
    status: OrderStatus,
    reservation: Reservation,
    (held, sold): (i64, i64),
) {
    let mut shop = shop();
    let outcomes = import(&mut shop, &[record("INV-1", payments)]);
    assert_eq!(outcomes, [ImportOutcome::Imported]);
    let dossier = shop.details("INV-1").dossier;
    assert_eq!(dossier.order.status, status);
    assert_eq!(dossier.lines[0].reservation, reservation);
    let seat = shop.product("seat");
    assert_eq!((seat.held, seat.sold), (held, sold));
    shop.check_counters();
}

#[test]
fn order_and_stock_follow_from_the_payments() {
    use PaymentStatus::{Cancelled, Created, Expired, Paid, Pending};

    check(&[], OrderStatus::Pending, Reservation::Held, (2, 0));
    check(
        &[(Created, 1000)],
        OrderStatus::Pending,
        Reservation::Held,
        (2, 0),
    );
    check(
        &[(Pending, 1000)],
        OrderStatus::Pending,
        Reservation::Held,
        (2, 0),
    );
    check(
        &[(Paid, 1000)],
        OrderStatus::Fulfilled,
        Reservation::Sold,
        (0, 2),
    );
    check(
        &[(Expired, 1000)],
        OrderStatus::Expired,
        Reservation::Released,
        (0, 0),
    );
    check(
        &[(Cancelled, 1000)],
        OrderStatus::Cancelled,
        Reservation::Released,
        (0, 0),
    );
    check(
        &[(Paid, 400)],
        OrderStatus::Pending,
        Reservation::Held,
        (2, 0),
    );
}

#[test]
fn the_same_record_again_changes_nothing() {
    let mut shop = shop();
    let records = [
        record("INV-1", &[(PaymentStatus::Paid, 1000)]),
        record("INV-2", &[(PaymentStatus::Created, 1000)]),
    ];
    import(&mut shop, &records);
    let before = (
        shop.details("INV-1"),
        shop.details("INV-2"),
        shop.product("seat"),
    );
    // Changed prices and defaults do not make it a different record.
    let change = crate::domain::ProductUpdate {
        price: Some(Rupiah::from_db(700)),
        ..Default::default()
    };
    shop.set("seat", &change).unwrap();
    let other_day = ImportTimes {
        order_lifetime: 9 * DAY,
        grace: Duration::from_secs(180),
    };
    let again = shop
        .store
        .import_orders(&shop.permit, &records, other_day, NOW.saturating_add(DAY))
        .unwrap();
    assert_eq!(again, [ImportOutcome::Unchanged, ImportOutcome::Unchanged]);
    assert_eq!(
        (shop.details("INV-1"), shop.details("INV-2")),
        (before.0, before.1)
    );
    assert_eq!(
        (shop.product("seat").held, shop.product("seat").sold),
        (2, 2)
    );
    shop.check_counters();
}

#[track_caller]
fn check_refused(shop: &mut Shop, record: &ImportRecord, reason: &str) {
    let before = (shop.product("seat"), shop.numbers(&OrderFilter::default()));
    let outcomes = import(shop, std::slice::from_ref(record));
    assert_eq!(outcomes, [ImportOutcome::Refused(reason.to_owned())]);
    assert_eq!(
        (shop.product("seat"), shop.numbers(&OrderFilter::default())),
        before
    );
    shop.check_counters();
}

#[test]
fn the_same_number_with_other_content_is_refused() {
    let mut shop = shop();
    import(&mut shop, &[record("INV-1", &[])]);
    check_refused(
        &mut shop,
        &record("INV-1", &[(PaymentStatus::Paid, 1000)]),
        "a payment at midtrans is added as paid to an order that exists already; leave its status out, and payctl asks midtrans",
    );
    let mut other = record("INV-1", &[]);
    other.total = Some(Rupiah::from_db(7));
    check_refused(
        &mut shop,
        &other,
        "the number INV-1 was imported before with other content",
    );
    shop.place(&order("INV-2", &[("seat", 1)])).unwrap();
    check_refused(
        &mut shop,
        &record("INV-2", &[]),
        "the number INV-2 is taken by an order that was not imported",
    );
}

#[test]
fn a_record_is_refused_whole_with_its_reason() {
    let mut shop = shop();
    shop.sell("seat", 500, Some(3));
    import(&mut shop, &[record("INV-1", &[])]);
    check_refused(&mut shop, &record("INV-2", &[]), "seat: 2 wanted, 1 left");
    check_refused(
        &mut shop,
        &record("INV-2", &[(PaymentStatus::Paid, 1000)]),
        "seat: 2 wanted, 1 left",
    );
    let mut unknown = record("INV-2", &[]);
    unknown.lines[0].sku = "hat".parse().unwrap();
    check_refused(
        &mut shop,
        &unknown,
        "no product has the sku hat; make it first",
    );
    check_refused(
        &mut shop,
        &record("INV-2", &[(PaymentStatus::Challenged, 1000)]),
        "a payment cannot come in as challenged; it may be created, pending, paid, failed, cancelled or expired",
    );
    let mut claimed = record("INV-2", &[(PaymentStatus::Expired, 1000)]);
    claimed.payments[0].reference = Some("INV-3-1".parse().unwrap());
    import(
        &mut shop,
        &[record("INV-3", &[(PaymentStatus::Expired, 1000)])],
    );
    check_refused(
        &mut shop,
        &claimed,
        "midtrans already knows the reference INV-3-1 as a payment of INV-3",
    );
}

#[test]
fn a_refused_record_spoils_no_other() {
    let mut shop = shop();
    shop.sell("seat", 500, Some(4));
    let mut first = record("INV-1", &[(PaymentStatus::Paid, 1000)]);
    first.lines.push(ImportLine {
        quantity: 9,
        ..first.lines[0].clone()
    });
    let records = [
        first,
        record("INV-2", &[(PaymentStatus::Paid, 1000)]),
        record("INV-2", &[]),
        record("INV-3", &[(PaymentStatus::Created, 1000)]),
        record("INV-4", &[]),
    ];
    let outcomes = import(&mut shop, &records);
    let imported: Vec<bool> = outcomes
        .iter()
        .map(|outcome| *outcome == ImportOutcome::Imported)
        .collect();
    assert_eq!(imported, [false, true, false, true, false]);
    assert_eq!(
        outcomes[0],
        ImportOutcome::Refused("seat: 11 wanted, 4 left".to_owned())
    );
    shop.check_counters();
}

#[test]
fn a_refused_records_gateway_serves_the_next() {
    let mut shop = shop();
    let at_pakasir = |number: &str, references: [&str; 2]| {
        let mut record = record(number, &[(PaymentStatus::Expired, 1000); 2]);
        for (payment, reference) in record.payments.iter_mut().zip(references) {
            payment.gateway = "pakasir".parse().unwrap();
            payment.reference = Some(reference.parse().unwrap());
        }
        record.payments[1].gateway = "midtrans".parse().unwrap();
        record
    };
    import(
        &mut shop,
        &[record("INV-1", &[(PaymentStatus::Expired, 1000)])],
    );
    // The database rejects the second payment after the gateway of the first has been written.
    let outcomes = import(
        &mut shop,
        &[
            at_pakasir("INV-2", ["R-1", "INV-1-1"]),
            at_pakasir("INV-3", ["R-1", "R-2"]),
        ],
    );
    assert!(matches!(outcomes[0], ImportOutcome::Refused(_)));
    assert_eq!(outcomes[1], ImportOutcome::Imported);
}

#[test]
fn long_settled_payments_are_not_queried() {
    let mut shop = shop();
    let old = |number: &str, status| ImportRecord {
        created_at: Some(NOW.saturating_sub(60 * DAY)),
        ..record(number, &[(status, 1000)])
    };
    let records = [
        old("INV-1", PaymentStatus::Paid),
        old("INV-2", PaymentStatus::Expired),
        old("INV-3", PaymentStatus::Created),
        record("INV-4", &[(PaymentStatus::Paid, 1000)]),
        record("INV-5", &[(PaymentStatus::Expired, 1000)]),
    ];
    import(&mut shop, &records);
    for (number, phase, due) in [
        ("INV-1", Phase::Money, None),
        ("INV-2", Phase::Watch, None),
        ("INV-3", Phase::Open, Some(NOW)),
        ("INV-4", Phase::Money, Some(NOW)),
        ("INV-5", Phase::Watch, Some(NOW)),
    ] {
        let payment = &shop.details(number).dossier.payments[0];
        let schedule = payment.schedule;
        assert_eq!(
            (schedule.phase, schedule.next_check_at),
            (phase, due),
            "{number}"
        );
        assert!(!payment.seen);
        assert_eq!(payment.is_begun(), payment.status != PaymentStatus::Created);
    }
}

#[test]
fn money_that_does_not_fit_opens_a_case() {
    use PaymentStatus::Paid;
    let mut shop = shop();
    let records = [
        record("INV-1", &[(Paid, 400)]),
        record("INV-2", &[(Paid, 1000), (Paid, 1000)]),
        record("INV-3", &[(Paid, 1250)]),
    ];
    import(&mut shop, &records);
    let short = shop.details("INV-1").dossier;
    assert_eq!(short.cases[0].kind, CaseKind::Underpaid);
    let double = shop.details("INV-2").dossier;
    assert_eq!(double.refunds[0].payment, double.payments[1].id);
    assert_eq!(double.refunds[0].reason, RefundReason::Double);
    assert_eq!(double.cases[0].kind, CaseKind::DoublePayment);
    let excess = shop.details("INV-3").dossier;
    assert_eq!(excess.refunds[0].amount, Rupiah::from_db(250));
    assert_eq!(excess.order.status, OrderStatus::Fulfilled);
    // A second judgment adds nothing.
    for dossier in [short, double, excess] {
        assert_eq!(
            crate::domain::decide::apply_verdicts::settle_order(dossier).1,
            []
        );
    }
}

#[test]
fn an_import_issues_nothing() {
    let mut shop = shop();
    let change = crate::domain::ProductUpdate {
        issues_tickets: Some(true),
        access: Some(Some(DAY)),
        ..Default::default()
    };
    shop.set("seat", &change).unwrap();
    import(
        &mut shop,
        &[record("INV-1", &[(PaymentStatus::Paid, 1000)])],
    );
    let connection = shop.store.read().connection();
    let sql = "SELECT (SELECT count(*) FROM tickets) + (SELECT count(*) FROM grants) + (SELECT count(*) FROM effects)";
    let handed_out: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(handed_out, 0);
}
