//! An amount that only one order is asked for, so that a bank's statement tells whose money came in.

use std::time::Duration;

use crate::domain::{Instant, Rupiah};

/// What an order is asked to pay past the gateways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UniqueAmount {
    /// What it is to bring in for the order.
    pub price: Rupiah,
    /// What the customer is asked for: the price, and an addition that is the customer's to bear.
    pub amount: Rupiah,
}

/// An amount that other orders are or were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservedAmount {
    pub amount: Rupiah,
    /// One of them still waits for its money.
    pub is_waiting: bool,
    /// The last time.
    pub asked_at: Instant,
}

/// Rupiah that are added at the most: too few to matter to a customer, enough for a thousand who wait at once.
const MAX_ADDED: i64 = 999;

/// Late money may still come under an amount, so others get it again only after this.
pub const RESTS: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// All amounts that an order of this price could be asked for, the least first.
pub fn amounts(price: Rupiah) -> impl Iterator<Item = Rupiah> {
    (1..=MAX_ADDED).map(move |added| Rupiah::from_db(price.as_i64() + added))
}

/// The least amount that nobody is asked for and that has rested; where none has, the one that was asked longest ago.
/// None: others wait under every one of them.
#[must_use]
pub fn pick(price: Rupiah, elsewhere: &[ReservedAmount], now: Instant) -> Option<UniqueAmount> {
    let known = |amount: Rupiah| elsewhere.iter().find(|other| other.amount == amount);
    let free = amounts(price).filter(|amount| !known(*amount).is_some_and(|one| one.is_waiting));
    let turn = |amount: &Rupiah| {
        let asked_at = known(*amount).map(|other| other.asked_at);
        asked_at.filter(|at| at.saturating_add(RESTS) > now)
    };
    free.min_by_key(turn)
        .map(|amount| UniqueAmount { price, amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Rupiah = Rupiah::from_db(25_000);
    const NOW: Instant = Instant::from_millis(1_752_800_000_000);

    fn other(added: i64, is_waiting: bool, days_ago: u64) -> ReservedAmount {
        ReservedAmount {
            amount: Rupiah::from_db(PRICE.as_i64() + added),
            is_waiting,
            asked_at: NOW.saturating_sub(Duration::from_secs(days_ago * 24 * 60 * 60)),
        }
    }

    #[track_caller]
    fn check(elsewhere: &[ReservedAmount], added: Option<i64>) {
        let picked = pick(PRICE, elsewhere, NOW);
        let amount = picked.map(|asked| asked.amount.as_i64() - PRICE.as_i64());
        assert_eq!(amount, added, "{elsewhere:?}");
    }

    #[test]
    fn the_smallest_free_and_rested_addition_is_taken() {
        check(&[], Some(1));
        check(&[other(1, true, 0)], Some(2));
        check(&[other(1, false, 1), other(2, true, 30)], Some(3));
        check(&[other(1, false, 8), other(2, true, 0)], Some(1));
    }

    #[test]
    fn the_longest_rested_addition_is_reused_first() {
        let lately = |added| other(added, false, if added == 700 { 6 } else { 2 });
        check(&(1..=999).map(lately).collect::<Vec<_>>(), Some(700));
        let waits = |added| other(added, true, 6);
        check(&(1..=999).map(waits).collect::<Vec<_>>(), None);
    }
}
