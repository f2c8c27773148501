//! A process that is killed at a crash point leaves its transaction whole or not at all.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Shop, minute, paid, says};
use crate::faults;

/// Books money, and is killed at this crash point.
fn killed_at(point: u32) -> Shop {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    let answer = shop.observed(id, says(paid(25_000), minute(5)));
    faults::crash_at(point);
    let ended = catch_unwind(AssertUnwindSafe(|| shop.book_all(&[answer])));
    assert!(ended.is_err() && faults::is_crashed());
    shop
}

#[test]
fn a_killed_process_has_written_all_or_nothing() {
    for (point, trail) in [
        (1, ""),
        (2, "payment pending>paid P6 25000; order pending>paid O2"),
    ] {
        let shop = killed_at(point);
        faults::reset();
        assert!(shop.trail().starts_with(trail), "{}", shop.trail());
        assert_eq!(shop.trail().is_empty(), trail.is_empty());
    }
}

#[test]
fn a_killed_process_writes_no_more() {
    let mut shop = killed_at(1);
    let id = shop.waiting("INV-2");
    let answer = shop.observed(id, says(paid(25_000), minute(5)));
    let ended = catch_unwind(AssertUnwindSafe(|| shop.book_all(&[answer])));
    faults::reset();
    assert!(ended.is_err());
    assert_eq!(shop.trail(), "");
}
