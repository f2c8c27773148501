//! The money of a period by hour or by day.

use std::time::Duration;

use serde::Serialize;

use crate::domain::{Instant, Rupiah, Zone};
use crate::store::PaidMoment;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What came in within an hour or a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct MoneySlot {
    /// `2026-03-02 13`, or `2026-03-02`, by the clocks of the shop's zone.
    pub(super) slot: String,
    pub(super) payments: u64,
    pub(super) received: Rupiah,
}

/// All of them, in order, also those without money.
#[derive(Debug)]
pub(super) struct MoneySlots {
    slots: Vec<MoneySlot>,
    zone: Zone,
    letters: usize,
}

impl MoneySlots {
    pub(super) fn of(since: Instant, until: Instant, is_by_day: bool, zone: Zone) -> Self {
        let letters = if is_by_day {
            "2026-03-02".len()
        } else {
            "2026-03-02 13".len()
        };
        let mut all = Self {
            slots: Vec::new(),
            zone,
            letters,
        };
        let mut at = since;
        while at < until {
            let slot = all.slot(at);
            // Where clocks are set back, an hour comes twice.
            if all.slots.last().is_none_or(|last| last.slot != slot) {
                all.slots.push(MoneySlot {
                    slot,
                    payments: 0,
                    received: Rupiah::ZERO,
                });
            }
            at = at.saturating_add(HOUR);
        }
        all
    }

    pub(super) fn add(&mut self, paid: &PaidMoment) {
        let name = self.slot(paid.at);
        if let Some(slot) = self.slots.iter_mut().find(|slot| slot.slot == name) {
            slot.payments += 1;
            slot.received = slot.received + paid.received;
        }
    }

    fn slot(&self, at: Instant) -> String {
        let shown = at.in_zone(self.zone);
        shown.get(..self.letters).unwrap_or_default().to_owned()
    }
}

impl From<MoneySlots> for Vec<MoneySlot> {
    fn from(all: MoneySlots) -> Self {
        all.slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::shop_day::ShopDay;

    #[test]
    fn every_hour_of_a_day_is_there() {
        for (zone, day, hours) in [
            ("Asia/Jakarta", "2026-03-02", 24),
            ("Europe/Berlin", "2026-03-29", 23),
            ("Europe/Berlin", "2026-10-25", 24),
        ] {
            let zone = zone.parse().unwrap();
            let day = ShopDay::named(day, zone).unwrap();
            let slots = MoneySlots::of(day.begins, day.ends, false, zone).slots;
            assert_eq!(slots.len(), hours, "{}", day.name);
            assert!(slots[0].slot.ends_with(" 00") && slots[hours - 1].slot.ends_with(" 23"));
        }
    }

    #[test]
    fn money_is_in_the_hour_of_the_shop() {
        let zone = "Asia/Jakarta".parse().unwrap();
        let day = ShopDay::named("2026-03-02", zone).unwrap();
        let mut slots = MoneySlots::of(day.begins, day.ends, false, zone);
        let paid = |at: &str| PaidMoment {
            at: Instant::parse_rfc3339(at).unwrap(),
            received: Rupiah::from_db(5),
            received_at: None,
        };
        for at in [
            "2026-03-02T06:59:59Z",
            "2026-03-02T06:00:00Z",
            "2026-03-02T07:00:00Z",
        ] {
            slots.add(&paid(at));
        }
        let slots: Vec<MoneySlot> = slots.into();
        let some = slots.iter().filter(|slot| slot.payments > 0);
        let some: Vec<(&str, i64)> = some
            .map(|slot| (slot.slot.as_str(), slot.received.as_i64()))
            .collect();
        assert_eq!(some, [("2026-03-02 13", 10), ("2026-03-02 14", 5)]);
    }
}
