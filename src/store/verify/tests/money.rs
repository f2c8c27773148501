//! Money: what came in, what is covered by it, what went back.

use super::{check, minute, shop};
use crate::domain::instant::Instant;
use crate::domain::invariant::Invariant;
use crate::domain::order::RefundStatus;
use crate::domain::payment::PaymentStatus;
use crate::store::Verified;

#[test]
fn a_paid_order_without_its_money_is_found_unless_a_case_says_so() {
    let case = "kind = 'money_lost' AND order_id = (SELECT id FROM orders WHERE number = 'LOST')";
    check(
        &format!("DELETE FROM cases WHERE {case}"),
        &[Invariant::OrderCover],
        Some("LOST"),
        "the order is fulfilled, and 0 of 50000 is in",
    );
    let shop = shop();
    shop.sql(&format!(
        "UPDATE cases SET resolved_at = 1, resolution = 'dismissed' WHERE {case}"
    ));
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
}

#[test]
fn a_pending_order_that_is_paid_for_is_found() {
    check(
        "UPDATE orders SET waived = 50000 WHERE number = 'WAITING'",
        &[Invariant::OrderCover],
        Some("WAITING"),
        "the order is pending, and 50000 of 50000 is in",
    );
}

/// The query and the domain must mean the same by cover, whatever a payment and its refund stand at.
#[test]
fn cover_is_reckoned_as_the_domain_reckons_it() {
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
                shop.sql(&format!(
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
                    .breaches_at(Invariant::OrderCover, minute(0))
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
fn money_of_a_dead_order_that_nobody_owes_back_is_found() {
    check(
        "DELETE FROM refunds WHERE order_id = (SELECT id FROM orders WHERE number = 'SPARE')",
        &[Invariant::DeadMoney],
        Some("SPARE"),
        "the order is expired, and 50000 came in",
    );
    let shop = shop();
    shop.sql("UPDATE refunds SET status = 'rejected', declined = 1 WHERE status = 'due'");
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
}

#[test]
fn money_in_a_payment_that_was_never_paid_is_found() {
    check(
        "UPDATE payments SET received = 7 WHERE status = 'created'",
        &[Invariant::PaymentMoney],
        Some("IMPORTED-created"),
        "the payment is created, with 7 received",
    );
}

#[test]
fn money_that_went_back_without_a_refund_is_found() {
    check(
        "UPDATE payments SET refunded = 7 WHERE reference = 'PAID'",
        &[Invariant::RefundedSums],
        Some("PAID"),
        "7 went back, and its refunds say 0",
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
        "refunds of 50001 were started, of 50000 received",
    );
}

/// The first came before the chargeback, which is nobody's fault here; the second was started in spite of it.
#[test]
fn a_refund_of_money_that_was_charged_back_is_found_if_it_came_later() {
    let refund = |at: Instant| {
        format!(
            "INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why)
             SELECT order_id, id, 'sent', 'person', 1, {0}, {0}, 'x' FROM payments WHERE reference = 'LOST'",
            at.as_millis()
        )
    };
    let shop = shop();
    shop.sql(&refund(minute(5)));
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
    check(
        &refund(minute(7)),
        &[Invariant::RefundsStarted],
        Some("LOST"),
        "refunds of 1 were started, of 50000 received and 50000 charged back",
    );
}
