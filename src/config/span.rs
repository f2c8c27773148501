//! Durations as people write them: `1h`, `90d`, `3m`, `50s`, `500ms`.

use std::time::Duration;

/// A duration greater than zero. Works as a clap value parser.
///
/// # Errors
/// If the text is not a duration, or is zero.
pub fn duration(text: &str) -> Result<Duration, SpanError> {
    match duration_or_zero(text)? {
        Duration::ZERO => Err(SpanError::Nothing),
        span => Ok(span),
    }
}

/// A duration that may be zero: `0s`.
///
/// # Errors
/// If the text is not a duration.
pub fn duration_or_zero(text: &str) -> Result<Duration, SpanError> {
    // The parser overflows at sums near the end of time; no text this short can name one.
    // Its only unit with a capital letter is M, a month, which is easily typed instead of m.
    if text.len() > TEXT_BYTES_MAX || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(SpanError::NotALength);
    }
    let span = humantime::parse_duration(text).map_err(|_| SpanError::NotALength)?;
    if span.subsec_nanos() % 1_000_000 != 0 {
        return Err(SpanError::TooFine);
    }
    Ok(span)
}

/// As people write it: `29d 23h`, `1h 30m`. No months, whose length nobody knows.
#[must_use]
pub fn written(span: Duration) -> String {
    const UNITS: [(u128, &str); 5] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "m"),
        (1_000, "s"),
        (1, "ms"),
    ];
    let mut left = span.as_millis();
    let mut parts = Vec::new();
    for (size, unit) in UNITS {
        let count = left / size;
        left %= size;
        if count > 0 {
            parts.push(format!("{count}{unit}"));
        }
    }
    if parts.is_empty() {
        return "0s".to_owned();
    }
    parts.join(" ")
}

/// Enough for `1day 12hours 30min`.
const TEXT_BYTES_MAX: usize = 20;

/// Why a text is not a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    #[error("must be a duration such as 1h, 90d, 3m, 50s or 500ms")]
    NotALength,
    #[error("must be greater than zero, for example 1h, 90d, 3m, 50s or 500ms")]
    Nothing,
    #[error("must be in whole milliseconds")]
    TooFine,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_written_duration_is_read_again() {
        for (millis, text) in [
            (500, "500ms"),
            (50_000, "50s"),
            (5_400_000, "1h 30m"),
            (2_588_400_000, "29d 23h"),
            (34_560_000_000, "400d"),
        ] {
            let span = Duration::from_millis(millis);
            assert_eq!(written(span), text);
            assert_eq!(duration(text), Ok(span));
        }
        assert_eq!(written(Duration::ZERO), "0s");
    }

    #[track_caller]
    fn check(text: &str, millis: Result<u64, SpanError>) {
        assert_eq!(
            duration(text),
            millis.map(Duration::from_millis),
            "{text:?}"
        );
    }

    #[test]
    fn common_spellings_of_durations_are_read() {
        check("1h", Ok(3_600_000));
        check("90d", Ok(90 * 86_400_000));
        check("3m", Ok(180_000));
        check("50s", Ok(50_000));
        check("500ms", Ok(500));
        check("1h 30m", Ok(5_400_000));
        check("1day 12hours 30min", Ok(131_400_000));
        for text in [
            "",
            " ",
            "h",
            "60",
            "-5m",
            "5 parsecs",
            "5M",
            "1h30",
            "1,5h",
            "∞",
        ] {
            check(text, Err(SpanError::NotALength));
        }
        check("1us", Err(SpanError::TooFine));
    }

    #[test]
    fn a_zero_duration_is_only_allowed_where_useful() {
        check("0s", Err(SpanError::Nothing));
        check("0", Err(SpanError::Nothing));
        assert_eq!(duration_or_zero("0s"), Ok(Duration::ZERO));
    }

    #[test]
    fn an_overflowing_duration_is_refused() {
        check(
            "18446744073709551615s 500ms 500ms",
            Err(SpanError::NotALength),
        );
        check("18446744073709551615", Err(SpanError::NotALength));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "[0-9a-zA-Z. µ-]{0,40}") {
            let _ = duration(&text);
        }
    }
}
