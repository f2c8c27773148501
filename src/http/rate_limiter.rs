//! A rate limiter with evenly spaced turns: never two at once, and no burst after a pause.

use std::time::Duration;

use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct RateLimiter {
    gap: Duration,
    /// The first free turn.
    free: Option<Instant>,
}

impl RateLimiter {
    /// The slower of two rates; 0 means no limit.
    pub(super) fn new(per_second: u32, per_minute: u32) -> Self {
        let gap = |span: Duration, count| span.checked_div(count).unwrap_or_default();
        let of_seconds = gap(Duration::from_secs(1), per_second);
        Self {
            gap: of_seconds.max(gap(Duration::from_secs(60), per_minute)),
            free: None,
        }
    }

    /// Takes the next turn and returns how long to wait for it. `None`: the turn would not come before `until`, so
    /// none is taken.
    pub(super) fn take(&mut self, now: Instant, until: Option<Instant>) -> Option<Duration> {
        let turn = self.free.map_or(now, |free| free.max(now));
        if until.is_some_and(|until| turn >= until) {
            return None;
        }
        self.free = Some(turn + self.gap);
        Some(turn - now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn turns_are_evenly_spaced() {
        let now = Instant::now();
        let mut pace = RateLimiter::new(10, 0);
        for off in [0, 100, 200, 300] {
            assert_eq!(pace.take(now, None), Some(ms(off)));
        }
        assert_eq!(pace.take(now + ms(250), None), Some(ms(150)));
    }

    #[test]
    fn a_pause_saves_up_no_turns() {
        let now = Instant::now();
        let mut pace = RateLimiter::new(10, 0);
        assert_eq!(pace.take(now, None), Some(ms(0)));
        assert_eq!(pace.take(now + ms(5_000), None), Some(ms(0)));
        assert_eq!(pace.take(now + ms(5_000), None), Some(ms(100)));
    }

    #[test]
    fn without_a_rate_nobody_waits() {
        let now = Instant::now();
        let mut pace = RateLimiter::new(0, 0);
        for _ in 0..1000 {
            assert_eq!(pace.take(now, None), Some(ms(0)));
        }
    }

    #[test]
    fn the_slower_of_two_rates_counts() {
        let now = Instant::now();
        for (per_second, per_minute, gap) in [
            (0, 50, 1_200),
            (10, 50, 1_200),
            (10, 600, 100),
            (10, 6_000, 100),
            (1, 120, 1_000),
        ] {
            let mut pace = RateLimiter::new(per_second, per_minute);
            assert_eq!(pace.take(now, None), Some(ms(0)));
            assert_eq!(
                pace.take(now, None),
                Some(ms(gap)),
                "{per_second}, {per_minute}"
            );
        }
    }

    #[test]
    fn a_turn_after_the_end_is_not_taken() {
        let now = Instant::now();
        let mut pace = RateLimiter::new(10, 0);
        assert_eq!(pace.take(now, Some(now)), None);
        assert_eq!(pace.take(now, Some(now + ms(1))), Some(ms(0)));
        assert_eq!(pace.take(now, Some(now + ms(100))), None);
        assert_eq!(pace.take(now, Some(now + ms(101))), Some(ms(100)));
    }
}
