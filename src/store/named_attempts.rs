//! Tries that notifications have named, until the gateway has answered about them.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use super::dossier::dossier;
use super::error::StoreError;
use super::execute::execute_plan;
use super::notifications::{IncomingNotification, bring_forward};
use super::sql;
use crate::domain::decide::named_attempts::too_many;
use crate::domain::notification::named_try::MAX_UNKNOWN_TRIES;
use crate::domain::{
    AccountEvidence, CaseKind, Hook, Instant, NamedTry, OrderId, PaidAttempt, Payment, PaymentId,
    PaymentStatus, Policy, StatusAnswer, TransactionId,
};
use std::time::Duration;

/// A named try without an answer is queried at least this often.
const ASKED_WITHIN: Duration = Duration::from_secs(30 * 60);

/// Whether another try of the order may be queried: there is room, or it was named before.
pub(super) fn has_room(
    connection: &Connection,
    payment: &Payment,
    told: &TransactionId,
) -> Result<bool, StoreError> {
    let others: u32 = connection
        .prepare_cached(sql!("count_unknown_tries"))?
        .query_row(params![payment.order, payment.id, told], |row| row.get(0))?;
    Ok(others < MAX_UNKNOWN_TRIES)
}

/// Stores a try that a notification has named.
pub(super) fn name_try(
    connection: &Connection,
    payment: PaymentId,
    told: &TransactionId,
    arrival: IncomingNotification<'_>,
) -> Result<(), StoreError> {
    // Only a notification that names our reference itself ties the try to the payment.
    let tie = arrival.notice.tie.as_ref();
    connection
        .prepare_cached(sql!("name_try"))?
        .execute(params![
            payment,
            told,
            arrival.received_at,
            tie.map(|tie| &tie.method),
            tie.map(|tie| tie.amount),
        ])?;
    Ok(())
}

/// Adopts what verified notifications have named for a payment before it was known here.
pub(super) fn adopt(
    connection: &Connection,
    id: PaymentId,
    payment: &Payment,
) -> Result<(), StoreError> {
    let (gateway, reference) = (&payment.gateway, &payment.reference);
    let named = connection
        .prepare_cached(sql!("adopt_named_tries"))?
        .execute(params![id, gateway, reference, MAX_UNKNOWN_TRIES])?;
    if named == 0 {
        return Ok(());
    }
    connection
        .prepare_cached(sql!("adopt_notifications"))?
        .execute(params![id, gateway, reference])?;
    bring_forward(connection, id, payment.created_at)
}

/// Opens a case: notifications have named more tries than payctl queries.
pub(super) fn open_too_many(
    connection: &Connection,
    payment: &Payment,
    hooks: &Arc<[Hook]>,
    now: Instant,
) -> Result<Vec<CaseKind>, StoreError> {
    let Some(found) = dossier(connection, payment.order, hooks)? else {
        return Ok(Vec::new());
    };
    let order = found.order.clone();
    let changes = too_many(found, payment);
    let actor = format!("gateway:{}", payment.gateway);
    Ok(execute_plan(connection, &order, &actor, &changes, now)?.opened)
}

/// The tries of a payment that are queried by their own ids.
pub(super) fn named_at(
    connection: &Connection,
    payment: PaymentId,
) -> Result<Vec<TransactionId>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("named_tries_to_ask"))?;
    let found = statement.query_map(params![payment, MAX_UNKNOWN_TRIES], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The tries of an order that are still unanswered.
pub(super) fn named_of(
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<NamedTry>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("dossier_named_tries"))?;
    let found = statement.query_map([order], named)?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn named(row: &Row<'_>) -> rusqlite::Result<NamedTry> {
    let (method, amount) = (row.get::<_, Option<String>>(4)?, row.get(5)?);
    Ok(NamedTry {
        payment: row.get(0)?,
        transaction_id: row.get(1)?,
        named_at: row.get(2)?,
        absent_at: row.get(3)?,
        tie: method
            .zip(amount)
            .map(|(method, amount)| PaidAttempt { method, amount }),
        is_elsewhere: row.get(6)?,
    })
}

/// Records which tries were queried and which of the replies count as answers. "Not found" does not count if the
/// account has never known anything.
pub(super) fn record_queried(
    connection: &Connection,
    observed: &StatusAnswer,
    policy: &Policy,
) -> Result<(), StoreError> {
    let observation = &observed.observation;
    let proves = observed.account == AccountEvidence::Proven && !observation.is_clock_in_doubt();
    let grace = i64::try_from(policy.grace.as_millis()).unwrap_or(i64::MAX);
    for asked in &observation.asked_tries {
        let is_absent = asked.is_unknown && proves;
        connection
            .prepare_cached(sql!("note_try_asked"))?
            .execute(params![
                observation.asked_at,
                is_absent,
                grace,
                observed.payment.id,
                asked.id,
            ])?;
        connection
            .prepare_cached(sql!("settle_absent_claims"))?
            .execute(params![observation.asked_at, observed.payment.id, asked.id])?;
    }
    let is_closed = matches!(
        observed.payment.status,
        PaymentStatus::Failed | PaymentStatus::Cancelled | PaymentStatus::Expired
    );
    if is_closed
        && !observation.is_clock_in_doubt()
        && observation.by_reference
        && !observation.is_partial
    {
        connection
            .prepare_cached(sql!("forget_reference_due"))?
            .execute([observed.payment.id])?;
    }
    Ok(())
}

/// Settles the named tries that belong to a payment by now, and keeps the others due.
pub(super) fn settle_named(connection: &Connection, now: Instant) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql!("settle_named_tries"))?
        .execute([now])?;
    connection
        .prepare_cached(sql!("keep_named_due"))?
        .execute([now.saturating_add(ASKED_WITHIN)])?;
    Ok(())
}
