//! When the next question about a payment is asked.

mod in_doubt;

use std::time::Duration;

use self::in_doubt::schedule_in_doubt;
use crate::domain::{Instant, Observation, Payment, PaymentStatus, Policy, Reported, string_enum};
use crate::faults::planted;

/// So many questions in a row had no answer: a machine that was switched off for a day has asked nothing.
pub const UNANSWERED_QUESTIONS: u32 = 10;

string_enum! {
    /// Why a payment is being asked about; each has its own row of intervals.
    pub enum Phase {
        /// Open, before its deadline.
        Open = "open",
        /// Open, past deadline and grace.
        Overdue = "overdue",
        /// Closed, and watched for money that comes late.
        Watch = "watch",
        /// One contradiction seen, or freshly paid by a method whose money can be taken back.
        Doubt = "doubt",
        /// The money is in; refunds and chargebacks may follow.
        Money = "money",
        /// Its gateway was asked to send money back, and nobody knows what became of that.
        Refund = "refund",
        /// The last question was not answered, or not by each name.
        Silent = "silent",
    }
}

/// Where a payment is in its row of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    pub phase: Phase,
    /// How many questions of this phase have been asked.
    pub step: u32,
    /// None: nothing more is to be asked.
    pub next_check_at: Option<Instant>,
    /// When the last question was started.
    pub last_asked_at: Option<Instant>,
    /// When the last question that got an answer was started.
    pub last_answered_at: Option<Instant>,
    /// When the first of the last questions in a row without an answer was started; `None` after an answer.
    pub silent_since: Option<Instant>,
    pub checks: u32,
}

impl Schedule {
    /// Of a payment nobody has asked about: due at once.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self {
            phase: Phase::Open,
            step: 0,
            next_check_at: Some(now),
            last_asked_at: None,
            last_answered_at: None,
            silent_since: None,
            checks: 0,
        }
    }

    /// Of a payment that comes from elsewhere with a past of its own: due at once, as if the questions so far
    /// had been asked by somebody else; none where those that belong to its status are over.
    #[must_use]
    pub fn registered(payment: &Payment, now: Instant) -> Self {
        let phase = match payment.status {
            PaymentStatus::Created | PaymentStatus::Pending | PaymentStatus::Challenged => {
                Phase::Open
            }
            PaymentStatus::Paid | PaymentStatus::Mismatch => Phase::Money,
            PaymentStatus::Failed
            | PaymentStatus::Cancelled
            | PaymentStatus::Expired
            | PaymentStatus::Reversed => Phase::Watch,
        };
        let is_over = watched_until(payment).is_some_and(|end| end <= now);
        Self {
            phase,
            next_check_at: (!is_over).then_some(now),
            ..Self::new(now)
        }
    }

    /// When the last question that got an answer was started. What lies after `now` was written by a clock that was
    /// wrong, and answers nothing.
    #[must_use]
    pub fn answered_by(&self, now: Instant) -> Option<Instant> {
        self.last_answered_at.filter(|asked_at| *asked_at <= now)
    }

    /// Since when questions have had no answer, if `now` is not before that.
    #[must_use]
    pub fn silent_by(&self, now: Instant) -> Option<Instant> {
        self.silent_since.filter(|since| *since <= now)
    }

    /// So many questions in a row had no answer that a person may have been asked about it.
    #[must_use]
    pub fn is_silent_for_long(&self) -> bool {
        self.phase == Phase::Silent && self.step.saturating_add(1) >= UNANSWERED_QUESTIONS
    }

    /// Of a payment no gateway can be asked about.
    #[must_use]
    pub fn never() -> Self {
        Self {
            phase: Phase::Money,
            step: 0,
            next_check_at: None,
            last_asked_at: None,
            last_answered_at: None,
            silent_since: None,
            checks: 0,
        }
    }
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A gateway that names a time to wait is believed up to this.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(15 * 60);

/// The schedule after a question: `payment` as it is now, `observed` the answer that made it so, `refund_sent_at`
/// when its gateway was last asked to send money back, while nobody knows what became of that.
#[must_use]
pub fn next_schedule_after(
    payment: &Payment,
    observed: &Observation,
    refund_sent_at: Option<Instant>,
    policy: &Policy,
) -> Schedule {
    if observed.is_clock_in_doubt() {
        return schedule_in_doubt(payment, observed);
    }
    let now = observed.asked_at;
    let usual = phase(payment, observed, policy);
    // Silence tells nothing about a refund, and waits by its own row.
    let phase = match (usual, refund_sent_at) {
        (Phase::Silent, _) | (_, None) => usual,
        (_, Some(_)) => Phase::Refund,
    };
    let before = payment.schedule;
    let step = if before.checks > 0 && before.phase == phase {
        before.step.saturating_add(1)
    } else {
        0
    };
    let next_check_at = match refund_sent_at {
        Some(sent_at) if phase == Phase::Refund => {
            let by_its_age = now.saturating_add(refund_interval(now.since(sent_at)));
            let in_doubt = (usual == Phase::Doubt)
                .then(|| next(usual, step, payment, observed, policy))
                .flatten();
            Some(in_doubt.map_or(by_its_age, |sooner| sooner.min(by_its_age)))
        }
        Some(_) | None => next(phase, step, payment, observed, policy),
    };
    Schedule {
        phase,
        step,
        next_check_at,
        last_asked_at: Some(now),
        last_answered_at: if phase == Phase::Silent {
            before.answered_by(now)
        } else {
            Some(now)
        },
        silent_since: (phase == Phase::Silent).then(|| before.silent_by(now).unwrap_or(now)),
        checks: before.checks.saturating_add(1),
    }
}

/// A refund is asked about so long after it was sent, if nobody asks sooner.
pub(in crate::domain) const AFTER_A_REFUND: Duration = MINUTE;

/// By the age of the refund and not by the number of questions: other commands ask in between.
fn refund_interval(age: Duration) -> Duration {
    if age < AFTER_A_REFUND {
        AFTER_A_REFUND
    } else if age < 11 * MINUTE {
        10 * MINUTE
    } else {
        HOUR
    }
}

fn phase(payment: &Payment, observed: &Observation, policy: &Policy) -> Phase {
    // Another of its names, which had no answer, may still show something else.
    if observed.is_partial {
        return Phase::Silent;
    }
    match (&observed.said, payment.status) {
        (Reported::NoAnswer(_), _) => Phase::Silent,
        (_, PaymentStatus::Created | PaymentStatus::Pending | PaymentStatus::Challenged) => {
            if payment.is_overdue(observed.asked_at, policy.grace) {
                Phase::Overdue
            } else {
                Phase::Open
            }
        }
        (said, PaymentStatus::Paid | PaymentStatus::Mismatch) => {
            let is_fresh =
                payment.reversible && observed.asked_at.since(payment.moved_at) < DOUBT_LASTS;
            if is_fresh || payment.back.less.is_some() || !agrees_about_money(payment, said) {
                Phase::Doubt
            } else {
                Phase::Money
            }
        }
        (
            _,
            PaymentStatus::Failed
            | PaymentStatus::Cancelled
            | PaymentStatus::Expired
            | PaymentStatus::Reversed,
        ) => Phase::Watch,
    }
}

fn agrees_about_money(payment: &Payment, said: &Reported) -> bool {
    said.paid() == Some(payment.received)
}

/// The sum of the intervals of doubt: after that, fresh money is money.
const DOUBT_LASTS: Duration = Duration::from_secs(24 * 60);

fn next(
    phase: Phase,
    step: u32,
    payment: &Payment,
    observed: &Observation,
    policy: &Policy,
) -> Option<Instant> {
    let now = observed.asked_at;
    match phase {
        Phase::Open => {
            let usual = now.saturating_add(step_of(
                &[30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE],
                step,
            ));
            // The first instant at which an answer can prove the payment unpaid.
            let decisive = payment
                .deadline
                .saturating_add(policy.grace)
                .saturating_add(Duration::from_millis(1));
            Some(if now < decisive {
                usual.min(decisive)
            } else {
                usual
            })
        }
        Phase::Overdue => Some(now.saturating_add(step_of(
            &[MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE],
            step,
        ))),
        // Whoever has not settled it by then is asked by its case.
        Phase::Doubt if step >= MAX_DOUBTS => next_refund_check(payment, now),
        Phase::Doubt => Some(now.saturating_add(step_of(
            &[MINUTE, 2 * MINUTE, 6 * MINUTE, 15 * MINUTE],
            step,
        ))),
        // Its instant depends on the refund, which is not known here.
        Phase::Refund => Some(now.saturating_add(HOUR)),
        Phase::Watch => last_check_at(
            watch_ends(payment),
            now,
            watch_interval(now.since(payment.moved_at)),
        ),
        Phase::Money if planted!(StopWatchingMoney) => None,
        Phase::Money => next_refund_check(payment, now),
        Phase::Silent => {
            let usual = step_of(
                &[MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE],
                step,
            );
            let asked_for = if let Reported::NoAnswer(silence) = &observed.said {
                silence
                    .retry_after()
                    .unwrap_or_default()
                    .min(MAX_RETRY_AFTER)
            } else {
                Duration::ZERO
            };
            Some(now.saturating_add(usual.max(asked_for)))
        }
    }
}

/// So many questions in doubt, about a day of them, and then as if the money agreed.
const MAX_DOUBTS: u32 = 100;

fn next_refund_check(payment: &Payment, now: Instant) -> Option<Instant> {
    let interval = if now.since(payment.moved_at) < 7 * DAY {
        DAY
    } else {
        7 * DAY
    };
    last_check_at(refund_checks_end(payment), now, interval)
}

/// The last of the row is repeated.
fn step_of(row: &[Duration], step: u32) -> Duration {
    let index = usize::try_from(step)
        .unwrap_or(usize::MAX)
        .min(row.len().saturating_sub(1));
    row.get(index).copied().unwrap_or(DAY)
}

/// One more question at the end itself, then none: this one was answered.
fn last_check_at(end: Instant, now: Instant, interval: Duration) -> Option<Instant> {
    (now < end).then(|| now.saturating_add(interval).min(end))
}

/// Late money comes soon, if it comes. By how long ago it was closed and not by the number of questions: other commands
/// ask in between, a silence interrupts the row, and what comes from elsewhere has a past of its own.
fn watch_interval(age: Duration) -> Duration {
    if planted!(WatchTooSlowly) {
        return DAY;
    }
    let mut since = Duration::ZERO;
    for interval in [
        5 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        3 * HOUR,
        6 * HOUR,
    ] {
        since += interval;
        if age < since {
            return interval;
        }
    }
    DAY
}

/// Up to when the rules watch a payment; none while it is open. It leaves the schedule by the first answer after that.
#[must_use]
pub fn watched_until(payment: &Payment) -> Option<Instant> {
    match payment.status {
        PaymentStatus::Created | PaymentStatus::Pending | PaymentStatus::Challenged => None,
        PaymentStatus::Paid | PaymentStatus::Mismatch => Some(refund_checks_end(payment)),
        PaymentStatus::Failed
        | PaymentStatus::Cancelled
        | PaymentStatus::Expired
        | PaymentStatus::Reversed => Some(watch_ends(payment)),
    }
}

/// No interval of a phase is longer.
#[must_use]
pub fn interval_most(phase: Phase) -> Duration {
    match phase {
        Phase::Open | Phase::Overdue => 10 * MINUTE,
        Phase::Doubt => 15 * MINUTE,
        Phase::Silent => 30 * MINUTE,
        Phase::Refund => HOUR,
        Phase::Watch => DAY,
        Phase::Money => 7 * DAY,
    }
}

fn watch_ends(payment: &Payment) -> Instant {
    if !payment.is_begun() {
        return payment.deadline.saturating_add(DAY).max(payment.moved_at);
    }
    let days = if payment.method.as_deref() == Some("qris") {
        30
    } else {
        7
    };
    payment.moved_at.saturating_add(days * DAY)
}

fn refund_checks_end(payment: &Payment) -> Instant {
    let days = if payment.method.as_deref() == Some("credit_card") {
        180
    } else {
        45
    };
    payment.moved_at.saturating_add(days * DAY)
}

#[cfg(test)]
mod tests;
