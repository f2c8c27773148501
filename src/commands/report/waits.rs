//! How long it took from the payment, by the gateway's time, to our books.

use serde::Serialize;

use crate::domain::OrderNumber;
use crate::store::{EventPeriod, PaidMoment, Reader, StoreError};

/// The ends of the spans, in milliseconds; the last span has none.
const SPANS: [u64; 6] = [60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000];

/// What people call them.
pub(super) const SPAN_NAMES: [&str; 7] = [
    "under 1 min",
    "under 5 min",
    "under 15 min",
    "under 1 h",
    "under 6 h",
    "under 24 h",
    "longer",
];

#[derive(Debug, Default, Serialize)]
pub(super) struct WaitFigures {
    /// The payments that a gateway said were paid.
    pub(super) payments: u64,
    pub(super) median_ms: Option<u64>,
    pub(super) p95_ms: Option<u64>,
    pub(super) worst_ms: Option<u64>,
    pub(super) worst_order: Option<OrderNumber>,
    pub(super) spans: Vec<WaitSpan>,
}

/// How many waited no longer than this, and longer than the span before.
#[derive(Debug, Serialize)]
pub(super) struct WaitSpan {
    under_ms: Option<u64>,
    pub(super) payments: u64,
}

impl WaitFigures {
    /// Reads the waits, and calls `each` with every payment, also with those that a person booked.
    ///
    /// # Errors
    /// As reading the file.
    pub(super) fn read(
        reader: &Reader,
        events: &EventPeriod,
        mut each: impl FnMut(&PaidMoment),
    ) -> Result<Self, StoreError> {
        let mut counts = [0; SPANS.len() + 1];
        reader.paid_moments(events, |paid| {
            each(&paid);
            let Some(received_at) = paid.received_at else {
                return;
            };
            let wait = paid.at.since(received_at).as_millis();
            let span = SPANS.iter().take_while(|end| u128::from(**end) <= wait);
            if let Some(count) = counts.get_mut(span.count()) {
                *count += 1;
            }
        })?;
        let payments: u64 = counts.iter().sum();
        let at = |hundredths| match place(payments, hundredths) {
            Some(place) => reader.wait_at(events, place),
            None => Ok(None),
        };
        let worst = at(100)?;
        Ok(Self {
            payments,
            median_ms: at(50)?.map(|wait| wait.wait_ms),
            p95_ms: at(95)?.map(|wait| wait.wait_ms),
            worst_ms: worst.as_ref().map(|wait| wait.wait_ms),
            worst_order: worst.map(|wait| wait.order),
            spans: spans(&counts),
        })
    }
}

fn spans(counts: &[u64]) -> Vec<WaitSpan> {
    let ends = SPANS.iter().copied().map(Some).chain([None]);
    let spans = ends.zip(counts).map(|(under_ms, payments)| WaitSpan {
        under_ms,
        payments: *payments,
    });
    spans.collect()
}

/// The place of a percentile among so many, from 0 on, by the nearest rank.
fn place(all: u64, hundredths: u64) -> Option<u64> {
    (all * hundredths).div_ceil(100).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_waits() {
        for (all, hundredths, is) in [
            (0, 50, None),
            (1, 50, Some(0)),
            (1, 95, Some(0)),
            (2, 50, Some(0)),
            (3, 50, Some(1)),
            (20, 95, Some(18)),
            (21, 95, Some(19)),
            (20, 100, Some(19)),
        ] {
            assert_eq!(place(all, hundredths), is, "{hundredths} of {all}");
        }
    }
}
