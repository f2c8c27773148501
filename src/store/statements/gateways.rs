//! What is known of each gateway account, over all runs. An account that has never answered proves nothing.

use super::audit::{Actor, Event, EventSubject, ReasonColumns};
use super::poll_queue::{DuePayment, due_payments};
use crate::domain::payment::circuit_breaker::is_known;
use crate::domain::{CaseKind, CaseOutcome, GatewayName, Instant, Reason};
use crate::store::engine::{Reader, StoredRow, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// What is known of a gateway account so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewayHealth {
    /// The first answer other than "not found".
    pub proven_at: Option<Instant>,
    /// The last such answer, or the last payment that it opened.
    pub last_known_at: Option<Instant>,
    /// When a person last accepted that the account no longer knows payments it knew before.
    pub accepted_at: Option<Instant>,
    pub last_answer_at: Option<Instant>,
    /// The first failed query since the last answer; `None` while it answers.
    pub silent_since: Option<Instant>,
    pub last_error: Option<String>,
    pub last_error_at: Option<Instant>,
    /// The gateway's clock minus ours in milliseconds, when last seen.
    pub clock_difference_ms: Option<i64>,
    /// How long the slowest answer of the last run took.
    pub slowest_ms: Option<i64>,
}

impl Reader {
    /// The number of still payable payments that were opened under one version of a gateway's interface.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_under(&self, gateway: &GatewayName, version: u8) -> Result<u64, StoreError> {
        self.only(sql!("count_open_under"), &[&gateway, &version], |row| {
            row.count("payments")
        })
    }

    /// What is known of a gateway account; empty for one that never had a payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn health(&self, gateway: &GatewayName) -> Result<GatewayHealth, StoreError> {
        let found = self.one(sql!("health"), &[&gateway], read)?;
        Ok(found.unwrap_or_default())
    }

    /// What is known of every account that has had a payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn all_health(&self) -> Result<Vec<(GatewayName, GatewayHealth)>, StoreError> {
        self.all(sql!("gateways_all"), &[], |row| {
            Ok((row.get("name")?, read(row)?))
        })
    }

    /// Payments that the gateway itself has confirmed and must still know, those first that it is most likely to
    /// answer about.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn witnesses(
        &self,
        gateway: &GatewayName,
        accepted_at: Option<Instant>,
    ) -> Result<Vec<DuePayment>, StoreError> {
        let listed = due_payments(self, sql!("witnesses"), &[&gateway, &WITNESSES_LISTED])?;
        let listed = listed.into_iter();
        Ok(listed
            .filter(|row| is_known(&row.payment, accepted_at))
            .take(WITNESSES)
            .collect())
    }

    /// Whether any payment is, or was, at a gateway of this name.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn has_payments_at(&self, gateway: &GatewayName) -> Result<bool, StoreError> {
        self.only(sql!("gateway_has_payments"), &[&gateway], first)
    }

    /// The number of payments that a gateway must still know.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn count_known(
        &self,
        gateway: &GatewayName,
        accepted_at: Option<Instant>,
    ) -> Result<u64, StoreError> {
        self.only(
            sql!("count_known"),
            &[&gateway, &accepted_at, &accepted_at],
            |row| row.count("payments"),
        )
    }
}

/// How many of the newest payments are examined, and how many of them are used.
const WITNESSES_LISTED: u32 = 50;
const WITNESSES: usize = 8;

fn read(row: &StoredRow<'_>) -> Result<GatewayHealth, StoreError> {
    Ok(from_row!(row => GatewayHealth {
        proven_at: "first_answer_at", last_answer_at, silent_since, last_error, last_error_at, clock_difference_ms,
        last_known_at, accepted_at, slowest_ms,
    }))
}

/// Writes the gateway if it is new.
pub(in crate::store) fn add(tx: &Tx<'_>, gateway: &GatewayName) -> Result<(), StoreError> {
    tx.exec(sql!("add_gateway"), &[&gateway])?;
    Ok(())
}

pub(in crate::store) fn accept_unknown(
    tx: &Tx<'_>,
    gateway: &GatewayName,
    now: Instant,
) -> Result<(), StoreError> {
    tx.exec(sql!("accept_unknown"), &[&now, &gateway])?;
    Ok(())
}

pub(in crate::store) fn write_health(
    tx: &Tx<'_>,
    gateway: &GatewayName,
    health: &GatewayHealth,
) -> Result<(), StoreError> {
    tx.exec(
        sql!("note_conduct"),
        &[
            &gateway,
            &health.proven_at,
            &health.last_answer_at,
            &health.silent_since,
            &health.last_error,
            &health.last_error_at,
            &health.clock_difference_ms,
            &health.last_known_at,
            &health.slowest_ms,
        ],
    )?;
    Ok(())
}

/// Records that queries left behind are reported. `false`: they were reported after `told_before` already.
pub(in crate::store) fn record_left_report(
    tx: &Tx<'_>,
    gateway: &GatewayName,
    now: Instant,
    told_before: Instant,
) -> Result<bool, StoreError> {
    let told = tx.exec(sql!("note_left_told"), &[&now, &gateway, &told_before])?;
    Ok(told == 1)
}

/// Closes the open case of this kind that an account's answers have settled, if there is one.
pub(in crate::store) fn settle_case(
    tx: &Tx<'_>,
    kind: CaseKind,
    gateway: &GatewayName,
    now: Instant,
) -> Result<(), StoreError> {
    let actor = &format!("gateway:{gateway}");
    let (resolution, by) = (CaseOutcome::Settled, Actor { actor, now });
    let why = Reason::GatewayAnswered {
        gateway: gateway.clone(),
    };
    let told = ReasonColumns::of(&why)?;
    let closed = tx.exec(
        sql!("settle_gateway_case"),
        &[
            &now,
            &resolution,
            &by.actor,
            &told.words,
            &told.code,
            &told.params,
            &kind,
            &gateway,
        ],
    )?;
    if closed == 0 {
        return Ok(());
    }
    let event = Event::new(EventSubject::CaseClosed, &why).from(kind.word());
    event.to(resolution.word()).write(tx, by)
}
