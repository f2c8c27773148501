//! What is known of each gateway account, over all runs. An account that has never answered proves nothing.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::events::{Columns, EventRecord, EventSubject, write_event};
use super::permit::WritePermit;
use super::poll_queue::rows_to_ask;
use super::sql;
use super::update_order::Actor;
use crate::domain::payment::circuit_breaker::is_known;
use crate::domain::{CaseKind, CaseOutcome, GatewayName, Instant, Payment, Reason};

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
}

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
}

impl Reader {
    /// The number of still payable payments that were opened under one version of a gateway's interface.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_under(&self, gateway: &GatewayName, version: u8) -> Result<u64, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("count_open_under"))?;
        Ok(statement.query_row(params![gateway, version], |row| super::rows::count(row, 0))?)
    }

    /// What is known of a gateway account; empty for one that never had a payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn health(&self, gateway: &GatewayName) -> Result<GatewayHealth, StoreError> {
        health(self.connection(), gateway)
    }

    /// What is known of every account that has had a payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn all_health(&self) -> Result<Vec<(GatewayName, GatewayHealth)>, StoreError> {
        let mut found = self.connection().prepare_cached(sql!("gateways_all"))?;
        let rows = found.query_map([], |row| Ok((row.get(0)?, read(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
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
    ) -> Result<Vec<Payment>, StoreError> {
        let parameters = params![gateway, WITNESSES_LISTED];
        let rows = rows_to_ask(self.connection(), sql!("witnesses"), parameters)?;
        let payments = rows.into_iter().map(|row| row.payment);
        Ok(payments
            .filter(|payment| is_known(payment, accepted_at))
            .take(WITNESSES)
            .collect())
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
        let mut found = self.connection().prepare_cached(sql!("count_known"))?;
        let count: i64 =
            found.query_row(params![gateway, accepted_at, accepted_at], |row| row.get(0))?;
        Ok(count.try_into().unwrap_or_default())
    }
}

/// How many of the newest payments are examined, and how many of them are used.
const WITNESSES_LISTED: u32 = 50;
const WITNESSES: usize = 8;

impl Store {
    /// Accepts, on a person's decision, that a gateway need not know the payments it knew until now.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn accept_unknown(
        &mut self,
        permit: &WritePermit,
        gateway: &GatewayName,
        reason: &str,
        by: Actor<'_>,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| {
            transaction
                .prepare_cached(sql!("accept_unknown"))?
                .execute(params![by.now, gateway])?;
            let why = Reason::GatewayMayForget {
                gateway: gateway.clone(),
                words: reason.to_owned(),
            };
            write_event(
                transaction,
                &EventRecord {
                    order: None,
                    payment: None,
                    at: by.now,
                    actor: by.actor,
                    what: EventSubject::Note,
                    from: None,
                    to: None,
                    rule: None,
                    amount: None,
                    why: &why,
                },
            )
        })
    }

    /// Adds what a run has learned to what is known of a gateway. An account that has proven itself closes the case
    /// that asks whether it is the right one. `now` is the time of writing.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn record_health(
        &mut self,
        permit: &WritePermit,
        gateway: &GatewayName,
        delta: &HealthDelta,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| {
            let health = health(transaction, gateway)?.with_delta(delta);
            transaction
                .prepare_cached(sql!("note_conduct"))?
                .execute(params![
                    gateway,
                    health.proven_at,
                    health.last_answer_at,
                    health.silent_since,
                    health.last_error,
                    health.last_error_at,
                    health.clock_difference_ms,
                    health.last_known_at,
                ])?;
            if delta.proven_at.is_some() {
                let kind = CaseKind::UnprovenGateway;
                close_case(transaction, sql!("close_unproven"), kind, gateway, now)?;
            }
            if delta.answered_at.is_some() {
                let kind = CaseKind::Unanswered;
                close_case(transaction, sql!("close_unanswered"), kind, gateway, now)?;
            }
            Ok(())
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
        }
    }
}

fn health(connection: &Connection, gateway: &GatewayName) -> Result<GatewayHealth, StoreError> {
    let found = connection
        .prepare_cached(sql!("health"))?
        .query_row([gateway], |row| read(row, 0))
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Reads the columns from this one on.
fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<GatewayHealth> {
    Ok(GatewayHealth {
        proven_at: row.get(first)?,
        last_answer_at: row.get(first + 1)?,
        silent_since: row.get(first + 2)?,
        last_error: row.get(first + 3)?,
        last_error_at: row.get(first + 4)?,
        clock_difference_ms: row.get(first + 5)?,
        last_known_at: row.get(first + 6)?,
        accepted_at: row.get(first + 7)?,
    })
}

/// Closes a case about the account that its answers have settled.
fn close_case(
    connection: &Connection,
    statement: &str,
    kind: CaseKind,
    gateway: &GatewayName,
    now: Instant,
) -> Result<(), StoreError> {
    let actor = format!("gateway:{gateway}");
    let why = Reason::GatewayAnswered {
        gateway: gateway.clone(),
    };
    let told = Columns::of(&why)?;
    let closed = connection.prepare_cached(statement)?.execute(params![
        now,
        CaseOutcome::Settled,
        actor,
        told.words,
        told.code,
        told.params,
        gateway
    ])?;
    if closed == 0 {
        return Ok(());
    }
    write_event(
        connection,
        &EventRecord {
            order: None,
            payment: None,
            at: now,
            actor: &actor,
            what: EventSubject::CaseClosed,
            from: Some(kind.word()),
            to: Some(CaseOutcome::Settled.word()),
            rule: None,
            amount: None,
            why: &why,
        },
    )
}
