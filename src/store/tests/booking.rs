use std::slice;

use super::{POLICY, Shop, about, minute, paid, says};
use crate::domain::{
    AccountEvidence, AnswerTarget, CaseKind, Finding, NoAnswerReason, Observation, OrderStatus,
    PaymentId, PaymentStatus, Reported, Rupiah, StatusAnswer,
};
use crate::store::Reader;

#[test]
fn an_answer_that_agrees_moves_counters_only() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    let first = shop.book_answer(id, Reported::Pending, 1);
    assert_eq!(
        (first.finding, first.standing),
        (Finding::Match, AnswerTarget::Current)
    );
    assert_eq!(first.order_number.as_str(), "INV-1");
    let second = shop.book_answer(id, Reported::Pending, 2);

    let seen = shop.seen(id);
    assert_eq!(seen, second.after);
    assert_eq!((seen.version, seen.schedule.checks), (1, 2));
    assert_eq!(seen.schedule.last_answered_at, Some(minute(2)));
    assert_eq!(shop.trail(), "");
    assert_eq!(
        shop.words("SELECT meaning FROM observations"),
        ["pending|pending|-"]
    );
}

#[test]
fn every_payment_field_reads_back_as_written() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    let observation = Observation {
        method: Some("permata_va".to_owned()),
        deadline: Some(minute(90)),
        paid_at: Some(minute(3)),
        reversible: true,
        kept_body: Some("{}".to_owned()),
        ..about("t-1", says(paid(25_000), minute(4)))
    };
    let outcome = shop.book(shop.observed(id, observation));
    assert_eq!(shop.seen(id), outcome.after);
    assert_eq!(outcome.after.received_at, Some(minute(3)));

    let outcome = shop.book(shop.observed(id, about("t-1", says(Reported::Failed, minute(5)))));
    assert_eq!(outcome.opened, [CaseKind::GatewayContradiction]);
    assert_eq!(outcome.after.denied_since, Some(minute(5)));
    assert_eq!(shop.seen(id), outcome.after);
}

#[test]
fn silence_is_counted_and_moves_nothing() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    let outcome = shop.book_answer(id, Reported::NoAnswer(NoAnswerReason::TimedOut), 1);
    assert!(matches!(outcome.finding, Finding::Unchecked(_)));
    let seen = shop.seen(id);
    assert_eq!(seen.schedule.last_asked_at, Some(minute(1)));
    assert_eq!(seen.schedule.last_answered_at, None);
    assert_eq!(shop.number("SELECT count(*) FROM observations", []), 0);
}

#[test]
fn money_moves_payment_order_and_events_together() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    let outcome = shop.book_answer(id, paid(25_000), 5);
    assert_eq!(outcome.order_before, OrderStatus::Pending);
    assert_eq!(outcome.order_after, OrderStatus::Fulfilled);
    assert_eq!(outcome.after.status, PaymentStatus::Paid);
    assert_eq!(
        shop.trail(),
        "payment pending>paid P6 25000; order pending>paid O2; order paid>fulfilled O12"
    );
    assert_eq!(
        shop.words("SELECT DISTINCT actor FROM events"),
        ["gateway:midtrans"]
    );
    // One for the payment's move, and one for each move of the order.
    assert_eq!(shop.number("SELECT version FROM orders", []), 4);

    let again = shop.book_answer(id, paid(25_000), 6);
    assert_eq!(again.finding, Finding::Match);
    assert_eq!(shop.number("SELECT count(*) FROM events", []), 3);
}

#[test]
fn a_preview_writes_nothing_and_matches_booking() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    for said in [Reported::Pending, paid(20_000), paid(25_000), paid(25_000)] {
        let observed = shop.observed(id, says(said, minute(5)));
        let version = shop.number("PRAGMA data_version", []);
        let reader = Reader::open(&shop.path()).unwrap();
        let preview = reader.preview(slice::from_ref(&observed), &POLICY).unwrap();
        assert_eq!(shop.number("PRAGMA data_version", []), version);
        assert_eq!(shop.seen(id), observed.payment);
        assert_eq!([shop.book(observed)], preview[..]);
    }
}

#[test]
fn an_overtaken_answer_writes_nothing() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    let late = shop.observed(id, says(Reported::Pending, minute(4)));
    shop.book_answer(id, Reported::Expired, 5);
    let before = shop.seen(id);

    let outcome = shop.book(late);
    assert_eq!(outcome.standing, AnswerTarget::Overtaken);
    assert_eq!(shop.seen(id), before);
    assert_eq!(shop.trail(), "payment pending>expired P8");
}

#[test]
fn money_is_booked_even_when_overtaken() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    let late = shop.observed(id, says(paid(25_000), minute(4)));
    shop.book_answer(id, Reported::Expired, 5);

    let outcome = shop.book(late);
    assert_eq!(outcome.order_after, OrderStatus::Fulfilled);
    assert_eq!(shop.seen(id).status, PaymentStatus::Paid);
    assert_eq!(shop.seen(id), outcome.after);
}

#[test]
fn a_late_answer_hides_nothing_heard_since() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    shop.book_answer(id, Reported::Pending, 1);
    let late = shop.observed(id, says(Reported::Pending, minute(2)));
    let strange = Reported::Unrecognised {
        word: "partial_moon".to_owned(),
    };
    shop.book_answer(id, strange, 3);
    assert_eq!(
        shop.number("SELECT count(*) FROM cases WHERE resolved_at IS NULL", []),
        1
    );

    shop.book(late);
    assert_eq!(
        shop.number("SELECT count(*) FROM cases WHERE resolved_at IS NULL", []),
        0
    );
    assert_eq!(
        shop.trail(),
        "case_opened >unknown_status P19; case_closed unknown_status>settled"
    );
}

#[test]
fn a_case_is_opened_once() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    let contradiction =
        |shop: &mut Shop, minutes| shop.book_answer(id, Reported::NotStarted, minutes).opened;
    assert_eq!(contradiction(&mut shop, 1), [CaseKind::ForgottenByGateway]);
    assert_eq!(contradiction(&mut shop, 2), []);
    let strange = |word: &str| Reported::Unrecognised {
        word: word.to_owned(),
    };
    assert_eq!(
        shop.book_answer(id, strange("a"), 3).opened,
        [CaseKind::UnknownStatus]
    );
    assert_eq!(shop.book_answer(id, strange("b"), 4).opened, []);
    assert_eq!(shop.number("SELECT count(*) FROM cases", []), 2);
}

#[test]
fn an_unproven_account_opens_one_case() {
    let mut shop = Shop::with_gateways();
    let opened: Vec<_> = ["INV-1", "INV-2"]
        .into_iter()
        .map(|number| {
            let id = shop.waiting(number);
            let observed = StatusAnswer {
                account: AccountEvidence::Unproven,
                ..shop.observed(id, says(Reported::NotStarted, minute(1)))
            };
            let previewed = shop
                .store
                .read()
                .preview(slice::from_ref(&observed), &POLICY)
                .unwrap();
            let booked = shop.book(observed);
            assert_eq!(booked, previewed[0]);
            booked.opened.len()
        })
        .collect();
    assert_eq!(opened, [1, 0]);
}

#[test]
fn a_pages_new_try_becomes_a_payment() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    shop.book(shop.observed(id, about("t-1", says(Reported::Pending, minute(1)))));
    let outcome = shop.book(shop.observed(id, about("t-2", says(paid(25_000), minute(5)))));

    assert_eq!(outcome.standing, AnswerTarget::NewSibling);
    assert_eq!(outcome.order_after, OrderStatus::Fulfilled);
    assert_ne!(outcome.after.id, PaymentId::ADDED);
    assert_eq!(shop.seen(outcome.after.id), outcome.after);
    let first = shop.seen(id);
    assert_eq!(first.status, PaymentStatus::Pending);
    assert_eq!(first.schedule.last_asked_at, Some(minute(5)));
    assert_eq!(
        shop.words("SELECT meaning FROM observations ORDER BY id")[1],
        "paid 25000|paid { amount: rupiah(25000) }|t-2"
    );

    // The same money arrives again through a query about the first payment: the gateway reports it under the second
    // payment's id.
    let again = shop.book(shop.observed(id, about("t-2", says(paid(25_000), minute(6)))));
    assert_eq!(again.standing, AnswerTarget::Sibling);
    assert_eq!(shop.number("SELECT count(*) FROM payments", []), 2);
}

#[test]
fn a_siblings_try_is_not_taken_twice() {
    let mut shop = Shop::with_gateways();
    let order = shop.add_order("INV-1");
    let nameless = shop.payment(order, "midtrans", "INV-1");
    let sibling = shop.payment(order, "midtrans", "INV-1x");
    shop.sql(
        "UPDATE payments SET reference = 'INV-1', transaction_id = 't-1' WHERE id = $1",
        [sibling],
    );
    let outcome =
        shop.book(shop.observed(nameless, about("t-1", says(Reported::Pending, minute(1)))));
    assert_eq!(outcome.standing, AnswerTarget::Sibling);
    assert_eq!(shop.seen(nameless).transaction_id, None);
    assert_eq!(shop.seen(nameless).schedule.last_asked_at, Some(minute(1)));
}

#[test]
fn excess_money_is_owed_back_once() {
    let mut shop = Shop::with_gateways();
    let order = shop.add_order("INV-1");
    let first = shop.payment(order, "midtrans", "INV-1");
    let second = shop.payment(order, "pakasir", "INV-1");
    shop.book_answer(first, paid(25_000), 5);
    let outcome = shop.book_answer(second, paid(25_000), 6);
    assert_eq!(outcome.owed.len(), 1);
    assert_eq!(
        (outcome.owed[0].payment, outcome.owed[0].amount),
        (second, Rupiah::from_db(25_000))
    );
    assert_eq!(outcome.opened, [CaseKind::DoublePayment]);
    assert_eq!(shop.book_answer(first, paid(25_000), 7).owed, []);
    assert_eq!(
        shop.words("SELECT status || ' ' || amount FROM refunds"),
        ["due 25000"]
    );

    // The gateway refunds part of it on its own, then the rest.
    let back = |total| Reported::Refunded {
        paid: Rupiah::from_db(25_000),
        total: Rupiah::from_db(total),
    };
    shop.book_answer(second, back(10_000), 8);
    let refunds = "SELECT status || ' ' || amount FROM refunds ORDER BY id";
    assert_eq!(shop.words(refunds), ["due 15000", "external 10000"]);
    shop.book_answer(second, back(25_000), 9);
    assert_eq!(shop.words(refunds), ["done 15000", "external 10000"]);
}
