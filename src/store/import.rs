//! Imports orders from a file: each as a whole or not at all, a thousand in one short transaction.
//!
//! Importing the same record again changes nothing. An import issues no tickets and queues no effects, except for a
//! pending order that costs nothing: it is sold as if it were placed.

#[cfg(test)]
mod tests;

use super::attach::{AttachResult, attach};
use super::digest::digest;
use super::engine::Tx;
use super::error::StoreError;
use super::permit::WritePermit;
use super::place::settle;
use super::statements::audit::{Actor, Event, EventSubject};
use super::statements::customers::keep_notes;
use super::statements::new_order::{PlaceError, ProductCache, write};
use super::statements::plan::execute_plan;
use super::writing::Store;
use crate::domain::operator::register::register;
use crate::domain::{
    CaseSubject, Change, ImportPayment, ImportRecord, ImportTimes, Instant, Order, OrderId,
    OrderNumber, PaymentId, Reason, RegisteredPayment, Registration, Rule,
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
        &self,
        permit: &WritePermit,
        records: &[ImportRecord],
        times: ImportTimes,
        now: Instant,
    ) -> Result<Vec<ImportOutcome>, StoreError> {
        let by = Actor { actor: ACTOR, now };
        let mut outcomes = Vec::with_capacity(records.len());
        for chunk in records.chunks(IMPORT_CHUNK) {
            outcomes.extend(self.transact(permit, |tx| {
                let mut catalogue = ProductCache::default();
                let outcomes = chunk.iter().map(|record| match additions(tx, record)? {
                    Some(payments) => add(tx, record, payments, by),
                    None => import(tx, &mut catalogue, record, times, by),
                });
                outcomes.collect::<Result<Vec<_>, _>>()
            })?);
        }
        Ok(outcomes)
    }
}

fn import(
    tx: &Tx<'_>,
    catalogue: &mut ProductCache,
    record: &ImportRecord,
    times: ImportTimes,
    by: Actor<'_>,
) -> Result<ImportOutcome, StoreError> {
    let digest = content_digest(record);
    match tx.import_digest(&record.number)? {
        Some(Some(known)) if known == digest => return Ok(ImportOutcome::Unchanged),
        Some(known) => {
            let why = taken(&record.number, known.is_some());
            return Ok(ImportOutcome::Refused(why));
        }
        None => {}
    }
    let part = tx.part()?;
    match take_over(tx, catalogue, record, &digest, times, by) {
        Ok(registration) => {
            part.keep()?;
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
    tx: &Tx<'_>,
    record: &'r ImportRecord,
) -> Result<Option<&'r [ImportPayment]>, StoreError> {
    let Some(known) = tx.import_digest(&record.number)? else {
        return Ok(None);
    };
    let payments = &record.payments;
    if record.says_only_payments() && known.as_deref() != Some(content_digest(record).as_str()) {
        return Ok(Some(payments));
    }
    let Some(known) = known.filter(|_| payments.len() <= MAX_ADDITIONS) else {
        return Ok(None);
    };
    let mut shorter = record.clone();
    while shorter.payments.pop().is_some() {
        if content_digest(&shorter) == known {
            return Ok(payments.get(shorter.payments.len()..));
        }
    }
    Ok(None)
}

/// Only imported orders with at most this many payments are compared payment by payment.
const MAX_ADDITIONS: usize = 100;

/// P28, for all of these payments or for none.
fn add(
    tx: &Tx<'_>,
    record: &ImportRecord,
    payments: &[ImportPayment],
    by: Actor<'_>,
) -> Result<ImportOutcome, StoreError> {
    let part = tx.part()?;
    let mut added = 0;
    for told in payments {
        let Some(known) = tx.dossier_by_number(record.number.as_str())? else {
            return Ok(ImportOutcome::Refused(taken(&record.number, false)));
        };
        match attach(tx, &known, told, by) {
            Ok(AttachResult::Added(_)) => added += 1,
            Ok(AttachResult::Known(_)) => {}
            Err(PlaceError::Store(error)) => return Err(error),
            Err(refused) => return Ok(ImportOutcome::Refused(refused.to_string())),
        }
    }
    part.keep()?;
    Ok(match added {
        0 => ImportOutcome::Unchanged,
        added => ImportOutcome::Added(added),
    })
}

/// The digest of an order as it was given, so that changed defaults do not make it a different record.
fn content_digest(record: &ImportRecord) -> String {
    digest(&[record.canonical().as_bytes()])
}

fn taken(number: &OrderNumber, was_imported: bool) -> String {
    if was_imported {
        format!("the number {number} was imported before with other content")
    } else {
        format!("the number {number} is taken by an order that was not imported")
    }
}

fn take_over(
    tx: &Tx<'_>,
    catalogue: &mut ProductCache,
    record: &ImportRecord,
    digest: &str,
    times: ImportTimes,
    by: Actor<'_>,
) -> Result<Registration, PlaceError> {
    let prices = catalogue.prices(tx, &record.lines)?;
    let mut registration = register(record, &prices, times, by.now)?;
    let is_given_away = registration.is_free_order(by.now);
    if is_given_away {
        registration = registration.as_pending();
    }
    let customer = &record.customer;
    let written = write(tx, catalogue, &registration, customer, Some(digest))?;
    keep_notes(tx, written.id, &record.notes)?;
    record_import(tx, written.id, &registration, by)?;
    if is_given_away {
        settle(tx, written.id, by)?;
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
        execute_plan(tx, &order, &changes, by)?;
    }
    Ok(registration)
}

fn record_import(
    tx: &Tx<'_>,
    order: OrderId,
    registration: &Registration,
    by: Actor<'_>,
) -> Result<(), StoreError> {
    let imported = |payment: &RegisteredPayment| Reason::ImportedPayment {
        gateway: payment.payment.gateway.clone(),
        reference: payment.payment.reference.clone(),
        status: payment.payment.status,
    };
    let payments: Vec<Reason> = registration.payments.iter().map(imported).collect();
    let why = if payments.is_empty() {
        Reason::Imported
    } else {
        Reason::ImportedWith { payments }
    };
    let event = Event::new(EventSubject::Order, &why).order(order);
    let event = event
        .to(registration.order.status.word())
        .rule(Rule::ORDER_PLACED);
    event.amount(registration.order.total).write(tx, by)
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
