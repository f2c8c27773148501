//! The complete history of one order, from one snapshot.

use rusqlite::{Row, params};

use super::connection::Reader;
use super::dossier::dossier;
use super::error::StoreError;
use super::orders::MAX_HANDED_OUT;
use super::sql;
use crate::domain::{
    AccessGrant, AuditEntry, Dossier, NotificationEntry, OrderId, OrderNumber, StatusEntry,
    TicketTotals,
};

/// What is needed to explain why an order is in its current state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderStory {
    pub dossier: Dossier,
    /// The latest events of its audit log, newest first.
    pub trail: Vec<AuditEntry>,
    /// What gateways have answered about its payments, newest first.
    pub spoken: Vec<StatusEntry>,
    /// The notifications about it, newest first.
    pub sent: Vec<NotificationEntry>,
    /// The total number of lines of all three.
    pub lines: u64,
    pub tickets: TicketTotals,
    /// Its latest grants, newest first.
    pub access: Vec<AccessGrant>,
}

impl Reader {
    /// The history of an order with at most `most` events, answers and notifications each; `None` if there is no such
    /// order.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_story(
        &self,
        number: &OrderNumber,
        most: u32,
    ) -> Result<Option<OrderStory>, StoreError> {
        let _one_moment = self.snapshot()?;
        let Some(order) = self.order_by_number(number)? else {
            return Ok(None);
        };
        let Some(dossier) = dossier(self.connection(), order.id, self.hooks())? else {
            return Ok(None);
        };
        let lines: i64 = self
            .connection()
            .prepare_cached(sql!("order_story_length"))?
            .query_row([order.id], |row| row.get(0))?;
        Ok(Some(OrderStory {
            dossier,
            trail: self.order_trail(order.id, None, most)?,
            spoken: self.spoken(order.id, most)?,
            sent: self.sent(order.id, most)?,
            lines: lines.unsigned_abs(),
            tickets: self.ticket_count(order.id)?,
            access: self.access_of_order(order.id, None, MAX_HANDED_OUT)?,
        }))
    }

    fn spoken(&self, order: OrderId, most: u32) -> Result<Vec<StatusEntry>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached(sql!("order_observations"))?;
        let found = statement.query_map(params![order, most], spoken)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    fn sent(&self, order: OrderId, most: u32) -> Result<Vec<NotificationEntry>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached(sql!("order_notifications"))?;
        let found = statement.query_map(params![order, most], sent)?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

fn sent(row: &Row<'_>) -> rusqlite::Result<NotificationEntry> {
    Ok(NotificationEntry {
        payment: row.get(0)?,
        gateway: row.get(1)?,
        received_at: row.get(2)?,
        mark: row.get(3)?,
        claims_money: row.get(4)?,
        times: row.get(5)?,
    })
}

fn spoken(row: &Row<'_>) -> rusqlite::Result<StatusEntry> {
    Ok(StatusEntry {
        payment: row.get(0)?,
        gateway: row.get(1)?,
        asked_at: row.get(2)?,
        raw_status: row.get(3)?,
        meaning: row.get(4)?,
    })
}
