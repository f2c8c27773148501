//! What happened between two moments, by the audit log.
//!
//! Its events are numbered in the order of their writing, so that a period is a range of numbers, found without an index.

use std::time::Duration;

use crate::domain::{CaseKind, GatewayName, Instant, Rupiah};
use crate::store::engine::{Reader, ToSql, first, from_row, sql};
use crate::store::error::StoreError;

/// A machine's clock may have been wrong by half of this, and the events of a period are still found.
const CLOCKS_DIFFER: Duration = Duration::from_secs(24 * 60 * 60);

/// Rows that are numbered in the order of their writing.
#[derive(Debug, Clone, Copy)]
struct NumberedLog {
    /// The number of the last.
    last: &'static str,
    /// The first from a number on.
    from: &'static str,
}

const EVENTS: NumberedLog = NumberedLog {
    last: sql!("last_event"),
    from: sql!("event_from"),
};

const CASES: NumberedLog = NumberedLog {
    last: sql!("last_case"),
    from: sql!("case_from"),
};

/// Cases of one kind that were opened in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedCases {
    pub kind: CaseKind,
    pub opened: u64,
    /// Those that are open now.
    pub open: u64,
}

/// The events between two moments, and the numbers between which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPeriod {
    /// It included.
    pub since: Instant,
    /// It excluded.
    pub until: Instant,
    first: i64,
    last: i64,
}

impl EventPeriod {
    /// The parameters of a statement about the period.
    pub(super) fn bounds(&self) -> [&dyn ToSql; 4] {
        [&self.first, &self.last, &self.since, &self.until]
    }
}

#[cfg(test)]
impl EventPeriod {
    pub(in crate::store) fn numbers(&self) -> (i64, i64) {
        (self.first, self.last)
    }
}

/// The payments at one gateway that first became paid in a period, and by what payctl learned of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidAtGateway {
    pub gateway: GatewayName,
    pub payments: u64,
    pub received: Rupiah,
    /// What the gateway said that it keeps, where it said so.
    pub fee: Rupiah,
    /// What customers paid on top.
    pub surcharge: Rupiah,
    /// A notification had reported the money before payctl booked it.
    pub told_first: u64,
    /// A notification came, after a query had found the money.
    pub told_later: u64,
    /// No notification has ever reported it.
    pub never_told: u64,
    /// Booked on a person's word.
    pub by_person: u64,
    /// The money of `told_first`.
    pub received_told: Rupiah,
    /// The money of `told_later` and `never_told`.
    pub received_found: Rupiah,
}

/// Orders that took one step in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedOrders {
    /// `placed`, or the status that they got.
    pub line: String,
    pub orders: u64,
    pub total: Rupiah,
}

impl MovedOrders {
    /// The line of orders that were placed.
    pub const PLACED: &'static str = "placed";
}

impl Reader {
    /// The events from `since` on and before `until`.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn events_between(
        &self,
        since: Instant,
        until: Instant,
    ) -> Result<EventPeriod, StoreError> {
        Ok(EventPeriod {
            since,
            until,
            first: self.number_at(EVENTS, since.saturating_sub(CLOCKS_DIFFER))?,
            last: self.number_at(EVENTS, until.saturating_add(CLOCKS_DIFFER))?,
        })
    }

    /// The cases that were opened from `since` on and before `until`.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn cases_opened(
        &self,
        since: Instant,
        until: Instant,
    ) -> Result<Vec<OpenedCases>, StoreError> {
        let first = self.number_at(CASES, since.saturating_sub(CLOCKS_DIFFER))?;
        let last = self.number_at(CASES, until.saturating_add(CLOCKS_DIFFER))?;
        self.all(
            sql!("cases_opened"),
            &[&first, &last, &since, &until],
            |row| {
                Ok(from_row!(row => OpenedCases {
                    kind, opened = row.count("opened")?, open = row.count("open")?,
                }))
            },
        )
    }

    /// When the oldest event was written that is left.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn first_event_at(&self) -> Result<Option<Instant>, StoreError> {
        Ok(self.row_from(EVENTS, i64::MIN)?.map(|(_, at)| at))
    }

    /// The number from which on rows are of this moment or later; one behind the last, where there is none.
    fn number_at(&self, log: NumberedLog, at: Instant) -> Result<i64, StoreError> {
        let last: Option<i64> = self.only(log.last, &[], first)?;
        let (mut from, mut to) = (1, last.unwrap_or(0) + 1);
        while from < to {
            let middle = from + (to - from) / 2;
            match self.row_from(log, middle)? {
                Some((found, found_at)) if found_at < at => from = found + 1,
                Some(_) | None => to = middle,
            }
        }
        Ok(from)
    }

    fn row_from(
        &self,
        log: NumberedLog,
        number: i64,
    ) -> Result<Option<(i64, Instant)>, StoreError> {
        self.one(log.from, &[&number], |row| {
            Ok((row.get("id")?, row.get("at")?))
        })
    }

    /// The payments that first became paid in a period, by gateway.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn paid_by_gateway(&self, period: &EventPeriod) -> Result<Vec<PaidAtGateway>, StoreError> {
        self.all(sql!("paid_by_gateway"), &period.bounds(), |row| {
            Ok(from_row!(row => PaidAtGateway {
                gateway, payments = row.count("payments")?, received, fee, surcharge,
                told_first = row.count("told_first")?,
                told_later = row.count("told_later")?,
                never_told = row.count("never_told")?,
                by_person = row.count("by_person")?,
                received_told, received_found,
            }))
        })
    }

    /// What became of orders in a period.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn moved_orders(&self, period: &EventPeriod) -> Result<Vec<MovedOrders>, StoreError> {
        self.all(sql!("moved_orders"), &period.bounds(), |row| {
            Ok(from_row!(row => MovedOrders { line, orders = row.count("orders")?, total }))
        })
    }
}
