//! Tries that notifications have named, until the gateway has answered about them.

use std::time::Duration;

use super::notifications::bring_forward;
use crate::domain::notification::named_try::MAX_UNKNOWN_TRIES;
use crate::domain::{
    AccountEvidence, Instant, NamedTry, OrderId, PaidAttempt, Payment, PaymentId, PaymentStatus,
    Policy, StatusAnswer, TransactionId,
};
use crate::store::engine::{Reader, StoredRow, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// A named try without an answer is queried at least this often.
const ASKED_WITHIN: Duration = Duration::from_secs(30 * 60);

impl Reader {
    /// Whether another try of the order may be queried: there is room, or it was named before.
    pub(in crate::store) fn has_room(
        &self,
        payment: &Payment,
        told: &TransactionId,
    ) -> Result<bool, StoreError> {
        let others: u32 = self.only(
            sql!("count_unknown_tries"),
            &[&payment.order, &payment.id, &told],
            first,
        )?;
        Ok(others < MAX_UNKNOWN_TRIES)
    }

    /// The tries of a payment that are queried by their own ids.
    pub(super) fn tries_to_ask(
        &self,
        payment: PaymentId,
    ) -> Result<Vec<TransactionId>, StoreError> {
        self.all(
            sql!("named_tries_to_ask"),
            &[&payment, &MAX_UNKNOWN_TRIES],
            first,
        )
    }

    /// The tries of an order that are still unanswered.
    pub(super) fn named_tries(&self, order: OrderId) -> Result<Vec<NamedTry>, StoreError> {
        self.all(sql!("dossier_named_tries"), &[&order], named)
    }
}

fn named(row: &StoredRow<'_>) -> Result<NamedTry, StoreError> {
    Ok(from_row!(row => NamedTry {
        payment: "payment_id", transaction_id, named_at, absent_at, tie = tie(row)?, is_elsewhere,
    }))
}

fn tie(row: &StoredRow<'_>) -> Result<Option<PaidAttempt>, StoreError> {
    let (method, amount) = (row.get::<Option<String>>("method")?, row.get("amount")?);
    let tie = |(method, amount)| PaidAttempt { method, amount };
    Ok(method.zip(amount).map(tie))
}

/// Stores a try that a notification has named. Only a notification that names our reference itself ties the try to the
/// payment.
pub(in crate::store) fn name_try(
    tx: &Tx<'_>,
    payment: PaymentId,
    told: &TransactionId,
    tie: Option<&PaidAttempt>,
    received_at: Instant,
) -> Result<(), StoreError> {
    tx.exec(
        sql!("name_try"),
        &[
            &payment,
            &told,
            &received_at,
            &tie.map(|tie| &tie.method),
            &tie.map(|tie| tie.amount),
        ],
    )?;
    Ok(())
}

/// Adopts what verified notifications have named for a payment before it was known here.
pub(super) fn adopt(tx: &Tx<'_>, id: PaymentId, payment: &Payment) -> Result<(), StoreError> {
    let (gateway, reference) = (&payment.gateway, &payment.reference);
    let named = tx.exec(
        sql!("adopt_named_tries"),
        &[&id, gateway, reference, &MAX_UNKNOWN_TRIES],
    )?;
    if named == 0 {
        return Ok(());
    }
    tx.exec(sql!("adopt_notifications"), &[&id, gateway, reference])?;
    bring_forward(tx, id, payment.created_at)
}

/// Records which tries were queried and which of the replies count as answers. "Not found" does not count if the
/// account has never known anything.
pub(in crate::store) fn record_queried(
    tx: &Tx<'_>,
    observed: &StatusAnswer,
    policy: &Policy,
) -> Result<(), StoreError> {
    let observation = &observed.observation;
    let proves = observed.account == AccountEvidence::Proven && !observation.is_clock_in_doubt();
    let grace = i64::try_from(policy.grace.as_millis()).unwrap_or(i64::MAX);
    let (asked_at, payment) = (&observation.asked_at, &observed.payment.id);
    for asked in &observation.asked_tries {
        let is_absent = asked.is_unknown && proves;
        tx.exec(
            sql!("note_try_asked"),
            &[asked_at, &is_absent, &grace, payment, &asked.id],
        )?;
        tx.exec(
            sql!("settle_absent_claims"),
            &[asked_at, payment, &asked.id],
        )?;
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
        tx.exec(sql!("forget_reference_due"), &[payment])?;
    }
    Ok(())
}

/// Settles the named tries that belong to a payment by now, and keeps the others due.
pub(in crate::store) fn settle_named(tx: &Tx<'_>, now: Instant) -> Result<(), StoreError> {
    tx.exec(sql!("settle_named_tries"), &[&now])?;
    let soon = now.saturating_add(ASKED_WITHIN);
    tx.exec(sql!("keep_named_due"), &[&soon])?;
    Ok(())
}
