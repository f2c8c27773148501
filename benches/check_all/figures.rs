//! Figures in whole numbers, and whether they meet a bar.

use std::fmt;
use std::time::Duration;

/// So many a second.
pub(crate) fn rate(count: u64, took: Duration) -> u64 {
    let nanos = took.as_nanos().max(1);
    u64::try_from(u128::from(count) * 1_000_000_000 / nanos).unwrap_or(u64::MAX)
}

/// `part` in hundredths of `whole`.
pub(crate) fn percent(part: u64, whole: u64) -> u64 {
    part.saturating_mul(100) / whole.max(1)
}

/// The middle one.
pub(crate) fn median(mut figures: Vec<u64>) -> u64 {
    figures.sort_unstable();
    let middle = figures.len() / 2;
    figures.get(middle).copied().unwrap_or(0)
}

/// Something that was promised, and what came of it.
pub(crate) struct Bar {
    pub(crate) what: String,
    pub(crate) found: u64,
    pub(crate) wanted: Wanted,
    pub(crate) unit: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    AtLeast(u64),
    AtMost(u64),
}

impl fmt::Display for Bar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (is_met, sign, bound) = match self.wanted {
            Wanted::AtLeast(bound) => (self.found >= bound, ">=", bound),
            Wanted::AtMost(bound) => (self.found <= bound, "<=", bound),
        };
        let verdict = if is_met { "met   " } else { "MISSED" };
        let (what, found, unit) = (&self.what, self.found, self.unit);
        write!(
            formatter,
            "{verdict}  {what}: {found} {unit} (bar: {sign} {bound} {unit})"
        )
    }
}
