//! Requests and answers as values; no sockets here.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::domain::Instant;

/// Whether sending a request twice is harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// Reads only: it may be sent again if no answer comes.
    Read,
    /// Changes something outside: it is sent once, and a query settles it if no answer comes.
    Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpMethod {
    Get,
    Post,
}

/// One HTTP request. Its URL, headers and body may contain keys, so they stay secret until they reach the socket.
#[derive(Clone)]
pub struct HttpRequest {
    pub intent: Idempotency,
    pub method: HttpMethod,
    /// Safe for logs: the method and the path, without host, query and keys.
    pub label: String,
    url: SecretString,
    headers: Vec<(&'static str, SecretString)>,
    body: Option<SecretString>,
    /// The minimum time to wait for an answer, even if the account's timeout is shorter.
    pub patience: Duration,
    /// The minimum pause between two attempts.
    pub spacing: Duration,
}

impl HttpRequest {
    #[must_use]
    pub fn get(label: impl Into<String>, url: impl Into<SecretString>) -> Self {
        Self {
            intent: Idempotency::Read,
            method: HttpMethod::Get,
            label: label.into(),
            url: url.into(),
            headers: Vec::new(),
            body: None,
            patience: Duration::ZERO,
            spacing: Duration::ZERO,
        }
    }

    /// A POST that changes something outside, with a JSON body.
    #[must_use]
    pub fn post(
        label: impl Into<String>,
        url: impl Into<SecretString>,
        body: impl Into<SecretString>,
    ) -> Self {
        let request = Self {
            intent: Idempotency::Change,
            method: HttpMethod::Post,
            body: Some(body.into()),
            ..Self::get(label, url)
        };
        request.header("Content-Type", "application/json")
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<SecretString>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Waits at least this long for the answer.
    #[must_use]
    pub fn patient(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Waits at least this long between two attempts.
    #[must_use]
    pub fn spaced(mut self, spacing: Duration) -> Self {
        self.spacing = spacing;
        self
    }

    /// The full URL including keys. For the socket, and for tests of adapters.
    #[must_use]
    pub fn expose_url(&self) -> &str {
        self.url.expose_secret()
    }

    /// The headers including keys. For the socket, and for tests of adapters.
    pub fn expose_headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (*name, value.expose_secret()))
    }

    /// The body including keys. For the socket, and for tests of adapters.
    #[must_use]
    pub fn expose_body(&self) -> Option<&str> {
        self.body.as_ref().map(ExposeSecret::expose_secret)
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Request({})", self.label)
    }
}

/// An HTTP answer of any status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    pub status: u16,
    pub body: Vec<u8>,
    /// The server's own clock, from the `Date` header.
    pub date: Option<Instant>,
    /// From the first byte sent to the head of the answer.
    pub round_trip: Duration,
    /// How long the server asks us to wait.
    pub retry_after: Option<Duration>,
}

impl HttpResponse {
    /// How far the server's clock is ahead of ours, in milliseconds; `None` without a date. `now` is when the answer
    /// came. A `Date` within the round trip counts as no difference; otherwise it is compared with the middle of the
    /// round trip.
    #[must_use]
    pub fn clock_ahead_ms(&self, now: Instant) -> Option<i64> {
        // HTTP dates are whole seconds, so half a second is the best guess.
        let date = self.date?.saturating_add(Duration::from_millis(500));
        let began = now.saturating_sub(self.round_trip);
        if began <= date && date <= now {
            return Some(0);
        }
        let middle = began.saturating_add(self.round_trip / 2);
        Some(date.as_millis().saturating_sub(middle.as_millis()))
    }
}

/// Why there is no answer. The texts contain no URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestFailure {
    /// No byte of the request was sent.
    #[error("could not be reached: {0}")]
    Unreachable(String),
    /// The request may have arrived and taken effect.
    #[error("could not be reached: {0}")]
    Broken(String),
    #[error("did not answer in time")]
    TimedOut,
    #[error("answered more than {0} bytes")]
    TooLarge(usize),
    #[error("the run's time is up")]
    OutOfTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_difference_halves_the_round_trip() {
        let now = Instant::from_millis(100_000);
        let ahead = |date: i64, round_trip_ms: u64| {
            let response = HttpResponse {
                status: 200,
                body: Vec::new(),
                date: Some(Instant::from_millis(date)),
                round_trip: Duration::from_millis(round_trip_ms),
                retry_after: None,
            };
            response.clock_ahead_ms(now)
        };
        for (date, round_trip_ms, wanted) in [
            (100_000, 0, 500),
            (99_000, 0, -500),
            (99_000, 600, 0),
            (95_000, 5_000, 0),
            (95_000, 4_000, -2_500),
            (400_000, 4_000, 302_500),
        ] {
            assert_eq!(ahead(date, round_trip_ms), Some(wanted), "{date}");
        }
    }
}
