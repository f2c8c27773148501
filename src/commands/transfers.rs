//! A bank transfer is booked once, however its reference is typed.

use std::io::Write;

use crate::commands::CommandError;
use crate::domain::{BankTransfer, OrderNumber, Rupiah};
use crate::output::printable;
use crate::store::{TransferHolders, TransferUse};

/// What a transfer is to pay: an order, and the amount if it was given.
pub(super) type TransferBooking<'a> = (&'a OrderNumber, Option<Rupiah>);

/// Refuses a transfer that was already booked, and says for which orders.
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
        return Err(CommandError::failed(format!(
            "{told}; this is the same approval, so nothing was written"
        ))
        .hint(format!("see it: payctl order show {}", first.order)));
    }
    let withdraw: Vec<String> = holders
        .same
        .iter()
        .map(|used| format!("payctl approve --withdraw {}", used.payment))
        .collect();
    let hint = format!(
        "see it: payctl order show {}; if it was booked for the wrong order, withdraw it first: {}; if this is another bank's transfer, add --bank-ref-of BANK",
        first.order,
        withdraw.join(", ")
    );
    Err(CommandError::failed(told).hint(hint))
}

/// `BCA-991 was already booked, as payment 1 of INV-1 and payment 2 of INV-2`.
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
    format!("{transfer} was already booked, as {}", uses.join(" and "))
}

/// Whether the same transfer is requested for the same orders and amounts.
fn is_repetition(same: &[TransferUse], wanted: &[TransferBooking<'_>]) -> bool {
    let is_booked = |(order, amount): &TransferBooking<'_>| {
        let mut uses = same.iter();
        uses.any(|used| used.order == **order && amount.is_none_or(|amount| amount == used.amount))
    };
    same.len() == wanted.len() && wanted.iter().all(is_booked)
}

/// Reports transfers with the same reference from another bank, or without a bank: the operator should know.
pub(super) fn print_similar_transfers(
    stderr: &mut dyn Write,
    transfer: &BankTransfer,
    others: &[TransferUse],
) {
    for used in others {
        let bank = match &used.transfer.bank {
            Some(bank) => format!("of {bank}"),
            None => "without a bank name".to_owned(),
        };
        let told = format!(
            "{transfer}: the same reference, {bank}, was booked as payment {} of {}",
            used.payment, used.order
        );
        // A closed stderr must not stop the command.
        let _ = writeln!(stderr, "{}", printable(&told));
    }
}
