//! Notifications from gateways: each is stored once; beyond a limit, further ones of a kind share one row.

use super::kept_notifications::origin_columns;
use super::rows;
use crate::domain::{
    GatewayName, Instant, Notification, NotificationMatch, NotificationOrigin, NotificationStatus,
    OrderId, PaidClaim, Payment, PaymentId, TransactionId,
};
use crate::store::engine::{Reader, ToSql, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// A notification as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct IncomingNotification<'a> {
    pub gateway: &'a GatewayName,
    pub body: &'a [u8],
    pub notice: &'a Notification,
    pub origin: &'a NotificationOrigin,
    pub received_at: Instant,
}

/// How many notifications of one verdict that belong to no payment get a row of their own.
const MAX_REFUSED: u32 = 1_000;
const MAX_UNKNOWN: u32 = 10_000;

/// The same limit for notifications about one payment.
const MAX_OF_PAYMENT: u32 = 100;

/// More tries than anybody makes on one page.
const MAX_TRIES: u32 = 100;

/// An earlier arrival of the same notification.
pub(in crate::store) struct PreviousNotification {
    pub(in crate::store) first_at: Instant,
    pub(in crate::store) times: u32,
    pub(in crate::store) is_open_claim: bool,
}

impl Reader {
    /// The payments that notifications claim for an order and that no answer has settled.
    pub(super) fn claims(&self, order: OrderId) -> Result<Vec<PaidClaim>, StoreError> {
        self.all(sql!("dossier_claims"), &[&order], |row| {
            Ok(from_row!(row => PaidClaim {
                payment: "payment_id", transaction_id, mark: "verdict", received_at,
            }))
        })
    }

    pub(in crate::store) fn earlier_arrival(
        &self,
        digest: &str,
    ) -> Result<Option<PreviousNotification>, StoreError> {
        self.one(sql!("notification_by_digest"), &[&digest], |row| {
            Ok(from_row!(row => PreviousNotification {
                first_at: "received_at", times, is_open_claim,
            }))
        })
    }

    /// The payments that a notification may be about. Does not look up anything for an unverified notification.
    pub(in crate::store) fn payments_notified(
        &self,
        arrival: IncomingNotification<'_>,
    ) -> Result<Vec<Payment>, StoreError> {
        if !arrival.notice.verdict.is_about_payment() {
            return Ok(Vec::new());
        }
        let by = |query: &'static str, id: &str| {
            let wanted: [&dyn ToSql; 3] = [arrival.gateway, &id, &MAX_TRIES];
            self.all(query, &wanted, rows::payment)
        };
        let mut known = Vec::new();
        if let Some(reference) = &arrival.notice.reference {
            known = by(sql!("notice_by_reference"), reference.as_str())?;
        }
        for query in [sql!("notice_by_try"), sql!("notice_by_named_try")] {
            if let (true, Some(id)) = (known.is_empty(), &arrival.notice.transaction_id) {
                known = by(query, id.as_str())?;
            }
        }
        known.retain(|payment| !payment.is_foreign());
        Ok(known)
    }

    fn has_many_like(&self, found: &NotificationMatch) -> Result<bool, StoreError> {
        let (most, many): (u32, u32) = match (found.payment, found.mark.is_refused()) {
            (Some(payment), _) => {
                let most = MAX_OF_PAYMENT;
                let sql = sql!("count_notifications_of_payment");
                (most, self.only(sql, &[&payment, &most], first)?)
            }
            (None, is_refused) => {
                let most = if is_refused || found.mark == NotificationStatus::NoPayment {
                    MAX_REFUSED
                } else {
                    MAX_UNKNOWN
                };
                let sql = sql!("count_notifications_nobodys");
                (most, self.only(sql, &[&found.mark, &most], first)?)
            }
        };
        Ok(many >= most)
    }
}

/// Counts a further arrival of a notification.
pub(in crate::store) fn count_repetition(
    tx: &Tx<'_>,
    digest: &str,
    found: &NotificationMatch,
) -> Result<(), StoreError> {
    tx.exec(
        sql!("repeat_notification"),
        &[
            &found.payment,
            &found.mark,
            &found.claims_money,
            &found.transaction_id,
            &digest,
        ],
    )?;
    Ok(())
}

/// Stores a notification that arrives for the first time.
pub(in crate::store) fn insert(
    tx: &Tx<'_>,
    arrival: IncomingNotification<'_>,
    digest: &str,
    found: &NotificationMatch,
) -> Result<(), StoreError> {
    let (payment, claims, told) = (&found.payment, &found.claims_money, &found.transaction_id);
    let (address, headers) = origin_columns(arrival.origin)?;
    let mut digest = digest.to_owned();
    if tx.has_many_like(found)? {
        digest = shared_digest(arrival.gateway, found);
        let renewed = tx.exec(
            sql!("renew_notification"),
            &[
                &arrival.received_at,
                claims,
                told,
                &address,
                &headers,
                &digest,
            ],
        )?;
        if renewed > 0 {
            return Ok(());
        }
    }
    // The order may be placed later.
    let early = payment.is_none() && (told.is_some() || *claims);
    let tie = arrival.notice.tie.as_ref().filter(|_| early);
    tx.exec(
        sql!("add_notification"),
        &[
            arrival.gateway,
            payment,
            &arrival.received_at,
            &digest,
            &found.mark,
            &kept_body(arrival, found),
            claims,
            told,
            &early.then_some(arrival.notice.reference.as_ref()),
            &tie.map(|tie| &tie.method),
            &tie.map(|tie| tie.amount),
            &early.then_some(arrival.notice.amount),
            &address,
            &headers,
        ],
    )?;
    Ok(())
}

/// Keeps nothing of a refused notification except that it arrived.
fn kept_body<'a>(arrival: IncomingNotification<'a>, found: &NotificationMatch) -> &'a str {
    if found.mark.is_refused() {
        return "{}";
    }
    &arrival.notice.kept_body
}

/// The digest of the row that all further notifications of a kind share.
fn shared_digest(gateway: &GatewayName, found: &NotificationMatch) -> String {
    match found.payment {
        Some(payment) => format!("more {} of payment {payment}", found.mark),
        None => format!("more {} of {gateway}", found.mark),
    }
}

/// Makes a payment due by a time at the latest.
pub(in crate::store) fn bring_forward(
    tx: &Tx<'_>,
    payment: PaymentId,
    now: Instant,
) -> Result<(), StoreError> {
    tx.exec(sql!("bring_forward"), &[&now, &payment])?;
    Ok(())
}

/// Written before the query is sent, so that other processes with the same notification know about it.
pub(in crate::store) fn record_query_start(
    tx: &Tx<'_>,
    payment: PaymentId,
    now: Instant,
) -> Result<(), StoreError> {
    tx.exec(sql!("note_asking"), &[&now, &payment])?;
    Ok(())
}

/// Settles the claims of payment that waited for an answer.
pub(in crate::store) fn settle_claims(tx: &Tx<'_>, now: Instant) -> Result<(), StoreError> {
    tx.exec(sql!("settle_claims"), &[&now])?;
    Ok(())
}

/// Settles what notifications say about one try, after an answer to a query about `asked`. The payment `answered`
/// owns this try now; it may be another payment.
pub(in crate::store) fn settle_try(
    tx: &Tx<'_>,
    told: &TransactionId,
    (asked, asked_at): (PaymentId, Instant),
    answered: PaymentId,
) -> Result<(), StoreError> {
    tx.exec(sql!("settle_try"), &[&answered, &asked_at, &asked, &told])?;
    tx.exec(sql!("settle_named_try"), &[&asked_at, &asked, &told])?;
    Ok(())
}
