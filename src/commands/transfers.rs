//! A bank's transfer is booked once, however a person types its reference.

use std::io::Write;

use super::failure::CommandError;
use crate::domain::bank_transfer::BankTransfer;
use crate::domain::money::Rupiah;
use crate::domain::names::OrderNumber;
use crate::exit::Exit;
use crate::output::printable;
use crate::store::{TransferHolders, TransferUse};

/// What is to be booked by a transfer: an order, and how much of it where somebody has said so.
pub(super) type TransferBooking<'a> = (&'a OrderNumber, Option<Rupiah>);

/// Refuses a transfer that was booked already, and says where.
pub(super) fn require_unused(
    transfer: &BankTransfer,
    holders: &TransferHolders,
    wanted: &[TransferBooking<'_>],
) -> Result<(), CommandError> {
    let Some(first) = holders.same.first() else {
        return Ok(());
    };
    let told = booked(transfer, &holders.same);
    if is_repetition(&holders.same, wanted) {
        return Err(CommandError::new(
            Exit::Failed,
            format!("{told}: just this, so nothing was written"),
        )
        .hint(format!("see it with: payctl order show {}", first.order)));
    }
    let withdraw: Vec<String> = holders
        .same
        .iter()
        .map(|used| format!("payctl approve --withdraw {}", used.payment))
        .collect();
    let hint = format!(
        "see it with: payctl order show {}; if it is another order's, first: {}; if it is another bank's transfer, name that with --bank-ref-of BANK",
        first.order,
        withdraw.join(", ")
    );
    Err(CommandError::new(Exit::Failed, told).hint(hint))
}

/// `BCA-991 was booked already, as payment 1 of INV-1 and payment 2 of INV-2`.
pub(super) fn booked(transfer: &BankTransfer, same: &[TransferUse]) -> String {
    let uses: Vec<String> = same
        .iter()
        .map(|used| {
            let spelled = if used.transfer == *transfer {
                String::new()
            } else {
                format!(" ({})", used.transfer)
            };
            format!("payment {} of {}{spelled}", used.payment, used.order)
        })
        .collect();
    format!("{transfer} was booked already, as {}", uses.join(" and "))
}

/// Whether what is wanted is what was booked, order for order.
fn is_repetition(same: &[TransferUse], wanted: &[TransferBooking<'_>]) -> bool {
    let is_booked = |(order, amount): &TransferBooking<'_>| {
        let mut uses = same.iter();
        uses.any(|used| used.order == **order && amount.is_none_or(|amount| amount == used.amount))
    };
    same.len() == wanted.len() && wanted.iter().all(is_booked)
}

/// Says who has a transfer of the same reference from another bank, or from none that was named: a person should know.
pub(super) fn print_similar_transfers(
    stderr: &mut dyn Write,
    transfer: &BankTransfer,
    others: &[TransferUse],
) {
    for used in others {
        let bank = match &used.transfer.bank {
            Some(bank) => format!("of {bank}"),
            None => "of a bank that nobody has named".to_owned(),
        };
        let told = format!(
            "{transfer}: the same reference, {bank}, was booked as payment {} of {}",
            used.payment, used.order
        );
        // A stderr that is shut keeps nobody from working.
        let _ = writeln!(stderr, "{}", printable(&told));
    }
}
