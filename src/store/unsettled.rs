//! Payments whose queries never lead to a result.

use rusqlite::params;

use super::connection::Reader;
use super::error::StoreError;
use super::sql;
use crate::domain::decide::unsettled::{OPEN_FOR, UNANSWERED_FOR};
use crate::domain::payment::schedule::UNANSWERED_QUESTIONS;
use crate::domain::{AnswerTimes, GatewayName, Instant, OrderId, PaymentId};

/// A candidate; the domain decides whether it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsettledRow {
    pub order: OrderId,
    pub payment: PaymentId,
    pub gateway: GatewayName,
    pub observed: AnswerTimes,
}

impl Reader {
    /// The candidates that no person was asked about, at most `limit`.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn unsettled(&self, now: Instant, limit: u32) -> Result<Vec<UnsettledRow>, StoreError> {
        let mut found = self.connection().prepare_cached(sql!("unsettled"))?;
        let (unanswered, open) = (
            now.saturating_sub(UNANSWERED_FOR),
            now.saturating_sub(OPEN_FOR),
        );
        let rows = found.query_map(
            params![UNANSWERED_QUESTIONS, unanswered, open, limit],
            |row| {
                Ok(UnsettledRow {
                    order: row.get(0)?,
                    payment: row.get(1)?,
                    gateway: row.get(2)?,
                    observed: AnswerTimes {
                        last_answer_at: row.get(3)?,
                        silent_since: row.get(4)?,
                    },
                })
            },
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
