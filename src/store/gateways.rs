//! What each gateway account has shown of itself, over all runs. An account that never answered proves nothing.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::act::Hand;
use super::check::rows_to_ask;
use super::connection::{Reader, Store};
use super::error::StoreError;
use super::events::{Event, What, write_event};
use super::permit::WritePermit;
use super::sql;
use crate::domain::case::{CaseKind, Resolution};
use crate::domain::guard::is_known;
use crate::domain::instant::Instant;
use crate::domain::names::GatewayName;
use crate::domain::payment::Payment;

/// What a gateway account has shown of itself so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Its first answer other than "not found".
    pub proven_at: Option<Instant>,
    /// Its last such answer, or the last payment that it opened.
    pub last_known_at: Option<Instant>,
    /// When a person last took it that it does not know payments which it knew before.
    pub accepted_at: Option<Instant>,
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
    /// The last such answer.
    pub known_at: Option<Instant>,
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
    /// How many payments can still be paid that were opened under one version of a gateway's interface.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_under(&self, gateway: &GatewayName, version: u8) -> Result<u64, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("count_open_under"))?;
        Ok(statement.query_row(params![gateway, version], |row| super::rows::count(row, 0))?)
    }

    /// What is known of a gateway account; nothing of one that never had a payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn health(&self, gateway: &GatewayName) -> Result<Health, StoreError> {
        health(self.connection(), gateway)
    }

    /// What is known of every account that has had a payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn all_health(&self) -> Result<Vec<(GatewayName, Health)>, StoreError> {
        let mut found = self.connection().prepare_cached(sql!("gateways_all"))?;
        let rows = found.query_map([], |row| Ok((row.get(0)?, read(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Payments that a gateway itself has told of, and that it is to know still: those it is most likely to
    /// answer about first.
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

    /// How many payments a gateway must still know.
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

/// So many of the newest are looked at, and so many are kept.
const WITNESSES_LISTED: u32 = 50;
const WITNESSES: usize = 8;

impl Store {
    /// Takes what a gateway knew until now out of the count of what it must still know, on a person's word.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`.
    pub fn accept_unknown(
        &mut self,
        permit: &WritePermit,
        gateway: &GatewayName,
        reason: &str,
        hand: Hand<'_>,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| {
            transaction
                .prepare_cached(sql!("accept_unknown"))?
                .execute(params![hand.now, gateway])?;
            let why = format!("{gateway} need not know any more what it knew until now: {reason}");
            write_event(
                transaction,
                &Event {
                    order: None,
                    payment: None,
                    at: hand.now,
                    actor: hand.actor,
                    what: What::Note,
                    from: None,
                    to: None,
                    rule: None,
                    amount: None,
                    why: &why,
                },
            )
        })
    }

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
                    health.last_known_at,
                ])?;
            if conduct.proven_at.is_some() {
                let kind = CaseKind::UnprovenGateway;
                close_case(transaction, sql!("close_unproven"), kind, gateway, now)?;
            }
            if conduct.answered_at.is_some() {
                let kind = CaseKind::Unanswered;
                close_case(transaction, sql!("close_unanswered"), kind, gateway, now)?;
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
            last_known_at: self.last_known_at.max(conduct.known_at),
            accepted_at: self.accepted_at,
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
        .query_row([gateway], |row| read(row, 0))
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// From this column on.
fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Health> {
    Ok(Health {
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

/// Closes a question about the account that its answers have settled.
fn close_case(
    connection: &Connection,
    statement: &str,
    kind: CaseKind,
    gateway: &GatewayName,
    now: Instant,
) -> Result<(), StoreError> {
    let actor = format!("gateway:{gateway}");
    let why = format!("{gateway} has answered about a payment");
    let closed = connection.prepare_cached(statement)?.execute(params![
        now,
        Resolution::Settled,
        actor,
        why,
        gateway
    ])?;
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
            from: Some(kind.word()),
            to: Some(Resolution::Settled.word()),
            rule: None,
            amount: None,
            why: &why,
        },
    )
}
