//! Each fault that can be planted in the domain makes a decision wrong that is right without it.

mod rows;

use super::decide::booking::{book, compare};
use super::decide::release::{expiry, release};
use super::decide::unsettled::unsettled;
use super::operator::register::shop_payment::shop_payment;
use super::payment::schedule::next_schedule_after;
use super::read::payable::payable;
use super::samples::{POLICY, PRICE, describe, dossier, minute, payment, rupiah, said};
use super::{
    AccountEvidence, AnswerTimes, CircuitBreaker, Dossier, ImportPayment, LessRefunded,
    NoAnswerReason, Observation, OrderStatus, Payment, PaymentId, PaymentStatus, Phase,
    RefundedByGateway, Reported, Schedule, StatusAnswer,
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

fn received(amount: i64) -> Reported {
    Reported::Paid {
        amount: rupiah(amount),
    }
}

fn refunded(total: i64) -> Reported {
    Reported::Refunded {
        paid: PRICE,
        total: rupiah(total),
    }
}

fn charged_back(total: i64) -> Reported {
    Reported::ChargedBack {
        paid: PRICE,
        total: rupiah(total),
    }
}

/// The same about a payment in this status, and an order in that one.
fn moved(order: OrderStatus, from: PaymentStatus, what: Reported) -> String {
    let payment = payment(1, from);
    let today = dossier(order, vec![payment.clone()]);
    booked(payment, said(what, minute(70)), today)
}

#[test]
fn a_refund_that_hides_a_wrong_amount() {
    let together = Reported::Refunded {
        paid: rupiah(20_000),
        total: rupiah(5_000),
    };
    check(
        Planted::LetARefundHideAWrongAmount,
        || {
            moved(
                OrderStatus::Pending,
                PaymentStatus::Pending,
                together.clone(),
            )
        },
        "payment 1 pending>mismatch P15; external 5000 of 1 P15; case amount_mismatch P7",
        "payment 1 pending>mismatch P15; external 5000 of 1 P15",
    );
}

#[test]
fn a_double_refund_accepted() {
    check(
        Planted::AcceptADoubleRefund,
        || moved(OrderStatus::Refunded, PaymentStatus::Paid, refunded(30_000)),
        "payment 1 paid>paid P15; external 30000 of 1 P15; case refunded_twice P15",
        "payment 1 paid>paid P15; external 30000 of 1 P15",
    );
}

#[test]
fn a_returned_refund_taken_for_a_match() {
    let shown = Payment {
        refunded: PRICE,
        back: RefundedByGateway {
            shown: PRICE,
            less: Some(LessRefunded {
                since: minute(60),
                refunded: rupiah(0),
                charged_back: rupiah(0),
            }),
            ..RefundedByGateway::default()
        },
        ..payment(1, PaymentStatus::Paid)
    };
    check(
        Planted::TakeAReturnedRefundForAMatch,
        || {
            let today = dossier(OrderStatus::Refunded, vec![shown.clone()]);
            booked(shown.clone(), said(received(25_000), minute(70)), today)
        },
        "case refund_taken_back P25",
        "",
    );
}

/// The minute of the next check after an answer.
fn next_check(payment: &Payment, observation: &Observation) -> String {
    let next = next_schedule_after(payment, observation, None, &POLICY).next_check_at;
    next.map_or("never".to_owned(), |at| {
        (at.since(minute(0)).as_secs() / 60).to_string()
    })
}

#[test]
fn schedules_that_end_or_come_too_late() {
    let paid = payment(1, PaymentStatus::Paid);
    check(
        Planted::StopWatchingMoney,
        || next_check(&paid, &said(received(25_000), minute(70))),
        "1510",
        "never",
    );
    let ended = Payment {
        moved_at: minute(65),
        ..payment(1, PaymentStatus::Expired)
    };
    check(
        Planted::WatchTooSlowly,
        || next_check(&ended, &said(Reported::Expired, minute(70))),
        "85",
        "1510",
    );
    let under_a_wrong_clock = Observation {
        clock_off_ms: Some(-60 * 24 * 60 * 60_000),
        ..said(Reported::Expired, minute(90 * 24 * 60))
    };
    check(
        Planted::BelieveAWrongClock,
        || next_check(&ended, &under_a_wrong_clock),
        "129610",
        "never",
    );
}

#[test]
fn a_zombie_queried_for_ever() {
    let silent = Payment {
        schedule: Schedule {
            phase: Phase::Silent,
            step: 40,
            silent_since: Some(minute(0)),
            ..Schedule::new(minute(0))
        },
        ..payment(1, PaymentStatus::Expired)
    };
    let day = 24 * 60;
    let gateway = AnswerTimes {
        last_answer_at: Some(minute(2 * day)),
        silent_since: None,
    };
    check(
        Planted::QueryAZombieForEver,
        || {
            format!(
                "{:?}",
                unsettled(&silent, gateway, minute(2 * day)).is_some()
            )
        },
        "true",
        "false",
    );
}

#[test]
fn a_silent_block_ends_the_run() {
    let halted = || {
        let mut breaker = CircuitBreaker::new(AccountEvidence::Proven, None);
        for _ in 0..5 {
            let silence = Reported::NoAnswer(NoAnswerReason::ServerError(503));
            let waiting = payment(1, PaymentStatus::Pending);
            breaker.on_answer(&waiting, &said(silence, minute(1)));
        }
        breaker.halt().is_some().to_string()
    };
    check(Planted::StarveBehindSilence, halted, "false", "true");
}

#[test]
fn payable_payments_overlooked() {
    let open = dossier(
        OrderStatus::Pending,
        vec![payment(1, PaymentStatus::Pending)],
    );
    check(
        Planted::ApproveBesideAPayable,
        || payable(&open).count().to_string(),
        "1",
        "0",
    );
    let ended = Payment {
        transaction_id: "a".parse().ok(),
        ..payment(1, PaymentStatus::Expired)
    };
    check(
        Planted::LetAClosedTryHideTheNext,
        || ended.allows_another_try().to_string(),
        "true",
        "false",
    );
}

#[test]
fn an_import_taken_for_its_gateways_word() {
    let told = ImportPayment {
        status: Some(PaymentStatus::Paid),
        ..ImportPayment::at("midtrans".parse().unwrap())
    };
    let order = dossier(OrderStatus::Pending, Vec::new()).order;
    check(
        Planted::TakeAnImportForSeen,
        || {
            let registered = shop_payment(&told, PaymentId(1), &order, minute(0), minute(5));
            registered.unwrap().payment.seen.to_string()
        },
        "false",
        "true",
    );
}
