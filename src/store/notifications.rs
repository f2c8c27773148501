//! Notifications from gateways: each is stored once, before anything else happens.
//!
//! Anybody can send anything, so unverified notifications get little room: beyond a limit, further ones of a kind
//! share one row.

use std::time::Duration;

use super::digest::digest;
use super::engine::{Reader, Tx};
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::Actor;
use super::statements::named_attempts::name_try;
use super::statements::notifications::{
    IncomingNotification, PreviousNotification, bring_forward, count_repetition, insert,
    record_query_start,
};
use super::statements::plan::execute_plan;
use super::unknown_payments::ask_about_its_order;
use super::writing::Store;
use crate::domain::decide::named_attempts::too_many;
use crate::domain::{
    CaseKind, Instant, NotificationMatch, NotificationStatus, Payment, PaymentId, TransactionId,
};
use crate::faults::planted;

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

/// Anybody can send an unsigned notification, so within this time after a query it only makes the next query due.
const UNSIGNED_WAITS: Duration = Duration::from_secs(5);

impl Store {
    /// Stores a notification once, by its digest, and moves the query about its payment forward.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn record_notification(
        &self,
        permit: &WritePermit,
        arrival: IncomingNotification<'_>,
    ) -> Result<RecordedNotification, StoreError> {
        let (now, digest) = (arrival.received_at, digest_of(arrival));
        self.transact(permit, |tx| {
            let (mut noted, found) = noted(tx, arrival, &digest)?;
            if noted.times > 1 {
                count_repetition(tx, &digest, &found)?;
            } else {
                insert(tx, arrival, &digest, &found)?;
            }
            let is_kept = found.names_try && !planted!(ForgetANamedTry);
            let named = found.transaction_id.filter(|_| is_kept);
            if let (Some(payment), Some(told)) = (&noted.payment, named) {
                if noted.is_too_many {
                    noted.opened = open_too_many(tx, payment, now)?;
                } else {
                    let tie = arrival.notice.tie.as_ref();
                    name_try(tx, payment.id, &told, tie, now)?;
                }
            }
            if noted.mark == NotificationStatus::UnknownOrder && noted.times == 1 {
                noted.opened = ask_about_its_order(tx, arrival, &digest)?;
            }
            if let Some(payment) = noted.payment.as_ref().filter(|_| noted.is_due) {
                bring_forward(tx, payment.id, now)?;
            }
            if let Some(payment) = noted.payment.as_ref().filter(|_| noted.is_to_ask) {
                record_query_start(tx, payment.id, now)?;
            }
            Ok(noted)
        })
    }

    /// Makes a payment due now at the latest: a query out of its turn got no answer, or one that is news and is not booked.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn schedule_soon(
        &self,
        permit: &WritePermit,
        payment: PaymentId,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |tx| bring_forward(tx, payment, now))
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
        let (noted, _) = noted(self, arrival, &digest_of(arrival))?;
        Ok(noted)
    }
}

fn noted(
    reader: &Reader,
    arrival: IncomingNotification<'_>,
    digest: &str,
) -> Result<(RecordedNotification, NotificationMatch), StoreError> {
    let earlier = reader.earlier_arrival(digest)?;
    let known = reader.payments_notified(arrival)?;
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
        (Some(payment), Some(told)) if found.names_try => !reader.has_room(payment, told)?,
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

/// Opens a case: notifications have named more tries than payctl queries.
fn open_too_many(
    tx: &Tx<'_>,
    payment: &Payment,
    now: Instant,
) -> Result<Vec<CaseKind>, StoreError> {
    let Some(found) = tx.dossier(payment.order)? else {
        return Ok(Vec::new());
    };
    let order = found.order.clone();
    let changes = too_many(found, payment);
    let actor = &format!("gateway:{}", payment.gateway);
    Ok(execute_plan(tx, &order, &changes, Actor { actor, now })?.opened)
}

/// Two accounts may receive the same notification.
fn digest_of(arrival: IncomingNotification<'_>) -> String {
    digest(&[arrival.gateway.as_str().as_bytes(), &[0], arrival.body])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::payment;
    use crate::domain::{Instant, PaymentStatus};

    #[test]
    fn a_query_counts_for_five_seconds() {
        let at = |ms: i64| Instant::from_millis(ms);
        let mut asked = payment(1, PaymentStatus::Pending);
        assert!(!was_polled_recently(&asked, at(0)));
        asked.schedule.last_asked_at = Some(at(1_000));
        for (now, is_recent) in [(999, false), (1_000, true), (5_999, true), (6_000, false)] {
            assert_eq!(was_polled_recently(&asked, at(now)), is_recent, "{now}");
        }
    }
}
