mod by_time;
mod claims;

use super::*;

use crate::domain::samples::{POLICY, describe, dossier, minute, payment, refund, rupiah};
use crate::domain::{CloseResult, RefundReason, RefundStatus};

/// A minute after deadline (60) and grace (3).
const LATE: u64 = 64;

fn answered(payment: Payment, at: u64) -> Payment {
    let mut payment = payment;
    payment.schedule.last_answered_at = Some(minute(at));
    payment
}

fn at_the_end(status: PaymentStatus) -> Payment {
    answered(payment(1, status), LATE)
}

#[track_caller]
fn check(payments: Vec<Payment>, wanted: &str) {
    let dossier = dossier(OrderStatus::Pending, payments);
    let request = expiry(&dossier, minute(70), &POLICY).unwrap();
    let told = match release(&dossier, request, minute(70)) {
        Ok(changes) => describe(&changes),
        Err(ReleaseBlocker::NotForIt) => "not for it".to_owned(),
        Err(ReleaseBlocker::Unanswered(ids)) => format!("unanswered {}", ids.len()),
        Err(ReleaseBlocker::Payable(ids)) => format!("payable {}", ids.len()),
        Err(ReleaseBlocker::Undecided(_)) => "undecided".to_owned(),
        Err(ReleaseBlocker::Claimed(_)) => "claimed".to_owned(),
        Err(ReleaseBlocker::Clock(_)) => "clock".to_owned(),
        Err(ReleaseBlocker::TimeUnconfirmed(_)) => "time".to_owned(),
    };
    assert_eq!(told, wanted);
}

#[test]
fn an_order_is_overdue_after_deadline_and_grace() {
    let pending = dossier(OrderStatus::Pending, vec![]);
    assert_eq!(expiry(&pending, minute(63), &POLICY), None);
    assert!(expiry(&pending, minute(64), &POLICY).is_some());
    for status in OrderStatus::ALL
        .iter()
        .filter(|status| **status != OrderStatus::Pending)
    {
        assert_eq!(expiry(&dossier(*status, vec![]), minute(64), &POLICY), None);
    }
}

#[test]
fn o3_every_closed_status_after_the_deadline_releases() {
    for status in [
        PaymentStatus::Failed,
        PaymentStatus::Cancelled,
        PaymentStatus::Expired,
        PaymentStatus::Reversed,
    ] {
        check(
            vec![at_the_end(status)],
            "release; order pending>expired O3",
        );
    }
    let two = vec![
        at_the_end(PaymentStatus::Failed),
        at_the_end(PaymentStatus::Expired),
    ];
    check(two, "release; order pending>expired O3");
}

#[test]
fn o3_an_answer_from_before_the_end_proves_nothing() {
    for asked in [10, 60, 63, 71, 130] {
        check(
            vec![answered(payment(1, PaymentStatus::Expired), asked)],
            "unanswered 1",
        );
    }
}

#[test]
fn o3_an_unused_page_is_proven_once_closed() {
    let unused = at_the_end(PaymentStatus::Created);
    check(vec![unused.clone()], "release; order pending>expired O3");
    let with_token = Payment {
        token: Some("t".to_owned()),
        ..unused
    };
    check(vec![with_token.clone()], "payable 1");
    for (answer, result) in [
        (None, "payable 1"),
        (Some(CloseResult::Refused), "payable 1"),
        (
            Some(CloseResult::Closed),
            "release; order pending>expired O3",
        ),
        (
            Some(CloseResult::Unknown),
            "release; order pending>expired O3",
        ),
    ] {
        let tried = Payment {
            close_tried_at: Some(minute(LATE)),
            close_answer: answer,
            ..with_token.clone()
        };
        check(vec![tried.clone()], result);
        let once_here = Payment {
            status: PaymentStatus::Cancelled,
            ..tried
        };
        check(vec![once_here], result);
    }
}

#[test]
fn o3_a_lapsed_page_needs_one_close_attempt() {
    let lapsed = Payment {
        seen: false,
        token: Some("t".to_owned()),
        ..at_the_end(PaymentStatus::Expired)
    };
    check(vec![lapsed.clone()], "payable 1");
    for answer in [None, Some(CloseResult::Refused)] {
        let tried = Payment {
            close_tried_at: Some(minute(LATE)),
            close_answer: answer,
            ..lapsed.clone()
        };
        check(vec![tried], "release; order pending>expired O3");
    }
}

#[test]
fn o4_a_payable_payment_must_be_closed_first() {
    check(vec![at_the_end(PaymentStatus::Pending)], "payable 1");
    check(
        vec![
            at_the_end(PaymentStatus::Expired),
            at_the_end(PaymentStatus::Pending),
        ],
        "payable 1",
    );
    let once_seen = Payment {
        seen: true,
        ..at_the_end(PaymentStatus::Created)
    };
    check(vec![once_seen], "payable 1");
}

#[test]
fn o5_silence_never_releases_an_order() {
    for status in [
        PaymentStatus::Created,
        PaymentStatus::Pending,
        PaymentStatus::Expired,
    ] {
        check(vec![payment(1, status)], "unanswered 1");
    }
    check(
        vec![
            at_the_end(PaymentStatus::Expired),
            payment(2, PaymentStatus::Pending),
        ],
        "unanswered 1",
    );
}

#[test]
fn o6_undecided_money_keeps_the_order() {
    check(vec![at_the_end(PaymentStatus::Challenged)], "undecided");
    check(vec![at_the_end(PaymentStatus::Mismatch)], "undecided");
    let short = Payment {
        received: rupiah(10_000),
        ..at_the_end(PaymentStatus::Paid)
    };
    check(vec![short], "undecided");
    let unknown = Payment {
        last_meaning: Some("unrecognised|partial_moon|-".to_owned()),
        ..at_the_end(PaymentStatus::Expired)
    };
    check(vec![unknown], "undecided");
}

#[test]
fn o6_a_refunded_wrong_amount_counts_as_decided() {
    let mut decided = dossier(
        OrderStatus::Pending,
        vec![at_the_end(PaymentStatus::Mismatch)],
    );
    decided.refunds.push(refund(
        1,
        1,
        RefundStatus::Due,
        RefundReason::Person,
        20_000,
    ));
    let request = expiry(&decided, minute(70), &POLICY).unwrap();
    assert!(release(&decided, request, minute(70)).is_ok());
}

#[test]
fn o7_without_a_gateway_the_deadline_is_proof() {
    check(vec![], "release; order pending>expired O7");
    let withdrawn = Payment {
        gateway: "manual".parse().unwrap(),
        ..payment(1, PaymentStatus::Reversed)
    };
    check(vec![withdrawn], "release; order pending>expired O7");
}

#[test]
fn o7b_a_person_may_release_unproven_on_record() {
    let silent = dossier(
        OrderStatus::Pending,
        vec![payment(1, PaymentStatus::Pending)],
    );
    let changes =
        release_unproven(silent.clone(), CloseReason::Expired, "called the customer").unwrap();
    assert_eq!(
        describe(&changes),
        "note O7b; release; order pending>expired O7b"
    );
    let mut partly = payment(1, PaymentStatus::Paid);
    partly.received = rupiah(10_000);
    let partly = dossier(OrderStatus::Pending, vec![partly]);
    let changes = release_unproven(partly, CloseReason::Cancelled, "called the customer").unwrap();
    assert_eq!(
        describe(&changes),
        "note O7b; release; order pending>cancelled O7b; owe 10000 of 1 O10; case late_payment O10"
    );
    let paid = dossier(OrderStatus::Fulfilled, vec![]);
    assert_eq!(
        release_unproven(paid.clone(), CloseReason::Expired, ""),
        Err(ReleaseBlocker::NotForIt)
    );
}

#[test]
fn o8_cancelling_needs_answers_from_after_the_request() {
    let request = ReleaseRequest {
        to: CloseReason::Cancelled,
        proof_from: minute(20),
        reason: None,
        time: Reckoning::From(minute(70)),
    };
    let dossier_with = |payment| dossier(OrderStatus::Pending, vec![payment]);
    let early = dossier_with(answered(payment(1, PaymentStatus::Cancelled), 20));
    assert!(matches!(
        release(&early, request, minute(70)),
        Err(ReleaseBlocker::Unanswered(_))
    ));
    let closed = dossier_with(answered(payment(1, PaymentStatus::Cancelled), 21));
    assert_eq!(
        describe(&release(&closed, request, minute(70)).unwrap()),
        "release; order pending>cancelled O8"
    );
    assert_eq!(
        release(&dossier(OrderStatus::Paid, vec![]), request, minute(70)),
        Err(ReleaseBlocker::NotForIt)
    );
}

#[test]
fn o8b_cancelling_a_sold_order_makes_a_refund_due() {
    for status in [OrderStatus::Paid, OrderStatus::Fulfilled] {
        let mut sold = dossier(
            status,
            vec![
                payment(1, PaymentStatus::Paid),
                payment(2, PaymentStatus::Expired),
            ],
        );
        sold.refunds.push(refund(
            1,
            1,
            RefundStatus::External,
            RefundReason::Gateway,
            10_000,
        ));
        let changes = cancel_sold(sold, "the show is off").unwrap();
        assert_eq!(
            describe(&changes),
            format!("return; revoke; order {status}>cancelled O8b; owe 15000 of 1 O8b")
        );
    }
    assert_eq!(
        cancel_sold(dossier(OrderStatus::Expired, vec![]), ""),
        Err(ReleaseBlocker::NotForIt)
    );
}

/// Every payment that can be told apart by what a release looks at.
fn every_payment() -> Vec<Payment> {
    let answers = [
        None,
        Some(CloseResult::Closed),
        Some(CloseResult::Refused),
        Some(CloseResult::Unknown),
    ];
    let mut all = Vec::new();
    for status in PaymentStatus::ALL {
        for shape in 0..8 {
            let has = |bit: u8| shape & bit != 0;
            for answer in answers {
                for asked in [10, 63, LATE, 70, 71] {
                    all.push(Payment {
                        seen: has(1),
                        token: has(2).then(|| "t".to_owned()),
                        close_tried_at: (has(4) || answer.is_some()).then(|| minute(LATE)),
                        close_answer: answer,
                        ..answered(payment(1, *status), asked)
                    });
                }
            }
        }
    }
    all
}

#[test]
fn no_payable_or_unproven_payment_is_ever_released() {
    let mut released = 0;
    for payment in every_payment() {
        let dossier = dossier(OrderStatus::Pending, vec![payment.clone()]);
        let request = expiry(&dossier, minute(70), &POLICY).unwrap();
        if release(&dossier, request, minute(70)).is_err() {
            continue;
        }
        released += 1;
        let asked_at = payment.schedule.last_answered_at.unwrap();
        assert!(
            asked_at > minute(63) && asked_at <= minute(70),
            "{payment:?}"
        );
        let is_begun = payment.status.is_open() && payment.seen;
        let is_usable = !payment.seen && payment.token.is_some() && !payment.page_is_closed();
        let has_lapsed =
            payment.status == PaymentStatus::Expired && payment.close_tried_at.is_some();
        let is_over = matches!(payment.status, PaymentStatus::Reversed);
        assert!(
            !is_begun && (!is_usable || has_lapsed || is_over),
            "{payment:?}"
        );
    }
    assert!(released > 100, "{released}");
}
