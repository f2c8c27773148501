//! Silence begins with its first question, and a wrong clock asks nobody each minute.

use std::time::Duration;

use super::{PAID, Phase, Schedule, next_schedule_after};
use crate::domain::samples::{POLICY, minute, payment, said};
use crate::domain::{NoAnswerReason, Observation, Payment, PaymentStatus, Reported};

#[test]
fn silence_begins_with_its_first_question() {
    let silence = Reported::NoAnswer(NoAnswerReason::TimedOut);
    let mut asked = payment(1, PaymentStatus::Paid);
    for (at, said_then, since) in [
        (0, &PAID, None),
        (1_440, &silence, Some(1_440)),
        (1_450, &silence, Some(1_440)),
        (1_460, &PAID, None),
        (1_470, &silence, Some(1_470)),
        // A clock was ahead.
        (1_400, &silence, Some(1_400)),
    ] {
        let heard = said(said_then.clone(), minute(at));
        asked.schedule = next_schedule_after(&asked, &heard, None, &POLICY);
        assert_eq!(asked.schedule.silent_since, since.map(minute), "{at}");
    }
}

/// The minutes from one query to the next, while a gateway's clock is ahead of this machine's by `ahead` minutes.
fn waits_under_a_wrong_clock(mut payment: Payment, ahead: i64, from: u64) -> Vec<u64> {
    let mut now = minute(from);
    let waits = (0..6).map(|_| {
        let heard = Observation {
            clock_off_ms: Some(ahead * 60_000),
            ..said(PAID, now)
        };
        payment.schedule = next_schedule_after(&payment, &heard, None, &POLICY);
        let due = payment.schedule.next_check_at.unwrap_or(now);
        // Cron runs each minute.
        let wait = due.since(now).as_secs().div_ceil(60).max(1);
        now = now.saturating_add(Duration::from_secs(wait * 60));
        wait
    });
    waits.collect()
}

#[test]
fn under_a_wrong_clock_pauses_grow() {
    let paid = |phase| Payment {
        schedule: Schedule {
            phase,
            ..Schedule::new(minute(0))
        },
        moved_at: minute(0),
        ..payment(1, PaymentStatus::Paid)
    };
    for (phase, ahead, from, waits) in [
        (Phase::Open, 7, 1, [1, 1, 1, 2, 2, 2]),
        (Phase::Open, 7, 300, [10, 10, 10, 10, 10, 10]),
        (Phase::Money, 7, 20, [3, 3, 4, 4, 5, 5]),
        (Phase::Money, 7, 1_440, [60, 60, 60, 60, 60, 60]),
        (Phase::Money, -7, 1_440, [60, 60, 60, 60, 60, 60]),
        // What the gateway says was before anything has moved.
        (Phase::Money, -1_000_000, 1_440, [60, 60, 60, 60, 60, 60]),
    ] {
        let told = waits_under_a_wrong_clock(paid(phase), ahead, from);
        assert_eq!(told, waits, "{phase} {ahead} {from}");
    }
}
