//! What waits now: open cases, refunds, overdue orders and the stock they hold, unfinished effects. Reads only what is open.

use std::time::Duration;

use crate::domain::{CaseKind, EffectStatus, Instant, RefundStatus, Rupiah, Sku};
use crate::store::engine::{Reader, StoredRow, from_row, sql};
use crate::store::error::StoreError;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How many things have waited for how long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct WaitingAges {
    pub under_1_day: u64,
    pub under_3_days: u64,
    pub under_7_days: u64,
    pub longer: u64,
}

/// Open cases of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCasesOfKind {
    pub kind: CaseKind,
    pub open: u64,
    pub oldest_at: Instant,
    pub ages: WaitingAges,
}

/// Unfinished refunds of one status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRefunds {
    pub status: RefundStatus,
    pub refunds: u64,
    pub amount: Rupiah,
    /// When the longest due became due.
    pub oldest_at: Instant,
    pub ages: WaitingAges,
}

/// Pending orders whose deadline and grace are over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueOrders {
    pub orders: u64,
    pub total: Rupiah,
    /// The earliest of their deadlines.
    pub oldest_at: Option<Instant>,
    /// Those of which a report has said that a person must decide.
    pub kept: u64,
    pub ages: WaitingAges,
}

/// What overdue orders hold of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueStock {
    pub sku: Sku,
    pub orders: u64,
    pub units: u64,
}

/// Unfinished effects of one status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedEffects {
    pub status: EffectStatus,
    pub effects: u64,
    pub oldest_at: Instant,
}

impl Reader {
    /// The open cases by kind, the kind with the longest open case first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_cases_by_kind(&self, now: Instant) -> Result<Vec<OpenCasesOfKind>, StoreError> {
        let [day, three, week] = bounds(now);
        self.all(sql!("open_cases_by_kind"), &[&day, &three, &week], |row| {
            let open = row.count("open")?;
            Ok(from_row!(row => OpenCasesOfKind {
                kind, open = open, oldest_at, ages = ages(row, open)?,
            }))
        })
    }

    /// The refunds that are neither finished nor replaced by another, by status.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn waiting_refunds(&self, now: Instant) -> Result<Vec<WaitingRefunds>, StoreError> {
        let [day, three, week] = bounds(now);
        self.all(sql!("waiting_refunds"), &[&day, &three, &week], |row| {
            let refunds = row.count("refunds")?;
            Ok(from_row!(row => WaitingRefunds {
                status, refunds = refunds, amount, oldest_at, ages = ages(row, refunds)?,
            }))
        })
    }

    /// The pending orders whose deadline was before `overdue_since`: now, less the grace.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn overdue_orders(&self, overdue_since: Instant) -> Result<OverdueOrders, StoreError> {
        let [day, three, week] = bounds(overdue_since);
        self.only(
            sql!("overdue_orders"),
            &[&day, &three, &week, &overdue_since],
            |row| {
                let orders = row.count("orders")?;
                Ok(from_row!(row => OverdueOrders {
                    orders = orders, total, oldest_at, kept = row.count("kept")?, ages = ages(row, orders)?,
                }))
            },
        )
    }

    /// The units that these orders hold, by product, the most units first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn overdue_stock(&self, overdue_since: Instant) -> Result<Vec<OverdueStock>, StoreError> {
        self.all(sql!("overdue_stock"), &[&overdue_since], |row| {
            Ok(from_row!(row => OverdueStock {
                sku, orders = row.count("orders")?, units = row.count("units")?,
            }))
        })
    }

    /// The effects that are neither done nor cancelled, by status.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn unfinished_effects(&self) -> Result<Vec<UnfinishedEffects>, StoreError> {
        self.all(sql!("unfinished_effects"), &[], |row| {
            Ok(from_row!(row => UnfinishedEffects {
                status, effects = row.count("effects")?, oldest_at,
            }))
        })
    }
}

/// What is younger than a day, than three, than a week.
fn bounds(now: Instant) -> [Instant; 3] {
    [DAY, DAY * 3, DAY * 7].map(|span| now.saturating_sub(span))
}

fn ages(row: &StoredRow<'_>, all: u64) -> Result<WaitingAges, StoreError> {
    let (first, second, third) = (
        row.count("first")?,
        row.count("second")?,
        row.count("third")?,
    );
    Ok(WaitingAges {
        under_1_day: first,
        under_3_days: second,
        under_7_days: third,
        longer: all.saturating_sub(first + second + third),
    })
}
