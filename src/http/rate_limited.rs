//! Sends the requests of one gateway account: limits, retries, and the end of the run.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};

use super::client::{HttpClient, PreparedRequest};
use super::message::{HttpRequest, HttpResponse, Idempotency, RequestFailure};
use super::rate_limiter::RateLimiter;
use super::retry::RetryBudget;

/// Limits of one gateway account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimits {
    /// Attempts started per second, evenly spaced; 0 means no limit.
    pub requests_per_second: u32,
    /// The same per minute, where the gateway counts so; 0 means no limit.
    pub requests_per_minute: u32,
    /// Of these, attempts that change something outside; 0 means no separate limit.
    pub changes_per_second: u32,
    /// Requests in flight at once; 0 counts as 1.
    pub max_in_flight: usize,
    /// Per attempt, from connecting to the last byte of the answer; a request may ask for more.
    pub timeout: Duration,
    /// Per attempt, for name resolution, connection and TLS.
    pub connect_timeout: Duration,
}

/// The queue for the requests of one gateway account. Clones share it.
#[derive(Clone)]
pub struct RateLimitedClient {
    http: HttpClient,
    limits: RequestLimits,
    places: Arc<Semaphore>,
    pace: Arc<Mutex<RateLimiter>>,
    changes: Arc<Mutex<RateLimiter>>,
}

impl HttpClient {
    /// A client for one account, with its own rate limit and its own limit of requests in flight. Clones share both.
    #[must_use]
    pub fn limited(&self, limits: RequestLimits) -> RateLimitedClient {
        RateLimitedClient::new(self.clone(), limits)
    }
}

impl RateLimitedClient {
    pub(super) fn new(http: HttpClient, limits: RequestLimits) -> Self {
        let limiter =
            |per_second, per_minute| Arc::new(Mutex::new(RateLimiter::new(per_second, per_minute)));
        let places = limits.max_in_flight.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            http,
            limits,
            places: Arc::new(Semaphore::new(places)),
            pace: limiter(limits.requests_per_second, limits.requests_per_minute),
            changes: limiter(limits.changes_per_second, 0),
        }
    }

    /// Sends within the limits and returns the last answer, whatever its status.
    ///
    /// A read is attempted at most three times: it is repeated after a transport error, 429 or 5xx, after growing
    /// waits or the requested `Retry-After` if that is at most 5 s. An attempt that timed out is not repeated. A
    /// change is sent once. A request keeps its slot in flight while it waits for its next attempt, so that a gateway
    /// in trouble receives fewer requests.
    ///
    /// `until` is the end of the run's time. After it nothing is started, and a read in flight is abandoned; a change
    /// in flight may finish within its timeout, because its answer is worth more than the seconds.
    ///
    /// # Errors
    ///
    /// From the last attempt: [`RequestFailure::Unreachable`], [`RequestFailure::Broken`], [`RequestFailure::TimedOut`],
    /// [`RequestFailure::TooLarge`] (over 1 MiB). [`RequestFailure::OutOfTime`] if `until` came before anything was learned.
    pub async fn send(
        &self,
        request: &HttpRequest,
        until: Option<Instant>,
    ) -> Result<HttpResponse, RequestFailure> {
        let _place = self.place(until).await?;
        let mut last = Err(RequestFailure::OutOfTime);
        if is_over(until) {
            return last;
        }
        let mut retries = RetryBudget::of(request.intent);
        for nth in 1_u32.. {
            let may_change = match request.intent {
                Idempotency::Read => true,
                Idempotency::Change => self.turn(&self.changes, until).await,
            };
            if !may_change || !self.turn(&self.pace, until).await {
                break;
            }
            let ready = self.http.ready(request, self.limits.connect_timeout)?;
            match self.try_once(nth, request, ready, until).await {
                Err(RequestFailure::OutOfTime) => break,
                outcome => last = outcome,
            }
            let Some(wait) = retries.wait_after(&last) else {
                break;
            };
            let wait = wait.max(request.spacing);
            if until.is_some_and(|until| Instant::now() + wait >= until) {
                break;
            }
            tracing::info!(label = %request.label, wait_ms = millis(wait), "sending again after a wait");
            self.http.clock.wait(wait).await;
        }
        last
    }

    /// How long to wait for an answer, from the start of an attempt.
    #[must_use]
    pub fn patience(&self, request: &HttpRequest) -> Duration {
        self.limits.timeout.max(request.patience)
    }

    /// Waits for a slot in flight.
    async fn place(&self, until: Option<Instant>) -> Result<SemaphorePermit<'_>, RequestFailure> {
        let free = self.places.acquire();
        let place = match until {
            Some(until) => timeout_at(until, free)
                .await
                .map_err(|_| RequestFailure::OutOfTime)?,
            None => free.await,
        };
        place.map_err(|_| RequestFailure::OutOfTime)
    }

    /// Waits for the next turn of the rate limit. `false`: the run's time ends first.
    async fn turn(&self, pace: &Mutex<RateLimiter>, until: Option<Instant>) -> bool {
        let turn = pace
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(Instant::now(), until);
        let Some(wait) = turn else { return false };
        if !wait.is_zero() {
            self.http.clock.wait(wait).await;
        }
        !is_over(until)
    }

    async fn try_once(
        &self,
        nth: u32,
        request: &HttpRequest,
        ready: PreparedRequest,
        until: Option<Instant>,
    ) -> Result<HttpResponse, RequestFailure> {
        let started = Instant::now();
        let left = until.map(|until| until.saturating_duration_since(started));
        let most = self.patience(request);
        let (span, over) = match (request.intent, left) {
            (Idempotency::Read, Some(left)) if left < most => (left, RequestFailure::OutOfTime),
            (Idempotency::Read | Idempotency::Change, _) => (most, RequestFailure::TimedOut),
        };
        let outcome = timeout(span, ready.send()).await.unwrap_or(Err(over));
        let took_ms = millis(started.elapsed());
        match &outcome {
            Ok(answer) => {
                tracing::debug!(label = %request.label, nth, status = answer.status, took_ms, "answered");
            }
            Err(failure) => {
                tracing::debug!(label = %request.label, nth, %failure, took_ms, "no answer");
            }
        }
        outcome
    }
}

fn is_over(until: Option<Instant>) -> bool {
    until.is_some_and(|until| Instant::now() >= until)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
