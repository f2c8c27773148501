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

/// As many as one mail names: they are worth one an hour after the last.
const MANY: usize = 20;
const MANY_WAIT: Duration = Duration::from_secs(3600);

/// Whether a mail is to name what `waiting` items ask of a person, so long after the last one: the first after a quiet
/// while at once, those after it together.
#[must_use]
pub fn is_mail_due(
    told_at: Option<Instant>,
    waiting: usize,
    collect: Duration,
    now: Instant,
) -> bool {
    let wait = if waiting < MANY {
        collect
    } else {
        collect.min(MANY_WAIT)
    };
    waiting > 0 && told_at.is_none_or(|told_at| told_at > now || now.since(told_at) >= wait)
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

    #[test]
    fn cases_share_a_mail() {
        let at = |minutes: i64| Instant::from_millis(minutes * 60_000);
        let day = Duration::from_secs(24 * 3600);
        for (told_at, waiting, collect, now, wanted) in [
            (None, 0, day, 0, false),
            (None, 1, day, 0, true),
            (Some(0), 1, day, 1_439, false),
            (Some(0), 1, day, 1_440, true),
            (Some(0), 0, day, 5_000, false),
            (Some(0), 19, day, 60, false),
            (Some(0), 20, day, 59, false),
            (Some(0), 20, day, 60, true),
            // The shop wants each at once, or soon.
            (Some(0), 1, Duration::ZERO, 0, true),
            (Some(0), 20, Duration::from_secs(60), 1, true),
            // A clock was ahead.
            (Some(9_000), 1, day, 60, true),
        ] {
            assert_eq!(
                is_mail_due(told_at.map(at), waiting, collect, at(now)),
                wanted,
                "{told_at:?} {waiting} {now}"
            );
        }
    }
}
