//! The shop in figures, for monitoring. Nothing here reads what is over: that is counted in an index.

use crate::domain::{CaseKind, EffectStatus, Instant, OrderStatus, Rupiah};
use crate::store::engine::{Reader, sql};
use crate::store::error::StoreError;

/// The shop in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopFigures {
    /// By status: how many orders, and their totals.
    pub orders: Vec<(OrderStatus, u64, Rupiah)>,
    /// Pending orders past their deadline, and the oldest of these deadlines.
    pub overdue: (u64, Option<Instant>),
    /// Refunds that are not sent, or whose end is not known, and their amounts.
    pub refunds: (u64, Rupiah),
    /// Effects that are not over, by status.
    pub effects: Vec<(EffectStatus, u64)>,
    /// Open cases, by kind.
    pub cases: Vec<(CaseKind, u64)>,
}

impl Reader {
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn figures(&self, now: Instant) -> Result<ShopFigures, StoreError> {
        Ok(ShopFigures {
            orders: self.all(sql!("metrics_orders"), &[], |row| {
                Ok((row.get("status")?, row.count("orders")?, row.get("total")?))
            })?,
            overdue: self.only(sql!("metrics_overdue"), &[&now], |row| {
                Ok((row.count("orders")?, row.get("oldest")?))
            })?,
            refunds: self.only(sql!("metrics_refunds"), &[], |row| {
                Ok((row.count("refunds")?, row.get("total")?))
            })?,
            effects: self.all(sql!("metrics_effects"), &[], |row| {
                Ok((row.get("status")?, row.count("effects")?))
            })?,
            cases: self.all(sql!("metrics_cases"), &[], |row| {
                Ok((row.get("kind")?, row.count("cases")?))
            })?,
        })
    }
}
