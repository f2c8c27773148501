//! Points in time: milliseconds since 1970 UTC. The one place that knows calendars and zones.
//!
//! There is no current time here; it arrives as a value.

pub mod text;

use std::fmt;
use std::time::Duration;

use chrono::{
    DateTime, Datelike as _, FixedOffset, Local, LocalResult, NaiveDate, NaiveDateTime, NaiveTime,
    SecondsFormat, TimeZone, Timelike as _, Utc,
};

/// A point in time, in milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Any RFC 3339 time of the years 1 to 9999, with any offset and any fraction: `2026-03-02T04:15:09.678622564Z`.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let time = DateTime::parse_from_rfc3339(text.trim()).ok()?;
        let instant = Self(time.timestamp_millis());
        instant.is_shown().then_some(instant)
    }

    /// `2026-03-02 10:00:04` in Western Indonesian Time (GMT+7), as Midtrans writes it: no zone in the
    /// text, whatever zone the server has.
    #[must_use]
    pub fn parse_western_indonesian(text: &str) -> Option<Self> {
        let time = day_and_time(text.trim(), char::is_whitespace, &["%H:%M:%S"])?;
        let zone = FixedOffset::east_opt(7 * 3600)?;
        let instant = Self(zone.from_local_datetime(&time).single()?.timestamp_millis());
        instant.is_shown().then_some(instant)
    }

    /// The inverse of [`Instant::parse_western_indonesian`]; fractions of a second are dropped.
    #[must_use]
    pub fn western_indonesian(self) -> String {
        FixedOffset::east_opt(7 * 3600)
            .map(|zone| {
                self.utc()
                    .with_timezone(&zone)
                    .format("%Y-%m-%d %H:%M:%S")
                    .to_string()
            })
            .unwrap_or_default()
    }

    /// As HTTP's `Date` header writes it: `Mon, 02 Mar 2026 03:00:04 GMT`.
    #[must_use]
    pub fn http_date(self) -> String {
        self.utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// For people: in their zone, to the second.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> String {
        const SHAPE: &str = "%Y-%m-%d %H:%M:%S";
        match zone {
            Zone::Machine => self.utc().with_timezone(&Local).format(SHAPE).to_string(),
            Zone::Named(zone) => self.utc().with_timezone(&zone).format(SHAPE).to_string(),
        }
    }

    /// As Indonesia writes it: `2 Maret 2026 pukul 11.00 WIB`.
    #[must_use]
    pub fn indonesian(self, zone: Zone) -> String {
        const SHAPE: &str = "%-d {} %Y pukul %H.%M %Z";
        let (month, shown) = match zone {
            Zone::Machine => {
                let time = self.utc().with_timezone(&Local);
                (time.month0(), time.format(SHAPE).to_string())
            }
            Zone::Named(zone) => {
                let time = self.utc().with_timezone(&zone);
                (time.month0(), time.format(SHAPE).to_string())
            }
        };
        let month = usize::try_from(month)
            .ok()
            .and_then(|month| MONTHS.get(month));
        shown.replace("{}", month.unwrap_or(&""))
    }

    /// The same with the zone's short name: `2026-03-02 11:00:00 WIB`.
    #[must_use]
    pub fn in_named_zone(self, zone: Zone) -> String {
        const SHAPE: &str = "%Y-%m-%d %H:%M:%S %Z";
        match zone {
            Zone::Machine => self.utc().with_timezone(&Local).format(SHAPE).to_string(),
            Zone::Named(zone) => self.utc().with_timezone(&zone).format(SHAPE).to_string(),
        }
    }

    #[must_use]
    pub fn saturating_add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    #[must_use]
    pub fn saturating_sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// How long after `earlier` this is; nothing when it is not after.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Calendars can show it: what cannot be shown is not taken from anybody.
    pub(in crate::domain) fn is_shown(self) -> bool {
        self == self.shown()
    }

    /// Itself, or the first or last instant of the years that calendars can show, 1 to 9999.
    fn shown(self) -> Self {
        const FIRST: i64 = -62_135_596_800_000;
        const LAST: i64 = 253_402_300_799_999;
        Self(self.0.clamp(FIRST, LAST))
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.shown().0).unwrap_or_default()
    }
}

/// A day and the time of a clock, and what may stand between them: without it `2026-03-211:05` would be two times.
fn day_and_time(text: &str, between: fn(char) -> bool, times: &[&str]) -> Option<NaiveDateTime> {
    let (day, time) = text.split_once(between)?;
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    let time = time.trim_start();
    let mut times = times.iter();
    let time = times.find_map(|shape| NaiveTime::parse_from_str(time, shape).ok())?;
    // A 60th second is none that a clock on a wall shows, and the last one of the calendar would be in the next year.
    let is_leap = time.nanosecond() >= 1_000_000_000;
    (!is_leap).then(|| day.and_time(time))
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// RFC 3339 in UTC with `Z`, to the second, or to the millisecond where there are any.
impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = if self.shown().0 % 1000 == 0 {
            SecondsFormat::Secs
        } else {
            SecondsFormat::Millis
        };
        formatter.pad(&self.utc().to_rfc3339_opts(shape, true))
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// In Indonesian.
const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

/// The zone in which people see times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// The zone of the machine.
    Machine,
    /// A zone by its name in the tz database: `Asia/Jakarta`.
    Named(chrono_tz::Tz),
}

impl Zone {
    /// The points in time at which its clocks show this: one, or none or two where they are set.
    #[must_use]
    pub(in crate::domain) fn instants(self, shown: NaiveDateTime) -> Vec<Instant> {
        let millis = |time: DateTime<Utc>| Instant(time.timestamp_millis());
        let found = match self {
            Self::Machine => shown.and_local_timezone(Local).map(|time| time.to_utc()),
            Self::Named(zone) => shown.and_local_timezone(zone).map(|time| time.to_utc()),
        };
        match found {
            LocalResult::Single(time) => vec![millis(time)],
            LocalResult::Ambiguous(one, other) => vec![millis(one), millis(other)],
            LocalResult::None => Vec::new(),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine => formatter.pad("this machine's zone"),
            Self::Named(zone) => formatter.pad(zone.name()),
        }
    }
}

impl std::str::FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let region = match name {
            "WIB" => "Asia/Jakarta",
            "WITA" => "Asia/Makassar",
            "WIT" => "Asia/Jayapura",
            region => region,
        };
        region
            .parse()
            .map(Self::Named)
            .map_err(|_| UnknownZone(name.to_owned()))
    }
}

/// No zone of the tz database has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is named {0:?}; names look like Asia/Jakarta")]
pub struct UnknownZone(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: Option<Instant>, shown: Option<&str>) {
        assert_eq!(read.map(|instant| instant.to_string()).as_deref(), shown);
    }

    #[test]
    fn any_rfc_3339_time_is_shown_in_utc() {
        check(
            Instant::parse_rfc3339("2026-03-02T04:15:09Z"),
            Some("2026-03-02T04:15:09Z"),
        );
        check(
            Instant::parse_rfc3339("2026-03-02T04:15:09.678622564Z"),
            Some("2026-03-02T04:15:09.678Z"),
        );
        check(
            Instant::parse_rfc3339("2026-03-02T10:05:02.819+07:00"),
            Some("2026-03-02T03:05:02.819Z"),
        );
        for beyond in ["9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00Z"] {
            check(Instant::parse_rfc3339(beyond), None);
        }
        check(Instant::parse_rfc3339("2026-03-02 10:05"), None);
        check(Instant::parse_rfc3339(""), None);
    }

    #[test]
    fn a_time_without_zone_is_western_indonesian() {
        check(
            Instant::parse_western_indonesian("2026-03-02 10:00:04"),
            Some("2026-03-02T03:00:04Z"),
        );
        for other in ["2026-03-02T10:00:04", "2026-03-211:00:04"] {
            check(Instant::parse_western_indonesian(other), None);
        }
        check(
            Instant::parse_western_indonesian("2026-13-02 10:00:04"),
            None,
        );
        let time = Instant::parse_rfc3339("2026-03-02T03:00:04Z").unwrap();
        assert_eq!(time.western_indonesian(), "2026-03-02 10:00:04");
    }

    #[test]
    fn http_dates_follow_the_http_format() {
        let time = Instant::parse_rfc3339("2026-03-02T03:00:04.250Z").unwrap();
        assert_eq!(time.http_date(), "Mon, 02 Mar 2026 03:00:04 GMT");
    }

    #[test]
    fn people_see_times_in_their_zone() {
        let time = Instant::parse_rfc3339("2026-03-02T20:00:04Z").unwrap();
        assert_eq!(
            time.in_zone("Asia/Jakarta".parse().unwrap()),
            "2026-03-03 03:00:04"
        );
        assert!("Mars/Olympus".parse::<Zone>().is_err());
    }

    #[test]
    fn time_arithmetic_stops_at_the_ends_of_time() {
        let end = Instant::from_millis(i64::MAX);
        assert_eq!(end.saturating_add(Duration::MAX), end);
        assert_eq!(end.to_string(), "9999-12-31T23:59:59.999Z");
        let start = Instant::from_millis(i64::MIN);
        assert_eq!(start.to_string(), "0001-01-01T00:00:00Z");
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            let zone: Zone = zone.parse().unwrap();
            assert!(!end.in_zone(zone).is_empty() && !start.in_zone(zone).is_empty());
        }
        assert!(Instant::parse_western_indonesian("19999-01-01 00:00:00").is_none());
        assert_eq!(Instant::from_millis(1).since(end), Duration::ZERO);
    }
}
