//! Points in time as people and spreadsheets write them: `2026-03-02 09:00:00 +0700`, `2026-03-02T09:00:00 WIB`.
//!
//! What could be meant in two ways is never read: no zone, an hour that a change of clocks skips or repeats.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::{Instant, Zone, day_and_time};

/// Why a text is no point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeError {
    /// Day and time stand there, and no zone.
    NoZone,
    /// The clocks of the zone skip it.
    Skipped,
    /// The clocks of the zone show it twice.
    Twice,
    NoTime,
}

impl TimeError {
    /// Behind the text.
    #[must_use]
    pub fn zone_note(self) -> &'static str {
        match self {
            Self::NoZone | Self::NoTime => {
                "is not a time with a zone, like 2025-07-18T04:05:00+07:00"
            }
            Self::Skipped => {
                "does not exist in that zone, whose clocks skip it; write it with its offset, like +07:00"
            }
            Self::Twice => {
                "exists twice in that zone, whose clocks are set back; write it with its offset, like +07:00"
            }
        }
    }
}

/// A time with a zone: RFC 3339, also with a blank in the middle and before the zone, which may be `Z`, `UTC`, `GMT`, `WIB`,
/// `WITA`, `WIT`, `+07:00`, `+0700` or `+07`.
///
/// # Errors
/// As [`TimeError`] says.
pub fn read(text: &str) -> Result<Instant, TimeError> {
    let text = text.trim();
    if let Some(instant) = Instant::parse_rfc3339(text) {
        return instant
            .is_shown()
            .then_some(instant)
            .ok_or(TimeError::NoTime);
    }
    let (rest, offset) = match without_zone(text) {
        Some((rest, offset)) => (rest.trim_end(), offset),
        None if local(text).is_some() => return Err(TimeError::NoZone),
        None => return Err(TimeError::NoTime),
    };
    let time = local(rest).ok_or(TimeError::NoTime)?;
    let zone = FixedOffset::east_opt(offset).ok_or(TimeError::NoTime)?;
    let time = zone.from_local_datetime(&time).single();
    time.map(|time| Instant::from_millis(time.timestamp_millis()))
        .filter(|instant| instant.is_shown())
        .ok_or(TimeError::NoTime)
}

/// A time without a zone, in this one.
///
/// # Errors
/// As [`TimeError`] says.
pub fn read_in(text: &str, zone: Zone) -> Result<Instant, TimeError> {
    let time = local(text.trim()).ok_or(TimeError::NoTime)?;
    match zone.instants(time).as_slice() {
        [only] => only.is_shown().then_some(*only).ok_or(TimeError::NoTime),
        [] => Err(TimeError::Skipped),
        _ => Err(TimeError::Twice),
    }
}

/// A whole day of this zone (`2026-03-02`), or one point in time: when it begins, and when the next one does.
///
/// # Errors
/// As [`TimeError`] says.
pub fn read_day_or_time(text: &str, zone: Zone) -> Result<(Instant, Instant), TimeError> {
    let text = text.trim();
    let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") else {
        let at = match read(text) {
            Err(TimeError::NoZone) => read_in(text, zone),
            read => read,
        }?;
        return Ok((at, at));
    };
    // Where clocks are set at midnight, the day begins with the first time that they show.
    let begins = |day: NaiveDate| {
        let first = zone.instants(day.and_time(NaiveTime::MIN)).first().copied();
        let instant = first.filter(|instant| instant.is_shown());
        instant.ok_or(TimeError::Skipped)
    };
    let next = day.succ_opt().ok_or(TimeError::NoTime)?;
    Ok((begins(day)?, begins(next)?))
}

/// Day and time of the clock, four digits for the year; with seconds and their fraction, or to the minute.
fn local(text: &str) -> Option<NaiveDateTime> {
    let is_year = text.bytes().take(4).all(|byte| byte.is_ascii_digit());
    if !is_year || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    let between = |letter: char| letter == 'T' || letter.is_whitespace();
    day_and_time(text, between, &["%H:%M:%S%.f", "%H:%M"])
}

/// What stands before a zone, and how many seconds the zone is east of UTC.
fn without_zone(text: &str) -> Option<(&str, i32)> {
    const NAMES: [(&str, i32); 6] = [
        ("Z", 0),
        ("UTC", 0),
        ("GMT", 0),
        ("WIB", 7),
        ("WITA", 8),
        ("WIT", 9),
    ];

    for (name, hours) in NAMES {
        let at = text.len().checked_sub(name.len());
        if let Some((rest, end)) = at.and_then(|at| text.split_at_checked(at))
            && end.eq_ignore_ascii_case(name)
        {
            return Some((rest, hours * 3600));
        }
    }
    let at = text.rfind(['+', '-'])?;
    let (rest, zone) = text.split_at_checked(at)?;
    // Before the time there are two of these in the day.
    if !rest.contains(':') {
        return None;
    }
    Some((rest, offset(zone)?))
}

/// `+07:00`, `+0700`, `+07`.
fn offset(zone: &str) -> Option<i32> {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = zone.get(1..)?;
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 => digits.split_at_checked(2)?,
        5 => digits.split_once(':')?,
        _ => return None,
    };
    let number = |text: &str, most: i32| {
        let is_digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i32>()
            .ok()
            .filter(|number| is_digits && *number <= most)
    };
    // No zone there ever was is farther from UTC.
    Some(sign * (number(hours, 15)? * 3600 + number(minutes, 59)? * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: Result<&str, TimeError>) {
        let read = read(text).map(|instant| instant.to_string());
        assert_eq!(read.as_deref().map_err(|why| *why), wanted, "{text:?}");
    }

    #[test]
    fn a_zone_may_be_written_in_many_ways() {
        for text in [
            "2026-03-02T09:00:00+07:00",
            "2026-03-02 09:00:00+07:00",
            "2026-03-02T09:00:00+0700",
            "2026-03-02 09:00:00 +0700",
            "2026-03-02 09:00:00 +07:00",
            "2026-03-02T09:00:00+07",
            "2026-03-02 09:00:00.000 +07",
            "2026-03-02 09:00 +07",
            "2026-03-02 09:00:00 WIB",
            "2026-03-02 09:00:00wib",
            "2026-03-02 10:00:00 WITA",
            "2026-03-02 11:00:00 WIT",
            "2026-03-02 02:00:00 UTC",
            "2026-03-02 02:00:00 GMT",
            "2026-03-02 02:00:00Z",
            " 2026-03-02 02:00:00 z ",
            "2026-03-01 21:30:00 -0430",
        ] {
            check(text, Ok("2026-03-02T02:00:00Z"));
        }
    }

    #[test]
    fn a_time_beyond_the_calendar_is_refused() {
        for (text, zone) in [
            ("9999-12-31 23:05", "Pacific/Pago_Pago"),
            ("0001-01-01 00:05", "Asia/Jakarta"),
            ("9999-12-31T23:59:60", "Asia/Jakarta"),
        ] {
            let read = read_in(text, zone.parse().unwrap());
            assert_eq!(read, Err(TimeError::NoTime), "{text}");
        }
    }

    #[test]
    fn an_ambiguous_time_is_refused() {
        for text in [
            "2026-03-02 09:00:00",
            "2026-03-02T09:00",
            "2026-03-02 09:00:00.5",
        ] {
            check(text, Err(TimeError::NoZone));
        }
        for text in [
            "",
            "tomorrow",
            "2026-03-02",
            "02-03-2026 09:00:00 WIB",
            "2026-03-02 09:00:00 +7",
            "2026-03-02 09:00:00 GMT+7",
            "2026-03-02 09:00:00 +1600",
            "2026-03-02 09:00:00 +0760",
            "2026-03-02 09:00:00 CST",
            "2026-03-02 25:00:00 WIB",
            "2026-02-30 09:00:00 WIB",
            "12026-03-02 09:00:00 WIB",
            "WIB",
            "2026-03-211:05 WIB",
            "0000-01-01 00:00:00Z",
            "0000-01-01 00:00:00 WIB",
            "0001-01-01 00:00:00 WIB",
            "é",
        ] {
            check(text, Err(TimeError::NoTime));
        }
    }

    #[track_caller]
    fn check_in(zone: &str, text: &str, wanted: Result<&str, TimeError>) {
        let read = read_in(text, zone.parse().unwrap()).map(|instant| instant.to_string());
        assert_eq!(read.as_deref().map_err(|why| *why), wanted, "{text:?}");
    }

    #[test]
    fn a_skipped_or_repeated_hour_is_refused() {
        check_in(
            "Asia/Jakarta",
            "2026-03-02 09:00:00",
            Ok("2026-03-02T02:00:00Z"),
        );
        check_in("WITA", "2026-03-02 10:00:00", Ok("2026-03-02T02:00:00Z"));
        check_in(
            "Europe/Berlin",
            "2026-03-29 02:30:00",
            Err(TimeError::Skipped),
        );
        check_in(
            "Europe/Berlin",
            "2026-10-25 02:30:00",
            Err(TimeError::Twice),
        );
        check_in(
            "Europe/Berlin",
            "2026-10-25 03:30:00",
            Ok("2026-10-25T02:30:00Z"),
        );
    }
}
