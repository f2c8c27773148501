//! What each gateway account has shown of itself, over all runs. An account that never answered proves nothing.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::events::{Event, What, write_event};
use super::permit::WritePermit;
use super::sql;
use crate::domain::case::{CaseKind, Resolution};
use crate::domain::instant::Instant;
use crate::domain::names::GatewayName;
use crate::domain::reconcile::Account;

/// What a gateway account has shown of itself so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Its first answer other than "not found".
    pub proven_at: Option<Instant>,
    pub last_answer_at: Option<Instant>,
    /// The first silence since its last answer; none while it answers.
    pub silent_since: Option<Instant>,
    pub last_error: Option<String>,
    pub last_error_at: Option<Instant>,
    /// Its clock minus ours, in milliseconds, when it was last seen.
    pub clock_difference_ms: Option<i64>,
}

/// What a run has met with at one gateway. What it did not meet with stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conduct {
    /// An answer other than "not found".
    pub proven_at: Option<Instant>,
    /// The last answer of any kind.
    pub answered_at: Option<Instant>,
    /// The first silence after that answer, or the first of all.
    pub silent_since: Option<Instant>,
    /// The last silence, in words without secrets, and when it was.
    pub error: Option<(Instant, String)>,
    /// Its clock minus ours, in milliseconds.
    pub clock_difference_ms: Option<i64>,
}

impl Reader {
    /// What is known of a gateway account; nothing of one that never had a payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn health(&self, gateway: &GatewayName) -> Result<Health, StoreError> {
        health(self.connection(), gateway)
    }

    /// Whether a gateway account may be believed when it says "not found".
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn account(&self, gateway: &GatewayName) -> Result<Account, StoreError> {
        Ok(match self.health(gateway)?.proven_at {
            Some(_) => Account::Proven,
            None => Account::Unproven,
        })
    }
}

impl Store {
    /// Adds what a run has met with to what is known of a gateway; an account that has proven itself
    /// settles the question whether it is the right one. `now` is the time of writing.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn note_conduct(
        &mut self,
        permit: &WritePermit,
        gateway: &GatewayName,
        conduct: &Conduct,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| {
            let health = health(transaction, gateway)?.after(conduct);
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
                ])?;
            if conduct.proven_at.is_some() {
                close_unproven(transaction, gateway, now)?;
            }
            Ok(())
        })
    }
}

impl Health {
    fn after(self, conduct: &Conduct) -> Self {
        let silent_since = if conduct.answered_at.is_some() {
            conduct.silent_since
        } else {
            self.silent_since.or(conduct.silent_since)
        };
        let (last_error_at, last_error) = match &conduct.error {
            Some((at, why)) => (Some(*at), Some(why.clone())),
            None => (self.last_error_at, self.last_error),
        };
        Self {
            proven_at: self.proven_at.or(conduct.proven_at),
            last_answer_at: self.last_answer_at.max(conduct.answered_at),
            silent_since,
            last_error,
            last_error_at,
            clock_difference_ms: conduct.clock_difference_ms.or(self.clock_difference_ms),
        }
    }
}

fn health(connection: &Connection, gateway: &GatewayName) -> Result<Health, StoreError> {
    let found = connection
        .prepare_cached(sql!("health"))?
        .query_row([gateway], read)
        .optional()?;
    Ok(found.unwrap_or_default())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Health> {
    Ok(Health {
        proven_at: row.get(0)?,
        last_answer_at: row.get(1)?,
        silent_since: row.get(2)?,
        last_error: row.get(3)?,
        last_error_at: row.get(4)?,
        clock_difference_ms: row.get(5)?,
    })
}

fn close_unproven(
    connection: &Connection,
    gateway: &GatewayName,
    now: Instant,
) -> Result<(), StoreError> {
    let actor = format!("gateway:{gateway}");
    let why = format!("{gateway} has answered about a payment");
    let closed = connection
        .prepare_cached(sql!("close_unproven"))?
        .execute(params![now, Resolution::Settled, actor, why, gateway])?;
    if closed == 0 {
        return Ok(());
    }
    write_event(
        connection,
        &Event {
            order: None,
            payment: None,
            at: now,
            actor: &actor,
            what: What::CaseClosed,
            from: Some(CaseKind::UnprovenGateway.word()),
            to: Some(Resolution::Settled.word()),
            rule: None,
            amount: None,
            why: &why,
        },
    )
}
