//! Expiries and their proof; events and what they lead to.

use super::{check, minute, shop};
use crate::domain::Invariant;
use crate::store::Verified;

#[test]
fn an_expiry_without_a_rule_is_found() {
    check(
        "UPDATE events SET rule = 'O5' WHERE rule = 'O7'",
        &[Invariant::ExpiryProof],
        Some("LAPSED"),
        "no event names a rule",
    );
    check(
        "UPDATE events SET actor = 'operator:rina' WHERE actor = 'import' AND to_word = 'expired'",
        &[Invariant::ExpiryProof],
        Some("IMPORTED-expired"),
        "no event names a rule",
    );
}

#[test]
fn an_unproven_expiry_is_found() {
    let early = format!(
        "UPDATE payments SET last_answered_at = {} WHERE reference = 'PROVEN'",
        minute(60).as_millis()
    );
    for unproven in [
        early.as_str(),
        "UPDATE payments SET last_answered_at = NULL WHERE reference = 'PROVEN'",
    ] {
        check(
            unproven,
            &[Invariant::ExpiryProof],
            Some("PROVEN"),
            "midtrans has answered no query sent after the deadline",
        );
        let shop = shop();
        shop.corrupt(unproven);
        shop.corrupt("UPDATE events SET rule = 'O7b' WHERE rule = 'O3'");
        assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
    }
}

#[test]
fn an_order_moved_by_hand_is_found() {
    check(
        "UPDATE orders SET status = 'paid' WHERE number = 'PAID'",
        &[Invariant::OrderEvents],
        Some("PAID"),
        "the order is paid, but its last event says fulfilled",
    );
    check(
        "DELETE FROM events WHERE order_id = (SELECT id FROM orders WHERE number = 'BARE')",
        &[Invariant::OrderEvents],
        Some("BARE"),
        "its last event says nothing",
    );
    check(
        "DELETE FROM events WHERE what = 'order' AND to_word = 'paid'
            AND order_id = (SELECT id FROM orders WHERE number = 'PAID')",
        &[Invariant::OrderEvents],
        Some("PAID"),
        "an event moves the order from paid; before that it was pending",
    );
}

#[test]
fn a_payment_moved_by_hand_is_found() {
    check(
        "UPDATE payments SET status = 'failed' WHERE reference = 'WAITING'",
        &[Invariant::PaymentEvents],
        Some("WAITING"),
        "the payment is failed, but its last event says pending",
    );
    check(
        "DELETE FROM events WHERE payment_id = (SELECT id FROM payments WHERE reference = 'WAITING')",
        &[Invariant::PaymentEvents],
        Some("WAITING"),
        "the payment is pending, but its last event says nothing",
    );
}

#[test]
fn a_payment_left_payable_is_found() {
    check(
        "UPDATE payments SET must_close = 1 WHERE reference = 'WAITING'",
        &[Invariant::MustClose],
        Some("WAITING"),
        "the order is pending, the payment is pending, and it is marked to be closed",
    );
    check(
        "INSERT INTO payments (order_id, gateway, reference, origin, status, amount, payable, on_page, created_at,
                               expires_at, moved_at, check_phase)
         SELECT id, 'midtrans', 'SECOND', 'shop', 'created', 1, 1, 0, 1, 1, 1, 'open' FROM orders
          WHERE number = 'PAID'",
        &[Invariant::MustClose],
        Some("PAID"),
        "the order is fulfilled, the payment is created, and it is not marked to be closed",
    );
}
