//! Bank transfers: which payment or refund each one was booked for, and that each is booked only once.

use super::audit::Actor;
use super::cases::{self, NewCase};
use crate::domain::payment::bank_transfer::fold;
use crate::domain::{
    BankTransfer, CaseKind, CaseSubject, Instant, OrderId, OrderNumber, PaymentId, Reason,
    RefundId, Rule, Rupiah, string_enum,
};
use crate::store::engine::{Reader, StoredRow, Tx, first, from_row, sql, words};
use crate::store::error::StoreError;

string_enum! {
    /// The direction of a transfer, seen from the shop.
    pub enum Direction {
        In = "in",
        Out = "out",
    }
}
words!(Direction);

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
        let found = self.booked_under(direction, &transfer.reference.key())?;
        let is_same = |booked: &TransferUse| transfer.may_be_of(booked.transfer.bank.as_ref());
        let (same, others) = found.into_iter().partition(is_same);
        Ok(TransferHolders { same, others })
    }

    /// Everything that a payment's transfer has paid, including the payment itself; empty if it came by no transfer.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn transfer_parts(&self, payment: PaymentId) -> Result<Vec<TransferUse>, StoreError> {
        self.all(sql!("transfer_parts"), &[&payment], booked)
    }

    fn booked_under(
        &self,
        direction: Direction,
        key: &str,
    ) -> Result<Vec<TransferUse>, StoreError> {
        self.all(sql!("transfer_holders"), &[&direction, &key], booked)
    }
}

fn booked(row: &StoredRow<'_>) -> Result<TransferUse, StoreError> {
    Ok(from_row!(row => TransferUse {
        order: "number", payment, refund, amount: "received",
        transfer = from_row!(row => BankTransfer { reference, bank }),
    }))
}

/// Books a transfer. A further part of a transfer belongs to the transfer that the same action has booked.
pub(super) fn book(
    tx: &Tx<'_>,
    direction: Direction,
    transfer: &BankTransfer,
    is_further: bool,
) -> Result<i64, StoreError> {
    let (key, bank_key) = (transfer.reference.key(), transfer.bank_key());
    if is_further {
        return tx.only(
            sql!("transfer_by_key"),
            &[&direction, &key, &bank_key],
            first,
        );
    }
    tx.insert(
        sql!("add_transfer"),
        &[
            &direction,
            &transfer.reference,
            &transfer.bank,
            &key,
            &bank_key,
        ],
    )
}

/// The payment did not come by a transfer after all. If the transfer has paid nothing else, it may be booked again.
pub(super) fn free(tx: &Tx<'_>, payment: PaymentId) -> Result<(), StoreError> {
    let found: Option<(i64, Option<i64>)> =
        tx.one(sql!("transfer_of_payment"), &[&payment], |row| {
            Ok((row.get("id")?, row.get("same_as")?))
        })?;
    let Some((transfer, same_as)) = found else {
        return Ok(());
    };
    tx.exec(sql!("free_payment_transfer"), &[&payment])?;
    for transfer in [Some(transfer), same_as].into_iter().flatten() {
        tx.exec(sql!("forget_transfer"), &[&transfer])?;
    }
    Ok(())
}

pub(super) fn mark_distinct(tx: &Tx<'_>, payment: PaymentId) -> Result<(), StoreError> {
    tx.exec(sql!("tell_transfers_apart"), &[&payment])?;
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
pub(in crate::store) fn compute_keys(tx: &Tx<'_>) -> Result<(), StoreError> {
    let mut last = 0;
    loop {
        let page = tx.all(sql!("transfers_without_key"), &[&last, &PAGE], |row| {
            Ok(from_row!(row => UnkeyedTransfer {
                id, direction, reference, payment, order: "order_id", at,
            }))
        })?;
        let Some(end) = page.last() else {
            return Ok(());
        };
        last = end.id;
        for transfer in &page {
            compute_key(tx, transfer)?;
        }
    }
}

fn compute_key(tx: &Tx<'_>, transfer: &UnkeyedTransfer) -> Result<(), StoreError> {
    let (direction, key) = (transfer.direction, fold(&transfer.reference));
    let earlier: Option<i64> = tx.one(sql!("transfer_by_key"), &[&direction, &key, &""], first)?;
    tx.exec(sql!("keep_transfer_key"), &[&key, &earlier, &transfer.id])?;
    if earlier.is_none() {
        return Ok(());
    }
    let found = tx.booked_under(direction, &key)?;
    let earlier = found
        .iter()
        .find(|booked| Some(booked.payment) != transfer.payment);
    ask(tx, transfer, &facts(transfer, earlier))
}

/// Opens the case, dated when the transfer was booked: a migration has no clock.
fn ask(tx: &Tx<'_>, transfer: &UnkeyedTransfer, facts: &Reason) -> Result<(), StoreError> {
    let Some(subject) = transfer.payment.map(CaseSubject::Payment) else {
        return Ok(());
    };
    let case = NewCase {
        kind: CaseKind::SameTransfer,
        subject: &subject,
        order: transfer.order,
        payment: transfer.payment,
        rule: Rule::TRANSFER_BOOKED,
        facts,
    };
    let by = Actor {
        actor: "migration",
        now: transfer.at,
    };
    cases::open(tx, &case, by)?;
    Ok(())
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
