//! Imports orders from a file: each as a whole or not at all, a thousand in one short transaction.
//!
//! Importing the same record again changes nothing. An import issues no tickets and queues no effects, except for a
//! pending order that costs nothing: it is sold as if it were placed.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Transaction};
use sha2::{Digest, Sha256};

use super::attach::{AttachResult, attach};
use super::connection::Store;
use super::dossier::dossier;
use super::error::StoreError;
use super::events::{EventRecord, EventSubject, write_event};
use super::execute::execute_plan;
use super::orders::{PlaceError, ProductCache, judge, write};
use super::permit::WritePermit;
use super::sql;
use crate::domain::operator::register::register;
use crate::domain::{
    CaseSubject, Change, Hook, ImportPayment, ImportRecord, ImportTimes, Instant, Order, OrderId,
    OrderNumber, PaymentId, Reason, Registration, Rule,
};

/// Records per transaction, so that others can write in between.
pub const IMPORT_CHUNK: usize = 1_000;

/// The actor of an import's events.
const ACTOR: &str = "import";

/// The result of importing one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    Imported,
    /// The same record, word for word, was imported before.
    Unchanged,
    /// The order was known; this many payments were added to it.
    Added(u64),
    /// Nothing was written, for this reason.
    Refused(String),
}

impl Store {
    /// Imports records; the outcomes are in the same order. Each chunk of [`IMPORT_CHUNK`] records is one
    /// transaction: an error keeps the chunks before it, and a second run finds them unchanged.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`.
    pub fn import_orders(
        &mut self,
        permit: &WritePermit,
        records: &[ImportRecord],
        times: ImportTimes,
        now: Instant,
    ) -> Result<Vec<ImportOutcome>, StoreError> {
        let hooks = Arc::clone(self.read().hooks());
        let mut outcomes = Vec::with_capacity(records.len());
        for chunk in records.chunks(IMPORT_CHUNK) {
            let written = self.transact(permit, |transaction| {
                let mut catalogue = ProductCache::default();
                chunk
                    .iter()
                    .map(|record| match additions(transaction, record)? {
                        Some(payments) => add(transaction, record, payments, &hooks, now),
                        None => import(transaction, &mut catalogue, record, times, &hooks, now),
                    })
                    .collect::<Result<Vec<_>, _>>()
            })?;
            outcomes.extend(written);
        }
        Ok(outcomes)
    }
}

fn import(
    transaction: &mut Transaction<'_>,
    catalogue: &mut ProductCache,
    record: &ImportRecord,
    times: ImportTimes,
    hooks: &Arc<[Hook]>,
    now: Instant,
) -> Result<ImportOutcome, StoreError> {
    let digest = digest(&record.canonical());
    match origin(transaction, &record.number)? {
        Some(Some(known)) if known == digest => return Ok(ImportOutcome::Unchanged),
        Some(origin) => {
            return Ok(ImportOutcome::Refused(taken(
                &record.number,
                origin.is_some(),
            )));
        }
        None => {}
    }
    let savepoint = transaction.savepoint()?;
    match take_over(&savepoint, catalogue, record, &digest, (times, hooks), now) {
        Ok(registration) => {
            savepoint.commit()?;
            catalogue.remember_gateways(&registration);
            Ok(ImportOutcome::Imported)
        }
        Err(PlaceError::Store(StoreError::Refused(reason))) => Ok(ImportOutcome::Refused(format!(
            "the database rejected it: {reason}"
        ))),
        Err(PlaceError::Store(error)) => Err(error),
        Err(refused) => Ok(ImportOutcome::Refused(refused.to_string())),
    }
}

/// The payments that a record adds to a known order: all of them if the record says nothing else about the order;
/// otherwise those after the imported ones, if everything before them is identical word for word.
fn additions<'r>(
    connection: &Connection,
    record: &'r ImportRecord,
) -> Result<Option<&'r [ImportPayment]>, StoreError> {
    let Some(known) = origin(connection, &record.number)? else {
        return Ok(None);
    };
    let payments = &record.payments;
    if record.says_only_payments() && known.as_deref() != Some(digest(&record.canonical()).as_str())
    {
        return Ok(Some(payments));
    }
    let Some(known) = known.filter(|_| payments.len() <= MAX_ADDITIONS) else {
        return Ok(None);
    };
    let mut shorter = record.clone();
    while shorter.payments.pop().is_some() {
        if digest(&shorter.canonical()) == known {
            return Ok(payments.get(shorter.payments.len()..));
        }
    }
    Ok(None)
}

/// Only imported orders with at most this many payments are compared payment by payment.
const MAX_ADDITIONS: usize = 100;

/// P28, for all of these payments or for none.
fn add(
    transaction: &mut Transaction<'_>,
    record: &ImportRecord,
    payments: &[ImportPayment],
    hooks: &Arc<[Hook]>,
    now: Instant,
) -> Result<ImportOutcome, StoreError> {
    let savepoint = transaction.savepoint()?;
    let mut added = 0;
    for told in payments {
        let order = savepoint
            .prepare_cached(sql!("order_by_number"))?
            .query_row([&record.number], |row| row.get(0))?;
        let Some(known) = dossier(&savepoint, order, hooks)? else {
            return Ok(ImportOutcome::Refused(taken(&record.number, false)));
        };
        match attach(&savepoint, known, told, (ACTOR, hooks), now) {
            Ok(AttachResult::Added(_)) => added += 1,
            Ok(AttachResult::Known(_)) => {}
            Err(PlaceError::Store(error)) => return Err(error),
            Err(refused) => return Ok(ImportOutcome::Refused(refused.to_string())),
        }
    }
    savepoint.commit()?;
    Ok(match added {
        0 => ImportOutcome::Unchanged,
        added => ImportOutcome::Added(added),
    })
}

/// The outer `Option` is `None` if the number is free; the inner one if the order was not imported.
fn origin(
    connection: &Connection,
    number: &OrderNumber,
) -> Result<Option<Option<String>>, StoreError> {
    Ok(connection
        .prepare_cached(sql!("order_origin"))?
        .query_row([number], |row| row.get(0))
        .optional()?)
}

fn taken(number: &OrderNumber, was_imported: bool) -> String {
    if was_imported {
        format!("the number {number} was imported before with other content")
    } else {
        format!("the number {number} is taken by an order that was not imported")
    }
}

/// The digest of an order as it was given, so that changed defaults do not make it a different record.
pub(super) fn digest(content: &str) -> String {
    let digest = Sha256::digest(content.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn take_over(
    connection: &Connection,
    catalogue: &mut ProductCache,
    record: &ImportRecord,
    digest: &str,
    (times, hooks): (ImportTimes, &Arc<[Hook]>),
    now: Instant,
) -> Result<Registration, PlaceError> {
    let prices = catalogue.prices(connection, &record.lines)?;
    let mut registration = register(record, &prices, times, now)?;
    let is_given_away = registration.is_free_order(now);
    if is_given_away {
        registration = registration.as_pending();
    }
    let written = write(
        connection,
        catalogue,
        &registration,
        &record.customer,
        Some(digest),
    )?;
    record_event(connection, written.id, &registration, now)?;
    if is_given_away {
        judge(connection, written.id, ACTOR, hooks, now)?;
    }
    if !registration.open_ends.is_empty() {
        let order = Order {
            id: written.id,
            ..registration.order.clone()
        };
        let changes: Vec<Change> = registration
            .open_ends
            .iter()
            .map(|change| with_ids(change.clone(), &written.payments))
            .collect();
        execute_plan(connection, &order, ACTOR, &changes, now)?;
    }
    Ok(registration)
}

fn record_event(
    connection: &Connection,
    order: OrderId,
    registration: &Registration,
    now: Instant,
) -> Result<(), StoreError> {
    let payments: Vec<Reason> = registration
        .payments
        .iter()
        .map(|registered| Reason::ImportedPayment {
            gateway: registered.payment.gateway.clone(),
            reference: registered.payment.reference.clone(),
            status: registered.payment.status,
        })
        .collect();
    let why = if payments.is_empty() {
        Reason::Imported
    } else {
        Reason::ImportedWith { payments }
    };
    let event = EventRecord {
        order: Some(order),
        payment: None,
        at: now,
        actor: ACTOR,
        what: EventSubject::Order,
        from: None,
        to: Some(registration.order.status.word()),
        rule: Some(Rule::O1),
        amount: Some(registration.order.total),
        why: &why,
    };
    write_event(connection, &event)
}

/// A registration numbers its payments 1, 2, 3, …; this replaces the numbers with the ids from the file.
fn with_ids(mut change: Change, written: &[PaymentId]) -> Change {
    if let Change::Owe { payment, .. }
    | Change::OpenCase {
        subject: CaseSubject::Payment(payment),
        ..
    } = &mut change
        && let Some(place) = usize::try_from(payment.0 - 1).ok()
        && let Some(id) = written.get(place)
    {
        *payment = *id;
    }
    change
}
