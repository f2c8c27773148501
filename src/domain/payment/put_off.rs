//! Payments that a wrong clock has put off, or has let go too early.
//!
//! To make such a payment due is always safe: it is asked once more, and its schedule begins again from the answer.

use std::time::Duration;

use crate::domain::payment::schedule::{interval_most, watched_until};
use crate::domain::{Instant, Payment, PaymentOrigin, PaymentStatus};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Why a payment is to be asked about now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOff {
    /// It was asked, answered or closed later than now, or its next check is later than any interval leads.
    Ahead,
    /// It has left the schedule without its last question, or while it can still be paid.
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
    let latest = now.saturating_add(grace);
    let past = [
        asked.last_asked_at,
        asked.last_answered_at,
        payment.close_tried_at,
    ];
    let is_later = past.into_iter().flatten().any(|at| at > latest);
    // Questions that are brought about all at once are spread.
    let most = latest.saturating_add(interval_most(asked.phase).max(DAY));
    is_later || asked.next_check_at.is_some_and(|next| next > most)
}

fn has_left_early(payment: &Payment, now: Instant) -> bool {
    if payment.schedule.next_check_at.is_some() || was_refused(payment) {
        return false;
    }
    let asked = &payment.schedule;
    let last = match (asked.answered_by(now), asked.last_asked_at) {
        (Some(answered), _) => answered,
        // Whatever was answered was answered by a clock that was ahead.
        (None, Some(_)) => payment.created_at,
        // What came from elsewhere when its watch was over never had a last question to come.
        (None, None) => now,
    };
    watched_until(payment).is_none_or(|end| last < end)
}

/// Its gateway has refused to open it: there is nothing to be watched.
fn was_refused(payment: &Payment) -> bool {
    payment.origin == PaymentOrigin::Payctl
        && !payment.seen
        && payment.status == PaymentStatus::Failed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{minute, payment};
    use crate::domain::{Phase, Schedule};

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
    fn times_ahead_of_the_clock_are_wrong() {
        let open = |schedule| scheduled(PaymentStatus::Pending, schedule);
        check(&open(asked(10, Some(20))), 10, None);
        check(&open(asked(10, Some(20))), 8, None);
        check(&open(asked(10, Some(20))), 6, Some(PutOff::Ahead));
        check(&open(asked(10, Some(500))), 12, None);
        check(&open(asked(10, Some(1_500))), 12, Some(PutOff::Ahead));
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
    fn who_cannot_be_asked_is_not_put_off() {
        let ahead = scheduled(PaymentStatus::Pending, asked(500, Some(501)));
        check(&ahead, 10, Some(PutOff::Ahead));
        let by_hand = Payment {
            gateway: crate::domain::GatewayName::manual(),
            ..ahead.clone()
        };
        check(&by_hand, 10, None);
        let of_others = Payment {
            last_meaning: Some("foreign".to_owned()),
            ..ahead
        };
        check(&of_others, 10, None);
    }

    const DAYS: u64 = 24 * 60;

    /// A payment that nobody asks about, last answered at that minute, 60 days later.
    #[track_caller]
    fn check_resting(status: PaymentStatus, answered: Option<u64>, is_found: bool) {
        let mut resting = payment(1, status);
        resting.schedule.next_check_at = None;
        resting.schedule.last_asked_at = Some(minute(1));
        resting.schedule.last_answered_at = answered.map(minute);
        let ahead = answered.is_some_and(|at| at > 60 * DAYS);
        let found = match (is_found, ahead) {
            (false, _) => None,
            (true, true) => Some(PutOff::Ahead),
            (true, false) => Some(PutOff::LeftEarly),
        };
        check(&resting, 60 * DAYS, found);
    }

    #[test]
    fn payments_dropped_before_their_last_query_are_found() {
        use PaymentStatus::{
            Cancelled, Created, Expired, Failed, Mismatch, Paid, Pending, Reversed,
        };
        for (status, answered, is_found) in [
            (Pending, Some(100), true),
            (Created, None, true),
            (Expired, Some(6 * DAYS), true),
            (Expired, Some(7 * DAYS), false),
            (Cancelled, None, true),
            (Failed, Some(8 * DAYS), false),
            (Reversed, Some(DAYS), true),
            (Paid, Some(44 * DAYS), true),
            (Paid, Some(45 * DAYS), false),
            (Mismatch, Some(3 * DAYS), true),
            // By a clock that was ahead: answered in a future that is not here yet.
            (Expired, Some(500 * DAYS), true),
            (Paid, Some(500 * DAYS), true),
        ] {
            check_resting(status, answered, is_found);
        }
    }

    #[test]
    fn payments_without_a_last_query_are_left_alone() {
        let resting = |status| {
            let mut resting = payment(1, status);
            resting.schedule.next_check_at = None;
            resting.schedule.last_asked_at = None;
            resting.schedule.last_answered_at = None;
            resting
        };
        let refused = Payment {
            origin: PaymentOrigin::Payctl,
            seen: false,
            ..resting(PaymentStatus::Failed)
        };
        let foreign = Payment {
            last_meaning: Some("foreign".to_owned()),
            ..resting(PaymentStatus::Failed)
        };
        let imported = resting(PaymentStatus::Paid);
        let by_hand = Payment {
            gateway: "manual".parse().unwrap(),
            ..resting(PaymentStatus::Paid)
        };
        for payment in [refused, foreign, imported, by_hand] {
            check(&payment, 60 * DAYS, None);
        }
    }
}
