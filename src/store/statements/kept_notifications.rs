//! Stored notifications, as lists show them and as they are processed again.

use std::collections::BTreeMap;

use crate::domain::{
    Authenticity, GatewayName, Instant, NotificationMatch, NotificationOrigin, NotificationStatus,
    OrderId, OrderNumber, PaymentId, TransactionId,
};
use crate::store::engine::{Reader, StoredRow, ToSql, Tx, from_row, sql};
use crate::store::error::StoreError;

/// A stored notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptNotification {
    pub id: i64,
    pub gateway: GatewayName,
    /// The payment that it is about, and its order.
    pub payment: Option<PaymentId>,
    pub order: Option<OrderNumber>,
    /// Its first arrival; of several that share a row, the last.
    pub received_at: Instant,
    pub verdict: NotificationStatus,
    /// How often it has arrived.
    pub times: u32,
    pub claims_money: bool,
    /// When a later query about its claim was answered.
    pub answered_at: Option<Instant>,
    pub transaction_id: Option<TransactionId>,
    /// None: unknown, or deleted since.
    pub origin: Option<NotificationOrigin>,
}

/// The same with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationDetails {
    pub kept: KeptNotification,
    /// A JSON object of the fields that may be kept.
    pub body: String,
}

impl NotificationDetails {
    /// Whether it was believed to come from its gateway, as far as the row still says: never more than then.
    #[must_use]
    pub fn authenticity(&self) -> Authenticity {
        let kept = &self.kept;
        match kept.verdict {
            NotificationStatus::Verified => Authenticity::Verified,
            // Only of a signed one is kept what it claims without agreeing with a payment.
            NotificationStatus::Differs | NotificationStatus::UnknownOrder if kept.claims_money => {
                Authenticity::Verified
            }
            NotificationStatus::UnknownOrder if kept.transaction_id.is_some() => {
                Authenticity::Verified
            }
            NotificationStatus::Unsigned
            | NotificationStatus::Differs
            | NotificationStatus::UnknownOrder => Authenticity::Unsigned,
            NotificationStatus::NoPayment => Authenticity::NoPayment,
            NotificationStatus::Forged => Authenticity::Forged("it was refused"),
            NotificationStatus::Unreadable => Authenticity::Unreadable("it was refused"),
        }
    }
}

impl Reader {
    /// At most `limit` notifications before a given one or from the latest on, newest first; of one order, or of all.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn notifications_page(
        &self,
        order: Option<OrderId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<KeptNotification>, StoreError> {
        let before = before.unwrap_or(i64::MAX);
        match order {
            Some(order) => self.all(
                sql!("notifications_of_order_page"),
                &[&order, &before, &limit],
                kept,
            ),
            None => self.all(sql!("notifications_page"), &[&before, &limit], kept),
        }
    }

    /// One notification, if it is still on record.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn notification(&self, id: i64) -> Result<Option<NotificationDetails>, StoreError> {
        self.one(sql!("notification_by_id"), &[&id], |row| {
            Ok(from_row!(row => NotificationDetails { kept = kept(row)?, body }))
        })
    }
}

fn kept(row: &StoredRow<'_>) -> Result<KeptNotification, StoreError> {
    Ok(from_row!(row => KeptNotification {
        id, gateway, payment: "payment_id", order: "number", received_at, verdict, times, claims_money, answered_at,
        transaction_id, origin = origin(row)?,
    }))
}

fn origin(row: &StoredRow<'_>) -> Result<Option<NotificationOrigin>, StoreError> {
    let headers: Option<String> = row.get("headers")?;
    let remote_address = row.get("remote_address")?;
    Ok(headers.map(|headers| NotificationOrigin {
        remote_address,
        headers: serde_json::from_str::<BTreeMap<String, String>>(&headers).unwrap_or_default(),
    }))
}

/// Links a notification to the payment that it turns out to be about.
pub(in crate::store) fn link(
    tx: &Tx<'_>,
    id: i64,
    found: &NotificationMatch,
) -> Result<(), StoreError> {
    let NotificationMatch {
        payment,
        mark,
        claims_money,
        transaction_id,
        ..
    } = found;
    let told: [&dyn ToSql; 5] = [payment, mark, claims_money, transaction_id, &id];
    tx.exec(sql!("match_notification"), &told)?;
    Ok(())
}

/// Where a notification came from, in the two columns that keep it.
pub(in crate::store) fn origin_columns(
    origin: &NotificationOrigin,
) -> Result<(Option<&str>, Option<String>), StoreError> {
    if origin.is_empty() {
        return Ok((None, None));
    }
    let headers = serde_json::to_string(&origin.headers);
    let headers = headers.map_err(|error| StoreError::Engine(error.into()))?;
    Ok((origin.remote_address.as_deref(), Some(headers)))
}
