//! The two headers of an answer that matter: its date, and when to retry.

use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

use crate::domain::Instant;

/// The server's own clock.
pub(super) fn date(headers: &HeaderMap) -> Option<Instant> {
    http_date(text(headers, &DATE)?)
}

/// How long the server asks us to wait, from seconds or a date; a past date means no wait.
pub(super) fn retry_after(headers: &HeaderMap, now: Instant) -> Option<Duration> {
    let text = text(headers, &RETRY_AFTER)?;
    let seconds = text.parse().map(Duration::from_secs).ok();
    seconds.or_else(|| http_date(text).map(|then| then.since(now)))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

fn http_date(text: &str) -> Option<Instant> {
    let time = httpdate::parse_http_date(text).ok()?;
    let since_1970 = time.duration_since(UNIX_EPOCH).ok()?;
    Some(Instant::from_millis(
        i64::try_from(since_1970.as_millis()).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn every_http_date_format_is_read() {
        for (text, shown) in [
            (
                "Fri, 18 Jul 2025 04:05:00 GMT",
                Some("2025-07-18T04:05:00Z"),
            ),
            (
                "Friday, 18-Jul-25 04:05:00 GMT",
                Some("2025-07-18T04:05:00Z"),
            ),
            ("Fri Jul 18 04:05:00 2025", Some("2025-07-18T04:05:00Z")),
            ("2025-07-18T04:05:00Z", None),
            ("soon", None),
            ("", None),
        ] {
            let read = date(&only(DATE, text)).map(|instant| instant.to_string());
            assert_eq!(read.as_deref(), shown, "{text}");
        }
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_date() {
        let now = Instant::parse_rfc3339("2025-07-18T04:05:00Z").unwrap();
        for (text, seconds) in [
            ("0", Some(0)),
            (" 3 ", Some(3)),
            ("3600", Some(3600)),
            ("Fri, 18 Jul 2025 04:05:02 GMT", Some(2)),
            ("Fri, 18 Jul 2025 04:04:00 GMT", Some(0)),
            ("-1", None),
            ("1.5", None),
            ("99999999999999999999", None),
            ("soon", None),
        ] {
            let read = retry_after(&only(RETRY_AFTER, text), now);
            assert_eq!(read, seconds.map(Duration::from_secs), "{text}");
        }
    }
}
