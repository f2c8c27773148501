use super::*;
use crate::domain::NoAnswerReason;
use crate::domain::samples::{POLICY, PRICE, minute, payment, rupiah, said};

mod silence_and_doubt;

const PAID: Reported = Reported::Paid { amount: PRICE };

/// Asks again and again, each time when the schedule says so, and compares the waits in between.
#[track_caller]
fn check(mut payment: Payment, answer: &Reported, from: Instant, waits: &[Duration]) {
    let mut now = from;
    let mut told = Vec::new();
    for _ in waits {
        payment.schedule = next_schedule_after(&payment, &said(answer.clone(), now), None, &POLICY);
        let Some(next) = payment.schedule.next_check_at else {
            break;
        };
        told.push(next.since(now));
        now = next;
    }
    assert_eq!(told, waits, "{:?} {answer:?}", payment.status);
}

#[track_caller]
fn check_ends(mut payment: Payment, answer: &Reported, from: Instant, ends: Instant) {
    let mut now = from;
    for _ in 0..1_000 {
        payment.schedule = next_schedule_after(&payment, &said(answer.clone(), now), None, &POLICY);
        match payment.schedule.next_check_at {
            Some(next) => now = next,
            None => return assert_eq!(now, ends),
        }
    }
    panic!("asked for ever");
}

fn long(status: PaymentStatus) -> Payment {
    Payment {
        deadline: minute(100_000),
        ..payment(1, status)
    }
}

#[test]
fn an_open_payment_is_queried_at_growing_intervals() {
    let row = [
        30 * SECOND,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        10 * MINUTE,
    ];
    check(
        long(PaymentStatus::Pending),
        &Reported::Pending,
        minute(0),
        &row,
    );
    check(
        long(PaymentStatus::Created),
        &Reported::NotStarted,
        minute(0),
        &row,
    );
}

#[test]
fn the_schedule_restarts_after_deadline_and_grace() {
    let almost = POLICY.grace + Duration::from_millis(1);
    check(
        payment(1, PaymentStatus::Pending),
        &Reported::Pending,
        minute(60),
        &[
            30 * SECOND,
            MINUTE,
            almost - 90 * SECOND,
            MINUTE,
            2 * MINUTE,
            5 * MINUTE,
            10 * MINUTE,
            10 * MINUTE,
        ],
    );
}

#[test]
fn a_closed_payment_is_watched_for_a_week() {
    let closed = payment(1, PaymentStatus::Expired);
    check(
        closed.clone(),
        &Reported::Expired,
        minute(0),
        &[
            5 * MINUTE,
            15 * MINUTE,
            30 * MINUTE,
            HOUR,
            3 * HOUR,
            6 * HOUR,
            DAY,
            DAY,
        ],
    );
    check_ends(
        closed.clone(),
        &Reported::Expired,
        minute(0),
        minute(0).saturating_add(7 * DAY),
    );
    let qris = Payment {
        method: Some("qris".to_owned()),
        ..closed
    };
    check_ends(
        qris,
        &Reported::Expired,
        minute(0),
        minute(0).saturating_add(30 * DAY),
    );
}

#[test]
fn a_watch_depends_on_time_since_closing() {
    let closed = payment(1, PaymentStatus::Expired);
    let asked = |age: Duration, schedule: Schedule| {
        let now = minute(0).saturating_add(age);
        let payment = Payment {
            schedule,
            ..closed.clone()
        };
        let next = next_schedule_after(&payment, &said(Reported::Expired, now), None, &POLICY)
            .next_check_at;
        next.unwrap().since(now)
    };
    let row = |phase, step| Schedule {
        phase,
        step,
        checks: 20,
        ..Schedule::new(minute(0))
    };
    // Rows of an older version, rows that come from elsewhere, and what was silent in between.
    for schedule in [
        row(Phase::Watch, 0),
        row(Phase::Watch, 2),
        row(Phase::Watch, 40),
        row(Phase::Silent, 9),
        Schedule::new(minute(0)),
    ] {
        for (age, wait) in [
            (Duration::ZERO, 5 * MINUTE),
            (5 * MINUTE, 15 * MINUTE),
            (19 * MINUTE, 15 * MINUTE),
            (HOUR, HOUR),
            (2 * HOUR, 3 * HOUR),
            (7 * HOUR, 6 * HOUR),
            (2 * DAY, DAY),
        ] {
            assert_eq!(asked(age, schedule), wait, "{schedule:?} {age:?}");
        }
    }
}

#[test]
fn an_unused_page_is_watched_for_a_day() {
    let unused = Payment {
        seen: false,
        last_meaning: Some("not_started|404|-".to_owned()),
        ..payment(1, PaymentStatus::Expired)
    };
    check_ends(
        unused.clone(),
        &Reported::NotStarted,
        minute(0),
        minute(60).saturating_add(DAY),
    );
    // A shop has said that it was begun, and its gateway was not heard yet.
    let imported = Payment {
        last_meaning: None,
        ..unused
    };
    check_ends(
        imported,
        &Reported::Expired,
        minute(0),
        minute(0).saturating_add(7 * DAY),
    );
}

#[test]
fn a_watch_ends_only_after_an_answer() {
    let closed = payment(1, PaymentStatus::Expired);
    let silence = said(
        Reported::NoAnswer(NoAnswerReason::TimedOut),
        minute(0).saturating_add(8 * DAY),
    );
    assert_eq!(
        next_schedule_after(&closed, &silence, None, &POLICY).next_check_at,
        Some(minute(1).saturating_add(8 * DAY))
    );
    let answer = said(Reported::Expired, minute(0).saturating_add(8 * DAY));
    assert_eq!(
        next_schedule_after(&closed, &answer, None, &POLICY).next_check_at,
        None
    );
}

#[test]
fn money_is_checked_daily_then_weekly() {
    let paid = payment(1, PaymentStatus::Paid);
    check(
        paid.clone(),
        &PAID,
        minute(0),
        &[DAY, DAY, DAY, DAY, DAY, DAY, DAY, 7 * DAY, 7 * DAY],
    );
    check_ends(
        paid.clone(),
        &PAID,
        minute(0),
        minute(0).saturating_add(45 * DAY),
    );
    let card = Payment {
        method: Some("credit_card".to_owned()),
        ..paid
    };
    check_ends(card, &PAID, minute(0), minute(0).saturating_add(180 * DAY));
    let wrong = Reported::Paid {
        amount: rupiah(20_000),
    };
    check_ends(
        payment(1, PaymentStatus::Mismatch),
        &wrong,
        minute(0),
        minute(0).saturating_add(45 * DAY),
    );
}

#[test]
fn money_in_doubt_is_checked_again_soon() {
    let row = [MINUTE, 2 * MINUTE, 6 * MINUTE, 15 * MINUTE];
    let fresh = Payment {
        reversible: true,
        ..payment(1, PaymentStatus::Paid)
    };
    check(
        fresh,
        &PAID,
        minute(0),
        &[MINUTE, 2 * MINUTE, 6 * MINUTE, 15 * MINUTE, DAY],
    );
    let denied = Payment {
        denied_since: Some(minute(0)),
        ..payment(1, PaymentStatus::Paid)
    };
    check(
        denied,
        &Reported::Failed,
        minute(0).saturating_add(3 * DAY),
        &row,
    );
    let contradicted = payment(1, PaymentStatus::Paid);
    check(
        contradicted,
        &Reported::Pending,
        minute(0).saturating_add(3 * DAY),
        &row,
    );
}

#[test]
fn silence_is_retried_for_ever_at_growing_intervals() {
    let row = [
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        30 * MINUTE,
        30 * MINUTE,
    ];
    for status in PaymentStatus::ALL {
        check(
            payment(1, *status),
            &Reported::NoAnswer(NoAnswerReason::TimedOut),
            minute(90),
            &row,
        );
    }
}

#[test]
fn a_throttling_gateway_waits_at_most_fifteen_minutes() {
    for (asked_for, waits) in [(20, MINUTE), (300, 5 * MINUTE), (86_400, 15 * MINUTE)] {
        let throttled = Reported::NoAnswer(NoAnswerReason::Throttled(Some(asked_for * SECOND)));
        check(
            payment(1, PaymentStatus::Pending),
            &throttled,
            minute(0),
            &[waits],
        );
    }
}

#[test]
fn only_an_answer_counts_as_answered() {
    let mut payment = payment(1, PaymentStatus::Pending);
    payment.schedule =
        next_schedule_after(&payment, &said(Reported::Pending, minute(1)), None, &POLICY);
    payment.schedule = next_schedule_after(
        &payment,
        &said(Reported::NoAnswer(NoAnswerReason::TimedOut), minute(2)),
        None,
        &POLICY,
    );
    assert_eq!(payment.schedule.last_asked_at, Some(minute(2)));
    assert_eq!(payment.schedule.last_answered_at, Some(minute(1)));
    assert_eq!(payment.schedule.checks, 2);
}

/// Asks by the schedule about a payment with a refund that was sent at minute 0.
#[track_caller]
fn check_refund(mut payment: Payment, answer: &Reported, waits: &[Duration]) {
    let mut now = minute(0);
    let mut told = Vec::new();
    for _ in waits {
        let observed = said(answer.clone(), now);
        payment.schedule = next_schedule_after(&payment, &observed, Some(minute(0)), &POLICY);
        let next = payment.schedule.next_check_at.unwrap();
        told.push(next.since(now));
        now = next;
    }
    assert_eq!(told, waits, "{answer:?}");
}

#[test]
fn a_refund_without_an_end_is_queried_hourly() {
    let row = [MINUTE, 10 * MINUTE, HOUR, HOUR];
    check_refund(payment(1, PaymentStatus::Paid), &PAID, &row);
    check_refund(payment(1, PaymentStatus::Reversed), &Reported::Failed, &row);
    let old = Payment {
        schedule: Schedule::never(),
        ..payment(1, PaymentStatus::Paid)
    };
    check_refund(old, &PAID, &row);
}

#[test]
fn of_two_doubts_the_sooner_query_counts() {
    let row = [MINUTE, 2 * MINUTE, 6 * MINUTE, 10 * MINUTE, 15 * MINUTE];
    check_refund(payment(1, PaymentStatus::Paid), &Reported::Pending, &row);
    let reversible = Payment {
        reversible: true,
        ..payment(1, PaymentStatus::Paid)
    };
    let row = [
        MINUTE,
        2 * MINUTE,
        6 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        HOUR,
    ];
    check_refund(reversible, &PAID, &row);
}

#[test]
fn silence_during_a_refund_follows_the_silence_schedule() {
    let silence = Reported::NoAnswer(NoAnswerReason::TimedOut);
    let row = [MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE];
    check_refund(payment(1, PaymentStatus::Paid), &silence, &row);
}

#[test]
fn a_name_without_answer_ends_no_watch() {
    let closed = Payment {
        moved_at: minute(0),
        schedule: Schedule {
            last_answered_at: Some(minute(1)),
            ..Schedule::new(minute(0))
        },
        ..payment(1, PaymentStatus::Expired)
    };
    let after = watch_ends(&closed).saturating_add(MINUTE);
    let answered = said(Reported::Expired, after);
    let whole = next_schedule_after(&closed, &answered, None, &POLICY);
    assert_eq!(whole.next_check_at, None);
    let partial = Observation {
        is_partial: true,
        ..answered
    };
    let next = next_schedule_after(&closed, &partial, None, &POLICY);
    assert_eq!(next.phase, Phase::Silent);
    assert_eq!(next.next_check_at, Some(after.saturating_add(MINUTE)));
    assert_eq!(next.last_answered_at, Some(minute(1)));
}
