//! Days of the shop's zone.

use std::time::Duration;

use crate::domain::values::instant::text::read_day_or_time;
use crate::domain::{Instant, Zone};

/// One day of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShopDay {
    /// `2026-03-02`
    pub(super) name: String,
    pub(super) begins: Instant,
    /// When the next day begins.
    pub(super) ends: Instant,
}

impl ShopDay {
    /// The day to which a moment belongs.
    pub(super) fn of(at: Instant, zone: Zone) -> Self {
        let shown = at.in_zone(zone);
        let name = shown.split(' ').next().unwrap_or_default();
        // A clock that is shown can be read again, but for the last day of the calendar.
        Self::named(name, zone).unwrap_or_else(|| Self {
            name: name.to_owned(),
            begins: at,
            ends: at,
        })
    }

    /// The day of this name; none if no day has it.
    pub(super) fn named(name: &str, zone: Zone) -> Option<Self> {
        let (begins, ends) = read_day_or_time(name, zone).ok()?;
        // A point in time is no day.
        (begins < ends).then(|| Self {
            name: name.trim().to_owned(),
            begins,
            ends,
        })
    }

    /// The day before this one.
    pub(super) fn before(&self, zone: Zone) -> Self {
        Self::of(self.begins.saturating_sub(Duration::from_millis(1)), zone)
    }

    /// The day after this one.
    pub(super) fn after(&self, zone: Zone) -> Self {
        Self::of(self.ends, zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends_in_its_zone() {
        let at = Instant::parse_rfc3339("2026-03-01T17:30:00Z").unwrap();
        for (zone, name, begins) in [
            ("Asia/Jakarta", "2026-03-02", "2026-03-01T17:00:00Z"),
            ("UTC", "2026-03-01", "2026-03-01T00:00:00Z"),
        ] {
            let zone = zone.parse().unwrap();
            let day = ShopDay::of(at, zone);
            assert_eq!(day.name, name);
            assert_eq!(day.begins.to_string(), begins);
            assert_eq!(ShopDay::named(name, zone), Some(day.clone()));
            assert_eq!(day.before(zone).ends, day.begins);
            assert_eq!(day.before(zone).after(zone), day);
        }
    }

    #[test]
    fn a_day_of_a_changed_clock_is_whole() {
        let zone = "Europe/Berlin".parse().unwrap();
        let day = ShopDay::named("2026-03-29", zone).unwrap();
        assert_eq!(
            day.ends.since(day.begins),
            Duration::from_secs(23 * 60 * 60)
        );
        for none in ["2026-03-29 10:00", "yesterday", "2026-02-30"] {
            assert_eq!(ShopDay::named(none, zone), None, "{none}");
        }
    }
}
