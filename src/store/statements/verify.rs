//! Checks the invariants on one snapshot of the file. Reads, and writes nothing.

mod clocks;
#[cfg(test)]
mod tests;

use crate::domain::{Instant, Invariant, PaymentId, PutOff};
use crate::store::engine::{Reader, StoredRow, sql};
use crate::store::error::StoreError;

pub use clocks::TrustedClock;

/// The maximum number of rows shown per violated invariant; enough for a person to see the problem.
pub const MAX_BREACHES: usize = 100;

/// A row that violates an invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub invariant: Invariant,
    /// As stored in the file; it need not be a valid order number.
    pub order: Option<String>,
    pub payment: Option<PaymentId>,
    pub what: String,
}

/// The result of checking all invariants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    pub breaches: Vec<Violation>,
    /// Invariants that more rows violate than are shown.
    pub cut: Vec<Invariant>,
}

impl Reader {
    /// Checks every invariant except those that need a clock. If the rows of one cannot be read, it counts as
    /// violated, with the engine's error as its row.
    ///
    /// # Errors
    /// `Busy`, `Denied`: nothing was checked.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        self.verify_by(None)
    }

    /// Checks the invariants that need a clock, too. The clock is read once the file stands still: what others write
    /// until then is not in the future.
    ///
    /// # Errors
    /// As [`Reader::verify`].
    pub fn verify_by(
        &self,
        clock: Option<&dyn Fn() -> TrustedClock>,
    ) -> Result<Verified, StoreError> {
        // Sums over a whole table are sorted on disk, so that memory does not grow with the shop.
        self.sorting_on_disk(|| self.verify_at_one_moment(clock, &mut |_, _| {}))
    }

    /// As [`Reader::verify_by`]; before each check `tell` is told how many are done, and how many rows were found.
    ///
    /// # Errors
    /// As [`Reader::verify`].
    pub fn verify_telling(
        &self,
        clock: &dyn Fn() -> TrustedClock,
        tell: &mut dyn FnMut(usize, usize),
    ) -> Result<Verified, StoreError> {
        self.sorting_on_disk(|| self.verify_at_one_moment(Some(clock), tell))
    }

    /// As [`Reader::verify_by`], for a small file that is verified again and again: nothing is sorted on disk, and
    /// therefore every statement stays prepared.
    ///
    /// # Errors
    /// As [`Reader::verify`].
    #[cfg(any(test, feature = "worlds"))]
    pub(crate) fn verify_again(
        &self,
        clock: Option<&dyn Fn() -> TrustedClock>,
    ) -> Result<Verified, StoreError> {
        self.verify_at_one_moment(clock, &mut |_, _| {})
    }

    fn verify_at_one_moment(
        &self,
        clock: Option<&dyn Fn() -> TrustedClock>,
        tell: &mut dyn FnMut(usize, usize),
    ) -> Result<Verified, StoreError> {
        let _one_moment = self.snapshot()?;
        let clock = clock.map(|read| self.believed(read)).transpose()?;
        let mut verified = Verified::default();
        for (done, invariant) in Invariant::ALL.iter().copied().enumerate() {
            tell(done, verified.breaches.len());
            match self.breaches(invariant, clock) {
                Ok(mut found) => {
                    if found.len() > MAX_BREACHES {
                        found.truncate(MAX_BREACHES);
                        verified.cut.push(invariant);
                    }
                    verified.breaches.append(&mut found);
                }
                Err(
                    StoreError::Corrupt(error)
                    | StoreError::Engine(error)
                    | StoreError::Refused(error),
                ) => verified.breaches.push(Violation {
                    invariant,
                    order: None,
                    payment: None,
                    what: format!("could not be checked: {error}"),
                }),
                Err(error) => return Err(error),
            }
        }
        Ok(verified)
    }

    fn breaches(
        &self,
        invariant: Invariant,
        clock: Option<TrustedClock>,
    ) -> Result<Vec<Violation>, StoreError> {
        let query = match (query(invariant), clock) {
            (Some(query), _) => query,
            (None, _) if invariant == Invariant::SearchWords => return self.misworded_breaches(),
            (None, None) => return Ok(Vec::new()),
            (None, Some(clock)) if invariant == Invariant::WatchEnds => {
                return self.put_off_breaches(PutOff::LeftEarly, invariant, clock);
            }
            (None, Some(clock)) => return self.wrong_instants(clock),
        };
        let overdue_before = clock.map_or(Instant::from_millis(0), |clock| {
            clock.now.saturating_sub(clock.grace)
        });
        // One more than is shown tells whether there are more.
        let rows_most = i64::try_from(MAX_BREACHES + 1).unwrap_or(i64::MAX);
        let read = |row: &StoredRow<'_>| breach(row, invariant);
        // Few invariants depend on the time.
        if depends_on_time(invariant) {
            return self.all(query, &[&overdue_before, &rows_most], read);
        }
        self.all(query, &[&rows_most], read)
    }
}

fn breach(row: &StoredRow<'_>, invariant: Invariant) -> Result<Violation, StoreError> {
    Ok(Violation {
        invariant,
        order: row.get("order_number")?,
        payment: row.get("payment")?,
        what: row.get("what")?,
    })
}

/// Whether the query of an invariant asks for the time before which an order is overdue.
fn depends_on_time(invariant: Invariant) -> bool {
    matches!(invariant, Invariant::OverdueOrders | Invariant::Strangers)
}

/// The query of an invariant: each row is the order's number, the payment and what is wrong. `None`: the check needs
/// more than a query.
fn query(invariant: Invariant) -> Option<&'static str> {
    Some(match invariant {
        Invariant::Integrity => sql!("verify_integrity"),
        Invariant::ForeignKeys => sql!("verify_foreign_keys"),
        Invariant::Views => sql!("verify_views"),
        Invariant::StockCapacity => sql!("verify_stock_capacity"),
        Invariant::StockCounters => sql!("verify_stock_counters"),
        Invariant::Reservations => sql!("verify_reservations"),
        Invariant::OrderCover => sql!("verify_order_cover"),
        Invariant::DeadMoney => sql!("verify_dead_money"),
        Invariant::MustClose => sql!("verify_must_close"),
        Invariant::PaymentMoney => sql!("verify_payment_money"),
        Invariant::RefundedSums => sql!("verify_refunded_sums"),
        Invariant::RefundsStarted => sql!("verify_refunds_started"),
        Invariant::GoneTwice => sql!("verify_gone_twice"),
        Invariant::TakenBack => sql!("verify_taken_back"),
        Invariant::ExpiryProof => sql!("verify_expiry_proof"),
        Invariant::OrderEvents => sql!("verify_order_events"),
        Invariant::PaymentEvents => sql!("verify_payment_events"),
        Invariant::OpenCases => sql!("verify_open_cases"),
        Invariant::HandedOut => sql!("verify_handed_out"),
        Invariant::Worth => sql!("verify_worth"),
        Invariant::Effects => sql!("verify_effects"),
        Invariant::EffectTurns => sql!("verify_effect_turns"),
        Invariant::BankReferences => sql!("verify_bank_references"),
        Invariant::AskedAmounts => sql!("verify_asked_amounts"),
        Invariant::NamedTries => sql!("verify_named_tries"),
        Invariant::MismatchCases => sql!("verify_mismatch_cases"),
        Invariant::DeniedMoney => sql!("verify_denied_money"),
        Invariant::OverdueOrders => sql!("verify_overdue_orders"),
        Invariant::Strangers => sql!("verify_strangers"),
        Invariant::SearchWords | Invariant::WatchEnds | Invariant::ClockInstants => return None,
    })
}
