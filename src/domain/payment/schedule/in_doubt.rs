//! When a payment is asked about next while the clocks differ.

use std::time::Duration;

use super::{Schedule, interval_most};
use crate::domain::{Observation, Payment};

const LEAST: Duration = Duration::from_secs(30);
const MOST: Duration = Duration::from_secs(60 * 60);

/// The schedule after an answer while the clocks differ: nothing leaves the schedule, the answer proves nothing later, and
/// who was due waits for a usual pause, by the clock that keeps the schedule: what that puts off too far is found once it
/// is right again.
pub(super) fn schedule_in_doubt(payment: &Payment, observed: &Observation) -> Schedule {
    let before = payment.schedule;
    let now = observed.asked_at;
    let is_over = before.next_check_at.is_none() && payment.moved_at != observed.dated_at();
    let next = before.next_check_at.filter(|next| *next > now);
    let paused = || now.saturating_add(pause_in_doubt(payment, observed));
    Schedule {
        next_check_at: (!is_over).then(|| next.unwrap_or_else(paused)),
        last_asked_at: Some(now),
        silent_since: None,
        checks: before.checks.saturating_add(1),
        ..before
    }
}

/// A tenth of the time in which nothing has moved: what is new is asked about each minute, what is old each hour.
fn pause_in_doubt(payment: &Payment, observed: &Observation) -> Duration {
    let moved_at = payment.moved_at;
    let most = interval_most(payment.schedule.phase).min(MOST);
    let clocks = [observed.dated_at(), observed.asked_at];
    let mut ages = clocks.into_iter().filter(|at| *at > moved_at);
    let age = ages.next().map_or(Duration::ZERO, |at| at.since(moved_at));
    (age / 10).clamp(LEAST, most)
}
