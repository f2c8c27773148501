//! Money that went back twice, and refunds that a gateway no longer shows.

use super::*;
use crate::domain::{CaseAnswer, LessRefunded, OpenCase};

pub(super) const ROWS: &[Cell] = &[
    (
        RefundTakenBack,
        CaseAnswer::Accept,
        Ok("accepted refund_taken_back; payment 1 paid>paid P25"),
    ),
    (
        RefundTakenBack,
        CaseAnswer::Refund,
        Ok(
            "refund refund_taken_back; refund 1 done>failed P25; payment 1 paid>paid P25; owe 25000 of 1 P25",
        ),
    ),
    (
        RefundTakenBack,
        CaseAnswer::Dismiss,
        Ok("dismissed refund_taken_back; payment 1 paid>paid P25"),
    ),
    (
        RefundedTwice,
        CaseAnswer::Accept,
        Ok("accepted refunded_twice"),
    ),
    (
        RefundedTwice,
        CaseAnswer::Refund,
        Err("ask for the surplus, then answer accept"),
    ),
    (
        RefundedTwice,
        CaseAnswer::Dismiss,
        Ok("dismissed refunded_twice"),
    ),
];

/// A refunded order whose gateway shows only so much as refunded now.
pub(super) fn taken_back(now: i64) -> Dossier {
    let mut paid = Payment {
        refunded: rupiah(25_000),
        ..payment(1, PaymentStatus::Paid)
    };
    paid.back.shown = rupiah(25_000);
    paid.back.less = Some(LessRefunded {
        since: minute(80),
        refunded: rupiah(now),
        charged_back: Rupiah::ZERO,
    });
    let mut taken_back = dossier(OrderStatus::Refunded, vec![paid]);
    let done = refund(1, 1, RefundStatus::Done, RefundReason::Person, 25_000);
    taken_back.refunds.push(done);
    with_case(taken_back, RefundTakenBack)
}

/// A payment of 25,000 of which so much went back by the gateway, in these refunds.
fn in_parts(amounts: &[i64], now: i64) -> Dossier {
    let mut order = taken_back(now);
    order.refunds.clear();
    for (amount, id) in amounts.iter().zip(1..) {
        let external = RefundStatus::External;
        let part = refund(id, 1, external, RefundReason::Gateway, *amount);
        order.refunds.push(part);
    }
    let sum: Rupiah = order.refunds.iter().map(|refund| refund.amount).sum();
    order.payments[0].refunded = sum;
    order.payments[0].back.shown = sum;
    order
}

#[test]
fn p25_the_refund_of_that_amount_failed() {
    check(
        in_parts(&[10_000, 15_000], 15_000),
        CaseAnswer::Refund,
        "refund refund_taken_back; refund 1 external>failed P25; payment 1 paid>paid P25; owe 10000 of 1 P25",
    );
}

#[test]
fn p25_otherwise_the_latest_refunds_failed() {
    check(
        in_parts(&[10_000, 15_000], 5_000),
        CaseAnswer::Refund,
        "refund refund_taken_back; refund 2 external>failed P25; refund 1 shrinks to 5000 P25; \
         payment 1 paid>paid P25; owe 15000 of 1 P25; owe 5000 of 1 P25",
    );
}

#[test]
fn p25_a_refund_by_bank_did_not_fail() {
    let mut order = in_parts(&[10_000, 15_000], 0);
    order.refunds[0].by_hand = true;
    order.payments[0].back.shown = rupiah(15_000);
    check(
        order,
        CaseAnswer::Refund,
        "refund refund_taken_back; refund 2 external>failed P25; payment 1 paid>paid P25; owe 15000 of 1 P25",
    );
}

#[test]
fn p25_money_returned_by_hand_is_not_due_again() {
    let mut order = in_parts(&[25_000, 25_000], 0);
    order.refunds[0].by_hand = true;
    order.payments[0].back.shown = rupiah(25_000);
    order.payments[0].back.excess_told = rupiah(25_000);
    let twice = open_case(RefundedTwice, CaseSubject::Payment(PaymentId(1)));
    order.cases.push(OpenCase {
        id: CaseId(8),
        ..twice
    });
    check(
        order,
        CaseAnswer::Refund,
        "refund refund_taken_back; refund 2 external>failed P25; payment 1 paid>paid P25; close refunded_twice",
    );
}

#[test]
fn p25_a_refund_shown_again_did_not_fail() {
    let mut order = taken_back(0);
    order.payments[0].back.less = None;
    let why = "the gateway shows it again; answer dismiss";
    check_refused(order, CaseAnswer::Refund, why);
}
