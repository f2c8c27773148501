//! The complete history of one order, from one snapshot.

use super::orders::MAX_HANDED_OUT;
use crate::domain::{
    AccessGrant, AuditEntry, Dossier, NotificationEntry, OrderNumber, StatusEntry, TicketTotals,
};
use crate::store::engine::{Reader, StoredRow, from_row, sql};
use crate::store::error::StoreError;

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
        let Some(dossier) = self.dossier_by_number(number.as_str())? else {
            return Ok(None);
        };
        let order = dossier.order.id;
        let lines = |row: &StoredRow<'_>| row.count("lines");
        Ok(Some(OrderStory {
            dossier,
            trail: self.order_trail(order, None, most)?,
            spoken: self.all(sql!("order_observations"), &[&order, &most], spoken)?,
            sent: self.all(sql!("order_notifications"), &[&order, &most], sent)?,
            lines: self.only(sql!("order_story_length"), &[&order], lines)?,
            tickets: self.ticket_count(order)?,
            access: self.access_of_order(order, None, MAX_HANDED_OUT)?,
        }))
    }
}

fn sent(row: &StoredRow<'_>) -> Result<NotificationEntry, StoreError> {
    Ok(from_row!(row => NotificationEntry {
        payment: "payment_id", gateway, received_at, mark: "verdict", claims_money, times,
    }))
}

fn spoken(row: &StoredRow<'_>) -> Result<StatusEntry, StoreError> {
    Ok(from_row!(row => StatusEntry {
        payment: "payment_id", gateway, asked_at, raw_status, meaning,
    }))
}
