//! Payments that a wrong clock has put off, or has let go too early.
//!
//! To make such a payment due is always safe: it is asked once more, and its schedule begins again from the answer.

use std::time::Duration;

use super::instant::Instant;
use super::payment::{Origin, Payment, PaymentStatus};
use super::schedule::{interval_most, watched_until};

/// Why a payment is to be asked about now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOff {
    /// It was asked, answered or closed later than now, or its next check is later than any interval leads.
    Ahead,
    /// It has left the schedule, and the rules still watch it.
    LeftEarly,
}

/// Whether a payment is to be asked about `now`, by a clock that is believed.
#[must_use]
pub fn put_off(payment: &Payment, now: Instant, grace: Duration) -> Option<PutOff> {
    if payment.gateway.is_manual() || payment.is_foreign() {
        return None;
    }
    if is_ahead(payment, now, grace) {
        return Some(PutOff::Ahead);
    }
    has_left_early(payment, now).then_some(PutOff::LeftEarly)
}

fn is_ahead(payment: &Payment, now: Instant, grace: Duration) -> bool {
    let asked = &payment.schedule;
    let latest = now.plus(grace);
    let past = [
        asked.last_asked_at,
        asked.last_answered_at,
        payment.close_tried_at,
    ];
    let is_later = past.into_iter().flatten().any(|at| at > latest);
    let most = latest.plus(interval_most(asked.phase));
    is_later || asked.next_check_at.is_some_and(|next| next > most)
}

fn has_left_early(payment: &Payment, now: Instant) -> bool {
    if payment.schedule.next_check_at.is_some() || was_refused(payment) {
        return false;
    }
    watched_until(payment).is_none_or(|end| end > now)
}

/// Its gateway has refused to open it: there is nothing to be watched.
fn was_refused(payment: &Payment) -> bool {
    payment.origin == Origin::Payctl && !payment.seen && payment.status == PaymentStatus::Failed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{minute, payment};
    use crate::domain::schedule::{Phase, Schedule};

    const GRACE: Duration = Duration::from_secs(180);

    fn scheduled(status: PaymentStatus, schedule: Schedule) -> Payment {
        Payment {
            schedule,
            moved_at: minute(0),
            ..payment(1, status)
        }
    }

    fn asked(at: u64, next: Option<u64>) -> Schedule {
        Schedule {
            next_check_at: next.map(minute),
            last_asked_at: Some(minute(at)),
            last_answered_at: Some(minute(at)),
            ..Schedule::new(minute(0))
        }
    }

    #[track_caller]
    fn check(payment: &Payment, now: u64, found: Option<PutOff>) {
        assert_eq!(put_off(payment, minute(now), GRACE), found, "{payment:?}");
    }

    #[test]
    fn instants_ahead_of_a_clock_are_wrong() {
        let open = |schedule| scheduled(PaymentStatus::Pending, schedule);
        check(&open(asked(10, Some(20))), 10, None);
        check(&open(asked(10, Some(20))), 8, None);
        check(&open(asked(10, Some(20))), 6, Some(PutOff::Ahead));
        check(&open(asked(10, Some(500))), 12, Some(PutOff::Ahead));
        check(&open(Schedule::new(minute(0))), 0, None);
        let answered = Schedule {
            last_answered_at: Some(minute(500)),
            ..asked(10, Some(20))
        };
        check(&open(answered), 12, Some(PutOff::Ahead));
        let closed = Payment {
            close_tried_at: Some(minute(500)),
            ..open(asked(10, Some(20)))
        };
        check(&closed, 12, Some(PutOff::Ahead));
        let weekly = Schedule {
            phase: Phase::Money,
            ..asked(10, Some(10 + 7 * 24 * 60))
        };
        check(&scheduled(PaymentStatus::Paid, weekly), 12, None);
    }

    #[test]
    fn a_watch_that_ended_early_is_found() {
        let day = 24 * 60;
        let seen = |status| Payment {
            seen: true,
            method: Some("qris".to_owned()),
            ..scheduled(status, asked(1, None))
        };
        check(
            &seen(PaymentStatus::Expired),
            29 * day,
            Some(PutOff::LeftEarly),
        );
        check(&seen(PaymentStatus::Expired), 30 * day, None);
        check(
            &seen(PaymentStatus::Paid),
            44 * day,
            Some(PutOff::LeftEarly),
        );
        check(&seen(PaymentStatus::Paid), 45 * day, None);
        check(
            &seen(PaymentStatus::Pending),
            900 * day,
            Some(PutOff::LeftEarly),
        );
        let refused = Payment {
            origin: Origin::Payctl,
            seen: false,
            ..seen(PaymentStatus::Failed)
        };
        check(&refused, 1, None);
        let by_hand = Payment {
            gateway: "manual".parse().unwrap(),
            ..seen(PaymentStatus::Paid)
        };
        check(&by_hand, 1, None);
    }
}
