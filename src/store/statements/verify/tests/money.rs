//! Money: what was received, what it covers, and what went back.

use super::{check, minute, shop};
use crate::domain::{Instant, Invariant, PaymentStatus, RefundStatus};
use crate::store::Verified;

#[test]
fn a_paid_order_without_money_is_found() {
    let case = "kind = 'money_lost' AND order_id = (SELECT id FROM orders WHERE number = 'LOST')";
    check(
        &format!("DELETE FROM cases WHERE {case}"),
        &[Invariant::OrderCover],
        Some("LOST"),
        "the order is fulfilled, with 0 of 50000 covered",
    );
    let shop = shop();
    shop.corrupt(&format!(
        "UPDATE cases SET resolved_at = 1, resolution = 'dismissed' WHERE {case}"
    ));
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
}

#[test]
fn a_paid_but_pending_order_is_found() {
    check(
        "UPDATE orders SET waived = 50000 WHERE number = 'WAITING'",
        &[Invariant::OrderCover],
        Some("WAITING"),
        "the order is pending, with 50000 of 50000 covered",
    );
}

/// The query and the domain must agree on cover, whatever the state of a payment and its refund.
#[test]
fn cover_agrees_with_the_domain() {
    let shop = shop();
    let id = shop.details("PAID").dossier.payments[0].id;
    for payment in PaymentStatus::ALL {
        for refund in RefundStatus::ALL {
            for (received, surcharge, back, amount) in [
                (50_000, 0, 0, 1),
                (50_000, 0, 0, 50_000),
                (50_000, 0, 1, 49_998),
                (50_000, 0, 50_000, 1),
                (52_000, 2_000, 0, 1),
                (52_000, 2_001, 0, 51_999),
                (60_000, 0, 10_000, 50_000),
            ] {
                shop.corrupt(&format!(
                    "DELETE FROM refunds WHERE payment_id = {id};
                     UPDATE payments SET status = '{payment}', received = {received}, surcharge = {surcharge},
                            charged_back = {back} WHERE id = {id};
                     INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why)
                     SELECT order_id, id, '{refund}', 'person', {amount}, 1, 1, 'x' FROM payments WHERE id = {id}"
                ));
                let is_covered = shop.details("PAID").dossier.is_covered();
                let breaches = shop
                    .store
                    .read()
                    .breaches(Invariant::OrderCover, None)
                    .unwrap();
                let is_found = breaches
                    .iter()
                    .any(|breach| breach.order.as_deref() == Some("PAID"));
                assert_eq!(is_found, !is_covered, "{payment} {refund} {received}");
            }
        }
    }
}

#[test]
fn a_dead_orders_unreturned_money_is_found() {
    check(
        "DELETE FROM refunds WHERE order_id = (SELECT id FROM orders WHERE number = 'SPARE');
         UPDATE cases SET resolved_at = 1 WHERE kind = 'late_payment'",
        &[Invariant::DeadMoney],
        Some("SPARE"),
        "the order is expired, but 50000 was received",
    );
    let shop = shop();
    shop.corrupt("UPDATE refunds SET status = 'rejected', declined = 1 WHERE status = 'due'");
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
    // A case asks a person about it.
    let shop = self::shop();
    shop.corrupt(
        "DELETE FROM refunds WHERE order_id = (SELECT id FROM orders WHERE number = 'SPARE')",
    );
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
}

#[test]
fn money_in_an_unpaid_payment_is_found() {
    check(
        "UPDATE payments SET received = 7 WHERE status = 'created'",
        &[Invariant::PaymentMoney],
        Some("IMPORTED-created"),
        "the payment is created, with 7 received",
    );
}

#[test]
fn returned_money_without_a_refund_is_found() {
    check(
        "UPDATE payments SET refunded = 7 WHERE reference = 'PAID'",
        &[Invariant::RefundedSums],
        Some("PAID"),
        "7 went back, but its refunds say 0",
    );
}

#[test]
fn more_refunds_than_money_are_found() {
    check(
        "INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why)
         SELECT order_id, id, 'failed', 'person', 90000, 1, 1, 'x' FROM payments WHERE reference = 'PAID';
         UPDATE refunds SET amount = 50001 WHERE status = 'due'",
        &[Invariant::RefundsStarted],
        Some("SPARE"),
        "refunds of 50001 were started; 50000 received",
    );
}

/// The first came before the chargeback and is nobody's fault here; the second started in spite of it.
#[test]
fn refunding_charged_back_money_is_found() {
    let refund = |at: Instant| {
        format!(
            "INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why)
             SELECT order_id, id, 'sent', 'person', 1, {0}, {0}, 'x' FROM payments WHERE reference = 'LOST'",
            at.as_millis()
        )
    };
    let shop = shop();
    shop.corrupt(&refund(minute(5)));
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
    check(
        &refund(minute(7)),
        &[Invariant::RefundsStarted],
        Some("LOST"),
        "refunds of 1 were started; 50000 received and 50000 charged back",
    );
}

#[test]
fn returns_above_receipts_need_a_case() {
    check(
        "UPDATE payments SET charged_back = 20000, refunded = 30001, last_meaning = NULL WHERE reference = 'PAID';
         INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why)
         SELECT order_id, id, 'external', 'gateway', 30001, 1, 1, 'x' FROM payments WHERE reference = 'PAID';
         UPDATE orders SET waived = total WHERE number = 'PAID'",
        &[Invariant::GoneTwice],
        Some("PAID"),
        "30001 refunded and 20000 charged back, of 50000 received",
    );
    let shop = shop();
    shop.corrupt(
        "UPDATE payments SET charged_back = 50001, last_meaning = NULL WHERE reference = 'LOST';
         UPDATE payments SET payable = 50001 WHERE reference = 'LOST'",
    );
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
    shop.corrupt(
        "UPDATE payments SET payable = 50000 WHERE reference = 'LOST';
         INSERT INTO cases (kind, order_id, payment_id, subject, rule, facts, opened_at, resolved_at, resolution)
         SELECT 'refunded_twice', order_id, id, 'payment', 'P16', 'x', 1, 2, 'dismissed' FROM payments
         WHERE reference = 'LOST'",
    );
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
}

#[test]
fn a_refund_silently_taken_back_is_found() {
    let shows = |refunded: i64, charged_back: i64, meaning: &str| {
        let shop = shop();
        shop.corrupt(&format!(
            "UPDATE payments SET shown_refunded = {refunded}, charged_back = {charged_back},
                    last_meaning = '{meaning}|x|-', last_answered_at = 9 WHERE reference = 'LOST'"
        ));
        let reader = shop.store.read();
        !reader
            .breaches(Invariant::TakenBack, None)
            .unwrap()
            .is_empty()
    };
    for (refunded, charged_back, meaning, is_found) in [
        (0, 50_000, "charged_back 50000 of 50000", false),
        (0, 50_000, "charged_back 10000 of 50000", true),
        (0, 50_000, "paid 50000", true),
        (0, 50_000, "paid 40000", false),
        (0, 50_000, "not_started", false),
        (0, 0, "paid 50000", false),
        (10_000, 0, "paid 50000", true),
        (10_000, 0, "refunded 10000 of 50000", false),
        (10_000, 0, "refunded 9000 of 50000", true),
        (10_000, 40_000, "refunded 10000 of 50000", false),
    ] {
        let found = shows(refunded, charged_back, meaning);
        assert_eq!(found, is_found, "{refunded} {charged_back} {meaning}");
    }
}

#[test]
fn an_answer_older_than_the_refund_proves_nothing() {
    let shop = shop();
    for (moved_at, is_found) in [(8, true), (9, false), (10, false)] {
        shop.corrupt(&format!(
            "DELETE FROM refunds WHERE payment_id = (SELECT id FROM payments WHERE reference = 'PAID');
             UPDATE payments SET shown_refunded = 1, refunded = 1, last_answered_at = 9,
                    last_meaning = 'paid 50000|x|-' WHERE reference = 'PAID';
             INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why)
             SELECT order_id, id, 'done', 'person', 1, 1, {moved_at}, 'x' FROM payments WHERE reference = 'PAID'"
        ));
        let breaches = shop
            .store
            .read()
            .breaches(Invariant::TakenBack, None)
            .unwrap();
        assert_eq!(!breaches.is_empty(), is_found, "{moved_at}");
    }
}
