//! Notifications from gateways: each is stored once, before anything else happens.
//!
//! Anybody can send anything, so unverified notifications get little room: beyond a limit, further ones of a kind
//! share one row.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::named_attempts::{has_room, name_try, open_too_many};
use super::permit::WritePermit;
use super::unknown_payments::ask_about_its_order;
use super::{rows, sql};
use crate::domain::{
    CaseKind, GatewayName, Instant, Notification, NotificationMatch, NotificationStatus, OrderId,
    PaidClaim, Payment, PaymentId, TransactionId,
};

/// A notification as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct IncomingNotification<'a> {
    pub gateway: &'a GatewayName,
    pub body: &'a [u8],
    pub notice: &'a Notification,
    pub received_at: Instant,
}

/// What a notification leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedNotification {
    pub mark: NotificationStatus,
    /// The payment that it is about, as stored.
    pub payment: Option<Payment>,
    /// The try that it names.
    pub told: Option<TransactionId>,
    /// How often it has arrived, including this time.
    pub times: u32,
    /// The payment's gateway is to be queried now: nothing it has said since answers the notification.
    pub is_to_ask: bool,
    /// The next run is to query the gateway in any case.
    pub is_due: bool,
    /// Its order has more named tries than payctl queries; this try is not queried.
    pub is_too_many: bool,
    /// The cases that it has opened.
    pub opened: Vec<CaseKind>,
}

/// How many notifications of one verdict that belong to no payment get a row of their own.
const MAX_REFUSED: u32 = 1_000;
const MAX_UNKNOWN: u32 = 10_000;

/// The same limit for notifications about one payment.
const MAX_OF_PAYMENT: u32 = 100;

/// Anybody can send an unsigned notification, so within this time after a query it only makes the next query due.
const UNSIGNED_WAITS: Duration = Duration::from_secs(5);

/// More tries than anybody makes on one page.
const MAX_TRIES: u32 = 100;

impl Store {
    /// Stores a notification once, by its digest, and moves the query about its payment forward.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn record_notification(
        &mut self,
        permit: &WritePermit,
        arrival: IncomingNotification<'_>,
    ) -> Result<RecordedNotification, StoreError> {
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            let digest = digest(arrival);
            let (mut noted, found) = noted(transaction, arrival, &digest)?;
            let named = found.names_try.then(|| found.transaction_id.clone());
            insert(transaction, arrival, &digest, &noted, found)?;
            if let (Some(payment), Some(told)) = (&noted.payment, named.flatten()) {
                if noted.is_too_many {
                    let now = arrival.received_at;
                    noted.opened = open_too_many(transaction, payment, &hooks, now)?;
                } else {
                    name_try(transaction, payment.id, &told, arrival)?;
                }
            }
            if noted.mark == NotificationStatus::UnknownOrder && noted.times == 1 {
                noted.opened = ask_about_its_order(transaction, arrival, &digest, &hooks)?;
            }
            if let Some(payment) = noted.payment.as_ref().filter(|_| noted.is_due) {
                bring_forward(transaction, payment.id, arrival.received_at)?;
            }
            if let Some(payment) = noted.payment.as_ref().filter(|_| noted.is_to_ask) {
                record_query_start(transaction, payment.id, arrival.received_at)?;
            }
            Ok(noted)
        })
    }

    /// Makes a payment due now at the latest: the query that a notification caused got no answer.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn schedule_soon(
        &mut self,
        permit: &WritePermit,
        payment: PaymentId,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| {
            bring_forward(transaction, payment, now)
        })
    }
}

impl Reader {
    /// What [`Store::record_notification`] would do. Writes nothing.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn preview_notification(
        &self,
        arrival: IncomingNotification<'_>,
    ) -> Result<RecordedNotification, StoreError> {
        let _one_moment = self.snapshot()?;
        let (noted, _) = noted(self.connection(), arrival, &digest(arrival))?;
        Ok(noted)
    }
}

/// Settles the claims of payment that waited for an answer.
pub(super) fn settle_claims(connection: &Connection, now: Instant) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql!("settle_claims"))?
        .execute([now])?;
    Ok(())
}

/// Settles what notifications say about one try, after an answer to a query about `asked`. The payment `answered`
/// owns this try now; it may be another payment.
pub(super) fn settle_try(
    connection: &Connection,
    told: &TransactionId,
    asked: PaymentId,
    answered: &Payment,
    asked_at: Instant,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql!("settle_try"))?
        .execute(params![answered.id, asked_at, asked, told])?;
    connection
        .prepare_cached(sql!("settle_named_try"))?
        .execute(params![asked_at, asked, told])?;
    Ok(())
}

/// The payments that notifications claim for an order and that no answer has settled.
pub(super) fn claims(
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<PaidClaim>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("dossier_claims"))?;
    let found = statement.query_map([order], |row| {
        Ok(PaidClaim {
            payment: row.get(0)?,
            transaction_id: row.get(1)?,
            mark: row.get(2)?,
            received_at: row.get(3)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn noted(
    connection: &Connection,
    arrival: IncomingNotification<'_>,
    digest: &str,
) -> Result<(RecordedNotification, NotificationMatch), StoreError> {
    let earlier = connection
        .prepare_cached(sql!("notification_by_digest"))?
        .query_row([digest], earlier)
        .optional()?;
    let known = known(connection, arrival)?;
    let found = arrival.notice.matched(&known);
    let payment = known
        .into_iter()
        .find(|payment| Some(payment.id) == found.payment);
    let now = arrival.received_at;
    let is_answered = earlier
        .as_ref()
        .zip(payment.as_ref())
        .is_some_and(|(earlier, payment)| is_answered(payment, earlier, now));
    let is_too_many = match (&payment, &found.transaction_id) {
        (Some(payment), Some(told)) if found.names_try => !has_room(connection, payment, told)?,
        _ => false,
    };
    // An answer about another try does not settle what is said about a try that is not on record.
    let is_named_again = found.names_try && !is_too_many;
    let is_due = found.is_worth_asking && (is_named_again || !is_answered);
    let waits = found.mark == NotificationStatus::Unsigned
        && payment
            .as_ref()
            .is_some_and(|payment| was_polled_recently(payment, now));
    let noted = RecordedNotification {
        mark: found.mark,
        payment,
        told: found.transaction_id.clone().filter(|_| !is_too_many),
        times: earlier.map_or(1, |earlier| earlier.times.saturating_add(1)),
        is_to_ask: is_due && !waits,
        is_due,
        is_too_many,
        opened: Vec::new(),
    };
    Ok((noted, found))
}

/// An earlier arrival of the same notification.
struct PreviousNotification {
    first_at: Instant,
    times: u32,
    is_open_claim: bool,
}

fn earlier(row: &Row<'_>) -> rusqlite::Result<PreviousNotification> {
    Ok(PreviousNotification {
        first_at: row.get(0)?,
        times: row.get(1)?,
        is_open_claim: row.get(2)?,
    })
}

/// The gateway has answered since, and no other query is due.
fn is_answered(payment: &Payment, earlier: &PreviousNotification, now: Instant) -> bool {
    let asked = &payment.schedule;
    !earlier.is_open_claim
        && asked
            .answered_by(now)
            .is_some_and(|at| at >= earlier.first_at)
        && asked.next_check_at.is_none_or(|at| at > now)
}

/// Queried by any process. A time ahead of our clock does not count: a wrong clock wrote it.
fn was_polled_recently(payment: &Payment, now: Instant) -> bool {
    let asked_at = payment.schedule.last_asked_at;
    asked_at.is_some_and(|at| at <= now && now < at.saturating_add(UNSIGNED_WAITS))
}

/// Does not look up anything for an unverified notification.
fn known(
    connection: &Connection,
    arrival: IncomingNotification<'_>,
) -> Result<Vec<Payment>, StoreError> {
    if !arrival.notice.verdict.is_about_payment() {
        return Ok(Vec::new());
    }
    let by = |query: &str, id: &str| -> Result<Vec<Payment>, StoreError> {
        let mut statement = connection.prepare_cached(query)?;
        let found = statement.query_map(params![arrival.gateway, id, MAX_TRIES], rows::payment)?;
        Ok(found.collect::<Result<_, _>>()?)
    };
    let mut known = Vec::new();
    if let Some(reference) = &arrival.notice.reference {
        known = by(sql!("notice_by_reference"), reference.as_str())?;
    }
    if let (true, Some(id)) = (known.is_empty(), &arrival.notice.transaction_id) {
        known = by(sql!("notice_by_try"), id.as_str())?;
    }
    if let (true, Some(id)) = (known.is_empty(), &arrival.notice.transaction_id) {
        known = by(sql!("notice_by_named_try"), id.as_str())?;
    }
    known.retain(|payment| !payment.is_foreign());
    Ok(known)
}

fn insert(
    connection: &Connection,
    arrival: IncomingNotification<'_>,
    digest: &str,
    noted: &RecordedNotification,
    found: NotificationMatch,
) -> Result<(), StoreError> {
    let (payment, claims, told) = (found.payment, found.claims_money, &found.transaction_id);
    if noted.times > 1 {
        connection
            .prepare_cached(sql!("repeat_notification"))?
            .execute(params![payment, found.mark, claims, told, digest])?;
        return Ok(());
    }
    let mut digest = digest.to_owned();
    if has_many(connection, &found)? {
        digest = shared_digest(arrival.gateway, &found);
        let renewed = connection
            .prepare_cached(sql!("renew_notification"))?
            .execute(params![arrival.received_at, claims, told, digest])?;
        if renewed > 0 {
            return Ok(());
        }
    }
    // The order may be placed later.
    let early = payment.is_none() && (told.is_some() || claims);
    let tie = arrival.notice.tie.as_ref().filter(|_| early);
    connection
        .prepare_cached(sql!("add_notification"))?
        .execute(params![
            arrival.gateway,
            payment,
            arrival.received_at,
            digest,
            found.mark,
            kept_body(arrival, &found),
            claims,
            told,
            early.then_some(arrival.notice.reference.as_ref()),
            tie.map(|tie| &tie.method),
            tie.map(|tie| tie.amount),
            early.then_some(arrival.notice.amount),
        ])?;
    Ok(())
}

/// Keeps nothing of a refused notification except that it arrived.
fn kept_body<'a>(arrival: IncomingNotification<'a>, found: &NotificationMatch) -> &'a str {
    if found.mark.is_refused() {
        return "{}";
    }
    &arrival.notice.kept_body
}

fn has_many(connection: &Connection, found: &NotificationMatch) -> Result<bool, StoreError> {
    let count = |query: &str, parameters: &[&dyn rusqlite::ToSql]| -> Result<u32, StoreError> {
        let mut statement = connection.prepare_cached(query)?;
        Ok(statement.query_row(parameters, |row| row.get(0))?)
    };
    let (most, many) = match (found.payment, found.mark.is_refused()) {
        (Some(payment), _) => (
            MAX_OF_PAYMENT,
            count(
                sql!("count_notifications_of_payment"),
                &[&payment, &MAX_OF_PAYMENT],
            )?,
        ),
        (None, is_refused) => {
            let most = if is_refused || found.mark == NotificationStatus::NoPayment {
                MAX_REFUSED
            } else {
                MAX_UNKNOWN
            };
            let many = count(sql!("count_notifications_nobodys"), &[&found.mark, &most])?;
            (most, many)
        }
    };
    Ok(many >= most)
}

/// The digest of the row that all further notifications of a kind share.
fn shared_digest(gateway: &GatewayName, found: &NotificationMatch) -> String {
    match found.payment {
        Some(payment) => format!("more {} of payment {payment}", found.mark),
        None => format!("more {} of {gateway}", found.mark),
    }
}

pub(super) fn bring_forward(
    connection: &Connection,
    payment: PaymentId,
    now: Instant,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql!("bring_forward"))?
        .execute(params![now, payment])?;
    Ok(())
}

/// Written before the query is sent, so that other processes with the same notification know about it.
fn record_query_start(
    connection: &Connection,
    payment: PaymentId,
    now: Instant,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql!("note_asking"))?
        .execute(params![now, payment])?;
    Ok(())
}

/// Two accounts may receive the same notification.
fn digest(arrival: IncomingNotification<'_>) -> String {
    let mut hash = Sha256::new();
    hash.update(arrival.gateway.as_str().as_bytes());
    hash.update([0]);
    hash.update(arrival.body);
    let digest = hash.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
