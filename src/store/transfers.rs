//! Bank transfers: which payment or refund each one was booked for, and that each is booked only once.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::connection::Reader;
use super::error::StoreError;
use super::events::{Columns, EventRecord, EventSubject, write_event};
use super::rows::SubjectKind;
use super::sql;
use crate::domain::payment::bank_transfer::fold;
use crate::domain::values::string_enum::string_enum;
use crate::domain::{
    BankTransfer, CaseId, CaseKind, CaseSubject, GatewayName, Instant, OrderId, OrderNumber,
    PaymentId, Reason, RefundId, Rule, Rupiah,
};

string_enum! {
    /// The direction of a transfer, seen from the shop.
    pub enum Direction {
        In = "in",
        Out = "out",
    }
}

/// What a transfer was booked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferUse {
    pub order: OrderNumber,
    pub payment: PaymentId,
    /// Set if the transfer sent money back.
    pub refund: Option<RefundId>,
    pub amount: Rupiah,
    /// As it was typed then.
    pub transfer: BankTransfer,
}

/// What the transfers with one reference were booked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransferHolders {
    /// Booked by a transfer that may be this very one.
    pub same: Vec<TransferUse>,
    /// Booked by a transfer of another bank, or of an unnamed bank.
    pub others: Vec<TransferUse>,
}

impl Reader {
    /// What transfers with this reference were booked for, however the reference was spelled.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn transfer_holders(
        &self,
        direction: Direction,
        transfer: &BankTransfer,
    ) -> Result<TransferHolders, StoreError> {
        holders(self.connection(), direction, transfer)
    }

    /// Everything that a payment's transfer has paid, including the payment itself; empty if it came by no transfer.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn transfer_parts(&self, payment: PaymentId) -> Result<Vec<TransferUse>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("transfer_parts"))?;
        let found = statement.query_map([payment], booked)?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

pub(super) fn holders(
    connection: &Connection,
    direction: Direction,
    transfer: &BankTransfer,
) -> Result<TransferHolders, StoreError> {
    let mut statement = connection.prepare_cached(sql!("transfer_holders"))?;
    let key = transfer.reference.key();
    let found = statement.query_map(params![direction, key], booked)?;
    let mut holders = TransferHolders::default();
    for booked in found {
        let booked = booked?;
        if transfer.may_be_of(booked.transfer.bank.as_ref()) {
            holders.same.push(booked);
        } else {
            holders.others.push(booked);
        }
    }
    Ok(holders)
}

fn booked(row: &Row<'_>) -> rusqlite::Result<TransferUse> {
    Ok(TransferUse {
        order: row.get(0)?,
        payment: row.get(1)?,
        refund: row.get(2)?,
        amount: row.get(3)?,
        transfer: BankTransfer {
            reference: row.get(4)?,
            bank: row.get(5)?,
        },
    })
}

/// Books a transfer. A further part of a transfer belongs to the transfer that the same action has booked.
pub(super) fn book(
    connection: &Connection,
    direction: Direction,
    transfer: &BankTransfer,
    is_further: bool,
) -> Result<i64, StoreError> {
    let (key, bank_key) = (transfer.reference.key(), transfer.bank_key());
    if is_further {
        let mut statement = connection.prepare_cached(sql!("transfer_by_key"))?;
        return Ok(statement.query_row(params![direction, key, bank_key], |row| row.get(0))?);
    }
    let mut statement = connection.prepare_cached(sql!("add_transfer"))?;
    let row = params![direction, transfer.reference, transfer.bank, key, bank_key];
    Ok(statement.query_row(row, |row| row.get(0))?)
}

/// The payment did not come by a transfer after all. If the transfer has paid nothing else, it may be booked again.
pub(super) fn free(connection: &Connection, payment: PaymentId) -> Result<(), StoreError> {
    let mut of_payment = connection.prepare_cached(sql!("transfer_of_payment"))?;
    let found: Option<(i64, Option<i64>)> = of_payment
        .query_row([payment], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((transfer, same_as)) = found else {
        return Ok(());
    };
    connection
        .prepare_cached(sql!("free_payment_transfer"))?
        .execute([payment])?;
    for transfer in [Some(transfer), same_as].into_iter().flatten() {
        connection
            .prepare_cached(sql!("forget_transfer"))?
            .execute([transfer])?;
    }
    Ok(())
}

pub(super) fn mark_distinct(connection: &Connection, payment: PaymentId) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql!("tell_transfers_apart"))?
        .execute([payment])?;
    Ok(())
}

/// Transfers per page.
const PAGE: u32 = 500;

/// A transfer of an older file.
struct UnkeyedTransfer {
    id: i64,
    direction: Direction,
    reference: String,
    payment: Option<PaymentId>,
    order: Option<OrderId>,
    /// When it was booked.
    at: Instant,
}

/// Computes the keys of an older file's transfers. Transfers that look like an earlier one stay booked, and a case
/// asks a person about each.
pub(super) fn compute_keys(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let mut last = 0;
    loop {
        let page = without_key(transaction, last)?;
        let Some(end) = page.last() else {
            return Ok(());
        };
        last = end.id;
        for transfer in &page {
            compute_key(transaction, transfer)?;
        }
    }
}

fn without_key(connection: &Connection, after: i64) -> Result<Vec<UnkeyedTransfer>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("transfers_without_key"))?;
    let found = statement.query_map(params![after, PAGE], |row| {
        Ok(UnkeyedTransfer {
            id: row.get(0)?,
            direction: row.get(1)?,
            reference: row.get(2)?,
            payment: row.get(3)?,
            order: row.get(4)?,
            at: row.get(5)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn compute_key(connection: &Connection, transfer: &UnkeyedTransfer) -> Result<(), StoreError> {
    let key = fold(&transfer.reference);
    let mut by_key = connection.prepare_cached(sql!("transfer_by_key"))?;
    let earlier: Option<i64> = by_key
        .query_row(params![transfer.direction, key, ""], |row| row.get(0))
        .optional()?;
    connection
        .prepare_cached(sql!("keep_transfer_key"))?
        .execute(params![key, earlier, transfer.id])?;
    if earlier.is_none() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(sql!("transfer_holders"))?;
    let found = statement.query_map(params![transfer.direction, key], booked)?;
    let found = found.collect::<Result<Vec<TransferUse>, _>>()?;
    let earlier = found
        .iter()
        .find(|booked| Some(booked.payment) != transfer.payment);
    ask(connection, transfer, &facts(transfer, earlier))
}

/// Opens the case, dated when the transfer was booked: a migration has no clock.
fn ask(
    connection: &Connection,
    transfer: &UnkeyedTransfer,
    facts: &Reason,
) -> Result<(), StoreError> {
    let subject = transfer.payment.map(CaseSubject::Payment);
    let Some(subject) = subject else {
        return Ok(());
    };
    let (kind, rule) = (CaseKind::SameTransfer, Rule::P20);
    let gateway: Option<GatewayName> = None;
    let asked = Columns::of(facts)?;
    let mut statement = connection.prepare_cached(sql!("open_case"))?;
    let case: Option<CaseId> = statement
        .query_row(
            params![
                kind,
                transfer.order,
                transfer.payment,
                gateway,
                SubjectKind::from(&subject),
                rule,
                asked.words,
                asked.code,
                asked.params,
                transfer.at,
            ],
            |row| row.get(0),
        )
        .optional()?;
    if case.is_none() {
        return Ok(());
    }
    let event = EventRecord {
        order: transfer.order,
        payment: transfer.payment,
        to: Some(kind.word()),
        rule: Some(rule),
        at: transfer.at,
        actor: "migration",
        what: EventSubject::CaseOpened,
        from: None,
        amount: None,
        why: facts,
    };
    write_event(connection, &event)
}

fn facts(transfer: &UnkeyedTransfer, earlier: Option<&TransferUse>) -> Reason {
    let reference = transfer.reference.to_string();
    match earlier {
        Some(known) => {
            let (earlier, order) = (known.transfer.reference.to_string(), known.order.clone());
            match known.refund {
                Some(refund) => Reason::SameTransferAsRefund {
                    reference,
                    earlier,
                    refund,
                    order,
                },
                None => Reason::SameTransfer {
                    reference,
                    earlier,
                    payment: known.payment,
                    order,
                },
            }
        }
        None => Reason::SameTransferTwice { reference },
    }
}
