//! The audit log across orders, earliest first, page by page.

use super::orders::trail_line;
use crate::domain::{AuditEntry, Instant, OrderId, OrderNumber};
use crate::store::engine::{Reader, StoredRow, first, from_row, sql};
use crate::store::error::StoreError;

/// Which part of the audit log is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Only this order's.
    pub order: Option<OrderId>,
    /// Nothing older.
    pub since: Option<Instant>,
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    /// None: it is about a gateway or a product.
    pub order: Option<OrderNumber>,
    pub entry: AuditEntry,
}

impl LogFilter {
    fn since(self) -> Instant {
        self.since.unwrap_or(Instant::from_millis(i64::MIN))
    }
}

impl Reader {
    /// At most `limit` entries after a given one, earliest first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn log_page(
        &self,
        filter: LogFilter,
        after: i64,
        limit: u32,
    ) -> Result<Vec<LoggedEvent>, StoreError> {
        let since = filter.since();
        match filter.order {
            Some(order) => self.all(
                sql!("log_of_order_page"),
                &[&order, &after, &since, &limit],
                logged,
            ),
            None => self.all(sql!("log_page"), &[&after, &since, &limit], logged),
        }
    }

    /// Behind which entry the log begins if at most the latest `most` are wanted; and whether that leaves earlier ones out.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn log_start(
        &self,
        filter: LogFilter,
        most: Option<u32>,
    ) -> Result<(i64, bool), StoreError> {
        let _one_moment = self.snapshot()?;
        let earliest = match (filter.order, filter.since) {
            (None, Some(since)) => {
                let first: Option<i64> = self.only(sql!("log_first_since"), &[&since], first)?;
                // Nothing is so new yet; what comes is.
                first.unwrap_or(i64::MAX)
            }
            (Some(_), _) | (None, None) => 0,
        };
        if earliest == i64::MAX {
            let last: Option<i64> = self.one(
                sql!("log_latest"),
                &[&0_i64, &Instant::from_millis(i64::MIN), &0_u32],
                first,
            )?;
            return Ok((last.unwrap_or_default(), false));
        }
        let before = earliest.saturating_sub(1).max(0);
        let Some(most) = most else {
            return Ok((before, false));
        };
        // The one before the latest so many: behind it they begin.
        let since = filter.since();
        let skipped: Option<i64> = match filter.order {
            Some(order) => {
                self.one(sql!("log_of_order_latest"), &[&order, &since, &most], first)?
            }
            None => self.one(sql!("log_latest"), &[&earliest, &since, &most], first)?,
        };
        Ok((skipped.unwrap_or(before), skipped.is_some()))
    }
}

fn logged(row: &StoredRow<'_>) -> Result<LoggedEvent, StoreError> {
    Ok(from_row!(row => LoggedEvent { order: "number", entry = trail_line(row)? }))
}
