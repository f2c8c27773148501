//! Decides whether a request is sent again, and when.
//!
//! Only reads are sent again. A change is sent once, whatever happens: a query settles it if no answer comes.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use super::message::{HttpResponse, Idempotency, RequestFailure};

/// Attempts per read, including the first.
const MAX_TRIES: usize = 3;

/// Before the second attempt; doubled before the third. Jitter adds at most the same amount again.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// A longer `Retry-After` is not waited for within a run: the answer is returned, and the payment's schedule honours
/// it.
pub(super) const MAX_RETRY_AFTER: Duration = Duration::from_secs(5);

/// The remaining attempts of one request.
pub(super) struct RetryBudget(ExponentialBackoff);

impl RetryBudget {
    pub(super) fn of(intent: Idempotency) -> Self {
        let again = match intent {
            Idempotency::Read => MAX_TRIES - 1,
            Idempotency::Change => 0,
        };
        let waits = ExponentialBuilder::new()
            .with_min_delay(FIRST_WAIT)
            .with_jitter()
            .with_max_times(again);
        Self(waits.build())
    }

    /// The wait before the next attempt; `None` if this outcome is final.
    pub(super) fn wait_after(
        &mut self,
        outcome: &Result<HttpResponse, RequestFailure>,
    ) -> Option<Duration> {
        let asked_for = match outcome {
            Ok(answer) if is_transient(answer.status) => answer.retry_after.unwrap_or_default(),
            Err(RequestFailure::Unreachable(_) | RequestFailure::Broken(_)) => Duration::ZERO,
            // A timed-out attempt has used up its share; a hanging gateway must not consume the run three times over,
            // and the payment's schedule queries again within minutes.
            Ok(_)
            | Err(
                RequestFailure::TimedOut | RequestFailure::TooLarge(_) | RequestFailure::OutOfTime,
            ) => {
                return None;
            }
        };
        if asked_for > MAX_RETRY_AFTER {
            return None;
        }
        Some(self.0.next()?.max(asked_for))
    }
}

/// The gateway is overloaded or has trouble of its own.
fn is_transient(status: u16) -> bool {
    status == 429 || (500..=599).contains(&status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after: Option<u64>) -> Result<HttpResponse, RequestFailure> {
        Ok(HttpResponse {
            status,
            body: Vec::new(),
            date: None,
            round_trip: Duration::ZERO,
            retry_after: retry_after.map(Duration::from_secs),
        })
    }

    fn broke() -> Result<HttpResponse, RequestFailure> {
        Err(RequestFailure::Unreachable(
            "the connection broke".to_owned(),
        ))
    }

    #[track_caller]
    fn check(outcome: Result<HttpResponse, RequestFailure>, tries: usize) {
        let mut retries = RetryBudget::of(Idempotency::Read);
        let again = std::iter::from_fn(|| retries.wait_after(&outcome)).count();
        assert_eq!(again + 1, tries, "{outcome:?}");
        assert_eq!(
            RetryBudget::of(Idempotency::Change).wait_after(&outcome),
            None
        );
    }

    #[test]
    fn a_read_is_retried_after_passing_causes() {
        for status in [429, 500, 502, 503, 504, 599] {
            check(answer(status, None), 3);
        }
        for status in [200, 201, 302, 400, 401, 404, 408, 410, 412, 600] {
            check(answer(status, None), 1);
        }
        check(broke(), 3);
        check(Err(RequestFailure::TimedOut), 1);
        check(Err(RequestFailure::TooLarge(1)), 1);
        check(Err(RequestFailure::OutOfTime), 1);
    }

    #[test]
    fn only_a_short_retry_after_is_waited_for() {
        check(answer(429, Some(0)), 3);
        check(answer(503, Some(5)), 3);
        check(answer(429, Some(6)), 1);
        check(answer(503, Some(3600)), 1);
        let wait = RetryBudget::of(Idempotency::Read).wait_after(&answer(429, Some(3)));
        assert_eq!(wait, Some(Duration::from_secs(3)));
    }

    #[test]
    fn retry_waits_grow_and_vary() {
        let waits = || {
            let mut retries = RetryBudget::of(Idempotency::Read);
            std::iter::from_fn(move || retries.wait_after(&broke())).collect::<Vec<_>>()
        };
        let first = waits();
        assert!(first[0] >= FIRST_WAIT && first[0] < 2 * FIRST_WAIT);
        assert!(first[1] >= 2 * FIRST_WAIT && first[1] < 4 * FIRST_WAIT);
        assert!((0..50).any(|_| waits() != first));
    }
}
