//! Each fault that can be planted in the domain makes a decision wrong that is right without it.

use super::decide::booking::{book, compare};
use super::decide::release::{expiry, release};
use super::samples::{POLICY, PRICE, describe, dossier, minute, payment, rupiah, said};
use super::{
    AccountEvidence, Dossier, Observation, OrderStatus, Payment, PaymentStatus, Reported,
    StatusAnswer,
};
use crate::faults::Planted;

/// The decision without the fault and with it.
#[track_caller]
fn check(fault: Planted, decide: impl Fn() -> String, right: &str, wrong: &str) {
    assert_eq!(decide(), right);
    let _planted = fault.plant();
    assert_eq!(decide(), wrong, "{fault}");
}

/// What `expire` decides ten minutes after the deadline.
fn expired(payments: Vec<Payment>) -> String {
    let dossier = dossier(OrderStatus::Pending, payments);
    let request = expiry(&dossier, minute(70), &POLICY).unwrap();
    match release(&dossier, request, minute(70)) {
        Ok(changes) => describe(&changes),
        Err(blocker) => format!("{blocker:?}"),
    }
}

/// What an answer about `asked` does to an order with the payment of today.
fn booked(asked: Payment, observation: Observation, today: Dossier) -> String {
    let answer = StatusAnswer {
        payment: asked,
        observation,
        account: AccountEvidence::Proven,
    };
    describe(&book(today, compare(&answer, &POLICY)).changes)
}

/// The same, about the only payment of a pending order, nobody else having changed it.
fn answered(payment: Payment, observation: Observation) -> String {
    let today = dossier(OrderStatus::Pending, vec![payment.clone()]);
    booked(payment, observation, today)
}

#[test]
fn expired_by_the_clock() {
    let waiting = || vec![payment(1, PaymentStatus::Pending)];
    check(
        Planted::ExpireByTheClock,
        || expired(waiting()),
        "Unanswered([PaymentId(1)])",
        "release; order pending>expired O7",
    );
}

#[test]
fn expired_on_silence() {
    let unused = || vec![payment(1, PaymentStatus::Created)];
    check(
        Planted::ExpireOnSilence,
        || expired(unused()),
        "Unanswered([PaymentId(1)])",
        "release; order pending>expired O3",
    );
}

#[test]
fn the_version_guard_forgotten() {
    let today = Payment {
        version: 2,
        ..payment(1, PaymentStatus::Pending)
    };
    let old_answer = || {
        booked(
            payment(1, PaymentStatus::Created),
            said(Reported::Expired, minute(5)),
            dossier(OrderStatus::Pending, vec![today.clone()]),
        )
    };
    check(
        Planted::ForgetTheVersionGuard,
        old_answer,
        "",
        "payment 1 pending>expired P8",
    );
}

#[test]
fn an_unseen_capture_skipped() {
    let refunded = Reported::Refunded {
        paid: PRICE,
        total: rupiah(5_000),
    };
    check(
        Planted::SkipAnUnseenCapture,
        || {
            answered(
                payment(1, PaymentStatus::Pending),
                said(refunded.clone(), minute(5)),
            )
        },
        "payment 1 pending>paid P15; external 5000 of 1 P15; sell; issue; order pending>paid O2; \
         order paid>fulfilled O12",
        "payment 1 pending>pending P15; external 5000 of 1 P15; case refunded_twice P15",
    );
}
