//! Records what is learned and decided about gateway accounts.

use std::time::Duration;

use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::{Actor, Event, EventSubject};
use super::statements::cases::{self, CaseRow};
use super::statements::gateways::{self, GatewayHealth, settle_case};
use super::writing::Store;
use crate::domain::{CaseKind, CaseOutcome, GatewayName, Instant, Reason};

/// What one run has learned about a gateway. A field that is `None` leaves the stored value unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HealthDelta {
    /// The first answer other than "not found".
    pub proven_at: Option<Instant>,
    /// The last such answer.
    pub known_at: Option<Instant>,
    /// The last answer of any kind.
    pub answered_at: Option<Instant>,
    /// The first failed query after that answer, or the first of all.
    pub silent_since: Option<Instant>,
    /// When the last query failed, and why, in words without secrets.
    pub error: Option<(Instant, String)>,
    /// The gateway's clock minus ours in milliseconds.
    pub clock_difference_ms: Option<i64>,
    /// How long the slowest answer took.
    pub slowest_ms: Option<i64>,
}

/// Otherwise cron would mail the same text every minute.
const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

impl Store {
    /// Accepts, on a person's decision, that a gateway need not know the payments it knew until now.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn accept_unknown(
        &self,
        permit: &WritePermit,
        gateway: &GatewayName,
        reason: &str,
        by: Actor<'_>,
    ) -> Result<(), StoreError> {
        self.transact(permit, |tx| {
            gateways::accept_unknown(tx, gateway, by.now)?;
            let why = Reason::GatewayMayForget {
                gateway: gateway.clone(),
                words: reason.to_owned(),
            };
            Event::new(EventSubject::Note, &why).write(tx, by)
        })
    }

    /// Adds what a run has learned to what is known of a gateway. An account that has proven itself closes the case
    /// that asks whether it is the right one. `now` is the time of writing.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn record_health(
        &self,
        permit: &WritePermit,
        gateway: &GatewayName,
        delta: &HealthDelta,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |tx| {
            let before = tx.health(gateway)?;
            let health = before.clone().with_delta(delta);
            if health != before {
                gateways::write_health(tx, gateway, &health)?;
            }
            if delta.proven_at.is_some() {
                settle_case(tx, CaseKind::UnprovenGateway, gateway, now)?;
            }
            if delta.answered_at.is_some() {
                settle_case(tx, CaseKind::Unanswered, gateway, now)?;
            }
            Ok(())
        })
    }

    /// Closes a case about a gateway, which belongs to no order. `false`: it was closed already.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn close_gateway_case(
        &self,
        permit: &WritePermit,
        case: &CaseRow,
        resolution: CaseOutcome,
        by: Actor<'_>,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let why = Reason::operator(reason);
        self.transact(permit, |tx| {
            if !cases::close(tx, case.id, resolution, &why, by)? {
                return Ok(false);
            }
            let event = Event::new(EventSubject::CaseClosed, &why).from(case.kind.word());
            event.to(resolution.word()).write(tx, by)?;
            Ok(true)
        })
    }

    /// Whether to report that queries to a gateway are left behind: at most once a day. The call also records the
    /// report.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn should_report_left(
        &self,
        permit: &WritePermit,
        gateway: &GatewayName,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let told_before = now.saturating_sub(TOLD_AGAIN_AFTER);
        self.transact(permit, |tx| {
            gateways::record_left_report(tx, gateway, now, told_before)
        })
    }
}

impl GatewayHealth {
    fn with_delta(self, delta: &HealthDelta) -> Self {
        let silent_since = if delta.answered_at.is_some() {
            delta.silent_since
        } else {
            self.silent_since.or(delta.silent_since)
        };
        let (last_error_at, last_error) = match &delta.error {
            Some((at, why)) => (Some(*at), Some(why.clone())),
            None => (self.last_error_at, self.last_error),
        };
        Self {
            proven_at: self.proven_at.or(delta.proven_at),
            last_known_at: self.last_known_at.max(delta.known_at),
            accepted_at: self.accepted_at,
            last_answer_at: self.last_answer_at.max(delta.answered_at),
            silent_since,
            last_error,
            last_error_at,
            clock_difference_ms: delta.clock_difference_ms.or(self.clock_difference_ms),
            slowest_ms: delta.slowest_ms.or(self.slowest_ms),
        }
    }
}
