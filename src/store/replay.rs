//! A stored notification is processed once more: it is a hint as before, and nothing is counted twice.

use super::engine::Reader;
use super::error::StoreError;
use super::notifications::RecordedNotification;
use super::permit::WritePermit;
use super::statements::kept_notifications::{NotificationDetails, link};
use super::statements::notifications::{IncomingNotification, bring_forward, record_query_start};
use super::writing::Store;
use crate::domain::{
    Instant, Notification, NotificationMatch, NotificationOrigin, NotificationStatus, Payment,
    TransactionId,
};

impl Store {
    /// Moves the query about the payment of a stored notification forward; one that was about no known payment is matched
    /// anew, by what was read of it once more.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn replay_notification(
        &self,
        permit: &WritePermit,
        stored: &NotificationDetails,
        notice: &Notification,
        now: Instant,
    ) -> Result<RecordedNotification, StoreError> {
        self.transact(permit, |tx| {
            let (noted, found) = replayed(tx, stored, notice, now)?;
            if let Some(found) = found.filter(|found| found.payment.is_some()) {
                link(tx, stored.kept.id, &found)?;
            }
            if let Some(payment) = &noted.payment {
                bring_forward(tx, payment.id, now)?;
                record_query_start(tx, payment.id, now)?;
            }
            Ok(noted)
        })
    }
}

impl Reader {
    /// What [`Store::replay_notification`] would do. Writes nothing.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn preview_replay(
        &self,
        stored: &NotificationDetails,
        notice: &Notification,
        now: Instant,
    ) -> Result<RecordedNotification, StoreError> {
        let _one_moment = self.snapshot()?;
        Ok(replayed(self, stored, notice, now)?.0)
    }
}

fn replayed(
    reader: &Reader,
    stored: &NotificationDetails,
    notice: &Notification,
    now: Instant,
) -> Result<(RecordedNotification, Option<NotificationMatch>), StoreError> {
    let kept = &stored.kept;
    if let (Some(id), Some(order)) = (kept.payment, &kept.order) {
        let dossier = reader.dossier_by_number(order.as_str())?;
        let payment = dossier.as_ref().and_then(|dossier| dossier.payment(id));
        let told = kept.transaction_id.clone();
        let noted = recorded(reader, stored, (kept.verdict, payment.cloned()), told)?;
        return Ok((noted, None));
    }
    let known = reader.payments_notified(IncomingNotification {
        gateway: &kept.gateway,
        body: stored.body.as_bytes(),
        notice,
        origin: &NotificationOrigin::default(),
        received_at: now,
    })?;
    let found = notice.matched(&known);
    let payment = known
        .into_iter()
        .find(|payment| Some(payment.id) == found.payment);
    let told = found.transaction_id.clone();
    let noted = recorded(reader, stored, (found.mark, payment), told)?;
    Ok((noted, Some(found)))
}

/// Whoever has it processed again wants the gateway to be asked, whatever it has answered since.
fn recorded(
    reader: &Reader,
    stored: &NotificationDetails,
    (mark, payment): (NotificationStatus, Option<Payment>),
    told: Option<TransactionId>,
) -> Result<RecordedNotification, StoreError> {
    let is_too_many = match (&payment, &told) {
        (Some(payment), Some(told)) if payment.transaction_id.as_ref() != Some(told) => {
            !reader.has_room(payment, told)?
        }
        _ => false,
    };
    let is_known = payment.is_some();
    Ok(RecordedNotification {
        mark,
        payment,
        told: told.filter(|_| !is_too_many),
        times: stored.kept.times,
        is_to_ask: is_known,
        is_due: is_known,
        is_too_many,
        opened: Vec::new(),
    })
}
