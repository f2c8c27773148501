//! What becomes of an effect after a try: done, tried again, dead, or a matter for a person.

use std::time::Duration;

use super::{Effect, EffectStatus, HookOutput, RetryOnUnknown};
use crate::domain::Instant;

/// What carrying an effect out came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptResult {
    /// It worked, and the hook said this.
    Done(Option<HookOutput>),
    /// It did not work, for this reason, and may work another time.
    Again(String),
    /// Nobody knows whether it worked, for this reason.
    Unknown(String),
    /// It did not work, for this reason, and never will.
    Never(String),
}

impl AttemptResult {
    /// Why it is not known to have worked.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        match self {
            Self::Done(_) => None,
            Self::Again(why) | Self::Unknown(why) | Self::Never(why) => Some(why),
        }
    }
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// How long after the first, second, … try without success the next one is due: a little over a day in all.
const PAUSES: [(u32, Duration); 5] = [
    (1, minutes(1)),
    (2, minutes(5)),
    (5, minutes(10)),
    (5, minutes(60)),
    (3, minutes(6 * 60)),
];

/// No effect waits longer for its next try. One that does was put off by a clock that was ahead.
pub const LONGEST_PAUSE: Duration = minutes(6 * 60);

/// The pause after so many tries without success; none when it was tried often enough.
#[must_use]
pub fn retry_after(tries: u32) -> Option<Duration> {
    let mut last = 0;
    PAUSES.into_iter().find_map(|(times, pause)| {
        last += times;
        (1..=last).contains(&tries).then_some(pause)
    })
}

/// The effect after a try that ended like this.
#[must_use]
pub fn after_delivery(effect: &Effect, delivery: &AttemptResult, now: Instant) -> Effect {
    let tries = effect.tries.saturating_add(1);
    let (status, pause) = match (delivery, effect.repeatable) {
        (AttemptResult::Done(_), _) => (EffectStatus::Done, None),
        (AttemptResult::Never(_), _) => (EffectStatus::Dead, None),
        (AttemptResult::Unknown(_), RetryOnUnknown::No) => (EffectStatus::Uncertain, None),
        (AttemptResult::Again(_), _) | (AttemptResult::Unknown(_), RetryOnUnknown::Yes) => {
            match retry_after(tries) {
                Some(pause) => (EffectStatus::Waiting, Some(pause)),
                None => (EffectStatus::Dead, None),
            }
        }
    };
    Effect {
        status,
        tries,
        next_try_at: pause.map(|pause| now.saturating_add(pause)),
        claimed_at: None,
        last_error: delivery.trouble().map(str::to_owned),
        version: effect.version + 1,
        ..effect.clone()
    }
}

/// The effect after whoever carried it out was lost: nobody knows how far it came.
#[must_use]
pub fn after_loss(effect: &Effect, now: Instant) -> Effect {
    let (status, next_try_at) = match effect.repeatable {
        RetryOnUnknown::Yes => (EffectStatus::Waiting, Some(now)),
        RetryOnUnknown::No => (EffectStatus::Uncertain, None),
    };
    Effect {
        status,
        tries: effect.tries.saturating_add(1),
        next_try_at,
        claimed_at: None,
        last_error: Some("the worker stopped before the attempt finished".to_owned()),
        version: effect.version + 1,
        ..effect.clone()
    }
}

/// The effect when it is to be tried at once, and from the first try on; none when it is being tried, or over.
#[must_use]
pub fn requeued(effect: &Effect, now: Instant) -> Option<Effect> {
    effect.status.is_replayable().then(|| Effect {
        status: EffectStatus::Queued,
        tries: 0,
        next_try_at: Some(now),
        version: effect.version + 1,
        ..effect.clone()
    })
}

/// The effect when it is to be delivered once more, under the same key; none unless it is done.
#[must_use]
pub fn repeated(effect: &Effect, now: Instant) -> Option<Effect> {
    (effect.status == EffectStatus::Done).then(|| Effect {
        status: EffectStatus::Queued,
        tries: 0,
        next_try_at: Some(now),
        repetition: effect.repetition.saturating_add(1),
        version: effect.version + 1,
        ..effect.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::EffectStatus::{Dead, Done, Uncertain, Waiting};
    use crate::domain::Trigger;
    use crate::domain::samples::{effect, minute};

    #[test]
    fn retries_slow_down_and_end() {
        let pauses: Vec<u64> = (1..20)
            .map_while(retry_after)
            .map(|pause| pause.as_secs() / 60)
            .collect();
        assert_eq!(
            pauses,
            [
                1, 5, 5, 10, 10, 10, 10, 10, 60, 60, 60, 60, 60, 360, 360, 360
            ]
        );
        assert_eq!(retry_after(0), None, "what was not tried did not fail");
        let longest = (1..20).filter_map(retry_after).max();
        assert_eq!(longest, Some(LONGEST_PAUSE));
    }

    #[track_caller]
    fn check(tries: u32, delivery: &AttemptResult, status: EffectStatus, next: Option<u64>) {
        let running = Effect {
            tries,
            claimed_at: Some(minute(9)),
            ..effect(1, Trigger::Paid, EffectStatus::Running)
        };
        let after = after_delivery(&running, delivery, minute(10));
        assert_eq!((after.status, after.tries), (status, tries + 1));
        assert_eq!(after.version, running.version + 1);
        assert_eq!(after.next_try_at, next.map(minute));
        assert_eq!(after.claimed_at, None);
    }

    #[test]
    fn a_try_ends_done_repeated_or_dead() {
        let again = AttemptResult::Again("busy".to_owned());
        check(0, &AttemptResult::Done(None), Done, None);
        check(7, &AttemptResult::Done(None), Done, None);
        check(0, &again, Waiting, Some(11));
        check(1, &again, Waiting, Some(15));
        check(15, &again, Waiting, Some(370));
        check(16, &again, Dead, None);
        check(0, &AttemptResult::Never("gone".to_owned()), Dead, None);
    }

    #[test]
    fn an_unknown_end_is_retried_only_if_harmless() {
        let unknown = AttemptResult::Unknown("cut off".to_owned());
        check(0, &unknown, Waiting, Some(11));
        check(16, &unknown, Dead, None);
        for tries in [0, 16] {
            let once = Effect {
                tries,
                repeatable: RetryOnUnknown::No,
                ..effect(1, Trigger::Paid, EffectStatus::Running)
            };
            let after = after_delivery(&once, &unknown, minute(10));
            assert_eq!((after.status, after.tries), (Uncertain, tries + 1));
            assert_eq!(after.next_try_at, None);
            assert_eq!(after.last_error.as_deref(), Some("cut off"));
            // What is known to have failed is tried again.
            let again = after_delivery(&once, &AttemptResult::Again("busy".to_owned()), minute(10));
            assert_ne!(again.status, Uncertain);
        }
    }

    #[test]
    fn a_lost_try_is_retried_or_uncertain() {
        let running = effect(1, Trigger::Paid, EffectStatus::Running);
        let after = after_loss(&running, minute(10));
        assert_eq!(after.version, running.version + 1);
        assert_eq!((after.status, after.tries), (Waiting, 1));
        assert_eq!(after.next_try_at, Some(minute(10)));
        assert_eq!(after.key, running.key);
        let once = Effect {
            repeatable: RetryOnUnknown::No,
            ..running
        };
        let after = after_loss(&once, minute(10));
        assert_eq!((after.status, after.next_try_at), (Uncertain, None));
    }
}
