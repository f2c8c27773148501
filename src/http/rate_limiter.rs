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
    /// 0 per second means no limit.
    pub(super) fn new(per_second: u32) -> Self {
        let gap = Duration::from_secs(1).checked_div(per_second);
        Self {
            gap: gap.unwrap_or_default(),
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
        let mut pace = RateLimiter::new(10);
        for off in [0, 100, 200, 300] {
            assert_eq!(pace.take(now, None), Some(ms(off)));
        }
        assert_eq!(pace.take(now + ms(250), None), Some(ms(150)));
    }

    #[test]
    fn a_pause_saves_up_no_turns() {
        let now = Instant::now();
        let mut pace = RateLimiter::new(10);
        assert_eq!(pace.take(now, None), Some(ms(0)));
        assert_eq!(pace.take(now + ms(5_000), None), Some(ms(0)));
        assert_eq!(pace.take(now + ms(5_000), None), Some(ms(100)));
    }

    #[test]
    fn without_a_rate_nobody_waits() {
        let now = Instant::now();
        let mut pace = RateLimiter::new(0);
        for _ in 0..1000 {
            assert_eq!(pace.take(now, None), Some(ms(0)));
        }
    }

    #[test]
    fn a_turn_after_the_end_is_not_taken() {
        let now = Instant::now();
        let mut pace = RateLimiter::new(10);
        assert_eq!(pace.take(now, Some(now)), None);
        assert_eq!(pace.take(now, Some(now + ms(1))), Some(ms(0)));
        assert_eq!(pace.take(now, Some(now + ms(100))), None);
        assert_eq!(pace.take(now, Some(now + ms(101))), Some(ms(100)));
    }
}
