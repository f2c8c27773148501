//! How often a person is reminded of what only a person can settle.

use std::time::Duration;

use crate::domain::Instant;

/// Nobody reads the same every minute.
pub const REMINDED_EVERY: Duration = Duration::from_secs(24 * 3600);

/// Whether a person is to be told again. An instant that is still to come was written by a wrong clock, and counts for
/// nothing.
#[must_use]
pub fn is_due(told_at: Option<Instant>, now: Instant) -> bool {
    told_at.is_none_or(|told_at| told_at > now || now.since(told_at) >= REMINDED_EVERY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_reminded_once_a_day() {
        const HOUR: i64 = 3_600_000;
        let at = |hours: i64| Instant::from_millis(hours * HOUR);
        for (told_at, now, wanted) in [
            (None, 100, true),
            (Some(100), 100, false),
            (Some(100), 123, false),
            (Some(100), 124, true),
            // A clock was ahead.
            (Some(101), 100, true),
            (Some(9_000), 100, true),
        ] {
            assert_eq!(
                is_due(told_at.map(at), at(now)),
                wanted,
                "{told_at:?} {now}"
            );
        }
    }
}
