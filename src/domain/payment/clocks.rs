//! Whose clock is believed: a gateway's before this machine's, and this machine's before the file's.
//!
//! A run compares the `Date` of each answer with its own clock. What it ends, it ends only while no such clock says
//! that its own is wrong by more than the grace.

use std::time::Duration;

use crate::domain::Instant;

/// A `Date` header tells whole seconds.
const DATE_STEP_MS: i64 = 1_000;

/// How far the clocks of gateways were from ours in one run, in milliseconds: ahead is more than 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClockReadings {
    least_and_most: Option<(i64, i64)>,
    /// By so much clocks may differ.
    tolerance_ms: i64,
}

/// What the gateways' clocks say about this machine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// No gateway has told the time.
    Untold,
    /// Every gateway that told the time agrees with this machine, and with the others.
    Confirmed { ahead_ms: i64 },
    /// At least one differs from this machine or from another gateway by more than the grace.
    Differs { ahead_ms: i64 },
}

impl ClockReadings {
    /// Adds what one answer has told.
    pub fn add(&mut self, ahead_ms: i64, grace: Duration) {
        let (least, most) = self.least_and_most.unwrap_or((ahead_ms, ahead_ms));
        self.least_and_most = Some((least.min(ahead_ms), most.max(ahead_ms)));
        self.tolerance_ms = tolerance_ms(grace);
    }

    /// Adds the readings of another part of the same run.
    pub fn merge(&mut self, other: Self) {
        let Some((least, most)) = other.least_and_most else {
            return;
        };
        let (mine_least, mine_most) = self.least_and_most.unwrap_or((least, most));
        self.least_and_most = Some((least.min(mine_least), most.max(mine_most)));
        self.tolerance_ms = other.tolerance_ms;
    }

    #[must_use]
    pub fn state(&self) -> ClockState {
        let Some((least, most)) = self.least_and_most else {
            return ClockState::Untold;
        };
        let ahead_ms = if least.unsigned_abs() > most.unsigned_abs() {
            least
        } else {
            most
        };
        // The machine's own clock stands at 0.
        if most.max(0).saturating_sub(least.min(0)) > self.tolerance_ms {
            ClockState::Differs { ahead_ms }
        } else {
            ClockState::Confirmed { ahead_ms }
        }
    }

    #[must_use]
    pub fn differ(&self) -> bool {
        matches!(self.state(), ClockState::Differs { .. })
    }

    /// The difference that tells most, where the clocks contradict each other.
    #[must_use]
    pub fn largest_offset_ms(&self) -> Option<i64> {
        match self.state() {
            ClockState::Untold | ClockState::Confirmed { .. } => None,
            ClockState::Differs { ahead_ms } => Some(ahead_ms),
        }
    }

    /// The difference that tells most, if any gateway has told the time.
    #[must_use]
    pub fn ahead_ms(&self) -> Option<i64> {
        match self.state() {
            ClockState::Untold => None,
            ClockState::Confirmed { ahead_ms } | ClockState::Differs { ahead_ms } => Some(ahead_ms),
        }
    }
}

/// What the file knows about clocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClockRecord {
    /// The latest instant at which any program has begun to write.
    pub latest_at: Option<Instant>,
    /// The last instant that the gateways' clocks have confirmed.
    pub confirmed_at: Option<Instant>,
    /// By how much they were ahead when they last contradicted this machine's; none since they agree.
    pub differs_ms: Option<i64>,
    /// The last instant of this machine's clock that was taken without a gateway.
    pub accepted_at: Option<Instant>,
    /// Where it has jumped to since.
    pub jumped_at: Option<Instant>,
    /// Payments are to be looked through once for instants of a clock that was wrong.
    pub must_look: bool,
    /// What is due is found, and the rest is still to be dated now, by a run whose clock a gateway confirms.
    pub must_mend: bool,
}

/// Without a gateway, a clock that has gone on by more than this since the last run may have jumped. A job of every day
/// may come an hour late.
const JUMP: Duration = Duration::from_secs(25 * 60 * 60);

/// So much later a second run believes it.
const JUMP_BELIEVED_AFTER: Duration = Duration::from_secs(23 * 60 * 60);

/// From which instant that which ends by the time alone is reckoned, if from any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reckoning {
    From(Instant),
    /// A gateway's clock contradicts this machine's.
    Contradicted,
    /// No gateway has answered, and none has ever confirmed the clock.
    Unanswered,
    /// The clock has jumped since the last run; nobody but a later run can confirm it.
    Jumped,
}

impl Reckoning {
    /// Why something is kept that only this machine's clock calls old enough.
    #[must_use]
    pub const fn why_kept(self) -> &'static str {
        match self {
            Self::Contradicted => "a gateway's clock contradicts this machine's",
            Self::From(_) | Self::Unanswered => {
                "no gateway has answered yet, so this machine's clock is not confirmed"
            }
            Self::Jumped => {
                "this machine's clock has jumped by more than a day since the last run; a run a day later will trust it"
            }
        }
    }
}

/// What came of asking a gateway for nothing but the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeAsked {
    /// The shop has no gateway that could be asked.
    NoGateway,
    /// None has answered.
    Silent,
    Told(ClockReadings),
}

impl ClockRecord {
    /// The record after a run that begins `now`: a machine's clock goes before the file's instants, but one that has
    /// jumped ahead waits for a second run.
    #[must_use]
    pub fn after_a_run(self, now: Instant) -> Self {
        let has_jumped = self
            .accepted_at
            .is_some_and(|at| now > at.saturating_add(JUMP));
        let earlier = self.jumped_at.filter(|at| *at <= now);
        let is_believed = earlier.is_some_and(|at| now >= at.saturating_add(JUMP_BELIEVED_AFTER));
        let (accepted_at, jumped_at) = if has_jumped && !is_believed {
            (self.accepted_at, Some(earlier.unwrap_or(now)))
        } else {
            (Some(now), None)
        };
        Self {
            accepted_at,
            jumped_at,
            ..self
        }
    }

    /// Some program has written instants that are ahead of `now`, by more than clocks may differ.
    #[must_use]
    pub fn is_ahead_of(&self, now: Instant, grace: Duration) -> bool {
        self.latest_at
            .is_some_and(|at| at > now.saturating_add(grace))
    }

    /// The instant that needs no question, where a gateway has ever confirmed one.
    #[must_use]
    pub fn confirmed_by(&self, now: Instant) -> Option<Instant> {
        self.confirmed_at.map(|at| at.min(now))
    }

    /// By a run that began `now`, and is in this record already.
    #[must_use]
    pub fn reckon(&self, now: Instant, asked: TimeAsked) -> Reckoning {
        match asked {
            TimeAsked::Told(readings) => match readings.state() {
                ClockState::Confirmed { .. } => Reckoning::From(now),
                ClockState::Differs { .. } => Reckoning::Contradicted,
                // A gateway that tells no time is none.
                ClockState::Untold => self.by_the_machine(now),
            },
            TimeAsked::Silent => match self.confirmed_by(now) {
                Some(confirmed) => Reckoning::From(confirmed),
                None => Reckoning::Unanswered,
            },
            TimeAsked::NoGateway => self.by_the_machine(now),
        }
    }

    fn by_the_machine(&self, now: Instant) -> Reckoning {
        match self.jumped_at {
            Some(_) => Reckoning::Jumped,
            None => Reckoning::From(now),
        }
    }
}

/// By how much the clock of whoever answered is ahead of ours, where that is more than the grace.
#[must_use]
pub fn offset_beyond_ms(ahead_ms: i64, grace: Duration) -> Option<i64> {
    let tolerance = tolerance_ms(grace).unsigned_abs();
    (ahead_ms.unsigned_abs() > tolerance).then_some(ahead_ms)
}

fn tolerance_ms(grace: Duration) -> i64 {
    let grace = i64::try_from(grace.as_millis()).unwrap_or(i64::MAX);
    grace.saturating_add(DATE_STEP_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(180);

    #[track_caller]
    fn check(ahead_ms: &[i64], state: ClockState) {
        let mut all = ClockReadings::default();
        let mut merged = ClockReadings::default();
        for ahead in ahead_ms {
            all.add(*ahead, GRACE);
            let mut one = ClockReadings::default();
            one.add(*ahead, GRACE);
            merged.merge(one);
            merged.merge(ClockReadings::default());
        }
        assert_eq!(all.state(), state);
        assert_eq!(merged.state(), state);
        assert_eq!(all.differ(), matches!(state, ClockState::Differs { .. }));
        let (largest, ahead) = match state {
            ClockState::Untold => (None, None),
            ClockState::Confirmed { ahead_ms } => (None, Some(ahead_ms)),
            ClockState::Differs { ahead_ms } => (Some(ahead_ms), Some(ahead_ms)),
        };
        assert_eq!((all.largest_offset_ms(), all.ahead_ms()), (largest, ahead));
    }

    #[test]
    fn a_run_trusts_gateways_that_agree_on_time() {
        let confirmed = |ahead_ms| ClockState::Confirmed { ahead_ms };
        let differs = |ahead_ms| ClockState::Differs { ahead_ms };
        check(&[], ClockState::Untold);
        check(&[0], confirmed(0));
        check(&[181_000], confirmed(181_000));
        check(&[-181_000, 0], confirmed(-181_000));
        check(&[181_001], differs(181_001));
        check(&[-181_001, 20], differs(-181_001));
        // Each agrees with this machine, and they do not agree with each other.
        check(&[-100_000, 100_000], differs(100_000));
        check(&[0, 3_600_000], differs(3_600_000));
        check(&[i64::MIN, i64::MAX], differs(i64::MIN));
    }

    const HOUR: Duration = Duration::from_secs(60 * 60);

    fn hour(hour: u32) -> Instant {
        Instant::from_millis(1_700_000_000_000).saturating_add(HOUR * hour)
    }

    /// Runs at these hours, and whether the clock of each is taken without a gateway.
    #[track_caller]
    fn check_runs(runs: &[(u32, bool)]) {
        let mut record = ClockRecord::default();
        for (at, is_taken) in runs {
            record = record.after_a_run(hour(*at));
            let wanted = if *is_taken {
                Reckoning::From(hour(*at))
            } else {
                Reckoning::Jumped
            };
            assert_eq!(record.reckon(hour(*at), TimeAsked::NoGateway), wanted);
        }
    }

    #[test]
    fn a_clock_jump_needs_a_second_run() {
        check_runs(&[(0, true), (1, true), (26, true)]);
        check_runs(&[(0, true), (24, true), (48, true), (73, true)]);
        check_runs(&[(0, true), (72, false), (73, false), (94, false), (95, true)]);
        check_runs(&[(0, true), (72, false), (2_000, true), (2_001, true)]);
        // One run far ahead, and back.
        check_runs(&[(10, true), (2_880, false), (11, true), (12, true)]);
        check_runs(&[(10, true), (2_880, false), (11, true), (2_904, false)]);
        // A second jump starts anew when the clock has gone back between the two.
        check_runs(&[(10, true), (2_880, false), (100, false), (124, true)]);
        check_runs(&[(100, true), (0, true), (1, true)]);
    }

    #[test]
    fn deadlines_are_reckoned_from_a_confirmed_instant() {
        let told = |ahead_ms| {
            let mut readings = ClockReadings::default();
            readings.add(ahead_ms, GRACE);
            TimeAsked::Told(readings)
        };
        let confirmed = ClockRecord {
            confirmed_at: Some(hour(5)),
            ..ClockRecord::default()
        };
        let jumped = ClockRecord {
            jumped_at: Some(hour(9)),
            ..ClockRecord::default()
        };
        let never = ClockRecord::default();
        for (record, asked, reckoning) in [
            (confirmed, told(0), Reckoning::From(hour(9))),
            (confirmed, told(-3_600_000), Reckoning::Contradicted),
            (confirmed, TimeAsked::Silent, Reckoning::From(hour(5))),
            (confirmed, TimeAsked::NoGateway, Reckoning::From(hour(9))),
            (jumped, told(0), Reckoning::From(hour(9))),
            (jumped, TimeAsked::NoGateway, Reckoning::Jumped),
            (jumped, TimeAsked::Silent, Reckoning::Unanswered),
            (never, TimeAsked::Silent, Reckoning::Unanswered),
        ] {
            assert_eq!(record.reckon(hour(9), asked), reckoning, "{asked:?}");
        }
        // An instant ahead of this machine's clock is a wrong one.
        let slow = confirmed.reckon(hour(4), TimeAsked::Silent);
        assert_eq!(slow, Reckoning::From(hour(4)));
    }

    #[test]
    fn a_clock_difference_counts_beyond_the_grace() {
        for (ahead_ms, off) in [
            (0, None),
            (181_000, None),
            (-181_000, None),
            (181_001, Some(181_001)),
            (-86_400_000, Some(-86_400_000)),
            (i64::MIN, Some(i64::MIN)),
        ] {
            assert_eq!(offset_beyond_ms(ahead_ms, GRACE), off);
        }
        assert_eq!(offset_beyond_ms(1_001, Duration::ZERO), Some(1_001));
        assert_eq!(offset_beyond_ms(1_000, Duration::ZERO), None);
        assert_eq!(offset_beyond_ms(i64::MAX - 1, Duration::MAX), None);
    }
}
