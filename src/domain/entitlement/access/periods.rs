//! Laying out: what one buyer may use of one product follows one after the other, and no time of it is lost or given twice.

use std::time::Duration;

use crate::domain::{GrantId, Instant};

/// From when to when a grant lets its buyer in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessPeriod {
    pub grant: GrantId,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// What was used of the grant's span before this term.
    pub used: Duration,
}

/// Where the terms of one buyer and product belong, of which `good` may be used and have not ended, and `resumed` may
/// be used again. What is running stays where it is. All others follow it without a gap, those first that were to
/// begin first. Gives those that have to move, and all that are resumed.
#[must_use]
pub fn schedule(
    good: &[AccessPeriod],
    resumed: &[AccessPeriod],
    now: Instant,
) -> Vec<AccessPeriod> {
    let (running, waiting): (Vec<AccessPeriod>, Vec<AccessPeriod>) =
        good.iter().partition(|term| term.starts_at <= now);
    // Each with where it stands now; what is resumed stands nowhere.
    let standing = waiting.into_iter().map(|term| (term, Some(term)));
    let mut waiting: Vec<(AccessPeriod, Option<AccessPeriod>)> = standing
        .chain(resumed.iter().map(|term| (*term, None)))
        .collect();
    waiting.sort_by_key(|(term, _)| (term.starts_at, term.grant));
    let mut free_from = running
        .iter()
        .map(|term| term.ends_at)
        .fold(now, Instant::max);
    for (term, _) in &mut waiting {
        *term = term.starting_at(free_from);
        free_from = term.ends_at;
    }
    let moved = waiting
        .into_iter()
        .filter(|(term, before)| *before != Some(*term));
    moved.map(|(term, _)| term).collect()
}

/// What is bought reaches no further: 100 years, of 365 and a quarter days. No calendar runs over.
pub const REACH: Duration = Duration::from_secs(100 * 31_557_600);

/// When the time of a grant begins and ends, given until when its buyer has access already: a renewal adds its
/// time to the end of what runs. What would reach further than [`REACH`] is cut off, in whole seconds.
#[must_use]
pub fn term(span: Duration, paid_at: Instant, runs_until: Option<Instant>) -> (Instant, Instant) {
    let start = runs_until.map_or(paid_at, |end| end.max(paid_at));
    let most = paid_at.saturating_add(REACH).since(start).as_secs();
    (
        start,
        start.saturating_add(span.min(Duration::from_secs(most))),
    )
}

impl AccessPeriod {
    /// The whole of a span, from its first moment.
    #[must_use]
    pub fn full_span(grant: GrantId, span: Duration, starts_at: Instant) -> Self {
        Self {
            grant,
            starts_at,
            ends_at: starts_at.saturating_add(span),
            used: Duration::ZERO,
        }
    }

    /// What is left when it is stopped; none when it had ended.
    #[must_use]
    pub fn left_at(self, stop: Instant) -> Option<Self> {
        let starts_at = self.starts_at.max(stop);
        (starts_at < self.ends_at).then(|| Self {
            starts_at,
            used: self.used + starts_at.since(self.starts_at),
            ..self
        })
    }

    fn starting_at(self, starts_at: Instant) -> Self {
        Self {
            starts_at,
            ends_at: starts_at.saturating_add(self.ends_at.since(self.starts_at)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::minute;

    fn from_to(grant: i64, from: u64, to: u64) -> AccessPeriod {
        AccessPeriod {
            grant: GrantId(grant),
            starts_at: minute(from),
            ends_at: minute(to),
            used: Duration::ZERO,
        }
    }

    fn after(used: u64, term: AccessPeriod) -> AccessPeriod {
        AccessPeriod {
            used: Duration::from_secs(60 * used),
            ..term
        }
    }

    #[track_caller]
    fn check(good: &[AccessPeriod], resumed: &[AccessPeriod], now: u64, moved: &[AccessPeriod]) {
        assert_eq!(schedule(good, resumed, minute(now)), moved);
    }

    #[test]
    fn access_periods_without_gaps_stay_in_place() {
        check(&[], &[], 5, &[]);
        let chain = [from_to(1, 0, 10), from_to(2, 10, 20), from_to(3, 20, 30)];
        check(&chain, &[], 5, &[]);
        check(&chain[1..], &[], 15, &[]);
        let at_once = [from_to(1, 0, 10), from_to(2, 3, 13)];
        check(&at_once, &[], 5, &[]);
    }

    #[test]
    fn a_freed_period_moves_the_next_ones_forward() {
        let rest = [from_to(2, 10, 20), from_to(3, 20, 30)];
        check(&rest, &[], 5, &[from_to(2, 5, 15), from_to(3, 15, 25)]);
        let around = [from_to(1, 0, 10), from_to(3, 20, 30)];
        check(&around, &[], 5, &[from_to(3, 10, 20)]);
    }

    #[test]
    fn a_resumed_period_keeps_its_remaining_time() {
        let stopped = from_to(1, 0, 10).left_at(minute(4)).unwrap();
        check(&[], &[stopped], 60, &[after(4, from_to(1, 60, 66))]);
        let later = [from_to(2, 50, 70), from_to(3, 70, 80)];
        check(
            &later,
            &[stopped],
            60,
            &[after(4, from_to(1, 70, 76)), from_to(3, 76, 86)],
        );
    }

    #[test]
    fn repeated_pauses_use_only_the_time_that_ran() {
        let first = from_to(1, 0, 10).left_at(minute(4)).unwrap();
        let resumed = schedule(&[], &[first], minute(20))[0];
        assert_eq!(resumed, after(4, from_to(1, 20, 26)));
        let second = resumed.left_at(minute(25)).unwrap();
        assert_eq!(second, after(9, from_to(1, 25, 26)));
        assert_eq!(resumed.left_at(minute(26)), None);
        // Its time had not begun.
        let waiting = from_to(1, 10, 20);
        assert_eq!(waiting.left_at(minute(4)), Some(waiting));
    }

    #[test]
    fn a_renewal_extends_the_end_or_starts_now() {
        let ten = Duration::from_secs(600);
        assert_eq!(term(ten, minute(5), None), (minute(5), minute(15)));
        assert_eq!(
            term(ten, minute(5), Some(minute(8))),
            (minute(8), minute(18))
        );
        assert_eq!(
            term(ten, minute(5), Some(minute(2))),
            (minute(5), minute(15))
        );
    }

    #[test]
    fn no_access_lasts_over_a_hundred_years() {
        let limit = minute(5).saturating_add(REACH);
        let (start, end) = term(Duration::MAX, minute(5), None);
        assert_eq!((start, end), (minute(5), limit));
        let nearly = limit.saturating_sub(Duration::from_millis(1_500));
        let (start, end) = term(REACH, minute(5), Some(nearly));
        assert_eq!(
            (start, end),
            (nearly, nearly.saturating_add(Duration::from_secs(1)))
        );
        let beyond = limit.saturating_add(REACH);
        assert_eq!(term(REACH, minute(5), Some(beyond)), (beyond, beyond));
    }
}
